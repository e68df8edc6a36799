// What a change of keys takes with it: every database, snapshot and sealed file, each made once more under the new key, beside what
// counts. Nothing here changes what counts.

import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { Failure } from '../../domain/failures.ts';
import { type FaultHook, noFaults } from '../fault-points.ts';
import { damagedFiles } from '../files/damaged-files.ts';
import type { StationKeys } from '../files/keys.ts';
import { checkKey, type DatabaseRole, isDamage, openDatabase } from '../files/open-database.ts';
import { seal, unseal } from '../files/sealed-bytes.ts';
import { syncFile } from '../files/sync-file.ts';
import { syncFolder } from '../files/witness.ts';

/** Where the new ones lie until they count: in the data folder, and beside the key file for what lies there. */
export const stagingFolder = (folder: string): string => join(folder, 'key-change');

interface KeptDatabase {
  /** Within the data folder. */
  readonly path: string;
  readonly role: DatabaseRole;
  /** One that can't be read is no snapshot, and is left out. */
  readonly isSnapshot: boolean;
}

interface SealedPath {
  readonly path: string;
  readonly key: (keys: StationKeys) => Buffer;
  /** What it is bound to besides its key. */
  readonly name: string | null;
}

interface Takings {
  readonly databases: readonly KeptDatabase[];
  readonly sealed: readonly SealedPath[];
  /** In the folder beside the key file. */
  readonly certificates: readonly SealedPath[];
}

const DATABASES: Readonly<Record<string, DatabaseRole>> = {
  'inbox.db': 'inbox',
  'copy.db': 'copy',
  'ledger.db': 'ledger',
  'access.db': 'access',
  'access.db.whole': 'access',
};
const SNAPSHOT = /^copy-\d+-\d+\.db$/;
/** Of databases open, and of one whose key is known. */
const BESIDE = /-(?:wal|shm|journal)$|\.key-check$/;

/** @throws {Failure} `key.change-leftovers` when something lies there that is begun or set aside */
function takings(dataFolder: string, keyFile: string): Takings {
  const names = namesIn(dataFolder);
  const left = names.filter((name) => /\.db(?:\.|$)/.test(name) && !(name in DATABASES) && !BESIDE.test(name));
  if (left.length > 0) throw new Failure('key.change-leftovers', left.join(', '));
  const databases = names
    .filter((name) => name in DATABASES)
    .map((path) => ({ path, role: DATABASES[path] ?? 'copy', isSnapshot: false }));
  const snapshots = namesIn(join(dataFolder, 'snapshots'))
    .filter((name) => SNAPSHOT.test(name))
    .map((name) => ({ path: join('snapshots', name), role: 'copy' as const, isSnapshot: true }));
  const packs = namesIn(join(dataFolder, 'packs')).filter((name) => name.endsWith('.pack'));
  return {
    databases: [...databases, ...snapshots],
    sealed: [
      ...names.flatMap((path) => {
        const key = sealedKey(path);
        return key === null ? [] : [{ path, key, name: null }];
      }),
      ...packs.map((name) => ({ path: join('packs', name), key: (keys: StationKeys) => keys.pack('unit'), name })),
    ],
    certificates: namesIn(join(dirname(keyFile), 'certificates'))
      .filter((name) => name.endsWith('.sealed'))
      .map((name) => ({ path: join('certificates', name), key: (keys) => keys.certificates(), name: null })),
  };
}

function sealedKey(name: string): ((keys: StationKeys) => Buffer) | null {
  if (name === 'counts.sealed') return (keys) => keys.pack('counts');
  const [, what = '', of = ''] = /^(poll|reports)-(.+)\.sealed$/.exec(name) ?? [];
  return what === '' ? null : (keys) => keys.pack(`${what}/${of}`);
}

/** Somebody might still have got more out of them; under the new key nobody can. */
export function dropDamaged(dataFolder: string): readonly string[] {
  const names = damagedFiles(dataFolder).map(({ name }) => name);
  for (const name of names)
    for (const beside of ['', '-wal', '-shm', '.key-check'])
      rmSync(join(dataFolder, `${name}${beside}`), { force: true });
  return names;
}

export interface StageOptions {
  readonly dataFolder: string;
  readonly keyFile: string;
  readonly from: StationKeys;
  readonly to: StationKeys;
  readonly fault?: FaultHook;
  readonly onDone: (path: string) => void;
}

