// Documents that belong together: one that another has replaced never stands as the standing word, and an addendum stands
// under what it adds to, so that nobody acts on half a note.

import type { Entry } from '../patient-copy.ts';
import { field, list, textAt } from './fhir-read.ts';

export interface Arranged {
  readonly entry: Entry;
  readonly isReplaced: boolean;
  /** The document this one adds to, when it is here. */
  readonly addsTo: Entry | null;
}

/** In the order given, each addendum moved to just below its document. */
export function arrangeDocuments(entries: readonly Entry[]): readonly Arranged[] {
  const documents = entries.filter(isDocument);
  if (documents.length === 0) return entries.map((entry) => ({ entry, isReplaced: false, addsTo: null }));
  const byName = new Map(documents.flatMap((entry) => namesOf(entry).map((name) => [name, entry] as const)));
  const replaced = new Set(
    documents
      .filter(isInForce)
      .flatMap((entry) => targets(entry, 'replaces').flatMap((name) => byName.get(name) ?? [])),
  );
  const parents = new Map<Entry, Entry>();
  for (const entry of documents) {
    const parent = targets(entry, 'appends').flatMap((name) => byName.get(name) ?? [])[0];
    if (parent !== undefined && !leadsTo(parent, entry, parents)) parents.set(entry, parent);
  }
  const below = Map.groupBy(
    [...parents.keys()].sort((a, b) => a.at - b.at),
    (entry) => parents.get(entry),
  );
  const withAddenda = (entry: Entry): readonly Arranged[] => [
    {
      entry,
      isReplaced: replaced.has(entry) || textAt(entry.resource, 'status') === 'superseded',
      addsTo: parents.get(entry) ?? null,
    },
    ...(below.get(entry) ?? []).flatMap(withAddenda),
  ];
  return entries.filter((entry) => !parents.has(entry)).flatMap(withAddenda);
}

const isDocument = ({ resource }: Entry): boolean =>
  resource.resourceType === 'DocumentReference' || resource.resourceType === 'Composition';
/** A replacement that was itself taken back replaces nothing. */
const isInForce = ({ state, resource }: Entry): boolean =>
  state !== 'withdrawn' && state !== 'deleted' && textAt(resource, 'status') !== 'entered-in-error';

/** Numbers and references hold within one source. */
function namesOf({ source, key, resource }: Entry): readonly string[] {
  const number = textAt(resource, 'masterIdentifier', 'value');
  return [`${source} ${key}`, ...(number === null ? [] : [`${source} number ${number}`])];
}

function targets({ source, resource }: Entry, code: 'replaces' | 'appends'): readonly string[] {
  return list(field(resource, 'relatesTo'))
    .filter((relation) => textAt(relation, 'code') === code)
    .flatMap((relation) => {
      const target = field(relation, 'target') ?? field(relation, 'targetReference');
      const [number, reference] = [textAt(target, 'identifier', 'value'), textAt(target, 'reference')];
      return [
        ...(number === null ? [] : [`${source} number ${number}`, `${source} DocumentReference/${number}`]),
        ...(reference === null ? [] : [`${source} ${reference}`]),
      ];
    });
}

/** Two documents that each claim to add to the other stay where they are. */
function leadsTo(from: Entry, to: Entry, parents: ReadonlyMap<Entry, Entry>): boolean {
  for (let at: Entry | undefined = from; at !== undefined; at = parents.get(at)) if (at === to) return true;
  return false;
}
