// What somebody saw of a patient, as ids and fingerprints and never as text: of each thing the copy held, which it was and what its source
// said of it. Two of these tell what is new since then (news.ts). Not when it was said: many systems send everything they hold with every
// message, and what is only said once more is no news.

import { PART_NAMES, type PartName } from '../parts.ts';
import type { Entry, Notice, PatientCopy } from '../patient-copy.ts';

/** By the thing's own id within its part. */
export type SeenThings = Readonly<Record<string, string>>;

export interface Seen {
  /** Where the patient lay. */
  readonly place: string;
  readonly parts: Readonly<Partial<Record<PartName, SeenThings>>>;
  /** Of a part with more than was read: the clinical time of the oldest. What is older was there and not seen. */
  readonly cutAt: Readonly<Partial<Record<PartName, number>>>;
  /** Taken back, removed, merged, in conflict: what the top of the chart tells. */
  readonly notices: readonly string[];
  /** Something was kept from this reader: what is lacking has not been taken away. */
  readonly isWithheld: boolean;
}

export const thingId = ({ source, key }: Pick<Entry, 'source' | 'key'>): string => `${source} ${key}`;
/** A value of a report or panel. */
export const memberId = (entry: Pick<Entry, 'source' | 'key'>, member: string): string =>
  `${thingId(entry)}\n${member}`;

export const noticeId = ({ kind, source, at, part, detail }: Notice): string =>
  `${kind} ${source} ${at} ${part ?? ''} ${detail}`;

/** Of `parts` alone where a list shows no others. */
export function seenOf(copy: PatientCopy, parts: readonly PartName[] = PART_NAMES): Seen {
  const kept = parts.map((part) => copy.parts[part]).filter(({ entries }) => entries.length > 0);
  return {
    place: placeOf(copy),
    parts: Object.fromEntries(kept.map(({ part, entries }) => [part, thingsOf(entries)])),
    cutAt: Object.fromEntries(
      kept
        .filter(({ truncated }) => truncated)
        .map(({ part, entries }) => [part, Math.min(...entries.map(({ at }) => at))]),
    ),
    notices: copy.notices.map(noticeId),
    isWithheld: copy.isWithheld === true,
  };
}

const thingsOf = (entries: readonly Entry[]): SeenThings =>
  Object.fromEntries(
    entries.flatMap((entry) => [
      [thingId(entry), printOf(entry)],
      ...entry.members.map((member) => [memberId(entry, member.key), printOf(member)]),
    ]),
  );

/** Of what the source says: its own bookkeeping (`meta`) set aside. */
const printOf = ({ resource, state }: Pick<Entry, 'resource' | 'state'>): string =>
  fingerprint(`${state}${JSON.stringify({ ...resource, meta: undefined })}`);

/** 53 bits of a text. Nobody chooses these texts to be alike, and one that was would only lack a mark. */
function fingerprint(text: string): string {
  let [a, b] = [0xdeadbeef, 0x41c6ce57];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return ((b & 0x1fffff) * 2 ** 32 + (a >>> 0)).toString(36);
}

const placeOf = ({ stays }: PatientCopy): string =>
  stays
    .filter(({ status }) => status === 'present' || status === 'on-leave')
    .map(({ unit, room, bed }) => `${unit ?? ''} ${room ?? ''} ${bed ?? ''}`)
    .sort()
    .join('\n');

/** What has been seen when this is seen too: what is only kept from the reader just now is not forgotten. */
export function seenAfter(before: Seen | undefined, now: Seen): Seen {
  if (before === undefined || !now.isWithheld) return now;
  const names = Object.keys({ ...before.parts, ...now.parts }) as PartName[];
  return {
    ...now,
    parts: Object.fromEntries(names.map((part) => [part, { ...before.parts[part], ...now.parts[part] }])),
  };
}
