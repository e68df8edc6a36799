// What somebody saw of a patient, as ids and moments and never as text: of each thing the copy held, which it was and when its source
// last said it. Two of these tell what is new since then (news.ts), whatever has happened to the words meanwhile.

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
      [thingId(entry), momentOf(entry)],
      ...entry.members.map((member) => [memberId(entry, member.key), momentOf(member)]),
    ]),
  );

/** The same thing said again word for word keeps its moment; said otherwise it has another. */
const momentOf = ({ receivedAt, state }: Pick<Entry, 'receivedAt' | 'state'>): string => `${receivedAt} ${state}`;

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
