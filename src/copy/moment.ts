// The moment a reader reads: a commit sequence and the time it stood for.

import type { Database } from 'better-sqlite3-multiple-ciphers';
import { Failure } from '../domain/failures.ts';
import { timeWords } from '../domain/swedish-time.ts';
import { copyCursor, FOREVER } from './schema.ts';

export interface Moment {
  readonly sequence: number;
  /** Null = now. */
  readonly asOf: number | null;
  /** Everything that is in the copy: only then may what was kept in memory of it stand for it. */
  readonly isNow: boolean;
  /**
   * When the last message had come by then. The copy has no clock of its own: when nothing comes, nothing expires
   * (design §5.23).
   */
  readonly wall: number;
}

/**
 * The last sequence that had come by this time, to the second. After a clock was put back an hour exists twice: then the later
 * one is meant. What came while a clock was days behind is no answer to what was known those days ago.
 */
export function sequenceAt(db: Database, wallMs: number): number {
  const cursor = copyCursor(db);
  const nearest = db.prepare<[number], number | null>('SELECT max(wall) FROM mark WHERE wall <= ?').pluck();
  const last = db
    .prepare<[number, number], number>('SELECT seq FROM mark WHERE wall <= ? AND wall >= ? ORDER BY seq DESC LIMIT 1')
    .pluck();
  const next = db.prepare<[number], number>('SELECT seq FROM mark WHERE seq > ? ORDER BY seq LIMIT 1').pluck();
  const before = nearest.get(wallMs) ?? null;
  const first = before === null ? 0 : (last.get(wallMs, before - PUT_BACK_TOGETHER_MS) ?? 0);
  return (next.get(first) ?? cursor + 1) - 1;
}

/** Of an hour that exists twice, both have marks this near each other: something is heard or proven every few minutes. */
const PUT_BACK_TOGETHER_MS = 15 * 60_000;

/** In `meta`: the sequence before which retention has dropped versions. Not a time: that clock may have been wrong. */
export const HISTORY_FROM = 'history-from-sequence';

export class MomentReader {
  readonly #db: Database;
  readonly #meta;
  readonly #firstMark;
  readonly #markOf;
  readonly #pins;

  constructor(db: Database) {
    this.#db = db;
    this.#meta = db.prepare<[string], number>('SELECT value FROM meta WHERE name = ?').pluck();
    this.#firstMark = db.prepare<[], number | null>('SELECT min(wall) FROM mark').pluck();
    this.#markOf = db
      .prepare<[number], number>('SELECT wall FROM mark WHERE seq <= ? ORDER BY seq DESC LIMIT 1')
      .pluck();
    this.#pins = db
      .prepare<[], string>(`SELECT body FROM setting WHERE name = 'pin' AND until = ${FOREVER} ORDER BY since`)
      .pluck();
  }

  /**
   * `sequence`: the moment of a commit already read from, so that pages of one answer agree; never ahead of what is applied.
   * @throws {Failure} `history.too-old` outside what is kept: what retention may have dropped would be a silently shorter chart
   */
  at(asOf: number | undefined, sequence: number = Number.MAX_SAFE_INTEGER): Moment {
    const wall = this.#meta.get('wall') ?? 0;
    if (asOf === undefined) {
      const cursor = this.#meta.get('cursor') ?? 0;
      return { sequence: Math.min(sequence, cursor), asOf: null, isNow: sequence >= cursor, wall };
    }
    return this.#kept(asOf, wall) ?? this.#pinned(asOf, wall);
  }

  /** Everything since what retention has dropped: 72 hours, and all of a downtime or a hold, in which nothing is dropped. */
  #kept(asOf: number, wall: number): Moment | null {
    const first = this.#firstMark.get() ?? null;
    if (first === null || asOf < first) return null;
    const sequence = sequenceAt(this.#db, asOf);
    if (sequence < this.#from()) return null;
    return { sequence, asOf, isNow: false, wall: Math.min(wall, asOf) };
  }

  #from(): number {
    return this.#meta.get(HISTORY_FROM) ?? 0;
  }

  #oldest(): number | null {
    return this.#markOf.get(this.#from()) ?? this.#firstMark.get() ?? null;
  }

  /** Between a pin and what is kept, versions are missing: only the pin's own moment is whole, asked for to the minute. */
  #pinned(asOf: number, wall: number): Moment {
    const pins = this.#pins.all().map((body) => JSON.parse(body) as { at: number; seq: number });
    const pin = pins.find(({ at }) => Math.abs(at - asOf) < MINUTE_MS);
    if (pin !== undefined) return { sequence: pin.seq, asOf: pin.at, isNow: false, wall: Math.min(wall, pin.at) };
    const oldest = this.#oldest();
    throw new Failure(
      'history.too-old',
      oldest === null
        ? 'Kopian är tom.'
        : [
            `Det äldsta som kan läsas är ${dated(oldest)}.`,
            ...pins.map(({ at }) => `En sparad tidpunkt är ${dated(at)}.`),
          ].join(' '),
    );
  }
}

const MINUTE_MS = 60_000;
/** The whole date and the time of day, whatever day is today. */
const dated = (ms: number): string => timeWords(ms, ms, { clockIsUnsure: true });
