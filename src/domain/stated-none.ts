// Resources that say "there is nothing": *inga kända*. An empty list never says that, and "not asked" and "no information"
// say the opposite. A statement about one kind only (no known drug allergy, no known latex allergy) is not one about all. The
// code alone is no denial: it must stand (active, confirmed), and nothing beside it may say otherwise (hazard H4).

import { doubtsNone, saysNone } from './none-words.ts';
import type { PartName } from './parts.ts';

const SNOMED = 'http://snomed.info/sct';
/** The IPS code system of absent and unknown data, removed in IPS 2.0 but still sent. */
const IPS_ABSENT = 'http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips';
/** Other names of the two systems. */
const SYSTEM_NAMES: ReadonlyMap<string, string> = new Map([
  ['urn:oid:2.16.840.1.113883.6.96', SNOMED],
  ['http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown', IPS_ABSENT],
]);

const NONE_OF_ALL: ReadonlyMap<string, PartName> = new Map<string, PartName>([
  [`${SNOMED}|716186003`, 'allergies'],
  [`${SNOMED}|160244002`, 'allergies'],
  [`${IPS_ABSENT}|no-known-allergies`, 'allergies'],
  [`${SNOMED}|787481004`, 'medication-orders'],
  [`${SNOMED}|1234391000168107`, 'medication-orders'],
  [`${IPS_ABSENT}|no-known-medications`, 'medication-orders'],
  [`${SNOMED}|160245001`, 'problems'],
  [`${SNOMED}|1287211007`, 'problems'],
  [`${IPS_ABSENT}|no-known-problems`, 'problems'],
  [`${SNOMED}|787482006`, 'immunizations'],
  [`${IPS_ABSENT}|no-known-immunizations`, 'immunizations'],
  [`${SNOMED}|787480003`, 'procedures'],
  [`${IPS_ABSENT}|no-known-procedures`, 'procedures'],
  [`${SNOMED}|787483001`, 'devices'],
  [`${IPS_ABSENT}|no-known-devices`, 'devices'],
]);

/** Parts of which a source can state that there is nothing. */
export const DENIABLE: ReadonlySet<PartName> = new Set<PartName>([...NONE_OF_ALL.values(), 'alerts']);

interface StatementRule {
  /** The only element a statement stands in: what the resource is about, never a reason or a finding beside it. */
  readonly element: string;
  /** Words a status must have; where it is a concept it may be absent, as FHIR allows. Every other word is no denial. */
  readonly standing: Readonly<Record<string, readonly string[]>>;
}

const IN_FORCE = { clinicalStatus: ['active'], verificationStatus: ['confirmed'] };

const RULES: Readonly<Record<string, StatementRule>> = {
  AllergyIntolerance: { element: 'code', standing: IN_FORCE },
  Condition: { element: 'code', standing: IN_FORCE },
  Procedure: { element: 'code', standing: { status: ['completed', 'not-done'] } },
  // R5 calls it `recorded`.
  MedicationStatement: { element: 'medicationCodeableConcept', standing: { status: ['active', 'recorded'] } },
  MedicationRequest: { element: 'medicationCodeableConcept', standing: { status: ['active'] } },
  Immunization: { element: 'vaccineCode', standing: { status: ['completed', 'not-done'] } },
};

/**
 * What a resource says of a whole part. `none`: there is nothing. `doubtful`: a denial that does not count (refuted, unconfirmed,
 * inactive, altered, *ej tillfrågad*; a list that is empty for another reason). `contradicted`: it names something besides, and is
 * to be read as a line. `silent`: no longer the sender's own words, or a list that says nothing of the whole.
 */
export interface NoneSaid {
  readonly part: PartName;
  readonly said: 'none' | 'doubtful' | 'contradicted' | 'silent';
}

/** Null for every resource that has nothing of a denial. */
export function noneSaid(resource: unknown): NoneSaid | null {
  const type = String(at(resource, 'resourceType'));
  if (type === 'List') return listSays(resource);
  const rule = Object.hasOwn(RULES, type) ? RULES[type] : undefined;
  if (rule === undefined) return null;
  const concept = at(resource, rule.element);
  const part = codings(concept)
    .map(partOfCoding)
    .find((one) => one !== null);
  if (part === undefined || part === null) return null;
  if (contradicts(resource, concept, part)) return { part, said: 'contradicted' };
  if (
    words(at(resource, 'verificationStatus')).includes('entered-in-error') ||
    at(resource, 'status') === 'entered-in-error'
  )
    return { part, said: 'silent' };
  return { part, said: isStanding(resource, rule) && !isDoubted(concept) ? 'none' : 'doubtful' };
}

