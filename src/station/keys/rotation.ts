// A change of the station's key. Everything is first made once more under the new key, beside what counts; then one renaming decides,
// and what lies ready is moved into place. Killed before it, the old key counts and nothing has happened; killed after it, the next
// start moves the rest before anything is opened.

import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Failure } from '../../domain/failures.ts';
import { type FaultHook, noFaults } from '../fault-points.ts';
import { stationFiles } from '../files/data-folder.ts';
import { changingKeyFile, loadStationKeys, StationKeys, writeKeyFile } from '../files/keys.ts';
import { openDatabase } from '../files/open-database.ts';
import { lockStation } from '../files/station-lock.ts';
import { syncFolder } from '../files/witness.ts';
import { dropDamaged, stage, stagingFolder } from './staging.ts';

interface Places {
  readonly dataFolder: string;
  readonly keyFile: string;
}

export interface ChangeOptions extends Places {
  /** Damaged files that were put aside go: under the new key nobody could read them. */
  readonly dropsDamaged: boolean;
  /** The new key's envelopes are in somebody's hand when it resolves: only then does the key count. */
  readonly envelopes: (keys: StationKeys) => Promise<void>;
  /** While nobody else can use the folder, after the change. */
  readonly afterwards: (keys: StationKeys) => Promise<void>;
  readonly onDone?: (path: string) => void;
  readonly fault?: FaultHook;
}

export interface Changed {
  readonly keys: StationKeys;
  /** Left as they were, since they could not be read. */
  readonly skipped: readonly string[];
  readonly dropped: readonly string[];
}

/** @throws {Failure} why not; the old key then counts, and nothing has happened. */
export async function changeKey(options: ChangeOptions): Promise<Changed> {
  const { dataFolder, keyFile, dropsDamaged, envelopes, afterwards, fault = noFaults } = options;
  const unlock = lockStation(dataFolder);
  try {
    finish(options);
    if (!existsSync(keyFile)) throw new Failure('key.missing', keyFile);
    const from = loadStationKeys({ file: keyFile, dataFolder });
    const to = from.successor();
    const dropped = dropsDamaged ? dropDamaged(dataFolder) : [];
    let skipped: readonly string[];
    try {
      skipped = stage({ dataFolder, keyFile, from, to, fault, onDone: options.onDone ?? (() => undefined) });
      fault('after-staging');
      await envelopes(to);
      writeKeyFile(nextKeyFile(keyFile), to);
      fault('before-key-change');
    } catch (error) {
      discard(options);
      throw error;
    }
    renameSync(nextKeyFile(keyFile), changingKeyFile(keyFile));
    syncFolder(dirname(keyFile));
    fault('after-key-change');
    moveAll(options, to, fault);
    await afterwards(to);
    return { keys: to, skipped, dropped };
  } finally {
    unlock();
  }
}

/** What a power cut left of a change of keys is ended one way or the other, before anything is opened. */
export function finishKeyChange(places: Places): void {
  const { dataFolder, keyFile } = places;
  const isDecided = existsSync(changingKeyFile(keyFile));
  if (!isDecided && ![nextKeyFile(keyFile), ...stagings(places)].some((path) => existsSync(path))) return;
  try {
    const unlock = lockStation(dataFolder);
    try {
      finish(places);
    } finally {
      unlock();
    }
  } catch (error) {
    // What never counted is in nobody's way on a disk that cannot be written: what is kept can still be read there.
    if (isDecided || (error instanceof Failure && error.code !== 'store.cannot-open')) throw error;
  }
}

function finish(places: Places): void {
  const changing = changingKeyFile(places.keyFile);
  if (existsSync(changing)) moveAll(places, new StationKeys(readKey(changing)), noFaults);
  else {
    // A data folder copied in the midst of a move, put back with the new key: what lies ready is then the only one it opens.
    if (existsSync(stagingFolder(places.dataFolder)) && existsSync(places.keyFile))
      requireOpened(places.dataFolder, new StationKeys(readKey(places.keyFile)));
    discard(places);
  }
}

/** Made by `writeKeyFile`, whole before it got this name. */
const readKey = (file: string): Buffer => Buffer.from(readFileSync(file, 'utf8').trim(), 'hex');

const nextKeyFile = (file: string): string => `${file}.next`;
const stagings = ({ dataFolder, keyFile }: Places): readonly string[] => [
  stagingFolder(dataFolder),
  stagingFolder(dirname(keyFile)),
];

function discard(places: Places): void {
  for (const folder of stagings(places)) rmSync(folder, { recursive: true, force: true });
  rmSync(nextKeyFile(places.keyFile), { force: true });
}

/** May begin anew wherever it was cut off: what has been moved lies no longer among what is to be. */
function moveAll(places: Places, keys: StationKeys, fault: FaultHook): void {
  const { dataFolder, keyFile } = places;
  for (const folder of [dataFolder, dirname(keyFile)]) moveFrom(stagingFolder(folder), folder, fault);
  requireOpened(dataFolder, keys);
  fault('before-key-file');
  for (const folder of stagings(places)) rmSync(folder, { recursive: true, force: true });
  renameSync(changingKeyFile(keyFile), keyFile);
  syncFolder(dirname(keyFile));
}

function moveFrom(staging: string, folder: string, fault: FaultHook): void {
  if (!existsSync(staging)) return;
  // What names a key comes after what it opens.
  for (const name of readdirSync(staging).sort()) {
    const [from, to] = [join(staging, name), join(folder, name)];
    if (statSync(from).isDirectory()) {
      moveFrom(from, to, fault);
      continue;
    }
    // All of it was read when the new one was made, and nobody has written since: the folder was locked.
    if (/\.db(?:\.whole)?$/.test(name))
      for (const beside of ['-wal', '-shm', '-journal', '.key-check']) rmSync(`${to}${beside}`, { force: true });
    fault('mid-move');
    renameSync(from, to);
    syncFolder(folder);
    fault('after-move');
  }
}

/** The old key is still here: with another data folder in the place of the one that was being changed, it may be the one needed. */
function requireOpened(dataFolder: string, keys: StationKeys): void {
  const { inbox, copy, ledger, access } = stationFiles(dataFolder);
  const files = { inbox, copy, ledger, access };
  for (const role of ['inbox', 'copy', 'ledger', 'access'] as const) {
    if (!existsSync(files[role])) continue;
    try {
      openDatabase({ file: files[role], key: keys.database(role), role, readonly: true }).close();
    } catch (error) {
      throw new Failure('key.change-unfinished', `${role}.db`, { cause: error });
    }
  }
}
