// Every emergency opening with its review, if any: read out of the entries, so that none can be forgotten (design §10, every one reviewed).
// With them each active choice of a person with protected identity: what it shows is where somebody is who must not be found.

import { RELATIONS } from '../domain/access/relations.ts';
import type { EntryKind } from '../domain/entry-kinds.ts';
import type { KeptItem } from './entry-store.ts';
import type { EntryFilter, LedgerReader } from './ledger-reader.ts';
import { readJson } from './opening.ts';

export interface EmergencyOpening {
  /** The entry's id: what a review names. */
  readonly entry: string;
  readonly what: 'emergency' | 'protected-identity';
  readonly at: number;
  readonly author: string;
  readonly name: string;
  readonly unit: string | null;
  readonly patient: string | null;
  readonly reason: string;
  readonly consent: string;
  readonly review: { readonly at: number; readonly by: string; readonly finding: string } | null;
}

/** Oldest first. A review may be later than the range: all are looked at. */
export function emergencyOpenings(
  reader: Pick<LedgerReader, 'show'>,
  range: Pick<EntryFilter, 'from' | 'to'> = {},
): EmergencyOpening[] {
  // Newest first: what was said last stands.
  const reviews = Map.groupBy(itemsOf(reader, 'access.reviewed', {}), ({ body }) => readSaid(body)('entry'));
  return [...itemsOf(reader, 'access.emergency', range), ...itemsOf(reader, 'access.choice', range)]
    .flatMap((item) => opening(item, reviews.get(item.entry.id) ?? []) ?? [])
    .sort((a, b) => a.at - b.at);
}

/** The one of this id; null: no such opening is here, or it is one that nobody has to go through. */
export function emergencyOpening(
  reader: Pick<LedgerReader, 'named' | 'reviewsAfter'>,
  id: string,
): EmergencyOpening | null {
  const item = reader.named(id);
  if (item === null) return null;
  const reviews = [...reader.reviewsAfter(item.position)].filter(({ body }) => readSaid(body)('entry') === id);
  return opening(item, reviews);
}

/** `reviews`: of it, newest first. */
function opening({ entry, body }: KeptItem, reviews: readonly KeptItem[]): EmergencyOpening | null {
  const { id, kind, eventAt: at, author, unit, patient } = entry;
  const isEmergency = kind === 'access.emergency';
  if (!isEmergency && !(kind === 'access.choice' && isOfProtected(body))) return null;
  const said = readSaid(body);
  const reason = isEmergency ? said('reason') : relationWords(said('relation'));
  return {
    ...{ entry: id, what: isEmergency ? ('emergency' as const) : ('protected-identity' as const) },
    ...{ at, author, name: said('name'), unit, patient, consent: said('consent') },
    reason: body === null ? ERASED : reason,
    review: reviewBy(reviews, author),
  };
}

const ERASED = 'utplånat';

function reviewBy(reviews: readonly KeptItem[], opener: string): EmergencyOpening['review'] {
  // Nobody goes through what they did themselves.
  const newest = reviews.find(({ entry }) => entry.author !== opener);
  if (newest === undefined) return null;
  const said = readSaid(newest.body);
  return { at: newest.entry.eventAt, by: said('by') || newest.entry.author, finding: said('finding') };
}

/** Of a body that was erased nobody can say whether somebody went through it: it says so by itself when it is looked at. */
const isOfProtected = (body: KeptItem['body']): boolean =>
  body !== null && readJson(body.content)?.['isProtected'] === true;

const relationWords = (code: string): string =>
  Object.entries(RELATIONS).find(([known]) => known === code)?.[1] ?? code;

function itemsOf(
  reader: Pick<LedgerReader, 'show'>,
  kind: EntryKind,
  range: Pick<EntryFilter, 'from' | 'to'>,
): KeptItem[] {
  const items: KeptItem[] = [];
  for (;;) {
    const last = items.at(-1);
    const page = reader.show({ ...range, kind, ...(last === undefined ? {} : { before: last.position }) });
    if (page.length === 0) return items;
    items.push(...page);
  }
}

function readSaid(body: KeptItem['body']): (name: string) => string {
  const said = body === null ? null : readJson(body.content);
  return (name) => (typeof said?.[name] === 'string' ? said[name] : '');
}
