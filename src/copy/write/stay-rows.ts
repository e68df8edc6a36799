// How a stay lies in its row: where readers find it (unit lists), and what it says.

import type { Identity } from '../../domain/identity.ts';
import { readText } from '../kept-text.ts';
import { STAY_HIDDEN, STAY_ROW } from '../part-codes.ts';
import { FOREVER } from '../schema.ts';
import { type Act, type FactRow, plainRow, stampOfRow } from './facts.ts';
import { KeptFields } from './fields.ts';
import { StayState } from './stay-machine.ts';

interface StayBody {
  readonly visit: Identity | null;
  readonly fields: Readonly<Record<string, unknown>>;
  /** This visit number became another: what comes under it belongs there (A42, A50). */
  readonly became?: string;
}

const NUMBERED = '=visit/';
/** Stays of sources that number no visits: one open at a time, counted per person. */
const UNNUMBERED = '=stay/';

export const stayKey = (visit: Identity): string => `${NUMBERED}${visit.domain}|${visit.id}`;
export const unnumberedStayKey = (ordinal: number): string => `${UNNUMBERED}${String(ordinal).padStart(6, '0')}`;
export const isUnnumbered = (key: string): boolean => key.startsWith(UNNUMBERED);

export const readStayBody = (row: FactRow): StayBody => JSON.parse(readText(row.body)) as StayBody;

interface StayContent {
  readonly visit: Identity | null;
  readonly values: ReadonlyMap<string, unknown>;
}

export function readStayContent(row: FactRow): StayContent {
  const { visit, fields } = readStayBody(row);
  return { visit, values: new Map(Object.entries(fields)) };
}

export function readStay(
  row: FactRow,
  { visit, values }: StayContent = readStayContent(row),
): { state: StayState; visit: Identity | null } {
  return { state: new StayState(new KeptFields(values, row.stamps, stampOfRow(row))), visit };
}

/** What StayState.isOpen says, without reading the row's content. */
export const isOpenStay = (row: FactRow): boolean => row.state !== 'discharged' && row.state !== 'cancelled';

const endOf = (state: StayState): number =>
  state.status === 'discharged' ? (state.time('dischargedAt') ?? state.fields.row.event) : state.fields.row.event;

/**
 * Open stays stand first in a person's rows and in a unit's index, ended ones by when they ended, so that a list reads the
 * present and the last days without passing through years of visits.
 */
export const placeOfStay = (state: StayState): number => (state.isOpen ? FOREVER : endOf(state));

export function stayRow(
  identity: number,
  key: string,
  visit: Identity | null,
  state: StayState,
  act: Act,
): Omit<FactRow, 'since'> & { since: number } {
  const { fields } = state;
  const isListed = state.status !== 'cancelled';
  return {
    ...plainRow(act),
    identity,
    part: STAY_ROW,
    at: placeOfStay(state),
    key,
    state: state.status,
    event: fields.row.event,
    stamp: fields.row.event,
    stamp_sequence: fields.row.sequence,
    stamps: fields.stampsText,
    unit: isListed ? (state.text('unit') ?? '') : null,
    planned: isListed && state.isOpen ? state.text('plannedUnit') : null,
    body: JSON.stringify({ visit, fields: Object.fromEntries(fields.values) } satisfies StayBody),
  };
}

/** A visit number that became another: kept, so that late messages under it find their stay. */
export function becameRow(row: FactRow, became: string, act: Act): FactRow {
  const body: StayBody = { ...readStayBody(row), became };
  return { ...row, part: STAY_HIDDEN, unit: null, planned: null, since: act.seq, body: JSON.stringify(body) };
}
