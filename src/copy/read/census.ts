// A unit's list: who is here, on leave, expected, booked, and gone within three days. Sorted as people walk, by room and bed; where the
// list is made of bookings, by time.

import type { Database, Statement } from 'better-sqlite3-multiple-ciphers';
import { type Booking, bookedBeside } from '../../domain/booking.ts';
import { CENSUS_KINDS, type CensusKind, censusKind } from '../../domain/census-kind.ts';
import { type Identity, patientKey, type UnitId, unitId } from '../../domain/identity.ts';
import type { Stay } from '../../domain/patient-copy.ts';
import { isUndeclared } from '../../domain/source.ts';
import type { CensusRow } from '../../domain/unit-list/census-row.ts';
import { limits } from '../../limits.ts';
import type { FactReader } from '../fact-reader.ts';
import type { GroupMember, GroupReader } from '../identity/read-identity.ts';
import type { Moment } from '../moment.ts';
import { STAY_ROW } from '../part-codes.ts';
import { FOREVER } from '../schema.ts';
import type { BookingReader } from './bookings.ts';
import { readPerson } from './person.ts';
import type { SourcesAt } from './sources.ts';
import { isGoingOn, isGone, isSamePlace, placesOf, type StayRead, type StaysReader } from './stays.ts';

export interface UnitSummary {
  readonly unit: UnitId;
  readonly counts: Readonly<Record<CensusKind, number>>;
  readonly bedConflicts: number;
}

export interface CensusTools {
  readonly facts: FactReader;
  readonly groups: GroupReader;
  readonly stays: StaysReader;
}

export class CensusReader {
  readonly #tools: CensusTools & { readonly bookings: BookingReader };
  readonly #inUnit: Statement<[string, number, number, number], number>;
  readonly #toUnit: Statement<[{ unit: string; sequence: number }], number>;
  readonly #units: Statement<[], string>;

  constructor(db: Database, tools: CensusTools & { readonly bookings: BookingReader }) {
    this.#tools = tools;
    this.#inUnit = db
      .prepare<[string, number, number, number], number>(
        `SELECT DISTINCT identity FROM fact INDEXED BY fact_unit
         WHERE unit = ? AND until > ? AND since <= ? AND at >= ? AND part = ${STAY_ROW}`,
      )
      .pluck();
    // A planned stay is an open one, and stands first: years of bookings on the same unit are not passed through.
    const planned = `SELECT identity FROM fact INDEXED BY fact_planned WHERE planned = @unit AND part = ${STAY_ROW} AND since <= @sequence`;
    this.#toUnit = db
      .prepare<[{ unit: string; sequence: number }], number>(
        `${planned} AND until = ${FOREVER} AND at = ${FOREVER}
         UNION ${planned} AND until > @sequence AND until < ${FOREVER}`,
      )
      .pluck();
    this.#units = db
      .prepare<[], string>(
        `WITH RECURSIVE u (unit) AS (
           SELECT (SELECT unit FROM fact WHERE unit IS NOT NULL ORDER BY unit LIMIT 1)
           UNION ALL
           SELECT (SELECT unit FROM fact WHERE unit > u.unit ORDER BY unit LIMIT 1) FROM u WHERE u.unit IS NOT NULL
         ) SELECT unit FROM u WHERE unit IS NOT NULL AND unit <> ''`,
      )
      .pluck();
  }

