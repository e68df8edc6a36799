// Values as their source wrote them: never rounded, never converted (ux §2). Only the decimal point of a number becomes the
// Swedish comma; the untouched text stays beside it.

import type { FhirResource } from 'fhir/r4';
import type { ValueState } from '../changes.ts';
import { EXTENSION } from '../extensions.ts';
import { ownTime, timeNotOwn } from '../own-time.ts';
import type { Member } from '../patient-copy.ts';
import { timeWords } from '../swedish-time.ts';
import type { ChartEntry, ChartTime, ChartValue, Interpretation } from './chart.ts';
import type { ComposeContext } from './context.ts';
import {
  bareCode,
  codesOf,
  conceptText,
  conceptTexts,
  extensionsOf,
  extensionText,
  field,
  list,
  numberAt,
  text,
  textAt,
} from './fhir-read.ts';

export interface WrittenValue {
  /** Null when the observation carries no value at all. */
  readonly text: string | null;
  readonly written: string | null;
  readonly number: number | null;
  readonly comparator: string | null;
  readonly unit: string;
}

const NOTHING: WrittenValue = { text: null, written: null, number: null, comparator: null, unit: '' };
const words = (written: string | null): WrittenValue => ({ ...NOTHING, text: written, written });

/** Codes of UCUM that nobody reads aloud, by the sign everybody knows; the amount is the same. All other units stay as written. */
const UNIT_SIGNS: ReadonlyMap<string, string> = new Map([
  ['Cel', '°C'],
  ['mm[Hg]', 'mmHg'],
]);
export const unitSign = (unit: string): string => UNIT_SIGNS.get(unit) ?? unit;

const NUMBER_TEXT = /^([<>]=?|[≤≥]|~)?\s*([-+]?\d+(?:\.\d+)?)$/;
const decimalComma = (written: string): string => (NUMBER_TEXT.test(written) ? written.replace('.', ',') : written);

/** The sender's exact text, kept beside the number by those who read it in. */
const asWritten = (observation: unknown): string | null =>
  extensionText(observation, EXTENSION.asWritten) ??
  extensionText(field(observation, 'valueQuantity'), EXTENSION.asWritten);

/** `asSent`: the sender's own text of the number, which then stands instead of ours. */
function quantityText(quantity: unknown, asSent: string | null = null): WrittenValue {
  const number = numberAt(quantity, 'value');
  if (number === null) return NOTHING;
  const comparator = textAt(quantity, 'comparator');
  const written = asSent ?? `${comparator ?? ''}${number}`;
  return {
    text: decimalComma(written),
    written,
    number,
    comparator,
    unit: textAt(quantity, 'unit') ?? textAt(quantity, 'code') ?? '',
  };
}

/** A quantity with its unit, for doses: `20 mg`. `µg` is spelled out where a dose is read (ux §2). */
export function doseQuantityText(quantity: unknown): string | null {
  const { text: value, unit } = quantityText(quantity);
  if (value === null) return null;
  const spelled = /^(µg|μg|ug|mcg)(?=$|\/)/.test(unit) ? unit.replace(/^(µg|μg|ug|mcg)/, 'mikrogram') : unit;
  return spelled === '' ? value : `${value}\u00a0${spelled}`;
}

export function ratioText(ratio: unknown): string | null {
  const above = doseQuantityText(field(ratio, 'numerator'));
  const below = field(ratio, 'denominator');
  if (above === null) return null;
  const { text: value, unit } = quantityText(below);
  if (value === null) return above;
  return value === '1' && unit !== '' ? `${above}/${unit}` : `${above} per ${value} ${unit}`.trim();
}

function rangeText(range: unknown): string | null {
  const low = quantityText(field(range, 'low'));
  const high = quantityText(field(range, 'high'));
  if (low.text === null && high.text === null) return null;
  const unit = low.unit || high.unit;
  const bounds =
    low.text === null ? `< ${high.text}` : high.text === null ? `> ${low.text}` : `${low.text}–${high.text}`;
  return unit === '' ? bounds : `${bounds} ${unit}`;
}

