// One resource told under several numbers of one person, read as one (knowledge c3.3, c3.13, c3.14; hazard H8): what a source says
// under the number that survived a merge reaches what it said under the other. Nothing is written for it, so that undoing the merge
// gives each number back what was said under it, and no more.

import type { FhirResource } from 'fhir/r4';
import type { ValueState } from '../../domain/changes.ts';
import { type SourceId, sourceId } from '../../domain/identity.ts';
import type { Notice } from '../../domain/patient-copy.ts';
import { keepText, readText } from '../kept-text.ts';
import { nameOfResource } from '../name-of-resource.ts';
import { bareCode, HIDDEN, partOfCode } from '../part-codes.ts';
import { laterOf } from '../stamps.ts';
import { elementsOf, laidOver, stampsTogether } from '../write/elements.ts';
import { type FactRow, isHidden, stampOfRow } from '../write/facts.ts';
import { formerAfter, formerOf } from '../write/former.ts';
import { FORMER_MAX, type ToldMember } from '../write/member.ts';
import { joinMembers, membersKept } from '../write/members.ts';
import { memberNotice, unmatchedName } from '../write/withdrawals.ts';

export interface JoinedRow {
  readonly row: FactRow;
  readonly notices: readonly Notice[];
  /** Names of notices that hold only while the numbers are apart. */
  readonly untold: readonly string[];
}

/** Rows of one source and key, each under its own number. */
export function joinRows(rows: readonly FactRow[]): JoinedRow {
  const [first, ...rest] = [...rows].sort((a, b) => a.event - b.event || a.since - b.since || a.identity - b.identity);
  if (rows.every(({ scope }) => scope === 'source')) return movedRow(rows);
  return rest.reduce(
    (before, row): JoinedRow => {
      const next = laidUpon(before.row, row);
      return {
        row: next.row,
        notices: [...before.notices, ...next.notices],
        untold: [...before.untold, ...next.untold],
      };
    },
    { row: first as FactRow, notices: [], untold: [] },
  );
}

/** A server's own resource stands under one number; that it left another of the same person is no news. */
function movedRow(rows: readonly FactRow[]): JoinedRow {
  const [latest] = [...rows].sort((a, b) => Number(isHidden(a)) - Number(isHidden(b)) || b.since - a.since);
  const row = latest as FactRow;
  const untold = isHidden(row) ? [] : rows.filter((one) => one !== row).map(({ key }) => key);
  return { row, notices: [], untold };
}

/** `over` was said last. */
function laidUpon(under: FactRow, over: FactRow): JoinedRow {
  const stamp = laterOf(stampOfRow(under), stampOfRow(over));
  const [a, b] = [membersKept(under), membersKept(over)];
  const isAllOfIt = over.scope === 'whole';
  const members = isAllOfIt || (a === null && b === null) ? null : joinMembers(a ?? NO_VALUES, b ?? NO_VALUES, stamp);
  const elements = isAllOfIt ? null : laidOver(elementsOf(under), elementsOf(over), stamp);
  const leaves =
    over.state === 'withdrawn' || over.state === 'deleted' || (members === null ? isHidden(over) : members.isEmpty);
  const row: FactRow = {
    ...over,
    part: bareCode(placeOf(under, over).part) + (leaves ? HIDDEN : 0),
    stamp: stamp.event,
    stamp_sequence: stamp.sequence,
    stamps: elements === null ? over.stamps : stampsTogether(elements.stamps, members?.stamps ?? null),
    orders: ordersOf(under, over),
    unlisted: under.unlisted === null || over.unlisted === null ? null : Math.max(under.unlisted, over.unlisted),
    body: elements === null ? over.body : keepText(elements.text),
    members: members === null ? over.members : keepText(members.text),
    former: formerTogether(under, over, elements?.text ?? readText(over.body)),
  };
  const told = members?.told ?? [];
  const hasLeft = !isHidden(under) && leaves;
  const names = [
    ...told.map(({ member }) => member.resource),
    ...(hasLeft ? [under, over].map(({ body }) => JSON.parse(readText(body)) as FhirResource) : []),
  ].map(nameOfResource);
  return {
    row,
    notices: [
      ...told.map((one) => valueNotice(one, over)),
      ...(hasLeft && told.length === 0 ? leavingNotice(under, over) : []),
    ],
    untold: names.map((name) => unmatchedName(over.key, name)),
  };
}

/** What the value was under either number, the newest first. */
function formerTogether(under: FactRow, over: FactRow, text: string): FactRow['former'] {
  const state = over.state as ValueState;
  if (state === 'withdrawn') return null;
  const before = formerAfter(under, { state, text, receivedAt: over.received });
  if (before === null || over.former === null) return over.former ?? before;
  return keepText(JSON.stringify([...formerOf(over), ...formerOf({ former: before })].slice(0, FORMER_MAX)));
}

const NO_VALUES = { text: '[]', stamps: null, row: { event: 0, sequence: null }, event: 0 };

/** A booking that is cancelled without naming its theatre stands where it stood. */
function placeOf(under: FactRow, over: FactRow): FactRow {
  if (!over.key.startsWith('Appointment/') || over.scope === 'source') return over;
  const { participant, serviceType } = JSON.parse(readText(over.body)) as Readonly<Record<string, unknown>>;
  return participant === undefined && serviceType === undefined ? under : over;
}

function ordersOf({ orders: under }: FactRow, { orders: over }: FactRow): string | null {
  if (under === null || over === null) return over ?? under;
  return JSON.stringify({ ...(JSON.parse(under) as object), ...(JSON.parse(over) as object) });
}

const saidIn = (row: FactRow): { readonly source: SourceId; readonly at: number } => ({
  source: sourceId(row.source),
  at: row.received,
});

function valueNotice(told: ToldMember, over: FactRow): Notice {
  return { ...saidIn(over), ...memberNotice(told, partOfCode(over.part) ?? 'results') };
}

/** As when it leaves the number it was said under (apply-resource.ts). */
function leavingNotice(under: FactRow, over: FactRow): Notice[] {
  const part = partOfCode(under.part);
  const detail = nameOfResource(JSON.parse(readText(under.body)) as FhirResource);
  const told = { ...saidIn(over), detail, part };
  if (part === 'allergies') return [{ ...told, kind: 'allergy-removed' }];
  if (part === 'notes' || part === 'reports') return [{ ...told, kind: 'document-withdrawn' }];
  return over.state === 'deleted' ? [] : [{ ...told, kind: 'value-withdrawn' }];
}
