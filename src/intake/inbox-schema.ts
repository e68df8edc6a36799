// How the inbox lies in its database file. Raw bytes lie together in packs, one or more a commit: small messages compress far
// better together, and one call instead of hundreds leaves the time to the disk.

import type { Database } from 'better-sqlite3-multiple-ciphers';
import { Failure } from '../domain/failures.ts';
import { RepetitionTable } from './inbox-repetition.ts';

const VERSION = 2;
const FORMER_VERSION = 1;

/** One small row a message for 400 days. `content`: the start of the message's SHA-256. */
const REPETITION = `
CREATE TABLE repetition (
  source INTEGER NOT NULL, control TEXT NOT NULL, content BLOB NOT NULL,
  seq INTEGER NOT NULL, day INTEGER NOT NULL, times INTEGER NOT NULL,
  PRIMARY KEY (source, control, content)
) WITHOUT ROWID;`;

const SCHEMA = `
CREATE TABLE source (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE boot (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
-- chain: SHA-256 over the former pack's chain and everything of this pack's rows.
CREATE TABLE pack (
  first INTEGER PRIMARY KEY, last INTEGER NOT NULL, chain BLOB NOT NULL,
  compressed INTEGER NOT NULL, bytes INTEGER NOT NULL, content BLOB NOT NULL
);
CREATE TABLE received (
  seq INTEGER PRIMARY KEY, pack INTEGER NOT NULL, start INTEGER NOT NULL, length INTEGER NOT NULL,
  answer_length INTEGER NOT NULL, source INTEGER NOT NULL, format INTEGER NOT NULL,
  wall_ms INTEGER NOT NULL, boot INTEGER NOT NULL, monotonic_ms INTEGER NOT NULL,
  sha256 BLOB NOT NULL, control_id TEXT
);
${REPETITION}-- Sequence numbers that were acknowledged once and whose content was lost with a file: known, said, and filled with nothing.
CREATE TABLE lost (first INTEGER PRIMARY KEY, last INTEGER NOT NULL, noticed_ms INTEGER NOT NULL);
-- Everything up to this sequence has been dropped by retention.
CREATE TABLE purged (id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER NOT NULL, chain BLOB NOT NULL);
`;

export function prepareInboxSchema(db: Database): void {
  const version = db.pragma('user_version', { simple: true });
  if (version === VERSION) return;
  if (version === FORMER_VERSION) {
    remakeRepetitions(db);
    return;
  }
  if (version !== 0) throw new Error(`inbox: the file has layout ${String(version)}, this program knows ${VERSION}`);
  db.transaction(() => {
    db.exec(SCHEMA);
    db.prepare('INSERT INTO purged VALUES (1, 0, ?)').run(Buffer.alloc(32));
    db.pragma(`user_version=${VERSION}`);
  })();
}

/**
 * Before version 2 repetitions lay under a hash that can't be read back: they are made again from the rows kept. Of older
 * messages the memory is lost, and one of them sent again counts as new (it is applied by content, so it changes no chart).
 */
function remakeRepetitions(db: Database): void {
  db.transaction(() => {
    db.exec('DROP TABLE repetition');
    db.exec(REPETITION);
    const repetitions = new RepetitionTable(db);
    const rows = db.prepare<[], { source: number; control: string; sha256: Buffer; seq: number; wall: number }>(
      `SELECT source, control_id AS control, sha256, seq, wall_ms AS wall FROM received
       WHERE control_id IS NOT NULL ORDER BY seq`,
    );
    for (const { source, control, sha256, seq, wall } of rows.all())
      repetitions.remember({ source, controlId: control, sha256 }, seq, wall);
    db.pragma(`user_version=${VERSION}`);
  })();
}

/** Names that recur in every row (sources, boots) as small numbers. Forget after a rollback: it may hold what was not kept. */
export class NameTable {
  readonly #insert;
  readonly #byName;
  readonly #byId;
  #idOf = new Map<string, number>();
  #nameOf = new Map<number, string>();

  constructor(db: Database, table: 'source' | 'boot') {
    this.#insert = db.prepare<[string]>(`INSERT INTO ${table} (name) VALUES (?)`);
    this.#byName = db.prepare<[string], { id: number }>(`SELECT id FROM ${table} WHERE name = ?`);
    this.#byId = db.prepare<[number], { name: string }>(`SELECT name FROM ${table} WHERE id = ?`);
  }

  id(name: string): number {
    const known = this.#idOf.get(name) ?? this.#byName.get(name)?.id;
    const id = known ?? Number(this.#insert.run(name).lastInsertRowid);
    this.#idOf.set(name, id);
    return id;
  }

  name(id: number): string {
    const name = this.#nameOf.get(id) ?? this.#byId.get(id)?.name;
    if (name === undefined)
      throw new Failure('store.damaged', 'inbox.db: a row names a source or boot that is not kept');
    this.#nameOf.set(id, name);
    return name;
  }

  forget(): void {
    this.#idOf = new Map();
    this.#nameOf = new Map();
  }
}