/** The value of an Observation, or of one of its components. */
export function observationValue(observation: unknown): WrittenValue {
  const quantity = field(observation, 'valueQuantity');
  const written = asWritten(observation);
  if (quantity !== undefined) {
    const value = quantityText(quantity, written);
    if (value.text !== null) return value;
  }
  if (written !== null) return inWords(observation, written, decimalComma(written));
  const string = text(field(observation, 'valueString'));
  if (string !== null) return inWords(observation, string);
  const repeated = extensionsOf(observation, EXTENSION.repetition);
  const concepts = repeated.length > 0 ? repeated : [observation];
  const concept = concepts.flatMap((one) => conceptText(field(one, 'valueCodeableConcept')) ?? []).join(', ');
  if (concept !== '') return inWords(observation, concept);
  const integer = numberAt(observation, 'valueInteger');
  if (integer !== null) return { ...inWords(observation, String(integer)), number: integer };
  const boolean = field(observation, 'valueBoolean');
  if (typeof boolean === 'boolean') return words(boolean ? 'Ja' : 'Nej');
  return words(otherValue(observation));
}

/** A value that is text keeps its unit beside it, where the sender gave one. */
const inWords = (observation: unknown, written: string, shown = written): WrittenValue => ({
  ...NOTHING,
  text: shown,
  written,
  unit: extensionText(observation, EXTENSION.unit) ?? '',
});

function otherValue(observation: unknown): string | null {
  const period = field(observation, 'valuePeriod');
  const [start, end] = [textAt(period, 'start'), textAt(period, 'end')];
  return (
    rangeText(field(observation, 'valueRange')) ??
    ratioText(field(observation, 'valueRatio')) ??
    text(field(observation, 'valueDateTime')) ??
    text(field(observation, 'valueTime')) ??
    (start === null && end === null ? null : `${start ?? ''}–${end ?? ''}`) ??
    (field(observation, 'valueSampledData') === undefined ? null : 'Kurva, visas inte här') ??
    (extensionsOf(observation, EXTENSION.attachment).length > 0 ? 'Bilaga i original, visas inte här' : null)
  );
}

const INTERPRETATIONS: ReadonlyMap<string, Interpretation> = new Map([
  ['L', 'low'],
  ['LU', 'critical-low'],
  ['LL', 'critical-low'],
  ['H', 'high'],
  ['HU', 'critical-high'],
  ['HH', 'critical-high'],
  ['A', 'abnormal'],
  ['AA', 'critical'],
  ['N', 'normal'],
]);

function interpretationOf(observation: unknown): Interpretation | null {
  for (const code of codesOf(field(observation, 'interpretation'))) {
    const known = INTERPRETATIONS.get(bareCode(code));
    if (known !== undefined) return known;
  }
  return null;
}

function referenceOf(observation: unknown): string {
  const range = list(field(observation, 'referenceRange'))[0];
  const written = text(field(range, 'text'));
  return written ?? rangeText(range)?.trim() ?? '';
}

/** Words for a value's state; null where the value speaks for itself. */
export const STATE_WORDS: Readonly<Record<ValueState, string | null>> = {
  registered: 'Väntar på svar',
  preliminary: 'Preliminärt',
  unverified: 'Ej verifierat',
  final: null,
  corrected: 'Rättat',
  'cannot-be-done': 'Kan ej utföras',
  deleted: 'Borttaget av avsändaren',
  withdrawn: 'Återtaget: gällde en annan patient',
  unknown: 'Okänd status',
};

/** Values came, and the order was cancelled or could not be carried out: nobody answers for them. */
const CANCELLED_WORDS = 'Avbrutet – lita inte på värdet';

/** What is said beside a value that stands all the same. */
const besideValue = (state: ValueState): string | null =>
  state === 'cannot-be-done' ? CANCELLED_WORDS : STATE_WORDS[state];

/** A state under which no value may be shown even if one came with it. */
export const hidesValue = (state: ValueState): boolean => state === 'withdrawn' || state === 'deleted';

/** LOINC: ABO group, Rh type, ABO and Rh together. Wherever one stands, it is information and never ground for a transfusion. */
export const BLOOD_GROUP_CODES: ReadonlySet<string> = new Set(['883-9', '10331-7', '882-1', '34530-6', '34532-2']);
/** Senders with codes of their own write it in words. */
const BLOOD_GROUP_NAME = /\b(?:ABO|AB0|Rh ?\(?D\)?)(?![\p{L}\d])|blodgrupp|blood group/iu;
export const BLOOD_WORDS = 'Endast information – bastest krävs';

