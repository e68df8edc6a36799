// The moment a reader reads: a commit sequence and the time it stood for.

import type { Database } from 'better-sqlite3-multiple-ciphers';

export interface Moment {
  readonly sequence: number;
  /** Null = now. */
  readonly asOf: number | null;
  /**
   * The latest time any message had come by then. The copy has no clock of its own: when nothing comes, nothing expires
   * (design §5.23).
   */
  readonly wall: number;
}

/** The last sequence that had come by this time, to the second. */
export function sequenceAt(db: Database, wallMs: number): number {
  const next = db
    .prepare<[number], number>('SELECT seq FROM mark WHERE wall > ? ORDER BY wall LIMIT 1')
    .pluck()
    .get(wallMs);
  if (next !== undefined) return next - 1;
  return db.prepare<[], number>("SELECT value FROM meta WHERE name = 'cursor'").pluck().get() ?? 0;
}

export class MomentReader {
  readonly #db: Database;
  readonly #meta;

  constructor(db: Database) {
    this.#db = db;
    this.#meta = db.prepare<[string], number>('SELECT value FROM meta WHERE name = ?').pluck();
  }

  at(asOf: number | undefined): Moment {
    const wall = this.#meta.get('wall') ?? 0;
    if (asOf === undefined) return { sequence: this.#meta.get('cursor') ?? 0, asOf: null, wall };
    return { sequence: sequenceAt(this.#db, asOf), asOf, wall: Math.min(wall, asOf) };
  }
}
