// Vital signs as a table, and NEWS2 from one set. A set is what one source measured within a quarter of an hour; a value from
// another source or another hour never completes it.

import type { Period } from 'fhir/r4';
import {
  NEWS2_ACKNOWLEDGEMENT,
  NEWS2_PART_WORDS,
  NEWS2_PARTS,
  NEWS2_SET_MS,
  type News2,
  type News2Part,
  type News2Patient,
  type News2Set,
  news2,
  refusalWords,
} from '../news2.ts';
import type { PatientCopy, Stay } from '../patient-copy.ts';
import type { ChartEntry, ChartNews2, ChartPart, ChartTime, ChartValue, ValueTable, VitalsView } from './chart.ts';
import type { ComposeContext } from './context.ts';
import { isPregnantOrRecentMother } from './pregnancy.ts';
import { type Cell, valueTable } from './value-table.ts';
import {
  consciousnessOf,
  isNews2Scale,
  oxygenGiven,
  VITAL_KINDS,
  VITAL_TITLES,
  type VitalKind,
  vitalKind,
} from './vital-codes.ts';

const COLUMNS_MAX = 8;

export interface VitalsInput {
  readonly copy: PatientCopy;
  readonly part: ChartPart;
  readonly stay: Stay | null;
  readonly ageYears: number | null;
}

interface Measured {
  readonly kind: VitalKind | null;
  readonly value: ChartValue;
  readonly entry: ChartEntry;
}

export function vitalsView({ copy, part, stay, ageYears }: VitalsInput, context: ComposeContext): VitalsView {
  const { table, sets } = context.remember(part.entries, 'measured', [], () => measuredOf(part.entries));
  const whole = news2Scale(copy, context);
  const isMother = isPregnantOrRecentMother(copy, stay, context);
  const scaleOf = ({ scale }: MeasuredSet): 1 | 2 => (whole.isDecided ? whole.scale : (scale ?? whole.scale));
  const scored = sets.map((measured) => ({
    column: measured.column,
    ...worstOf(measured, { ageYears, isPregnantOrRecentMother: isMother, scale: scaleOf(measured) }),
  }));
  const newest = sets.at(-1);
  return {
    kind: 'vitals',
    table,
    news2: latestNews2(scored, context),
    scores: scored.map(({ result }) => (context.functions.news2 && result.kind === 'score' ? result.total : null)),
    scale: newest === undefined ? whole.scale : scaleOf(newest),
    acknowledgement: NEWS2_ACKNOWLEDGEMENT,
  };
}

/** Two values of one part at one moment: never one of them chosen silently, and never the better. */
function worstOf(
  { set, rivals }: MeasuredSet,
  patient: News2Patient,
): { readonly result: News2; readonly doubled: readonly News2Part[] } {
  let worst = set;
  let result = news2(worst, patient);
  const doubled: News2Part[] = [];
  for (const rival of rivals) {
    const other = { ...worst, ...rival };
    const instead = news2(other, patient);
    if (instead.kind !== 'score' || result.kind !== 'score' || instead.total === result.total) continue;
    doubled.push(...NEWS2_PARTS.filter((part) => rival[part] !== undefined));
    if (instead.total < result.total) continue;
    worst = other;
    result = instead;
  }
  return { result, doubled };
}

interface MeasuredSet {
  readonly column: ValueTable['columns'][number];
  readonly set: News2Set;
  /** What else the source says of the same parts at the same moments. */
  readonly rivals: readonly News2Set[];
  readonly scale: 1 | 2 | null;
}

/** One set a column of the table. */
function measuredOf(entries: readonly ChartEntry[]): { table: ValueTable; sets: readonly MeasuredSet[] } {
  const measured = entries.flatMap((entry) =>
    entry.values.map((value): Measured => ({ kind: vitalKind(value), value, entry })),
  );
  const table = valueTable(pressuresJoined(measured).map(cellOf), { columnsMax: COLUMNS_MAX, compareRows });
  const sets = table.columns.map((column) => ({
    column,
    ...setUntil(measured, column),
    scale: scaleOfSet(measured, column),
  }));
  return { table, sets };
}

/** Scale 2 only where it is stated: by the reader's own options, by a source's flag in so many words, or with the set itself. */
function news2Scale(copy: PatientCopy, context: ComposeContext): { scale: 1 | 2; isDecided: boolean } {
  if (context.options.news2Scale !== undefined) return { scale: context.options.news2Scale, isDecided: true };
  const isStated = [...copy.parts.alerts.entries, ...copy.parts.limits.entries].some(
    ({ resource }) =>
      resource.resourceType === 'Flag' &&
      resource.status === 'active' &&
      saysScale2(resource.code?.text ?? '') &&
      isNow(resource.period, context),
  );
  return { scale: isStated ? 2 : 1, isDecided: false };
}

