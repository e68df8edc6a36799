// Another version of the program than the one that last wrote here is about to take over: the copy is first kept as the former
// one left it, so that there is a way back (design §6).

import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { COPY_SCHEMA_VERSION } from '../../copy/schema.ts';
import { Failure } from '../../domain/failures.ts';
import { COPY_FILE } from '../files/data-folder.ts';
import type { StationKeys } from '../files/keys.ts';
import { storageFailure } from '../files/storage-failure.ts';
import { syncFolder } from '../files/witness.ts';
import type { StationNotes } from '../notes.ts';
import { takeSnapshot } from './snapshots.ts';

export interface ProgramVersion {
  readonly program: string;
  readonly copySchema: number;
}

const VERSION_FILE = 'version.json';

export function thisVersion(): ProgramVersion {
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  return { program: String((JSON.parse(text) as { version: unknown }).version), copySchema: COPY_SCHEMA_VERSION };
}

export interface UpgradeOptions {
  readonly dataFolder: string;
  readonly keys: StationKeys;
  readonly wallMs: number;
  readonly version: ProgramVersion;
  readonly notes: StationNotes;
}

/** Before the copy is opened for writing. A snapshot that fails is told; the ward's charts come first, so the start goes on. */
export function snapshotBeforeUpgrade({ dataFolder, keys, wallMs, version, notes }: UpgradeOptions): boolean {
  const copyFile = join(dataFolder, COPY_FILE);
  const last = lastVersion(dataFolder);
  const isSame = last?.program === version.program && last.copySchema === version.copySchema;
  if (isSame || !existsSync(copyFile)) return false;
  try {
    takeSnapshot({ copyFile, folder: join(dataFolder, 'snapshots'), key: keys.database('copy'), wallMs });
    return true;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    notes.tell('snapshot.failed', `före byte från version ${last?.program ?? 'okänd'} till ${version.program}`);
    return false;
  }
}

/** When the station has started: from now on the files are this version's. On a disk that refuses, the next start asks again. */
export function keepVersion(dataFolder: string, version: ProgramVersion): void {
  try {
    write(dataFolder, version);
  } catch (error) {
    if (storageFailure(error) === null) throw error;
  }
}

function write(dataFolder: string, version: ProgramVersion): void {
  const file = join(dataFolder, VERSION_FILE);
  const fd = openSync(`${file}.new`, 'w', 0o600);
  try {
    writeSync(fd, `${JSON.stringify(version)}\n`);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(`${file}.new`, file);
  syncFolder(dataFolder);
}

/** Null before the first start, or when it can't be read: then a snapshot is taken to be sure. */
function lastVersion(dataFolder: string): ProgramVersion | null {
  try {
    return JSON.parse(readFileSync(join(dataFolder, VERSION_FILE), 'utf8')) as ProgramVersion;
  } catch {
    return null;
  }
}
