// NEWS2, the National Early Warning Score, computed from one complete set of measurements or not at all: a score from half a
// set, old values or a child looks exactly as sure as a right one. Bands: Royal College of Physicians 2017, chart 1.

/** Shown wherever a score can be seen; the RCP asks for acknowledgement and that its own chart is not redrawn. */
export const NEWS2_ACKNOWLEDGEMENT =
  'NEWS2: Royal College of Physicians. National Early Warning Score (NEWS) 2: Standardising the assessment of ' +
  'acute-illness severity in the NHS. Updated report of a working party. London: RCP, 2017.';

/** The values of one set must have been measured within this time of each other (design §9). */
export const NEWS2_SET_MS = 15 * 60_000;
const NEWS2_AGE_MIN = 16;

export const NEWS2_PARTS = [
  'respiration',
  'saturation',
  'oxygen',
  'systolic',
  'pulse',
  'consciousness',
  'temperature',
] as const;
export type News2Part = (typeof NEWS2_PARTS)[number];

export const NEWS2_PART_WORDS: Readonly<Record<News2Part, string>> = {
  respiration: 'andning',
  saturation: 'SpO₂',
  oxygen: 'syrgas eller luft',
  systolic: 'blodtryck',
  pulse: 'puls',
  consciousness: 'medvetande',
  temperature: 'temp',
};

/** ACVPU: alert, new confusion, voice, pain, unresponsive. */
export type Consciousness = 'A' | 'C' | 'V' | 'P' | 'U';

interface Measured {
  readonly atMs: number;
  /** When it was measured is known, to the minute: not only when it was sent, or on which day. */
  readonly isTimed: boolean;
  /** Preliminary, unverified and unknown values are not scored. */
  readonly isFinal: boolean;
}
export interface MeasuredNumber extends Measured {
  readonly value: number;
  readonly unit: string;
  /** `<` or `>` before the number: not a number to score. */
  readonly comparator: string | null;
}

export interface News2Set {
  readonly respiration?: MeasuredNumber | undefined;
  readonly saturation?: MeasuredNumber | undefined;
  readonly systolic?: MeasuredNumber | undefined;
  readonly pulse?: MeasuredNumber | undefined;
  readonly temperature?: MeasuredNumber | undefined;
  readonly oxygen?: (Measured & { readonly given: boolean }) | undefined;
  readonly consciousness?: (Measured & { readonly level: Consciousness }) | undefined;
}

export interface News2Patient {
  readonly ageYears: number | null;
  readonly isPregnantOrRecentMother: boolean;
  /** SpO₂ scale 2 only where a clinician has decided it (hypercapnic respiratory failure); never guessed from values. */
  readonly scale: 1 | 2;
}

type News2Level = 'low' | 'single-three' | 'medium' | 'high';

export interface News2Score {
  readonly kind: 'score';
  readonly total: number;
  readonly parts: Readonly<Record<News2Part, number>>;
  /** 0–4; 0–4 with one part of 3; 5–6; 7 and more. */
  readonly level: News2Level;
  readonly scale: 1 | 2;
  /** When the latest value of the set was measured. */
  readonly atMs: number;
}

export type News2Refusal =
  | { readonly why: 'under-16' }
  | { readonly why: 'age-unknown' }
  | { readonly why: 'pregnant-or-recent-mother' }
  | { readonly why: 'missing'; readonly part: News2Part }
  | { readonly why: 'not-final'; readonly part: News2Part }
  | { readonly why: 'unit'; readonly part: News2Part; readonly unit: string }
  | { readonly why: 'not-a-number'; readonly part: News2Part }
  | { readonly why: 'no-time'; readonly part: News2Part }
  | { readonly why: 'not-within-15-minutes' };

export type News2 = News2Score | { readonly kind: 'refused'; readonly reasons: readonly News2Refusal[] };

type NumberPart = 'respiration' | 'saturation' | 'systolic' | 'pulse' | 'temperature';

interface NumberRule {
  readonly units: readonly string[];
  /** Outside it no living person's value lies, so the digits or the unit are wrong. */
  readonly possible: readonly [number, number];
  /** The bands are written in whole steps of this. */
  readonly step: number;
}

