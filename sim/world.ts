// Who lies where in the two hospitals, hour by hour. The whole world follows from the seed and the clock: it begins at a
// fixed day, so a simulated hospital that is stopped and started again is the same hospital, some hours later.

import { Agenda } from './agenda.ts';
import type { Course } from './course/course.ts';
import { COURSES, EMERGENCY_REASONS } from './course/courses.ts';
import { clockTime, DAY_MS, HOUR_MS, MINUTE_MS, startOfDay } from './local-time.ts';
import type { Person } from './people.ts';
import { type HospitalCode, type Place, placesOf, Staff, UNITS, unitOf } from './places.ts';
import { Population } from './population.ts';
import { Random } from './random.ts';
import { placeAt, type SimStay, type SimStayKind } from './stay.ts';

/** The first day. Earlier moments get a first day of their own, some weeks before. */
const FIRST_DAY = Date.UTC(2026, 8, 1);
/** Until the wards have filled and emptied a few times, the house is not yet like a house. */
const WARM_UP_MS = 30 * DAY_MS;
/** Stays are forgotten this long after discharge; a station may have been away that long. */
const KEPT_MS = 14 * DAY_MS;

type Happening =
  | { readonly kind: 'fill'; readonly place: Place; readonly hospital: HospitalCode }
  | { readonly kind: 'end'; readonly stay: SimStay }
  | { readonly kind: 'emergency-hour'; readonly hospital: HospitalCode }
  | { readonly kind: 'plan-day-care' };

/** Visits an hour to the emergency department, by the clock. */
const arrivalsPerHour = (hour: number): number => (hour < 7 ? 0.7 : hour < 10 ? 1.6 : hour < 22 ? 2.9 : 1.6);

export interface WorldStart {
  readonly seed: string;
  /** Simulated time to begin from, ms UTC. */
  readonly at: number;
}

export class World {
  readonly staff: Staff;
  readonly #seed: string;
  readonly #agenda = new Agenda<Happening>();
  readonly #population: Population;
  #stays: SimStay[] = [];
  /** Emergency visits that are not over: who is given a place must not search the whole house. */
  #emergencies: SimStay[] = [];
  #now: number;
  #count = 0;

  constructor({ seed, at }: WorldStart) {
    this.#seed = seed;
    this.#population = new Population(seed);
    this.staff = new Staff(seed);
    this.#now = at >= FIRST_DAY + WARM_UP_MS ? FIRST_DAY : startOfDay(at - WARM_UP_MS - 15 * DAY_MS);
    this.#open();
    this.advance(at);
  }

  get people(): Person[] {
    return this.#population.people;
  }

  get now(): number {
    return this.#now;
  }

  /** Every stay booked, present or discharged in the last days, in order of booking. */
  get stays(): readonly SimStay[] {
    return this.#stays;
  }

  /** Lets the clock reach `to`. Everything at or before it is then decided. */
  advance(to: number): void {
    if (to <= this.#now) return;
    for (;;) {
      const next = this.#agenda.takeUntil(to);
      if (next === null) break;
      this.#now = Math.max(this.#now, next.at);
      this.#happen(next.at, next.what);
    }
    this.#now = to;
    this.#forget(to);
  }

  #forget(at: number): void {
    this.#stays = this.#stays.filter((stay) => stay.dischargedAt > at - KEPT_MS);
  }

