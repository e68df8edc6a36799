// How the ledger lies in its database file. `position` is the order in which entries came to this station, its own and others'.

import type { Database } from 'better-sqlite3-multiple-ciphers';
import { ERASABLE_KINDS } from '../domain/erasure.ts';

const VERSION = 1;

const SCHEMA = `
CREATE TABLE chain (no INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, is_own INTEGER NOT NULL);
CREATE UNIQUE INDEX own_chain ON chain (is_own) WHERE is_own = 1;
CREATE TABLE epoch (chain INTEGER NOT NULL, epoch INTEGER NOT NULL, public_key TEXT NOT NULL, PRIMARY KEY (chain, epoch)) WITHOUT ROWID;
CREATE TABLE entry (
  position INTEGER PRIMARY KEY, chain INTEGER NOT NULL, epoch INTEGER NOT NULL, sequence INTEGER NOT NULL,
  id BLOB NOT NULL, kind TEXT NOT NULL, event_at INTEGER NOT NULL, registered_at INTEGER NOT NULL,
  author TEXT NOT NULL, unit TEXT, patient TEXT,
  body_hash BLOB NOT NULL, previous_hash BLOB NOT NULL, hash BLOB NOT NULL, signature BLOB NOT NULL
);
CREATE UNIQUE INDEX entry_place ON entry (chain, epoch, sequence);
-- Of their own, so that an erasure takes body and salt and leaves the chain whole.
CREATE TABLE body (position INTEGER PRIMARY KEY, salt BLOB NOT NULL, content BLOB NOT NULL);
-- Not to be erased yet.
CREATE TABLE unreturned (position INTEGER PRIMARY KEY);
-- Places whose body may not be kept; done = 0 while the entry is unreturned here or has not come.
CREATE TABLE erasure (
  chain INTEGER NOT NULL, epoch INTEGER NOT NULL, sequence INTEGER NOT NULL, done INTEGER NOT NULL,
  PRIMARY KEY (chain, epoch, sequence)
) WITHOUT ROWID;
-- Taken without their body, and no erasure is known: not secured until one or the other comes.
CREATE TABLE bodiless (
  chain INTEGER NOT NULL, epoch INTEGER NOT NULL, sequence INTEGER NOT NULL, PRIMARY KEY (chain, epoch, sequence)
) WITHOUT ROWID;
-- Rightly signed, and beside the chain: another entry at a place that is taken, or what follows such a one. Kept and shown.
CREATE TABLE apart (
  chain INTEGER NOT NULL, epoch INTEGER NOT NULL, sequence INTEGER NOT NULL, hash BLOB NOT NULL,
  noticed_at INTEGER NOT NULL, entry TEXT NOT NULL, salt BLOB, content BLOB,
  PRIMARY KEY (chain, epoch, sequence, hash)
) WITHOUT ROWID;
CREATE INDEX apart_hash ON apart (hash);
-- The furthest head each other station has countersigned.
CREATE TABLE receipt (
  chain INTEGER NOT NULL, epoch INTEGER NOT NULL, receiver TEXT NOT NULL, sequence INTEGER NOT NULL, receipt TEXT NOT NULL,
  PRIMARY KEY (chain, epoch, receiver)
) WITHOUT ROWID;
-- How far each derived table has come in positions, and by which version of its rules.
CREATE TABLE projection (name TEXT PRIMARY KEY, version INTEGER NOT NULL, cursor INTEGER NOT NULL) WITHOUT ROWID;
`;

/**
 * What a device drew for each entry that it may tell of again, hashed: it stays when the body is erased, so that what was erased does not
 * come back by being told again. Files of before it are given an empty one; nothing in them could be told twice by name.
 */
const TOLD = 'CREATE TABLE IF NOT EXISTS told (name BLOB PRIMARY KEY, position INTEGER NOT NULL) WITHOUT ROWID;';

/** Kinds whose entries people name by id: emergency openings and choices to review, and what a lawful decision can be about. */
export const NAMED_KINDS = `kind IN (${ERASABLE_KINDS.map((kind) => `'${kind}'`).join(', ')})`;

/** Found without going through every entry, and weighing nothing for those that nobody names. Files of before are given them. */
const INDEXES = `
CREATE INDEX IF NOT EXISTS entry_named ON entry (id) WHERE ${NAMED_KINDS};
CREATE INDEX IF NOT EXISTS entry_review ON entry (event_at) WHERE kind = 'access.reviewed';
`;

export function prepareLedgerSchema(db: Database): void {
  // What an erasure frees is overwritten at once, not when the page happens to be used again.
  db.pragma('secure_delete=ON');
  const version = db.pragma('user_version', { simple: true });
  if (version === VERSION) {
    db.exec(TOLD + INDEXES);
    return;
  }
  if (version !== 0) throw new Error(`ledger: the file has layout ${String(version)}, this program knows ${VERSION}`);
  db.transaction(() => {
    db.exec(SCHEMA);
    db.exec(TOLD + INDEXES);
    db.pragma(`user_version=${VERSION}`);
  })();
}

/** For who only reads: false while the file has just been made. */
export const isLedgerReady = (db: Database): boolean => db.pragma('user_version', { simple: true }) === VERSION;
