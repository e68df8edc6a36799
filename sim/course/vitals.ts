// Vital signs as the ward measures them: the person's own normal, moved by how ill the person is at that hour.

import { clockTime, HOUR_MS, MINUTE_MS } from '../local-time.ts';
import type { Saying } from '../messages/message.ts';
import { type Obx, observations } from '../messages/observations.ts';
import { ageAt } from '../people.ts';
import type { Random } from '../random.ts';
import { personAt, placeAt, type SimStay } from '../stay.ts';
import type { Voice } from '../systems/voices.ts';
import { severityAt, type VitalShift } from './course.ts';
import { beats, everyHours, once } from './hours.ts';

export interface VitalSigns {
  readonly rr: number;
  readonly spo2: number;
  readonly oxygen: number;
  readonly sbp: number;
  readonly dbp: number;
  readonly pulse: number;
  readonly temp: number;
  readonly consciousness: 'A' | 'C' | 'V';
}

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

/** What is normal at an age: children breathe and beat faster. */
function normalsAt(age: number): { rr: number; spo2: number; sbp: number; pulse: number; temp: number } {
  if (age < 16) return { rr: 30 - age, spo2: 98, sbp: 88 + 2 * age, pulse: 128 - 3.5 * age, temp: 36.8 };
  return { rr: 15.5, spo2: age > 75 ? 95.5 : 97, sbp: 118 + Math.max(0, age - 40) * 0.45, pulse: 72, temp: 36.7 };
}

export function vitalSignsAt(stay: SimStay, at: number, random: Random): VitalSigns {
  const person = personAt(stay, at);
  const age = stay.kind === 'newborn' ? 0 : person.birth === '' ? 55 : ageAt(person, clockTime(at).date);
  const normal = normalsAt(age);
  const { course } = stay;
  const severity = course === null ? 0.15 : severityAt(course, (at - stay.admittedAt) / HOUR_MS);
  const shift: VitalShift = course?.shift ?? {};
  const moved = (base: number, by: number | undefined, spread: number): number =>
    base + (by ?? 0) * severity + random.noise() * spread;
  const oxygenNeed = (shift.oxygen ?? 0) * severity;
  const oxygen = oxygenNeed < 0.4 ? 0 : Math.max(1, Math.round(oxygenNeed));
  const base = course?.spo2Scale2 === true ? 92 : normal.spo2;
  const helped = oxygen > 0 ? 2.5 : 0;
  const sbp = clamp(moved(normal.sbp, shift.sbp, 6), 62, 228);
  return {
    rr: Math.round(clamp(moved(normal.rr, shift.rr, 1.2), 7, 60)),
    spo2: Math.round(clamp(moved(base, shift.spo2, 0.8) + helped, 74, 100)),
    oxygen,
    sbp: Math.round(sbp),
    dbp: Math.round(clamp(sbp * 0.6 + random.noise() * 4, 35, 130)),
    pulse: Math.round(clamp(moved(normal.pulse, shift.pulse, 4), 36, 190)),
    temp: Math.round(clamp(moved(normal.temp, shift.temp, 0.2), 34, 41) * 10) / 10,
    consciousness: severity > (shift.confusedAbove ?? 2) ? 'C' : 'A',
  };
}

const ACVPU = { A: 'Alert', C: 'Nytillkommen förvirring', V: 'Reagerar på tilltal' } as const;

const numeric = (code: string, name: string, value: number, unit: string): Obx => ({
  type: 'NM',
  code: [code, name, 'LN'],
  value: String(value),
  unit: [unit, undefined, 'UCUM'],
});

