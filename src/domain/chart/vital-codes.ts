// Which vital sign a measured value is, by its code or by the words Swedish sources use. Only an exact match counts: a value
// under the wrong name in NEWS2 is worse than a score that is not computed.

import type { Consciousness } from '../news2.ts';
import type { ChartValue } from './chart.ts';
import { bareCode } from './fhir-read.ts';

export const VITAL_KINDS = [
  'respiration',
  'saturation',
  'oxygen-flow',
  'oxygen-fraction',
  'oxygen',
  'blood-pressure',
  'systolic',
  'diastolic',
  'pulse',
  'consciousness',
  'temperature',
] as const;
export type VitalKind = (typeof VITAL_KINDS)[number];

/** Row heads, in the order of the bedside chart (ux §3). */
export const VITAL_TITLES: Readonly<Record<VitalKind, string>> = {
  respiration: 'Andning',
  saturation: 'SpO₂',
  'oxygen-flow': 'Syrgas',
  'oxygen-fraction': 'FiO₂',
  oxygen: 'Syrgas',
  'blood-pressure': 'Blodtryck',
  systolic: 'Blodtryck, systoliskt',
  diastolic: 'Blodtryck, diastoliskt',
  pulse: 'Puls',
  consciousness: 'Medvetande',
  temperature: 'Temp',
};

const kinds = (kind: VitalKind, ...codes: readonly string[]): [string, VitalKind][] =>
  codes.map((code) => [code, kind]);

/** LOINC and SNOMED CT; the code systems' numbers do not collide, so the bare code is enough. */
export const KIND_OF_CODE: ReadonlyMap<string, VitalKind> = new Map([
  ...kinds('respiration', '9279-1', '86290005'),
  ...kinds('saturation', '59408-5', '2708-6', '431314004', '103228002'),
  ...kinds('oxygen-flow', '3151-8', '427081008'),
  ...kinds('oxygen-fraction', '3150-6', '3150-0', '250774007'),
  ...kinds('oxygen', '57485005'),
  ...kinds('systolic', '8480-6', '271649006'),
  ...kinds('diastolic', '8462-4', '271650006'),
  ...kinds('pulse', '8867-4', '364075005', '78564009'),
  ...kinds('consciousness', '67775-7', '80288-4', '1104441000000107', '1104051000000101'),
  ...kinds('temperature', '8310-5', '8331-1', '386725007', '276885007'),
]);

const KIND_OF_WORDS: ReadonlyMap<string, VitalKind> = new Map([
  ...kinds('respiration', 'andning', 'andningsfrekvens', 'af', 'andetag', 'respiratory rate'),
  ...kinds('saturation', 'spo2', 'spo₂', 'saturation', 'syremättnad', 'pox', 'oxygen saturation'),
  ...kinds('oxygen-flow', 'syrgasflöde', 'syrgas l/min', 'o2-flöde', 'inhaled oxygen flow rate'),
  ...kinds('oxygen-fraction', 'fio2', 'fio₂', 'inhaled oxygen concentration'),
  ...kinds(
    'oxygen',
    'syrgas',
    'o2',
    'luft/syrgas',
    'syrgas/luft',
    'extra syrgas',
    'tillförd syrgas',
    'supplemental oxygen',
  ),
  ...kinds(
    'systolic',
    'systoliskt blodtryck',
    'blodtryck systoliskt',
    'blodtryck, systoliskt',
    'systolic blood pressure',
  ),
  ...kinds(
    'diastolic',
    'diastoliskt blodtryck',
    'blodtryck diastoliskt',
    'blodtryck, diastoliskt',
    'diastolic blood pressure',
  ),
  ...kinds('pulse', 'puls', 'pulsfrekvens', 'hjärtfrekvens', 'heart rate'),
  ...kinds(
    'consciousness',
    'medvetande',
    'medvetandegrad',
    'medvetandenivå',
    'acvpu',
    'medvetande (acvpu)',
    'medvetande acvpu',
  ),
  ...kinds('temperature', 'temp', 'temperatur', 'kroppstemperatur', 'body temperature'),
]);

/**
 * Monitors' own codes (ISO/IEEE 11073-10101), as numbers or reference ids; only under their own system, since the numbers mean
 * other things elsewhere. Only what is unambiguous: the pressure of an arterial line beside a cuff's, a temperature without a
 * site and a rate counted by another sensor stand as rows of their own and never complete a score.
 */
