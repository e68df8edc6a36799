// A part's rows of one identity as of a moment: the window that still holds, and what held then and has ceased since. Now and
// as-of are the same two reads; now, the second one finds nothing.

import type { Database, Statement } from 'better-sqlite3-multiple-ciphers';
import { FOREVER } from './schema.ts';
import { FACT_COLUMNS, type FactRow } from './write/facts.ts';

export class FactReader {
  readonly #holding: Statement<[number, number, number, number], FactRow>;
  readonly #ceased: Statement<[number, number, number, number], FactRow>;
  readonly #names: Statement<[number, number, number], string | null>;
  readonly #parts: Statement<[{ no: number }], number>;

  constructor(db: Database) {
    this.#holding = db.prepare(
      `SELECT ${FACT_COLUMNS} FROM fact WHERE identity = ? AND part = ? AND until = ${FOREVER} AND since <= ?
       ORDER BY at DESC, key, source LIMIT ?`,
    );
    this.#ceased = db.prepare(
      `SELECT ${FACT_COLUMNS} FROM fact WHERE identity = ? AND part = ? AND until > ? AND until < ${FOREVER} AND since <= ?`,
    );
    // The columns before the body alone: what a long report says is not touched.
    this.#names = db
      .prepare<[number, number, number], string | null>(
        `SELECT group_concat(key || char(31) || source || char(31) || since, char(30)) FROM (
           SELECT key, source, since FROM fact WHERE identity = ? AND part = ? AND until = ${FOREVER}
           ORDER BY at DESC, key, source LIMIT ?)`,
      )
      .pluck();
    // The parts this identity has anything in, found by stepping over the clustered key instead of reading it.
    this.#parts = db
      .prepare<[{ no: number }], number>(
        `WITH RECURSIVE p (part) AS (
           SELECT (SELECT part FROM fact WHERE identity = @no ORDER BY part LIMIT 1)
           UNION ALL
           SELECT (SELECT part FROM fact WHERE identity = @no AND part > p.part ORDER BY part LIMIT 1) FROM p
           WHERE p.part IS NOT NULL
         ) SELECT part FROM p WHERE part IS NOT NULL`,
      )
      .pluck();
  }

  /** Newest clinical time first, at most `limit`. */
  rows(identity: number, part: number, sequence: number, limit: number): FactRow[] {
    const holding = this.#holding.all(identity, part, sequence, limit);
    const ceased = this.#ceased.all(identity, part, sequence, sequence);
    return ceased.length === 0 ? holding : newestFirst([...holding, ...ceased]).slice(0, limit);
  }

  /** Which rows hold now, newest clinical time first: the same text, the same rows, and rows never change what they say. */
  namesNow(identity: number, part: number, limit: number): string {
    return this.#names.get(identity, part, limit) ?? '';
  }

  partsOf(identity: number): number[] {
    return this.#parts.all({ no: identity });
  }
}

export const nameOfRow = ({ key, source, since }: FactRow): string => `${key}\u001f${source}\u001f${since}`;

const newestFirst = (rows: FactRow[]): FactRow[] =>
  rows.sort((a, b) => b.at - a.at || compareText(a.key, b.key) || compareText(a.source, b.source));

export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
