// A unit's marked computers, and what each found when it last really opened a chart without the network. A downtime computer nobody has
// tried since it was set up is the one that does not start in the night it is needed (design §11).

import type { SureNow } from './age.ts';
import { domainLimits } from './domain-limits.ts';
import type { UnitId } from './identity.ts';
import { surelySince } from './since.ts';
import { durationWords, localMoment, timeWords } from './swedish-time.ts';
import type { Arrival } from './time.ts';

/** What kept a chart from being opened, the first that was found. */
export const SELF_TEST_FAULTS = ['app', 'store', 'words', 'chart', 'age'] as const;
export type SelfTestFault = (typeof SELF_TEST_FAULTS)[number];

/**
 * How the copy was opened for the test. `words`: by those of who was signed in, as with the station dead, typed again to its envelope.
 * `pin`, `code`: it lay open after somebody had opened it so with the station dead. `lent`: with the key the station had lent.
 */
export const OPENED_BY = ['words', 'pin', 'code', 'lent'] as const;
export type OpenedBy = (typeof OPENED_BY)[number];

/** What the computer found, with nothing asked of the station. */
export interface SelfTest {
  readonly fault: SelfTestFault | null;
  /** Charts that were opened: all of the unit's. */
  readonly charts: number;
  /** People with an envelope there. */
  readonly people: number;
  readonly openedBy: OpenedBy;
  /** Of the copy as it lay there; null: none lay there. */
  readonly ageMs: number | null;
  /** The browser has promised not to clear the copy by itself when its disk is full. */
  readonly isPersistent: boolean;
}

const BY_WORDS: Readonly<Record<Exclude<OpenedBy, 'words'>, string>> = {
  pin: 'öppnad med PIN',
  code: 'öppnad med förseglad nödkod',
  lent: 'öppnad med stationens nyckel',
};

const FAULT_WORDS: Readonly<Record<SelfTestFault, string>> = {
  app: 'appens filer ligger inte hela på datorn',
  store: 'enhetens kopia ligger inte på datorn',
  words: 'orden öppnade inte kopian',
  chart: 'en journalkopia gick inte att öppna',
  age: 'kopian på datorn förnyas inte',
};

const peopleWords = (people: number): string => (people === 1 ? '1 person' : `${people} personer`);

/** *Prövad i dag 06:12: journalkopia öppnades utan nät · 14 personer kan logga in · kopian 2 min*. */
export function selfTestWords(test: SelfTest, at: number, { wallMs, clockIsBehind }: SureNow): string {
  const isToday = localMoment(at)?.dayNumber === localMoment(wallMs)?.dayNumber;
  const tried = `Prövad ${isToday ? 'i dag ' : ''}${timeWords(at, wallMs, { clockIsUnsure: clockIsBehind === true })}`;
  if (test.fault === 'words' && test.openedBy !== 'words')
    return `${tried}, gick inte: kopian låg inte öppen, och inga ord var skrivna`;
  if (test.fault !== null) return `${tried}, gick inte: ${FAULT_WORDS[test.fault]}`;
  return [
    `${tried}: ${test.charts === 0 ? 'listan öppnades utan nät, ingen patient på den' : 'journalkopia öppnades utan nät'}`,
    ...(test.openedBy === 'words'
      ? [`${peopleWords(test.people)} kan logga in`]
      : [BY_WORDS[test.openedBy], `${test.people} kuvert finns, inget prövat med ord`]),
    `kopian ${durationWords(test.ageMs ?? Number.NaN)}`,
    ...(test.isPersistent ? [] : ['webbläsaren kan rensa kopian: installera appen']),
  ].join(' · ');
}

/** Null: no clock can say how long ago it was. */
export const isTestLate = (at: Arrival, now: SureNow): boolean => {
  const ageMs = surelySince(at, now);
  return ageMs === null || ageMs > domainLimits.placeTestLateMs;
};

/** One reserve place, as it is told everywhere. */
export interface PlaceLine {
  readonly id: string;
  readonly unit: UnitId;
  readonly name: string;
  readonly where: string;
  /** A computer has said that it is this place. */
  readonly hasComputer: boolean;
  readonly words: string;
  /** ms since 1970 UTC; null: never. */
  readonly testedAt: number | null;
  readonly trouble: 'failed' | 'untested' | null;
  /** The printer beside it, by name, and what its last test page told; null: none is set. */
  readonly printer: { readonly name: string; readonly words: string } | null;
}

/** Null: no printer is set for the place. */
export const printerWords = ({ printer }: PlaceLine): string | null =>
  printer === null ? null : `${printer.name}: ${printer.words}`;

export interface KnownPlace {
  readonly id: string;
  readonly unit: UnitId;
  readonly name: string;
  readonly where: string;
  readonly printer: string | null;
  readonly markedAt: Arrival;
  readonly computer: string | null;
  readonly last: { readonly test: SelfTest; readonly at: Arrival } | null;
}

export function placeLine(place: KnownPlace, now: SureNow, printer: PlaceLine['printer']): PlaceLine {
  const { id, unit, name, where, computer, markedAt, last } = place;
  const isLate = isTestLate(last?.at ?? markedAt, now);
  const late = last !== null && isLate ? ' · inte prövad sedan dess' : '';
  return {
    ...{ id, unit, name, where, printer },
    hasComputer: computer !== null,
    words:
      last === null
        ? computer === null
          ? 'Ingen dator är märkt som den här platsen än'
          : 'Inte prövad än: prövas när någon loggar in där'
        : `${selfTestWords(last.test, last.at.wallMs, now)}${late}`,
    testedAt: last?.at.wallMs ?? null,
    trouble: last !== null && last.test.fault !== null ? 'failed' : isLate ? 'untested' : null,
  };
}

export const PLACE_PATHS = {
  /** GET → PlacesTold. The unit's id last. */
  unit: '/api/places/',
  /** POST PlaceMarked → PlaceTold. By who answers for the unit, or the operator. */
  mark: '/api/places/mark',
  /** POST {unit, place} → PlaceTied. The computer that asks is the place from now on. */
  tie: '/api/places/tie',
  /** POST PlaceTested → PlaceTold. */
  tested: '/api/places/tested',
  /** POST {unit, place} → PlacesTold. */
  end: '/api/places/end',
} as const;

export interface PlacesTold {
  readonly places: readonly PlaceLine[];
}
export interface PlaceTold {
  readonly place: PlaceLine;
}
export interface PlaceTied extends PlaceTold {
  /** This computer's word among those that are or were the place. */
  readonly computer: string;
}
export interface PlaceMarked {
  readonly unit: UnitId;
  readonly name: string;
  readonly where: string;
  /** The printer beside it. */
  readonly printer?: string;
}
export interface PlaceTested {
  readonly unit: UnitId;
  readonly place: string;
  readonly computer: string;
  readonly test: SelfTest;
}
