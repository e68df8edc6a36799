// What is written about a stay: on admission, at the round, by the nurse, at discharge; and what imaging answers.

import { clockTime, HOUR_MS, MINUTE_MS } from '../local-time.ts';
import { note } from '../messages/documents.ts';
import type { Saying } from '../messages/message.ts';
import { observations } from '../messages/observations.ts';
import { serviceOrder } from '../messages/orders.ts';
import { shortHash } from '../random.ts';
import type { SimStay } from '../stay.ts';
import type { Voice } from '../systems/voices.ts';
import { severityAt } from './course.ts';
import { beats, once } from './hours.ts';
import { vitalSignsAt } from './vitals.ts';

const ROUND_WORDS = [
  ['Försämrad sedan i går. Tätare kontroller.', 0.75],
  ['Påverkad men stabil. Fortsatt plan enligt ovan.', 0.5],
  ['Klar förbättring. Äter och mobiliseras.', 0.2],
  ['Mår bra. Planerar hemgång.', 0],
] as const;

const roundWord = (severity: number): string => ROUND_WORDS.find(([, above]) => severity >= above)?.[0] ?? '';

export function notesBetween(voice: Voice, stay: SimStay, from: number, to: number): Saying[] {
  const { course } = stay;
  if (course === null || stay.kind === 'emergency') return [];
  const said: Saying[] = [];
  const arrival = { atMs: stay.admittedAt + 105 * MINUTE_MS, from, to };
  for (const beat of once(stay, 'admission-note', arrival)) {
    const signs = vitalSignsAt(stay, beat.at, beat.random);
    said.push(
      note({
        voice,
        stay,
        at: beat.at,
        name: beat.name,
        kind: ['INSKR', 'Inskrivningsanteckning'],
        author: stay.doctor,
        text: [
          `Inskrivningsorsak: ${stay.reason} (${stay.icd})`,
          `Aktuellt: ${course.history}`,
          `Status: AF ${signs.rr}/min, saturation ${signs.spo2} %${signs.oxygen > 0 ? ` på ${signs.oxygen} L O2` : ' på luft'}, blodtryck ${signs.sbp}/${signs.dbp}, puls ${signs.pulse}, temp ${String(signs.temp).replace('.', ',')} °C.`,
          `Bedömning och plan: ${course.plan}`,
        ].join('\n'),
      }),
    );
  }
  for (const beat of beats(stay, 'round', { hours: [10], lateMs: 80 * MINUTE_MS, from, to })) {
    const severity = severityAt(course, (beat.at - stay.admittedAt) / HOUR_MS);
    const day = Math.max(1, Math.round((beat.at - stay.admittedAt) / (24 * HOUR_MS)));
    said.push(
      note({
        voice,
        stay,
        at: beat.at,
        name: beat.name,
        kind: ['ROND', 'Rondanteckning'],
        author: stay.doctor,
        text: `Vårddygn ${day}. ${roundWord(severity)}\n${course.plan}`,
      }),
    );
  }
  for (const beat of beats(stay, 'nursing', { hours: [20], lateMs: 90 * MINUTE_MS, from, to })) {
    said.push(
      note({
        voice,
        stay,
        at: beat.at,
        name: beat.name,
        kind: ['OMV', 'Omvårdnadsanteckning'],
        author: stay.nurse,
        text: beat.random.pick([
          'Kommunikation: lugn kväll. Nutrition: ätit halva portioner. Elimination: ua. Hud: hel.',
          'Trött men vaken. Uppe i stol två gånger. Smärtlindrad med vidbehovsläkemedel. Närstående på besök.',
          'Orolig under kvällen, lugnas av samtal. Larm på sängen. Dricker med påminnelse.',
        ]),
      }),
    );
  }
  // Written the hour before going home, so that it is in the record when the bed is empty.
  for (const beat of once(stay, 'discharge-note', { atMs: stay.dischargedAt - 50 * MINUTE_MS, from, to })) {
    said.push(
      note({
        voice,
        stay,
        at: beat.at,
        name: beat.name,
        kind: ['EPIKRIS', 'Epikris'],
        author: stay.doctor,
        text: `Vårdad för ${stay.reason.toLowerCase()} ${clockTime(stay.admittedAt).date}–${clockTime(stay.dischargedAt).date}. ${course.history} Förlopp utan komplikation. Uppföljning i primärvården.`,
      }),
    );
  }
  return said;
}

/** Asked for on the first day, answered some hours later. */
export function imagingBetween(voice: Voice, stay: SimStay, from: number, to: number): Saying[] {
  const imaging = stay.course?.imaging;
  if (imaging === undefined || stay.kind !== 'inpatient') return [];
  const placer = `X${shortHash(`${stay.seed}/imaging`)}`;
  const doneAt = stay.admittedAt + 5 * HOUR_MS;
  const said: Saying[] = [];
  for (const beat of once(stay, 'imaging-order', { atMs: stay.admittedAt + 70 * MINUTE_MS, from, to })) {
    said.push(
      serviceOrder({
        voice,
        stay,
        at: beat.at,
        name: beat.name,
        placer,
        code: imaging.code,
        text: imaging.name,
        due: doneAt,
        section: 'RAD',
        why: stay.reason,
      }),
    );
  }
  for (const beat of once(stay, 'imaging-answer', { atMs: doneAt + 80 * MINUTE_MS, from, to })) {
    said.push(
      observations({
        voice,
        stay,
        saidAt: beat.at,
        at: doneAt,
        key: beat.name,
        topic: beat.name,
        placer,
        filler: `U${shortHash(beat.name)}`,
        code: [imaging.code, imaging.name, 'L'],
        section: 'RAD',
        by: stay.doctor,
        values: [{ type: 'TX', code: ['UTLATANDE', 'Utlåtande', 'L'], value: imaging.answer }],
      }),
    );
  }
  return said;
}

/** Care ordered for the stay: fasting, mobilisation, a physiotherapist. */
export function careOrdersBetween(voice: Voice, stay: SimStay, from: number, to: number): Saying[] {
  if (stay.course === null || stay.kind !== 'inpatient') return [];
  const wanted: [string, string, number][] = [
    ['KOST', stay.course.surgery === undefined ? 'Kost: normalkost, E-kost vid behov' : 'Fasta inför operation', 2],
    ['FYSIO', 'Fysioterapeut: mobilisering', 20],
  ];
  return wanted.flatMap(([code, text, afterHours]) =>
    [...once(stay, `care-${code}`, { atMs: stay.admittedAt + afterHours * HOUR_MS, from, to })].map((beat) =>
      serviceOrder({
        voice,
        stay,
        at: beat.at,
        name: beat.name,
        placer: `K${shortHash(beat.name)}`,
        code,
        text,
        due: beat.at,
      }),
    ),
  );
}
