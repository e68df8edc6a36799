// What a document (an International Patient Summary above all) says as a whole: which lists are complete, and which the
// sender states to be empty. Only that may ever be shown as *inga kända*.

import type { PartSnapshotChange, ResourceChange } from '../../domain/changes.ts';
import { type Identity, sameIdentity } from '../../domain/identity.ts';
import type { PartName } from '../../domain/parts.ts';
import { isAltered, isNilKnown, partOfListCode, statedNonePart } from '../../domain/stated-none.ts';
import { element, type JsonObject, listAt, textAt } from './elements.ts';
import { referenceText } from './references.ts';

/** Sections whose list is the sender's whole list of that kind; what others list may be a choice of what matters. */
const WHOLE_LISTS: ReadonlySet<PartName> = new Set(['allergies', 'medication-orders', 'problems'] as const);

/** A document speaks of a part in one section: the next document's takes its place. */
const STATED_BY = 'Composition/section';

/** A draft states nothing, nor does one taken back. */
const STANDING: ReadonlySet<string> = new Set(['final', 'amended']);

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
  const isStanding = STANDING.has(textAt(composition, 'status')) && !isAltered(composition);
  for (const section of sectionsOf(composition)) {
    const part = partOfListCode(element(section, 'code'));
    if (part === null) continue;
    const state = (statedNone: boolean): void => {
      const stated = statedNone && isStanding && !isAltered(section);
      snapshots.push({ kind: 'part-snapshot', subject, part, keys: [], scope: 'statement', ...statementOf(stated) });
    };
    const entries = listAt(section, 'entry').map(referenceText);
    const reason = element(section, 'emptyReason');
    if (entries.length === 0) {
      // A section that only holds others is not empty.
      if (reason !== undefined || listAt(section, 'section').length === 0) state(isNilKnown(reason, part));
      continue;
    }
    const ofPart = options.changes.filter((change) => change.part === part && sameIdentity(change.subject, subject));
    // An entry that leads nowhere, or to somebody else: the list is not whole, and must not remove anything.
    const listed = entries.map(options.changeAt);
    const isWhole = listed.every((change) => change !== undefined && sameIdentity(change.subject, subject));
    if (!isWhole || !isStanding || !WHOLE_LISTS.has(part)) {
      state(isWhole && isStatedNone(ofPart, part));
      continue;
    }
    const stated = isStatedNone(ofPart, part) && !isAltered(section);
    snapshots.push({
      kind: 'part-snapshot',
      subject,
      part,
      keys: ofPart.map(({ key }) => key),
      ...statementOf(stated),
    });
  }
  return snapshots;
}

const statementOf = (stated: boolean): Pick<PartSnapshotChange, 'statedNone' | 'statedBy'> =>
  stated ? { statedNone: true, statedBy: STATED_BY } : { statedNone: false };

/** A statement of none beside a real entry is a contradiction, and never shown as none. */
function isStatedNone(ofPart: readonly ResourceChange[], part: PartName): boolean {
  const standing = ofPart.filter(({ mode }) => mode !== 'withdraw');
  return standing.length > 0 && standing.every(({ resource }) => statedNonePart(resource) === part);
}

/** Sections within sections are sections too. */
function sectionsOf(holder: unknown, depth = 0): unknown[] {
  if (depth > 5) return [];
  return listAt(holder, 'section').flatMap((section) => [section, ...sectionsOf(section, depth + 1)]);
}
