// FHIR dates and times to milliseconds, and which of a resource's many times a reader would call "when".

import { happens, ownTime, type TimeNotOwn, timeNotOwn } from '../../domain/own-time.ts';
import { localToUtc } from '../hl7v2/meaning/time-zone.ts';
import { knownBy, type Told, type ToldMoment } from '../known-by.ts';
import { element, type JsonObject, listAt, textAt } from './elements.ts';

const DATE_TIME =
  /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?(Z|[+-]\d{2}:\d{2})?)?)?)?$/;

/** Milliseconds UTC of a date, dateTime or instant; the first moment of what is only a year, month or day. Null when unreadable. */
export function readFhirTime(text: string, timeZone: string): number | null {
  const parts = DATE_TIME.exec(text);
  if (parts === null) return null;
  const [, year, month = '01', day = '01', hour = '00', minute = '00', second = '00', fraction = '', offset] = parts;
  const milliseconds = Number(fraction.slice(0, 3).padEnd(3, '0'));
  const localMs = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
    milliseconds,
  );
  const date = new Date(localMs);
  const isRealDate = date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
  // A leap second moves the date; nothing else may.
  if (Number.isNaN(localMs) || (!isRealDate && second !== '60')) return null;
  if (offset === undefined) return localToUtc(localMs, timeZone).ms;
  if (offset === 'Z') return localMs;
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4, 6));
  return localMs - (offset.startsWith('-') ? -minutes : minutes) * 60_000;
}

/** In order: when it was so, when it is meant to be, when it was ordered or noted, when it was sent. */
const WHEN = [
  'effectiveDateTime effectiveInstant effectivePeriod.start effectivePeriod.end',
  'performedDateTime performedPeriod.start performedPeriod.end occurrenceDateTime occurrencePeriod.start start',
  'authoredOn onsetDateTime onsetPeriod.start recordedDate dateAsserted whenHandedOver whenPrepared',
  'started period.start timingDateTime timingPeriod.start date dateTime created createdDateTime sent received',
  'collection.collectedDateTime startDate issued recorded statusDate lastOccurrence',
]
  .join(' ')
  .split(' ')
  .map((path) => path.split('.'));

/** An order stands where it was given, not where it is meant to be carried out. */
const ORDERED_WHEN = [['authoredOn'], ...WHEN];
const ORDERS: ReadonlySet<string> = new Set([
  'ServiceRequest',
  'DeviceRequest',
  'NutritionOrder',
  'CommunicationRequest',
]);

export interface When {
  readonly ms: number;
  /** Set where what has happened has no time of its own, and only the latest it can have been is known. */
  readonly notOwn: TimeNotOwn | null;
}

/**
 * When it was so. `issued` is when a result was made available (as OBR-22 is), `recorded` and `meta.lastUpdated` when the source wrote
 * it down: none of them is when it was measured, given or done.
 */
export function whenOf(resource: JsonObject, timeZone: string, told: Told & { readonly eventAt: number }): When {
  const own = ownTime(resource);
  if (own !== null || !happens(resource)) {
    const ownMs = own === null ? null : readFhirTime(own, timeZone);
    return { ms: ownMs ?? clinicalTime(resource, timeZone) ?? told.eventAt, notOwn: null };
  }
  // What another station has already found of it holds: it was so at the latest then.
  const known = timeNotOwn(resource);
  const knownMs = known === null ? null : readFhirTime(known.at, timeZone);
  if (known !== null && knownMs !== null && knownMs <= told.arrivalMs) return { ms: knownMs, notOwn: known };
  const bound = knownBy(
    [
      momentAt('reported', textAt(resource, 'issued'), timeZone),
      momentAt('recorded', textAt(resource, 'recorded'), timeZone),
      momentAt('recorded', textAt(element(resource, 'meta'), 'lastUpdated'), timeZone),
    ],
    told,
  );
  return { ms: bound.ms, notOwn: { is: bound.is, at: bound.at } };
}

function momentAt(is: ToldMoment['is'], written: string, timeZone: string): ToldMoment | null {
  const ms = readFhirTime(written, timeZone);
  return ms === null ? null : { is, ms, fhir: written };
}

/** Clinical time of a resource, ms UTC; null when it tells none. */
function clinicalTime(resource: JsonObject, timeZone: string): number | null {
  for (const path of ORDERS.has(textAt(resource, 'resourceType')) ? ORDERED_WHEN : WHEN) {
    let value: unknown = resource;
    for (const name of path) value = element(value, name);
    const ms = typeof value === 'string' ? readFhirTime(value, timeZone) : null;
    if (ms !== null) return ms;
  }
  const repeated = listAt(element(resource, 'effectiveTiming') ?? element(resource, 'occurrenceTiming'), 'event')[0];
  const first = typeof repeated === 'string' ? readFhirTime(repeated, timeZone) : null;
  return first ?? lastUpdated(resource, timeZone);
}

export const lastUpdated = (resource: unknown, timeZone: string): number | null =>
  readFhirTime(textAt(element(resource, 'meta'), 'lastUpdated'), timeZone);
