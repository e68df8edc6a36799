// Searching the copy through FHIR: a closed set of parameters, everything else refused by name (a filter silently ignored
// shows more than was asked for, or hides that it was not applied).

import type { FhirResource } from 'fhir/r4';
import { Failure } from '../../domain/failures.ts';

export type SearchParameters = ReadonlyMap<string, readonly string[]>;

const COUNT_MAX = 200;

/** Parameters of a query string and a form body, as FHIR wants them joined (R4 http.html#search). */
export function searchParameters(...texts: readonly string[]): SearchParameters {
  const joined = new Map<string, string[]>();
  for (const text of texts)
    for (const [name, value] of new URLSearchParams(text)) joined.set(name, [...(joined.get(name) ?? []), value]);
  return joined;
}

/** Throws Failure `request.invalid` naming the first parameter that is not among the known. */
export function refuseUnknown(parameters: SearchParameters, known: readonly string[]): void {
  for (const name of parameters.keys())
    if (!known.includes(name) && !['_format', '_count', '_page', '_pretty'].includes(name))
      throw new Failure('request.invalid', `parametern ${name.slice(0, 40)} finns inte här`);
}

export const single = (parameters: SearchParameters, name: string): string | null => parameters.get(name)?.[0] ?? null;

/** `_count`, 1 to 200; 50 when not given. */
export function pageSize(parameters: SearchParameters): number {
  const given = single(parameters, '_count');
  if (given === null) return 50;
  const count = Number(given);
  if (!Number.isInteger(count) || count < 0) throw new Failure('request.invalid', '_count är ett heltal');
  return Math.min(Math.max(count, 1), COUNT_MAX);
}

/** Where a page starts: the copy's sequence it was read at, so that paging never mixes two moments, and an offset. */
export interface PagePlace {
  readonly asOf: number | null;
  readonly offset: number;
}

export function pagePlace(parameters: SearchParameters): PagePlace {
  const given = single(parameters, '_page');
  if (given === null) return { asOf: null, offset: 0 };
  const match = /^(\d{1,15})-(\d{1,9})$/.exec(given);
  if (match === null) throw new Failure('request.invalid', '_page är inte en sida härifrån');
  return { asOf: Number(match[1]), offset: Number(match[2]) };
}

export const pageToken = (place: PagePlace): string => `${place.asOf ?? 0}-${place.offset}`;

/** Token search on `category` and `code`: `system|code`, `|code` or `code` against any coding (R4 search.html#token). */
export function hasToken(concepts: readonly unknown[], wanted: readonly string[]): boolean {
  return wanted.every((list) =>
    list.split(',').some((token) => {
      const bar = token.indexOf('|');
      const system = bar < 0 ? null : token.slice(0, bar);
      const code = bar < 0 ? token : token.slice(bar + 1);
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
  const { coding } = concept as { coding?: readonly { system?: string; code?: string }[] };
  return coding ?? [];
}

/** `_lastUpdated` with the prefixes ge, gt, le, lt, eq; compares to the second's precision given. */
export function isUpdatedWithin(resource: FhirResource, wanted: readonly string[]): boolean {
  const updated = Date.parse(resource.meta?.lastUpdated ?? '');
  return wanted.every((text) => {
    const match = /^(eq|ge|gt|le|lt)?(\d{4}.*)$/.exec(text);
    const at = Date.parse(match?.[2] ?? '');
    if (match === null || Number.isNaN(at)) throw new Failure('request.invalid', '_lastUpdated är en tid');
    switch (match[1]) {
      case 'ge':
        return updated >= at;
      case 'gt':
        return updated > at;
      case 'le':
        return updated <= at;
      case 'lt':
        return updated < at;
      default:
        return updated >= at && updated < at + 86_400_000;
    }
  });
}
