// What the station forgets by time, a small piece at a turn: received messages when they are old and no longer needed to make
// the copy again, and in the copy what no reader may ask for any more. Only while nothing is wrong (design §5.2, §5.23).

import type { CopyCommand } from '../../domain/commands.ts';
import type { Clock } from '../../domain/time.ts';
import type { Inbox } from '../../intake/inbox.ts';
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
  #retainedMs = Number.NEGATIVE_INFINITY;
  /** False while a downtime, a hold or a loss of contact lasts. */
  isAllowed: boolean;

  constructor(isAllowed: boolean, options: RetentionOptions) {
    this.isAllowed = isAllowed;
    this.#options = options;
  }

  turn(): void {
    const inbox = this.#options.inbox();
    if (!this.isAllowed || inbox === null) return;
    const { wallMs } = this.#options.clock.now();
    const beforeSeq = this.#options.oldestSnapshot() ?? 0;
    try {
      inbox.purge({ beforeSeq, beforeWallMs: wallMs - limits.inboxKeptMs, packsMax: PACKS_A_TURN });
      inbox.sweepRepetitions(wallMs, REPETITIONS_A_TURN);
    } catch {
      // The next message meets the same disk and tells it; retention can wait.
      return;
    }
    if (wallMs - this.#retainedMs < RETAIN_EVERY_MS) return;
    this.#retainedMs = wallMs;
    const historyBefore = wallMs - limits.historyKeptMs;
    this.#options.command({ command: 'retain', historyBefore, dischargedBefore: wallMs - limits.dischargedKeptMs });
  }
}
