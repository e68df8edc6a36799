import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3-multiple-ciphers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Failure } from '../../domain/failures.ts';
import { openDatabase } from './open-database.ts';

const key = Buffer.alloc(32, 5);
const name = 'Åsa Övningsson';
let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reservkraft-open-'));
  file = join(folder, 'copy.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function keep(rows: number): void {
  const db = openDatabase({ file, key, role: 'copy' });
  db.exec('CREATE TABLE person (name TEXT)');
  const insert = db.prepare('INSERT INTO person VALUES (?)');
  for (let row = 0; row < rows; row++) insert.run(`${name} ${row}`);
  db.close();
}

function damage(offset: number): void {
  const fd = openSync(file, 'r+');
  writeSync(fd, Buffer.from([1, 2, 3, 4]), 0, 4, offset);
  closeSync(fd);
}

const codeOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    return error instanceof Failure ? error.code : String(error);
  }
  return 'nothing thrown';
};

describe('§5.12 opening a database that is encrypted at rest', () => {
  it('waits for the disk at every commit of inbox and ledger, also at the second opening', () => {
    for (const role of ['inbox', 'ledger'] as const)
      for (let opening = 0; opening < 2; opening++) {
        const db = openDatabase({ file: join(folder, `${role}.db`), key, role });
        expect(db.pragma('synchronous', { simple: true })).toBe(2);
        expect(db.pragma('temp_store', { simple: true })).toBe(2);
        expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
        db.close();
      }
  });

  it('leaves no clear text in file, WAL or a large sort', () => {
    const db = openDatabase({ file, key, role: 'copy' });
    db.exec('CREATE TABLE person (name TEXT)');
    const insert = db.prepare('INSERT INTO person VALUES (?)');
    db.transaction(() => {
      for (let row = 0; row < 5000; row++) insert.run(`${name} ${row}`);
    })();
    expect(db.prepare('SELECT name FROM person ORDER BY name DESC').all()).toHaveLength(5000);
    const files = readdirSync(folder);
    expect(files).toContain('copy.db-wal');
    for (const each of files) expect(readFileSync(join(folder, each)).includes('vningsson'), each).toBe(false);
    db.close();
  });

  it('tells a wrong key from a damaged first page', () => {
    keep(10);
    expect(codeOf(() => openDatabase({ file, key: Buffer.alloc(32, 6), role: 'copy' }))).toBe('key.wrong');
    damage(40);
    expect(codeOf(() => openDatabase({ file, key, role: 'copy' }))).toBe('store.damaged');
  });

  it('refuses a key of the wrong length, which SQLite would take for a passphrase', () => {
    expect(codeOf(() => openDatabase({ file, key: key.subarray(1), role: 'copy' }))).toBe('key.malformed');
  });

  it('refuses a file made with another page size, and leaves it alone', () => {
    const db = new Sqlite(file);
    db.pragma("cipher='aegis'");
    db.pragma(`key='raw:${key.toString('hex')}'`);
    db.pragma('page_size=8192');
    db.exec('CREATE TABLE person (name TEXT)');
    db.close();
    expect(codeOf(() => openDatabase({ file, key, role: 'copy' }))).toBe('store.setting-differs');
  });
});