const KIND_OF_MDC: ReadonlyMap<string, VitalKind> = new Map([
  ...kinds('respiration', '151562', 'MDC_RESP_RATE'),
  ...kinds('saturation', '150456', 'MDC_PULS_OXIM_SAT_O2'),
  ...kinds('systolic', '150021', 'MDC_PRESS_BLD_NONINV_SYS'),
  ...kinds('diastolic', '150022', 'MDC_PRESS_BLD_NONINV_DIA'),
  ...kinds('pulse', '147842', 'MDC_ECG_HEART_RATE', '149530', 'MDC_PULS_OXIM_PULS_RATE'),
  ...kinds('temperature', '150364', 'MDC_TEMP_BODY'),
]);
const MDC_SYSTEM = /^(?:MDC|urn:(?:id|local):MDC|urn:iso:std:iso:11073:10101|urn:oid:2\.16\.840\.1\.113883\.6\.24)$/i;

export function vitalKind(value: Pick<ChartValue, 'codes' | 'name'>): VitalKind | null {
  for (const code of value.codes) {
    const at = code.lastIndexOf('|');
    const kind = MDC_SYSTEM.test(code.slice(0, at))
      ? KIND_OF_MDC.get(bareCode(code))
      : KIND_OF_CODE.get(bareCode(code));
    if (kind !== undefined) return kind;
  }
  return KIND_OF_WORDS.get(value.name.toLowerCase().trim()) ?? null;
}

/** Which oxygen scale of NEWS2 the source counts by, in so many words; no national code exists. */
export const isNews2Scale = ({ codes, name }: Pick<ChartValue, 'codes' | 'name'>): boolean =>
  [...codes.map(bareCode), name].some((word) =>
    /^(?:NEWS2?[ _-]?(?:SKALA|SCALE)|SpO2-skala för NEWS2?)$/i.test(word.trim()),
  );

const LEVEL_OF_WORDS: ReadonlyMap<string, Consciousness> = new Map<string, Consciousness>([
  ...(['A', 'C', 'V', 'P', 'U'] as const).map((level): [string, Consciousness] => [level.toLowerCase(), level]),
  ['alert', 'A'],
  ['vaken', 'A'],
  ['vaken och orienterad', 'A'],
  ['confusion', 'C'],
  ['new confusion', 'C'],
  ['förvirrad', 'C'],
  ['nytillkommen förvirring', 'C'],
  ['voice', 'V'],
  ['verbal', 'V'],
  ['reagerar på tilltal', 'V'],
  ['pain', 'P'],
  ['reagerar på smärta', 'P'],
  ['unresponsive', 'U'],
  ['reagerar inte', 'U'],
  ['ingen reaktion', 'U'],
]);

/** ACVPU from a letter, with or without its word («A», «A – alert»), or from the word alone. RLS 85 is another scale: not read. */
export function consciousnessOf(value: Pick<ChartValue, 'written' | 'number'>): Consciousness | null {
  if (value.written === null || value.number !== null) return null;
  const words = value.written.toLowerCase().trim();
  const whole = LEVEL_OF_WORDS.get(words);
  if (whole !== undefined) return whole;
  const [, letter, rest] = /^([acvpu])\s*[-–:(,]\s*(.+?)\)?$/.exec(words) ?? [];
  if (letter === undefined || rest === undefined) return null;
  const byLetter = LEVEL_OF_WORDS.get(letter) ?? null;
  const byWord = LEVEL_OF_WORDS.get(rest);
  return byWord === undefined || byWord === byLetter ? byLetter : null;
}

const AIR = /^(luft|rumsluft|air|room air|nej|ingen|0)$/i;
const OXYGEN = /^(syrgas|oxygen|o2|ja)\b/i;

/** Whether oxygen is given; null when the value says neither. */
export function oxygenGiven(
  kind: VitalKind,
  value: Pick<ChartValue, 'written' | 'number' | 'unit' | 'comparator'>,
): boolean | null {
  const unit = value.unit.toLowerCase().replaceAll(' ', '');
  if (value.number === null) {
    const words = value.written?.trim() ?? '';
    return AIR.test(words) ? false : OXYGEN.test(words) ? true : null;
  }
  if (value.comparator !== null || value.number < 0) return null;
  if (kind === 'oxygen-fraction') {
    const percent = unit === '%' ? value.number : value.number <= 1 ? value.number * 100 : null;
    return percent === null || percent < 20 || percent > 100 ? null : percent > 21;
  }
  return unit === 'l/min' || unit === 'liter/min' ? value.number > 0 : value.number === 0 ? false : null;
}
