// The data folder: which files lie in it, and that it can be written before anything is started, or holds a copy that can still be
// read (design §5.9).

import { closeSync, existsSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { Failure } from '../../domain/failures.ts';
import { sqliteCode } from './open-database.ts';

export const COPY_FILE = 'copy.db';
export const INBOX_FILE = 'inbox.db';

export interface StationFiles {
  readonly inbox: string;
  readonly witness: string;
  readonly copy: string;
  readonly snapshots: string;
  readonly access: string;
  readonly ledger: string;
  readonly ledgerWitness: string;
}

export const stationFiles = (dataFolder: string): StationFiles => ({
  inbox: join(dataFolder, INBOX_FILE),
  witness: join(dataFolder, 'inbox.witness'),
  copy: join(dataFolder, COPY_FILE),
  snapshots: join(dataFolder, 'snapshots'),
  access: join(dataFolder, 'access.db'),
  ledger: join(dataFolder, 'ledger.db'),
  ledgerWitness: join(dataFolder, 'ledger.witness'),
});

/** @throws {Failure} `store.cannot-open` when nothing can be kept here and there is nothing to read. */
export function prepareDataFolder(dataFolder: string): void {
  try {
    mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
    const probe = join(dataFolder, 'writable.probe');
    closeSync(openSync(probe, 'w', 0o600));
    rmSync(probe);
  } catch (error) {
    if (existsSync(join(dataFolder, COPY_FILE))) return;
    throw new Failure('store.cannot-open', `${dataFolder}: ${sqliteCode(error)}`, { cause: error });
  }
}

/** Whether a file lies in a folder, by their paths alone; links are not followed. */
export function isInside(folder: string, file: string): boolean {
  const path = relative(resolve(folder), resolve(file));
  return path !== '..' && !path.startsWith(`..${sep}`) && !isAbsolute(path);
}
