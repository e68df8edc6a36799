// Who is booked at a unit in these days, and what (decision 0029). Found by the unit that stands beside a booking's row, and then read as
// the chart has it, so that what was moved, cancelled or told under another number stands so on the list too.

import type { Database, Statement } from 'better-sqlite3-multiple-ciphers';
import { BOOKING_PARTS, type Booking, bookedWindow, bookingOf } from '../../domain/booking.ts';
import { type UnitId, unitId } from '../../domain/identity.ts';
import { limits } from '../../limits.ts';
import type { FactReader } from '../fact-reader.ts';
import type { GroupMember } from '../identity/read-identity.ts';
import type { Moment } from '../moment.ts';
import { partCode } from '../part-codes.ts';
import { FOREVER } from '../schema.ts';
import type { KeptWindows } from './kept-windows.ts';
import { readEntries } from './parts.ts';

const PARTS = `part IN (${BOOKING_PARTS.map(partCode).join(', ')})`;

type Question = [{ unit: string; sequence: number; from: number; to: number }];

export interface BookingTools {
  readonly facts: FactReader;
  readonly kept: KeptWindows | null;
  /** Those whose list is made of bookings. */
  readonly units: ReadonlySet<UnitId>;
}

export class BookingReader {
  readonly #tools: BookingTools;
  readonly #atUnit: Statement<Question, number>;
  readonly #isUsed: Statement<[string], number>;
  readonly #unitsOf: Statement<[{ no: number; sequence: number }], string>;

  constructor(db: Database, tools: BookingTools) {
    this.#tools = tools;
    this.#atUnit = db
      .prepare<Question, number>(
        `SELECT identity FROM fact INDEXED BY fact_planned
         WHERE planned = @unit AND until = ${FOREVER} AND at BETWEEN @from AND @to AND since <= @sequence AND ${PARTS}
         UNION
         SELECT identity FROM fact INDEXED BY fact_planned
         WHERE planned = @unit AND until > @sequence AND until < ${FOREVER} AND at BETWEEN @from AND @to
         AND since <= @sequence AND ${PARTS}`,
      )
      .pluck();
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

  /** Numbers of those who are, or lately were, booked at the unit in these days. */
  numbersAt(unit: UnitId, { sequence, wall }: Moment): readonly number[] {
    if (!this.units.has(unit)) return [];
    const { fromMs, toMs } = bookedWindow(wall);
    return this.#atUnit.all({ unit, sequence, from: fromMs, to: toMs });
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
