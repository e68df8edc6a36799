// Laboratory orders and answers: asked for by the record system, answered by the laboratory, first perhaps preliminary, then
// final, now and then corrected; cultures grow for days. What is asked for and not answered is what a ward waits for.

import { clockTime, HOUR_MS, MINUTE_MS } from '../local-time.ts';
import type { Saying } from '../messages/message.ts';
import { type Obx, observations } from '../messages/observations.ts';
import { laboratoryOrder } from '../messages/orders.ts';
import type { Staff } from '../places.ts';
import { Random, shortHash } from '../random.ts';
import { placeAt, type SimStay } from '../stay.ts';
import type { Voice } from '../systems/voices.ts';
import { severityAt } from './course.ts';
import { type Beat, beats, everyHours, once } from './hours.ts';
import { ANALYTES, type Analyte, type AnalyteName, PANELS, type PanelName } from './laboratory.ts';

/** One specimen's way: asked for, taken, answered in steps. */
interface Sample {
  readonly name: string;
  readonly panel: PanelName;
  readonly takenAt: number;
  readonly placer: string;
  readonly filler: string;
  readonly random: Random;
}

export interface AnswerStep {
  readonly sample: Sample;
  readonly stage: 'preliminary' | 'final' | 'corrected';
  readonly at: number;
}

const ORDERED_BEFORE_MS = 40 * MINUTE_MS;
/** No answer is later than this after the specimen: how far back a window must look. */
const LONGEST_MS = 12 * HOUR_MS;

function panelsAt(stay: SimStay, beat: Beat): readonly PanelName[] {
  const { course } = stay;
  if (course === null) return [];
  const hours = (beat.at - stay.admittedAt) / HOUR_MS;
  const severity = severityAt(course, hours);
  if (severity < 0.12 && !beat.random.chance(0.25)) return [];
  const skip: PanelName[] = hours > 48 ? ['heart', 'clotting', 'lactate', 'gas'] : ['gas'];
  return course.panels.filter((panel) => !skip.includes(panel) && (hours < 30 || beat.random.chance(0.75)));
}

const sampleOf = (stay: SimStay, beat: Beat, panel: PanelName): Sample => ({
  name: `${beat.name}/${panel}`,
  panel,
  takenAt: beat.at,
  placer: `R${shortHash(`${stay.seed}/${beat.name}/${panel}/placer`)}`,
  filler: `L${shortHash(`${stay.seed}/${beat.name}/${panel}/filler`)}`,
  random: new Random(`${stay.seed}/${beat.name}/${panel}`),
});

/** Every specimen taken in a window. */
function* samplesBetween(stay: SimStay, from: number, to: number): Generator<Sample> {
  const { course } = stay;
  if (stay.kind === 'newborn' || stay.kind === 'day-care') return;
  const isWard = stay.kind === 'inpatient';
  // Who came by the emergency department had the first specimens taken there.
  if (!isWard || stay.cameFrom === null) {
    const atMs = stay.admittedAt + 32 * MINUTE_MS;
    for (const beat of once(stay, 'first-samples', { atMs, from, to })) {
      const panels: readonly PanelName[] =
        course?.panels ?? (beat.random.chance(0.6) ? ['blood', 'electrolytes', 'crp'] : []);
      for (const panel of panels) yield sampleOf(stay, beat, panel);
      if (stay.reason === 'Bröstsmärta') yield sampleOf(stay, beat, 'heart');
    }
  }
  if (!isWard) return;
  for (const beat of beats(stay, 'morning', { hours: [6], lateMs: 50 * MINUTE_MS, from, to })) {
    for (const panel of panelsAt(stay, beat)) yield sampleOf(stay, beat, panel);
  }
  const isGasWatched = course?.panels.includes('gas') === true || placeAt(stay, stay.admittedAt).unit === 'IVA';
  if (!isGasWatched) return;
  for (const beat of beats(stay, 'gas', { hours: everyHours(4), lateMs: 40 * MINUTE_MS, from, to })) {
    const isIva = placeAt(stay, beat.at).unit === 'IVA';
    if (isIva || beat.at < stay.admittedAt + 26 * HOUR_MS) yield sampleOf(stay, beat, 'gas');
  }
}

function stepsOf(sample: Sample): AnswerStep[] {
  const { random, takenAt, panel } = sample;
  if (panel === 'gas') return [{ sample, stage: 'final', at: takenAt + random.int(2, 6) * MINUTE_MS }];
  const isSplit = PANELS[panel].analytes.length > 2 && random.chance(0.3);
  const finalAt = takenAt + random.int(62, 140) * MINUTE_MS;
  const steps: AnswerStep[] = [];
  if (isSplit) steps.push({ sample, stage: 'preliminary', at: takenAt + random.int(35, 55) * MINUTE_MS });
  steps.push({ sample, stage: 'final', at: finalAt });
  if (random.chance(0.015)) steps.push({ sample, stage: 'corrected', at: finalAt + random.int(60, 400) * MINUTE_MS });
  return steps;
}

