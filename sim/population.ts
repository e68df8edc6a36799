// Who lives around the two hospitals, who of them is at home, and those who get a reserve number: the newly born, and whoever is
// found without papers.

import type { Course } from './course/course.ts';
import { clockTime, DAY_MS } from './local-time.ts';
import { ageAt, makePeople, makePerson, type Person } from './people.ts';
import type { Random } from './random.ts';

/** Nobody comes back sooner than this, but by a control action. */
const REST_MS = 3 * DAY_MS;

export class Population {
  readonly people: Person[];
  readonly #seed: string;
  /** Per person (by number): not to be picked before this time. */
  readonly #busyUntil = new Map<string, number>();
  #reserveNumbers = 0;
  #lookalike: Person | null = null;

  constructor(seed: string) {
    this.#seed = seed;
    this.people = makePeople(seed);
  }

  /** Has the mother's name and address, and a reserve number until it gets one of its own. */
  newborn(mother: Person, bornAt: number, random: Random): Person {
    const serial = this.#reserveNumbers++;
    const day = clockTime(bornAt).date;
    const number = `${day}SF${serial % 10}${Math.floor(serial / 10) % 10}`;
    const sex = random.chance(0.51) ? 'M' : 'F';
    const made = makePerson({ index: 20_000 + serial, series: 'reservnummer', number, seed: this.#seed });
    return {
      ...made,
      sex,
      family: mother.family,
      given: sex === 'M' ? 'Pojke' : 'Flicka',
      isProtected: mother.isProtected,
      street: mother.street,
      town: mother.town,
      allergies: 'unknown',
      kin: { ...nameOf(mother), relation: 'Mor', phone: mother.phone },
      interpreter: null,
    };
  }

  /** Found without papers: a reserve number, no name, no known sensitivities, until someone tells who it is. */
  unknown(person: Person, at: number): Person {
    const serial = this.#reserveNumbers++;
    const number = `${clockTime(at).date}SX${serial % 10}${Math.floor(serial / 10) % 10}`;
    const made = makePerson({ index: 20_000 + serial, series: 'reservnummer', number, seed: this.#seed });
    return {
      ...made,
      sex: person.sex,
      birth: '',
      family: 'Okänd',
      given: person.sex === 'M' ? 'Man' : 'Kvinna',
      isProtected: false,
      kin: null,
      allergies: 'unknown',
      interpreter: null,
    };
  }

  keepBusy(person: Person, until: number): void {
    this.#busyUntil.set(person.number, Math.max(until + REST_MS, this.#busyUntil.get(person.number) ?? 0));
  }

  #isFree(person: Person, at: number): boolean {
    return (this.#busyUntil.get(person.number) ?? 0) <= at;
  }

  /** Someone of fitting age and sex who is at home. Lookalikes tend to come together, as in life they seem to. */
  pick(course: Course | null, at: number, random: Random): Person {
    const today = clockTime(at).date;
    const fits = (person: Person): boolean => {
      if (!this.#isFree(person, at)) return false;
      if (course === null) return true;
      const age = ageAt(person, today);
      return age >= course.ages[0] && age <= course.ages[1] && (course.sex === undefined || course.sex === person.sex);
    };
    const awaited = this.#lookalike;
    if (awaited !== null && fits(awaited) && random.chance(0.8)) {
      this.#lookalike = null;
      return awaited;
    }
    let found: Person | undefined;
    for (let tries = 0; tries < 60 && found === undefined; tries++) {
      const candidate = random.pick(this.people);
      if (fits(candidate)) found = candidate;
    }
    found ??= this.people.find(fits) ?? this.people.find((person) => this.#isFree(person, at));
    if (found === undefined) throw new Error('sim: more beds than people');
    if (found.lookalike !== null && course !== null) this.#lookalike = this.people[found.lookalike] ?? null;
    return found;
  }
}

const nameOf = (person: Person): { family: string; given: string } => ({ family: person.family, given: person.given });
