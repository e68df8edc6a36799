// Rows of the inbox as they lie in its tables, and the way back from them to what was received: nothing is taken for a message that
// is not byte for byte what its hash says.

import { hash } from 'node:crypto';
import type { Database } from 'better-sqlite3-multiple-ciphers';
import { Failure } from '../domain/failures.ts';
import { type SourceId, sourceId } from '../domain/identity.ts';
import { RECEIVED_FORMATS, type Received, type ReceivedFormat } from '../domain/received.ts';
import type { Arrival } from '../domain/time.ts';
import { unpack } from './inbox-pack.ts';

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

export interface InboxRow {
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

export interface InboxPack {
  first: number;
  last: number;
  chain: Buffer;
  compressed: number;
  bytes: number;
  content: Buffer;
}

/** The names that rows hold as numbers. */
export interface RowNames {
  source(id: number): string;
  boot(id: number): string;
}

export class InboxRows {
  readonly #names: RowNames;
  readonly #from;
  readonly #rowOf;
  readonly #packOf;
  /** The pack read last; content null: it can't be read. */
  #unpacked: { first: number; content: Buffer | null } | null = null;

  constructor(db: Database, names: RowNames) {
    this.#names = names;
    this.#from = db.prepare<[number, number], InboxRow>('SELECT * FROM received WHERE seq >= ? ORDER BY seq LIMIT ?');
    this.#rowOf = db.prepare<[number], InboxRow>('SELECT * FROM received WHERE seq = ?');
    this.#packOf = db.prepare<[number], InboxPack>('SELECT * FROM pack WHERE first = ?');
  }

  /** In order from `seq`, at most `limit`. */
  from(seq: number, limit: number): InboxRow[] {
    return this.#from.all(seq, limit);
  }

  of(seq: number): InboxRow | undefined {
    return this.#rowOf.get(seq);
  }

  packOf(first: number): InboxPack | undefined {
    return this.#packOf.get(first);
  }

  /** A row with everything needed to write it again, or undefined when it can't be read. */
  item(seq: number): InboxItem | undefined {
    const row = this.of(seq);
    return row === undefined ? undefined : this.itemOf(row);
  }

  /** As `item`, of a row that may have been read elsewhere. */
  itemOf(row: InboxRow): InboxItem | undefined {
    const raw = this.rawOf(row);
    if (raw === null) return undefined;
    const { source, format, arrival } = this.received(row, raw);
    return { source, format, arrival, raw, controlId: row.control_id, answer: this.answerOf(row) };
  }

  received(row: InboxRow, raw: Uint8Array): Received {
    const format = RECEIVED_FORMATS[row.format];
    if (format === undefined) throw new Failure('store.damaged', 'inbox.db: a format this program does not know');
    return {
      seq: row.seq,
      source: sourceId(this.#names.source(row.source)),
      format,
      arrival: { wallMs: row.wall_ms, boot: this.#names.boot(row.boot), monotonicMs: row.monotonic_ms },
      raw,
    };
  }

  /** Null when the pack is gone or the bytes are not those received. */
  rawOf(row: InboxRow): Uint8Array | null {
    const content = this.#contentOf(row.pack);
    const raw = content?.subarray(row.start, row.start + row.length);
    return raw !== undefined && hash('sha256', raw, 'buffer').equals(row.sha256) ? raw : null;
  }

  answerOf(row: InboxRow): Uint8Array | null {
    if (row.answer_length === 0) return null;
    const from = row.start + row.length;
    return this.#contentOf(row.pack)?.subarray(from, from + row.answer_length) ?? null;
  }

  /** Packs may have been written anew, here or by another connection. */
  forget(): void {
    this.#unpacked = null;
  }

  #contentOf(first: number): Buffer | null {
    if (this.#unpacked?.first === first) return this.#unpacked.content;
    const row = this.packOf(first);
    const content =
      row === undefined ? null : unpack({ compressed: row.compressed === 1, bytes: row.bytes, content: row.content });
    this.#unpacked = { first, content };
    return content;
  }
}