const PER_MINUTE = [
  '/min',
  '1/min',
  'min-1',
  '/minut',
  'slag/min',
  'andetag/min',
  'bpm',
  '{breaths}/min',
  '{beats}/min',
];
const NUMBER_RULES: Readonly<Record<NumberPart, NumberRule>> = {
  respiration: { units: PER_MINUTE, possible: [0, 120], step: 1 },
  saturation: { units: ['%'], possible: [10, 100], step: 1 },
  systolic: { units: ['mmhg', 'mm[hg]', 'mm hg'], possible: [0, 350], step: 1 },
  pulse: { units: PER_MINUTE, possible: [0, 400], step: 1 },
  temperature: { units: ['cel', '°c', 'c', 'grader c', '℃', 'grad c'], possible: [10, 47], step: 0.1 },
};

export function news2(set: News2Set, patient: News2Patient): News2 {
  const reasons = [...refusalsOfPatient(patient), ...NEWS2_PARTS.flatMap((part) => refusalsOfPart(part, set))];
  const { respiration, saturation, oxygen, systolic, pulse, consciousness, temperature } = set;
  const times = NEWS2_PARTS.flatMap((part) => (set[part]?.isTimed === true ? [set[part].atMs] : []));
  const [first, last] = [Math.min(...times), Math.max(...times)];
  if (times.length > 1 && !(last - first <= NEWS2_SET_MS)) reasons.push({ why: 'not-within-15-minutes' });
  if (
    reasons.length > 0 ||
    !(respiration && saturation && oxygen && systolic && pulse && consciousness && temperature)
  ) {
    return { kind: 'refused', reasons };
  }
  const parts: Record<News2Part, number> = {
    respiration: scoreOf(respiration.value, 'respiration', RESPIRATION),
    saturation: scoreOf(saturation.value, 'saturation', saturationBands(patient.scale, oxygen.given)),
    oxygen: oxygen.given ? 2 : 0,
    systolic: scoreOf(systolic.value, 'systolic', SYSTOLIC),
    pulse: scoreOf(pulse.value, 'pulse', PULSE),
    consciousness: consciousness.level === 'A' ? 0 : 3,
    temperature: scoreOf(temperature.value, 'temperature', TEMPERATURE),
  };
  const total = NEWS2_PARTS.reduce((sum, part) => sum + parts[part], 0);
  return { kind: 'score', total, parts, level: levelOf(total, parts), scale: patient.scale, atMs: last };
}

function levelOf(total: number, parts: Readonly<Record<News2Part, number>>): News2Level {
  if (total >= 7) return 'high';
  if (total >= 5) return 'medium';
  return NEWS2_PARTS.some((part) => parts[part] === 3) ? 'single-three' : 'low';
}

function refusalsOfPatient({ ageYears, isPregnantOrRecentMother }: News2Patient): News2Refusal[] {
  const reasons: News2Refusal[] = [];
  if (ageYears === null) reasons.push({ why: 'age-unknown' });
  else if (ageYears < NEWS2_AGE_MIN) reasons.push({ why: 'under-16' });
  if (isPregnantOrRecentMother) reasons.push({ why: 'pregnant-or-recent-mother' });
  return reasons;
}

function refusalsOfPart(part: News2Part, set: News2Set): News2Refusal[] {
  const measured = set[part];
  if (measured === undefined) return [{ why: 'missing', part }];
  if (!measured.isFinal) return [{ why: 'not-final', part }];
  const untimed: News2Refusal[] = measured.isTimed ? [] : [{ why: 'no-time', part }];
  if (part === 'oxygen' || part === 'consciousness') return untimed;
  const number = set[part];
  const rule = NUMBER_RULES[part];
  if (number === undefined) return [{ why: 'missing', part }];
  return [...untimed, ...refusalsOfNumber(part, number, rule)];
}

function refusalsOfNumber(part: NumberPart, number: MeasuredNumber, rule: NumberRule): News2Refusal[] {
  if (!rule.units.includes(number.unit.trim().toLowerCase())) return [{ why: 'unit', part, unit: number.unit }];
  const [least, most] = rule.possible;
  const isNumber = number.comparator === null && number.value >= least && number.value <= most;
  return isNumber ? [] : [{ why: 'not-a-number', part }];
}

