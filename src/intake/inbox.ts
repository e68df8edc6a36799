// The inbox: everything received, as received, numbered in the order it came. A sender is answered only when its message is
// here and on the disk (design §5.1), and the copy can be made again from it. Commands of people and of the station itself lie
// in the same order, so that a replay takes the same decisions at the same places.

import { hash } from 'node:crypto';
import type { Database } from 'better-sqlite3-multiple-ciphers';
import { Failure } from '../domain/failures.ts';
import { RECEIVED_FORMATS, type Received } from '../domain/received.ts';
import type { Arrival } from '../domain/time.ts';
import { type Fork, forksOf, noteFork } from './inbox-forks.ts';
import { GapRepair } from './inbox-gaps.ts';
import { LivedTime } from './inbox-lived.ts';
import { CHAIN_BYTES, chainAfter, inPacks, type NewRow, PackWriter } from './inbox-pack-writer.ts';
import { RepetitionTable } from './inbox-repetition.ts';
import { type InboxItem, InboxRows } from './inbox-rows.ts';
import { NameTable, prepareInboxSchema } from './inbox-schema.ts';

export interface Appended {
  readonly seq: number;
  /** Received before under this `seq`; no new row was made. */
  readonly repeated: boolean;
  /** The stored answer; null when none was stored, or when the row has been dropped since. */
  readonly answer: Uint8Array | null;
  /** Accepted, but another message came under the same control id: worth an alarm. */
  readonly controlIdReused: boolean;
}

/** The rows' end and the running hash over all of them. */
export interface InboxHead {
  readonly seq: number;
  readonly chain: Buffer;
}

/** A row that should be there can't be read: missing, or not the bytes that were received. */
export class InboxGap extends Error {
  override readonly name = 'InboxGap';
  readonly first: number;
  readonly last: number;

  constructor(first: number, last: number) {
    super(`inbox: rows ${first} to ${last} are missing or changed`);
    this.first = first;
    this.last = last;
  }
}

export class Inbox {
  readonly #db: Database;
  readonly #sources: NameTable;
  readonly #boots: NameTable;
  readonly #repetitions: RepetitionTable;
  readonly #rows: InboxRows;
  readonly #packs: PackWriter;
  readonly #gaps: GapRepair;
  readonly #lastPack;
  readonly #lastRow;
  readonly #purged;
  #head: InboxHead;

