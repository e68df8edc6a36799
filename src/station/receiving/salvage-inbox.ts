// Moves what can still be read of a damaged inbox to a new file, under the same numbers. What can't is filled and counted, and the
// damaged file is kept beside: somebody may get more out of it.

import { existsSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Database } from 'better-sqlite3-multiple-ciphers';
import type { Clock } from '../../domain/time.ts';
import { Inbox, type InboxItem } from '../../intake/inbox.ts';
import { NameTable } from '../../intake/inbox-schema.ts';
import { dropOldDamaged } from '../files/damaged-files.ts';
import { isDamage, openDatabase } from '../files/open-database.ts';
import { syncFile } from '../files/sync-file.ts';
import { syncFolder, type WitnessHead } from '../files/witness.ts';

export interface Salvaged {
  readonly keptRows: number;
  readonly lostRows: number;
  readonly firstLost: number | null;
  /** Name of the damaged file now. */
  readonly setAside: string;
}

export interface SalvageOptions {
  readonly file: string;
  readonly key: Buffer;
  readonly clock: Clock;
  /** The witness: rows up to here were acknowledged, whatever the damaged file says. */
  readonly headAtLeast: WitnessHead | null;
}

const GROUP_ROWS = 256;
const BESIDE = ['', '-wal', '-shm', '.key-check'] as const;

/** The damaged file stays in place until the new one is whole, so that a stop half-way only means doing it again. */
export function salvageInbox(options: SalvageOptions): Salvaged {
  const { file, key, clock } = options;
  const making = `${file}.making`;
  const ready = `${file}.ready`;
  for (const beside of BESIDE) rmSync(`${making}${beside}`, { force: true });
  const db = openDatabase({ file: making, key, role: 'inbox' });
  const counted = copyReadable(openDamaged(file, key), new Inbox(db), db, options);
  db.close();
  syncFile(making);
  renameSync(`${making}.key-check`, `${file}.key-check`);
  renameSync(making, ready);
  syncFolder(dirname(file));
  const setAside = finishSalvage(file, clock.now().wallMs) ?? '';
  return { ...counted, setAside };
}

/** Puts a finished new file in the damaged one's place; also after a stop between the two. Returns the damaged one's name. */
export function finishSalvage(file: string, wallMs: number = Date.now()): string | null {
  const ready = `${file}.ready`;
  if (!existsSync(ready)) return null;
  const damaged = `${file}.damaged-${wallMs}`;
  for (const beside of ['-wal', '-shm', ''])
    if (existsSync(`${file}${beside}`)) renameSync(`${file}${beside}`, `${damaged}${beside}`);
  renameSync(ready, file);
  syncFolder(dirname(file));
  dropOldDamaged(dirname(file));
  return basename(damaged);
}

interface Damaged {
  readonly db: Database;
  readonly inbox: Inbox;
}

/** Null when not even its first page can be read. */
function openDamaged(file: string, key: Buffer): Damaged | null {
  try {
    const db = openDatabase({ file, key, role: 'inbox' });
    try {
      return { db, inbox: new Inbox(db) };
    } catch (error) {
      db.close();
      throw error;
    }
  } catch (error) {
    if (isDamage(error)) return null;
    throw error;
  }
}

function copyReadable(
  damaged: Damaged | null,
  fresh: Inbox,
  freshDb: Database,
  { clock, headAtLeast }: SalvageOptions,
): Omit<Salvaged, 'setAside'> {
  const last = Math.max(damaged?.inbox.head.seq ?? 0, headAtLeast?.sequence ?? 0);
  const first = damaged === null ? last + 1 : firstKept(damaged, last);
  if (first > 1) fresh.startAfter(first - 1, headAtLeast?.chain ?? Buffer.alloc(32));
  let lostRows = damaged === null ? last : 0;
  let firstLost: number | null = lostRows > 0 ? 1 : null;
  let group: InboxItem[] = [];
  const flush = (): void => {
    if (group.length > 0) fresh.append(group);
    group = [];
  };
  for (let seq = first; seq <= last; seq++) {
    const item = readable(() => damaged?.inbox.item(seq));
    if (item !== undefined) group.push(item);
    if (group.length >= GROUP_ROWS) flush();
    if (item !== undefined) continue;
    flush();
    fresh.fillLost({ first: seq, last: seq }, clock.now(), []);
    firstLost ??= seq;
    lostRows++;
  }
  flush();
  if (damaged !== null) {
    copyRepetitions(damaged.db, freshDb);
    damaged.db.close();
  }
  return { keptRows: Math.max(0, last - first + 1 - lostRows), lostRows, firstLost };
}

function firstKept({ db, inbox }: Damaged, last: number): number {
  const purgedTo = readable(() => inbox.purgedTo);
  if (purgedTo !== undefined) return purgedTo + 1;
  return (
    readable(() => db.prepare<[], { seq: number | null }>('SELECT min(seq) AS seq FROM received').get()?.seq) ??
    last + 1
  );
}

/** Also of messages dropped since: without these a repetition months later would be applied again. */
function copyRepetitions(from: Database, to: Database): void {
  const sources = new NameTable(to, 'source');
  const insert = to.prepare('INSERT OR IGNORE INTO repetition VALUES (?, ?, ?, ?, ?, ?)');
  const copy = to.transaction(() => {
    readable(() => {
      const rows = from
        .prepare<[], [string, ...unknown[]]>(
          `SELECT name, control, content, seq, day, times FROM repetition JOIN source ON source.id = repetition.source
           ORDER BY source, control, content`,
        )
        .raw();
      for (const [source, ...rest] of rows.iterate()) insert.run(sources.id(source), ...rest);
      return true;
    });
  });
  copy();
}

/** Undefined where the file is damaged; any other failure (a full disk) stops the salvage. */
function readable<T>(read: () => T | undefined): T | undefined {
  try {
    return read();
  } catch (error) {
    if (isDamage(error)) return undefined;
    throw error;
  }
}
