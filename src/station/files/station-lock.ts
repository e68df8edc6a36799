// Keeps a second station out of a data folder. Two that write the same inbox would give the same sequence number to two
// patients' messages.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite, { type Database } from 'better-sqlite3-multiple-ciphers';
import { Failure } from '../../domain/failures.ts';
import { sqliteCode } from './open-database.ts';

export const LOCK_FILE = 'station.lock';

/**
 * Takes the folder until the returned function is called or the process ends, however it ends: the lock is one of the
 * operating system's (held by SQLite on an empty database of its own), so nothing stale stays behind after a power cut.
 */
export function lockStation(dataFolder: string): () => void {
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  const holder = join(dataFolder, 'station.pid');
  const db = openLock(join(dataFolder, LOCK_FILE));
  try {
    db.pragma('journal_mode=memory');
    db.pragma('locking_mode=exclusive');
    db.exec('BEGIN EXCLUSIVE');
    writeFileSync(holder, `${process.pid}\n`);
    return () => db.close();
  } catch (error) {
    db.close();
    if (sqliteCode(error) !== 'SQLITE_BUSY')
      throw new Failure('store.cannot-open', `${LOCK_FILE}: ${sqliteCode(error)}`);
    const pid = existsSync(holder) ? readFileSync(holder, 'utf8').trim() : '';
    throw new Failure('station.already-running', /^\d+$/.test(pid) ? `process ${pid}` : null);
  }
}

function openLock(file: string): Database {
  try {
    return new Sqlite(file, { timeout: 0 });
  } catch (error) {
    throw new Failure('store.cannot-open', `${LOCK_FILE}: ${sqliteCode(error)}`);
  }
}
