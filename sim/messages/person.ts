// PID, PV1 and what stands beside them: who a message is about, by two identifiers always, and where that person lies.

import { hl7Time } from '../local-time.ts';
import { type Kin, type Person, SERIES } from '../people.ts';
import type { Colleague } from '../places.ts';
import { personAt, placeAt, type SimStay } from '../stay.ts';
import type { Voice } from '../systems/voices.ts';
import { segment, Written } from './segment.ts';

/** CX of the number people use: `197609272393^^^SKV&1.2.752.129.2.1.3.1&ISO^NNSWE`. */
const numberText = (person: Person): string => {
  const series = SERIES[person.series];
  return `${person.number}^^^${series.authority}&${series.oid}&ISO^${series.type}`;
};

const localText = (person: Person, voice: Voice): string => `${person.localNumber}^^^${voice.hospital}^PI`;

/** The number people use and the house's own: what a message is about, and in MRG-1 what it was known by before. */
export const identifiers = (person: Person, voice: Voice): Written =>
  new Written(`${numberText(person)}~${localText(person, voice)}`);

export function pid(person: Person, voice: Voice, setId = 1): string {
  const isOpen = !person.isProtected && person.street !== '' && person.family !== 'Okänd';
  return segment('PID', {
    1: setId,
    3: identifiers(person, voice),
    5: [person.family, person.given, undefined, undefined, undefined, undefined, 'L'],
    7: person.birth,
    8: person.sex,
    11: isOpen ? [person.street, undefined, person.town[1], undefined, person.town[0], 'SWE', 'H'] : undefined,
    13: isOpen ? [undefined, 'PRN', 'CP', undefined, undefined, undefined, person.phone] : undefined,
    15: person.interpreter ?? undefined,
  });
}

/** PD1-12 Y: protection of the person's data (sekretessmarkering). */
export const pd1 = (person: Person): string[] => (person.isProtected ? [segment('PD1', { 12: 'Y' })] : []);

const nk1 = (kin: Kin, setId = 1): string =>
  segment('NK1', {
    1: setId,
    2: [kin.family, kin.given],
    3: [undefined, kin.relation],
    5: [undefined, 'PRN', 'CP', undefined, undefined, undefined, kin.phone],
  });

export const caregiver = (who: Colleague): readonly (string | undefined)[] => [who.id, who.family, who.given];

const CLASS: Readonly<Record<SimStay['kind'], string>> = {
  inpatient: 'I',
  emergency: 'E',
  'day-care': 'O',
  newborn: 'I',
};

export interface Pv1Options {
  readonly at: number;
  /** Where the patient lay before (A02). */
  readonly prior?: { readonly unit: string; readonly room: string; readonly bed: string };
  readonly setId?: number;
}

const locationField = (place: { unit: string; room: string; bed: string }, stay: SimStay): string[] => [
  place.unit,
  place.room,
  place.bed,
  stay.hospital,
];

export function pv1(stay: SimStay, { at, prior, setId = 1 }: Pv1Options): string {
  const place = placeAt(stay, at);
  return segment('PV1', {
    1: setId,
    2: at < stay.admittedAt ? 'P' : place.unit === 'BB' && stay.kind === 'inpatient' ? 'B' : CLASS[stay.kind],
    3: locationField(place, stay),
    4: stay.kind === 'newborn' ? 'N' : stay.cameFrom !== null || stay.kind === 'emergency' ? 'E' : 'R',
    6: prior === undefined ? undefined : locationField(prior, stay),
    7: caregiver(stay.doctor),
    10: stay.icd.slice(0, 3),
    14: stay.cameFrom === null ? undefined : '7',
    19: new Written(`${stay.number}^^^${stay.hospital}^VN`),
    36: at >= stay.dischargedAt ? '1' : undefined,
    44: at >= stay.admittedAt ? hl7Time(stay.admittedAt) : undefined,
    45: at >= stay.dischargedAt ? hl7Time(stay.dischargedAt) : undefined,
  });
}

/** PV2: why, and when people expect to come and go. */
export function pv2(stay: SimStay, at: number): string {
  return segment('PV2', {
    3: [stay.icd, stay.reason, 'ICD-10-SE'],
    8: at < stay.admittedAt ? hl7Time(stay.admittedAt).slice(0, 12) : undefined,
    9: stay.kind === 'emergency' ? undefined : hl7Time(stay.dischargedAt).slice(0, 8),
  });
}

export const personAndStay = (stay: SimStay, voice: Voice, at: number): string[] => [
  pid(personAt(stay, at), voice),
  pv1(stay, { at }),
];

export const dg1 = (stay: SimStay, at: number): string =>
  segment('DG1', {
    1: 1,
    3: [stay.icd, stay.reason, 'ICD-10-SE'],
    5: hl7Time(Math.min(at, stay.admittedAt)),
    6: at >= stay.dischargedAt ? 'F' : 'A',
  });

export const al1 = (person: Person): string[] => {
  if (person.allergies === 'unknown') return [];
  if (person.allergies === 'none') {
    return [segment('AL1', { 1: 1, 2: 'MA', 3: ['716186003', 'Inga kända överkänsligheter', 'SCT'] })];
  }
  return person.allergies.map((a, i) =>
    segment('AL1', {
      1: i + 1,
      2: a.type,
      3: [a.code, a.text, a.type === 'DA' ? 'ATC' : 'L'],
      4: a.severity,
      5: a.reaction,
    }),
  );
};

/** The newborn's mother, or the next of kin. */
export const kinOf = (person: Person): string[] => (person.kin === null || person.isProtected ? [] : [nk1(person.kin)]);
