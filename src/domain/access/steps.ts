// Which of the three steps a reader stands at before one patient, and what is kept from them meanwhile (design §10): one's own unit's
// patient is opened directly, another unit's by an active choice, blocked data by an emergency opening. Never mixed: a choice does
// not open what is blocked, and on one's own unit the rest of what is known of a patient may still be blocked. Who is booked on a unit's
// list is that unit's patient (decision 0029).

import { BOOKING_PARTS, bookedUnit, bookingOf } from '../booking.ts';
import { type CensusKind, censusKind } from '../census-kind.ts';
import { textAt } from '../chart/fhir-read.ts';
import { domainLimits } from '../domain-limits.ts';
import { type PatientKey, type UnitId, unitId } from '../identity.ts';
import { PART_NAMES, type PartName } from '../parts.ts';
import type { Entry, Notice, PatientCopy, Stay } from '../patient-copy.ts';
import type { UnitDeclaration } from '../unit.ts';
import type { CensusRow } from '../unit-list/census-row.ts';

/** The patient has had a unit's data blocked for others (PDL 4 kap. 4 §). */
export interface Block {
  /** `all`: every unit's, for every other unit. */
  readonly unit: UnitId | 'all';
}

export interface Reader {
  /** Where the reader cares for everybody on the list. */
  readonly units: ReadonlySet<UnitId>;
  readonly isEverywhere: boolean;
}

export interface Opening {
  readonly isChosen: boolean;
  readonly isEmergency: boolean;
}

export interface Withholding {
  readonly reader: Reader;
  /** Units whose data is always blocked for others: what is done there tells too much by itself. */
  readonly sensitive: ReadonlySet<UnitId>;
  readonly blocks: readonly Block[];
}

/** The same for everybody on a list. */
export interface UnitWithholding extends Omit<Withholding, 'blocks'> {
  readonly blocks: ReadonlyMap<PatientKey, readonly Block[]>;
}

/** `patients`: the handles of all the person's numbers; a block was said under the one they had then. */
export const withholdingFor = (
  patients: readonly PatientKey[],
  { reader, sensitive, blocks }: UnitWithholding,
): Withholding => ({ reader, sensitive, blocks: patients.flatMap((patient) => blocks.get(patient) ?? []) });

/**
 * What lies open on a unit holds what somebody with a role there alone may see without an emergency opening. Null: nothing in the house
 * is blocked.
 */
export function withheldOnUnit(
  unit: UnitId,
  units: readonly UnitDeclaration[],
  blocks: UnitWithholding['blocks'],
): UnitWithholding | null {
  const sensitive = sensitiveUnits(units);
  if (sensitive.size === 0 && blocks.size === 0) return null;
  return { reader: { units: new Set([unit]), isEverywhere: false }, sensitive, blocks };
}

export const sensitiveUnits = (units: readonly UnitDeclaration[]): ReadonlySet<UnitId> =>
  new Set(units.filter(({ isSensitive }) => isSensitive).map(({ id }) => id));

export type StepDecision =
  | { readonly step: 'open'; readonly isOwn: boolean; readonly isWithholding: boolean }
  | { readonly step: 'choice' | 'emergency' };

/** Where somebody is booked. */
export interface BookedUnits {
  /** On whose lists they stand in these days. */
  readonly listed: readonly UnitId[];
  /** At any time, and whatever has become of it. */
  readonly named: readonly UnitId[];
}

export const BOOKED_NOWHERE: BookedUnits = { listed: [], named: [] };

const onUnit = ({ unit, plannedUnit }: Stay): readonly UnitId[] =>
  [unit, plannedUnit].filter((one): one is UnitId => one !== null);

/** With a role for the whole house: never those of sensitive units, which are to be named one by one. */
const isOwnUnit = (unit: UnitId, { reader, sensitive }: Withholding): boolean =>
  reader.units.has(unit) || (reader.isEverywhere && !sensitive.has(unit));

const isBlockedUnit = (unit: UnitId, withholding: Withholding): boolean =>
  !isOwnUnit(unit, withholding) &&
  (withholding.sensitive.has(unit) || withholding.blocks.some((block) => block.unit === 'all' || block.unit === unit));

