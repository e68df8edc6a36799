// The inbox: everything received, as received, numbered in the order it came. A sender is answered only when its message is
// here and on the disk (design §5.1), and the copy can be made again from it. Commands of people and of the station itself lie
// in the same order, so that a replay takes the same decisions at the same places.

import { createHash, hash } from 'node:crypto';
import type { Database } from 'better-sqlite3-multiple-ciphers';
import { Failure } from '../domain/failures.ts';
import { type SourceId, sourceId } from '../domain/identity.ts';
import { RECEIVED_FORMATS, type Received, type ReceivedFormat } from '../domain/received.ts';
import type { Arrival } from '../domain/time.ts';
import { PACK_BYTES_MAX, pack, unpack } from './inbox-pack.ts';
import { RepetitionTable } from './inbox-repetition.ts';
import { NameTable, prepareInboxSchema } from './inbox-schema.ts';

export interface InboxItem {
  readonly source: SourceId;
  readonly format: ReceivedFormat;
  readonly arrival: Arrival;
  readonly raw: Uint8Array;
  /** Null: never taken for a repetition (the same FHIR resource sent again after another one must count). */
  readonly controlId: string | null;
  /** What the sender is answered, kept so that a repetition is answered the same. */
  readonly answer: Uint8Array | null;
}

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

interface Row {
  seq: number;
  pack: number;
  start: number;
  length: number;
  answer_length: number;
  source: number;
  format: number;
  wall_ms: number;
  boot: number;
  monotonic_ms: number;
  sha256: Buffer;
  control_id: string | null;
}

interface PackRow {
  first: number;
  last: number;
  chain: Buffer;
  compressed: number;
  bytes: number;
  content: Buffer;
}

/** A row being written: where its bytes lie is known once its pack is made. */
interface NewRow {
  readonly item: InboxItem;
  readonly seq: number;
  readonly sha256: Buffer;
}

/** A whole row of a pack in which others are lost; `end`, `chain`: that pack's. */
interface CutRow extends NewRow {
  readonly end: number;
  readonly chain: Buffer;
}

const CHAIN_BYTES = 32;

export class Inbox {
  readonly #db: Database;
  readonly #sources: NameTable;
  readonly #boots: NameTable;
  readonly #repetitions: RepetitionTable;
  readonly #insertRow;
  readonly #insertPack;
  readonly #rows;
  readonly #rowOf;
  readonly #packOf;
  readonly #lastPack;
  readonly #lastRow;
  readonly #purged;
  #head: InboxHead;
  /** The pack read last; content null: it can't be read. */
  #unpacked: { first: number; content: Buffer | null } | null = null;

