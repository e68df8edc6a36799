// Every emergency opening with its review, if any: read out of the entries, so that none can be forgotten (design §10, every one reviewed).

import type { EntryKind } from '../domain/entry-kinds.ts';
import type { KeptItem } from './entry-store.ts';
import type { EntryFilter, LedgerReader } from './ledger-reader.ts';
import { readJson } from './opening.ts';

export interface EmergencyOpening {
  /** The entry's id: what a review names. */
  readonly entry: string;
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
  const reviews = new Map<string, EmergencyOpening['review']>();
  for (const { entry, body } of itemsOf(reader, 'access.reviewed', {})) {
    const said = readSaid(body);
    // Newest first: what was said last stands.
    if (reviews.has(said('entry'))) continue;
    reviews.set(said('entry'), { at: entry.eventAt, by: said('by') || entry.author, finding: said('finding') });
  }
  return itemsOf(reader, 'access.emergency', range)
    .map(({ entry, body }): EmergencyOpening => {
      const said = readSaid(body);
      const { id, eventAt: at, author, unit, patient } = entry;
      const [name, reason, consent] = [said('name'), said('reason'), said('consent')];
      return { entry: id, at, author, name, unit, patient, reason, consent, review: reviews.get(id) ?? null };
    })
    .reverse();
}

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
