// Snapshots of the copy: whole, checked files to start again from when copy.db is damaged. One counts only when it has been read
// through, and older ones go only when a newer one counts.

import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { copyCursor, requireCopySchema } from '../../copy/schema.ts';
import { Failure } from '../../domain/failures.ts';
import { limits } from '../../limits.ts';
import { type FaultHook, noFaults } from '../fault-points.ts';
import { openDatabase, sqliteCode } from '../files/open-database.ts';
import { syncFile } from '../files/sync-file.ts';
import { syncFolder } from '../files/witness.ts';

export interface Snapshot {
  readonly file: string;
  /** The last inbox sequence in it: the inbox must reach back to here. */
  readonly cursor: number;
  readonly takenMs: number;
  readonly bytes: number;
}

const NAME = /^copy-(\d+)-(\d+)\.db$/;

/** Newest first: by how far they have come, for the clock that named them may have been wrong. */
export function listSnapshots(folder: string): Snapshot[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .flatMap((name) => {
      const found = NAME.exec(name);
      if (found === null) return [];
      const file = join(folder, name);
      return [{ file, takenMs: Number(found[1]), cursor: Number(found[2]), bytes: statSync(file).size }];
    })
    .sort((a, b) => b.cursor - a.cursor || b.takenMs - a.takenMs);
}

export interface TakeSnapshotOptions {
  readonly copyFile: string;
  readonly folder: string;
  readonly key: Buffer;
  readonly wallMs: number;
  readonly fault?: FaultHook;
}

/** Slow: for a thread of its own. @throws {Failure} `snapshot.failed`; what was there before is then untouched. */
export function takeSnapshot({ copyFile, folder, key, wallMs, fault = noFaults }: TakeSnapshotOptions): Snapshot {
  const making = join(folder, 'copy.making');
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    removeDatabase(making);
    const copy = openDatabase({ file: copyFile, key, role: 'copy', readonly: true });
    try {
      copy.prepare('VACUUM INTO ?').run(making);
    } finally {
      copy.close();
    }
    fault('during-snapshot');
    const cursor = checkSnapshot(making, key);
    syncFile(making);
    const file = join(folder, `copy-${wallMs}-${cursor}.db`);
    renameSync(making, file);
    syncFolder(folder);
    removeDatabase(making);
    for (const old of listSnapshots(folder).slice(limits.snapshotsKept)) removeDatabase(old.file);
    return { file, cursor, takenMs: wallMs, bytes: statSync(file).size };
  } catch (error) {
    tryToRemove(making);
    if (error instanceof Failure) throw error;
    throw new Failure('snapshot.failed', sqliteCode(error));
  }
}

/**
 * What cannot be removed now (a folder that is none, a read-only disk) is removed before the next is made: it must not take
 * the place of the reason why there is no snapshot.
 */
function tryToRemove(file: string): void {
  try {
    removeDatabase(file);
  } catch (error) {
    // Only what the file system answers.
    if (!(error instanceof Error && 'errno' in error)) throw error;
  }
}

/** Reads every page with its authentication; returns the cursor. @throws {Failure} */
function checkSnapshot(file: string, key: Buffer): number {
  const db = openDatabase({ file, key, role: 'copy' });
  try {
    const answer = db.pragma('integrity_check(1)', { simple: true });
    if (answer !== 'ok') throw new Failure('snapshot.failed', 'kontrollen av filen (integrity_check)');
    requireCopySchema(db);
    return copyCursor(db);
  } finally {
    db.close();
  }
}

/** Puts a snapshot in the place of a copy that is gone; the snapshot itself stays. @throws {Failure} when it is damaged too. */
export function restoreSnapshot(snapshot: Snapshot, copyFile: string, key: Buffer): void {
  const making = `${copyFile}.making`;
  removeDatabase(making);
  copyFileSync(snapshot.file, making);
  checkSnapshot(making, key);
  syncFile(making);
  renameSync(making, copyFile);
  removeDatabase(making);
}

export function removeDatabase(file: string): void {
  for (const beside of ['', '-wal', '-shm', '.key-check']) rmSync(`${file}${beside}`, { force: true });
}