/** Said of the stay itself: that somebody is on a sensitive unit is already what must not be told. */
export const isBlockedStay = (stay: Stay, withholding: Withholding): boolean =>
  onUnit(stay).some((unit) => isBlockedUnit(unit, withholding)) &&
  !onUnit(stay).some((unit) => isOwnUnit(unit, withholding));

function kindOnOwnList(stay: Stay, withholding: Withholding, wallMs: number): CensusKind | null {
  for (const unit of onUnit(stay)) {
    const kind = isOwnUnit(unit, withholding) ? censusKind(unit, stay, wallMs) : null;
    if (kind !== null) return kind;
  }
  return null;
}

const isOpen = ({ status }: Stay): boolean => status !== 'discharged' && status !== 'cancelled';

export function stepBefore(
  { stays, bookings }: { readonly stays: readonly Stay[]; readonly bookings: BookedUnits },
  withholding: Withholding,
  { isChosen, isEmergency }: Opening,
  wallMs: number,
): StepDecision {
  const isOwn =
    stays.some((stay) => kindOnOwnList(stay, withholding, wallMs) !== null) ||
    bookings.listed.some((unit) => isOwnUnit(unit, withholding));
  if (isEmergency) return { step: 'open', isOwn, isWithholding: false };
  const isWithholding = isAnythingBlocked(stays, bookings.named, withholding);
  if (isOwn) return { step: 'open', isOwn, isWithholding };
  const open = stays.filter(isOpen);
  const counted = open.length > 0 ? open : stays;
  const isAllBlocked = counted.length > 0 && counted.every((stay) => isBlockedStay(stay, withholding));
  if (isAllBlocked || (isWithholding && withholding.blocks.some(({ unit }) => unit === 'all')))
    return { step: 'emergency' };
  return isChosen ? { step: 'open', isOwn, isWithholding } : { step: 'choice' };
}

/** A registered block counts also when the copy knows of no stay there: what came from that unit can't be told from the rest. */
function isAnythingBlocked(stays: readonly Stay[], booked: readonly UnitId[], withholding: Withholding): boolean {
  return (
    withholding.blocks.some(({ unit }) => unit === 'all' || !isOwnUnit(unit, withholding)) ||
    stays.some((stay) => isBlockedStay(stay, withholding)) ||
    booked.some((unit) => isBlockedUnit(unit, withholding))
  );
}

interface Span {
  readonly from: number;
  readonly to: number;
}

const spanOf = ({ admittedAt, expectedAdmitAt, changedAt, dischargedAt, status }: Stay): Span => ({
  from: admittedAt ?? expectedAdmitAt ?? changedAt,
  to: status === 'discharged' ? (dischargedAt ?? changedAt) : Number.POSITIVE_INFINITY,
});

/** While an operation on one's own unit lasts; of one without an end nobody knows how long that is, so no longer than most. */
function bookedSpan(entry: Entry, withholding: Withholding): Span | null {
  const booking = bookingOf(entry);
  if (booking === null || booking.isOff || !isOwnUnit(booking.unit, withholding)) return null;
  const { startMs, endMs } = booking;
  return { from: startMs, to: endMs ?? startMs + domainLimits.bookedWithoutEndMs };
}

/** A line of a list where somebody is booked tells where they lie meanwhile: not if that is on a unit that is kept from the reader. */
export function shownRow(row: CensusRow, withholding: Withholding): CensusRow {
  const { lies, remarkPlaces = NO_PLACES, ...line } = row;
  const isKnown = (unit: UnitId | null): boolean => unit === null || !isBlockedUnit(unit, withholding);
  const isLiesKept = lies !== undefined && isBlockedStay(lies, withholding);
  const { several, differing } = remarkPlaces;
  if (!isLiesKept && several.every(isKnown) && differing.every(isKnown)) return row;
  // Nor by a remark that says no place: what differs, and where else they are said to be, is then a place that is kept.
  const isDifferenceKept = !differing.every(isKnown) || (isLiesKept && differing.length > 0);
  return {
    ...line,
    ...(lies === undefined || isLiesKept ? {} : { lies }),
    severalPlaces: row.severalPlaces && (several.every(isKnown) || several.filter(isKnown).length > 1),
    sourceConflict: row.sourceConflict && !isDifferenceKept,
  };
}

