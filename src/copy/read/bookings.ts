// Who is booked at a unit in these days, and what (decision 0029). Found by the unit that stands beside a booking's row, and then read as
// the chart has it, so that what was moved, cancelled or told under another number stands so on the list too.

import type { Database, Statement } from 'better-sqlite3-multiple-ciphers';
import { BOOKING_PARTS, type Booking, bookedWindow, bookingOf } from '../../domain/booking.ts';
import { type UnitId, unitId } from '../../domain/identity.ts';
import { limits } from '../../limits.ts';
import type { FactReader } from '../fact-reader.ts';
import type { GroupMember } from '../identity/read-identity.ts';
import type { Moment } from '../moment.ts';
import { HIDDEN, partCode } from '../part-codes.ts';
import { FOREVER } from '../schema.ts';
import type { KeptWindows } from './kept-windows.ts';
import { readEntries } from './parts.ts';

const codes = (parts: readonly number[]): string => `part IN (${parts.join(', ')})`;
const PARTS = codes(BOOKING_PARTS.map(partCode));
/** With what was taken back: under another number it may stand again, with what was said of it here. */
const HIDDEN_TOO = codes(BOOKING_PARTS.flatMap((part) => [partCode(part), partCode(part) + HIDDEN]));

const CEASED_SINCE = `until > @sequence AND until < ${FOREVER}`;

type Question = [{ unit: string; sequence: number; from: number; to: number }];

const AT_UNIT = `SELECT identity, at FROM fact INDEXED BY fact_planned WHERE planned = @unit AND since <= @sequence AND ${HIDDEN_TOO}`;

/**
 * Whose booking names the unit at another time, and who has a booking in these days: told under two numbers, of the booking or of the
 * person, one may carry the unit and the other the time. Which of them it is the reading tells; here nobody is left out. The nearest
 * in time first, as many as are looked at.
 */
const farFrom = (ceased: string): string => `
WITH RECURSIVE far (no) AS (
  SELECT identity FROM (${AT_UNIT} AND until = ${FOREVER} AND at > @to ORDER BY at LIMIT ${limits.farBookingsMax})
  UNION
  SELECT identity FROM (${AT_UNIT} AND until = ${FOREVER} AND at < @from ORDER BY at DESC LIMIT ${limits.farBookingsMax})
  ${ceased === '' ? '' : `UNION SELECT identity FROM (${AT_UNIT} AND ${ceased})`}
), tied (root, no) AS (
  SELECT no, no FROM far
  UNION
  SELECT root, b FROM tied JOIN link ON a = no AND until > @sequence AND since <= @sequence AND active = 1 AND kind <> 'linked'
)
SELECT DISTINCT root FROM tied WHERE ${hasBookingIn(`until = ${FOREVER}`)}${ceased === '' ? '' : ` OR ${hasBookingIn(ceased)}`}`;

const hasBookingIn = (holding: string): string => `EXISTS (
  SELECT 1 FROM fact WHERE identity = no AND ${HIDDEN_TOO} AND ${holding} AND at BETWEEN @from AND @to AND since <= @sequence)`;

export interface BookingTools {
  readonly facts: FactReader;
  readonly kept: KeptWindows | null;
  /** Those whose list is made of bookings. */
  readonly units: ReadonlySet<UnitId>;
}

export class BookingReader {
  readonly #tools: BookingTools;
  readonly #atUnit: Statement<Question, number>;
  readonly #farNow: Statement<Question, number>;
  readonly #farThen: Statement<Question, number>;
  readonly #isUsed: Statement<[string], number>;
  readonly #unitsOf: Statement<[{ no: number; sequence: number }], string>;

  constructor(db: Database, tools: BookingTools) {
    this.#tools = tools;
    this.#atUnit = db
      .prepare<Question, number>(
        `SELECT identity FROM (${AT_UNIT} AND until = ${FOREVER} AND at BETWEEN @from AND @to)
         UNION
         SELECT identity FROM (${AT_UNIT} AND ${CEASED_SINCE} AND at BETWEEN @from AND @to)`,
      )
      .pluck();
    this.#farNow = db.prepare<Question, number>(farFrom('')).pluck();
    this.#farThen = db.prepare<Question, number>(farFrom(CEASED_SINCE)).pluck();
    this.#isUsed = db
      .prepare<[string], number>(`SELECT 1 FROM fact INDEXED BY fact_planned WHERE planned = ? AND ${PARTS} LIMIT 1`)
      .pluck();
    this.#unitsOf = db
      .prepare<[{ no: number; sequence: number }], string>(
        `SELECT DISTINCT planned FROM fact
         WHERE identity = @no AND ${PARTS} AND until > @sequence AND since <= @sequence AND planned IS NOT NULL`,
      )
      .pluck();
  }

  /** Units whose list is made of bookings. */
  get units(): ReadonlySet<UnitId> {
    return this.#tools.units;
  }

  /** Those of them that anything has ever been booked at. */
  used(): readonly UnitId[] {
    return [...this.units].filter((unit) => this.#isUsed.get(unit) !== undefined);
  }

  /** Numbers of those who are, or lately were, or may be booked at the unit in these days. */
  numbersAt(unit: UnitId, { sequence, wall, isNow }: Moment): readonly number[] {
    if (!this.units.has(unit)) return [];
    const { fromMs, toMs } = bookedWindow(wall);
    const question = { unit, sequence, from: fromMs, to: toMs };
    return [...this.#atUnit.all(question), ...(isNow ? this.#farNow : this.#farThen).all(question)];
  }

  /** Every unit that a booking of theirs has been told to take place at, at any time: who reads may have to be kept from it. */
  unitsOf(members: readonly GroupMember[], { sequence }: Moment): readonly UnitId[] {
    return [...new Set(members.flatMap(({ no }) => this.#unitsOf.all({ no, sequence })))].map(unitId);
  }

  /** What stands on units' lists of this person, the earliest first. */
  of(members: readonly GroupMember[], { sequence, isNow, wall }: Moment): readonly Booking[] {
    const { facts, units } = this.#tools;
    const { fromMs, toMs } = bookedWindow(wall);
    const window = { sequence, rowsMax: limits.blockRowsMax, kept: isNow ? this.#tools.kept : null };
    return readEntries(members, BOOKING_PARTS, window, facts)
      .map(bookingOf)
      .filter((booking) => booking !== null)
      .filter(({ unit }) => units.has(unit))
      .filter(({ startMs }) => startMs >= fromMs && startMs <= toMs)
      .sort((a, b) => a.startMs - b.startMs || (a.key < b.key ? -1 : 1));
  }
}