interface Measurement {
  readonly key: string;
  readonly state: ValueState;
  readonly resource: FhirResource;
  readonly atMs: number;
  readonly former: Member['former'];
  readonly receivedAt: number;
  /** The report or panel it stands in: its time is that of its values. */
  readonly within: FhirResource | null;
}

/** When it was measured; a value nobody timed never stands as measured when it came (design §5.5). */
function timeOf({ resource, within, atMs, receivedAt }: Measurement, context: ComposeContext): ChartTime {
  const said = timeNotOwn(resource);
  const written = ownTime(resource) ?? (said === null ? ownTime(within) : null);
  if (written !== null) return context.happenedAt(written, resource, { at: atMs, receivedAt });
  return context.untimed(said, { at: atMs, receivedAt });
}

/** One observation as values: itself, or each of its components (blood pressure). */
export function chartValues(measurement: Measurement, context: ComposeContext): readonly ChartValue[] {
  const { resource } = measurement;
  const own = observationValue(resource);
  const components = list(field(resource, 'component'));
  const time = timeOf(measurement, context);
  const self =
    own.text !== null || components.length === 0
      ? [partValue({ part: resource, suffix: '', said: own, time }, measurement, context)]
      : [];
  if (components.length === 0) return self;
  return [
    ...self,
    ...components.map((component, index) =>
      partValue(
        { part: component, suffix: `/${index}`, said: observationValue(component), time },
        measurement,
        context,
      ),
    ),
  ];
}

interface ValuePart {
  readonly part: unknown;
  readonly suffix: string;
  readonly said: WrittenValue;
  readonly time: ChartTime;
}

function partValue(
  { part, suffix, said, time }: ValuePart,
  measurement: Measurement,
  context: ComposeContext,
): ChartValue {
  const { state } = measurement;
  const value = hidesValue(state) ? NOTHING : said;
  const absent = conceptText(field(part, 'dataAbsentReason'));
  const codes = codesOf(field(part, 'code'));
  const finding = extensionText(part, EXTENSION.finding);
  const isBloodGroup =
    codes.some((code) => BLOOD_GROUP_CODES.has(bareCode(code))) ||
    conceptTexts(field(part, 'code')).some((name) => BLOOD_GROUP_NAME.test(name));
  return {
    key: `${measurement.key}${suffix}`,
    name: conceptText(field(part, 'code')) ?? 'Namnlös analys',
    ...(finding === null ? {} : { finding }),
    codes,
    text: value.text ?? STATE_WORDS[state] ?? (absent === null ? 'Värde saknas' : `Värde saknas: ${absent}`),
    written: value.written,
    number: value.number,
    comparator: value.comparator,
    unit: value.unit,
    reference: referenceOf(part),
    interpretation: value.text === null ? null : interpretationOf(part),
    state,
    remarks:
      value.text === null
        ? formerRemark(measurement, suffix, context)
        : [...valueRemarks(measurement, suffix, value, context), ...(isBloodGroup ? [BLOOD_WORDS] : [])],
    time,
  };
}

/** *Rättat 10:58, var 4,1*: the former value is never silently overwritten (knowledge H16). */
function valueRemarks(
  measurement: Measurement,
  suffix: string,
  value: WrittenValue,
  context: ComposeContext,
): readonly string[] {
  const { state, former } = measurement;
  const earlier = former
    .map((one) => ({
      at: one.replacedAt,
      state: one.state,
      value: observationValue(sameComponent(measurement.resource, one.resource, suffix)),
    }))
    .find((one) => one.value.text !== null && (one.value.text !== value.text || one.value.unit !== value.unit));
  const replaced = (at: number): string => timeWords(at, context.todayMs, { clockIsUnsure: context.clockIsUnsure });
  if (earlier !== undefined && (state === 'corrected' || earlier.state === 'final' || earlier.state === 'corrected')) {
    const unit = earlier.value.unit === value.unit || earlier.value.unit === '' ? '' : ` ${earlier.value.unit}`;
    const remark = `${state === 'corrected' ? 'Rättat' : 'Ändrat'} ${replaced(earlier.at)}, var ${earlier.value.text}${unit}`;
    return state === 'corrected' || state === 'final' ? [remark] : [besideValue(state) ?? '', remark];
  }
  if (state === 'corrected') return [`Rättat ${replaced(measurement.receivedAt)}`];
  const said = besideValue(state);
  if (said === null) return [];
  return [said];
}

