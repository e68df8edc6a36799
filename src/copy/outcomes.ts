// What became of messages that were not simply applied: unread, set aside, held, waiting, or applied with an alarm. IT sees
// this list; nothing received is ever silently without effect (design §5.3).

import type { Database, Statement } from 'better-sqlite3-multiple-ciphers';
import type { FeedAlarm } from '../domain/changes.ts';

const OUTCOMES = ['applied', 'unread', 'set-aside', 'held', 'waiting'] as const;
export type Outcome = (typeof OUTCOMES)[number];

export interface ApplyResult {
  readonly seq: number;
  readonly outcome: Outcome;
  /** For IT; never patient data. */
  readonly reason?: string;
  readonly alarms: readonly FeedAlarm[];
}

/** What a wait is for: the stay, by its visit number or else its person. */
export interface WaitingFor {
  readonly due: number;
  readonly subject: number;
  readonly visit: string | null;
}

export interface Waiting extends WaitingFor {
  readonly seq: number;
  readonly source: string;
}

export interface OutcomeEntry extends ApplyResult {
  readonly source: string;
  readonly received: number;
  readonly type: string | null;
  readonly waiting?: WaitingFor;
}

export class Outcomes {
  readonly #put: Statement<unknown[]>;
  readonly #remove: Statement<[number], number>;
  readonly #open: Statement<[string, string, number, number], number>;
  readonly #waiting: Statement<[], Waiting>;
  readonly #leaveOut: Statement<[string]>;

  constructor(db: Database) {
    this.#put = db.prepare(
      `INSERT OR REPLACE INTO outcome (seq, source, received, outcome, type, reason, alarms, due, subject, visit)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#remove = db.prepare<[number], number>('DELETE FROM outcome WHERE seq = ? RETURNING received').pluck();
    this.#open = db
      .prepare<[string, string, number, number], number>(
        'SELECT seq FROM outcome WHERE source = ? AND outcome = ? AND seq > ? ORDER BY seq LIMIT ?',
      )
      .pluck();
    this.#waiting = db.prepare(
      "SELECT seq, source, due, subject, visit FROM outcome WHERE outcome = 'waiting' ORDER BY seq",
    );
    this.#leaveOut = db.prepare("UPDATE outcome SET outcome = 'left-out' WHERE source = ? AND outcome = 'held'");
  }

  put({ seq, source, received, outcome, type, reason, alarms, waiting }: OutcomeEntry): void {
    if (outcome === 'applied' && alarms.length === 0) return;
    const { due, subject, visit } = waiting ?? { due: null, subject: null, visit: null };
    const alarmsText = alarms.length === 0 ? null : JSON.stringify(alarms);
    this.#put.run(seq, source, received, outcome, type, reason ?? null, alarmsText, due, subject, visit);
  }

  /** Before it is tried again. Returns when it was received, wall clock ms. */
  remove(seq: number): number {
    return this.#remove.get(seq) ?? 0;
  }

  /** The next of a source's messages with this outcome, after a sequence. */
  next(source: string, outcome: Outcome, after: number, limit: number): number[] {
    return this.#open.all(source, outcome, after, limit);
  }

  waiting(): Waiting[] {
    return this.#waiting.all();
  }

  leaveOut(source: string): number {
    return this.#leaveOut.run(source).changes;
  }
}
