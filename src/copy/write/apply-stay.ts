// Stays of one source: finding the one an event speaks of, moving it to the right person, joining two visit numbers.

import type { MergeVisitChange, MoveVisitChange, StayAction, StayChange } from '../../domain/changes.ts';
import type { Identity } from '../../domain/identity.ts';
import type { StayStatus } from '../../domain/patient-copy.ts';
import { limits } from '../../limits.ts';
import type { Identities } from '../identity/identities.ts';
import { readText, sameText } from '../kept-text.ts';
import { STAY_HIDDEN, STAY_ROW, SYSTEM } from '../part-codes.ts';
import type { Stamp } from '../stamps.ts';
import { type Act, type FactRow, type Facts, plainRow } from './facts.ts';
import { KeptFields } from './fields.ts';
import type { FullLoads } from './full-loads.ts';
import {
  ADMITTED_AHEAD,
  foldStays,
  hasSeenCancelled,
  isCancel,
  nextStay,
  StayState,
  stampOfStayEvent,
} from './stay-machine.ts';
import {
  becameRow,
  isOpenStay,
  isUnnumbered,
  placeOfStay,
  readStay,
  readStayBody,
  readStayContent,
  stayKey,
  stayRow,
  unnumberedStayKey,
} from './stay-rows.ts';

interface Tools {
  readonly facts: Facts;
  readonly identities: Identities;
}

interface ApplyTools extends Tools {
  readonly fullLoads: FullLoads;
}

/** A visit number that becomes another that becomes another: more steps than this is a circle. */
const BECOMING_MAX = 8;

export function applyStay(change: StayChange, act: Act, tools: ApplyTools): void {
  const { facts, identities } = tools;
  const stamp = stampOfStayEvent(change, act.stamp);
  const row = findStay(change, stamp.event, act.source, tools);
  const isNext = row !== undefined && change.visit === null && beginsAnother(change, row, stamp.event);
  const kept = isNext ? undefined : row;
  const before = kept === undefined ? null : readStay(kept, facts.read(kept, readStayContent));
  const state = before?.state ?? new StayState(KeptFields.empty(stamp));
  nextStay(state, change, stamp);
  markIfAhead(state, change, stamp, act);
  const identity = kept?.identity ?? identities.numberOf(change.subject);
  const key =
    kept?.key ?? (change.visit === null ? nextUnnumbered(identity, act.source, facts) : stayKey(change.visit));
  tools.fullLoads.told(act.source, key, identity, 'stay');
  if (kept !== undefined && kept.unlisted === null && kept.at === placeOfStay(state) && !state.fields.isChanged) {
    facts.restamp(kept, state.fields.row, state.fields.stampsText);
    return;
  }
  const next = stayRow(identity, key, before === null ? change.visit : before.visit, state, act);
  if (kept !== undefined && kept.unlisted === null && kept.at === next.at && sameText(kept.body, readText(next.body))) {
    facts.restamp(kept, state.fields.row, state.fields.stampsText);
    return;
  }
  facts.replace(kept, next);
}

/** A begin that lies ahead when it is said is a slip or a wrong clock; kept as said, and marked until a possible one is said. */
function markIfAhead(state: StayState, { fields: { admittedAt } }: StayChange, stamp: Stamp, act: Act): void {
  if (typeof admittedAt !== 'number') return;
  const isAhead = admittedAt > act.received + limits.clockDisagreementToleratedMs;
  if (isAhead || state.fields.values.has(ADMITTED_AHEAD)) state.fields.set(ADMITTED_AHEAD, isAhead, stamp);
}

/** The source deleted a visit without saying whose: it never was, wherever it stands. */
export function cancelStays(visit: Identity, act: Act, facts: Facts): void {
  for (const row of facts.findStays(act.source, stayKey(visit))) {
    const { state } = readStay(row);
    const subject = { domain: '', id: '' };
    nextStay(state, { kind: 'stay', subject, visit, action: 'cancel', fields: {}, at: act.stamp.event }, act.stamp);
    const next = stayRow(row.identity, row.key, visit, state, act);
    if (next.body !== row.body) facts.replace(row, next);
  }
}

/** A cancel whose event this source has not told yet; it waits for it (knowledge c3.5). */
export function isCancelOfUnseen(change: StayChange, source: string, tools: Tools): boolean {
  if (!isCancel(change.action)) return false;
  const row = findStay(change, change.at, source, tools);
  return !hasSeenCancelled(row === undefined ? null : readStay(row).state, change.action);
}

/** The stay under this visit number, of the person or of whom this source has merged with the person. */
function findStay(
  { subject, visit, action }: StayChange,
  event: number,
  source: string,
  { facts, identities }: Tools,
): FactRow | undefined {
  const group = identities.mergedBy(source, identities.numberOf(subject));
  if (visit !== null) return findNumbered(stayKey(visit), group, source, facts);
  const rows = group.flatMap((identity) => facts.stays(identity, source));
  return unnumberedStay(rows, action, event);
}

const ENDS: Partial<Record<StayAction, StayStatus>> = { cancel: 'cancelled', discharge: 'discharged' };

/**
 * Whom an event without visit number speaks of: the stay it has already ended, when it is said again; else the one that is
 * open; else the one last spoken of. Said again it must never end another stay.
 */