  #open(): void {
    for (const unit of UNITS) {
      if (unit.listKind !== 'bed' && unit.listKind !== 'birth') continue;
      for (const place of placesOf(unit)) {
        const random = this.#random(`open/${place.unit}/${place.room}/${place.bed}`);
        this.#agenda.add(this.#now + random.next() * 2 * DAY_MS, { kind: 'fill', place, hospital: unit.hospital });
      }
    }
    this.#agenda.add(this.#now + HOUR_MS, { kind: 'emergency-hour', hospital: 'ASEN' });
    this.#agenda.add(this.#now + HOUR_MS, { kind: 'emergency-hour', hospital: 'FJALL' });
    this.#agenda.add(this.#now + 12 * HOUR_MS, { kind: 'plan-day-care' });
  }

  #random(key: string): Random {
    return new Random(`${this.#seed}/${key}`);
  }

  #happen(at: number, what: Happening): void {
    switch (what.kind) {
      case 'fill':
        if (!this.#takeFromIntensiveCare(at, what.place)) this.#fill(at, what.place, what.hospital);
        return;
      case 'end':
        if (what.stay.dischargedAt !== at) return; // stays longer than first thought
        this.#agenda.add(at, { kind: 'fill', place: placeAt(what.stay, at), hospital: what.stay.hospital });
        return;
      case 'emergency-hour':
        this.#emergencyHour(at, what.hospital);
        this.#agenda.add(at + HOUR_MS, what);
        return;
      case 'plan-day-care':
        this.#forget(at);
        this.#planDayCare(at);
        this.#agenda.add(startOfDay(at + 26 * HOUR_MS) + 13 * HOUR_MS, what);
        return;
    }
  }

  /** A ward bed that becomes free goes first to someone who is ready to leave intensive care. */
  #takeFromIntensiveCare(at: number, place: Place): boolean {
    if (!['KIR2', 'MED1', 'MED3'].includes(place.unit)) return false;
    const ready = this.#stays.find(
      (stay) =>
        stay.kind === 'inpatient' &&
        stay.places.length === 1 &&
        placeAt(stay, at).unit === 'IVA' &&
        at > stay.admittedAt + 50 * HOUR_MS &&
        stay.dischargedAt > at + 6 * HOUR_MS,
    );
    if (ready === undefined) return false;
    const random = this.#random(`step-down/${ready.number}`);
    const moveAt = at + random.int(40, 150) * MINUTE_MS;
    const leaves = placeAt(ready, at);
    ready.places.push({ at: moveAt, place, by: 'transfer' });
    ready.dischargedAt = dayTime(Math.max(ready.dischargedAt, moveAt + random.between(1.5, 4) * DAY_MS), random);
    this.#population.keepBusy(ready.person, ready.dischargedAt);
    this.#agenda.add(moveAt, { kind: 'fill', place: leaves, hospital: ready.hospital });
    this.#agenda.add(ready.dischargedAt, { kind: 'end', stay: ready });
    return true;
  }

  #fill(at: number, place: Place, hospital: HospitalCode): void {
    const random = this.#random(`fill/${place.unit}/${place.room}/${place.bed}/${at}`);
    const unit = unitOf(place.unit);
    const course = random.weighted(
      COURSES.filter((c) => c.units.includes(place.unit)).map((c) => [c, c.weight] as const),
    );
    const gapMs = random.between(unit.gapHours[0], unit.gapHours[1]) * HOUR_MS;
    const comesByEmergency = random.chance(course.byEmergency);
    const arrival = at + gapMs;
    const admittedAt = course.byEmergency === 0 && place.unit !== 'BB' ? nextMorning(arrival, random) : arrival;
    const dischargedAt = dayTime(admittedAt + random.between(course.days[0], course.days[1]) * DAY_MS, random);
    const person = this.#population.pick(course, at, random);
    const emergency = comesByEmergency
      ? this.#emergencyVisit({
          hospital,
          person,
          from: admittedAt - random.int(110, 330) * MINUTE_MS,
          to: admittedAt,
          reason: course.reason,
          icd: course.icd,
          course,
          random,
          isUnknown: place.unit !== 'BARN' && random.chance(0.03),
        })
      : null;
    const stay = this.#add({
      hospital,
      kind: 'inpatient',
      person,
      course,
      reason: course.reason,
      icd: course.icd,
      bookedAt: comesByEmergency ? admittedAt : at + 30 * MINUTE_MS,
      admittedAt,
      dischargedAt,
      place,
      leave: this.#leave(course, admittedAt, dischargedAt, random),
      cameFrom: emergency,
    });
    this.#agenda.add(dischargedAt, { kind: 'end', stay });
    if (place.unit === 'BB') this.#addNewborn(stay, random);
  }

  #leave(course: Course, from: number, to: number, random: Random): SimStay['leave'] {
    const isFit = course.units.some((u) => u === 'ORT1' || u === 'FJAVD' || u === 'BARN');
    if (!isFit || to - from < 2.5 * DAY_MS || !random.chance(0.12)) return null;
    const start = startOfDay(to - DAY_MS) + random.int(10, 13) * HOUR_MS;
    return { from: start, to: start + random.int(4, 8) * HOUR_MS };
  }

  /** A child born in the house has a reserve number and the mother's room until it gets a number of its own. */
  #addNewborn(mother: SimStay, random: Random): void {
    const hours = mother.course?.id === 'caesarean' ? random.between(3, 6) : random.between(3, 13);
    const bornAt = mother.admittedAt + hours * HOUR_MS;
    if (bornAt > mother.dischargedAt - 12 * HOUR_MS) return;
    const child = this.#population.newborn(mother.person, bornAt, random);
    const place = placeAt(mother, bornAt);
    this.#add({
      hospital: mother.hospital,
      kind: 'newborn',
      person: child,
      course: null,
      reason: 'Nyfödd, frisk',
      icd: 'Z38.0',
      bookedAt: bornAt,
      admittedAt: bornAt,
      dischargedAt: mother.dischargedAt,
      place: { ...place, bed: `${place.bed}B` },
      mother,
    });
  }

  #emergencyHour(at: number, hospital: HospitalCode): void {
    this.#emergencies = this.#emergencies.filter((stay) => stay.dischargedAt > at);
    const random = this.#random(`emergency/${hospital}/${at}`);
    const perHour = arrivalsPerHour(clockTime(at).hour) * (hospital === 'FJALL' ? 0.15 : 1);
    const visits = Math.floor(perHour) + (random.chance(perHour % 1) ? 1 : 0);
    for (let i = 0; i < visits; i++) {
      const [reason, icd] = random.pick(EMERGENCY_REASONS);
      const from = at + random.int(1, 59) * MINUTE_MS;
      const person = this.#population.pick(null, at, random);
      this.#emergencyVisit({
        hospital,
        person,
        from,
        to: from + random.int(70, 420) * MINUTE_MS,
        reason,
        icd,
        course: null,
        random,
        isUnknown: false,
      });
    }
  }

  #emergencyVisit(visit: {
    hospital: HospitalCode;
    person: Person;
    from: number;
    to: number;
    reason: string;
    icd: string;
    course: Course | null;
    random: Random;
    isUnknown: boolean;
  }): SimStay {
    const { hospital, from, to, random, person } = visit;
    const unit = hospital === 'ASEN' ? 'AKUT' : 'FJMOTT';
    const taken = new Set(
      this.#emergencies
        .filter((s) => s.hospital === hospital && s.admittedAt < to && from < s.dischargedAt)
        .map((s) => `${s.places[0]?.place.room}:${s.places[0]?.place.bed}`),
    );
    const free = placesOf(unitOf(unit)).filter((p) => !taken.has(`${p.room}:${p.bed}`));
    const place = free.length > 0 ? random.pick(free) : { unit, room: 'Väntrum', bed: '' };
    return this.#add({
      hospital,
      kind: 'emergency',
      person: visit.isUnknown ? this.#population.unknown(person, from) : person,
      identified: visit.isUnknown ? { at: from + random.int(45, 95) * MINUTE_MS, person } : null,
      course: visit.course,
      reason: visit.reason,
      icd: visit.icd,
      bookedAt: from,
      admittedAt: from,
      dischargedAt: to,
      place,
      triage: random.weighted([
        [1, 4],
        [2, 16],
        [3, 42],
        [4, 30],
        [5, 8],
      ]),
    });
  }

  #planDayCare(at: number): void {
    const tomorrow = startOfDay(at + DAY_MS);
    const weekday = clockTime(tomorrow + 12 * HOUR_MS).weekday;
    if (weekday === 0 || weekday === 6) return;
    for (const place of placesOf(unitOf('DAGKIR'))) {
      const random = this.#random(`day-care/${place.room}/${place.bed}/${tomorrow}`);
      const course = random.pick(COURSES.filter((c) => c.units.includes('DAGKIR')));
      const admittedAt = tomorrow + (6.75 + random.int(0, 3) * 0.75) * HOUR_MS;
      this.#add({
        hospital: 'ASEN',
        kind: 'day-care',
        person: this.#population.pick(course, at, random),
        course,
        reason: course.reason,
        icd: course.icd,
        bookedAt: at + random.int(0, 50) * MINUTE_MS,
        admittedAt,
        dischargedAt: admittedAt + random.between(course.days[0], course.days[1]) * DAY_MS,
        place,
      });
    }
  }

  #add(given: {
    hospital: HospitalCode;
    kind: SimStayKind;
    person: Person;
    course: Course | null;
    reason: string;
    icd: string;
    bookedAt: number;
    admittedAt: number;
    dischargedAt: number;
    place: Place;
    leave?: SimStay['leave'];
    mother?: SimStay;
    cameFrom?: SimStay | null;
    identified?: SimStay['identified'];
    triage?: number;
  }): SimStay {
    const { place, ...rest } = given;
    const serial = this.#count++;
    const letter = given.kind === 'emergency' ? 'E' : 'V';
    const number = `${letter}${clockTime(given.admittedAt).date.slice(2)}${String(serial % 10_000).padStart(4, '0')}`;
    const stay: SimStay = {
      leave: null,
      mother: null,
      cameFrom: null,
      identified: null,
      triage: null,
      ...rest,
      number,
      places: [{ at: given.admittedAt, place, by: 'arrival' }],
      doctor: this.staff.doctor(place.unit, serial),
      nurse: this.staff.nurse(place.unit, serial),
      seed: `${this.#seed}/stay/${number}`,
    };
    this.#stays.push(stay);
    if (stay.kind === 'emergency') this.#emergencies.push(stay);
    this.#population.keepBusy(given.person, given.dischargedAt);
    return stay;
  }
}

/** Discharges happen by day: the same date, between ten and five. */
function dayTime(ms: number, random: Random): number {
  return startOfDay(ms) + random.int(10 * 60, 17 * 60) * MINUTE_MS;
}

function nextMorning(ms: number, random: Random): number {
  const day = clockTime(ms).hour < 7 ? startOfDay(ms) : startOfDay(ms + DAY_MS);
  return day + (7 * 60 + random.int(0, 40)) * MINUTE_MS;
}