/** Every word of it must be one that says so: *använd INTE skala 2*, *skala 2 avslutad* hold the same letters. */
function saysScale2(text: string): boolean {
  const words =
    text
      .toLowerCase()
      .replaceAll('₂', '2')
      .match(/[\p{L}\d]+/gu) ?? [];
  return (
    /\bNEWS ?2?\b/i.test(text) && /\b(?:skala|scale) ?2\b/i.test(text) && words.every((word) => SCALE_WORDS.has(word))
  );
}
const SCALE_WORDS: ReadonlySet<string> = new Set(
  'news news2 2 spo2 skala scale använd används gäller beslutad beslut use vid för kol kronisk hyperkapnisk hyperkapni andningssvikt mål målsaturation saturation 88 92'.split(
    ' ',
  ),
);

function isNow(period: Period | undefined, { nowMs, momentOf }: ComposeContext): boolean {
  const from = period?.start === undefined ? nowMs : momentOf(period.start, nowMs);
  // A day holds to its end.
  const end = period?.end === undefined ? nowMs : momentOf(period.end, Number.NEGATIVE_INFINITY);
  const until = period?.end?.length === 10 ? end + DAY_MS : end;
  return from <= nowMs && nowMs <= until;
}
const DAY_MS = 24 * 60 * 60_000;

/** What the source says of the scale with this very set; a set that says nothing, or something else than 1 or 2, decides nothing. */
function scaleOfSet(measured: readonly Measured[], { source, time }: ValueTable['columns'][number]): 1 | 2 | null {
  const said = measured.filter(
    ({ entry, value }) => entry.source === source && isOfTime(value, time) && isNews2Scale(value) && isStanding(value),
  );
  const scales = new Set(said.map(({ value }) => /^(?:skala |scale )?([12])$/i.exec(value.written?.trim() ?? '')?.[1]));
  const [scale] = scales;
  return scales.size !== 1 || scale === undefined ? null : scale === '2' ? 2 : 1;
}
const isOfTime = ({ time: { ms, notOwn } }: ChartValue, time: ChartTime): boolean =>
  ms === time.ms && notOwn === time.notOwn;
const isStanding = ({ state }: ChartValue): boolean => state === 'final' || state === 'corrected';

function latestNews2(
  scored: readonly {
    readonly column: ValueTable['columns'][number];
    readonly result: News2;
    readonly doubled: readonly News2Part[];
  }[],
  context: ComposeContext,
): ChartNews2 {
  if (!context.functions.news2) return { kind: 'off', words: 'NEWS2 räknas inte ut här' };
  const newest = scored.at(-1);
  if (newest === undefined) return { kind: 'refused', words: 'NEWS2 räknas inte: inga mätvärden i kopian', time: null };
  for (const { column, result, doubled } of [...scored].reverse()) {
    if (result.kind !== 'score') continue;
    const scale = `skala ${result.scale}`;
    const newer =
      newest.column === column || newest.result.kind === 'score'
        ? ''
        : `. ${newest.column.time.notOwn === undefined ? 'Nyare mätning' : 'Kanske nyare mätning,'} ${newest.column.time.text}: ${refusalWords(newest.result.reasons)}`;
    return {
      kind: 'score',
      score: result,
      time: column.time,
      words: `NEWS2 ${result.total}, ${column.time.text} (${scale}${doubledWords(doubled)})${newer}`,
    };
  }
  const words = newest.result.kind === 'refused' ? refusalWords(newest.result.reasons) : '';
  return { kind: 'refused', words, time: newest.column.time };
}

const doubledWords = (parts: readonly News2Part[]): string =>
  parts.length === 0
    ? ''
    : `; två värden på ${[...new Set(parts)].map((part) => NEWS2_PART_WORDS[part]).join(', ')}, det sämre räknas`;