const NO_PLACES = { several: [], differing: [] };

/** What differs between sources of where somebody lies, and one of the places is kept from who reads. */
function isOfKeptPlace({ kind, part, said }: Notice, stays: readonly Stay[], withholding: Withholding): boolean {
  if (kind !== 'source-conflict' || part !== 'stay') return false;
  // Several places at once are told as one sentence.
  if (said === undefined) return stays.some((stay) => isOpen(stay) && isBlockedStay(stay, withholding));
  return said.some(({ value }) => {
    const unit = textAt(value, 'unit');
    return unit !== null && isBlockedUnit(unitId(unit), withholding);
  });
}

const isWithin = (at: number, spans: readonly Span[]): boolean => spans.some(({ from, to }) => at >= from && at <= to);

/**
 * The copy without what is blocked for this reader. A resource does not say which unit it is of, so its time decides: within a stay on
 * one's own unit it is shown; within a blocked stay it is not; with a block registered it is shown only within a stay on a unit
 * that is not blocked. A booking does say it: one's own unit's is shown, and what is done while it lasts; a blocked unit's is not.
 */
export function withoutBlocked(copy: PatientCopy, withholding: Withholding): PatientCopy {
  const { stays } = copy;
  const bookings = BOOKING_PARTS.flatMap((part) => copy.parts[part].entries);
  const booked = bookings.map(({ resource }) => bookedUnit(resource)).filter((unit) => unit !== null);
  const told = copy.notices.filter((notice) => !isOfKeptPlace(notice, stays, withholding));
  if (!isAnythingBlocked(stays, booked, withholding))
    return told.length === copy.notices.length ? copy : { ...copy, isWithheld: true, notices: told };
  const blocked = stays.filter((stay) => isBlockedStay(stay, withholding)).map(spanOf);
  const own = [
    ...stays.filter((stay) => onUnit(stay).some((unit) => isOwnUnit(unit, withholding))).map(spanOf),
    ...bookings.map((entry) => bookedSpan(entry, withholding)).filter((span) => span !== null),
  ];
  const others = stays.filter((stay) => !isBlockedStay(stay, withholding) && onUnit(stay).length > 0).map(spanOf);
  const isRegistered = withholding.blocks.some(({ unit }) => unit === 'all' || !isOwnUnit(unit, withholding));
  const isShown = (at: number): boolean => {
    if (isWithin(at, own)) return true;
    if (isWithin(at, blocked)) return false;
    return !isRegistered || isWithin(at, others);
  };
  return {
    ...copy,
    isWithheld: true,
    stays: stays.filter((stay) => !isBlockedStay(stay, withholding)),
    parts: Object.fromEntries(
      PART_NAMES.map((part) => [part, shownPart(copy.parts[part], isShown, withholding)]),
    ) as unknown as PatientCopy['parts'],
    // A notice can name a medicine, a result or a place; those of who somebody is are about no unit.
    notices: told.filter(({ kind, at }) => ABOUT_IDENTITY.has(kind) || isShown(at)),
  };
}

const ABOUT_IDENTITY: ReadonlySet<string> = new Set(['merged', 'unmerged', 'linked', 'identity-conflict']);

type Part = PatientCopy['parts'][PartName];

function shownPart(part: Part, isShown: (at: number) => boolean, withholding: Withholding): Part {
  const isEntryShown = ({ at, eventAt, resource }: Entry): boolean => {
    const unit = bookedUnit(resource);
    if (unit !== null && isOwnUnit(unit, withholding)) return true;
    return (unit === null || !isBlockedUnit(unit, withholding)) && isShown(at) && isShown(eventAt);
  };
  const entries = part.entries.every(isEntryShown) ? part.entries : part.entries.filter(isEntryShown);
  return { ...part, entries, statedNone: part.statedNone.filter(({ at }) => isShown(at)) };
}
