// Stays out of what every source says. The same visit number is the same stay, whoever tells it: field by field the source of best
// rank is believed, and a difference about bed or status is told (design §6).

import type { Database, Statement } from 'better-sqlite3-multiple-ciphers';
import type { Caregiver, StayClass, StayFields } from '../../domain/changes.ts';
import { type Identity, sourceId, type UnitId } from '../../domain/identity.ts';
import type { SaidBy, Stay } from '../../domain/patient-copy.ts';
import { joinSlices } from '../../domain/slices.ts';
import type { FactReader } from '../fact-reader.ts';
import type { GroupMember } from '../identity/read-identity.ts';
import { STAY_ROW } from '../part-codes.ts';
import { FOREVER } from '../schema.ts';
import type { FactRow } from '../write/facts.ts';
import { KeptFields } from '../write/fields.ts';
import { ADMITTED_AHEAD, foldStays, StayState } from '../write/stay-machine.ts';
import { isUnnumbered, readStay } from '../write/stay-rows.ts';
import type { PersonRead } from './person.ts';
import type { SourcesAt } from './sources.ts';

/** Stays read of one identity for a chart: open ones lie first, then the latest; a lifetime of visits is not read for every chart. */
export const STAYS_MAX = 100;

export interface StayRead {
  readonly stay: Stay;
  /** What the sources say that tell bed, unit or status of this stay differently. */
  readonly conflicting: readonly SaidBy[];
}

interface Told {
  readonly row: FactRow;
  readonly subject: Identity;
  readonly visit: Identity | null;
  readonly state: StayState;
}

export class StaysReader {
  readonly #facts: FactReader;
  readonly #beds = new Map<string, ReadonlyMap<string, readonly number[]>>();
  #bedsAt = -1;
  readonly #sameUnit: Statement<[string, number, number], { identity: number; body: string }>;

  constructor(db: Database, facts: FactReader) {
    this.#facts = facts;
    this.#sameUnit = db.prepare(
      `SELECT identity, body FROM fact INDEXED BY fact_unit WHERE unit = ? AND until > ? AND since <= ? AND at = ${FOREVER}
       AND part = ${STAY_ROW} AND state = 'present'`,
    );
  }

  read(members: readonly GroupMember[], sequence: number, sources: SourcesAt): StayRead[] {
    return [...this.readAtMost(members, sequence, sources, STAYS_MAX).stays];
  }

  /** `isTruncated`: older ones are kept that were not read. */
  readAtMost(
    members: readonly GroupMember[],
    sequence: number,
    sources: SourcesAt,
    staysMax: number,
  ): { readonly stays: readonly StayRead[]; readonly isTruncated: boolean } {
    const inside = new Set(members.map(({ no }) => no));
    const { told, isTruncated } = this.#told(members, sequence, staysMax);
    const stays = together(told, sources).map(({ stay, conflicting }) => ({
      stay: { ...stay, bedConflict: this.#isBedTaken(stay, inside, sequence) },
      conflicting,
    }));
    return { stays, isTruncated };
  }

  /** For a search, which tells where somebody is and not who lies beside. */
  readWithoutBeds(members: readonly GroupMember[], sequence: number, sources: SourcesAt): StayRead[] {
    return together(this.#told(members, sequence, STAYS_MAX).told, sources);
  }

  #told(members: readonly GroupMember[], sequence: number, staysMax: number) {
    const told: Told[] = [];
    let isTruncated = false;
    for (const { no, identity } of members) {
      const rows = this.#facts.rows(no, STAY_ROW, sequence, staysMax + 1);
      if (rows.length > staysMax) isTruncated = true;
      for (const row of rows.slice(0, staysMax)) told.push({ row, subject: identity, ...readStay(row) });
    }
    return { told, isTruncated };
  }

  /** Somebody else is said to lie in this bed now (hazard H13). */
  #isBedTaken(stay: Stay, inside: ReadonlySet<number>, sequence: number): boolean {
    if (stay.status !== 'present' || stay.unit === null || stay.bed === null || stay.bed === '') return false;
    const lying = this.#bedsOf(stay.unit, sequence).get(bedName(stay.room, stay.bed)) ?? [];
    return lying.some((identity) => !inside.has(identity));
  }

  /** Who lies where on a unit, kept while the copy stands still: a list asks once, not once a patient. */
  #bedsOf(unit: string, sequence: number): ReadonlyMap<string, readonly number[]> {
    if (this.#bedsAt !== sequence) {
      this.#beds.clear();
      this.#bedsAt = sequence;
    }
    const known = this.#beds.get(unit);
    if (known !== undefined) return known;
    const beds = new Map<string, number[]>();
    for (const { identity, body } of this.#sameUnit.all(unit, sequence, sequence)) {
      const { room = null, bed = null } = (JSON.parse(body) as { fields: Partial<StayFields> }).fields;
      const place = bedName(room, bed);
      beds.set(place, [...(beds.get(place) ?? []), identity]);
    }
    this.#beds.set(unit, beds);
    return beds;
  }
}

