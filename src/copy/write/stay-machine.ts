// One stay of one source through its events (HL7 v2 ch. 3; knowledge c2, c3.5, c3.6). Pure: what is kept and one event give what
// is kept next. An older event never reopens or closes a stay; a bed is never put together from two messages' halves.

import type { StayAction, StayChange, StayFields } from '../../domain/changes.ts';
import type { StayStatus } from '../../domain/patient-copy.ts';
import { unreachable } from '../../domain/unreachable.ts';
import { laterOf, type Stamp } from '../stamps.ts';
import type { KeptFields } from './fields.ts';

/** Kept beside the source's fields: our own reading of the events. */
const STATUS = '#status';
const SEEN = ['#admit', '#transfer', '#discharge'] as const;
/** The begin lay ahead of the station's clock when it was said. */
export const ADMITTED_AHEAD = '#admitted-ahead';
/** All that is known of the stay was said in passing. */
const IN_PASSING = '#in-passing';
type Seen = (typeof SEEN)[number];

export class StayState {
  readonly fields: KeptFields;

  constructor(fields: KeptFields) {
    this.fields = fields;
  }

  get status(): StayStatus {
    return (this.fields.values.get(STATUS) as StayStatus | undefined) ?? 'unknown';
  }

  has(seen: Seen): boolean {
    return this.fields.values.has(seen);
  }

  get isInPassing(): boolean {
    return this.fields.values.get(IN_PASSING) === true;
  }

  text(field: keyof StayFields): string | null {
    const value = this.fields.values.get(field);
    return typeof value === 'string' ? value : null;
  }

  time(field: keyof StayFields): number | null {
    const value = this.fields.values.get(field);
    return typeof value === 'number' ? value : null;
  }

  get isOpen(): boolean {
    return this.status !== 'discharged' && this.status !== 'cancelled';
  }
}

export const isCancel = (action: StayAction): boolean =>
  action === 'cancel' || action === 'cancel-transfer' || action === 'cancel-discharge';

/** Has the event that is being cancelled been seen? If not, the cancel waits for it a while (knowledge c3.5). */
export function hasSeenCancelled(state: StayState | null, action: StayAction): boolean {
  switch (action) {
    case 'cancel':
      return state !== null;
    case 'cancel-transfer':
      return state?.has('#transfer') === true;
    case 'cancel-discharge':
      return state?.has('#discharge') === true;
    default:
      return true;
  }
}

/**
 * A cancel names the time of the event it cancels (EVN-6), but what it says of bed and status holds from when it was sent:
 * its stamp is the later of the two.
 */
export function stampOfStayEvent(change: StayChange, message: Stamp): Stamp {
  const event = isCancel(change.action) ? Math.max(change.at, message.event) : change.at;
  return { event, sequence: message.sequence };
}

export function nextStay(state: StayState, change: StayChange, stamp: Stamp): void {
  const isFirst = state.fields.values.size === 0;
  if (change.isInPassing === true) {
    if (isFirst) state.fields.set(IN_PASSING, true, stamp);
    else if (!state.isInPassing) {
      fill(state, change, stamp);
      return;
    }
  } else if (state.isInPassing) state.fields.set(IN_PASSING, false, laterOf(state.fields.row, stamp));
  const isCurrent = applyStatus(state, change, stamp);
  applyFields(state, change, stamp, isCurrent);
}

/** What the stay's own messages have said nothing of; a place only where they have told none. */
function fill({ fields: kept }: StayState, { fields }: StayChange, stamp: Stamp): void {
  const isPlaceKnown = PLACE.some((field) => kept.values.get(field) != null);
  for (const [field, value] of Object.entries(fields)) {
    if (value === undefined || value === null || kept.values.get(field) != null) continue;
    if (isPlaceKnown && (PLACE as readonly string[]).includes(field)) continue;
    kept.set(field, value, stamp);
  }
}

const SEEN_BY: Partial<Record<StayAction, Seen>> = {
  admit: '#admit',
  register: '#admit',
  'pre-admit': '#admit',
  transfer: '#transfer',
  'cancel-transfer': '#transfer',
  discharge: '#discharge',
  'cancel-discharge': '#discharge',
};

