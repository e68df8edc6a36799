// Searching the copy through FHIR: a closed set of parameters, everything else refused by name (a filter silently ignored
// shows more than was asked for, or hides that it was not applied).

import { Failure } from '../../domain/failures.ts';
import { stockholmToUtc } from '../../domain/swedish-time.ts';

export type SearchParameters = ReadonlyMap<string, readonly string[]>;

const COUNT_DEFAULT = 50;
const COUNT_MAX = 200;

/** Parameters of a query string and a form body, as FHIR wants them joined (R4 http.html#search). */
export function searchParameters(...texts: readonly string[]): SearchParameters {
  const joined = new Map<string, string[]>();
  for (const text of texts)
    for (const [name, value] of new URLSearchParams(text)) joined.set(name, [...(joined.get(name) ?? []), value]);
  return joined;
}

const ALWAYS_KNOWN: readonly string[] = ['_format', '_count', '_page', '_pretty'];

/** Throws Failure `request.invalid` naming the first parameter that is not among the known. */
export function refuseUnknown(parameters: SearchParameters, known: readonly string[]): void {
  for (const name of parameters.keys()) {
    if (known.includes(name) || ALWAYS_KNOWN.includes(name)) continue;
    // A name that is no word is not said back: it could be a number somebody put in the wrong place.
    const told = /^[A-Za-z_:.-]{1,40}$/.test(name) ? name : 'okänd';
    throw new Failure('request.invalid', `parametern ${told} finns inte här`);
  }
}

/** The one value of a parameter; the same parameter twice means *and* in FHIR, and is refused rather than half heard. */
export function single(parameters: SearchParameters, name: string): string | null {
  const values = parameters.get(name) ?? [];
  if (values.length > 1) throw new Failure('request.invalid', `parametern ${name} får bara finnas en gång`);
  return values[0] ?? null;
}

/** `_count`, 0 to 200 (0: only how many); 50 when not given. */
export function pageSize(parameters: SearchParameters): number {
  const given = single(parameters, '_count');
  if (given === null) return COUNT_DEFAULT;
  if (!/^\d{1,9}$/.test(given)) throw new Failure('request.invalid', '_count är ett heltal');
  return Math.min(Number(given), COUNT_MAX);
}

/** Where a page starts: the copy's sequence it was read at, so that paging never mixes two moments, and an offset. */
export interface PagePlace {
  readonly sequence: number | null;
  readonly offset: number;
}

export function pagePlace(parameters: SearchParameters): PagePlace {
  const given = single(parameters, '_page');
  if (given === null) return { sequence: null, offset: 0 };
  const match = /^(\d{1,15})-(\d{1,9})$/.exec(given);
  if (match === null) throw new Failure('request.invalid', '_page är inte en sida härifrån');
  return { sequence: Number(match[1]), offset: Number(match[2]) };
}

export const pageToken = (sequence: number, offset: number): string => `${sequence}-${offset}`;

/** Token search on `category` and `code`: `system|code`, `|code`, `system|` or `code` against any coding (R4 search.html#token). */
export function hasToken(concepts: readonly unknown[], wanted: readonly string[]): boolean {
  return wanted.every((list) =>
    list.split(',').some((token) => {
      const bar = token.indexOf('|');
      const system = bar < 0 ? null : token.slice(0, bar);
      const code = bar < 0 ? token : token.slice(bar + 1);
      if (code === '' && (system === null || system === '')) return false;
      return concepts.some((concept) =>
        codings(concept).some(
          (coding) => (code === '' || coding.code === code) && (system === null || (coding.system ?? '') === system),
        ),
      );
    }),
  );
}

function codings(concept: unknown): readonly { readonly system?: string; readonly code?: string }[] {
  if (typeof concept !== 'object' || concept === null) return [];
  const { coding } = concept as { coding?: unknown };
  return Array.isArray(coding) ? coding.filter((one) => typeof one === 'object' && one !== null) : [];
}

/** A test of when something was updated. */
export type UpdatedTest = (updatedAt: number) => boolean;

/** `_lastUpdated` with the prefixes eq, ge, gt, le, lt over the whole time that was written: a day, a minute, a second. */
export function updatedTest(wanted: readonly string[]): UpdatedTest {
  const tests = wanted.map((text): UpdatedTest => {
    const match = /^(eq|ge|gt|le|lt)?(\d.*)$/.exec(text);
    const [from, until] = timeRange(match?.[2] ?? '');
    switch (match?.[1]) {
      case 'ge':
        return (at) => at >= from;
      case 'gt':
        return (at) => at >= until;
      case 'le':
        return (at) => at < until;
      case 'lt':
        return (at) => at < from;
      default:
        return (at) => at >= from && at < until;
    }
  });
  return (at) => tests.every((test) => test(at));
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** The first millisecond of a FHIR date or dateTime, and the first after it. Dates, and times without zone, are Swedish. */
function timeRange(text: string): readonly [number, number] {
  const match = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?)?$/.exec(text);
  const [, year = '', month = '', day = '', hour, minute, second, fraction, zone] = match ?? [];
  const dayMs = Date.parse(`${year}-${month}-${day}T00:00:00Z`);
  if (match === null || Number.isNaN(dayMs))
    throw new Failure('request.invalid', '_lastUpdated är en dag (2026-11-22) eller en tid (2026-11-22T10:00:00Z)');
  const dayNumber = dayMs / DAY_MS;
  if (hour === undefined || minute === undefined)
    return [stockholmToUtc(dayNumber, 0, 0), stockholmToUtc(dayNumber + 1, 0, 0)];
  const seconds = Number(second ?? 0) * SECOND_MS + Number(fraction ?? 0) * SECOND_MS;
  const start =
    zone === undefined
      ? stockholmToUtc(dayNumber, Number(hour), Number(minute)) + seconds
      : Date.parse(`${year}-${month}-${day}T${hour}:${minute}:00${zone}`) + seconds;
  if (Number.isNaN(start)) throw new Failure('request.invalid', '_lastUpdated är inte en tid som finns');
  return [start, start + (second === undefined ? MINUTE_MS : fraction === undefined ? SECOND_MS : 1)];
}
