// What can still be read of a damaged inbox: first by its tables, then, where the way there is gone, row by row from every page that
// is whole. Nothing is guessed: a message counts only when its bytes are those its row's hash says.

import type { Database } from 'better-sqlite3-multiple-ciphers';
import { PLACEHOLDER_SHA256 } from '../../intake/inbox-gaps.ts';
import { type InboxItem, type InboxRow, InboxRows, type RowNames } from '../../intake/inbox-rows.ts';
import { type DamagedPages, type PageRow, readable } from './damaged-pages.ts';
import { isWithin, type Range, Ranges } from './ranges.ts';

export class ReadableRows {
  readonly names: RowNames;
  /** Numbers told as lost before. */
  readonly lostBefore: readonly LostBefore[];
  /** What retention had dropped, with its chain; undefined when the page that says so is gone. */
  readonly purged: { readonly seq: number; readonly chain: Buffer } | undefined;
  /** The first number that should be there, or the first found where no table says which that is; undefined: there is none. */
  readonly first: number | undefined;
  readonly isFirstKnown: boolean;
  readonly last: number;
  readonly #db: Database;
  readonly #byTable: InboxRows;
  readonly #foundDb: Database;
  readonly #found: InboxRows;

  /** `foundDb`: an empty inbox for what lies on pages no table leads to. `lastAtLeast`: by the witness. */
  constructor(pages: DamagedPages, foundDb: Database, lastAtLeast: number) {
    this.#db = pages.db;
    this.#foundDb = foundDb;
    this.names = { source: namesOf(pages.db, 'source'), boot: namesOf(pages.db, 'boot') };
    this.#byTable = new InboxRows(pages.db, this.names);
    this.#found = new InboxRows(foundDb, this.names);
    const purged = readable(() => pages.db.prepare('SELECT seq, chain FROM purged').get());
    this.purged = isPurged(purged) ? purged : undefined;
    this.lostBefore = readable(() => pages.db.prepare(LOST).all().filter(isLost)) ?? [];
    const known = { first: this.#knownFirst(), last: this.#knownLast() };
    const unread = this.#unreadWithin(known);
    if (known.first === undefined || known.last === undefined || lastAtLeast > known.last || unread.runs.length > 0)
      this.#gather(pages, known, unread);
    const found = this.#foundRange();
    this.isFirstKnown = known.first !== undefined;
    this.first = known.first ?? found?.first;
    this.last = Math.max(known.last ?? 0, found?.last ?? 0, lastAtLeast);
  }

  /** A message under its number, or undefined when no whole page has it. */
  item(seq: number): InboxItem | undefined {
    const byTable = readable(() => this.#byTable.of(seq));
    return this.#itemOf(byTable) ?? this.#itemOf(this.#foundRow(seq));
  }

  /** What was sent before, by whom; where a page is gone, from both sides of it: some of it twice. */
  *repetitions(): Generator<Omit<KeptRepetition, 'source'> & { readonly source: string }> {
    for (const order of ['ASC', 'DESC'])
      for (const row of this.#asFarAsPossible(REPETITIONS.replaceAll('ASC', order)))
        if (isRepetition(row)) yield { ...row, source: this.names.source(row.source) };
  }

  *#asFarAsPossible(sql: string): Generator<unknown> {
    const rows = readable(() => this.#db.prepare(sql).iterate());
    for (;;) {
      const next = readable(() => rows?.next());
      if (next === undefined || next.done === true) return;
      yield next.value;
    }
  }

  /** A row and its bytes may lie in different places. */
  #itemOf(row: InboxRow | undefined): InboxItem | undefined {
    if (row === undefined) return undefined;
    return readable(() => this.#byTable.itemOf(row)) ?? readable(() => this.#found.itemOf(row));
  }

  /** Pages that are no longer used hold what once stood at a number since told as lost: it stays lost, as the copy has it. */
  #foundRow(seq: number): InboxRow | undefined {
    const row = this.#found.of(seq);
    if (row === undefined || !isWithin(seq, this.lostBefore)) return row;
    return row.sha256.equals(PLACEHOLDER_SHA256) ? row : undefined;
  }

  #knownFirst(): number | undefined {
    if (this.purged !== undefined) return this.purged.seq + 1;
    return this.#number('SELECT min(first) FROM pack') ?? this.#number('SELECT min(seq) FROM received');
  }

  #knownLast(): number | undefined {
    const none = this.purged?.seq ?? 0;
    const row = this.#number(`SELECT coalesce(max(seq), ${none}) FROM received`);
    const pack = this.#number(`SELECT coalesce((SELECT last FROM pack ORDER BY first DESC LIMIT 1), ${none})`);
    return row === undefined || pack === undefined ? undefined : Math.max(row, pack);
  }

  #unreadWithin({ first, last }: Known): Ranges {
    const unread = new Ranges();
    if (first === undefined || last === undefined) return unread;
    for (let seq = first; seq <= last; seq++)
      if (this.#itemOf(readable(() => this.#byTable.of(seq))) === undefined) unread.add(seq);
    return unread;
  }