/** What several sources say of one visit is one stay; the latest first. What was said in passing counts where nothing else was said. */
function together(told: readonly Told[], sources: SourcesAt): StayRead[] {
  const byVisit = new Map<string, Told[]>();
  for (const one of told) {
    const name = isUnnumbered(one.row.key) ? `${one.row.identity}/${one.row.source}/${one.row.key}` : one.row.key;
    byVisit.set(name, [...(byVisit.get(name) ?? []), one]);
  }
  const visits = [...byVisit.values()];
  const isOwn = ({ state }: Told): boolean => !state.isInPassing;
  const own = visits.map((same) => same.filter(isOwn)).filter((same) => same.length > 0);
  return (own.length > 0 ? own : visits)
    .map((same) => ({ since: Math.max(...same.map(({ row }) => row.since)), ...resolve(same, sources) }))
    .sort((a, b) => order(a.stay, b.stay) || b.since - a.since)
    .map(({ stay, conflicting }) => ({ stay, conflicting }));
}

export const isGoingOn = ({ status }: Stay): boolean => status === 'present' || status === 'on-leave';

/**
 * Whoever lies in a bed stays on the lists: a person is not deleted by a source that says nothing of the stay, nor by what a source said
 * before it last spoke of the stay (hazard H14).
 */
export const isGone = (deletion: PersonRead['deletion'], stays: readonly Stay[]): boolean =>
  deletion !== null &&
  !stays.some((stay) => isGoingOn(stay) && (stay.source !== deletion.source || stay.changedAt > deletion.at));

/** Two systems' own visits in one bed are one place; without a bed nobody knows. */
export const isSamePlace = (a: Stay, b: Stay): boolean =>
  a.unit === b.unit && a.bed !== null && a.bed !== '' && bedName(a.room, a.bed) === bedName(b.room, b.bed);

/** One person in two beds at once. An inpatient's outpatient visit that nobody ended is no second bed. */
export const areSeveralPlaces = (stays: readonly Stay[]): boolean => placesOf(stays).length > 1;

/** Each place where they are said to be admitted now, once. */
export function placesOf(stays: readonly Stay[]): readonly Stay[] {
  const going = stays.filter((stay) => isGoingOn(stay) && stay.class !== 'outpatient');
  return going.filter((stay, at) => !going.slice(0, at).some((before) => isSamePlace(before, stay)));
}

const bedName = (room: string | null, bed: string | null): string => `${room ?? ''}\n${bed ?? ''}`;

/** Open stays first, then the latest; said for the same moment by one source, what it said last. */
const order = (a: Stay, b: Stay): number =>
  Number(isEnded(a)) - Number(isEnded(b)) || timeOf(b) - timeOf(a) || compareText(a.source, b.source);
