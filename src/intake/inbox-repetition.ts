// Recognises a message that was received before: senders repeat what they got no answer to, sometimes months later, and each
// must be applied once (design §5.2). Remembered by source, control id and content for 400 days.

import { hash } from 'node:crypto';
import type { Database } from 'better-sqlite3-multiple-ciphers';
import type { SourceId } from '../domain/identity.ts';
import { limits } from '../limits.ts';

const DAY_MS = 86_400_000;
const CONTROL_BYTES = 12;
const CONTENT_BYTES = 16;

export type Repetition =
  | { readonly known: 'new' }
  /** The same control id with other content: a sender that counts from the beginning again. Both are kept. */
  | { readonly known: 'control-id-reused' }
  | { readonly known: 'repeated'; readonly seq: number };

export interface RepetitionKey {
  readonly source: SourceId;
  readonly controlId: string;
  readonly sha256: Buffer;
}

export class RepetitionTable {
  readonly #find;
  readonly #count;
  readonly #insert;
  readonly #walk;
  readonly #delete;
  #walked: { control: Buffer; content: Buffer } | null = null;

  constructor(db: Database) {
    this.#find = db.prepare<[Buffer], { content: Buffer; seq: number }>(
      'SELECT content, seq FROM repetition WHERE control = ?',
    );
    this.#count = db.prepare('UPDATE repetition SET times = times + 1, day = ? WHERE control = ? AND content = ?');
    this.#insert = db.prepare('INSERT INTO repetition VALUES (?, ?, ?, ?, 1)');
    this.#walk = db.prepare<[Buffer, Buffer, number], { control: Buffer; content: Buffer; day: number }>(
      'SELECT control, content, day FROM repetition WHERE (control, content) > (?, ?) ORDER BY control, content LIMIT ?',
    );
    this.#delete = db.prepare('DELETE FROM repetition WHERE control = ? AND content = ?');
  }

  /** Looks the message up; a repetition is counted. Inside the caller's transaction. */
  look(key: RepetitionKey, wallMs: number): Repetition {
    const control = controlKey(key);
    const content = key.sha256.subarray(0, CONTENT_BYTES);
    const found = this.#find.all(control);
    const same = found.find((row) => row.content.equals(content));
    if (same !== undefined) {
      this.#count.run(dayOf(wallMs), control, content);
      return { known: 'repeated', seq: same.seq };
    }
    return { known: found.length > 0 ? 'control-id-reused' : 'new' };
  }

  remember(key: RepetitionKey, seq: number, wallMs: number): void {
    this.#insert.run(controlKey(key), key.sha256.subarray(0, CONTENT_BYTES), seq, dayOf(wallMs));
  }

  /**
   * Walks a piece of the table, dropping what is older than 400 days; the next call goes on from there. An index by time
   * would cost every message a write for something that may take days.
   */
  sweep(wallMs: number, rowsMax: number): number {
    const from = this.#walked ?? { control: Buffer.alloc(0), content: Buffer.alloc(0) };
    const rows = this.#walk.all(from.control, from.content, rowsMax);
    const oldest = dayOf(wallMs - limits.repetitionKeptMs);
    const old = rows.filter((row) => row.day < oldest);
    for (const row of old) this.#delete.run(row.control, row.content);
    this.#walked = rows.length < rowsMax ? null : (rows.at(-1) ?? null);
    return old.length;
  }
}

const dayOf = (wallMs: number): number => Math.floor(wallMs / DAY_MS);

const controlKey = (key: RepetitionKey): Buffer =>
  hash('sha256', `${key.source}\0${key.controlId}`, 'buffer').subarray(0, CONTROL_BYTES);
