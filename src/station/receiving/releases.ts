// Lets what was held of a source through piece by piece (design §5.15): a row of the inbox a piece, written when the one before has
// been applied, so that what other sources have sent meanwhile comes between, and a replay lets through the same at the same places.

import type { CopyCommand } from '../../domain/commands.ts';
import type { SourceId } from '../../domain/identity.ts';
import type { Settled } from './group-commit.ts';

export interface ReleasesOptions {
  /** How far the copy has come and which sources are being released in it; null while that is not known. */
  readonly copy: () => { readonly cursor: number; readonly releasing: readonly SourceId[] } | null;
  readonly command: (command: CopyCommand, settle: (settled: Settled) => void) => void;
}

/** The disk refused the row: it may take it later. */
const RETRY_MS = 1_000;
const UNDER_WAY = Number.POSITIVE_INFINITY;

export class Releases {
  readonly #options: ReleasesOptions;
  /** The row that lets the next piece of a source through. */
  readonly #next = new Map<SourceId, number>();
  #retry: NodeJS.Timeout | null = null;

  constructor(options: ReleasesOptions) {
    this.#options = options;
  }

  /** A release that was going on when the station stopped goes on; a row more than needed does nothing. */
  copyOpened(): void {
    this.#next.clear();
    this.goOn();
  }

  goOn(): void {
    const copy = this.#options.copy();
    if (copy === null) return;
    for (const source of copy.releasing) {
      if ((this.#next.get(source) ?? 0) <= copy.cursor) this.#write(source);
    }
  }

  stop(): void {
    if (this.#retry !== null) clearTimeout(this.#retry);
  }

  #write(source: SourceId): void {
    this.#next.set(source, UNDER_WAY);
    this.#options.command({ command: 'continue-release', source }, (settled) => {
      if (settled.taken) {
        this.#next.set(source, settled.seq);
        return;
      }
      this.#next.delete(source);
      this.#retry ??= setTimeout(() => {
        this.#retry = null;
        this.goOn();
      }, RETRY_MS);
    });
  }
}
