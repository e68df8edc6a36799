// Results, orders, documents, allergies: one resource of one source, its corrections and its leaving (knowledge c3.13, c3.14).

import type { FhirResource } from 'fhir/r4';
import { bookedMs, bookedUnit } from '../../domain/booking.ts';
import type { PartSnapshotChange, ResourceChange, ValueState, WithdrawKeyChange } from '../../domain/changes.ts';
import type { UnitId } from '../../domain/identity.ts';
import { timeNotOwn } from '../../domain/own-time.ts';
import type { PartName } from '../../domain/parts.ts';
import { DENIABLE, noneSaid } from '../../domain/stated-none.ts';
import type { Identities } from '../identity/identities.ts';
import type { GroupReader } from '../identity/read-identity.ts';
import { keepText, readText, sameText } from '../kept-text.ts';
import { nameOfResource } from '../name-of-resource.ts';
import { bareCode, HIDDEN, partCode, partOfCode } from '../part-codes.ts';
import { laterOf, mayReplace, type Stamp } from '../stamps.ts';
import { cancelStays } from './apply-stay.ts';
import {
  contradict,
  deny,
  findSnapshot,
  gone,
  keepList,
  listedKeys,
  type Place,
  standing,
  takeBack,
} from './denials.ts';
import { mergeElements, stampsTogether } from './elements.ts';
import { type Act, type FactRow, type Facts, isHidden, plainRow, stampOfRow } from './facts.ts';
import { formerAfter, formerWithEarlier } from './former.ts';
import type { FullLoads } from './full-loads.ts';
import { isSaidAgain, isStrong, type ToldMember } from './member.ts';
import { membersKept, mergeMembers } from './members.ts';
import { asKeptDose } from './same-dose.ts';
import { memberNotice, tellUnmatched } from './withdrawals.ts';

interface Tools {
  readonly facts: Facts;
  readonly identities: Identities;
  readonly groups: GroupReader;
  readonly fullLoads: FullLoads;
}

export function applyResource(said: ResourceChange, act: Act, tools: Tools): void {
  const { facts } = tools;
  const identity = tools.identities.numberOf(said.subject);
  const change = asKeptDose(said, identity, act.source, facts);
  tools.fullLoads.told(act.source, change.key, identity, change.part);
  if (change.keyScope === 'source') withdrawElsewhere(change.key, identity, act, facts);
  const kept = facts.findResource(act.source, change.key, identity);
  if (kept === undefined && isSupersededBySnapshot(change, identity, act, facts)) return;
  tellUnmatched(change, kept, identity, act, tools);
  const next = nextRow(change, kept, identity, act);
  if (next === null) {
    if (kept !== undefined) tellLate(change, kept, act, facts);
    return;
  }
  const { row, told } = next;
  for (const one of told)
    facts.notice(identity, `${change.key}/${one.member.key}`, act, memberNotice(one, change.part));
  if (kept !== undefined && isSameContent(kept, row)) {
    facts.restamp(kept, { event: row.stamp, sequence: row.stamp_sequence }, row.stamps);
    tellDenials(change, kept, row, act, facts);
    return;
  }
  facts.replace(kept, row);
  if (kept !== undefined && !isHidden(kept) && isHidden(row)) noticeLeaving(kept, change.state, act, facts);
  tellDenials(change, kept, row, act, facts);
}

/** What the row, as it now is, says of *inga kända* (hazard H4); the same again counts too, for it is said anew. */
function tellDenials(change: ResourceChange, kept: FactRow | undefined, row: FactRow, act: Act, facts: Facts): void {
  const { identity, key } = row;
  const place = { identity, part: change.part };
  const resource = change.mode === 'merge' ? (JSON.parse(readText(row.body)) as FhirResource) : change.resource;
  const before = kept === undefined || isHidden(kept) ? null : deniedBy(kept);
  if (before !== null && before !== change.part) takeBack({ identity, part: before }, key, act, facts);
  if (isHidden(row)) gone(place, { key, resource }, row.stamp, act, facts);
  else standing(place, { key, resource }, row.stamp, act, facts);
}

/** The part a kept resource denied, where it is of another than the one it stands in: a List, or one that was moved. */
function deniedBy(row: FactRow): PartName | null {
  const part = partOfCode(row.part);
  if (part === null || (part !== 'other' && !DENIABLE.has(part))) return null;
  return noneSaid(JSON.parse(readText(row.body)))?.part ?? null;
}

interface Next {
  readonly row: FactRow;
  readonly told: readonly ToldMember[];
}

