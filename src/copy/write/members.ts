// The values of one report or panel through corrections (knowledge c3.13): a partial resend never deletes the others, a
// correction keeps what stood before it, a withdrawn value (HL7 table 0085 `W`, wrong patient) is never shown again, and an
// older message never wins over a newer one.

import type { FhirResource } from 'fhir/r4';
import type { MemberChange, ValueState } from '../../domain/changes.ts';
import { mayReplace, type Stamp, stampsFromText, stampsToText } from '../stamps.ts';

interface FormerValue {
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
}

/** More corrections of one value than this tell nothing more; all versions are in the history anyway. */
const FORMER_MAX = 10;

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
const valueFieldsOf = (resource: FhirResource): [string, unknown][] =>
  Object.entries(resource).filter(([field, value]) => VALUE_FIELDS.test(field) && value !== undefined);
const hasValue = (resource: FhirResource): boolean => valueFieldsOf(resource).length > 0;
const valueText = (resource: FhirResource): string => JSON.stringify(valueFieldsOf(resource));

export interface MembersMerged {
  readonly text: string;
  readonly stamps: string | null;
  /** Values that left view because they were said to be another patient's. */
  readonly withdrawn: readonly KeptMember[];
  /** Nothing is left to show. */
  readonly isEmpty: boolean;
}

export interface MembersKept {
  readonly text: string;
  readonly stamps: string | null;
  readonly row: Stamp;
}

/**
 * Merges what a message says into what is kept. `replace`: members the message does not name are gone; `merge`: they stay.
 * `row` is the stamp the whole row will carry.
 */
export function mergeMembers(
  kept: MembersKept | null,
  changes: readonly MemberChange[],
  options: { mode: 'replace' | 'merge'; stamp: Stamp; row: Stamp; receivedAt: number },
): MembersMerged {
  const before = new Map<string, KeptMember>();
  if (kept !== null) for (const member of JSON.parse(kept.text) as KeptMember[]) before.set(member.key, member);
  const stampsBefore = kept === null ? new Map<string, Stamp>() : stampsFromText(kept.stamps, before.keys(), kept.row);

  const after = options.mode === 'merge' ? new Map(before) : new Map<string, KeptMember>();
  const stamps = options.mode === 'merge' ? new Map(stampsBefore) : new Map<string, Stamp>();
  const withdrawn: KeptMember[] = [];
  for (const change of changes) {
    const old = before.get(change.key);
    const oldStamp = stampsBefore.get(change.key);
    if (old === undefined || oldStamp === undefined) {
      after.set(change.key, newMember(change, options.receivedAt));
      stamps.set(change.key, options.stamp);
      continue;
    }
    if (isLate(change, old, options.stamp, oldStamp)) {
      after.set(change.key, withEarlierValue(old, change));
      stamps.set(change.key, oldStamp);
      continue;
    }
    if (change.state === 'withdrawn' && old.state !== 'withdrawn') withdrawn.push(old);
    after.set(change.key, nextMember(old, change, options.receivedAt));
    stamps.set(change.key, options.stamp);
  }
  const members = [...after.values()];
  return {
    text: JSON.stringify(members),
    stamps: stampsToText(stamps.keys(), (key) => stamps.get(key) ?? options.row, options.row),
    withdrawn,
    isEmpty: members.length > 0 && members.every(({ state }) => state === 'withdrawn'),
  };
}

function isLate(change: MemberChange, old: KeptMember, stamp: Stamp, oldStamp: Stamp): boolean {
  if (!mayReplace(stamp, oldStamp)) return true;
  const sameTime = stamp.event === oldStamp.event && (stamp.sequence === null || stamp.sequence === oldStamp.sequence);
  return sameTime && RANK[change.state] < RANK[old.state];
}

/** A withdrawn value is kept without its content: it was another person's. */
function newMember(change: MemberChange, receivedAt: number): KeptMember {
  const resource = change.state === 'withdrawn' ? withoutValue(change.resource) : change.resource;
  return { key: change.key, state: change.state, resource, receivedAt, former: [] };
}

function nextMember(old: KeptMember, change: MemberChange, receivedAt: number): KeptMember {
  if (change.state === 'withdrawn') return newMember(change, old.state === 'withdrawn' ? old.receivedAt : receivedAt);
  if (change.state === 'deleted') {
    const resource = withoutValue({ ...old.resource, ...change.resource } as FhirResource);
    if (old.state === 'deleted') return old;
    return { key: old.key, state: 'deleted', resource, receivedAt, former: formerOf(old, receivedAt) };
  }
  // `U`: the status has changed and the value stands as it was.
  const keepsValue = change.state === 'final' && !hasValue(change.resource) && old.state !== 'withdrawn';
  const resource = keepsValue ? withValueOf(change.resource, old.resource) : change.resource;
  const isSame = old.state === change.state && JSON.stringify(old.resource) === JSON.stringify(resource);
  if (isSame) return old;
  const isSameValue = old.state !== 'withdrawn' && valueText(old.resource) === valueText(resource);
  const former = old.state === 'withdrawn' || isSameValue ? old.former : formerOf(old, receivedAt);
  return { key: old.key, state: change.state, resource, receivedAt, former };
}

function formerOf(old: KeptMember, replacedAt: number): readonly FormerValue[] {
  if (!hasValue(old.resource)) return old.former;
  return [{ resource: old.resource, state: old.state, replacedAt }, ...old.former].slice(0, FORMER_MAX);
}

/** A correction came before the answer it corrects: the late answer is what stood before, never what stands. */
function withEarlierValue(old: KeptMember, change: MemberChange): KeptMember {
  const isTold = old.state === 'corrected' && hasValue(change.resource) && change.state !== 'withdrawn';
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
