// What is new of a patient since somebody last looked, told from what was seen then and what is there now (seen.ts). In doubt a thing is
// told as new: one mark too many costs a glance, one too few a missed order.

import type { PartName } from '../parts.ts';
import type { Entry, PatientCopy } from '../patient-copy.ts';
import { timeWords } from '../swedish-time.ts';
import type { ColumnName } from '../unit-list/list-columns.ts';
import { memberId, noticeId, type Seen, thingId } from './seen.ts';

export type NewsKind = 'new' | 'changed';

export interface News {
  /** Was not on the list. */
  readonly isNewHere: boolean;
  readonly hasMoved: boolean;
  /** Something was taken back, removed, merged or has come into conflict. */
  readonly hasNotice: boolean;
  readonly parts: ReadonlyMap<PartName, NewsKind>;
  /** By `thingId`. */
  readonly things: ReadonlyMap<string, NewsKind>;
  /** Keys of the values, within their part. */
  readonly values: ReadonlyMap<PartName, ReadonlyMap<string, NewsKind>>;
}

const NO_NEWS: News = {
  isNewHere: false,
  hasMoved: false,
  hasNotice: false,
  parts: new Map(),
  things: new Map(),
  values: new Map(),
};

/** What holds until somebody ends it: that it is gone is news. A result or a dose only leaves what is read by becoming old. */
const LEAVING_IS_NEWS: ReadonlySet<PartName> = new Set([
  'limits',
  'allergies',
  'alerts',
  'infection',
  'medication-orders',
  'infusions',
  'surgery',
] as const);

/** The parts each column of a list is made of; a list looks at no others. */
const COLUMN_PARTS: Readonly<Record<Exclude<ColumnName, 'place' | 'patient'>, readonly PartName[]>> = {
  when: [],
  warnings: ['allergies', 'alerts', 'infection'],
  limits: ['limits'],
  news2: ['vitals'],
  medication: ['medication-orders', 'doses-given', 'infusions'],
  results: ['results'],
  surgery: ['surgery'],
};
export const LIST_PARTS: readonly PartName[] = Object.values(COLUMN_PARTS).flat();

/** `seen`: undefined for somebody who was not on the list then. */
export function newsOf(seen: Seen | undefined, copy: PatientCopy, now: Seen): News {
  if (seen === undefined) return { ...NO_NEWS, isNewHere: true };
  const parts = new Map<PartName, NewsKind>();
  const things = new Map<string, NewsKind>();
  const values = new Map<PartName, ReadonlyMap<string, NewsKind>>();
  for (const part of Object.keys({ ...seen.parts, ...now.parts }) as PartName[]) {
    const found = new Map<string, NewsKind>();
    for (const entry of copy.parts[part].entries) {
      const kind = newsOfEntry(entry, { seen, now, part, found });
      if (kind !== null) things.set(thingId(entry), kind);
    }
    if (found.size > 0) values.set(part, found);
    const kinds = [...copy.parts[part].entries.flatMap((entry) => things.get(thingId(entry)) ?? []), ...found.values()];
    if (kinds.includes('new')) parts.set(part, 'new');
    else if (kinds.length > 0 || hasLeft(part, seen, now)) parts.set(part, 'changed');
  }
  const told = new Set(seen.notices);
  const notices = copy.notices.filter((notice) => !told.has(noticeId(notice)));
  for (const { part } of notices) if (part !== null && !parts.has(part)) parts.set(part, 'changed');
  const hasMoved = seen.place !== now.place;
  return { isNewHere: false, hasMoved, hasNotice: notices.length > 0, parts, things, values };
}

interface Compared {
  readonly seen: Seen;
  readonly now: Seen;
  readonly part: PartName;
  /** Filled in: the entry's values that are news. */
  readonly found: Map<string, NewsKind>;
}

function newsOfEntry(entry: Entry, { seen, now, part, found }: Compared): NewsKind | null {
  const [before, after] = [seen.parts[part] ?? {}, now.parts[part] ?? {}];
  const id = thingId(entry);
  const kindOf = (one: string): NewsKind | null =>
    before[one] === after[one] ? null : before[one] === undefined ? 'new' : 'changed';
  const own = kindOf(id);
  // It lay below what was read then, and has come into view because something else left.
  if (own === 'new' && entry.at < (seen.cutAt[part] ?? Number.NEGATIVE_INFINITY)) return null;
  if (own !== null && entry.members.length === 0) found.set(entry.key, own);
  for (const { key } of entry.members) {
    const kind = kindOf(memberId(entry, key));
    if (kind !== null) found.set(key, kind);
    // The whole was cancelled: nobody answers for any value of it.
    else if (own === 'changed' && entry.state === 'cannot-be-done') found.set(key, own);
  }
  return own;
}

const hasLeft = (part: PartName, seen: Seen, now: Seen): boolean =>
  LEAVING_IS_NEWS.has(part) &&
  !now.isWithheld &&
  now.cutAt[part] === undefined &&
  Object.keys(seen.parts[part] ?? {}).some((id) => now.parts[part]?.[id] === undefined);

/** The strongest of several parts; null: nothing has happened in any. */
export function newsOfParts(news: News | undefined, parts: readonly PartName[]): NewsKind | null {
  const kinds = parts.flatMap((part) => news?.parts.get(part) ?? []);
  return kinds.includes('new') ? 'new' : (kinds[0] ?? null);
}

export function newsOfCell(news: News | undefined, column: ColumnName): NewsKind | null {
  if (news === undefined) return null;
  if (column === 'patient') return news.isNewHere ? 'new' : null;
  if (column === 'place') return news.hasMoved ? 'changed' : null;
  return newsOfParts(news, COLUMN_PARTS[column]);
}

export const hasNews = (news: News | undefined): boolean =>
  news !== undefined && (news.isNewHere || news.hasMoved || news.hasNotice || news.parts.size > 0);

const WORDS: Readonly<Record<NewsKind, string>> = { new: 'nytt', changed: 'ändrat' };
/** *nytt*, *ändrat*; with when one last looked: *nytt sedan 03:12*. */
export const newsWords = (kind: NewsKind, sinceMs?: number, nowMs = sinceMs ?? 0): string =>
  sinceMs === undefined ? WORDS[kind] : `${WORDS[kind]} sedan ${timeWords(sinceMs, nowMs)}`;
