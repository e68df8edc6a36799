// A damaged inbox made readable page by page. Each page is encrypted and authenticated by itself, so a changed one is lost whole and
// takes nothing else with it but the way to others. A working copy is made, its log is moved into it, and its first page (which alone
// says where the tables begin) is replaced by one of a new, empty inbox: there every table begins on the same page.

import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  ftruncateSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import type { Database } from 'better-sqlite3-multiple-ciphers';
import { prepareInboxSchema } from '../../intake/inbox-schema.ts';
import { isDamage, openDatabase, PAGE_BYTES } from '../files/open-database.ts';
import { walFrames } from '../files/wal-frames.ts';

const BESIDE = ['', '-wal', '-shm', '.key-check'] as const;
/** Rows of any table without a name for each column of its own: received has most, with twelve. */
const PROBE = 'CREATE TABLE page (a, b, c, d, e, f, g, h, i, j, k, l)';
const FILLER_BYTES = 64 * 1024 * 1024;

/** One row as it lies on a page: its number, and what stands in each column. */
export interface PageRow {
  readonly id: number;
  readonly columns: readonly unknown[];
}

export class DamagedPages {
  /** With the tables of an inbox, as far as the way to their rows is whole. */
  readonly db: Database;
  readonly pages: number;
  readonly #file: string;
  readonly #point;
  readonly #kind;
  readonly #ids;
  readonly #row;

  /** `working`: where the working copy may lie; removed by `close`. The damaged file itself is only read. */
  constructor(file: string, working: string, key: Buffer) {
    this.#file = working;
    removeWorking(working);
    this.pages = foldedCopy(file, working);
    const firstPage = firstPageOf(`${working}-first`, this.pages, key);
    const fd = openSync(working, 'r+');
    writeSync(fd, firstPage.bytes, 0, PAGE_BYTES, 0);
    ftruncateSync(fd, firstPage.pages * PAGE_BYTES);
    closeSync(fd);
    const db = openDatabase({ file: working, key, role: 'inbox' });
    this.db = db;
    db.unsafeMode(true);
    db.pragma('synchronous=off');
    db.pragma('journal_mode=memory');
    db.pragma('writable_schema=on');
    this.#point = db.prepare<[number]>("UPDATE sqlite_schema SET rootpage = ? WHERE name = 'page'");
    this.#kind = db.prepare<[], string>("SELECT pagetype FROM dbstat WHERE name = 'page' LIMIT 1").pluck();
    this.#ids = db.prepare<[], number>('SELECT rowid FROM page').pluck();
    this.#row = db.prepare<[number], unknown[]>('SELECT * FROM page WHERE rowid = ?').raw();
  }

  /** The rows that lie on one page, whichever table it belongs to; none where it can't be read or holds no rows of a table. */
  *rowsOn(page: number): Generator<PageRow> {
    this.db.pragma('writable_schema=on');
    this.#point.run(page);
    this.db.pragma('writable_schema=reset');
    // (The inner pages of a table lead to all its rows: those are read on their own pages.)
    if (readable(() => this.#kind.get()) !== 'leaf') return;
    for (const id of readable(() => this.#ids.all()) ?? []) {
      const columns = readable(() => this.#row.get(id));
      if (columns !== undefined) yield { id, columns };
    }
  }

  close(): void {
    this.db.close();
    removeWorking(this.#file);
  }
}

/** Undefined where the file is damaged; any other failure (a full disk) is the caller's. */
export function readable<T>(read: () => T | undefined): T | undefined {
  try {
    return read();
  } catch (error) {
    if (isDamage(error)) return undefined;
    throw error;
  }
}

function removeWorking(working: string): void {
  for (const beside of BESIDE) rmSync(`${working}${beside}`, { force: true });
}

/** Returns how many pages it has. The log is opened first: whoever closes the file meanwhile only moves the same pages into it. */
function foldedCopy(file: string, working: string): number {
  const wal = existsSync(`${file}-wal`) ? openSync(`${file}-wal`, 'r') : null;
  try {
    if (existsSync(file)) copyFileSync(file, working, constants.COPYFILE_FICLONE);
    else closeSync(openSync(working, 'w', 0o600));
    const fd = openSync(working, 'r+');
    try {
      const page = Buffer.alloc(PAGE_BYTES);
      for (const { pageNo, offset } of wal === null ? [] : walFrames(wal)) {
        readSync(wal ?? -1, page, 0, PAGE_BYTES, offset);
        writeSync(fd, page, 0, PAGE_BYTES, (pageNo - 1) * PAGE_BYTES);
      }
    } finally {
      closeSync(fd);
    }
  } finally {
    if (wal !== null) closeSync(wal);
  }
  return Math.ceil(statSync(working).size / PAGE_BYTES);
}

/** The first page of a file of at least this many pages: SQLite reads none beyond what it says. */
function firstPageOf(file: string, pagesMin: number, key: Buffer): { readonly bytes: Buffer; readonly pages: number } {
  removeWorking(file);
  try {
    const db = openDatabase({ file, key, role: 'inbox' });
    try {
      db.pragma('synchronous=off');
      db.pragma('journal_mode=off');
      prepareInboxSchema(db);
      db.exec(`${PROBE}; CREATE TABLE filler (bytes)`);
      const fill = db.prepare('INSERT INTO filler VALUES (zeroblob(?))');
      const pages = (): number => Number(db.pragma('page_count', { simple: true }));
      while (pages() < pagesMin) fill.run(Math.min(FILLER_BYTES, (pagesMin - pages()) * PAGE_BYTES));
    } finally {
      db.close();
    }
    const bytes = Buffer.alloc(PAGE_BYTES);
    const fd = openSync(file, 'r');
    readSync(fd, bytes, 0, PAGE_BYTES, 0);
    closeSync(fd);
    return { bytes, pages: statSync(file).size / PAGE_BYTES };
  } finally {
    removeWorking(file);
  }
}