/** What the row becomes; null when the message is older than all that is kept of it. */
function nextRow(change: ResourceChange, kept: FactRow | undefined, identity: number, act: Act): Next | null {
  const isLate = kept !== undefined && isOlder(change, kept, act.stamp);
  if (isLate && (change.mode !== 'merge' || isHidden(kept))) return earlierTold(change, kept, act);
  const stamp = kept === undefined ? act.stamp : laterOf(stampOfRow(kept), act.stamp);
  const isAgain = kept !== undefined && !isLate && isUntimedAgain(change, kept);
  const elements = isAgain ? { text: readText(kept.body), stamps: null } : nextElements(change, kept, act.stamp, stamp);
  const members = nextMembers(change, kept, act, stamp);
  const said = { state: stateAfter(change), text: elements.text, receivedAt: act.received };
  const state = isLate ? (kept.state as ValueState) : stateAfter(change);
  const leaves = state === 'withdrawn' || state === 'deleted' || members?.isEmpty === true;
  const own = change.isPartUnsure === true && kept !== undefined ? bareCode(kept.part) : partCode(change.part);
  const part = isLate && !leaves ? kept.part : own + (leaves ? HIDDEN : 0);
  const booked = change.resource.resourceType === 'Appointment' ? bookedIn(elements.text) : null;
  const row: FactRow = {
    ...plainRow(act),
    identity,
    part,
    at: booked?.atMs ?? (isLate || isAgain ? kept.at : change.at),
    key: change.key,
    state,
    event: isLate ? kept.event : act.stamp.event,
    stamp: stamp.event,
    stamp_sequence: stamp.sequence,
    stamps: stampsTogether(elements.stamps, members?.stamps ?? null),
    planned: booked?.unit ?? null,
    orders: ordersText(change, kept),
    scope: scopeOf(change),
    body: keepText(elements.text),
    members: members === null ? null : keepText(members.text),
    former: isLate ? kept.former : formerAfter(kept, said),
  };
  return { row, told: members?.told ?? [] };
}

/** A message that only cancels says neither when nor where: a booking's time and unit are those of all that is known of it. */
function bookedIn(text: string): { readonly atMs: number | null; readonly unit: UnitId | null } {
  const resource = JSON.parse(text) as FhirResource;
  return { atMs: bookedMs(resource), unit: bookedUnit(resource) };
}

/**
 * Older than what is kept. What says that something was not so is weighed against when that was first said: that it was sent once
 * more since is no answer to it. (A server's own versions tell their order themselves.)
 */
function isOlder(change: ResourceChange, kept: FactRow, stamp: Stamp): boolean {
  if (mayReplace(stamp, stampOfRow(kept))) return false;
  const state = stateAfter(change);
  if (change.keyScope === 'source' || !isStrong(state)) return true;
  if (isHidden(kept) && state === 'corrected') return true;
  return stamp.event < kept.event;
}

/** Nobody has said when it was so, and it is said again: it is no newer for that. */
const isUntimedAgain = ({ resource, mode }: ResourceChange, kept: FactRow): boolean =>
  mode === 'replace' &&
  timeNotOwn(resource) !== null &&
  isSaidAgain(JSON.parse(readText(kept.body)) as FhirResource, resource);

/** It came after its own correction: it is what stood before, and never what stands. */
function earlierTold(change: ResourceChange, kept: FactRow, act: Act): Next | null {
  if (change.mode === 'withdraw' || isHidden(kept)) return null;
  const former = formerWithEarlier(kept, { state: change.state, resource: change.resource });
  return former === null ? null : { row: { ...kept, since: act.seq, former }, told: [] };
}

const stateAfter = (change: ResourceChange): ValueState =>
  change.mode === 'withdraw' && change.state !== 'deleted' ? 'withdrawn' : change.state;

/** `merge`: elements that are there replace what is older, absent ones stay. */
function nextElements(
  change: ResourceChange,
  kept: FactRow | undefined,
  stamp: Stamp,
  row: Stamp,
): { text: string; stamps: string | null } {
  if (kept === undefined || change.mode !== 'merge') return { text: JSON.stringify(change.resource), stamps: null };
  return mergeElements(kept, change.resource, stamp, row);
}

const scopeOf = ({ keyScope, mode }: ResourceChange): FactRow['scope'] =>
  keyScope === 'source' ? 'source' : mode === 'merge' ? null : 'whole';

function nextMembers(change: ResourceChange, kept: FactRow | undefined, act: Act, row: Act['stamp']) {
  const before = kept === undefined ? null : membersKept(kept);
  if (change.members === undefined && (before === null || change.mode === 'replace')) return null;
  const mode = change.mode === 'replace' ? 'replace' : 'merge';
  return mergeMembers(before, change.members ?? [], { mode, stamp: act.stamp, row, receivedAt: act.received });
}

function ordersText(change: ResourceChange, kept: FactRow | undefined): string | null {
  if (change.orderNumbers === undefined) return kept?.orders ?? null;
  const before = kept?.orders == null || change.mode === 'replace' ? {} : (JSON.parse(kept.orders) as object);
  const said = Object.entries(change.orderNumbers).filter(([, number]) => number !== undefined);
  return JSON.stringify({ ...before, ...Object.fromEntries(said) });
}

