// The values of one report or panel through corrections (knowledge c3.13): a partial resend never deletes the others.

import type { FhirResource } from 'fhir/r4';
import type { MemberChange } from '../../domain/changes.ts';
import { readText } from '../kept-text.ts';
import { type Stamp, stampsFromText, stampsToText } from '../stamps.ts';
import { type FactRow, stampOfRow } from './facts.ts';
import { foldMember, type KeptMember, newMember, type TimedMember, type ToldMember, withHistory } from './member.ts';

interface MembersMerged {
  readonly text: string;
  readonly stamps: string | null;
  readonly told: readonly ToldMember[];
  /** Nothing is left to show. */
  readonly isEmpty: boolean;
}

interface MembersKept {
  readonly text: string;
  readonly stamps: string | null;
  readonly row: Stamp;
  /** Event time of the message that last changed what is kept. */
  readonly event: number;
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
  const told: ToldMember[] = [];
  for (const said of changes) {
    const change = asKept(said, before);
    const old = before.get(change.key);
    const oldStamp = stampsBefore.get(change.key);
    if (old === undefined || oldStamp === undefined) {
      after.set(change.key, newMember(change, options.receivedAt));
      stamps.set(change.key, options.stamp);
      continue;
    }
    const first = Math.min(oldStamp.event, kept?.event ?? oldStamp.event);
    const folded = foldMember({ member: old, stamp: oldStamp, first }, change, options.stamp, options.receivedAt);
    if (folded.told !== null) told.push({ member: old, why: folded.told });
    after.set(change.key, folded.member);
    stamps.set(change.key, folded.stamp);
  }
  const members = [...after.values()];
  return {
    text: JSON.stringify(members),
    stamps: stampTexts(stamps, options.row),
    told,
    isEmpty: isEmpty(members),
  };
}

/**
 * A value measured several times has its time in its key where its message holds more than one of them: corrected alone it has not,
 * and told alone first it had not. It is the kept value of its own time, and never one of another.
 */
function asKept(change: MemberChange, before: ReadonlyMap<string, KeptMember>): MemberChange {
  const time = timeOf(change.resource);
  const exact = before.get(change.key);
  if (time === null || (exact !== undefined && (timeOf(exact.resource) ?? time) === time)) return change;
  const same = [...before.values()].filter(
    ({ key, resource }) =>
      timeOf(resource) === time && (key.startsWith(`${change.key}@`) || change.key.startsWith(`${key}@`)),
  );
  const [only] = same;
  return only === undefined || same.length > 1 ? change : { ...change, key: only.key };
}

const timeOf = (resource: FhirResource): string | null => {
  const { effectiveDateTime } = resource as { effectiveDateTime?: unknown };
  return typeof effectiveDateTime === 'string' ? effectiveDateTime : null;
};

const stampTexts = (stamps: ReadonlyMap<string, Stamp>, row: Stamp): string | null =>
  stampsToText(stamps.keys(), (key) => stamps.get(key) ?? row, row);

const isEmpty = (members: readonly KeptMember[]): boolean =>
  members.length > 0 && members.every(({ state }) => state === 'withdrawn');

export const membersKept = (row: FactRow): MembersKept | null =>
  row.members === null
    ? null
    : { text: readText(row.members), stamps: row.stamps, row: stampOfRow(row), event: row.event };

/** What was said of one report under two numbers of one person. `row` is the stamp both carry together. */
export function joinMembers(a: MembersKept, b: MembersKept, row: Stamp): MembersMerged {
  const [one, other] = [timed(a), timed(b)];
  const stamps = new Map<string, Stamp>();
  const told: ToldMember[] = [];
  const members = [...new Set([...one.keys(), ...other.keys()])].flatMap((key): KeptMember[] => {
    const said = [one.get(key), other.get(key)].filter((member) => member !== undefined);
    said.sort((x, y) => x.first - y.first);
    const [older, newer] = said;
    if (older === undefined) return [];
    if (newer === undefined) {
      stamps.set(key, older.stamp);
      return [older.member];
    }
    const { state, resource, receivedAt, former, taken = [] } = newer.member;
    const folded = foldMember(older, { key, state, resource }, newer.stamp, receivedAt);
    if (folded.told !== null) told.push({ member: older.member, why: folded.told });
    stamps.set(key, folded.stamp);
    return [withHistory(folded.member, former, taken)];
  });
  return { text: JSON.stringify(members), stamps: stampTexts(stamps, row), told, isEmpty: isEmpty(members) };
}

function timed({ text, stamps, row, event }: MembersKept): Map<string, TimedMember> {
  const members = JSON.parse(text) as KeptMember[];
  const stampOf = stampsFromText(
    stamps,
    members.map(({ key }) => key),
    row,
  );
  return new Map(
    members.map((member) => {
      const stamp = stampOf.get(member.key) ?? row;
      return [member.key, { member, stamp, first: Math.min(stamp.event, event) }];
    }),
  );
}
