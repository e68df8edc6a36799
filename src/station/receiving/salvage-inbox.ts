// Moves what can still be read of a damaged inbox to a new file, under the same numbers. What can't is filled and named, and the
// damaged file is kept beside: somebody may get more out of it.

import { existsSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Database } from 'better-sqlite3-multiple-ciphers';
import type { Clock } from '../../domain/time.ts';
import { Inbox } from '../../intake/inbox.ts';
import type { InboxItem } from '../../intake/inbox-rows.ts';
import { NameTable } from '../../intake/inbox-schema.ts';
import { limits } from '../../limits.ts';
import { dropOldDamaged } from '../files/damaged-files.ts';
import { openDatabase } from '../files/open-database.ts';
import { syncFile } from '../files/sync-file.ts';
import { syncFolder, type WitnessHead } from '../files/witness.ts';
import { DamagedPages } from './damaged-pages.ts';
import { type Range, Ranges } from './ranges.ts';
import { ReadableRows } from './readable-rows.ts';

export interface Salvaged {
  readonly keptRows: number;
  /** Numbers whose messages are gone, in order. */
  readonly lost: readonly Range[];
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

const BESIDE = ['', '-wal', '-shm', '.key-check'] as const;

/** The damaged file stays in place until the new one is whole, so that a stop half-way only means doing it again. */
export function salvageInbox(options: SalvageOptions): Salvaged {
  const { file, key, clock } = options;
  const making = `${file}.making`;
  const found = `${file}.found`;
  const ready = `${file}.ready`;
  for (const each of [making, found]) remove(each);
  const opened: { close(): void }[] = [];
  const open = (path: string): Database => {
    const db = openDatabase({ file: path, key, role: 'inbox' });
    opened.push(db);
    return db;
  };
  let counted: Omit<Salvaged, 'setAside'>;
  try {
    const pages = new DamagedPages(file, `${file}.reading`, key);
    opened.push(pages);
    const foundDb = open(found);
    // Needed while this lasts and no longer.
    foundDb.pragma('synchronous=off');
    new Inbox(foundDb);
    const readable = new ReadableRows(pages, foundDb, options.headAtLeast?.sequence ?? 0);
    const freshDb = open(making);
    counted = copyReadable(readable, freshDb, options);
  } finally {
    for (const each of opened) each.close();
    remove(found);
  }
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

function remove(file: string): void {
  for (const beside of BESIDE) rmSync(`${file}${beside}`, { force: true });
}

function copyReadable(
  readable: ReadableRows,
  freshDb: Database,
  { clock, headAtLeast }: SalvageOptions,
): Omit<Salvaged, 'setAside'> {
  const fresh = new Inbox(freshDb);
  const { last, purged } = readable;
  const first = readable.first ?? last + 1;
  if (first > 1) fresh.startAfter(first - 1, purged?.chain ?? headAtLeast?.chain ?? Buffer.alloc(32));
  const lost = new Ranges();
  // Dropped by retention or lost: where nothing says which, it is told as lost.
  if (!readable.isFirstKnown) for (let seq = 1; seq < first; seq++) lost.add(seq);
  for (const before of readable.lostBefore) fresh.noteLost([before], before.noticedMs);
  fresh.noteLost(lost.runs, clock.now().wallMs);
  const restoring = new Restoring(fresh, clock);
  for (let seq = first; seq <= last; seq++) {
    const item = readable.item(seq);
    if (item === undefined) lost.add(seq);
    restoring.put(seq, item);
  }
  restoring.end();
  copyRepetitions(readable, freshDb, last);
  return { keptRows: restoring.keptRows, lost: lost.runs };
}

/** Writes rows in groups, and fills what is missing between them. */
class Restoring {
  readonly #fresh: Inbox;
  readonly #clock: Clock;
  #rows: { readonly seq: number; readonly item: InboxItem }[] = [];
  #bytes = 0;
  #gap: { readonly first: number; last: number } | null = null;
  keptRows = 0;

  constructor(fresh: Inbox, clock: Clock) {
    this.#fresh = fresh;
    this.#clock = clock;
  }

  put(seq: number, item: InboxItem | undefined): void {
    if (item === undefined) {
      this.#writeRows();
      if (this.#gap === null) this.#gap = { first: seq, last: seq };
      this.#gap.last = seq;
      return;
    }
    this.#fillGap();
    this.keptRows++;
    this.#rows.push({ seq, item });
    this.#bytes += item.raw.length;
    if (this.#rows.length >= limits.inboxGroupMessagesMax || this.#bytes >= limits.inboxGroupBytesMax)
      this.#writeRows();
  }

  end(): void {
    this.#writeRows();
    this.#fillGap();
  }

  #writeRows(): void {
    if (this.#rows.length > 0) this.#fresh.restore(this.#rows);
    this.#rows = [];
    this.#bytes = 0;
  }

  #fillGap(): void {
    if (this.#gap !== null) this.#fresh.fillLost(this.#gap, this.#clock.now(), []);
    this.#gap = null;
  }
}

/**
 * Also of messages dropped since: without these a repetition months later would be applied again. Not of what is lost: sent again,
 * it must be received.
 */
function copyRepetitions(readable: ReadableRows, db: Database, last: number): void {
  const sources = new NameTable(db, 'source');
  const lost = db.prepare<[number, number]>('SELECT 1 FROM lost WHERE first <= ? AND last >= ?');
  const insert = db.prepare(
    `INSERT INTO repetition VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (source, control, content) DO UPDATE SET times = excluded.times, day = max(day, excluded.day)`,
  );
  db.transaction(() => {
    for (const { source, control, content, seq, day, times } of readable.repetitions())
      if (seq <= last && lost.get(seq, seq) === undefined)
        insert.run(sources.id(source), control, content, seq, day, times);
  })();
}
