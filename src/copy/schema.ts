// The tables of copy.db. Everything a chart is made of lives in [since, until) counted in commit sequences (= inbox
// sequences), so that "now" and "as it was" are the same question (design §6). What is written depends on the inbox alone.

import type { Database } from 'better-sqlite3-multiple-ciphers';
import { Failure } from '../domain/failures.ts';

export const COPY_SCHEMA_VERSION = 5;

/** `until` of a row that still holds, and `at` of a stay that has not ended. Six bytes on disk; no sequence or time reaches it. */
export const FOREVER = 140_737_488_355_327;

// `fact` is clustered by (patient, part, still holding first, newest clinical time first): a block of the chart reads its window
// in one piece, and superseded versions lie behind it, where only a reading of an earlier time looks.
const TABLES = `
CREATE TABLE meta (
  name TEXT PRIMARY KEY, value ANY
) STRICT, WITHOUT ROWID;

CREATE TABLE identity (
  no INTEGER PRIMARY KEY, domain TEXT NOT NULL, id TEXT NOT NULL, handle TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX identity_by_id ON identity (id, domain);
CREATE INDEX identity_by_handle ON identity (handle);

CREATE TABLE fact (
  identity INTEGER NOT NULL, part INTEGER NOT NULL, until INTEGER NOT NULL, at INTEGER NOT NULL,
  key TEXT NOT NULL, source TEXT NOT NULL, since INTEGER NOT NULL,
  state TEXT NOT NULL, event INTEGER NOT NULL, received INTEGER NOT NULL,
  stamp INTEGER NOT NULL, stamp_sequence INTEGER, stamps TEXT,
  unit TEXT, planned TEXT, orders TEXT, scope TEXT, unlisted INTEGER,
  body ANY NOT NULL, members ANY, former ANY,
  PRIMARY KEY (identity, part, until DESC, at DESC, key, source, since)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX fact_open ON fact (source, key, identity, part) WHERE until = ${FOREVER};
CREATE INDEX fact_unit ON fact (unit, until, at) WHERE unit IS NOT NULL;
CREATE INDEX fact_planned ON fact (planned, until, at) WHERE planned IS NOT NULL;
CREATE INDEX fact_closed ON fact (until) WHERE until < ${FOREVER};

CREATE TABLE link (
  a INTEGER NOT NULL, until INTEGER NOT NULL, b INTEGER NOT NULL, kind TEXT NOT NULL, source TEXT NOT NULL,
  owner INTEGER NOT NULL, since INTEGER NOT NULL,
  active INTEGER NOT NULL, stamp INTEGER NOT NULL, stamp_sequence INTEGER, received INTEGER NOT NULL,
  PRIMARY KEY (a, until DESC, b, kind, source, owner, since)
) STRICT, WITHOUT ROWID;

CREATE TABLE setting (
  name TEXT NOT NULL, source TEXT NOT NULL, key TEXT NOT NULL, until INTEGER NOT NULL, since INTEGER NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (name, source, key, until DESC, since)
) STRICT, WITHOUT ROWID;
CREATE INDEX setting_until ON setting (until);

CREATE TABLE outcome (
  seq INTEGER PRIMARY KEY, source TEXT NOT NULL, received INTEGER NOT NULL, outcome TEXT NOT NULL, type TEXT,
  reason TEXT, alarms TEXT, due INTEGER, subject INTEGER, visit TEXT,
  control TEXT, settled INTEGER, of_patients INTEGER NOT NULL
) STRICT;
CREATE INDEX outcome_by_source ON outcome (source, outcome, seq);
CREATE INDEX outcome_waiting ON outcome (seq) WHERE outcome = 'waiting';
CREATE INDEX outcome_of_source ON outcome (source, seq) WHERE outcome = 'set-aside' AND of_patients = 0;
CREATE INDEX outcome_control ON outcome (source, control) WHERE control IS NOT NULL AND settled IS NULL;
CREATE TABLE outcome_about (
  identity INTEGER NOT NULL, seq INTEGER NOT NULL,
  PRIMARY KEY (identity, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX outcome_about_seq ON outcome_about (seq);

CREATE TABLE mark (
  seq INTEGER PRIMARY KEY, wall INTEGER NOT NULL
) STRICT;

CREATE TABLE name (
  identity INTEGER NOT NULL, source TEXT NOT NULL, written TEXT NOT NULL, folded TEXT NOT NULL,
  PRIMARY KEY (identity, source)
) STRICT, WITHOUT ROWID;
-- Only which words an identity's names have, not where: beginnings of every length up to eight letters are looked up at once.
CREATE VIRTUAL TABLE name_word USING fts5 (
  words, content = '', contentless_delete = 1, detail = none, prefix = '1 2 3 4 5 6 7 8', tokenize = "ascii tokenchars '='"
);

CREATE TABLE in_load (
  source TEXT NOT NULL, key TEXT NOT NULL, identity INTEGER NOT NULL,
  PRIMARY KEY (source, key, identity)
) STRICT, WITHOUT ROWID;

CREATE TABLE attempt (
  first INTEGER PRIMARY KEY, last INTEGER NOT NULL, attempts INTEGER NOT NULL
) STRICT;
`;

/** Creates the tables in an empty database; refuses one made by another version. */
export function prepareCopySchema(db: Database): void {
  const version = db.pragma('user_version', { simple: true });
  if (version === COPY_SCHEMA_VERSION) return;
  const tables = db.prepare<[], number>('SELECT count(*) FROM sqlite_schema').pluck().get();
  if (version !== 0 || tables !== 0) {
    throw otherVersion(version);
  }
  db.transaction(() => {
    db.exec(TABLES);
    db.prepare("INSERT INTO meta VALUES ('cursor', 0), ('started', 0), ('wall', 0)").run();
    db.pragma(`user_version = ${COPY_SCHEMA_VERSION}`);
  })();
}

/** For readers: a copy that another version of the program made is not guessed at. @throws {Failure} `copy.other-version` */
export function requireCopySchema(db: Database): void {
  const version = db.pragma('user_version', { simple: true });
  if (version !== COPY_SCHEMA_VERSION) throw otherVersion(version);
}

const otherVersion = (version: unknown): Failure =>
  new Failure('copy.other-version', `kopians form ${String(version)}, programmets ${COPY_SCHEMA_VERSION}`);

/** The last inbox sequence applied; 0 in a copy that has applied nothing. */
export const copyCursor = (db: Database): number =>
  db.prepare<[], number>("SELECT value FROM meta WHERE name = 'cursor'").pluck().get() ?? 0;