  constructor(db: Database) {
    prepareInboxSchema(db);
    this.#db = db;
    this.#sources = new NameTable(db, 'source');
    this.#boots = new NameTable(db, 'boot');
    this.#repetitions = new RepetitionTable(db);
    this.#insertRow = db.prepare('INSERT INTO received VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
    this.#insertPack = db.prepare('INSERT INTO pack VALUES (?, ?, ?, ?, ?, ?)');
    this.#rows = db.prepare<[number, number], Row>('SELECT * FROM received WHERE seq >= ? ORDER BY seq LIMIT ?');
    this.#rowOf = db.prepare<[number], Row>('SELECT * FROM received WHERE seq = ?');
    this.#packOf = db.prepare<[number], PackRow>('SELECT * FROM pack WHERE first = ?');
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
    this.#unpacked = null;
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
    for (const row of this.#rows.all(fromSeq, limit)) {
      if (row.seq !== expected) break;
      const raw = this.#rawOf(row);
      if (raw === null) break;
      received.push(this.#received(row, raw));
      expected++;
    }
    if (received.length === 0 && fromSeq <= this.#head.seq) throw this.#gapFrom(fromSeq);
    return received;
  }

  /** What is missing from here on, as this connection sees it now; null when the row can be read, or need not be there. */
  gapAt(seq: number): InboxGap | null {
    this.#unpacked = null;
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
    const row = this.#rowOf.get(seq);
    const raw = row === undefined ? null : this.#rawOf(row);
    return row === undefined || raw === null ? undefined : this.#received(row, raw);
  }

  /** A row with everything needed to write it again, or undefined when it can't be read. */
  item(seq: number): InboxItem | undefined {
    const row = this.#rowOf.get(seq);
    const raw = row === undefined ? null : this.#rawOf(row);
    if (row === undefined || raw === null) return undefined;
    const { source, format, arrival } = this.#received(row, raw);
    return { source, format, arrival, raw, controlId: row.control_id, answer: this.#answerOf(seq) };
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
    const { first, last } = lost;
    this.#commit(() => {
      const cut = this.#cutOut(first, last);
      this.#writeAgain(cut.filter(({ seq }) => seq < first));
      this.#writePlaceholders(first, last, arrival);
      this.#writeAgain(cut.filter(({ seq }) => seq > last));
      this.#db.prepare(LOST).run(first, last, arrival.wallMs);
      this.#unpacked = null;
      this.#head = this.#readHead();
      this.#append(told);
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

  /** Sequence numbers known to be lost, oldest first. */
  lost(): { first: number; last: number; noticedMs: number }[] {
    return this.#db
      .prepare<[], { first: number; last: number; noticedMs: number }>(
        'SELECT first, last, noticed_ms AS noticedMs FROM lost ORDER BY first',
      )
      .all();
  }

  /**
   * Drops whole packs that are older than `beforeWallMs` and lie before `beforeSeq` (the oldest good snapshot's cursor), a
   * bounded number a call. The newest pack always stays. Returns how many rows went.
   */
  purge(options: { beforeSeq: number; beforeWallMs: number; packsMax: number }): number {
    const old = this.#db
      .prepare<[number, number, number], { first: number; last: number; chain: Buffer; wall: number }>(
        `SELECT first, last, chain, (SELECT wall_ms FROM received WHERE seq = last) AS wall
         FROM pack WHERE last < ? AND last < ? ORDER BY first LIMIT ?`,
      )
      .all(options.beforeSeq, this.#head.seq, options.packsMax);
    const young = old.findIndex((each) => each.wall >= options.beforeWallMs);
    const going = young < 0 ? old : old.slice(0, young);
    const upTo = going.at(-1);
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

  /** A piece of the walk that forgets repetitions older than 400 days. */
  sweepRepetitions(wallMs: number, rowsMax: number): number {
    return this.#db.transaction(() => this.#repetitions.sweep(wallMs, rowsMax)).immediate();
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
      const follows = written !== null && this.#chain(chain, written).equals(found.chain);
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
    if (next <= end && this.#packOf.get(next) === undefined) broken.push({ first: next, last: end });
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
      if (before?.known === 'repeated') {
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
    for (const together of inPacks(rows)) chain = this.#writePack(together, chain);
    this.#head = { seq, chain };
    return results;
  }

  /** Takes out the packs that reach into these numbers, and returns what is whole in them besides. */
  #cutOut(first: number, last: number): CutRow[] {
    const packs = this.#db
      .prepare<[number, number], PackRow>('SELECT * FROM pack WHERE first <= ? AND last >= ? ORDER BY first')
      .all(last, first);
    const inPack = this.#db.prepare<[number, number, number], Row>(
      'SELECT * FROM received WHERE seq BETWEEN ? AND ? AND pack = ? ORDER BY seq',
    );
    const whole: CutRow[] = [];
    for (const each of packs) {
      for (const row of inPack.all(each.first, each.last, each.first)) {
        const item = row.seq >= first && row.seq <= last ? undefined : this.item(row.seq);
        if (item !== undefined)
          whole.push({ item, seq: row.seq, sha256: row.sha256, end: each.last, chain: each.chain });
      }
    }
    const drop = this.#db.prepare('DELETE FROM received WHERE seq = ?');
    for (const { seq } of whole) drop.run(seq);
    this.#db.prepare('DELETE FROM received WHERE seq BETWEEN ? AND ?').run(first, last);
    for (const each of packs) this.#db.prepare('DELETE FROM pack WHERE first = ?').run(each.first);
    return whole;
  }

  /** A pack never jumps over a number. One that ends where its former did keeps that one's chain: what follows builds on it. */
  #writeAgain(rows: readonly CutRow[]): void {
    let from = 0;
    for (const [index, row] of rows.entries()) {
      const next = rows[index + 1];
      if (next?.seq === row.seq + 1 && next.end === row.end) continue;
      const together = rows.slice(from, index + 1);
      const former = this.#chainBefore(together[0]?.seq ?? 0);
      this.#writePack(together, former, row.seq === row.end ? row.chain : undefined);
      from = index + 1;
    }
  }

  #writePlaceholders(first: number, last: number, arrival: Arrival): void {
    const raw = Buffer.from('{"command":"tick"}');
    const sha256 = hash('sha256', raw, 'buffer');
    const item: InboxItem = { source: STATION, format: 'command', arrival, raw, controlId: null, answer: null };
    let chain = this.#chainBefore(first);
    for (let from = first; from <= last; from += PLACEHOLDERS_A_PACK) {
      const end = Math.min(last, from + PLACEHOLDERS_A_PACK - 1);
      const rows = Array.from({ length: end - from + 1 }, (_, index) => ({ item, seq: from + index, sha256 }));
      chain = this.#writePack(rows, chain);
    }
  }

  #chainBefore(seq: number): Buffer {
    const before = this.#db
      .prepare<[number], { chain: Buffer }>('SELECT chain FROM pack WHERE first < ? ORDER BY first DESC LIMIT 1')
      .get(seq);
    return before?.chain ?? this.#purged.get()?.chain ?? Buffer.alloc(CHAIN_BYTES);
  }

  #writePack(rows: readonly NewRow[], formerChain: Buffer, keptChain?: Buffer): Buffer {
    const pieces: Uint8Array[] = [];
    const first = rows[0]?.seq ?? 0;
    let start = 0;
    for (const { item, seq, sha256 } of rows) {
      const { arrival, raw, answer } = item;
      pieces.push(raw);
      if (answer !== null) pieces.push(answer);
      this.#insertRow.run(
        seq,
        first,
        start,
        raw.length,
        answer?.length ?? 0,
        this.#sources.id(item.source),
        RECEIVED_FORMATS.indexOf(item.format),
        arrival.wallMs,
        this.#boots.id(arrival.boot),
        arrival.monotonicMs,
        sha256,
        item.controlId,
      );
      start += raw.length + (answer?.length ?? 0);
    }
    const chain = keptChain ?? this.#chain(formerChain, rows);
    const { compressed, bytes, content } = pack(pieces);
    this.#insertPack.run(first, rows.at(-1)?.seq ?? first, chain, compressed ? 1 : 0, bytes, content);
    return chain;
  }

  #chain(former: Buffer, rows: readonly NewRow[]): Buffer {
    const sum = createHash('sha256').update(former);
    for (const { item, seq, sha256 } of rows) {
      const { wallMs, boot, monotonicMs } = item.arrival;
      sum.update(JSON.stringify([seq, item.source, item.format, wallMs, boot, monotonicMs, item.controlId]));
      sum.update(sha256);
    }
    return sum.digest();
  }