/** Content idempotency (knowledge c3.7): the same again, under another control id, is no news. */
const isSameContent = (kept: FactRow, next: FactRow): boolean =>
  kept.part === next.part &&
  kept.at === next.at &&
  kept.state === next.state &&
  kept.orders === next.orders &&
  kept.scope === next.scope &&
  kept.unlisted === next.unlisted &&
  sameText(kept.body, readText(next.body)) &&
  sameText(kept.members, next.members === null ? null : readText(next.members)) &&
  sameText(kept.former, next.former === null ? null : readText(next.former));

/** Taken back or deleted before what now stands was said: it stands, and whoever reads it is told. */
function tellLate(change: ResourceChange, kept: FactRow, act: Act, facts: Facts): void {
  if (change.mode !== 'withdraw' || change.keyScope === 'source' || isHidden(kept)) return;
  const part = partOfCode(kept.part);
  const detail = nameOfResource(JSON.parse(readText(kept.body)) as FhirResource);
  facts.notice(kept.identity, kept.key, act, { kind: 'late-word', detail, part });
}

/** Someone may have acted on what has now left view; an allergy gone is told whatever the reason (hazards H5, H15). */
function noticeLeaving(kept: FactRow, state: ValueState, act: Act, facts: Facts): void {
  const part = partOfCode(kept.part);
  const resource = JSON.parse(readText(kept.body)) as FhirResource;
  const detail = nameOfResource(resource);
  if (part === 'allergies') facts.notice(kept.identity, kept.key, act, { kind: 'allergy-removed', detail, part });
  else if (part === 'notes' || part === 'reports') {
    facts.notice(kept.identity, kept.key, act, { kind: 'document-withdrawn', detail, part });
  } else if (state !== 'deleted' && kept.members === null) {
    facts.notice(kept.identity, kept.key, act, { kind: 'value-withdrawn', detail, part });
  }
}

/** The row leaves view and stays as a mark that holds off older messages. */
function hide(kept: FactRow, state: ValueState, act: Act, facts: Facts): void {
  if (isHidden(kept) || !mayReplace(act.stamp, stampOfRow(kept))) return;
  facts.replace(kept, {
    ...kept,
    part: kept.part + HIDDEN,
    former: state === 'withdrawn' ? null : kept.former,
    state,
    since: act.seq,
    event: act.stamp.event,
    received: act.received,
    stamp: act.stamp.event,
    stamp_sequence: act.stamp.sequence,
  });
  noticeLeaving(kept, state, act, facts);
  const part = partOfCode(kept.part);
  if (part === null || (part !== 'other' && !DENIABLE.has(part))) return;
  const resource = JSON.parse(readText(kept.body)) as FhirResource;
  gone({ identity: kept.identity, part }, { key: kept.key, resource }, act.stamp.event, act, facts);
}

/** A server corrected whose a resource is: it can't stand under two persons, nor for a moment (design §5.7). */
function withdrawElsewhere(key: string, identity: number, act: Act, facts: Facts): void {
  for (const row of facts.findAnywhere(act.source, key)) {
    if (row.identity !== identity) hide(row, 'withdrawn', act, facts);
  }
}

export function applyWithdrawKey(change: WithdrawKeyChange, act: Act, { facts }: Tools): void {
  for (const row of facts.findAnywhere(act.source, change.key)) hide(row, 'deleted', act, facts);
  const id = change.key.slice(change.key.indexOf('/') + 1);
  if (change.key.startsWith('Encounter/')) cancelStays({ domain: `fhir:${act.source}`, id }, act, facts);
}

/** A message older than the last complete list can't add what that list did not have. */
function isSupersededBySnapshot(change: ResourceChange, identity: number, act: Act, facts: Facts): boolean {
  const row = findSnapshot({ identity, part: change.part }, act.source, facts);
  if (row === undefined || act.stamp.event >= row.stamp) return false;
  const keys = listedKeys(row);
  return keys !== null && !keys.includes(change.key);
}

export function applySnapshot(change: PartSnapshotChange, act: Act, { facts, identities }: Tools): void {
  const place = { identity: identities.numberOf(change.subject), part: change.part };
  if (change.scope !== 'statement') applyList(change, place, act, facts);
  if (change.statedNone) deny(place, change.statedBy ?? '', act.stamp.event, act, facts);
  else contradict(place, act.stamp.event, act, facts);
}

function applyList({ keys }: PartSnapshotChange, place: Place, act: Act, facts: Facts): void {
  const kept = findSnapshot(place, act.source, facts);
  if (kept !== undefined && listedKeys(kept) !== null && !mayReplace(act.stamp, stampOfRow(kept))) return;
  const listed = new Set(keys);
  for (const row of facts.inPart(place.identity, partCode(place.part), act.source)) {
    if (!listed.has(row.key)) hide(row, 'deleted', act, facts);
  }
  keepList(place, keys, act, facts);
}
