// Attempts that a crash must not make us forget: a batch is written down before it is begun, and struck out in the same
// transaction that applies it. In a copy at rest the table is empty.

import type { Database, Statement } from 'better-sqlite3-multiple-ciphers';

interface Attempt {
  readonly first: number;
  readonly last: number;
  readonly attempts: number;
}

export class Attempts {
  readonly #put: Statement<[number, number, number]>;
  readonly #clear: Statement<[]>;
  #left: Attempt | null;

  constructor(db: Database) {
    this.#put = db.prepare('INSERT OR REPLACE INTO attempt (first, last, attempts) VALUES (?, ?, ?)');
    this.#clear = db.prepare('DELETE FROM attempt');
    this.#left = db.prepare<[], Attempt>('SELECT first, last, attempts FROM attempt ORDER BY first DESC').get() ?? null;
  }

  /** The last row of a batch that a crash interrupted, while the cursor stands within it. */
  carefulUntil(cursor: number): number | null {
    return this.#left !== null && cursor < this.#left.last ? this.#left.last : null;
  }

  /** How many times the program has ended while the row after the cursor was applied alone. */
  endedIn(cursor: number): number {
    const left = this.#left;
    return left !== null && left.first === cursor + 1 && left.last === left.first ? left.attempts : 0;
  }

  /** The number this attempt has, from 1. */
  begin(first: number, last: number): number {
    const left = this.#left;
    const isSameRow = left !== null && left.first === first && left.last === last && first === last;
    const attempts = isSameRow ? left.attempts + 1 : 1;
    this.#put.run(first, last, attempts);
    return attempts;
  }

  /** In the batch's own transaction. What else the crash interrupted is still to be tried row by row. */
  end(last: number): void {
    this.#clear.run();
    const left = this.#left;
    if (left !== null && left.last > last) this.#put.run(last + 1, left.last, 0);
  }

  committed(last: number): void {
    const left = this.#left;
    this.#left = left !== null && left.last > last ? { first: last + 1, last: left.last, attempts: 0 } : null;
  }
}
