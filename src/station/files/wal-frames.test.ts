import { copyFileSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openDatabase } from './open-database.ts';
import { walFrames } from './wal-frames.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reservkraft-wal-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A log of two rounds, the second shorter than the first; the last three commits of two or more pages each. */
function log(): { file: string; db: ReturnType<typeof openDatabase> } {
  const file = join(folder, 'inbox.db');
  const db = openDatabase({ file, key: Buffer.alloc(32, 3), role: 'inbox' });
  db.exec('CREATE TABLE t (n INTEGER PRIMARY KEY, content BLOB)');
  const insert = db.prepare('INSERT INTO t (content) VALUES (zeroblob(9000))');
  for (let n = 0; n < 20; n++) insert.run();
  db.pragma('wal_checkpoint(RESTART)');
  for (let n = 0; n < 3; n++) insert.run();
  return { file, db };
}

it('the frames that count are those SQLite itself would read: of this round, whole, and committed', () => {
  const { file, db } = log();
  const known = db.pragma('wal_checkpoint(PASSIVE)') as { log: number }[];
  const wal = `${file}-wal`;
  const frames = walFrames(openSync(wal, 'r'));
  expect(frames).toHaveLength(known[0]?.log ?? 0);
  expect(frames.length).toBeGreaterThan(6);
  db.close();
});

it('a changed bit ends them at the commit before it, and what is no log has none', () => {
  const { file, db } = log();
  const wal = join(folder, 'changed');
  const frames = walFrames(openSync(`${file}-wal`, 'r'));
  copyFileSync(`${file}-wal`, wal);
  db.close();
  const bytes = readFileSync(wal);
  const at = frames.at(-1)?.offset ?? 0;
  bytes.writeUInt8(bytes.readUInt8(at + 9) ^ 1, at + 9);
  writeFileSync(wal, bytes);
  const fewer = walFrames(openSync(wal, 'r'));
  expect(fewer.length).toBeGreaterThan(0);
  expect(fewer).toEqual(frames.slice(0, fewer.length));
  expect(fewer.length).toBeLessThan(frames.length);
  for (const none of [Buffer.alloc(0), Buffer.alloc(9000), bytes.subarray(1)]) {
    writeFileSync(wal, none);
    expect(walFrames(openSync(wal, 'r'))).toEqual([]);
  }
});
