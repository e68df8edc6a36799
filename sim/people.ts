// The invented people around the simulated hospitals: who they are, how they are numbered, what they are sensitive to and
// what has been decided about their care. Some are made to be mistaken for each other, because that is what a safe copy
// must survive: near names of near age, near numbers, protected identities, co-ordination and reserve numbers.

import { ELSEWHERE, STREETS, SWEDISH, TOWNS } from './names.ts';
import { Random } from './random.ts';
import { TEST_COORDINATION_NUMBERS, TEST_NUMBER_PAIRS, TEST_PERSON_NUMBERS } from './test-numbers.ts';

/** A number series as it stands in PID-3.4: namespace, OID, and the type code of PID-3.5. */
export interface NumberSeries {
  readonly authority: string;
  readonly oid: string;
  readonly type: string;
}

export const SERIES = {
  personnummer: { authority: 'SKV', oid: '1.2.752.129.2.1.3.1', type: 'NNSWE' },
  samordningsnummer: { authority: 'SKVSAM', oid: '1.2.752.129.2.1.3.3', type: 'NNSWE' },
  /** The form with a digit last exists in test environments only, so it can hit nobody either. */
  reservnummer: { authority: 'RESERV', oid: '1.2.752.74.9.2', type: 'TEMP' },
} as const satisfies Record<string, NumberSeries>;

interface Allergy {
  readonly code: string;
  readonly text: string;
  /** HL7 table 0127: DA drug, FA food, MA other. */
  readonly type: 'DA' | 'FA' | 'MA';
  /** HL7 table 0128. */
  readonly severity: 'MI' | 'MO' | 'SV';
  readonly reaction: string;
}

export interface Kin {
  readonly family: string;
  readonly given: string;
  readonly relation: string;
  readonly phone: string;
}

export interface Person {
  /** Place in the list of people; stable for a seed. */
  readonly index: number;
  readonly series: keyof typeof SERIES;
  readonly number: string;
  /** The hospital's own number, in every system of the house. */
  readonly localNumber: string;
  /** YYYYMMDD, less where less is known, empty for someone unknown. */
  readonly birth: string;
  readonly sex: 'M' | 'F' | 'U';
  readonly family: string;
  readonly given: string;
  /** Sekretessmarkering: address, telephone and kin are never sent. */
  readonly isProtected: boolean;
  readonly street: string;
  readonly town: readonly [string, string];
  readonly phone: string;
  readonly kin: Kin | null;
  /** A list; `none` = asked and answered *inga kända*; `unknown` = nobody has asked. */
  readonly allergies: readonly Allergy[] | 'none' | 'unknown';
  /** Index of the person this one is easily mistaken for. */
  readonly lookalike: number | null;
  readonly interpreter: string | null;
}

const allergy = (
  code: string,
  text: string,
  type: Allergy['type'],
  severity: Allergy['severity'],
  reaction: string,
): Allergy => ({ code, text, type, severity, reaction });

const ALLERGIES: readonly Allergy[] = [
  allergy('J01C', 'Penicilliner', 'DA', 'SV', 'Anafylaxi'),
  allergy('J01C', 'Penicilliner', 'DA', 'MO', 'Urtikaria'),
  allergy('J01EE', 'Trimetoprim/sulfa', 'DA', 'MO', 'Hudutslag'),
  allergy('N02BA01', 'Acetylsalicylsyra', 'DA', 'SV', 'Astma, andnöd'),
  allergy('M01A', 'NSAID', 'DA', 'MO', 'Magblödning tidigare'),
  allergy('V08', 'Jodkontrast', 'DA', 'MO', 'Kräkning, klåda'),
  allergy('N02A', 'Opioider (morfin)', 'DA', 'MI', 'Klåda, förvirring'),
  allergy('JORDNOT', 'Jordnötter', 'FA', 'SV', 'Anafylaxi'),
  allergy('AGG', 'Ägg', 'FA', 'MI', 'Mag–tarmbesvär'),
  allergy('LATEX', 'Latex', 'MA', 'MO', 'Kontakturtikaria'),
  allergy('PLASTER', 'Häfta (kolofonium)', 'MA', 'MI', 'Eksem'),
];

const phoneOf = (random: Random): string => `070-1740${random.int(600, 699)}`; // numbers reserved for fiction (PTS)

function nameFor(random: Random, sex: Person['sex']): { family: string; given: string; isForeign: boolean } {
  const isForeign = random.chance(0.2);
  const set = isForeign ? random.pick(ELSEWHERE) : SWEDISH;
  const given = random.pickEarly(sex === 'F' ? set.women : set.men);
  return { family: random.pickEarly(set.family), given, isForeign };
}

