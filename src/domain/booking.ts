// An operation or visit that is booked: when, how it stands, and the unit it takes place at. Theatres and outpatient clinics have their
// patients by these and not by stays (decision 0029). The unit stands in the resource itself, so that it is laid together with the
// rest of what a source says of one booking, and is known where a chart is kept without its station.

import type { FhirResource, Reference } from 'fhir/r4';
import { field, list, textAt } from './chart/fhir-read.ts';
import { domainLimits } from './domain-limits.ts';
import { type SourceId, type UnitId, unitId } from './identity.ts';
import { ownTime } from './own-time.ts';
import type { PartName } from './parts.ts';
import type { Entry } from './patient-copy.ts';
import { localMoment, stockholmToUtc } from './swedish-time.ts';
import type { UnitDeclaration } from './unit.ts';
import { madeOf } from './unit-list/list-columns.ts';

/** Where bookings stand. */
export const BOOKING_PARTS = ['surgery', 'visits'] as const satisfies readonly PartName[];

/** Units whose list is made of bookings: a ward's gets no strangers by them. */
export const unitsByBooking = (units: readonly UnitDeclaration[]): ReadonlySet<UnitId> =>
  new Set(units.filter(({ listKind }) => madeOf(listKind) !== 'stay').map(({ id }) => id));

/** System of the identifier by which a booking names one of the station's own units. */
const UNIT_SYSTEM = 'urn:reservkraft:booked-unit';

/** What intake writes into a booking whose source names a place: of a unit that it has declared, or of none (`null`). */
export const bookedUnitReference = (unit: UnitId | null, display: string): Reference => ({
  type: 'Location',
  ...(unit === null ? {} : { identifier: { system: UNIT_SYSTEM, value: unit } }),
  ...(display === '' ? {} : { display }),
});

export const isBookedUnitReference = (reference: unknown): boolean =>
  textAt(reference, 'identifier', 'system') === UNIT_SYSTEM;

/** The unit that a booking takes place at, as its source has declared it. */
export function bookedUnit(resource: FhirResource): UnitId | null {
  if (resource.resourceType !== 'Appointment') return null;
  const reference = list(field(resource, 'supportingInformation')).find(isBookedUnitReference);
  const unit = textAt(reference, 'identifier', 'value');
  return unit === null ? null : unitId(unit);
}

export interface Booking {
  readonly source: SourceId;
  readonly part: PartName;
  readonly key: string;
  readonly unit: UnitId;
  readonly startMs: number;
  /** Its source gives only the day. */
  readonly isWholeDay: boolean;
  readonly endMs: number | null;
  /** As the chart words it; null: its source has not said how it stands. */
  readonly status: string | null;
  /** It will not take place, or did not: cancelled, or nobody came. */
  readonly isOff: boolean;
  /** Done, or off: nothing of it is to come. */
  readonly isOver: boolean;
  readonly eventAt: number;
  /** When a full load of the source ended that did not contain it. */
  readonly unlistedAt: number | null;
}

const STATUS_WORDS: Readonly<Record<string, string>> = {
  proposed: 'föreslagen',
  pending: 'preliminär',
  booked: 'bokad',
  arrived: 'ankommen',
  fulfilled: 'genomförd',
  cancelled: 'inställd',
  noshow: 'uteblev',
  'entered-in-error': 'felregistrerad',
  'checked-in': 'incheckad',
  waitlist: 'väntelista',
};

/** A message's *started* has no word of its own in FHIR and is kept as *arrived*; a server's own resource has an id and means arrived. */
export function bookingStatusWords(resource: unknown): string | null {
  const status = textAt(resource, 'status');
  if (status === null) return null;
  if (status === 'arrived' && textAt(resource, 'id') === null) return 'påbörjad';
  return STATUS_WORDS[status] ?? `okänd status (${status})`;
}

/** Null for what takes place at no known unit or no known time, and for what was booked by mistake. */
export function bookingOf({ source, part, key, resource, eventAt, unlistedAt }: Entry): Booking | null {
  const unit = bookedUnit(resource);
  const startMs = bookedMs(resource);
  const status = textAt(resource, 'status');
  if (unit === null || startMs === null || status === 'entered-in-error') return null;
  const end = textAt(resource, 'end');
  return {
    source,
    part,
    key,
    unit,
    startMs,
    isWholeDay: ownTime(resource)?.includes('T') !== true,
    endMs: end === null ? null : msOf(end),
    status: bookingStatusWords(resource),
    isOff: isOff(status),
    isOver: isOff(status) || status === 'fulfilled',
    eventAt,
    unlistedAt,
  };
}

const isOff = (status: string | null): boolean => status === 'cancelled' || status === 'noshow';

/** When it is to be; null where no day is known. */
export function bookedMs(resource: FhirResource): number | null {
  const written = ownTime(resource);
  return written === null ? null : msOf(written);
}

/**
 * Others of one person's that whoever reads a line must know of: those of the same day, and at night those near it. Two sources may tell
 * one operation at two times, and nobody can say here whether it is one or two; and the first of a day is not the only one.
 */
export function bookedBeside(line: readonly Booking[], all: readonly Booking[]): readonly Booking[] {
  const isBeside = (a: Booking, b: Booking): boolean =>
    localMoment(a.startMs)?.dayNumber === localMoment(b.startMs)?.dayNumber ||
    Math.abs(a.startMs - b.startMs) <= domainLimits.bookedBesideMs;
  return all.filter((other) => !line.includes(other) && line.some((one) => isBeside(one, other)));
}

/** Of which times bookings stand on their units' lists: those of today by the hospital's calendar, the evening before, and two days on. */
export function bookedWindow(wallMs: number): { readonly fromMs: number; readonly toMs: number } {
  const today = localMoment(wallMs)?.dayNumber;
  const midnight = today === undefined ? wallMs : stockholmToUtc(today, 0, 0);
  return { fromMs: midnight - domainLimits.bookedEveningMs, toMs: wallMs + domainLimits.bookedAheadMs };
}

const WRITTEN = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}):(\d{2})(?::\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/;

/** A day begins at midnight where the hospital lies, and what is written without a zone is its time. A month or a year is no day. */
function msOf(written: string): number | null {
  const [, day, hour = '00', minute = '00', zone] = WRITTEN.exec(written) ?? [];
  if (zone !== undefined) return Date.parse(written);
  const dayNumber = day === undefined ? undefined : localMoment(Date.parse(`${day}T12:00:00Z`))?.dayNumber;
  return dayNumber === undefined ? null : stockholmToUtc(dayNumber, Number(hour), Number(minute));
}