/** Bands from below: the first upper bound that the value does not exceed gives the score. */
type Bands = readonly (readonly [upTo: number, score: number])[];
const ABOVE = Number.POSITIVE_INFINITY;
const RESPIRATION: Bands = [
  [8, 3],
  [11, 1],
  [20, 0],
  [24, 2],
  [ABOVE, 3],
];
const SATURATION_SCALE_1: Bands = [
  [91, 3],
  [93, 2],
  [95, 1],
  [ABOVE, 0],
];
const SATURATION_SCALE_2_AIR: Bands = [
  [83, 3],
  [85, 2],
  [87, 1],
  [ABOVE, 0],
];
const SATURATION_SCALE_2_OXYGEN: Bands = [
  [83, 3],
  [85, 2],
  [87, 1],
  [92, 0],
  [94, 1],
  [96, 2],
  [ABOVE, 3],
];
const SYSTOLIC: Bands = [
  [90, 3],
  [100, 2],
  [110, 1],
  [219, 0],
  [ABOVE, 3],
];
const PULSE: Bands = [
  [40, 3],
  [50, 1],
  [90, 0],
  [110, 1],
  [130, 2],
  [ABOVE, 3],
];
const TEMPERATURE: Bands = [
  [35.0, 3],
  [36.0, 1],
  [38.0, 0],
  [39.0, 1],
  [ABOVE, 2],
];

function saturationBands(scale: 1 | 2, oxygenIsGiven: boolean): Bands {
  if (scale === 1) return SATURATION_SCALE_1;
  return oxygenIsGiven ? SATURATION_SCALE_2_OXYGEN : SATURATION_SCALE_2_AIR;
}

/** The bands leave gaps (91 and 92, 35,0 and 35,1). A value in a gap takes the higher score of its two neighbours. */
function scoreOf(value: number, part: NumberPart, bands: Bands): number {
  const { step } = NUMBER_RULES[part];
  // Ten decimals away from the noise of binary fractions: 38.1 / 0.1 must be 381, not 380.99999999999994.
  const steps = Math.round((value / step) * 1e9) / 1e9;
  const neighbours = [Math.floor(steps), Math.ceil(steps)].map((whole) => Math.round(whole * step * 10) / 10);
  return Math.max(...neighbours.map((neighbour) => bands.find(([upTo]) => neighbour <= upTo)?.[1] ?? 3));
}

const list = (parts: readonly News2Part[]): string => parts.map((part) => NEWS2_PART_WORDS[part]).join(', ');

/** *NEWS2 räknas inte: medvetande saknas.* Reasons of one kind are told together. */
export function refusalWords(reasons: readonly News2Refusal[]): string {
  const partsWhere = (why: 'missing' | 'not-final' | 'not-a-number' | 'no-time'): News2Part[] =>
    reasons.flatMap((reason) => (reason.why === why ? [reason.part] : []));
  const said: string[] = [];
  const has = (why: News2Refusal['why']): boolean => reasons.some((reason) => reason.why === why);
  if (has('under-16')) return 'NEWS2 gäller från 16 år';
  if (has('age-unknown')) said.push('ålder okänd');
  if (has('pregnant-or-recent-mother')) said.push('gäller inte gravida eller nyförlösta');
  const [missing, notFinal, notNumbers] = [partsWhere('missing'), partsWhere('not-final'), partsWhere('not-a-number')];
  const untimed = partsWhere('no-time');
  if (missing.length > 0) said.push(`${list(missing)} saknas`);
  if (untimed.length > 0) said.push(`${list(untimed)} utan mättid`);
  if (notFinal.length > 0) said.push(`${list(notFinal)} ej slutgiltigt`);
  for (const reason of reasons) {
    if (reason.why !== 'unit') continue;
    const unit = reason.unit.trim() === '' ? 'enhet saknas' : `enheten är ${reason.unit}`;
    said.push(`${NEWS2_PART_WORDS[reason.part]}: ${unit}`);
  }
  if (notNumbers.length > 0) said.push(`${list(notNumbers)} går inte att räkna på`);
  if (has('not-within-15-minutes')) said.push('värdena är inte från samma kvart');
  return `NEWS2 räknas inte: ${said.join(', ')}`;
}