/** The part of which this resource states that there is nothing; null for every other resource. */
export function statedNonePart(resource: unknown): PartName | null {
  const statement = noneSaid(resource);
  return statement?.said === 'none' ? statement.part : null;
}

/** FHIR list-empty-reason: only this one says there is nothing. `notasked`, `withheld` and `unavailable` say the opposite. */
export function isNilKnown(emptyReason: unknown, part: PartName): boolean {
  const reasons = codings(emptyReason);
  const text = at(emptyReason, 'text');
  return (
    reasons.length > 0 &&
    reasons.every(({ code }) => code === 'nilknown') &&
    (typeof text !== 'string' || saysNone(text, part))
  );
}

export const isAltered = (element: unknown): boolean => list(at(element, 'modifierExtension')).length > 0;

/** LOINC codes of lists and IPS sections that can be stated empty. */
const PART_STATED_BY_LIST: ReadonlyMap<string, PartName> = new Map<string, PartName>([
  ['48765-2', 'allergies'],
  ['10160-0', 'medication-orders'],
  ['11450-4', 'problems'],
  ['11369-6', 'immunizations'],
  ['47519-4', 'procedures'],
  ['46264-8', 'devices'],
  ['104605-1', 'alerts'],
]);

export function partOfListCode(code: unknown): PartName | null {
  for (const coding of codings(code)) {
    const part = coding.code === 'allergies' ? 'allergies' : PART_STATED_BY_LIST.get(coding.code);
    if (part !== undefined) return part;
  }
  return null;
}

/** FHIR List, such as the allergies of one person: its own statement, for as long as it is current. */
function listSays(resource: unknown): NoneSaid | null {
  const part = partOfListCode(at(resource, 'code'));
  if (part === null) return null;
  const isWhole = at(resource, 'status') === 'current' && at(resource, 'mode') !== 'changes';
  if (!isWhole || list(at(resource, 'entry')).length > 0) return { part, said: 'silent' };
  const isStated = isNilKnown(at(resource, 'emptyReason'), part) && !isAltered(resource);
  return { part, said: isStated ? 'none' : 'doubtful' };
}

/** Another substance, a reaction, words that are no denial: whatever it is, it must be seen. */
function contradicts(resource: unknown, concept: unknown, part: PartName): boolean {
  if (list(at(resource, 'reaction')).length > 0 || at(resource, 'criticality') === 'high') return true;
  // A sender without words writes the code once more.
  const codesOfNone = codings(concept).flatMap((coding) => (partOfCoding(coding) === part ? [coding.code] : []));
  const isOther = (word: string): boolean =>
    !saysNone(word, part) && !doubtsNone(word) && !codesOfNone.includes(word.trim());
  const text = at(concept, 'text');
  if (typeof text === 'string' && isOther(text)) return true;
  return codings(concept).some((coding) => {
    const known = partOfCoding(coding);
    if (known !== null) return known !== part || (coding.display !== '' && isOther(coding.display));
    return isOther(coding.display === '' ? coding.code : coding.display);
  });
}

const isDoubted = (concept: unknown): boolean =>
  [at(concept, 'text'), ...codings(concept).map(({ display }) => display)].some(
    (word) => typeof word === 'string' && doubtsNone(word),
  );

function isStanding(resource: unknown, { standing }: StatementRule): boolean {
  if (isAltered(resource) || list(at(resource, 'dosage')).some(isAltered)) return false;
  if (at(resource, 'doNotPerform') === true) return false;
  return Object.entries(standing).every(([name, allowed]) => {
    const status = at(resource, name);
    if (status === undefined || status === null) return name !== 'status';
    const said = words(status);
    return said.length > 0 && said.every((word) => allowed.includes(word));
  });
}

function partOfCoding({ system, code }: Coding): PartName | null {
  return NONE_OF_ALL.get(`${SYSTEM_NAMES.get(system) ?? system}|${code}`) ?? null;
}

interface Coding {
  readonly system: string;
  readonly code: string;
  readonly display: string;
}

const at = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;

const list = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const codings = (concept: unknown): Coding[] =>
  list(at(concept, 'coding')).map((coding) => ({
    system: textOf(at(coding, 'system')),
    code: textOf(at(coding, 'code')),
    display: textOf(at(coding, 'display')),
  }));

/** The codes of a status, which in other versions of FHIR is a bare word. */
const words = (status: unknown): readonly string[] =>
  typeof status === 'string' ? [status] : codings(status).map(({ code }) => code);
