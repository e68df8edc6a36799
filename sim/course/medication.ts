// What is prescribed for a stay and when it is given, by the clock hours of the ward. A nurse is some minutes late, a patient
// sometimes says no, a course of injections becomes tablets.

import { clockTime, HOUR_MS, MINUTE_MS } from '../local-time.ts';
import type { Saying } from '../messages/message.ts';
import { doseGiven, medicationOrder, type Prescription } from '../messages/pharmacy.ts';
import type { Staff } from '../places.ts';
import { Random, shortHash } from '../random.ts';
import { placeAt, type SimStay } from '../stay.ts';
import type { Voice } from '../systems/voices.ts';
import { severityAt } from './course.ts';
import { beats, once } from './hours.ts';
import { MEDICINES, type Medicine, type MedicineName } from './medicines.ts';

/** Signed in the module this long after giving at most. */
const SIGNED_WITHIN_MS = 6 * MINUTE_MS;

/** Never prescribed together with a stated sensitivity to it: the simulated doctors read the list. */
const AVOIDS: Readonly<Partial<Record<string, readonly string[]>>> = {
  J01C: ['J01C'],
  N02BA01: ['N02BA', 'B01AC06'],
  M01A: ['M01A'],
  N02A: ['N02A'],
};

function isSafe(stay: SimStay, medicine: Medicine): boolean {
  const { allergies } = stay.person;
  if (typeof allergies === 'string') return true;
  return !allergies.some((a) => (AVOIDS[a.code] ?? []).some((prefix) => medicine.atc.startsWith(prefix)));
}

const isChild = (stay: SimStay): boolean => stay.course?.units.includes('BARN') === true;

export function prescriptionsOf(stay: SimStay): Prescription[] {
  const { course } = stay;
  if (course === null || stay.kind === 'emergency') return [];
  const random = new Random(`${stay.seed}/prescriptions`);
  const startsAt = stay.admittedAt + random.int(25, 70) * MINUTE_MS;
  return course.medicines.flatMap((name: MedicineName): Prescription[] => {
    const medicine: Medicine = MEDICINES[name];
    const isWanted = random.chance(0.92);
    if (!isWanted || !isSafe(stay, medicine)) return [];
    const dosed =
      isChild(stay) && medicine.unit === 'g'
        ? { ...medicine, dose: 0.6, instruction: medicine.instruction.replace(/^\S+/u, '0,6') }
        : medicine;
    const from = medicine.fromHours === undefined ? startsAt : stay.admittedAt + medicine.fromHours * HOUR_MS;
    const until = medicine.untilHours === undefined ? null : stay.admittedAt + medicine.untilHours * HOUR_MS;
    return [{ stay, medicine: dosed, placer: `O${shortHash(`${stay.seed}/order/${name}`)}`, from, until }];
  });
}

export function ordersBetween(voice: Voice, stay: SimStay, from: number, to: number): Saying[] {
  const said: Saying[] = [];
  const isIn = (at: number): boolean => at > from && at <= to && at < stay.dischargedAt;
  for (const prescription of prescriptionsOf(stay)) {
    if (isIn(prescription.from))
      said.push(medicationOrder({ voice, prescription, control: 'NW', at: prescription.from }));
    const { until } = prescription;
    if (until !== null && isIn(until)) said.push(medicationOrder({ voice, prescription, control: 'DC', at: until }));
  }
  return said;
}

const isOnLeave = (stay: SimStay, at: number): boolean =>
  stay.leave !== null && at >= stay.leave.from && at < stay.leave.to;

export function dosesBetween(voice: Voice, staff: Staff, stay: SimStay, from: number, to: number): Saying[] {
  const said: Saying[] = [];
  for (const prescription of prescriptionsOf(stay)) {
    const { medicine } = prescription;
    const last = Math.min(to, prescription.until ?? Number.POSITIVE_INFINITY);
    const first = Math.max(from - SIGNED_WITHIN_MS, prescription.from);
    if (medicine.infusion !== undefined) said.push(...infusionSteps(voice, staff, prescription, from, to));
    else if (last > first)
      said.push(...(medicine.whenNeeded === undefined ? scheduled : needed)(voice, staff, prescription, first, last));
  }
  return said.filter((saying) => saying.at > from && saying.at <= to);
}

