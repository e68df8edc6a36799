// Answers of several resources (R4 Bundle, searchset): a page, what comes after it, and what is kept back and why.

import type { Bundle, BundleEntry, BundleLink, FhirResource, OperationOutcome } from 'fhir/r4';
import { type Marks, withMarks } from '../../domain/marks.ts';
import { markWords } from './marked.ts';
import type { PatientResources } from './resources.ts';
import { pageToken, type SearchParameters } from './search.ts';

export interface Paging {
  /** Our own address, `http://127.0.0.1:7070/fhir`. */
  readonly base: string;
  readonly path: string;
  readonly parameters: SearchParameters;
  /** A resource can't say that somebody doubts the copy it is of: the answer does. */
  readonly marks: Marks;
  readonly offset: number;
  /** 0: only how many there are. */
  readonly size: number;
}

/** One page, with a `next` that reads on at the same moment of the copy. Only the page's own resources are made. */
export function pageOf(
  all: readonly { readonly make: () => FhirResource }[],
  { copy }: PatientResources,
  { base, path, parameters, marks, offset, size }: Paging,
): Bundle {
  const address = (at: number): string => {
    const query = new URLSearchParams();
    for (const [name, values] of parameters)
      if (!name.startsWith('_') || name === '_lastUpdated' || name === '_type' || name === '_since')
        for (const value of values) query.append(name, value);
    query.set('_count', String(size));
    query.set('_page', pageToken(copy.sequence, at));
    return `${base}/${path}?${query}`;
  };
  const hasMore = size > 0 && offset + size < all.length;
  const isCut = Object.values(copy.parts).some(({ truncated }) => truncated);
  const told = [
    ...markWords(withMarks(copy, marks)),
    ...(copy.isProtected ? ['Skyddade personuppgifter: adress, närstående och plats lämnas inte ut.'] : []),
    ...(isCut ? ['Fler och äldre uppgifter finns i kopian än vad som lämnas ut här.'] : []),
  ];
  const resources = size === 0 ? [] : all.slice(offset, offset + size).map((row) => row.make());
  return searchSet(base, {
    total: all.length,
    link: [
      { relation: 'self', url: address(offset) },
      ...(hasMore ? [{ relation: 'next', url: address(offset + size) }] : []),
    ],
    resources,
    told,
  });
}

interface SearchSet {
  readonly total: number;
  readonly link: BundleLink[];
  readonly resources: readonly FhirResource[];
  /** What a reader must know besides: as an entry of its own, so that it cannot be taken for a shorter list (design §5.24). */
  readonly told: readonly string[];
}

export function searchSet(base: string, { total, link, resources, told }: SearchSet): Bundle {
  const entry = resources.map(
    (resource): BundleEntry => ({
      fullUrl: `${base}/${resource.resourceType}/${resource.id}`,
      resource,
      search: { mode: 'match' },
    }),
  );
  if (told.length > 0) entry.push({ resource: warning(told), search: { mode: 'outcome' } });
  return { resourceType: 'Bundle', type: 'searchset', total, link, ...(entry.length > 0 ? { entry } : {}) };
}

const warning = (told: readonly string[]): OperationOutcome => ({
  resourceType: 'OperationOutcome',
  issue: told.map((text) => ({ severity: 'warning', code: 'suppressed', details: { text } })),
});
