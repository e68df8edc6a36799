// What a document (an International Patient Summary above all) says as a whole: which lists are complete, and which the
// sender states to be empty. Only that may ever be shown as *inga kända*.

import type { FhirResource } from 'fhir/r4';
import type { PartSnapshotChange, ResourceChange } from '../../domain/changes.ts';
import { type Identity, sameIdentity } from '../../domain/identity.ts';
import type { PartName } from '../../domain/parts.ts';
import { statedNonePart } from '../../domain/stated-none.ts';
import { codingsOf, element, type JsonObject, listAt } from './elements.ts';
import { referenceText } from './references.ts';

/** LOINC codes of IPS sections whose list is the sender's whole list of that kind. */
const PART_OF_SECTION: Readonly<Record<string, PartName>> = {
  '48765-2': 'allergies',
  '10160-0': 'medication-orders',
  '11450-4': 'problems',
};

/** Sections that can be stated empty, though what they list may be a choice of what matters. */
const PART_STATED_BY_SECTION: Readonly<Record<string, PartName>> = {
  ...PART_OF_SECTION,
  '11369-6': 'immunizations',
  '47519-4': 'procedures',
  '46264-8': 'devices',
  '104605-1': 'alerts',
};

/** FHIR list-empty-reason: only this one says there is nothing. `notasked`, `withheld` and `unavailable` say the opposite. */
const STATED_EMPTY = 'nilknown';

export interface SummaryOptions {
  readonly composition: JsonObject;
  readonly subject: Identity;
  /** Every resource change of the document. */
  readonly changes: readonly ResourceChange[];
  /** The change a section's entry became; undefined when it could not be tied to a person. */
  readonly changeAt: (reference: string) => ResourceChange | undefined;
}

export function readSummary(options: SummaryOptions): PartSnapshotChange[] {
  const { composition, subject } = options;
  const snapshots: PartSnapshotChange[] = [];
  for (const section of sectionsOf(composition)) {
    const codes = codingsOf(element(section, 'code')).map(({ code }) => code);
    const code = codes.find((each) => Object.hasOwn(PART_STATED_BY_SECTION, each));
    if (code === undefined) continue;
    const part = PART_STATED_BY_SECTION[code];
    if (part === undefined) continue;
    const entries = listAt(section, 'entry').map(referenceText);
    const isStatedEmpty = codingsOf(element(section, 'emptyReason')).some((reason) => reason.code === STATED_EMPTY);
    if (entries.length === 0) {
      if (isStatedEmpty)
        snapshots.push({ kind: 'part-snapshot', subject, part, keys: [], statedNone: true, scope: 'statement' });
      continue;
    }
    if (!Object.hasOwn(PART_OF_SECTION, code)) continue;
    // An entry that leads nowhere, or to somebody else: the list is not whole, and must not remove anything.
    const listed = entries.map(options.changeAt);
    if (listed.some((change) => change === undefined || !sameIdentity(change.subject, subject))) continue;
    const ofPart = options.changes.filter((change) => change.part === part && sameIdentity(change.subject, subject));
    snapshots.push({
      kind: 'part-snapshot',
      subject,
      part,
      keys: ofPart.map(({ key }) => key),
      statedNone: isStatedNone(ofPart, part),
    });
  }
  return snapshots;
}

/** For resources that come outside documents: a statement says none, and removes nothing. */
export function readStatements(changes: readonly ResourceChange[]): PartSnapshotChange[] {
  const stated = changes.filter(({ mode, part, resource }) => mode !== 'withdraw' && isNone(resource, part));
  if (stated.length === 0) return [];
  const contradicted = new Set(
    changes.filter(({ mode, part, resource }) => mode !== 'withdraw' && !isNone(resource, part)).map(listOf),
  );
  return stated.map((change) => ({
    kind: 'part-snapshot',
    subject: change.subject,
    part: change.part,
    keys: [change.key],
    statedNone: !contradicted.has(listOf(change)),
    scope: 'statement',
  }));
}

const listOf = ({ subject, part }: ResourceChange): string => `${subject.domain} ${subject.id} ${part}`;

/** FHIR List, such as the allergies of one person: its own statement that there is nothing. */
export function readListStatement(list: JsonObject, subject: Identity): PartSnapshotChange | null {
  const codes = codingsOf(element(list, 'code')).map(({ code }) => (code === 'allergies' ? '48765-2' : code));
  const code = codes.find((each) => Object.hasOwn(PART_STATED_BY_SECTION, each));
  const part = code === undefined ? undefined : PART_STATED_BY_SECTION[code];
  const isEmpty = listAt(list, 'entry').length === 0;
  const isStated = codingsOf(element(list, 'emptyReason')).some((reason) => reason.code === STATED_EMPTY);
  if (part === undefined || !isEmpty || !isStated || element(list, 'status') !== 'current') return null;
  return { kind: 'part-snapshot', subject, part, keys: [], statedNone: true, scope: 'statement' };
}

/** A statement of none beside a real entry is a contradiction, and never shown as none. */
function isStatedNone(ofPart: readonly ResourceChange[], part: PartName): boolean {
  const standing = ofPart.filter(({ mode }) => mode !== 'withdraw');
  return standing.length > 0 && standing.every(({ resource }) => isNone(resource, part));
}

const isNone = (resource: FhirResource, part: PartName): boolean => statedNonePart(resource) === part;

/** Sections within sections are sections too. */
function sectionsOf(holder: unknown, depth = 0): unknown[] {
  if (depth > 5) return [];
  return listAt(holder, 'section').flatMap((section) => [section, ...sectionsOf(section, depth + 1)]);
}
