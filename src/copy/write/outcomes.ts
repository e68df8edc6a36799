// What became of messages that were not simply applied: unread, set aside, held, waiting, or applied with an alarm. IT sees
// this list; nothing received is ever silently without effect (design §5.3).

import type { Database, Statement } from 'better-sqlite3-multiple-ciphers';
import type { FeedAlarm } from '../../domain/changes.ts';

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
  /** Identities a message that was set aside names; `isOfAbout`: and it concerns nobody else. */
  readonly about?: readonly number[];
  readonly isOfAbout?: boolean;
  /** Of a message that was cut off: the whole one settles it. */
  readonly controlId?: string | undefined;
}

export class Outcomes {
  readonly #put: Statement<unknown[]>;
  readonly #remove: Statement<[number], number>;
  readonly #open: Statement<[string, string, number, number], number>;
  readonly #waiting: Statement<[], Waiting>;
  readonly #leaveOut: Statement<[string]>;
  readonly #about: Statement<[number, number]>;
  readonly #removeAbout: Statement<[number]>;
  readonly #cameWhole: Statement<[number, string, string]>;
  readonly #cutOff: Statement<[], string>;
  /** Sources of which a message that was cut off has not come whole. */
  #waitsForWhole: Set<string> | null = null;

  constructor(db: Database) {
    this.#put = db.prepare(
      `INSERT OR REPLACE INTO outcome (seq, source, received, outcome, type, reason, alarms, due, subject, visit, control, of_patients)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
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
    this.#about = db.prepare('INSERT OR IGNORE INTO outcome_about (identity, seq) VALUES (?, ?)');
    this.#removeAbout = db.prepare('DELETE FROM outcome_about WHERE seq = ?');
    this.#cameWhole = db.prepare(
      'UPDATE outcome SET settled = ? WHERE source = ? AND control = ? AND control IS NOT NULL AND settled IS NULL',
    );
    this.#cutOff = db
      .prepare<[], string>('SELECT DISTINCT source FROM outcome WHERE control IS NOT NULL AND settled IS NULL')
      .pluck();
  }

  /** After a rollback. */
  forget(): void {
    this.#waitsForWhole = null;
  }

  put(entry: OutcomeEntry): void {
    const { seq, source, received, outcome, type, reason, alarms, waiting, about = [], controlId = null } = entry;
    if (outcome === 'applied' && alarms.length === 0) return;
    const { due, subject, visit } = waiting ?? { due: null, subject: null, visit: null };
    const alarmsText = alarms.length === 0 ? null : JSON.stringify(alarms);
    const ofPatients = about.length > 0 && entry.isOfAbout === true ? 1 : 0;
    const said = [seq, source, received, outcome, type, reason ?? null, alarmsText, due, subject, visit];
    this.#put.run(...said, controlId, ofPatients);
    for (const identity of about) this.#about.run(identity, seq);
    if (controlId !== null) this.#waitsForWhole?.add(source);
  }

  /** A message has been applied whole: what had come of it before, cut off, is not missing. */
  cameWhole(source: string, controlId: string, seq: number): void {
    this.#waitsForWhole ??= new Set(this.#cutOff.all());
    if (this.#waitsForWhole.has(source)) this.#cameWhole.run(seq, source, controlId);
  }

  /** Before it is tried again. Returns when it was received, wall clock ms. */
  remove(seq: number): number {
    this.#removeAbout.run(seq);
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