/** True when the event may speak of status: nothing newer has. */
function applyStatus(state: StayState, { action, fields, at }: StayChange, stamp: Stamp): boolean {
  const { fields: kept } = state;
  const seen = SEEN_BY[action];
  if (seen !== undefined) kept.set(seen, at, stamp);
  const next = statusAfter(state.status, action);
  if (!kept.accepts(STATUS, stamp)) return false;
  if (next === null) return true;
  kept.set(STATUS, next, stamp);
  if (next === 'present' && action !== 'transfer') {
    if (action !== 'leave' && kept.values.get('leaveSince') != null) kept.set('leaveSince', null, stamp);
    if (kept.values.get('dischargedAt') != null && fields.dischargedAt == null) kept.set('dischargedAt', null, stamp);
  }
  if (action === 'discharge') kept.set('dischargedAt', fields.dischargedAt ?? at, stamp);
  if (action === 'leave') kept.set('leaveSince', fields.leaveSince ?? at, stamp);
  return true;
}

/** The status an event gives; null leaves it (an update never touches status, knowledge c1). */
function statusAfter(status: StayStatus, action: StayAction): StayStatus | null {
  const isInside = status === 'present' || status === 'on-leave';
  switch (action) {
    case 'admit':
    case 'register':
    case 'cancel-discharge':
    case 'return':
      return 'present';
    case 'transfer':
      return status === 'on-leave' ? null : 'present';
    case 'change-class':
      return isInside || status === 'discharged' ? null : 'present';
    case 'pre-admit':
      return isInside ? null : 'planned';
    case 'cancel-transfer':
      return status === 'unknown' ? 'present' : null;
    case 'discharge':
      return 'discharged';
    case 'cancel':
      return 'cancelled';
    case 'leave':
      return 'on-leave';
    case 'update':
    case 'plan':
      return null;
    default:
      return unreachable(action);
  }
}

const PLACE = ['unit', 'room', 'bed', 'location'] as const;
/** Fields that tell the status in other words: they follow it, so that an old discharge can't date a stay that goes on. */
const OF_STATUS: readonly string[] = ['dischargedAt', 'leaveSince'];

function applyFields(state: StayState, { action, fields }: StayChange, stamp: Stamp, isCurrent: boolean): void {
  const { fields: kept } = state;
  for (const [field, value] of Object.entries(fields)) {
    if (value === undefined || (PLACE as readonly string[]).includes(field)) continue;
    if (OF_STATUS.includes(field) && (!isCurrent || action === 'discharge' || action === 'leave')) continue;
    kept.set(field, value, stamp);
  }
  applyPlace(kept, fields, stamp);
  if (action === 'admit' && fields.plannedUnit === undefined && kept.values.get('plannedUnit') != null) {
    kept.set('plannedUnit', null, stamp);
  }
}

/** Unit, room and bed are one statement: a new unit without a bed is no bed, never the old bed's number on the new unit. */
function applyPlace(kept: KeptFields, fields: StayChange['fields'], stamp: Stamp): void {
  if (PLACE.every((field) => fields[field] === undefined)) return;
  if (PLACE.some((field) => !kept.accepts(field, stamp))) return;
  const moves = (['unit', 'location'] as const).some(
    (field) => fields[field] !== undefined && fields[field] !== (kept.values.get(field) ?? null),
  );
  for (const field of PLACE) {
    const value = fields[field];
    // A place emptied is a bed nobody knows: somebody who is here must not leave every list for it (hazard H14).
    if (field === 'unit' && fields.unit === null) continue;
    if (value !== undefined) kept.set(field, value, stamp);
    else if (moves) kept.set(field, null, stamp);
  }
}

/** Two rows of one stay made one: field by field the newer statement stands. */
export function foldStays(into: StayState, from: StayState): void {
  for (const [field, value] of from.fields.values) {
    const stamp = from.fields.stampOf(field);
    if (stamp !== undefined) into.fields.set(field, value, stamp);
  }
}
