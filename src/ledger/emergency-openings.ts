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
  const reviewOf = (id: string, opener: string): EmergencyOpening['review'] => {
    // Nobody goes through what they did themselves.
    const [newest] = (reviews.get(id) ?? []).filter(({ entry }) => entry.author !== opener);
    if (newest === undefined) return null;
    const said = readSaid(newest.body);
    return { at: newest.entry.eventAt, by: said('by') || newest.entry.author, finding: said('finding') };
  };
  const opening = ({ entry, body }: KeptItem, what: EmergencyOpening['what']): EmergencyOpening => {
    const said = readSaid(body);
    const { id, eventAt: at, author, unit, patient } = entry;
    const reason = what === 'emergency' ? said('reason') : relationWords(said('relation'));
    const [name, consent] = [said('name'), said('consent')];
    return { entry: id, what, at, author, name, unit, patient, reason, consent, review: reviewOf(id, author) };
  };
  const choices = itemsOf(reader, 'access.choice', range).filter(({ body }) => isOfProtected(body));
  return [
    ...itemsOf(reader, 'access.emergency', range).map((item) => opening(item, 'emergency')),
    ...choices.map((item) => opening(item, 'protected-identity')),
  ].sort((a, b) => a.at - b.at);
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
