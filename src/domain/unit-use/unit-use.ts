// A unit is *under uppbyggnad* until its head has taken it *i drift*, and is that only while each critical part of the chart comes from a
// source, or the head has signed that it is missing (design §5.22, decision 0021). Silence of a feed is age and changes nothing here:
// what counts is whether somebody is declared to send it at all.

import { BLOCKS } from '../chart/blocks.ts';
import { CHECKED_BLOCKS } from '../daily-check.ts';
import type { SourceId, UnitId } from '../identity.ts';
import { PARTS, type PartName } from '../parts.ts';

/** On every screen and sheet of a unit under uppbyggnad. */
export const PRACTICE_COPY = 'ÖVNINGSKOPIA – inte för vård';

/** Of the blocks that are compared each day, what harms within the day when it is missing and nobody knows. */
export const CRITICAL_PARTS: readonly PartName[] = CHECKED_BLOCKS.flatMap<PartName>(
  (block) => BLOCKS[block].parts,
).filter((part) => PARTS[part].criticality < 3);

/** One source that is declared to send one critical part for the unit. */
export interface CriticalFeed {
  readonly part: PartName;
  readonly source: SourceId;
  readonly sourceName: string;
  /** The source has sent this part, for whomever. */
  readonly hasCome: boolean;
}

/** The head's press: what came then, by part and source, and what was signed for as missing. */
export interface PutInUse {
  /** ms since 1970 UTC. */
  readonly at: number;
  /** «Eva Ek, vårdenhetschef». */
  readonly by: string;
  readonly reason: string;
  readonly fed: Readonly<Record<string, readonly SourceId[]>>;
  /** A signature ends when the part begins to come: it is then missed like any other. */
  readonly absent: readonly PartName[];
}

/** What people have decided of a unit. */
export interface UseDecision {
  readonly putInUse: PutInUse | null;
  /** Its head took it back; null: nobody has since. */
  readonly takenOut: Pick<PutInUse, 'at' | 'by' | 'reason'> | null;
}

export interface CriticalPart {
  readonly part: PartName;
  /** `awaited`: declared, and nothing of the kind has come yet. */
  readonly fed: 'fed' | 'awaited' | 'not-fed';
  /** Those declared to send it, as people call them. */
  readonly sources: readonly string[];
  /** Its absence is signed for, and it has not come since. */
  readonly isSigned: boolean;
}

/** What every reader of the unit is told. */
export interface UnitUse {
  readonly unit: UnitId;
  readonly state: 'under-construction' | 'in-use';
  /** A whole sentence: that it is in use, or why not. */
  readonly words: string;
  /** The press that holds, or held last. */
  readonly decided: Pick<PutInUse, 'at' | 'by' | 'reason'> | null;
  readonly parts: readonly CriticalPart[];
}

/** By unit. */
export type UnitUses = Readonly<Record<string, UnitUse>>;

interface NamedUnit {
  readonly id: UnitId;
  readonly name: string;
}

export function unitUse(
  { id, name }: NamedUnit,
  { putInUse, takenOut }: UseDecision,
  feeds: readonly CriticalFeed[],
): UnitUse {
  const parts = CRITICAL_PARTS.map((part): CriticalPart => {
    const own = feeds.filter((feed) => feed.part === part);
    const isFed = own.some(({ source, hasCome }) => hasCome || putInUse?.fed[part]?.includes(source) === true);
    const sources = [...new Set(own.map(({ sourceName }) => sourceName))];
    const isSigned = !isFed && takenOut === null && putInUse?.absent.includes(part) === true;
    return { part, fed: isFed ? 'fed' : own.length > 0 ? 'awaited' : 'not-fed', sources, isSigned };
  });
  const lacking = partsLacking(parts);
  const isInUse = putInUse !== null && takenOut === null && lacking.length === 0;
  const { at, by, reason } = takenOut ?? putInUse ?? { at: 0, by: '', reason: '' };
  return {
    unit: id,
    state: isInUse ? 'in-use' : 'under-construction',
    words: isInUse ? inUseWords(name, parts) : constructionWords(name, { putInUse, takenOut }, lacking),
    decided: by === '' ? null : { at, by, reason },
    parts,
  };
}

/** What stands in the way: neither comes nor is signed for. */
export const partsLacking = (parts: readonly CriticalPart[]): readonly PartName[] =>
  parts.filter(({ fed, isSigned }) => fed !== 'fed' && !isSigned).map(({ part }) => part);

/** Of a unit nobody here has heard of, or of a copy that does not say: never taken for one that may be used. */
export const unknownUse = ({ id, name }: NamedUnit): UnitUse => ({
  unit: id,
  state: 'under-construction',
  words: `Det är inte känt här om ${name} är i drift.`,
  decided: null,
  parts: [],
});

/** A sentence each: for IT, and the terminal. */
export const underConstruction = (uses: UnitUses): readonly string[] =>
  Object.values(uses).flatMap((use) => (isInUse(use) ? [] : [use.words]));

export const isInUse = (use: Pick<UnitUse, 'state'> | undefined): boolean => use?.state === 'in-use';

const names = (parts: readonly PartName[]): string => parts.map((part) => PARTS[part].swedish.toLowerCase()).join(', ');

function inUseWords(name: string, parts: readonly CriticalPart[]): string {
  const absent = parts.filter(({ isSigned }) => isSigned).map(({ part }) => part);
  return absent.length === 0 ? `${name} är i drift.` : `${name} är i drift utan: ${names(absent)}.`;
}

function constructionWords(name: string, { putInUse, takenOut }: UseDecision, lacking: readonly PartName[]): string {
  const begins = `${name} är under uppbyggnad`;
  if (takenOut !== null) return `${begins}: tagen ur drift av ${takenOut.by} (${takenOut.reason}).`;
  if (putInUse === null) return `${begins}: enhetens ansvariga har inte tagit den i drift.`;
  return `${begins}: matas inte längre: ${names(lacking)}. Enhetens ansvariga behöver ta den i drift på nytt.`;
}
