// Who was shown what, for the region's log review (HSLF-FS 2016:40 4 kap. 9 §): by patient, by person, by time. Derived from the
// entries alone; it can be dropped and made again at any time, and is when its rules change.

import type { Database, Statement } from 'better-sqlite3-multiple-ciphers';
import { isReviewedKind } from '../domain/entry-kinds.ts';
import { limits } from '../limits.ts';
import type { EntryStore, KeptItem } from './entry-store.ts';
import { readJson } from './opening.ts';

const NAME = 'read-log';
/** To be raised with every change of what is derived: a ledger with another version makes it again. */
const VERSION = 3;

const TABLES = `
CREATE TABLE read_log (position INTEGER PRIMARY KEY, at INTEGER NOT NULL, person TEXT NOT NULL, unit TEXT);
CREATE INDEX read_log_at ON read_log (at, position);
CREATE INDEX read_log_person ON read_log (person, at, position);
CREATE TABLE read_patient (
  patient TEXT NOT NULL, at INTEGER NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (patient, at, position)
) WITHOUT ROWID;
CREATE INDEX read_patient_position ON read_patient (position);
`;

export interface ReadLogFilter {
  /** Any of these handles: a person can have had several numbers. */
  readonly patients?: readonly string[];
  readonly person?: string;
  readonly unit?: string;
  /** Event time, from inclusive, to exclusive. */
  readonly from?: number;
  readonly to?: number;
  /** The last row of the page before. */
  readonly before?: { readonly at: number; readonly position: number };
  readonly limit?: number;
}

export interface ReadLogRow {
  readonly position: number;
  readonly at: number;
  readonly kind: string;
  readonly author: string;
  /** Who is said to have read: the signed-in person, or who the program said it asked for. */
  readonly person: string;
  readonly unit: string | null;
  readonly patients: readonly string[];
}

export class ReadLog {
  readonly #db: Database;
  readonly #store: EntryStore;
  #prepared: Readonly<Record<'log' | 'patient' | 'cursor', Statement<unknown[]>>> | null = null;

  constructor(db: Database, store: EntryStore) {
    this.#db = db;
    this.#store = store;
  }

  /** Makes the tables, or makes them anew where they are of another version. Within the caller's transaction. */
  prepare(): void {
    const kept = this.#db
      .prepare<[string], { version: number }>('SELECT version FROM projection WHERE name = ?')
      .get(NAME);
    if (kept?.version !== VERSION) this.drop();
  }

  /** What is dropped is derived again by `catchUp`. */
  drop(): void {
    for (const table of ['read_log', 'read_patient']) this.#db.exec(`DROP TABLE IF EXISTS ${table}`);
    this.#db.exec(TABLES);
    this.#db.prepare('INSERT OR REPLACE INTO projection VALUES (?, ?, 0)').run(NAME, VERSION);
  }

  /** The last position that has been looked at. */
  get cursor(): number {
    return this.#db.prepare<[string], number>('SELECT cursor FROM projection WHERE name = ?').pluck().get(NAME) ?? 0;
  }

  /** Looks at the next entries; true when there may be more. Within the caller's transaction. */
  catchUp(): boolean {
    const items = this.#store.after(this.cursor, limits.ledgerProjectionBatch);
    for (const item of items) this.#derive(item);
    const last = items.at(-1);
    if (last !== undefined) this.#writing().cursor.run(last.position, NAME);
    return items.length === limits.ledgerProjectionBatch;
  }

  /** The body is gone: what came from it goes too. */
  erased(item: KeptItem): void {
    if (item.position > this.cursor) return;
    this.#db.prepare('DELETE FROM read_log WHERE position = ?').run(item.position);
    this.#db.prepare('DELETE FROM read_patient WHERE position = ?').run(item.position);
    this.#derive(item);
  }

  /** Newest first. */
  read(filter: ReadLogFilter): ReadLogRow[] {
    const limit = Math.min(filter.limit ?? limits.ledgerPageRowsMax, limits.ledgerPageRowsMax);
    const { where, values } = conditions(filter);
    const patients = filter.patients ?? [];
    const source =
      filter.patients === undefined
        ? 'read_log AS log'
        : `(SELECT DISTINCT position, at FROM read_patient WHERE patient IN (${patients.map(() => '?').join(', ')})) AS found
           JOIN read_log AS log ON log.position = found.position`;
    return this.#db
      .prepare<unknown[], Omit<ReadLogRow, 'patients'>>(
        `SELECT log.position, log.at, entry.kind, entry.author, log.person, log.unit FROM ${source}
         JOIN entry ON entry.position = log.position ${where} ORDER BY log.at DESC, log.position DESC LIMIT ?`,
      )
      .all(...patients, ...values, limit)
      .map((row) => ({ ...row, patients: this.#patientsOf(row.position) }));
  }

  /** Everything derived, in order: for comparing with what is made anew. */
  dump(): readonly unknown[] {
    return ['read_log ORDER BY position', 'read_patient ORDER BY patient, at, position'].map((table) =>
      this.#db.prepare(`SELECT * FROM ${table}`).raw().all(),
    );
  }

  #patientsOf(position: number): string[] {
    return this.#db
      .prepare<[number], string>('SELECT patient FROM read_patient WHERE position = ? ORDER BY patient')
      .pluck()
      .all(position);
  }

  /** Once the tables are there; SQLite prepares them anew by itself when the tables are made anew. */
  #writing() {
    this.#prepared ??= {
      log: this.#db.prepare('INSERT INTO read_log VALUES (?, ?, ?, ?)'),
      patient: this.#db.prepare('INSERT INTO read_patient VALUES (?, ?, ?)'),
      cursor: this.#db.prepare('UPDATE projection SET cursor = ? WHERE name = ?'),
    };
    return this.#prepared;
  }

  #derive({ position, entry, body }: KeptItem): void {
    if (!isReviewedKind(entry.kind)) return;
    const insert = this.#writing();
    const said = body === null ? null : readJson(body.content);
    // Of what an app tells later: who read, whoever is signed in when it is told.
    const person = [said?.['readBy'], said?.['by'], entry.author].find(
      (one) => typeof one === 'string' && one !== '',
    ) as string;
    insert.log.run(position, entry.eventAt, person, entry.unit);
    const shown = Array.isArray(said?.['patients']) ? said['patients'] : [];
    const patients = new Set([entry.patient, ...shown].filter((one) => typeof one === 'string'));
    for (const patient of patients) insert.patient.run(patient, entry.eventAt, position);
  }
}

function conditions({ person, unit, from, to, before }: ReadLogFilter): { where: string; values: (string | number)[] } {
  const all: [condition: string, ...values: (string | number | undefined)[]][] = [
    ['log.person = ?', person],
    ['log.unit = ?', unit],
    ['log.at >= ?', from],
    ['log.at < ?', to],
    ['(log.at, log.position) < (?, ?)', before?.at, before?.position],
  ];
  const used = all.filter(([, first]) => first !== undefined);
  return {
    where: used.length === 0 ? '' : `WHERE ${used.map(([condition]) => condition).join(' AND ')}`,
    values: used.flatMap(([, ...values]) => values.filter((value) => value !== undefined)),
  };
}
