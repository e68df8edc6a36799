// That the file is another than the one its witness saw. The witness follows the file from then on, so the file itself remembers it:
// it is told at every start, and not only at the one that found it.

import type { Database } from 'better-sqlite3-multiple-ciphers';

export interface Fork {
  /** Where the witness had seen another row. */
  readonly seq: number;
  readonly noticedMs: number;
}

const FORKS = 'SELECT seq, noticed_ms AS noticedMs FROM forked ORDER BY seq';
const TABLE = 'CREATE TABLE IF NOT EXISTS forked (seq INTEGER PRIMARY KEY, noticed_ms INTEGER NOT NULL)';
/** Hardly any file has such a table: it is made when it is needed, also in one laid out before there was any. */
const HAS_TABLE = "SELECT 1 FROM sqlite_schema WHERE name = 'forked'";

/** Inside the caller's transaction. */
export function noteFork(db: Database, { seq, noticedMs }: Fork): void {
  db.exec(TABLE);
  db.prepare('INSERT OR REPLACE INTO forked VALUES (?, ?)').run(seq, noticedMs);
}

/** Oldest first, as they lie on disk. */
export function forksOf(db: Database): readonly Fork[] {
  if (db.prepare(HAS_TABLE).get() === undefined) return [];
  return db.prepare<[], Fork>(FORKS).all();
}