function setOf(signs: VitalSigns, stay: SimStay): Obx[] {
  const scale2: Obx = { type: 'NM', code: ['NEWS2SKALA', 'SpO2-skala för NEWS2', 'L'], value: '2' };
  return [
    numeric('9279-1', 'Andningsfrekvens', signs.rr, '/min'),
    numeric('59408-5', 'Syremättnad (pulsoximeter)', signs.spo2, '%'),
    numeric('3151-8', 'Syrgasflöde', signs.oxygen, 'L/min'),
    numeric('8480-6', 'Systoliskt blodtryck', signs.sbp, 'mm[Hg]'),
    numeric('8462-4', 'Diastoliskt blodtryck', signs.dbp, 'mm[Hg]'),
    numeric('8867-4', 'Puls', signs.pulse, '/min'),
    {
      type: 'CWE',
      code: ['67775-7', 'Medvetandegrad (ACVPU)', 'LN'],
      value: [signs.consciousness, ACVPU[signs.consciousness], 'L'],
    },
    numeric('8310-5', 'Kroppstemperatur', signs.temp, 'Cel'),
    ...(stay.course?.spo2Scale2 === true ? [scale2] : []),
  ];
}

/** How often: hourly in intensive care and emergency, every fourth hour when ill, twice a day when nearly well. */
function hoursOf(stay: SimStay, at: number): readonly number[] {
  const { unit } = placeAt(stay, at);
  if (unit === 'IVA' || stay.kind === 'emergency') return everyHours(1);
  if (stay.kind === 'newborn') return [10, 22];
  const severity = stay.course === null ? 0 : severityAt(stay.course, (at - stay.admittedAt) / HOUR_MS);
  return severity > 0.45 ? [2, 6, 10, 14, 18, 22] : severity > 0.15 ? [6, 10, 14, 18, 22] : [6, 18];
}

export function vitalsBetween(voice: Voice, stay: SimStay, from: number, to: number): Saying[] {
  const said: Saying[] = [];
  const span = { hours: everyHours(1), lateMs: 25 * MINUTE_MS, from, to };
  const say = (at: number, name: string, random: Random): void => {
    said.push(
      observations({
        voice,
        stay,
        saidAt: at + random.int(20, 240) * 1_000,
        at,
        key: `vitals/${name}`,
        topic: `vitals/${name}`,
        filler: name.replaceAll('/', '-'),
        code: ['VITALPARAM', 'Vitalparametrar', 'L'],
        by: stay.nurse,
        values: setOf(vitalSignsAt(stay, at, random), stay),
      }),
    );
  };
  for (const beat of once(stay, 'first-vitals', { atMs: stay.admittedAt + 9 * MINUTE_MS, from: from - HOUR_MS, to })) {
    say(beat.at, beat.name, beat.random);
  }
  for (const beat of beats(stay, 'vitals', { ...span, from: from - HOUR_MS })) {
    const hour = Number(beat.name.slice(-2));
    if (hoursOf(stay, beat.at).includes(hour)) say(beat.at, beat.name, beat.random);
  }
  // What was measured before the window can be told inside it: told once, by when it is told.
  return said.filter((saying) => saying.at > from && saying.at <= to);
}

/** 24 hours' fluids in and out, summed at six in the morning for those with drips. */
export function fluidsBetween(voice: Voice, stay: SimStay, from: number, to: number): Saying[] {
  const hasDrip = stay.course?.medicines.some((name) => name === 'ringer' || name === 'glucose') === true;
  if (!hasDrip) return [];
  return [...beats(stay, 'fluids', { hours: [6], lateMs: 30 * MINUTE_MS, from, to })].map((beat) => {
    const intake = Math.round(beat.random.between(1400, 3400) / 50) * 50;
    const output = Math.round((intake * beat.random.between(0.6, 1.15)) / 50) * 50;
    return observations({
      voice,
      stay,
      saidAt: beat.at,
      at: beat.at,
      key: beat.name,
      topic: beat.name,
      filler: beat.name.replaceAll('/', '-'),
      code: ['VATSKEBAL', 'Vätskebalans 24 timmar', 'L'],
      by: stay.nurse,
      values: [numeric('9108-2', 'Vätska in, 24 h', intake, 'mL'), numeric('9262-7', 'Vätska ut, 24 h', output, 'mL')],
    });
  });
}
