// The moment a reader reads: a commit sequence and the time it stood for.

import type { Database } from 'better-sqlite3-multiple-ciphers';

export interface Moment {
  readonly sequence: number;
  /** Null = now. */
  readonly asOf: number | null;
  /**
   * When the last message had come by then. The copy has no clock of its own: when nothing comes, nothing expires
   * (design §5.23).
   */
  readonly wall: number;
}

/**
 * The last sequence that had come by this time, to the second. After a clock was put back an hour exists twice: then the later
 * one is meant.
 */
export function sequenceAt(db: Database, wallMs: number): number {
  const cursor = db.prepare<[], number>("SELECT value FROM meta WHERE name = 'cursor'").pluck().get() ?? 0;
  const last = db.prepare<[number], number>('SELECT seq FROM mark WHERE wall <= ? ORDER BY seq DESC LIMIT 1').pluck();
  const next = db.prepare<[number], number>('SELECT seq FROM mark WHERE seq > ? ORDER BY seq LIMIT 1').pluck();
  const first = last.get(wallMs) ?? 0;
  return (next.get(first) ?? cursor + 1) - 1;
}

export class MomentReader {
  readonly #db: Database;
  readonly #meta;

  constructor(db: Database) {
    this.#db = db;
    this.#meta = db.prepare<[string], number>('SELECT value FROM meta WHERE name = ?').pluck();
  }

  /** `sequence`: the moment of a commit already read from, so that pages of one answer agree; never ahead of what is applied. */
  at(asOf: number | undefined, sequence: number = Number.MAX_SAFE_INTEGER): Moment {
    const wall = this.#meta.get('wall') ?? 0;
    if (asOf === undefined) return { sequence: Math.min(sequence, this.#meta.get('cursor') ?? 0), asOf: null, wall };
    return { sequence: sequenceAt(this.#db, asOf), asOf, wall: Math.min(wall, asOf) };
  }
}
