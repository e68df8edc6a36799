// One person out of what every source says: per element the source of best rank is believed, and where sources differ about who
// this is, the reader is told (design §6).

import type { Patient } from 'fhir/r4';
import { fold, wordsOf } from '../../domain/fold.ts';
import { sourceId } from '../../domain/identity.ts';
import type { PatientCopy } from '../../domain/patient-copy.ts';
import { identifyingOnly } from '../../domain/protected-identity.ts';
import { joinSlices } from '../../domain/slices.ts';
import type { FactReader } from '../fact-reader.ts';
import type { GroupMember } from '../identity/read-identity.ts';
import { readText } from '../kept-text.ts';
import type { Moment } from '../moment.ts';
import { PERSON_ROW } from '../part-codes.ts';
import { stampsFromText } from '../stamps.ts';
import { DELETED } from '../write/apply-person.ts';
import { type FactRow, stampOfRow } from '../write/facts.ts';
import type { SourcesAt } from './sources.ts';

export interface PersonRead {
  /** Where the identity is protected: what identifies, and nothing that tells where the person lives or who is near. */
  readonly person: Patient | null;
  readonly conflicts: PatientCopy['personConflicts'];
  readonly isProtected: boolean;
  /** The source believed first has deleted the person: which, and when by its own clock. */
  readonly deletion: { readonly source: string; readonly at: number } | null;
}

/** Elements by which a person is recognised: a difference here may be a mix-up; in an address it is everyday. */
const RECOGNISED_BY = ['name', 'birthDate', 'gender', 'deceasedBoolean', 'deceasedDateTime'] as const;

interface Said {
  readonly source: string;
  readonly values: ReadonlyMap<string, unknown>;
  readonly row: FactRow;
}

/** `members`: the head first, so that a survivor's demographics stand before those merged into it. */
export function readPerson(
  members: readonly GroupMember[],
  { sequence, isNow }: Moment,
  facts: FactReader,
  sources: SourcesAt,
): PersonRead {
  const saidBy = (until: number): Said[] =>
    members.flatMap(({ no }) => facts.rows(no, PERSON_ROW, until, PERSON_ROWS_MAX).map(readSaid));
  const said = saidBy(sequence);
  // A stable sort: within one source the head's own row stays first.
  said.sort((a, b) => sources.compare(a.source, b.source));
  // Who is protected now was not so to be found at an earlier moment either.
  const isHidden = said.some(isMarked) || (!isNow && saidBy(Number.MAX_SAFE_INTEGER).some(isMarked));
  const person = resolve(said);
  return {
    person: person !== null && isHidden ? identifyingOnly(person) : person,
    conflicts: conflictsOf(said),
    isProtected: isHidden,
    deletion: deletionOf(said[0]),
  };
}

function deletionOf(first: Said | undefined): PersonRead['deletion'] {
  if (first?.values.get(DELETED) !== true) return null;
  const { row, source } = first;
  const own = stampOfRow(row);
  return { source, at: (stampsFromText(row.stamps, [DELETED], own).get(DELETED) ?? own).event };
}

export const PERSON_ROWS_MAX = 200;

/** Lists that a source says in several fields (phones at home and at work) are read as one. */
function readSaid(row: FactRow): Said {
  const kept = JSON.parse(readText(row.body)) as Record<string, unknown>;
  return { source: row.source, values: new Map(Object.entries(joinSlices(kept))), row };
}

function resolve(said: readonly Said[]): Patient | null {
  const elements = new Map<string, unknown>();
  for (const { values } of said) {
    for (const [element, value] of values) {
      if (element.startsWith('#') || value === null || elements.has(element)) continue;
      elements.set(element, value);
    }
  }
  if (elements.size === 0) return null;
  return { resourceType: 'Patient', ...Object.fromEntries(elements) };
}

function conflictsOf(said: readonly Said[]): PersonRead['conflicts'] {
  const first = new Map<string, Said>();
  for (const one of said) if (!first.has(one.source)) first.set(one.source, one);
  if (first.size < 2) return [];
  return RECOGNISED_BY.flatMap((element) => {
    const stated = [...first.values()].filter(({ values }) => values.get(element) != null);
    const texts = new Set(stated.map(({ values }) => comparable(element, values.get(element))));
    const said = stated.map(({ source, values, row }) => {
      const at = stampsFromText(row.stamps, [element], stampOfRow(row)).get(element)?.event ?? row.event;
      return { source: sourceId(source), at, value: values.get(element) };
    });
    return texts.size > 1 ? [{ element, said }] : [];
  });
}

/** Names are compared without order, case or marks: *LIND, KARIN* and *Karin Lind* are not a mix-up. */
function comparable(element: string, value: unknown): string {
  if (element !== 'name') return JSON.stringify(value);
  const texts: string[] = [];
  const collect = (part: unknown): void => {
    if (typeof part === 'string') texts.push(part);
    else if (Array.isArray(part)) for (const one of part) collect(one);
  };
  for (const name of Array.isArray(value) ? value : []) {
    const { family, given } = name as { family?: unknown; given?: unknown };
    collect(family);
    collect(given);
  }
  return [...new Set(wordsOf(fold(texts.join(' '))))].sort().join(' ');
}

/** Secrecy marking or protected population registration, as any source says it: the safest reading wins (hazard H27). */
const PROTECTED_CODES = new Set(['sekretessmarkering', 'skyddadfolkbokforing', 'skyddad', 'demo', 'r', 'v']);

function isMarked({ values }: Said): boolean {
  const security = (values.get('meta') as { security?: unknown } | null | undefined)?.security;
  if (!Array.isArray(security)) return false;
  return security.some((label: { code?: unknown } | null) => {
    const code = label?.code;
    return typeof code === 'string' && PROTECTED_CODES.has(code.toLowerCase());
  });
}
