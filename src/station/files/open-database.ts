// The one function that opens a database of the station: everything that makes a commit durable and keeps clear text off the
// disk is set here, read back, and the station refuses to start on a difference. A setting lost silently (`synchronous`
// falls back to its default at every opening) would only be noticed after a power cut, by missing patients.

import { createHmac } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import Sqlite, { type Database } from 'better-sqlite3-multiple-ciphers';
import { Failure } from '../../domain/failures.ts';

/** `copy` may lose its last commits in a power cut: it is a cache with a cursor, and the inbox has the rows. */
export type DatabaseRole = 'inbox' | 'copy' | 'ledger' | 'access';

const SYNCHRONOUS_FULL = 2;
const SYNCHRONOUS_NORMAL = 1;
const TEMP_STORE_MEMORY = 2;
const KIB = 1024;

interface RoleSettings {
  readonly synchronous: number;
  readonly cacheKib: number;
  /** Pages in the WAL before a commit also moves them into the file; a thread of its own normally has done so before. */
  readonly walPages: number;
}

const ROLES: Record<DatabaseRole, RoleSettings> = {
  inbox: { synchronous: SYNCHRONOUS_FULL, cacheKib: 8 * KIB, walPages: 8000 },
  copy: { synchronous: SYNCHRONOUS_NORMAL, cacheKib: 32 * KIB, walPages: 8000 },
  access: { synchronous: SYNCHRONOUS_FULL, cacheKib: 1 * KIB, walPages: 200 },
  ledger: { synchronous: SYNCHRONOUS_FULL, cacheKib: 4 * KIB, walPages: 1000 },
};

export const PAGE_BYTES = 4096;
const BUSY_MS = 5000;
const WAL_KEPT_BYTES = 64 * KIB * KIB;

export interface OpenDatabaseOptions {
  readonly file: string;
  /** 32 bytes from the station's key (keys.ts). */
  readonly key: Buffer;
  readonly role: DatabaseRole;
  readonly readonly?: boolean;
  /** Less than the role's own, for a connection that reads each page once. */
  readonly cacheKib?: number;
}

/** @throws {Failure} with a code; never with the key or content in its text. */
export function openDatabase(options: OpenDatabaseOptions): Database {
  const hex = options.key.toString('hex');
  // SQLite takes a raw key of another length silently as a passphrase, and derives another key from it.
  if (!/^[0-9a-f]{64}$/.test(hex)) throw new Failure('key.malformed', 'inte 32 byte');
  const name = basename(options.file);
  // A URI would be taken for a file name and end up on disk with whatever stands in it.
  if (name.includes('?') || options.file.startsWith('file:'))
    throw new Failure('store.cannot-open', 'en URI i stället för en fil');
  checkKey(options.file, options.key);
  let db: Database;
  try {
    db = new Sqlite(options.file, { readonly: options.readonly === true, timeout: BUSY_MS });
  } catch (error) {
    throw new Failure('store.cannot-open', `${name}: ${sqliteCode(error)}`);
  }
  try {
    // The order matters: cipher, then key, then the first read; a wrong key is noticed only there.
    db.pragma("cipher='aegis'");
    db.pragma(`key='raw:${hex}'`);
    if (options.readonly !== true) db.pragma(`page_size=${PAGE_BYTES}`);
    db.prepare('SELECT count(*) FROM sqlite_schema').get();
    const ofRole = ROLES[options.role];
    const role = { ...ofRole, cacheKib: options.cacheKib ?? ofRole.cacheKib };
    if (options.readonly !== true) db.pragma('journal_mode=wal');
    for (const [pragma, value] of settings(role)) db.pragma(`${pragma}=${value}`);
    readBack(db, role, name);
    if (options.readonly !== true) {
      refuseReadonlyDisk(db);
      rememberKey(options.file, options.key);
    }
    return db;
  } catch (error) {
    db.close();
    throw openingFault(error, name);
  }
}

