// One value through what is said of it (knowledge c3.13): a correction keeps what stood before it, a value taken back (HL7 table
// 0085 `W`, wrong patient) is never shown again, and an older word never wins over a newer one; but that the same was sent once
// more is nothing newer. Pure.

import { createHash } from 'node:crypto';
import type { FhirResource } from 'fhir/r4';
import type { MemberChange, ValueState } from '../../domain/changes.ts';
import { timeNotOwn, withoutTimeNotOwn } from '../../domain/own-time.ts';
import { laterOf, mayReplace, type Stamp } from '../stamps.ts';

export interface FormerValue {
  readonly resource: FhirResource;
  readonly state: ValueState;
  readonly replacedAt: number;
}

export interface KeptMember {
  readonly key: string;
  readonly state: ValueState;
  readonly resource: FhirResource;
  readonly receivedAt: number;
  readonly former: readonly FormerValue[];
  /** Marks of values taken back as another patient's; absent when there are none. */
  readonly taken?: readonly string[];
}

/** A value of which the reader must be told: it left view, stands though taken back, or came again and is not shown. */
export interface ToldMember {
  readonly member: KeptMember;
  readonly why: 'withdrawn' | 'late-withdrawn' | 'late-deleted' | 'again';
}

/** More corrections of one value than this tell nothing more; all versions are in the history anyway. */
export const FORMER_MAX = 10;

/** Within one event time a value never steps back: a late preliminary copy of a final answer is still only preliminary. */
const RANK: Readonly<Record<ValueState, number>> = {
  registered: 0,
  unknown: 1,
  preliminary: 1,
  unverified: 2,
  final: 3,
  'cannot-be-done': 3,
  corrected: 4,
  deleted: 5,
  withdrawn: 5,
};

const VALUE_FIELDS = /^(value[A-Z]|component$|dataAbsentReason$)/;
export const valueFieldsOf = (resource: FhirResource): [string, unknown][] =>
  Object.entries(resource).filter(([field, value]) => VALUE_FIELDS.test(field) && value !== undefined);
export const hasValue = (resource: FhirResource): boolean => valueFieldsOf(resource).length > 0;
export const valueText = (resource: FhirResource): string => JSON.stringify(valueFieldsOf(resource));

export interface TimedMember {
  readonly member: KeptMember;
  readonly stamp: Stamp;
  /** Event time at which it was first said; the same said again moves only the stamp. */
  readonly first: number;
}

interface Folded {
  readonly member: KeptMember;
  readonly stamp: Stamp;
  readonly told: ToldMember['why'] | null;
}

/** What one value is after a word about it, in time or late. */
export function foldMember(old: TimedMember, change: MemberChange, stamp: Stamp, receivedAt: number): Folded {
  const { member } = old;
  if (isLate(change, member, stamp, old.stamp) && !isAbout(old, change, stamp)) {
    if (change.state === 'withdrawn' && member.state !== 'withdrawn') {
      // What stood before was another person's, whatever stands now.
      const rest = { ...member, former: [], taken: takenBack(member.taken, [change.resource, ...formersOf(member)]) };
      return { member: rest, stamp: old.stamp, told: 'late-withdrawn' };
    }
    const isDoubt = change.state === 'deleted' && RANK[member.state] < RANK.deleted;
    return { member: withEarlierValue(member, change), stamp: old.stamp, told: isDoubt ? 'late-deleted' : null };
  }
  const latest = laterOf(old.stamp, stamp);
  if (isTakenBack(member, change)) return { member, stamp: latest, told: 'again' };
  const isWithdrawn = change.state === 'withdrawn' && member.state !== 'withdrawn';
  return { member: nextMember(member, change, receivedAt), stamp: latest, told: isWithdrawn ? 'withdrawn' : null };
}

function isLate(change: MemberChange, old: KeptMember, stamp: Stamp, oldStamp: Stamp): boolean {
  if (!mayReplace(stamp, oldStamp)) return true;
  const sameTime = stamp.event === oldStamp.event && (stamp.sequence === null || stamp.sequence === oldStamp.sequence);
  return sameTime && RANK[change.state] < RANK[old.state];
}

/**
 * A correction or a withdrawal is about what had been said by then: that the same was sent once more since, as an engine does, is
 * no answer to it. A withdrawal that names the value is about that value whenever it was said.
 */
function isAbout({ member, first }: TimedMember, change: MemberChange, stamp: Stamp): boolean {
  if (!isStrong(change.state) || RANK[change.state] < RANK[member.state]) return false;
  if (stamp.event >= first) return true;
  const isNamed = hasValue(change.resource) && valueText(change.resource) === valueText(member.resource);
  return change.state === 'withdrawn' && isNamed;
}

/** Says that what stood is not so. */
export const isStrong = (state: ValueState): boolean =>
  state === 'withdrawn' || state === 'deleted' || state === 'corrected';

/** The very value that was taken back as another patient's, sent once more: only a correction brings it back. */
function isTakenBack({ taken = [] }: KeptMember, { state, resource }: MemberChange): boolean {
  return taken.length > 0 && !isStrong(state) && hasValue(resource) && taken.includes(markOf(resource));
}

/** A mark by which a value is known again, and that tells nobody what it was. */
const markOf = (resource: FhirResource): string =>
  createHash('sha256').update(valueText(resource)).digest('base64url').slice(0, MARK_CHARACTERS);
const MARK_CHARACTERS = 16;