/** Answers given in a window, in order of time. */
export function answersBetween(stay: SimStay, from: number, to: number): AnswerStep[] {
  const steps: AnswerStep[] = [];
  for (const sample of samplesBetween(stay, from - LONGEST_MS, to)) {
    for (const step of stepsOf(sample)) if (step.at > from && step.at <= to) steps.push(step);
  }
  return steps.sort((a, b) => a.at - b.at);
}

function valueAt(stay: SimStay, analyte: Analyte, name: AnalyteName, sample: Sample): number {
  const { course } = stay;
  const random = new Random(`${stay.seed}/${sample.name}/${name}`);
  const own = new Random(`${stay.seed}/own/${name}`).noise() * 0.5;
  const worst = course?.labs[name];
  const hours = (sample.takenAt - stay.admittedAt) / HOUR_MS;
  // Inflammation is seen in the blood half a day after it is felt.
  const lag = name === 'crp' || name === 'pct' ? 14 : 0;
  const severity = course === null ? 0.1 : severityAt(course, hours - lag);
  const base = worst === undefined ? analyte.normal : analyte.normal + (worst - analyte.normal) * severity;
  return Math.max(name === 'be' ? -20 : 0, base + analyte.normal * analyte.wander * (own + random.noise()));
}

const writtenNumber = (value: number, decimals: number): string => value.toFixed(decimals);

const FLAGS = { low: 'L', high: 'H', criticalLow: 'LL', criticalHigh: 'HH' } as const;

function flagOf(analyte: Analyte, value: number): string {
  if (analyte.critical !== undefined && value < analyte.critical[0]) return FLAGS.criticalLow;
  if (analyte.critical !== undefined && value > analyte.critical[1]) return FLAGS.criticalHigh;
  if (analyte.low !== null && value < analyte.low) return FLAGS.low;
  return analyte.high !== null && value > analyte.high ? FLAGS.high : '';
}

/** One analysis as an OBX. `status` as HL7 table 0085. */
function answerValue(stay: SimStay, name: AnalyteName, sample: Sample, status: string, factor = 1): Obx {
  const analyte: Analyte = ANALYTES[name];
  const value = valueAt(stay, analyte, name, sample) * factor;
  const isBelow = analyte.reportLimit !== undefined && value < analyte.reportLimit;
  const shared = {
    code: [analyte.code, analyte.name, analyte.system],
    unit: analyte.unit === '' ? undefined : analyte.unit,
    range: analyte.range,
    status,
  };
  if (status === 'I') return { ...shared, type: 'NM', value: undefined };
  if (isBelow) return { ...shared, type: 'SN', value: ['<', String(analyte.reportLimit)] };
  return { ...shared, type: 'NM', value: writtenNumber(value, analyte.decimals), flag: flagOf(analyte, value) };
}

export interface AnswerOptions {
  /** Overrides for a control action: another moment, other states, another value. */
  readonly at?: number;
  readonly status?: string;
  readonly factor?: number;
  readonly key?: string;
}

/** One step of an answer as the laboratory sends it. */
export function answerSaying(
  voice: Voice,
  staff: Staff,
  stay: SimStay,
  step: AnswerStep,
  more: AnswerOptions = {},
): Saying {
  const { sample, stage } = step;
  const panel = PANELS[sample.panel];
  const at = more.at ?? step.at;
  const statusOf = (index: number): string => {
    if (more.status !== undefined) return more.status;
    if (stage === 'preliminary') return index === 0 ? 'P' : 'I';
    return stage === 'corrected' && index === 0 ? 'C' : 'F';
  };
  return observations({
    voice,
    stay,
    saidAt: at,
    at: sample.takenAt,
    key: more.key ?? `${sample.name}/${stage}`,
    topic: `answer/${sample.filler}`,
    placer: sample.placer,
    filler: sample.filler,
    code: [panel.code, panel.name, 'L'],
    status: more.status === undefined ? { preliminary: 'P', final: 'F', corrected: 'C' }[stage] : 'C',
    section: 'LAB',
    by: staff.laboratory(sample.random.int(0, 3)),
    values: panel.analytes.map((name, index) =>
      answerValue(
        stay,
        name,
        sample,
        statusOf(index),
        (stage === 'corrected' && index === 0 ? 1.3 : 1) * (more.factor ?? 1),
      ),
    ),
  });
}

export const laboratoryBetween = (voice: Voice, staff: Staff, stay: SimStay, from: number, to: number): Saying[] => [
  ...answersBetween(stay, from, to).map((step) => answerSaying(voice, staff, stay, step)),
  ...culturesBetween(voice, stay, from, to),
  ...bloodGroupBetween(voice, stay, from, to),
];

