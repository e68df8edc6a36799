// *Inga kända* as one source states it of one part: by which line, list or section, and how it is taken back (hazard H4). A denial
// stands only while whatever stated it stands, and only when it is newer than everything the source has said to the contrary,
// in whichever order the messages come.

import type { FhirResource } from 'fhir/r4';
import type { PartName } from '../../domain/parts.ts';
import { DENIABLE, noneSaid } from '../../domain/stated-none.ts';
import { readText, sameText } from '../kept-text.ts';
import { SNAPSHOT_ROW } from '../part-codes.ts';
import type { Stamp } from '../stamps.ts';
import { type Act, type FactRow, type Facts, plainRow, stampOfRow } from './facts.ts';

/** Each denial by what stated it, and when that was first said. What an earlier program kept without that is no denial. */
type Denials = Readonly<Record<string, number>>;

interface SnapshotBody {
  /** Null when the source has never sent the list. */
  readonly keys: readonly string[] | null;
  readonly denials?: Denials;
}

/** Lies in the row's `stamps`, and is no news to a reader: only `denials` is read. */
interface SnapshotStamps {
  /** Denials said at this event time or before do not count: something was said then. */
  readonly deniedUntil: number | null;
  /** When each denial was last said. */
  readonly said: Denials;
}

interface State {
  readonly keys: readonly string[] | null;
  readonly denials: Denials;
  readonly stamps: SnapshotStamps;
}

export interface Place {
  readonly identity: number;
  readonly part: PartName;
}

type Moment = Pick<Act, 'seq' | 'source' | 'received'>;

const NOTHING: State = { keys: null, denials: {}, stamps: { deniedUntil: null, said: {} } };

const keyOf = (part: PartName): string => `=snapshot/${part}`;

export const findSnapshot = ({ identity, part }: Place, source: string, facts: Facts): FactRow | undefined =>
  facts.find(source, keyOf(part), identity, SNAPSHOT_ROW);

export const listedKeys = (row: FactRow): readonly string[] | null =>
  (JSON.parse(readText(row.body)) as SnapshotBody).keys;

/** What one row denies, when each denial was last said, and until when something was said to the contrary. */
export function denialsSaid(row: FactRow): { denials: Denials; said: Denials; deniedUntil: number | null } {
  const { denials, stamps } = stateOf(row);
  return { denials, said: { ...denials, ...stamps.said }, deniedUntil: stamps.deniedUntil };
}

function stateOf(row: FactRow | undefined): State {
  if (row === undefined) return NOTHING;
  const { keys, denials } = JSON.parse(readText(row.body)) as SnapshotBody;
  const stamps = row.stamps === null ? NOTHING.stamps : (JSON.parse(row.stamps) as SnapshotStamps);
  return { keys, denials: denials ?? {}, stamps };
}

/** `stamp` is that of the last whole list, which alone orders lists. */
function write(
  place: Place,
  row: FactRow | undefined,
  next: State,
  stamp: Stamp,
  { seq, source, received }: Moment,
  facts: Facts,
) {
  const body = JSON.stringify({ keys: next.keys, denials: next.denials } satisfies SnapshotBody);
  const stamps = JSON.stringify(next.stamps);
  if (row !== undefined && sameText(row.body, body)) {
    facts.restamp(row, stamp, stamps);
    return;
  }
  const act = { seq, source, received, stamp };
  const { identity, part } = place;
  facts.replace(row, {
    ...plainRow(act),
    identity,
    part: SNAPSHOT_ROW,
    at: row?.at ?? received,
    key: keyOf(part),
    state: '',
    body,
    stamps,
  });
}

const without = (denials: Denials, goes: (key: string) => boolean): Denials =>
  Object.fromEntries(Object.entries(denials).filter(([key]) => !goes(key)));

/** `key` states that there is nothing. */
export function deny(place: Place, key: string, event: number, act: Act, facts: Facts): void {
  const row = findSnapshot(place, act.source, facts);
  const state = stateOf(row);
  const { deniedUntil, said } = state.stamps;
  if (deniedUntil !== null && event <= deniedUntil) return;
  const next = {
    ...state,
    denials: Object.hasOwn(state.denials, key) ? state.denials : { ...state.denials, [key]: event },
    stamps: { deniedUntil, said: { ...said, [key]: Math.max(said[key] ?? event, event) } },
  };
  write(place, row, next, row === undefined ? act.stamp : stampOfRow(row), act, facts);
}

/** `key` states it no longer. */
export function takeBack(place: Place, key: string, moment: Moment, facts: Facts): void {
  const row = findSnapshot(place, moment.source, facts);
  const state = stateOf(row);
  if (row === undefined || !Object.hasOwn(state.denials, key)) return;
  const goes = (one: string): boolean => one === key;
  const said = without(state.stamps.said, goes);
  const next = { ...state, denials: without(state.denials, goes), stamps: { ...state.stamps, said } };
  write(place, row, next, stampOfRow(row), moment, facts);
}

/** Something was said to the contrary: no denial of that time or before it stands, and none that comes later may. */
export function contradict(place: Place, until: number, act: Act, facts: Facts): void {
  const row = findSnapshot(place, act.source, facts);
  if (row === undefined && !DENIABLE.has(place.part)) return;
  const state = stateOf(row);
  const { deniedUntil, said } = state.stamps;
  if (deniedUntil !== null && until <= deniedUntil) return;
  const goes = (key: string): boolean => (said[key] ?? 0) <= until;
  const next = {
    ...state,
    denials: without(state.denials, goes),
    stamps: { deniedUntil: until, said: without(said, goes) },
  };
  write(place, row, next, row === undefined ? act.stamp : stampOfRow(row), act, facts);
}

/** The whole list as the source has it now. */
export function keepList(place: Place, keys: readonly string[], act: Act, facts: Facts): void {
  const row = findSnapshot(place, act.source, facts);
  write(place, row, { ...stateOf(row), keys }, act.stamp, act, facts);
}

interface Said {
  readonly key: string;
  readonly resource: FhirResource;
}

/** A resource stands, said at `event`. */
export function standing(place: Place, { key, resource }: Said, event: number, act: Act, facts: Facts): void {
  const statement = noneSaid(resource);
  if (resource.resourceType === 'List') {
    if (statement === null) return;
    const listed = { ...place, part: statement.part };
    if (statement.said === 'none') deny(listed, key, event, act, facts);
    else if (statement.said === 'silent') takeBack(listed, key, act, facts);
    else contradict(listed, event, act, facts);
    return;
  }
  if (statement?.said === 'none' && statement.part === place.part) {
    deny(place, key, event, act, facts);
  } else if (statement?.said === 'silent') {
    takeBack(place, key, act, facts);
  } else {
    takeBack(place, key, act, facts);
    contradict(place, event, act, facts);
  }
}

/**
 * A resource left view at `event`. What was no denial stood until then, so that only a denial of that time or later counts; a
 * denial refuted says that there is something.
 */
export function gone(place: Place, { key, resource }: Said, event: number, act: Act, facts: Facts): void {
  const statement = noneSaid(resource);
  takeBack({ ...place, part: statement?.part ?? place.part }, key, act, facts);
  if (resource.resourceType === 'List') return;
  takeBack(place, key, act, facts);
  if (statement === null || statement.said === 'contradicted') contradict(place, event - 1, act, facts);
  else if (statement.said === 'doubtful') contradict(place, event, act, facts);
}