  /** Every unit any stay has stood on, or that lives by bookings and has any, and not been dropped since. */
  units(): UnitId[] {
    return [...new Set([...this.#units.all().map(unitId), ...this.#tools.bookings.used()])].sort();
  }

  unit(unit: UnitId, moment: Moment, sources: SourcesAt): CensusRow[] {
    const { sequence, wall } = moment;
    const endedAfter = wall - limits.dischargedKeptMs;
    const { bookings } = this.#tools;
    const numbers = new Set([
      ...this.#inUnit.all(unit, sequence, sequence, endedAfter),
      ...this.#toUnit.all({ unit, sequence }),
      ...bookings.numbersAt(unit, moment),
    ]);
    const seen = new Set<number>();
    const rows: CensusRow[] = [];
    for (const no of numbers) {
      if (seen.has(no)) continue;
      rows.push(...this.#rows(no, { unit, moment, sources, seen }));
    }
    return rows.sort(bookings.units.has(unit) ? byTime : byPlace);
  }

  summary(unit: UnitId, moment: Moment, sources: SourcesAt): UnitSummary {
    const rows = this.unit(unit, moment, sources);
    // People, not lines: somebody in two places is one.
    const count = (kind: CensusKind): number =>
      new Set(rows.filter((row) => row.kind === kind).map(({ key }) => key)).size;
    return {
      unit,
      counts: Object.fromEntries(CENSUS_KINDS.map((kind) => [kind, count(kind)])) as Record<CensusKind, number>,
      bedConflicts: rows.filter(({ bedConflict }) => bedConflict).length,
    };
  }

  #rows(no: number, { unit, moment, sources, seen }: CensusQuestion): CensusRow[] {
    const { groups, stays, facts } = this.#tools;
    const group = groups.group(no, moment.sequence);
    for (const member of group.members) seen.add(member.no);
    const head = group.members[0];
    if (head === undefined) return [];
    const { person, isProtected, deletion, conflicts } = readPerson(group.members, moment, facts, sources);
    const reads = stays.read(group.members, moment.sequence, sources);
    const told = reads.map(({ stay }) => stay);
    if (isGone(deletion, told)) return [];
    const here = listedIn(unit, reads, moment.wall);
    const booked = this.#bookedAt(unit, group.members, moment);
    const isHere = here.some(({ kind }) => kind !== 'discharged');
    const listed: readonly Listed[] =
      booked.length === 0
        ? here
        : isHere
          ? here.map((one, at) => (at === 0 ? { ...one, bookings: booked } : one))
          : listedByBookings(booked, head.identity, reads);
    const formerKeys = group.members.slice(1).map(({ handle }) => patientKey(handle));
    const places = placesOf(told);
    const several = here.length > 1 || places.length < 2 ? [] : places.map((place) => place.unit);
    return listed.map(({ kind, read: { stay, conflicting }, ...more }) => ({
      key: patientKey(head.handle),
      ...(formerKeys.length === 0 ? {} : { formerKeys }),
      identity: head.identity,
      kind,
      stay,
      ...more,
      person,
      isProtected,
      bedConflict: stay.bedConflict,
      sourceConflict: conflicting.length > 0 || conflicts.length > 0,
      identityConflict: group.conflicts.length > 0,
      severalPlaces: here.length > 1 || places.length > 1,
      ...remarkPlaces(several, conflicts.length > 0 ? [] : conflicting),
    }));
  }

  #bookedAt(unit: UnitId, members: readonly GroupMember[], moment: Moment): readonly Booking[] {
    const { bookings } = this.#tools;
    return bookings.units.has(unit) ? bookings.of(members, moment).filter((booking) => booking.unit === unit) : [];
  }
}

function remarkPlaces(
  several: readonly (UnitId | null)[],
  conflicting: StayRead['conflicting'],
): Pick<CensusRow, 'remarkPlaces'> {
  const units = conflicting.map(({ value }) => (value as { readonly unit?: string | null }).unit ?? null);
  const differing = [...new Set(units)].filter((unit) => unit !== null).map(unitId);
  return several.length === 0 && differing.length === 0 ? {} : { remarkPlaces: { several, differing } };
}

interface CensusQuestion {
  readonly unit: UnitId;
  readonly moment: Moment;
  readonly sources: SourcesAt;
  /** Numbers of the persons looked at already. */
  readonly seen: Set<number>;
}

interface Listed {
  readonly kind: CensusKind;
  readonly read: StayRead;
  readonly bookings?: readonly Booking[];
  readonly alsoBooked?: readonly Booking[];
  readonly lies?: Stay;
}

/** A line for each time, which names those beside it: nothing is laid together that may be two. Where the patient lies meanwhile is told beside, and is never the line's own place. */
function listedByBookings(
  booked: readonly Booking[],
  subject: Identity,
  reads: readonly StayRead[],
): readonly Listed[] {
  const lying = declaredFirst(reads).find(({ stay }) => isGoingOn(stay));
  return [...Map.groupBy(booked, ({ startMs }) => startMs).values()].flatMap((bookings): Listed[] => {
    const [first] = bookings;
    if (first === undefined) return [];
    const read = { stay: stayOf(first, subject), conflicting: lying?.conflicting ?? [] };
    const alsoBooked = bookedBeside(bookings, booked);
    return [
      {
        kind: 'booked',
        read,
        bookings,
        ...(alsoBooked.length === 0 ? {} : { alsoBooked }),
        ...(lying === undefined ? {} : { lies: lying.stay }),
      },
    ];
  });
}

/** A booking is a stay that is planned to its unit, of which no more is known than its time. */
const stayOf = ({ source, unit, startMs, endMs, eventAt, unlistedAt }: Booking, subject: Identity): Stay => ({
  source,
  subject,
  visit: null,
  status: 'planned',
  class: 'unknown',
  unit,
  room: null,
  bed: null,
  location: null,
  admittedAt: null,
  dischargedAt: null,
  expectedAdmitAt: startMs,
  expectedDischargeAt: endMs,
  plannedUnit: unit,
  leaveSince: null,
  service: null,
  reason: null,
  account: null,
  caregivers: [],
  changedAt: eventAt,
  unlistedAt,
  bedConflict: false,
});

/** Every place in this unit where the person is said to be now; else the stay that most concerns the unit. */
function listedIn(unit: UnitId, reads: readonly StayRead[], wall: number): readonly Listed[] {
  const here = declaredFirst(reads).filter(({ stay }) => stay.unit === unit && isGoingOn(stay));
  const places = here.filter(({ stay }, at) => !here.slice(0, at).some((before) => isSamePlace(before.stay, stay)));
  if (places.length > 1)
    return places.map((read) => ({ kind: read.stay.status === 'present' ? 'present' : 'on-leave', read }));
  const best = bestFor(unit, reads, wall);
  return best === null ? [] : [best];
}

/** Where a system nobody has declared also says that somebody lies here, the line is the declared one's. */
const declaredFirst = (reads: readonly StayRead[]): readonly StayRead[] =>
  reads.toSorted((a, b) => Number(isUndeclared(a.stay.source)) - Number(isUndeclared(b.stay.source)));

function bestFor(unit: UnitId, reads: readonly StayRead[], wall: number): Listed | null {
  let best: Listed | null = null;
  for (const read of declaredFirst(reads)) {
    const kind = censusKind(unit, read.stay, wall);
    if (kind === null) continue;
    if (best === null || CENSUS_KINDS.indexOf(kind) < CENSUS_KINDS.indexOf(best.kind)) best = { kind, read };
  }
  return best;
}

const collator = new Intl.Collator('sv', { numeric: true });

const gone = ({ kind }: CensusRow): number => (kind === 'discharged' ? 1 : 0);

/** What is done or off is no longer what anybody waits for. */
const over = ({ kind, bookings = [] }: CensusRow): number =>
  kind === 'booked' && bookings.every(({ isOver }) => isOver) ? 1 : 0;

/** In the order of the day; whoever has no time after those who have one, then what is over, the discharged last. */
function byTime(a: CensusRow, b: CensusRow): number {
  const time = ({ bookings, stay }: CensusRow): number =>
    bookings?.[0]?.startMs ?? stay.admittedAt ?? stay.expectedAdmitAt ?? Number.MAX_SAFE_INTEGER;
  return gone(a) - gone(b) || over(a) - over(b) || time(a) - time(b) || byPlace(a, b);
}

/** Rooms and beds in the order of their numbers; those without a bed after those with one; the discharged last. */
function byPlace(a: CensusRow, b: CensusRow): number {
  const place = ({ stay: { room, bed } }: CensusRow): string => `${room ?? '\uffff'} ${bed ?? '\uffff'}`;
  return (
    gone(a) - gone(b) ||
    collator.compare(place(a), place(b)) ||
    collator.compare(nameOf(a), nameOf(b)) ||
    (a.identity.id < b.identity.id ? -1 : 1)
  );
}

const nameOf = ({ person }: CensusRow): string => {
  const name = person?.name?.[0];
  return name === undefined ? '' : (name.text ?? `${name.family ?? ''} ${(name.given ?? []).join(' ')}`);
};