/** The record system's side: what has been asked for. */
export function laboratoryOrdersBetween(voice: Voice, stay: SimStay, from: number, to: number): Saying[] {
  const said: Saying[] = [];
  for (const sample of samplesBetween(stay, from, to + ORDERED_BEFORE_MS)) {
    const at = Math.max(stay.admittedAt + 5 * MINUTE_MS, sample.takenAt - ORDERED_BEFORE_MS);
    if (at <= from || at > to || sample.panel === 'gas') continue;
    const panel = PANELS[sample.panel];
    said.push(
      laboratoryOrder({
        voice,
        stay,
        at,
        name: sample.name,
        placer: sample.placer,
        code: panel.code,
        text: panel.name,
        due: sample.takenAt,
      }),
    );
  }
  const culture = cultureOf(stay);
  if (culture !== null && culture.takenAt - 10 * MINUTE_MS > from && culture.takenAt - 10 * MINUTE_MS <= to) {
    const at = culture.takenAt - 10 * MINUTE_MS;
    said.push(
      laboratoryOrder({
        voice,
        stay,
        at,
        name: `${stay.number}/culture`,
        placer: culture.placer,
        code: 'ODLING',
        text: culture.name,
        due: culture.takenAt,
      }),
    );
  }
  return said;
}

interface Culture {
  readonly name: string;
  readonly growth: string;
  readonly takenAt: number;
  readonly placer: string;
  readonly filler: string;
}

function cultureOf(stay: SimStay): Culture | null {
  const culture = stay.course?.culture;
  if (culture === undefined || stay.kind !== 'inpatient') return null;
  return {
    ...culture,
    takenAt: stay.admittedAt + 55 * MINUTE_MS,
    placer: `R${shortHash(`${stay.seed}/culture/placer`)}`,
    filler: `M${shortHash(`${stay.seed}/culture/filler`)}`,
  };
}

function culturesBetween(voice: Voice, stay: SimStay, from: number, to: number): Saying[] {
  const culture = cultureOf(stay);
  if (culture === null) return [];
  const growth = culture.growth.split('. ')[0] ?? culture.growth;
  const steps = [
    {
      name: 'culture-first',
      afterHours: 21,
      status: 'P',
      text: `Växt: ${growth.split(',')[0]}. Resistensbestämning pågår.`,
    },
    { name: 'culture-final', afterHours: 46, status: 'F', text: culture.growth },
  ];
  return steps.flatMap((step) =>
    [...once(stay, step.name, { atMs: culture.takenAt + step.afterHours * HOUR_MS, from, to })].map((beat) =>
      observations({
        voice,
        stay,
        saidAt: beat.at,
        at: culture.takenAt,
        key: beat.name,
        topic: `answer/${culture.filler}`,
        placer: culture.placer,
        filler: culture.filler,
        code: ['ODLING', culture.name, 'L'],
        status: step.status,
        section: 'MB',
        values: [{ type: 'TX', code: ['VAXT', culture.name, 'L'], value: step.text, status: step.status }],
      }),
    ),
  );
}

/** Blood group and screen before surgery and for those who bleed: information only, never what blood is given by. */
function bloodGroupBetween(voice: Voice, stay: SimStay, from: number, to: number): Saying[] {
  const isWanted = stay.kind === 'inpatient' && (stay.course?.surgery !== undefined || stay.course?.id === 'delivery');
  if (!isWanted) return [];
  return [...once(stay, 'blood-group', { atMs: stay.admittedAt + 95 * MINUTE_MS, from, to })].map((beat) => {
    const own = new Random(`blood/${stay.person.number}`);
    const group = own.weighted([
      ['A', 45],
      ['0', 39],
      ['B', 11],
      ['AB', 5],
    ]);
    const rhesus = own.chance(0.84) ? 'RhD positiv' : 'RhD negativ';
    const validTo = clockTime(beat.at + 96 * HOUR_MS).date;
    return observations({
      voice,
      stay,
      saidAt: beat.at,
      at: stay.admittedAt + 30 * MINUTE_MS,
      key: beat.name,
      topic: beat.name,
      filler: `B${shortHash(beat.name)}`,
      code: ['BLODGR', 'Blodgruppering och bastest', 'L'],
      section: 'BLB',
      values: [
        { type: 'ST', code: ['882-1', 'ABO och RhD', 'LN'], value: `${group} ${rhesus}` },
        { type: 'ST', code: ['890-4', 'Antikroppsscreening', 'LN'], value: 'Negativ' },
        {
          type: 'ST',
          code: ['BASTEST', 'BAS-test', 'L'],
          value: `Giltigt till ${validTo.slice(0, 4)}-${validTo.slice(4, 6)}-${validTo.slice(6)}`,
        },
      ],
    });
  });
}
