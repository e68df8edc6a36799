// When what a resource tells was so: measured, sampled, given, done. Where its source gave no such time, only the latest it can
// have been is known: when the sample reached the laboratory, when the answer was given, when it was sent, when it came. Such a
// moment is never shown, sorted or counted as if the value were of it (design §5.5).

import { EXTENSION } from './extensions.ts';

/** What a moment is that stands in for a time nobody gave, the earliest in the course of things first. */
const KNOWN_BY = ['specimen-received', 'reported', 'recorded', 'sent', 'received'] as const;
export type KnownBy = (typeof KNOWN_BY)[number];

export const KNOWN_BY_WORDS: Readonly<Record<KnownBy, string>> = {
  'specimen-received': 'provet inkom',
  reported: 'besvarat',
  recorded: 'registrerat',
  sent: 'sänt',
  received: 'mottaget',
};

/** The value was so at `at` (FHIR date or dateTime) at the latest; `is` says what happened then. */
export interface TimeNotOwn {
  readonly is: KnownBy;
  readonly at: string;
}

const EFFECTIVE = ['effectiveDateTime', 'effectiveInstant', 'effectivePeriod.start', 'effectivePeriod.end'];

/**
 * What has happened at a time, and a booking, which is nothing without one: by type, the elements that say when. Of anything else
 * (an allergy, a diagnosis, an order) the time is when the source said it, and that is what it is shown as.
 */
const OWN: ReadonlyMap<string, readonly (readonly string[])[]> = new Map(
  Object.entries({
    Observation: [...EFFECTIVE, 'effectiveTiming.event'],
    DiagnosticReport: EFFECTIVE,
    MedicationAdministration: EFFECTIVE,
    Procedure: [
      ...['performedDateTime', 'performedPeriod.start', 'performedPeriod.end', 'performedString'],
      ...['occurrenceDateTime', 'occurrencePeriod.start'],
    ],
    Immunization: ['occurrenceDateTime', 'occurrenceString', 'date'],
    RiskAssessment: ['occurrenceDateTime', 'occurrencePeriod.start'],
    ImagingStudy: ['started'],
    Media: ['createdDateTime', 'createdPeriod.start', 'createdPeriod.end'],
    Appointment: ['start', 'requestedPeriod.start'],
  }).map(([type, paths]) => [type, paths.map((path) => path.split('.'))]),
);

const at = (value: unknown, name: string): unknown => {
  const one: unknown = Array.isArray(value) ? value[0] : value;
  return typeof one === 'object' && one !== null ? (one as Record<string, unknown>)[name] : undefined;
};

/** Whether what the resource tells has a time of its own, if its source gives one. */
export const happens = (resource: unknown): boolean => OWN.has(String(at(resource, 'resourceType')));

/** Whether it tells of what has been, so that its time can't lie ahead: a booking's, a plan's or a wish's can. */
export function hasHappened(resource: unknown): boolean {
  const type = String(at(resource, 'resourceType'));
  if (type === 'Procedure') return at(resource, 'status') === 'completed';
  return type !== 'Appointment' && type !== 'RiskAssessment' && OWN.has(type);
}

/** FHIR date, dateTime or instant. */
const TIME = /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2})(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?)?)?)?$/;
const DAYS_OF_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** A time that can be read, of a day that exists. */
function isTime(written: string): boolean {
  const [, year, month = '01', day = '01', hour = '00', minute = '00'] = TIME.exec(written) ?? [];
  if (year === undefined || Number(hour) > 23 || Number(minute) > 59) return false;
  const days = month === '02' && !isLeap(Number(year)) ? 28 : (DAYS_OF_MONTH[Number(month) - 1] ?? 0);
  return Number(day) >= 1 && Number(day) <= days;
}
const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

/** When it was so, as its source wrote it; null where it gives no time, or one that cannot be read. */
export function ownTime(resource: unknown): string | null {
  for (const path of OWN.get(String(at(resource, 'resourceType'))) ?? []) {
    let value: unknown = resource;
    for (const name of path) value = at(value, name);
    const written: unknown = Array.isArray(value) ? value[0] : value;
    if (typeof written !== 'string' || written.trim() === '') continue;
    if (isTime(written.trim()) || path[0]?.endsWith('String') === true) return written.trim();
  }
  return null;
}

/** What intake has written down of a time that is not the value's own; null where it has not. */
export function timeNotOwn(resource: unknown): TimeNotOwn | null {
  const extensions = at(resource, 'extension');
  if (!Array.isArray(extensions)) return null;
  const found = extensions.find((extension) => at(extension, 'url') === EXTENSION.timeNotOwn);
  const inner = at(found, 'extension');
  if (!Array.isArray(inner)) return null;
  const of = (url: string): Record<string, unknown> | undefined => inner.find((one) => at(one, 'url') === url);
  const [is, moment] = [of('is')?.['valueCode'], of('at')?.['valueDateTime']];
  const isKnown = KNOWN_BY.includes(is as KnownBy) && typeof moment === 'string' && isTime(moment);
  return isKnown ? { is: is as KnownBy, at: moment } : null;
}

export const timeNotOwnExtension = ({ is, at: moment }: TimeNotOwn) => ({
  url: EXTENSION.timeNotOwn,
  extension: [
    { url: 'is', valueCode: is },
    { url: 'at', valueDateTime: moment },
  ],
});

/** The resource without that mark: what its source itself has said. */
export function withoutTimeNotOwn<T>(resource: T): T {
  const extensions = at(resource, 'extension');
  if (!Array.isArray(extensions) || timeNotOwn(resource) === null) return resource;
  const others = extensions.filter((extension) => at(extension, 'url') !== EXTENSION.timeNotOwn);
  const { extension: _, ...rest } = resource as T & { extension: unknown };
  return (others.length === 0 ? rest : { ...rest, extension: others }) as T;
}