const isEnded = ({ status }: Stay): boolean => status === 'discharged' || status === 'cancelled';
const timeOf = (stay: Stay): number => stay.dischargedAt ?? stay.admittedAt ?? stay.expectedAdmitAt ?? stay.changedAt;
const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** One source's rows of the visit are one statement (before and after a merge); between sources rank decides. */
function resolve(same: readonly Told[], sources: SourcesAt): StayRead {
  const bySource = new Map<string, Told[]>();
  for (const one of same) bySource.set(one.row.source, [...(bySource.get(one.row.source) ?? []), one]);
  const ranked = [...bySource.entries()]
    .sort(([a], [b]) => sources.compare(a, b))
    .map(([source, rows]) => ({ source, told: rows[0] as Told, state: foldAll(rows), unlisted: unlistedOf(rows) }));
  const best = ranked[0] as (typeof ranked)[number];
  const status = ranked.find(({ state }) => state.status !== 'unknown')?.state.status ?? 'unknown';
  const field = <K extends keyof StayFields>(name: K): StayFields[K] | null => {
    for (const { state } of ranked) {
      const value = state.fields.values.get(name);
      if (value !== undefined) return value as StayFields[K] | null;
    }
    return null;
  };
  const caregivers = ranked.map(({ state }) => caregiversOf(state)).find((list) => list !== undefined);
  const isOpen = status !== 'discharged' && status !== 'cancelled';
  const stay: Stay = {
    source: sourceId(best.source),
    subject: best.told.subject,
    visit: best.told.visit,
    status,
    class: (field('class') ?? 'unknown') as StayClass,
    unit: field('unit') as UnitId | null,
    room: field('room'),
    bed: field('bed'),
    location: field('location'),
    admittedAt: field('admittedAt'),
    ...(ranked.some(({ state }) => state.fields.values.get(ADMITTED_AHEAD) === true) ? { admittedIsAhead: true } : {}),
    dischargedAt: isOpen ? null : field('dischargedAt'),
    expectedAdmitAt: field('expectedAdmitAt'),
    expectedDischargeAt: field('expectedDischargeAt'),
    plannedUnit: field('plannedUnit') as UnitId | null,
    leaveSince: status === 'on-leave' ? field('leaveSince') : null,
    service: field('service'),
    reason: field('reason'),
    account: field('account'),
    caregivers: caregivers ?? [],
    changedAt: Math.max(...ranked.map(({ state }) => state.fields.row.event)),
    // One source that still says it, or that has not been asked, is enough.
    unlistedAt: isOpen && ranked.every(({ unlisted }) => unlisted !== null) ? (best.unlisted ?? null) : null,
    bedConflict: false,
  };
  // What another system last said before the best one's latest word is old, not another opinion: a drug order of yesterday
  // still names yesterday's bed.
  const asLate = ranked.filter(({ state }) => state.fields.row.event >= best.state.fields.row.event);
  return { stay, conflicting: differs(asLate) ? asLate.map(saidOf) : [] };
}

const saidOf = ({ source, state }: { readonly source: string; readonly state: StayState }): SaidBy => ({
  source: sourceId(source),
  at: state.fields.row.event,
  value: { status: state.status, unit: state.text('unit'), room: state.text('room'), bed: state.text('bed') },
});

/** Null as soon as one row of the visit was said since the last full load. */
const unlistedOf = (rows: readonly Told[]): number | null =>
  rows.reduce<number | null>(
    (last, { row: { unlisted } }) => (last === null || unlisted === null ? null : Math.max(last, unlisted)),
    rows[0]?.row.unlisted ?? null,
  );

/** Caregivers are said a role a field; each is patched on its own and read as one list. */
function caregiversOf(state: StayState): readonly Caregiver[] | undefined {
  const said = [...state.fields.values].filter(([field]) => field.startsWith('caregivers'));
  if (said.length === 0) return undefined;
  return (joinSlices(Object.fromEntries(said))['caregivers'] ?? []) as readonly Caregiver[];
}

function foldAll(rows: readonly Told[]): StayState {
  const [first, ...rest] = rows as [Told, ...Told[]];
  if (rest.length === 0) return first.state;
  const state = new StayState(KeptFields.empty({ event: Number.MIN_SAFE_INTEGER, sequence: null }));
  for (const { state: one } of rows) foldStays(state, one);
  return state;
}

function differs(ranked: readonly { readonly state: StayState }[]): boolean {
  if (ranked.length < 2) return false;
  const told = (value: (state: StayState) => string | null): Set<string> =>
    new Set(ranked.map(({ state }) => value(state)).filter((text) => text !== null));
  return (
    told((state) => (state.status === 'unknown' ? null : state.status)).size > 1 ||
    told((state) => state.text('unit')).size > 1 ||
    told((state) => state.text('bed')).size > 1
  );
}