  /** Reads every page and keeps the rows that no table leads to. */
  #gather(pages: DamagedPages, { first, last }: Known, unread: Ranges): void {
    const isWanted = (range: Range): boolean => {
      if (first === undefined || last === undefined) return first === undefined || range.last >= first;
      return range.last >= first && (range.last > last || unread.overlaps(range));
    };
    const insert = {
      received: this.#foundDb.prepare(FOUND_ROW),
      pack: this.#foundDb.prepare(FOUND_PACK),
    };
    this.#foundDb.transaction(() => {
      for (let page = 2; page <= pages.pages; page++) {
        for (const row of pages.rowsOn(page)) {
          const kind = kindOf(row);
          if (kind === null || !isWanted(kind.range)) continue;
          insert[kind.table].run(row.id, ...row.columns.slice(1, kind.columns), ...kind.more);
        }
      }
    })();
    this.#found.forget();
  }

  #foundRange(): Range | null {
    const found = this.#foundDb
      .prepare<[], { first: number | null; last: number | null }>(
        `SELECT min(first) AS first, max(last) AS last
         FROM (SELECT seq AS first, seq AS last FROM received UNION ALL SELECT first, last FROM pack)`,
      )
      .get();
    return isNumber(found?.first) && isNumber(found.last) ? { first: found.first, last: found.last } : null;
  }

  #number(sql: string): number | undefined {
    const value = readable(() => this.#db.prepare<[], unknown>(sql).pluck().get());
    return isNumber(value) ? value : undefined;
  }
}

/** Where the inbox begins and ends, as far as its tables can say. */
interface Known {
  readonly first: number | undefined;
  readonly last: number | undefined;
}

interface LostBefore extends Range {
  readonly noticedMs: number;
}

interface KeptRepetition {
  readonly source: number;
  readonly control: string;
  readonly content: Buffer;
  readonly seq: number;
  readonly day: number;
  readonly times: number;
}

const REPETITIONS = 'SELECT * FROM repetition ORDER BY source ASC, control ASC, content ASC';
const LOST = 'SELECT first, last, noticed_ms AS noticedMs FROM lost';
/** Of two rows with one number the placeholder is the later. */
const FOUND_ROW = `INSERT INTO received VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (seq) DO UPDATE SET pack = excluded.pack, start = excluded.start, length = excluded.length,
    answer_length = excluded.answer_length, source = excluded.source, format = excluded.format, wall_ms = excluded.wall_ms,
    boot = excluded.boot, monotonic_ms = excluded.monotonic_ms, sha256 = excluded.sha256, control_id = excluded.control_id
  WHERE excluded.sha256 = ?`;
/** Of two packs with one beginning the shorter is the later: something has been cut out of it. */
const FOUND_PACK = `INSERT INTO pack VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT (first) DO UPDATE SET last = excluded.last, chain = excluded.chain, compressed = excluded.compressed,
    bytes = excluded.bytes, content = excluded.content
  WHERE excluded.last < pack.last`;

const isNumber = (value: unknown): value is number => typeof value === 'number';
const isHash = (value: unknown): boolean => value instanceof Uint8Array && value.length === 32;

type Columns<Row> = { readonly [Column in keyof Row]: unknown };

const isPurged = (row: unknown): row is { readonly seq: number; readonly chain: Buffer } => {
  const { seq, chain } = (row ?? {}) as Columns<{ seq: number; chain: Buffer }>;
  return isNumber(seq) && isHash(chain);
};

const isLost = (row: unknown): row is LostBefore => {
  const { first, last, noticedMs } = row as Columns<LostBefore>;
  return isNumber(first) && isNumber(last) && isNumber(noticedMs);
};

const isRepetition = (row: unknown): row is KeptRepetition => {
  const { source, control, content, seq, day, times } = row as Columns<KeptRepetition>;
  const isKey = isNumber(source) && typeof control === 'string' && content instanceof Uint8Array;
  return isKey && isNumber(seq) && isNumber(day) && isNumber(times);
};

interface Kind {
  readonly table: 'received' | 'pack';
  readonly columns: number;
  readonly range: Range;
  readonly more: readonly unknown[];
}

/** Which table a row belongs to, by what stands in it: the tables of an inbox differ enough. */
function kindOf({ id, columns }: PageRow): Kind | null {
  const [number, second, third, fourth, fifth, sixth, seventh, ...rest] = columns;
  if (number !== null || !isNumber(second) || !isNumber(fourth) || !isNumber(fifth)) return null;
  if (isHash(third) && sixth instanceof Uint8Array && seventh === null)
    return { table: 'pack', columns: 6, range: { first: id, last: second }, more: [] };
  const [, , , sha256] = rest;
  if (isNumber(third) && isNumber(sixth) && isNumber(seventh) && isHash(sha256))
    return { table: 'received', columns: 12, range: { first: id, last: id }, more: [PLACEHOLDER_SHA256] };
  return null;
}

/** A name lies in the table and in its index, on pages of their own; one that is gone from both is told as unknown. */
function namesOf(db: Database, table: 'source' | 'boot'): (id: number) => string {
  const names = new Map<number, string>();
  for (const by of [`${table} NOT INDEXED ORDER BY id`, `${table} INDEXED BY sqlite_autoindex_${table}_1`])
    for (const order of ['', by.endsWith('id') ? ' DESC' : ' ORDER BY name DESC'])
      readable(() => {
        const rows = db.prepare<[], { id: unknown; name: unknown }>(`SELECT id, name FROM ${by}${order}`);
        for (const { id, name } of rows.iterate()) if (isNumber(id) && typeof name === 'string') names.set(id, name);
        return true;
      });
  return (id) => names.get(id) ?? `unknown:${id}`;
}
