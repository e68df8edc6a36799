// What the station forgets by time, a small piece at a turn: received messages when they are old and no longer needed to make
// the copy again, and in the copy what no reader may ask for any more. Only while nothing is wrong, and only by time that has
// surely passed: a wall clock that is wrong for a minute, ahead or behind, destroys nothing (design §5.2, §5.23, §5.25).

import type { CopyCommand } from '../../domain/commands.ts';
import type { Clock } from '../../domain/time.ts';
import type { Inbox } from '../../intake/inbox.ts';
import type { LivedTime } from '../../intake/inbox-lived.ts';
import { limits } from '../../limits.ts';

export interface RetentionOptions {
  /** Null while it is not open, or the disk refuses to be written. */
  readonly inbox: () => Inbox | null;
  /** Cursor of the oldest snapshot kept; null when there is none, and then every message is still needed. */
  readonly oldestSnapshot: () => number | null;
  readonly clock: Clock;
  readonly command: (command: CopyCommand) => void;
}

const PACKS_A_TURN = 64;
const REPETITIONS_A_TURN = 2_000;
/** A retention command a day: what it drops is bounded by hours, not minutes. */
const RETAIN_EVERY_MS = 24 * 3_600_000;

export class Retention {
  readonly #options: RetentionOptions;
  #lived: { readonly inbox: Inbox; readonly time: LivedTime } | null = null;
  #retainedMs = Number.NEGATIVE_INFINITY;
  /** False while a downtime, a hold or a loss of contact lasts. */
  isAllowed: boolean;

  constructor(isAllowed: boolean, options: RetentionOptions) {
    this.isAllowed = isAllowed;
    this.#options = options;
  }

  turn(): void {
    const inbox = this.#options.inbox();
    if (inbox === null) return;
    const now = this.#options.clock.now();
    try {
      const lived = this.#livedOf(inbox);
      const livedMs = lived.count(now, inbox.head.seq);
      if (this.isAllowed) this.#forget(inbox, lived, { livedMs, wallMs: now.wallMs });
    } catch {
      // The next message meets the same disk and tells it; retention can wait.
    }
  }

  #livedOf(inbox: Inbox): LivedTime {
    if (this.#lived?.inbox !== inbox) this.#lived = { inbox, time: inbox.livedTime() };
    return this.#lived.time;
  }

  #forget(inbox: Inbox, lived: LivedTime, { livedMs, wallMs }: { livedMs: number; wallMs: number }): void {
    const old = lived.seqOlderThan(limits.inboxKeptMs);
    inbox.purge({ beforeSeq: Math.min(this.#options.oldestSnapshot() ?? 0, old), packsMax: PACKS_A_TURN });
    const beforeSeq = lived.seqOlderThan(limits.repetitionKeptMs);
    inbox.sweepRepetitions({ beforeSeq, wallMs, rowsMax: REPETITIONS_A_TURN });
    if (livedMs - this.#retainedMs < RETAIN_EVERY_MS) return;
    const outOfView = lived.seqOlderThan(Math.max(limits.historyKeptMs, limits.dischargedKeptMs));
    if (outOfView === 0) return;
    this.#retainedMs = livedMs;
    this.#options.command({
      command: 'retain',
      historyBefore: wallMs - limits.historyKeptMs,
      dischargedBefore: wallMs - limits.dischargedKeptMs,
      beforeSeq: outOfView,
    });
  }
}