function unnumberedStay(rows: readonly FactRow[], action: StayAction, event: number): FactRow | undefined {
  const again = rows.find((row) => row.stamp === event && row.state === ENDS[action]);
  if (again !== undefined) return again;
  const open = rows.filter(isOpenStay);
  const known = open.length > 0 ? open : rows;
  return [...known].sort((a, b) => b.stamp - a.stamp || (a.key < b.key ? 1 : -1))[0];
}

function findNumbered(key: string, group: readonly number[], source: string, facts: Facts): FactRow | undefined {
  let wanted = key;
  for (let step = 0; step < BECOMING_MAX; step += 1) {
    const found = inGroup(wanted, group, source, facts);
    if (found === undefined || found.part === STAY_ROW) return found;
    const { became } = readStayBody(found);
    if (became === undefined) return undefined;
    wanted = became;
  }
  return undefined;
}

function inGroup(key: string, group: readonly number[], source: string, facts: Facts): FactRow | undefined {
  for (const identity of group) {
    const row = facts.find(source, key, identity, STAY_ROW) ?? facts.find(source, key, identity, STAY_HIDDEN);
    if (row !== undefined) return row;
  }
  return undefined;
}

/** Without visit numbers a new admission after the end of the last stay is another stay. */
function beginsAnother({ action }: StayChange, row: FactRow, event: number): boolean {
  const begins = action === 'admit' || action === 'register' || action === 'pre-admit';
  return begins && !isOpenStay(row) && event > row.stamp;
}

function nextUnnumbered(identity: number, source: string, facts: Facts): string {
  const used = facts.stays(identity, source).filter(({ key }) => isUnnumbered(key)).length;
  return unnumberedStayKey(used + 1);
}

/** A45 and kin: what was registered on the wrong person moves, with its results, and both charts say so. */
export function applyMoveVisit(change: MoveVisitChange, act: Act, { facts, identities }: Tools): void {
  const from = identities.numberOf(change.from);
  const to = identities.numberOf(change.to);
  if (from === to) return;
  const { visit } = change;
  const rows = facts.ofIdentity(from, act.source);
  const moved = visit === null ? null : movedStays(rows, visit, change.isAccount === true);
  const isMoved = (row: FactRow): boolean => {
    if (isStay(row)) return moved === null || moved.keys.has(row.key);
    return row.part < SYSTEM && (moved === null || moved.visits.some((one) => isOfVisit(row, one)));
  };
  for (const row of rows.filter(isMoved)) {
    facts.close(row, act.seq);
    const there = facts.find(act.source, row.key, to, row.part);
    if (there === undefined) facts.insert({ ...row, identity: to, since: act.seq });
    else if (row.part === STAY_ROW) foldInto(there, row, act, facts);
  }
  const number = visit === null ? '' : visit.id;
  facts.notice(from, `from/${number}`, act, { kind: 'visit-moved', detail: number, part: 'stay' });
  facts.notice(to, `to/${number}`, act, { kind: 'visit-moved', detail: number, part: 'stay' });
}

const isStay = ({ part }: FactRow): boolean => part === STAY_ROW || part === STAY_HIDDEN;

/** The stays a number names, and every number what belongs to them may point at: an account holds visits with numbers of their own. */
function movedStays(
  rows: readonly FactRow[],
  number: Identity,
  isAccount: boolean,
): { readonly keys: ReadonlySet<string>; readonly visits: readonly Identity[] } {
  const keys = new Set([stayKey(number)]);
  const visits = [number];
  for (const row of isAccount ? rows.filter(isStay) : []) {
    const { state, visit } = readStay(row);
    if (state.text('account') !== number.id) continue;
    keys.add(row.key);
    if (visit !== null) visits.push(visit);
  }
  return { keys, visits };
}

function isOfVisit(row: FactRow, visit: Identity): boolean {
  const text = readText(row.body);
  if (!text.includes('"encounter"') || !text.includes(visit.id)) return false;
  const { encounter } = JSON.parse(text) as { encounter?: { reference?: string; identifier?: { value?: string } } };
  return encounter?.identifier?.value === visit.id || encounter?.reference === `Encounter/${visit.id}`;
}

function foldInto(there: FactRow, row: FactRow, act: Act, facts: Facts): void {
  const target = readStay(there);
  foldStays(target.state, readStay(row).state);
  facts.replace(there, stayRow(there.identity, there.key, target.visit, target.state, act));
}

/** A42, A50: two visit numbers are one stay from here on. */
export function applyMergeVisit(change: MergeVisitChange, act: Act, tools: Tools): void {
  const { facts, identities } = tools;
  const keepKey = stayKey(change.survivor);
  const goneKey = stayKey(change.subsumed);
  if (keepKey === goneKey) return;
  const group = identities.mergedBy(act.source, identities.numberOf(change.subject));
  const gone = inGroup(goneKey, group, act.source, facts);
  if (gone !== undefined && gone.part === STAY_HIDDEN) return;
  const kept = findNumbered(keepKey, group, act.source, facts);
  if (gone === undefined) {
    const identity = identities.numberOf(change.subject);
    const body = JSON.stringify({ visit: change.subsumed, fields: {}, became: keepKey });
    facts.insert({ ...plainRow(act), identity, part: STAY_HIDDEN, at: act.stamp.event, key: goneKey, state: '', body });
    return;
  }
  const moved = readStay(gone).state;
  if (kept === undefined) facts.insert(stayRow(gone.identity, keepKey, change.survivor, moved, act));
  else foldInto(kept, gone, act, facts);
  facts.replace(gone, becameRow(gone, keepKey, act));
}
