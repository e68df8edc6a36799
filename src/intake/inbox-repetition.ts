// Recognises a message that was received before: senders repeat what they got no answer to, sometimes months later, and each
// must be applied once (design §5.2). Remembered by source, control id and content for 400 days.

import { hash } from 'node:crypto';
import type { Database } from 'better-sqlite3-multiple-ciphers';
import { limits } from '../limits.ts';

const DAY_MS = 86_400_000;
/** Longer control ids are kept as a hash: the standard allows 20 characters (199 from version 2.7), senders more. */
const CONTROL_CHARACTERS_MAX = 64;
const CONTENT_BYTES = 16;

export type Repetition =
  | { readonly known: 'new' }
  /** The same control id with other content: a sender that counts from the beginning again. Both are kept. */
  | { readonly known: 'control-id-reused' }
  | { readonly known: 'repeated'; readonly seq: number };

export interface RepetitionKey {
  /** The source's number in this file. */
  readonly source: number;
  readonly controlId: string;
  readonly sha256: Buffer;
}

interface Place {
  readonly source: number;
  readonly control: string;
  readonly content: Buffer;
}

const BEFORE_ALL: Place = { source: -1, control: '', content: Buffer.alloc(0) };

/**
 * Senders count: the control ids of one source follow each other, so a group of new rows lies on a page or two of the table.
 * Under a hash of the id each would lie on a page of its own, and every answer would wait for as many pages to be written.
 */
export class RepetitionTable {
  readonly #find;
  readonly #count;
  readonly #insert;
  readonly #walk;
  readonly #delete;
  #walked: Place | null = null;

  constructor(db: Database) {
    this.#find = db.prepare<[number, string], { content: Buffer; seq: number }>(
      'SELECT content, seq FROM repetition WHERE source = ? AND control = ?',
    );
    this.#count = db.prepare(
      'UPDATE repetition SET times = times + 1, day = max(day, ?) WHERE source = ? AND control = ? AND content = ?',
    );
    this.#insert = db.prepare(
      `INSERT INTO repetition VALUES (?, ?, ?, ?, ?, 1)
       ON CONFLICT (source, control, content) DO UPDATE SET seq = excluded.seq, day = excluded.day`,
    );
    this.#walk = db.prepare<[number, string, Buffer, number], Place & { readonly day: number; readonly seq: number }>(
      `SELECT source, control, content, day, seq FROM repetition WHERE (source, control, content) > (?, ?, ?)
       ORDER BY source, control, content LIMIT ?`,
    );
    this.#delete = db.prepare('DELETE FROM repetition WHERE source = ? AND control = ? AND content = ?');
  }

  /** Looks the message up; a repetition is counted. Inside the caller's transaction. */
  look({ source, controlId, sha256 }: RepetitionKey, wallMs: number): Repetition {
    const control = controlOf(controlId);
    const content = sha256.subarray(0, CONTENT_BYTES);
    const found = this.#find.all(source, control);
    const same = found.find((row) => row.content.equals(content));
    if (same !== undefined) {
      this.#count.run(dayOf(wallMs), source, control, content);
      return { known: 'repeated', seq: same.seq };
    }
    return { known: found.length > 0 ? 'control-id-reused' : 'new' };
  }

  /** A message that was remembered and could no longer be read is known by its newer row. */
  remember({ source, controlId, sha256 }: RepetitionKey, seq: number, wallMs: number): void {
    this.#insert.run(source, controlOf(controlId), sha256.subarray(0, CONTENT_BYTES), seq, dayOf(wallMs));
  }

  /**
   * Walks a piece of the table, dropping what is older than 400 days; the next call goes on from there. An index by time
   * would cost every message a write for something that may take days. Only rows before `beforeSeq` are that old for sure,
   * whatever the wall clock showed when they came or shows now.
   */
  sweep({ beforeSeq, wallMs, rowsMax }: { beforeSeq: number; wallMs: number; rowsMax: number }): number {
    const from = this.#walked ?? BEFORE_ALL;
    const rows = this.#walk.all(from.source, from.control, from.content, rowsMax);
    const oldest = dayOf(wallMs - limits.repetitionKeptMs);
    const old = rows.filter((row) => row.day < oldest && row.seq < beforeSeq);
    for (const row of old) this.#delete.run(row.source, row.control, row.content);
    this.#walked = rows.length < rowsMax ? null : (rows.at(-1) ?? null);
    return old.length;
  }
}

const dayOf = (wallMs: number): number => Math.floor(wallMs / DAY_MS);

const controlOf = (controlId: string): string =>
  controlId.length <= CONTROL_CHARACTERS_MAX ? controlId : `#${hash('sha256', controlId)}`;
