// *Var är patienten*: unit, bed and since when, as far as the copy knows, with how old that is and what is not known. It never says that
// somebody is nowhere: only what this copy has been told, and may show the one who asks.

import { isTrusted, type PartState } from './age.ts';
import type { Stay } from './patient-copy.ts';
import { isUndeclared } from './source.ts';
import { timeWords } from './swedish-time.ts';
import { unreachable } from './unreachable.ts';

export interface WhereWords {
  /** *Kirurgavdelning 2, plats 2:1*. */
  readonly place: string;
  /** *inskriven tis 24/11 05:54*; what the copy says of when, or that it does not. */
  readonly since: string;
  /** *Beläggningen per 22:38*: how old the answer is; null where no unit is told. */
  readonly age: string | null;
  /** What is not known, or must be checked; whole sentences. */
  readonly doubts: readonly string[];
}

export interface WhereContext {
  readonly unitName: (unit: string) => string;
  /** How the unit's stays are fed; null: not known here. */
  readonly census: Pick<PartState, 'state' | 'short'> | null;
  readonly nowMs: number;
  readonly isProtected: boolean;
}

/** `stay`: the one that says where somebody is, or is expected; null: none that this reader may be told of. */
export function whereWords(stay: Stay | null, context: WhereContext): WhereWords {
  if (stay === null || stay.status === 'cancelled') return nowhere(context);
  const { census } = context;
  const isSound = census !== null && isTrusted(census.state);
  return {
    place: placeWords(stay, context),
    since: sinceWords(stay, context.nowMs),
    age: census === null ? null : `Beläggningen ${ageWords(census.short)}`,
    doubts: [
      ...(isUndeclared(stay.source) ? ['Platsen kommer från en okänd avsändare – kontrollera.'] : []),
      ...(stay.unit === null ? ['Enheten är inte angiven.'] : []),
      ...(stay.status !== 'planned' && stay.bed === null && stay.location === null ? ['Sängen är inte angiven.'] : []),
      ...(stay.bedConflict ? ['Två patienter är uppgivna på samma plats – kontrollera på rummet.'] : []),
      ...(stay.unlistedAt === null
        ? []
        : [`Saknades i källans fulla laddning ${timeWords(stay.unlistedAt, context.nowMs)} – kan ha lämnat enheten.`]),
      ...(isSound ? [] : [`Kan ha flyttat eller skrivits ut efter ${timeWords(stay.changedAt, context.nowMs)}.`]),
    ],
  };
}

/** Of somebody booked: the list's own words of how the booking stands, then of where they lie meanwhile. */
export function bookedWhere(
  [booking = 'bokad', ...more]: readonly string[],
  unitName: string,
  fed: WhereContext['census'],
): WhereWords {
  return {
    place: `${unitName}: ${booking}`,
    since: more.join(', '),
    age: fed === null ? null : `Bokningarna ${ageWords(fed.short)}`,
    doubts: fed !== null && isTrusted(fed.state) ? [] : ['Bokningen kan ha ändrats efter det.'],
  };
}

function nowhere({ isProtected }: WhereContext): WhereWords {
  if (isProtected)
    return {
      place: 'Skyddad identitet',
      since: 'var patienten är visas bara för den egna enheten',
      age: null,
      doubts: [],
    };
  return {
    place: 'Inte inne enligt kopian',
    since: 'ingen pågående eller planerad inskrivning att visa; bokade operationer och besök står på enhetens lista',
    age: null,
    doubts: ['Kan finnas på en enhet som inte ingår i kopian, eller som inte visas för dig.'],
  };
}

function placeWords({ status, unit, plannedUnit, room, bed, location }: Stay, { unitName }: WhereContext): string {
  const nameOf = (id: string | null): string => (id === null ? 'enhet ej angiven' : unitName(id));
  if (status === 'planned') return `Väntas till ${nameOf(plannedUnit ?? unit)}`;
  const spot = [room, bed].filter((piece) => piece !== null && piece !== '').join(':') || (location ?? '');
  const here = spot === '' ? nameOf(unit) : `${nameOf(unit)}, plats ${spot}`;
  const moving = plannedUnit === null || plannedUnit === unit ? '' : `, ska flyttas till ${nameOf(plannedUnit)}`;
  if (status === 'unknown') return `Oklart om inne: ${here}${moving}`;
  return status === 'discharged' ? `Utskriven från ${here}` : `${here}${moving}`;
}

function sinceWords(stay: Stay, nowMs: number): string {
  const at = (ms: number | null): string => (ms === null ? 'tid ej angiven' : timeWords(ms, nowMs));
  const told = `enligt uppgift från ${at(stay.changedAt)}`;
  switch (stay.status) {
    case 'present':
      return `inskriven ${at(stay.admittedAt)}, ${told}`;
    case 'on-leave':
      return `på permission sedan ${at(stay.leaveSince)}, ${told}`;
    case 'planned':
      return `väntas ${at(stay.expectedAdmitAt)}, ${told}`;
    case 'discharged':
      return `utskriven ${at(stay.dischargedAt)}, ${told}`;
    case 'unknown':
    case 'cancelled':
      return told;
    default:
      return unreachable(stay.status);
  }
}

/** Fresh, it is a clock time alone. */
const ageWords = (short: string): string => (/^\d/.test(short) ? `per ${short}` : lowerFirst(short));
const lowerFirst = (words: string): string => words.charAt(0).toLowerCase() + words.slice(1);
