// Demographics and identifier lists as one source tells them. Which source is believed is decided when the chart is read.

import type { DeletePersonChange, LinkChange, MergeChange, PersonChange } from '../../domain/changes.ts';
import { type Identity, sameIdentity } from '../../domain/identity.ts';
import type { Identities } from '../identity/identities.ts';
import { areTwoLives, type Lives, livesOf } from '../identity/lives.ts';
import { keepText, readText, sameText } from '../kept-text.ts';
import type { Names } from '../names.ts';
import { PERSON_ROW } from '../part-codes.ts';
import { mayReplace } from '../stamps.ts';
import { type Act, type FactRow, type Facts, plainRow, stampOfRow } from './facts.ts';
import { KeptFields } from './fields.ts';
import { sameJson } from './same-json.ts';

interface Tools {
  readonly facts: Facts;
  readonly identities: Identities;
  readonly names: Names;
}

const PERSON_KEY = '=person';
/** Kept beside the FHIR elements under names FHIR can't have. */
const IDENTIFIERS = '#identifiers';
export const DELETED = '#deleted';

const readValues = (row: FactRow): ReadonlyMap<string, unknown> =>
  new Map(Object.entries(JSON.parse(readText(row.body)) as object));

const keptFields = (kept: FactRow | undefined, act: Act, facts: Facts): KeptFields =>
  kept === undefined
    ? KeptFields.empty(act.stamp)
    : new KeptFields(facts.read(kept, readValues), kept.stamps, stampOfRow(kept));

export function applyPerson(change: PersonChange, act: Act, { facts, identities, names }: Tools): void {
  const identity = identities.numberOf(change.subject);
  const kept = facts.find(act.source, PERSON_KEY, identity, PERSON_ROW);
  const fields = keptFields(kept, act, facts);
  const said = change.elements as Readonly<Record<string, unknown>>;
  for (const element of Object.keys(said))
    if (said[element] !== undefined) fields.set(element, said[element], act.stamp);
  if (change.mode === 'replace') {
    for (const element of [...fields.values.keys()]) {
      if (element.startsWith('#') || (Object.hasOwn(said, element) && said[element] !== undefined)) continue;
      fields.set(element, null, act.stamp);
    }
  }
  if (fields.values.get(DELETED) === true) fields.set(DELETED, false, act.stamp);
  if (change.identifiers !== undefined) applyIdentifiers(change.subject, change.identifiers, fields, act, identities);
  writePerson(identity, kept, fields, act, facts, names);
}

function writePerson(
  identity: number,
  kept: FactRow | undefined,
  fields: KeptFields,
  act: Act,
  facts: Facts,
  names: Names,
): void {
  const body = kept !== undefined && !fields.isChanged ? null : JSON.stringify(Object.fromEntries(fields.values));
  if (kept !== undefined && (body === null || sameText(kept.body, body))) {
    facts.restamp(kept, fields.row, fields.stampsText);
    return;
  }
  if (body === null) return;
  const row = {
    ...plainRow(act),
    identity,
    part: PERSON_ROW,
    at: 0,
    key: PERSON_KEY,
    state: '',
    stamp: fields.row.event,
    stamp_sequence: fields.row.sequence,
    stamps: fields.stampsText,
    body: keepText(body),
  };
  facts.replace(kept, row);
  names.keep(identity, act.source, fields.values.get('name'));
}

/** The list says which numbers are one person; a number no longer listed is no longer tied by this source. */
function applyIdentifiers(
  subject: Identity,
  identifiers: readonly Identity[],
  fields: KeptFields,
  act: Act,
  identities: Identities,
): void {
  const others = identifiers.filter((identity) => !sameIdentity(identity, subject));
  const before = (fields.values.get(IDENTIFIERS) as Identity[] | undefined) ?? [];
  const list = others.map(({ domain, id }) => ({ domain, id }));
  if (sameJson(before, list)) {
    fields.set(IDENTIFIERS, list, act.stamp);
    return;
  }
  if (!fields.set(IDENTIFIERS, list, act.stamp)) return;
  const no = identities.numberOf(subject);
  for (const identity of before) {
    if (!list.some((other) => sameIdentity(other, identity))) {
      identities.tie('listed', no, identities.numberOf(identity), false, act);
    }
  }
  for (const identity of list) identities.tie('listed', no, identities.numberOf(identity), true, act);
}

export function applyDeletePerson(
  { subject }: DeletePersonChange,
  act: Act,
  { facts, identities, names }: Tools,
): void {
  const identity = identities.numberOf(subject);
  const kept = facts.find(act.source, PERSON_KEY, identity, PERSON_ROW);
  // A deletion older than what the source has said of the person since came late.
  if (kept !== undefined && !mayReplace(act.stamp, stampOfRow(kept))) return;
  const fields = keptFields(kept, act, facts);
  if (fields.set(DELETED, true, act.stamp)) writePerson(identity, kept, fields, act, facts, names);
}

/**
 * Why a merge can't be believed; the whole message is set aside and a person at IT looks (knowledge c3.3, hazard H12). Here only
 * what the source itself has said counts; what others say is weighed at reading (join-identities.ts).
 */
export function mergeRefusal(change: MergeChange, source: string, { facts, identities }: Tools): string | null {
  if (change.kind === 'unmerge') return null;
  if (sameIdentity(change.survivor, change.subsumed)) return 'merge of an identity with itself';
  const survivors = identities.mergedBy(source, identities.numberOf(change.survivor));
  const subsumed = identities.mergedBy(source, identities.numberOf(change.subsumed));
  if (survivors.some((identity) => subsumed.includes(identity))) return null;
  const livesIn = (group: readonly number[]): Lives => {
    const stays = group.flatMap((identity) => facts.stays(identity, source));
    return livesOf(stays, 'not-outpatient');
  };
  return areTwoLives(livesIn(survivors), livesIn(subsumed)) ? 'merge of two persons who are both admitted' : null;
}

export function applyMerge(change: MergeChange, act: Act, { facts, identities }: Tools): void {
  const survivor = identities.numberOf(change.survivor);
  const subsumed = identities.numberOf(change.subsumed);
  const isMerge = change.kind === 'merge';
  if (!identities.tie('merge', subsumed, survivor, isMerge, act)) return;
  const kind = isMerge ? 'merged' : 'unmerged';
  facts.notice(survivor, `${subsumed}`, act, { kind, detail: change.subsumed.id, part: 'person' });
  facts.notice(subsumed, `${survivor}`, act, { kind, detail: change.survivor.id, part: 'person' });
}

/** A24/A37 say that two numbers may be (are not) one person: told to the reader, never acted on. */
export function applyLink(change: LinkChange, act: Act, { identities }: Tools): void {
  if (sameIdentity(change.a, change.b)) return;
  identities.tie('linked', identities.numberOf(change.a), identities.numberOf(change.b), change.kind === 'link', act);
}