/** What stood where no value stands any more; of a deleted or withdrawn value nothing may be shown. */
function formerRemark(
  { state, former, resource }: Measurement,
  suffix: string,
  context: ComposeContext,
): readonly string[] {
  if (hidesValue(state)) return [];
  for (const one of former) {
    const { text: shown, unit } = observationValue(sameComponent(resource, one.resource, suffix));
    if (shown === null || hidesValue(one.state)) continue;
    const at = timeWords(one.replacedAt, context.todayMs, { clockIsUnsure: context.clockIsUnsure });
    return [`Ändrat ${at}, var ${shown}${unit === '' ? '' : `\u00a0${unit}`}`];
  }
  return [];
}

/** Components may come in another order in the corrected value: one is the same where it is called the same. */
function sameComponent(now: FhirResource, before: FhirResource, suffix: string): unknown {
  if (suffix === '') return before;
  const named = (component: unknown): string =>
    codesOf(field(component, 'code'))[0] ?? conceptText(field(component, 'code')) ?? '';
  const own = named(list(field(now, 'component'))[Number(suffix.slice(1))]);
  return list(field(before, 'component')).find((component) => named(component) === own);
}

/** *Kalium 4,1 mmol/l*; a value whose words begin with its name already (*PVK vänster underarm*) is not told it twice. */
export const namedValue = (value: ChartValue, separator = ' '): string =>
  beginsWith(value.text, value.name) ? withUnit(value) : `${value.name}${separator}${withUnit(value)}`;

function beginsWith(words: string, name: string): boolean {
  const isSame = words.slice(0, name.length).toLowerCase() === name.toLowerCase();
  return isSame && !/[\p{L}\p{N}]/u.test(words.charAt(name.length));
}

/** Said of a value that nobody timed, where what it stands in was. */
export const untimedWords = (value: ChartValue, around: ChartTime): string | null =>
  value.time.notOwn !== undefined && around.notOwn === undefined ? value.time.text : null;

/** A value with what must be known of it: *S. aureus (Preliminärt)*. */
export const remarkedValue = (value: ChartValue, written = withUnit(value)): string =>
  value.remarks.length === 0 ? written : `${written} (${value.remarks.join(', ')})`;

/** An answer in words: the conclusion, and each value that no table holds, with its name and its own state. */
export function answerWords({ text: conclusion, values, time }: ChartEntry): string {
  const told = values.map((value) => {
    const untimed = untimedWords(value, time);
    const named = remarkedValue(value, namedValue(value, ': '));
    return untimed === null ? named : `${named} · ${untimed}`;
  });
  return [conclusion, ...told].filter((words) => words !== '').join(' · ');
}

/** Of an entry's line what its values, each with its name, do not say again: *PVK (1) satt 22:22 · KAD* of a value *PVK (1)*, *satt 22:22* is *KAD*. */
export function untoldText({ title, text, values }: Pick<ChartEntry, 'title' | 'text' | 'values'>): string {
  const told = new Set(values.flatMap((value) => waysToTell(value, title)));
  return text
    .split(' · ')
    .filter((piece) => !told.has(plain(piece)))
    .join(' · ');
}

/** Whether a line of that title tells the value, with its name: *3* is not told by *Fallrisk 13*. */
export function tellsValue(line: string, title: string, value: ChartValue): boolean {
  const pieces = line.split(' · ').map(plain);
  // A remark of its source may follow in brackets.
  return waysToTell(value, title).some((way) => pieces.some((piece) => piece === way || piece.startsWith(`${way} (`)));
}

const waysToTell = (value: ChartValue, title: string): readonly string[] =>
  [
    `${value.name} ${withUnit(value)}`,
    namedValue(value),
    namedValue(value, ': '),
    // Called as the line itself is.
    ...(value.name === title ? [withUnit(value)] : []),
  ].map(plain);

const plain = (words: string): string => words.replaceAll('\u00a0', ' ');

/** A value with its unit in one piece, unit kept on the line by a no-break space. */
export const withUnit = (value: Pick<ChartValue, 'text' | 'unit' | 'written'>): string =>
  value.written === null || value.unit === '' ? value.text : `${value.text}\u00a0${unitSign(value.unit)}`;
