// What was set aside and still puts something in doubt: until a person has gone through it, the source has sent everything again, or
// a message that was cut off has come whole. What concerns known patients only is missing in their charts, the rest in any.

import type { Database, Statement } from 'better-sqlite3-multiple-ciphers';
import type { IdentityGroup } from '../identity/read-identity.ts';

export interface SetAside {
  readonly seq: number;
  readonly source: string;
  readonly received: number;
  readonly type: string | null;
  /** 1: it concerns nobody but the patients it names. */
  readonly of_patients: number;
}

/** Counting more messages set aside than this tells a reader nothing more. */
const COUNT_MAX = 1_000;
const OF_ONE_PATIENT_MAX = 200;
const IS_OPEN = '(settled IS NULL OR settled > ?)';

export class SetAsideReader {
  readonly #ofSource: Statement<[string, number, number, number, string, number], number>;
  readonly #ofPatient: Statement<[number, number, number], SetAside>;

  constructor(db: Database) {
    this.#ofSource = db
      .prepare<[string, number, number, number, string, number], number>(
        `SELECT count(*) FROM (
           SELECT 1 FROM outcome WHERE source = ? AND outcome = 'set-aside' AND of_patients = 0
             AND seq > ? AND seq <= ? AND ${IS_OPEN}
           UNION ALL
           SELECT 1 FROM outcome WHERE source = ? AND outcome = 'waiting' AND seq <= ?
           LIMIT ${COUNT_MAX})`,
      )
      .pluck();
    this.#ofPatient = db.prepare(
      `SELECT o.seq, o.source, o.received, o.type, o.of_patients FROM outcome_about a JOIN outcome o ON o.seq = a.seq
       WHERE a.identity = ? AND a.seq <= ? AND o.outcome = 'set-aside' AND ${IS_OPEN}
       ORDER BY a.seq DESC LIMIT ${OF_ONE_PATIENT_MAX}`,
    );
  }

  /** After a sequence, as seen at another: what may concern anybody. */
  ofSource(source: string, after: number, sequence: number): number {
    return this.#ofSource.get(source, after, sequence, sequence, source, sequence) ?? 0;
  }

  /** What names one of these, newest first. */
  ofPatient({ members }: IdentityGroup, sequence: number): readonly SetAside[] {
    const found = members.flatMap(({ no }) => this.#ofPatient.all(no, sequence, sequence));
    return [...new Map(found.map((one) => [one.seq, one])).values()].sort((a, b) => b.seq - a.seq);
  }
}