function scheduled(voice: Voice, staff: Staff, prescription: Prescription, from: number, to: number): Saying[] {
  const { stay, medicine, placer } = prescription;
  const span = { hours: medicine.hours, lateMs: 38 * MINUTE_MS, from, to };
  return [...beats(stay, `dose-${placer}`, span)].flatMap(({ at, random, name }) => {
    if (isOnLeave(stay, at)) return [];
    const outcome = random.weighted<readonly ['CP' | 'RE' | 'NA', string?]>([
      [['CP'], 96],
      [['RE', 'Patienten avböjer'], 2],
      [['NA', 'Patienten på undersökning'], 1],
      [['NA', 'Kräks, tas ej per os'], 1],
    ]);
    return [
      doseGiven({
        voice,
        prescription,
        name,
        at: at + random.int(10, SIGNED_WITHIN_MS / 1_000) * 1_000,
        givenAt: at,
        by: staff.nurse(placeAt(stay, at).unit, random.int(0, 11)),
        completion: outcome[0],
        ...(outcome[1] === undefined ? {} : { reason: outcome[1] }),
      }),
    ];
  });
}

/** Asked for more often the worse it is, and never oftener than the order allows. */
function needed(voice: Voice, staff: Staff, prescription: Prescription, from: number, to: number): Saying[] {
  const { stay, medicine, placer } = prescription;
  const perDay = medicine.whenNeeded?.perDay ?? 1;
  const hours = perDay === 1 ? [22] : [1, 5, 9, 13, 17, 21].slice(0, perDay);
  return [...beats(stay, `need-${placer}`, { hours, lateMs: 170 * MINUTE_MS, from, to })].flatMap((beat) => {
    const severity = stay.course === null ? 0 : severityAt(stay.course, (beat.at - stay.admittedAt) / HOUR_MS);
    if (isOnLeave(stay, beat.at) || !beat.random.chance(0.1 + 0.45 * severity)) return [];
    return [
      doseGiven({
        voice,
        prescription,
        name: beat.name,
        at: beat.at + beat.random.int(10, 300) * 1_000,
        givenAt: beat.at,
        by: staff.nurse(placeAt(stay, beat.at).unit, beat.random.int(0, 11)),
        completion: 'CP',
      }),
    ];
  });
}

/** Started, its rate followed by how ill the patient is, stopped. Each change is told. */
function infusionSteps(voice: Voice, staff: Staff, prescription: Prescription, from: number, to: number): Saying[] {
  const { stay, medicine, placer } = prescription;
  const { infusion } = medicine;
  if (infusion === undefined) return [];
  const until = prescription.until ?? stay.dischargedAt;
  const said: Saying[] = [];
  const tell = (name: string, at: number, rate: number, completion: 'PA' | 'CP'): void => {
    const by = staff.nurse(placeAt(stay, at).unit, clockTime(at).hour % 12);
    said.push(doseGiven({ voice, prescription, name, at, by, completion, rate }));
  };
  const startAt = prescription.from + 12 * MINUTE_MS;
  for (const beat of once(stay, `drip-start-${placer}`, { atMs: startAt, from, to })) {
    if (startAt < until) tell(beat.name, beat.at, infusion.rate, 'PA');
  }
  for (const beat of beats(stay, `drip-${placer}`, {
    hours: [1, 5, 9, 13, 17, 21],
    lateMs: 50 * MINUTE_MS,
    from,
    to,
  })) {
    if (beat.at <= startAt || beat.at >= until || stay.course === null) continue;
    const severity = severityAt(stay.course, (beat.at - stay.admittedAt) / HOUR_MS);
    const factor = infusion.follows === 'severity' ? Math.max(0.15, severity * 1.3) : 1;
    tell(beat.name, beat.at, Math.round(infusion.rate * factor * 10) / 10, 'PA');
  }
  for (const beat of once(stay, `drip-stop-${placer}`, { atMs: until, from, to })) tell(beat.name, beat.at, 0, 'CP');
  return said;
}
