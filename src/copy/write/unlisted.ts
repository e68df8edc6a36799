// What a full load did not contain. The source has sent everything it has, and this was not in it: it may have ended, or the load
// may have been short. It is never removed for that; it is marked with when, and whoever reads decides with the mark in view
// (decision 0006).

import type { Database, Statement } from 'better-sqlite3-multiple-ciphers';
import { HOLDS_UNTIL_ENDED, type PartName } from '../../domain/parts.ts';
import { partCode, partOfCode, STAY_ROW } from '../part-codes.ts';
import { FOREVER } from '../schema.ts';
import { takeBack } from './denials.ts';
import { FACT_COLUMNS, type FactRow, type Facts } from './facts.ts';

/** A row of the inbox that tells of a source's full load. */
export interface Moment {
  readonly seq: number;
  readonly source: string;
  readonly received: number;
}

export class Unlisted {
  readonly #facts: Facts;
  readonly #told: Statement<[string, string, number]>;
  readonly #forget: Statement<[string]>;
  readonly #notTold: Statement<[string, number], FactRow>;

  constructor(db: Database, facts: Facts) {
    this.#facts = facts;
    this.#told = db.prepare('INSERT OR IGNORE INTO in_load (source, key, identity) VALUES (?, ?, ?)');
    this.#forget = db.prepare('DELETE FROM in_load WHERE source = ?');
    const parts = [...HOLDS_UNTIL_ENDED].map((part) => codeOf(part)).join(', ');
    this.#notTold = db.prepare(
      `SELECT ${FACT_COLUMNS} FROM fact INDEXED BY fact_open WHERE source = ? AND until = ${FOREVER} AND part IN (${parts})
       AND (part <> ${STAY_ROW} OR at = ${FOREVER}) AND since < ? AND unlisted IS NULL
       AND NOT EXISTS (SELECT 1 FROM in_load l WHERE l.source = fact.source AND l.key = fact.key AND l.identity = fact.identity)
       ORDER BY key, identity, part`,
    );
  }

  told(source: string, key: string, identity: number): void {
    this.#told.run(source, key, identity);
  }

  forget(source: string): void {
    this.#forget.run(source);
  }

  /** Marks what held before the load began and was not said in it. Only what is in view, and only stays that have not ended. */
  mark(parts: ReadonlySet<PartName>, begun: number, { seq, source, received }: Moment): void {
    const codes = new Set([...parts].map(codeOf));
    for (const row of this.#notTold.all(source, begun)) {
      if (!codes.has(row.part)) continue;
      this.#facts.replace(row, { ...row, since: seq, unlisted: received });
      // A denial that is not said again is in doubt too, and is none.
      const part = partOfCode(row.part);
      if (part !== null) takeBack({ identity: row.identity, part }, row.key, { seq, source, received }, this.#facts);
    }
  }
}

const codeOf = (part: PartName): number => (part === 'stay' ? STAY_ROW : partCode(part));