  /** A pack's rows as they were when written, or null when one is missing or its bytes differ from its hash. */
  #writtenRows(first: number, last: number): NewRow[] | null {
    const found = this.#rows.all(first, last - first + 1);
    if (found.length !== last - first + 1 || found.at(-1)?.seq !== last) return null;
    const written: NewRow[] = [];
    for (const row of found) {
      const raw = this.#rawOf(row);
      if (raw === null) return null;
      const item = { ...this.#received(row, raw), controlId: row.control_id, answer: null };
      written.push({ item, seq: row.seq, sha256: row.sha256 });
    }
    return written;
  }

  #received(row: Row, raw: Uint8Array): Received {
    const format = RECEIVED_FORMATS[row.format];
    if (format === undefined) throw new Failure('store.damaged', 'inbox.db: a format this program does not know');
    return {
      seq: row.seq,
      source: sourceId(this.#sources.name(row.source)),
      format,
      arrival: { wallMs: row.wall_ms, boot: this.#boots.name(row.boot), monotonicMs: row.monotonic_ms },
      raw,
    };
  }

  /** Null when the pack is gone or the bytes are not those received. */
  #rawOf(row: Row): Uint8Array | null {
    const content = this.#contentOf(row.pack);
    const raw = content?.subarray(row.start, row.start + row.length);
    return raw !== undefined && hash('sha256', raw, 'buffer').equals(row.sha256) ? raw : null;
  }

  #answerOf(seq: number): Uint8Array | null {
    const row = this.#rowOf.get(seq);
    if (row === undefined || row.answer_length === 0) return null;
    const from = row.start + row.length;
    return this.#contentOf(row.pack)?.subarray(from, from + row.answer_length) ?? null;
  }

  #contentOf(first: number): Buffer | null {
    if (this.#unpacked?.first === first) return this.#unpacked.content;
    const row = this.#packOf.get(first);
    const content =
      row === undefined ? null : unpack({ compressed: row.compressed === 1, bytes: row.bytes, content: row.content });
    this.#unpacked = { first, content };
    return content;
  }

  /** From here to before the next row that can be read: of a pack that is gone, all its rows are one gap. */
  #gapFrom(first: number): InboxGap {
    let last = first - 1;
    for (const row of this.#rows.all(first, GAP_ROWS_MAX)) {
      if (row.seq > first && this.#rawOf(row) !== null) {
        this.#unpacked = null;
        return new InboxGap(first, row.seq - 1);
      }
      last = row.seq;
    }
    this.#unpacked = null;
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
      this.#unpacked = null;
      this.#head = head;
      // A number that is free by one page and taken by another: an old page was put back.
      if (isTaken(error)) throw new Failure('store.damaged', 'inbox.db: a number is there twice');
      throw error;
    }
  }
}

const PLACEHOLDERS_A_PACK = 1000;
/** Rows looked at for a gap's end; a longer one is told as several. */
const GAP_ROWS_MAX = 10_000;

const LOST = `INSERT INTO lost VALUES (?, ?, ?)
  ON CONFLICT (first) DO UPDATE SET last = max(last, excluded.last), noticed_ms = excluded.noticed_ms`;

const isTaken = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  /^SQLITE_CONSTRAINT_(?:PRIMARYKEY|UNIQUE|ROWID)$/.test(String(error.code));

/** The source of what the station itself decides. */
export const STATION = sourceId('station');

function* inPacks(rows: readonly NewRow[]): Generator<NewRow[]> {
  let together: NewRow[] = [];
  let bytes = 0;
  for (const row of rows) {
    if (together.length > 0 && bytes + row.item.raw.length > PACK_BYTES_MAX) {
      yield together;
      together = [];
      bytes = 0;
    }
    together.push(row);
    bytes += row.item.raw.length;
  }
  if (together.length > 0) yield together;
}
