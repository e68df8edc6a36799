// Where the copy stands in the inbox, and which sequence belonged to which time of day: a second's precision is enough to ask
// how a chart looked at 10:42.

import type { Database, Statement } from 'better-sqlite3-multiple-ciphers';
import type { Received } from '../../domain/received.ts';

const MARK_EVERY_MS = 1_000;

export class Marks {
  readonly #read: Statement<[string], number>;
  readonly #write: Statement<[number, string]>;
  readonly #mark: Statement<[number, number]>;
  readonly #lastMark: Statement<[], number>;
  #cursor = 0;
  #started = 0;
  /** When the last message came: the copy's own "now", which stands still when nothing comes and heals when a clock is set right. */
  #wall = 0;
  #marked = 0;

  constructor(db: Database) {
    this.#read = db.prepare<[string], number>('SELECT value FROM meta WHERE name = ?').pluck();
    this.#write = db.prepare('UPDATE meta SET value = ? WHERE name = ?');
    this.#mark = db.prepare('INSERT INTO mark (seq, wall) VALUES (?, ?)');
    this.#lastMark = db.prepare<[], number>('SELECT wall FROM mark ORDER BY seq DESC LIMIT 1').pluck();
    this.forget();
  }

  forget(): void {
    this.#cursor = this.#read.get('cursor') ?? 0;
    this.#started = this.#read.get('started') ?? 0;
    this.#wall = this.#read.get('wall') ?? 0;
    this.#marked = this.#lastMark.get() ?? 0;
  }

  get cursor(): number {
    return this.#cursor;
  }

  /** The first sequence this copy was made from: above 1 when the inbox no longer had the beginning. */
  get started(): number {
    return this.#started;
  }

  get wall(): number {
    return this.#wall;
  }

  move({ seq, arrival }: Received): void {
    if (this.#started === 0) this.#started = seq;
    else if (seq !== this.#cursor + 1) throw new GapError(this.#cursor, seq);
    this.#cursor = seq;
    this.#wall = arrival.wallMs;
    if (Math.abs(this.#wall - this.#marked) < MARK_EVERY_MS) return;
    this.#mark.run(seq, this.#wall);
    this.#marked = this.#wall;
  }

  /** In the batch's own transaction. */
  write(): void {
    this.#write.run(this.#cursor, 'cursor');
    this.#write.run(this.#started, 'started');
    this.#write.run(this.#wall, 'wall');
  }
}

/** A row is missing between the copy and what it is given: applying on would lose it silently. */
class GapError extends Error {
  constructor(cursor: number, seq: number) {
    super(`the copy stands at ${cursor} and was given ${seq}`);
    this.name = 'GapError';
  }
}