/** The newest value of each part, from one source, no older than a quarter of an hour before the column's own time. */
function setUntil(
  measured: readonly Measured[],
  { source, time }: ValueTable['columns'][number],
): Pick<MeasuredSet, 'set' | 'rivals'> {
  const within = measured.filter(
    ({ entry, value }) =>
      entry.source === source && value.time.ms <= time.ms + 59_999 && time.ms - value.time.ms <= NEWS2_SET_MS,
  );
  // In a set that was timed a value nobody timed stands only where there is no other, so that the refusal can name it.
  const isBetter = ({ value: { time: a } }: Measured, { value: { time: b } }: Measured): boolean =>
    time.notOwn === undefined && (a.notOwn === undefined) !== (b.notOwn === undefined)
      ? a.notOwn === undefined
      : a.ms > b.ms;
  const newest = (...kinds: readonly VitalKind[]): Measured | undefined =>
    within
      .filter(({ kind, value }) => kind !== null && kinds.includes(kind) && value.written !== null)
      .reduce<Measured | undefined>((a, b) => (a === undefined || isBetter(b, a) ? b : a), undefined);
  const chosen = {
    respiration: newest('respiration'),
    saturation: newest('saturation'),
    systolic: newest('systolic'),
    pulse: newest('pulse'),
    temperature: newest('temperature'),
    oxygen: newest('oxygen', 'oxygen-flow', 'oxygen-fraction'),
    consciousness: newest('consciousness'),
  } satisfies Record<News2Part, Measured | undefined>;
  const rivals = NEWS2_PARTS.flatMap((part) =>
    within
      .filter((one) => isRival(one, chosen[part]))
      .map((one): News2Set => ({ [part]: scorable(part, one) }))
      .filter((rival) => rival[part] !== undefined),
  );
  return {
    set: Object.fromEntries(NEWS2_PARTS.map((part) => [part, scorable(part, chosen[part])])) as News2Set,
    rivals,
  };
}

/** Another standing value of the same kind and moment. Ways of telling oxygen are weighed together before (vital-codes). */
const isRival = (one: Measured, chosen: Measured | undefined): boolean =>
  chosen !== undefined &&
  one !== chosen &&
  one.kind === chosen.kind &&
  one.value.written !== null &&
  one.value.written !== chosen.value.written &&
  isStanding(one.value) &&
  isOfTime(one.value, chosen.value.time);

function scorable(part: News2Part, found: Measured | undefined): News2Set[News2Part] {
  if (found === undefined) return undefined;
  if (part === 'oxygen') {
    const given = found.kind === null ? null : oxygenGiven(found.kind, found.value);
    return given === null ? undefined : { given, ...measurement(found) };
  }
  if (part === 'consciousness') {
    const level = consciousnessOf(found.value);
    return level === null ? undefined : { level, ...measurement(found) };
  }
  const { number, unit, comparator } = found.value;
  return number === null ? undefined : { value: number, unit, comparator, ...measurement(found) };
}

const measurement = ({ value }: Measured): { atMs: number; isTimed: boolean; isFinal: boolean } => ({
  atMs: value.time.ms,
  isTimed: value.time.notOwn === undefined && value.time.hasNoClock === undefined,
  isFinal: value.state === 'final' || value.state === 'corrected',
});

const cellOf = ({ kind, value, entry }: Measured): Cell => ({
  rowKey: `${kind ?? value.codes[0] ?? value.name.toLowerCase()}|${value.unit}`,
  name: kind === null ? value.name : VITAL_TITLES[kind],
  value,
  entry,
});

const kindRank = ({ value, rowKey }: Cell): number => {
  const kind = rowKey.split('|')[0] as VitalKind;
  const rank = VITAL_KINDS.indexOf(kind);
  return rank >= 0 ? rank : VITAL_KINDS.length + (value.number === null ? 1 : 0);
};
const compareRows = (a: Cell, b: Cell): number =>
  kindRank(a) - kindRank(b) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

/** Systolic and diastolic of one measurement read as one: `112/64`. Each keeps its own value for the score. */
function pressuresJoined(measured: readonly Measured[]): readonly Measured[] {
  const joined: Measured[] = [];
  const taken = new Set<Measured>();
  for (const upper of measured) {
    if (upper.kind !== 'systolic' || upper.value.written === null) continue;
    const lower = measured.find(
      (one) =>
        one.kind === 'diastolic' &&
        one.entry.source === upper.entry.source &&
        isOfTime(one.value, upper.value.time) &&
        one.value.unit === upper.value.unit &&
        one.value.written !== null &&
        !taken.has(one),
    );
    if (lower === undefined) continue;
    taken.add(upper).add(lower);
    joined.push({
      kind: 'blood-pressure',
      entry: upper.entry,
      value: {
        ...upper.value,
        name: 'Blodtryck',
        text: `${upper.value.text}/${lower.value.text}`,
        written: `${upper.value.written}/${lower.value.written}`,
        number: null,
        remarks: [...new Set([...upper.value.remarks, ...lower.value.remarks])],
      },
    });
  }
  return [...joined, ...measured.filter((one) => !taken.has(one))];
}
