// What a reader has read of patients' parts, kept so that a chart opened again is not read again. A row of the copy never changes
// what it says, only when it ceases to hold: so the names of the rows that hold now, read at every question, prove whether
// what was kept still is what is there. Only the present is kept; an earlier moment is always read.

import type { Entry } from '../../domain/patient-copy.ts';
import { limits } from '../../limits.ts';

/** The newest rows of one part of one identity, as entries. */
export interface KeptWindow {
  /** One a row, in their order: which row it is, and since when it has stood. */
  readonly names: readonly string[];
  readonly sources: ReadonlySet<string>;
  readonly entries: readonly Entry[];
  readonly isTruncated: boolean;
  /** What the rows hold, in characters of JSON. */
  readonly characters: number;
}

/** The windows of a person's several numbers read as one. */
interface Joined {
  readonly of: readonly KeptWindow[];
  readonly entries: readonly Entry[];
  readonly isTruncated: boolean;
}

export class KeptWindows {
  /** By identity and part, the one asked for longest ago first. */
  readonly #windows = new Map<string, { mark: string; window: KeptWindow }>();
  readonly #joined = new WeakMap<KeptWindow, Joined>();
  #characters = 0;

  get(identity: number, part: number): { readonly mark: string; readonly window: KeptWindow } | undefined {
    const name = `${identity}/${part}`;
    const kept = this.#windows.get(name);
    if (kept === undefined) return undefined;
    this.#windows.delete(name);
    this.#windows.set(name, kept);
    return kept;
  }

  put(identity: number, part: number, mark: string, window: KeptWindow): void {
    const name = `${identity}/${part}`;
    this.#drop(name);
    this.#windows.set(name, { mark, window });
    this.#characters += window.characters;
    for (const oldest of this.#windows.keys()) {
      if (this.#characters <= limits.readingKeptCharactersMax && this.#windows.size <= limits.readingKeptWindowsMax)
        break;
      this.#drop(oldest);
    }
  }

  #drop(name: string): void {
    this.#characters -= this.#windows.get(name)?.window.characters ?? 0;
    this.#windows.delete(name);
  }

  /** The same list as long as each window is the same. */
  joined(windows: readonly KeptWindow[], join: () => Omit<Joined, 'of'>): Omit<Joined, 'of'> {
    const [first] = windows;
    if (first === undefined) return join();
    const kept = this.#joined.get(first);
    if (kept?.of.length === windows.length && kept.of.every((window, at) => window === windows[at])) return kept;
    const made = { ...join(), of: windows };
    this.#joined.set(first, made);
    return made;
  }
}