const formersOf = ({ former }: KeptMember): readonly FhirResource[] => former.map(({ resource }) => resource);

function takenBack(taken: readonly string[] = [], values: readonly FhirResource[]): readonly string[] {
  return [...new Set([...values.filter(hasValue).map(markOf), ...taken])].slice(0, FORMER_MAX);
}

/** A withdrawn value is kept without its content: it was another person's. */
export function newMember({ key, state, resource }: MemberChange, receivedAt: number): KeptMember {
  if (state !== 'withdrawn') return { key, state, resource, receivedAt, former: [] };
  return withTaken({ key, state, resource: withoutValue(resource), receivedAt, former: [] }, takenBack([], [resource]));
}

const withTaken = (member: KeptMember, taken: readonly string[]): KeptMember =>
  taken.length === 0 ? member : { ...member, taken };

function nextMember(old: KeptMember, change: MemberChange, receivedAt: number): KeptMember {
  if (change.state === 'withdrawn') {
    const gone = newMember(change, old.state === 'withdrawn' ? old.receivedAt : receivedAt);
    return withTaken(gone, takenBack(old.taken, [change.resource, old.resource, ...formersOf(old)]));
  }
  return withTaken(standingMember(old, change, receivedAt), old.taken ?? []);
}

function standingMember(old: KeptMember, change: MemberChange, receivedAt: number): KeptMember {
  if (change.state === 'deleted') {
    const resource = withoutValue({ ...old.resource, ...change.resource } as FhirResource);
    if (old.state === 'deleted') return old;
    return { key: old.key, state: 'deleted', resource, receivedAt, former: formerOf(old, receivedAt) };
  }
  // `U`: the status has changed and the value stands as it was.
  const keepsValue = change.state === 'final' && !hasValue(change.resource) && old.state !== 'withdrawn';
  const resource = keepsValue ? withValueOf(change.resource, old.resource) : change.resource;
  const isSame = old.state === change.state && isSaidAgain(old.resource, resource);
  if (isSame) return old;
  const isSameValue = old.state !== 'withdrawn' && valueText(old.resource) === valueText(resource);
  const former = old.state === 'withdrawn' || isSameValue ? old.former : formerOf(old, receivedAt);
  return { key: old.key, state: change.state, resource, receivedAt, former };
}

/**
 * The same again, word for word. Of what has no time of its own only when it is known by differs then (own-time.ts): the first stands,
 * so that nothing becomes fresher by being sent once more.
 */
export function isSaidAgain(kept: FhirResource, said: FhirResource): boolean {
  if (JSON.stringify(kept) === JSON.stringify(said)) return true;
  if (timeNotOwn(said) === null) return false;
  return JSON.stringify(withoutTimeNotOwn(kept)) === JSON.stringify(withoutTimeNotOwn(said));
}

/** With what the same value was before and what was taken back of it, as said under another number of the person. */
export function withHistory(member: KeptMember, former: KeptMember['former'], taken: readonly string[]): KeptMember {
  const marks = [...new Set([...(member.taken ?? []), ...taken])].slice(0, FORMER_MAX);
  if (member.state === 'withdrawn') return withTaken(member, marks);
  const seen = new Set([valueText(member.resource)]);
  const all = [...former, ...member.former].filter(({ resource }) => {
    const text = valueText(resource);
    const isNews = !seen.has(text) && !marks.includes(markOf(resource));
    seen.add(text);
    return isNews;
  });
  return withTaken({ ...member, former: all.slice(0, FORMER_MAX) }, marks);
}

function formerOf(old: KeptMember, replacedAt: number): readonly FormerValue[] {
  if (!hasValue(old.resource)) return old.former;
  return [{ resource: old.resource, state: old.state, replacedAt }, ...old.former].slice(0, FORMER_MAX);
}

/** A correction came before the answer it corrects, or one came late: the late value is what stood before, never what stands. */
function withEarlierValue(old: KeptMember, change: MemberChange): KeptMember {
  const isTold = (old.state === 'corrected' || change.state === 'corrected') && hasValue(change.resource);
  if (isTakenBack(old, change) || old.state === 'withdrawn') return old;
  if (!isTold || valueText(change.resource) === valueText(old.resource)) return old;
  if (old.former.some((former) => valueText(former.resource) === valueText(change.resource))) return old;
  const earlier = { resource: change.resource, state: change.state, replacedAt: old.receivedAt };
  return { ...old, former: [...old.former, earlier].slice(0, FORMER_MAX) };
}

const withoutValue = (resource: FhirResource): FhirResource =>
  Object.fromEntries(
    Object.entries(resource).filter(([field]) => !VALUE_FIELDS.test(field)),
  ) as unknown as FhirResource;

/**
 * The value stands as it was with all that tells how to read it: the sender's own digits, the picture that came with it, its
 * range and its flag, unless the new word says something else of them.
 */
function withValueOf(resource: FhirResource, valued: FhirResource): FhirResource {
  const known = extensionsOf(resource);
  const kept = extensionsOf(valued).filter(({ url }) => !known.some((extension) => extension.url === url));
  const extensions = [...known, ...kept];
  return {
    ...valued,
    ...resource,
    ...Object.fromEntries(valueFieldsOf(valued)),
    ...(extensions.length === 0 ? {} : { extension: extensions }),
  } as FhirResource;
}

const extensionsOf = (resource: FhirResource): readonly { readonly url?: unknown }[] => {
  const { extension } = resource as { extension?: unknown };
  return Array.isArray(extension) ? extension : [];
};