/** SQLite opens a file it may not write silently for reading, and would stay so when the disk can be written again. */
function refuseReadonlyDisk(db: Database): void {
  db.exec('BEGIN IMMEDIATE');
  db.exec('ROLLBACK');
}

function settings(role: RoleSettings): [pragma: string, value: number][] {
  return [
    ['synchronous', role.synchronous],
    // Large sorts and statement journals would otherwise be written to disk in clear text.
    ['temp_store', TEMP_STORE_MEMORY],
    ['busy_timeout', BUSY_MS],
    // A mapped page would be read past the cipher's checks.
    ['mmap_size', 0],
    ['cache_size', -role.cacheKib],
    ['wal_autocheckpoint', role.walPages],
    ['journal_size_limit', WAL_KEPT_BYTES],
    ['foreign_keys', 1],
    ['trusted_schema', 0],
    ['cell_size_check', 1],
  ];
}

function readBack(db: Database, role: RoleSettings, name: string): void {
  const expected: [string, string | number][] = [
    ['cipher', 'aegis'],
    ['journal_mode', 'wal'],
    ['page_size', PAGE_BYTES],
    ...settings(role),
  ];
  for (const [pragma, value] of expected) {
    const is = db.pragma(pragma, { simple: true });
    if (is !== value) throw new Failure('store.setting-differs', `${name}: ${pragma} är ${String(is)}`);
  }
}

/**
 * A damaged first page looks exactly like a wrong key to SQLite; the value beside the file tells them apart.
 * @throws {Failure} `key.wrong`
 */
export function checkKey(file: string, key: Buffer): void {
  if (!existsSync(keyCheckFile(file)) || !existsSync(file)) return;
  const kept = readFileSync(keyCheckFile(file), 'utf8').trim();
  if (kept.length === keyCheckValue(key).length && kept !== keyCheckValue(key))
    throw new Failure('key.wrong', basename(file));
}

function rememberKey(file: string, key: Buffer): void {
  const path = keyCheckFile(file);
  if (existsSync(path) && readFileSync(path, 'utf8').trim() === keyCheckValue(key)) return;
  writeFileSync(path, `${keyCheckValue(key)}\n`, { mode: 0o600 });
}

const keyCheckFile = (file: string): string => `${file}.key-check`;

/** Half an HMAC of a fixed text: shows whether two keys are the same, and nothing else of a 256-bit key. */
const keyCheckValue = (key: Buffer): string =>
  createHmac('sha256', key).update('reservkraft key check 1').digest('hex').slice(0, 32);

function openingFault(error: unknown, name: string): unknown {
  if (error instanceof Failure) return error;
  const code = sqliteCode(error);
  if (isDamage(error)) return new Failure('store.damaged', `${name}: ${code}`);
  return new Failure('store.cannot-open', `${name}: ${code}`);
}

/** `SQLITE_…`, or `unknown`. The message itself is left out: it can quote SQL. */
export function sqliteCode(error: unknown): string {
  if (error instanceof Sqlite.SqliteError) return error.code;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'unknown';
}

/**
 * Closes a writing connection and leaves WAL and index behind, empty: without them a disk that has become read-only by the next
 * start could not even be read from.
 */
export function closeReadable(db: Database, options: Omit<OpenDatabaseOptions, 'readonly'>): void {
  let reader: Database | null = null;
  try {
    reader = openDatabase({ ...options, readonly: true });
    reader.prepare('SELECT count(*) FROM sqlite_schema').get();
    db.pragma('wal_checkpoint(TRUNCATE)');
  } catch {
    // Then it is closed as it stands; what is committed is in the WAL.
  } finally {
    db.close();
    reader?.close();
  }
}

/** The file's content is not what was written (changed page, cut file), as opposed to a disk that is full or read-only. */
export function isDamage(error: unknown): boolean {
  if (error instanceof Failure) return error.code === 'store.damaged';
  return /^SQLITE_(CORRUPT|NOTADB)/.test(sqliteCode(error));
}