const lastButOne = (number: string): number => Number(number.at(-2));

/** The sex told by a person number's eleventh digit. */
export const sexOf = (number: string): 'M' | 'F' => (lastButOne(number) % 2 === 1 ? 'M' : 'F');

/** A co-ordination number's day is the day of birth plus 60; month or day may be unknown (00): then less is said. */
function birthOf(series: Person['series'], number: string): string {
  if (series !== 'samordningsnummer') return number.slice(0, 8);
  const day = Number(number.slice(6, 8)) - 60;
  if (number.slice(4, 6) === '00') return number.slice(0, 4);
  return day === 0 ? number.slice(0, 6) : number.slice(0, 6) + String(day).padStart(2, '0');
}

export interface PersonStart {
  readonly index: number;
  readonly series: Person['series'];
  readonly number: string;
  readonly seed: string;
}

/** One person, whole, from the number and the seed alone. */
export function makePerson({ index, series, number, seed }: PersonStart): Person {
  const random = new Random(`${seed}/person/${number}`);
  const sex = series === 'reservnummer' ? 'U' : sexOf(number);
  const name = nameFor(random, sex);
  const hasKin = random.chance(0.9);
  const allergies = random.weighted<Person['allergies']>([
    [[random.pick(ALLERGIES)], 26],
    [[random.pick(ALLERGIES.slice(0, 6)), random.pick(ALLERGIES.slice(7))], 5],
    ['none', 60],
    ['unknown', 9],
  ]);
  return {
    index,
    series,
    number,
    localNumber: `A${String(4_000_000 + index * 37 + random.int(0, 36)).padStart(7, '0')}`,
    birth: birthOf(series, number),
    sex,
    family: name.family,
    given: name.given,
    isProtected: random.chance(0.015),
    street: `${random.pick(STREETS)} ${random.int(1, 88)}`,
    town: random.pick(TOWNS),
    phone: phoneOf(random),
    kin: hasKin
      ? {
          family: random.chance(0.6) ? name.family : random.pickEarly(SWEDISH.family),
          given: random.pickEarly(random.chance(0.5) ? SWEDISH.women : SWEDISH.men),
          relation: random.pick(['Make/maka', 'Barn', 'Syskon', 'Sambo', 'Förälder', 'Granne']),
          phone: phoneOf(random),
        }
      : null,
    allergies,
    lookalike: null,
    interpreter:
      name.isForeign && random.chance(0.3) ? random.pick(['arabiska', 'finska', 'polska', 'tigrinja']) : null,
  };
}

/** How a lookalike's name differs: the same name, one letter, or the other way of spelling it. */
const NEAR_NAMES: readonly (readonly [string, string])[] = [
  ['Karlsson', 'Carlsson'],
  ['Lindqvist', 'Lindkvist'],
  ['Johansson', 'Johansson'],
  ['Pettersson', 'Petersson'],
  ['Söderberg', 'Söderbergh'],
  ['Andersson', 'Anderson'],
  ['Hansson', 'Hanson'],
  ['Nyström', 'Nyström'],
];

/** Everyone who may come to the hospitals, lookalikes last, in an order that only the seed decides. */
export function makePeople(seed: string): Person[] {
  const people: Person[] = [];
  const add = (series: Person['series'], number: string, change: Partial<Person> = {}): void => {
    people.push({ ...makePerson({ index: people.length, series, number, seed }), ...change });
  };
  for (const number of TEST_PERSON_NUMBERS) add('personnummer', number);
  for (const number of TEST_COORDINATION_NUMBERS) add('samordningsnummer', number, { kin: null });
  TEST_NUMBER_PAIRS.forEach(([a, b], pair) => {
    const near = NEAR_NAMES[pair % NEAR_NAMES.length] ?? ['Berg', 'Bergh'];
    const given = new Random(`${seed}/pair/${pair}`).pick(sexOf(a) === 'F' ? SWEDISH.women : SWEDISH.men);
    const first = people.length;
    add('personnummer', a, { family: near[0], given, lookalike: first + 1 });
    add('personnummer', b, { family: near[1], given, lookalike: first });
  });
  return people;
}

/** Whole years at a moment; the copy must never count it from the number of a reserve series. */
export function ageAt(person: Pick<Person, 'birth'>, date: string): number {
  const years = Number(date.slice(0, 4)) - Number(person.birth.slice(0, 4));
  return date.slice(4) < person.birth.slice(4) ? years - 1 : years;
}
