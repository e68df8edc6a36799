// How long this inbox has surely been kept: the time both clocks agree has passed, counted up over starts. What is forgotten by time
// is forgotten by this count, so that a wall clock that runs ahead for a minute destroys nothing (design §5.2, §5.25).

import type { Database, Statement } from 'better-sqlite3-multiple-ciphers';
import type { Arrival } from '../domain/time.ts';
import { limits } from '../limits.ts';

interface Checkpoint {
  readonly counted: number;
  readonly wall: number;
  readonly boot: string;
  readonly monotonic: number;
}

/**
 * Beside the rows, so that a file that is put back brings its own count; without one nothing is old yet. `ms`: the count when `seq`
 * was first seen as the newest row; `counted` and what follows: how far it had come when last written.
 */
const TABLE = `CREATE TABLE IF NOT EXISTS lived (
  seq INTEGER PRIMARY KEY, ms INTEGER NOT NULL,
  counted INTEGER NOT NULL, wall INTEGER NOT NULL, boot TEXT NOT NULL, monotonic INTEGER NOT NULL
)`;

export class LivedTime {
  readonly #last: Statement<[], Checkpoint>;
  readonly #put: Statement<[number, number, number, number, string, number]>;
  readonly #seqAt: Statement<[number], number>;
  readonly #forget: Statement<[number]>;
  #ms = 0;
  #counted: Arrival | null = null;
  #keptMs: number | null = null;

  constructor(db: Database) {
    db.exec(TABLE);
    this.#last = db.prepare('SELECT counted, wall, boot, monotonic FROM lived ORDER BY seq DESC LIMIT 1');
    this.#put = db.prepare(
      `INSERT INTO lived (seq, ms, counted, wall, boot, monotonic) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (seq) DO UPDATE SET counted = excluded.counted, wall = excluded.wall, boot = excluded.boot,
         monotonic = excluded.monotonic`,
    );
    this.#seqAt = db.prepare<[number], number>('SELECT max(seq) FROM lived WHERE ms <= ?').pluck();
    this.#forget = db.prepare('DELETE FROM lived WHERE seq < (SELECT max(seq) FROM lived WHERE ms <= ?)');
    const last = this.#last.get();
    if (last === undefined) return;
    this.#ms = last.counted;
    this.#counted = { wallMs: last.wall, boot: last.boot, monotonicMs: last.monotonic };
    this.#keptMs = last.counted;
  }

  /** Counts up to now; `headSeq`: the newest row, all of which is then this old. Returns the count, ms. */
  count(now: Arrival, headSeq: number): number {
    const before = this.#counted;
    if (before !== null) this.#ms += surelyPassed(before, now);
    this.#counted = now;
    const isDue = this.#keptMs === null || this.#ms - this.#keptMs >= limits.livedKeptEveryMs;
    if (isDue || before?.boot !== now.boot) {
      this.#put.run(headSeq, this.#ms, this.#ms, now.wallMs, now.boot, now.monotonicMs);
      this.#keptMs = this.#ms;
      this.#forget.run(this.#ms - limits.repetitionKeptMs);
    }
    return this.#ms;
  }

  /** The last row that has surely been here for this long; 0 when none has. */
  seqOlderThan(ms: number): number {
    return this.#seqAt.get(this.#ms - ms) ?? 0;
  }
}

/** Over a restart of the machine nobody can say; within one, what the clock says that moved less. */
function surelyPassed(before: Arrival, now: Arrival): number {
  if (before.boot !== now.boot) return 0;
  return Math.max(0, Math.min(now.monotonicMs - before.monotonicMs, now.wallMs - before.wallMs));
}