  constructor(db: Database) {
    prepareInboxSchema(db);
    this.#db = db;
    this.#sources = new NameTable(db, 'source');
    this.#boots = new NameTable(db, 'boot');
    this.#repetitions = new RepetitionTable(db);
    this.#rows = new InboxRows(db, {
      source: (id) => this.#sources.name(id),
      boot: (id) => this.#boots.name(id),
    });
    this.#packs = new PackWriter(db, this.#sources, this.#boots);
    this.#gaps = new GapRepair(db, this.#rows, this.#packs);
    this.#lastPack = db.prepare<[], { last: number; chain: Buffer }>(
      'SELECT last, chain FROM pack ORDER BY first DESC LIMIT 1',
    );
    this.#lastRow = db.prepare<[], { seq: number | null }>('SELECT max(seq) AS seq FROM received');
    this.#purged = db.prepare<[], { seq: number; chain: Buffer }>('SELECT seq, chain FROM purged');
    this.#head = this.#readHead();
  }

  get head(): InboxHead {
    return this.#head;
  }

  /** For a connection that only reads: how far another one has written by now. */
  follow(): InboxHead {
    // The other connection may have put a pack in order that could not be read.
    this.#rows.forget();
    this.#head = this.#readHead();
    return this.#head;
  }

  /** Everything up to this sequence has been dropped by retention. */
  get purgedTo(): number {
    return this.#purged.get()?.seq ?? 0;
  }

  /** All or none, in one commit: when this returns, all of it is on the disk. @throws what SQLite says when it is not. */
  append(items: readonly InboxItem[]): Appended[] {
    return this.#commit(() => this.#append(items));
  }

  /** Rows in order from `fromSeq`, at most `limit`. @throws {InboxGap} when the next row should be there and isn't. */
  read(fromSeq: number, limit: number): Received[] {
    const received: Received[] = [];
    let expected = fromSeq;
    for (const row of this.#rows.from(fromSeq, limit)) {
      if (row.seq !== expected) break;
      const raw = this.#rows.rawOf(row);
      if (raw === null) break;
      received.push(this.#rows.received(row, raw));
      expected++;
    }
    if (received.length === 0 && fromSeq <= this.#head.seq) throw this.#gapFrom(fromSeq);
    return received;
  }

  /** What is missing from here on, as this connection sees it now; null when the row can be read, or need not be there. */
  gapAt(seq: number): InboxGap | null {
    this.#rows.forget();
    if (seq <= this.purgedTo) return null;
    try {
      this.read(seq, 1);
      return null;
    } catch (error) {
      if (error instanceof InboxGap) return error;
      throw error;
    }
  }

  /** One row, or undefined when it never was, was dropped or is damaged. */
  row(seq: number): Received | undefined {
    const row = this.#rows.of(seq);
    const raw = row === undefined ? null : this.#rows.rawOf(row);
    return row === undefined || raw === null ? undefined : this.#rows.received(row, raw);
  }

  /** Commands after `seq`, in order. */
  commandsAfter(seq: number): Received[] {
    const rows = this.#db
      .prepare<[number, number], { seq: number }>('SELECT seq FROM received WHERE seq > ? AND format = ? ORDER BY seq')
      .all(seq, RECEIVED_FORMATS.indexOf('command'));
    return rows.flatMap((row) => this.row(row.seq) ?? []);
  }

  /** Exactly the bytes received. */
  raw(seq: number): Uint8Array | undefined {
    return this.row(seq)?.raw;
  }

  /** The running hash after `seq`, where a commit ended there; undefined when it is not known any more. */
  chainAt(seq: number): Buffer | undefined {
    const pack = this.#db
      .prepare<[number], { last: number; chain: Buffer }>(
        'SELECT last, chain FROM pack WHERE first <= ? ORDER BY first DESC LIMIT 1',
      )
      .get(seq);
    if (pack?.last === seq) return pack.chain;
    const purged = this.#purged.get();
    return purged?.seq === seq ? purged.chain : undefined;
  }

  /**
   * Puts a placeholder (a `tick` command) where acknowledged rows were lost, so that the order stays gapless and a number is never
   * used twice: the copy may have applied the lost row already. What lies whole in the same packs is written again, in packs
   * of its own. `told` follows in the same commit, so that no stop can come between a loss and its being said.
   */
  fillLost(
    lost: { readonly first: number; readonly last: number },
    arrival: Arrival,
    told: readonly InboxItem[],
  ): void {
    this.#commit(() => {
      this.#gaps.fill(lost, arrival);
      this.#rows.forget();
      this.#head = this.#readHead();
      this.#append(told);
    });
  }

  /**
   * Rows of a damaged file under the numbers they had, in order, from the next number on. They are no repetitions of each other: what
   * was decided when they came stands.
   */
  restore(rows: readonly { readonly seq: number; readonly item: InboxItem }[]): void {
    this.#commit(() => {
      let { seq: last, chain } = this.#head;
      const written: NewRow[] = [];
      for (const { seq, item } of rows) {
        if (seq !== last + 1) throw new Error(`inbox: row ${seq} can't follow row ${last}`);
        const sha256 = hash('sha256', item.raw, 'buffer');
        written.push({ item, seq, sha256 });
        const { source, controlId, arrival } = item;
        if (controlId !== null)
          this.#repetitions.remember({ source: this.#sources.id(source), controlId, sha256 }, seq, arrival.wallMs);
        last = seq;
      }
      for (const together of inPacks(written)) chain = this.#packs.write(together, chain);
      this.#head = { seq: last, chain };
    });
  }

  /** An empty inbox goes on counting after `seq`: what came before lies in no file any more. */
  startAfter(seq: number, chain: Buffer): void {
    if (this.#head.seq !== 0) throw new Error('inbox: only an empty one can start elsewhere');
    this.#commit(() => {
      this.#db.prepare('UPDATE purged SET seq = ?, chain = ?').run(seq, chain);
      this.#head = { seq, chain };
    });
  }

  /** Lost numbers that no row of this file stands for any more. */
  noteLost(lost: readonly { readonly first: number; readonly last: number }[], noticedMs: number): void {
    this.#commit(() => {
      const insert = this.#db.prepare('INSERT OR IGNORE INTO lost VALUES (?, ?, ?)');
      for (const { first, last } of lost) insert.run(first, last, noticedMs);
    });
  }

  /** Another file than the one the witness saw. `told` follows in the same commit. */
  noteFork(fork: Fork, told: readonly InboxItem[]): void {
    this.#commit(() => {
      noteFork(this.#db, fork);
      this.#append(told);
    });
  }

  /** What was put back, until retention has dropped all that it may concern. */
  forks(): readonly Fork[] {
    const { purgedTo } = this;
    return forksOf(this.#db).filter(({ seq }) => seq > purgedTo);
  }

  /** Sequence numbers known to be lost, oldest first. */
  lost(): { first: number; last: number; noticedMs: number }[] {
    return this.#db
      .prepare<[], { first: number; last: number; noticedMs: number }>(
        'SELECT first, last, noticed_ms AS noticedMs FROM lost ORDER BY first',
      )
      .all();
  }

  /**
   * Drops whole packs that lie before `beforeSeq` (the oldest good snapshot's cursor, and what has surely been kept long enough),
   * a bounded number a call. No clock is asked: the newest pack always stays. Returns how many rows went.
   */
  purge(options: { beforeSeq: number; packsMax: number }): number {
    const upTo = this.#db
      .prepare<[number, number, number], { first: number; last: number; chain: Buffer }>(
        'SELECT first, last, chain FROM pack WHERE last < ? AND last < ? ORDER BY first LIMIT ?',
      )
      .all(options.beforeSeq, this.#head.seq, options.packsMax)
      .at(-1);
    if (upTo === undefined) return 0;
    return this.#db
      .transaction(() => {
        this.#db.prepare('DELETE FROM pack WHERE first <= ?').run(upTo.last);
        const { changes } = this.#db.prepare('DELETE FROM received WHERE seq <= ?').run(upTo.last);
        this.#db.prepare('UPDATE purged SET seq = ?, chain = ?').run(upTo.last, upTo.chain);
        return changes;
      })
      .immediate();
  }

  /** A piece of the walk that forgets repetitions older than 400 days, by the wall clock and by how long the row was surely kept. */
  sweepRepetitions(options: { beforeSeq: number; wallMs: number; rowsMax: number }): number {
    return this.#db.transaction(() => this.#repetitions.sweep(options)).immediate();
  }

  /** For the connection that writes: how long the rows have surely been here. */
  livedTime(): LivedTime {
    return new LivedTime(this.#db);
  }

  /** Reads everything and compares it with its hashes: finds changed, missing and put-back rows. Slow; for a quiet thread. */
  verify(): { readonly rows: number; readonly broken: readonly { first: number; last: number }[] } {
    const broken: { first: number; last: number }[] = [];
    const purged = this.#purged.get();
    let next = (purged?.seq ?? 0) + 1;
    let chain: Buffer = purged?.chain ?? Buffer.alloc(CHAIN_BYTES);
    let rows = 0;
    const lost = this.lost();
    const packs = this.#db.prepare<[number], { first: number; last: number; chain: Buffer }>(
      'SELECT first, last, chain FROM pack WHERE first >= ? ORDER BY first LIMIT 1',
    );
    for (let found = packs.get(next); found !== undefined; found = packs.get(next)) {
      if (found.first !== next) broken.push({ first: next, last: found.first - 1 });
      const written = this.#writtenRows(found.first, found.last);
      const follows = written !== null && chainAfter(chain, written).equals(found.chain);
      const { first } = found;
      const isAfterLoss = lost.some((gap) => gap.last === first - 1 || gap.first === first);
      if (written === null || (!follows && !isAfterLoss && found.first === next))
        broken.push({ first: found.first, last: found.last });
      rows += written?.length ?? 0;
      chain = found.chain;
      next = found.last + 1;
    }
    // Another thread may have taken rows away by retention, or added some, while this read.
    const end = this.#readHead().seq;
    if (next <= end && this.#rows.packOf(next) === undefined) broken.push({ first: next, last: end });
    const { purgedTo } = this;
    return { rows, broken: broken.filter((each) => each.last > purgedTo) };
  }

  #append(items: readonly InboxItem[]): Appended[] {
    const results: Appended[] = [];
    const rows: NewRow[] = [];
    const answers = new Map<number, Uint8Array | null>();
    let seq = this.#head.seq;
    for (const item of items) {
      const sha256 = hash('sha256', item.raw, 'buffer');
      const key =
        item.controlId === null ? null : { source: this.#sources.id(item.source), controlId: item.controlId, sha256 };
      const before = key === null ? null : this.#repetitions.look(key, item.arrival.wallMs);
      if (before?.known === 'repeated' && (answers.has(before.seq) || this.#isKept(before.seq))) {
        const answer = answers.get(before.seq) ?? this.#answerOf(before.seq);
        results.push({ seq: before.seq, repeated: true, answer, controlIdReused: false });
        continue;
      }
      seq++;
      rows.push({ item, seq, sha256 });
      answers.set(seq, item.answer);
      if (key !== null) this.#repetitions.remember(key, seq, item.arrival.wallMs);
      const controlIdReused = before?.known === 'control-id-reused';
      results.push({ seq, repeated: false, answer: item.answer, controlIdReused });
    }
    let { chain } = this.#head;
    for (const together of inPacks(rows)) chain = this.#packs.write(together, chain);
    this.#head = { seq, chain };
    return results;
  }

  /** A pack's rows as they were when written, or null when one is missing or its bytes differ from its hash. */
  #writtenRows(first: number, last: number): NewRow[] | null {
    const found = this.#rows.from(first, last - first + 1);
    if (found.length !== last - first + 1 || found.at(-1)?.seq !== last) return null;
    const written: NewRow[] = [];
    for (const row of found) {
      const raw = this.#rows.rawOf(row);
      if (raw === null) return null;
      const item = { ...this.#rows.received(row, raw), controlId: row.control_id, answer: null };
      written.push({ item, seq: row.seq, sha256: row.sha256 });
    }
    return written;
  }

  /** What was received once and can no longer be read counts as never received when it comes again: no repetition answers for it. */
  #isKept(seq: number): boolean {
    if (seq <= this.purgedTo) return true;
    const row = this.#rows.of(seq);
    return row !== undefined && this.#rows.rawOf(row) !== null;
  }

  #answerOf(seq: number): Uint8Array | null {
    const row = this.#rows.of(seq);
    return row === undefined ? null : this.#rows.answerOf(row);
  }

  /** From here to before the next row that can be read: of a pack that is gone, all its rows are one gap. */
  #gapFrom(first: number): InboxGap {
    let last = first - 1;
    for (const row of this.#rows.from(first, GAP_ROWS_MAX)) {
      if (row.seq > first && this.#rows.rawOf(row) !== null) {
        this.#rows.forget();
        return new InboxGap(first, row.seq - 1);
      }
      last = row.seq;
    }
    this.#rows.forget();
    return new InboxGap(first, last < first ? this.#head.seq : Math.max(first, last));
  }

  /** A commit ends with a pack, so the last pack's end and the last row agree, unless an old page was put back. */
  #readHead(): InboxHead {
    const last = this.#lastPack.get();
    const row = this.#lastRow.get();
    const purged = this.#purged.get();
    const seq = Math.max(last?.last ?? 0, row?.seq ?? 0, purged?.seq ?? 0);
    return { seq, chain: last?.chain ?? purged?.chain ?? Buffer.alloc(CHAIN_BYTES) };
  }

  #commit<T>(write: () => T): T {
    const head = this.#head;
    try {
      return this.#db.transaction(write).immediate();
    } catch (error) {
      this.#sources.forget();
      this.#boots.forget();
      this.#rows.forget();
      this.#head = head;
      // A number that is free by one page and taken by another: an old page was put back.
      if (isTaken(error)) throw new Failure('store.damaged', 'inbox.db: a number is there twice');
      throw error;
    }
  }
}

/** Rows looked at for a gap's end; a longer one is told as several. */
const GAP_ROWS_MAX = 10_000;

const isTaken = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  /^SQLITE_CONSTRAINT_(?:PRIMARYKEY|UNIQUE|ROWID)$/.test(String(error.code));
