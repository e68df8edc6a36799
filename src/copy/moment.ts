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
 * one is meant.
 */
export function sequenceAt(db: Database, wallMs: number): number {
  const cursor = copyCursor(db);
  const last = db.prepare<[number], number>('SELECT seq FROM mark WHERE wall <= ? ORDER BY seq DESC LIMIT 1').pluck();
  const next = db.prepare<[number], number>('SELECT seq FROM mark WHERE seq > ? ORDER BY seq LIMIT 1').pluck();
  const first = last.get(wallMs) ?? 0;
  return (next.get(first) ?? cursor + 1) - 1;
}

/** In `meta`: the time before which retention has dropped versions. */
export const HISTORY_FROM = 'history-from';

export class MomentReader {
  readonly #db: Database;
  readonly #meta;
  readonly #firstMark;
  readonly #pins;

  constructor(db: Database) {
    this.#db = db;
    this.#meta = db.prepare<[string], number>('SELECT value FROM meta WHERE name = ?').pluck();
    this.#firstMark = db.prepare<[], number>('SELECT min(wall) FROM mark').pluck();
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
    const oldest = this.#oldest();
    if (oldest === null || asOf < oldest) return null;
    return { sequence: sequenceAt(this.#db, asOf), asOf, isNow: false, wall: Math.min(wall, asOf) };
  }

  #oldest(): number | null {
    const first = this.#firstMark.get();
    return first === undefined || first === null ? null : Math.max(first, this.#meta.get(HISTORY_FROM) ?? 0);
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
        ? 'kopian är tom'
        : [`äldst ${dated(oldest)}`, ...pins.map(({ at }) => `sparad tidpunkt ${dated(at)}`)].join(', '),
    );
  }
}

const MINUTE_MS = 60_000;
/** The whole date and the time of day, whatever day is today. */
const dated = (ms: number): string => timeWords(ms, ms, { clockIsUnsure: true });