/** Paths that could not be read, and are left as they are: a pack or a memory is made anew, a snapshot is none. */
export function stage({ dataFolder, keyFile, from, to, fault = noFaults, onDone }: StageOptions): readonly string[] {
  const { databases, sealed, certificates } = takings(dataFolder, keyFile);
  requireRoom(dataFolder, databases);
  const skipped: string[] = [];
  for (const { path, role, isSnapshot } of databases) {
    const keys = { from: from.database(role), to: to.database(role) };
    try {
      stageDatabase(join(dataFolder, path), join(stagingFolder(dataFolder), path), role, keys);
      if (isSnapshot) rmSync(`${join(stagingFolder(dataFolder), path)}.key-check`, { force: true });
      onDone(path);
    } catch (error) {
      if (!isSnapshot || !isDamage(error)) throw error;
      skipped.push(path);
    }
    fault('during-staging');
  }
  const folders = [
    { folder: dataFolder, files: sealed },
    { folder: dirname(keyFile), files: certificates },
  ];
  for (const { folder, files } of folders)
    for (const file of files) if (!stageSealed(folder, file, from, to)) skipped.push(file.path);
  return skipped;
}

/** Everything once more, and the largest twice: what is being written over is kept until it is whole. */
function requireRoom(dataFolder: string, databases: readonly KeptDatabase[]): void {
  const sizes = databases.map(({ path }) => bytesOf(join(dataFolder, path)) + bytesOf(join(dataFolder, `${path}-wal`)));
  const wanted = sizes.reduce((sum, size) => sum + size, 0) + Math.max(0, ...sizes);
  const { bavail, bsize } = statfsSync(dataFolder);
  if (bavail * bsize >= wanted) return;
  const megabytes = (bytes: number): number => Math.ceil(bytes / 1024 ** 2);
  throw new Failure('key.change-no-room', `${megabytes(wanted)} MB behövs, ${megabytes(bavail * bsize)} MB är lediga`);
}

function stageDatabase(
  file: string,
  staged: string,
  role: DatabaseRole,
  { from, to }: { readonly from: Buffer; readonly to: Buffer },
): void {
  mkdirSync(dirname(staged), { recursive: true, mode: 0o700 });
  checkKey(file, from);
  if (isOpenedInPlace(file)) copyOut(file, staged, role, from);
  else copyFileSync(file, staged);
  const made = openDatabase({ file: staged, key: from, role });
  try {
    made.pragma('journal_mode=delete');
    made.pragma(`rekey='raw:${to.toString('hex')}'`);
  } finally {
    made.close();
    rmSync(`${staged}.key-check`, { force: true });
  }
  const tried = openDatabase({ file: staged, key: to, role });
  try {
    const answer = tried.pragma('integrity_check(1)', { simple: true });
    if (answer !== 'ok') throw new Failure('store.damaged', 'kontrollen efter nyckelbytet (integrity_check)');
    tried.pragma('wal_checkpoint(TRUNCATE)');
  } finally {
    tried.close();
  }
  syncFile(staged);
  syncFolder(dirname(staged));
}

/** With what lies in its WAL, in one reading; not written to, so that whoever reads meanwhile is not disturbed. */
function copyOut(file: string, staged: string, role: DatabaseRole, key: Buffer): void {
  const db = openDatabase({ file, key, role, readonly: true });
  try {
    db.prepare('VACUUM INTO ?').run(staged);
  } finally {
    db.close();
  }
}

/** The last whole accounts are only ever copied and then opened: what is opened in its place has a WAL. */
const isOpenedInPlace = (file: string): boolean => !file.endsWith('.whole');

function stageSealed(folder: string, { path, key, name }: SealedPath, from: StationKeys, to: StationKeys): boolean {
  let bytes: Buffer;
  try {
    bytes = unseal(key(from), readFileSync(join(folder, path)), name);
  } catch {
    return false;
  }
  const staged = join(stagingFolder(folder), path);
  mkdirSync(dirname(staged), { recursive: true, mode: 0o700 });
  writeFileSync(staged, Buffer.concat(seal(key(to), bytes, name)), { mode: 0o600 });
  syncFile(staged);
  syncFolder(dirname(staged));
  return true;
}

const namesIn = (folder: string): readonly string[] => (existsSync(folder) ? readdirSync(folder) : []);
const bytesOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
