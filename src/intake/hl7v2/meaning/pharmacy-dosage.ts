// How a medicine is to be given, as one sentence that is always filled and as structure where the sender's numbers have one
// meaning. Amounts, units and instructions are the sender's own words; nothing is converted or worked out.

import type { CodeableConcept, Dosage, DosageDoseAndRate, Quantity } from 'fhir/r4';
import { tellsClockTimes } from '../../../domain/clock-words.ts';
import type { Hl7Segment } from '../message.ts';
import { asTiming, type OrderTiming } from './orders-timing.ts';
import { type ResultFields, textOf } from './results-fields.ts';
import { readStrictNumber } from './results-number.ts';
import { componentsOfPower } from './units.ts';

/** A unit, form or route in words: the text, else the code. A unit's alternative text may hold the strength, so it comes last. */
export const wordOf = (segment: Hl7Segment | null, field: number): string | null =>
  segment === null
    ? null
    : (textOf(segment, field, 2) ?? textOf(segment, field) ?? textOf(segment, field, 5) ?? textOf(segment, field, 4));

/** An amount as written with its unit. */
export interface Amount {
  readonly written: string;
  readonly unit: string | null;
}

function unitOf(segment: Hl7Segment, field: number): string | null {
  const power = componentsOfPower(segment, field);
  return power === null ? wordOf(segment, field) : power[1] || power[0] || null;
}

export function amountOf(segment: Hl7Segment | null, field: number, unitField: number): Amount | null {
  const written = segment === null ? null : textOf(segment, field);
  return written === null || segment === null ? null : { written, unit: unitOf(segment, unitField) };
}

/**
 * With a decimal comma, as doses are read in Sweden; the sender's own digits otherwise. Three decimals of a number above one
 * could be thousands to another sender: they stay as written.
 */
const digits = (written: string): string =>
  /^(?:0\.\d+|\d+\.\d{1,2})$/.test(written) ? written.replace('.', ',') : written;

export const amountText = ({ written, unit }: Amount): string =>
  unit === null ? digits(written) : `${digits(written)} ${unit}`;

/** Null where the amount is not one plain number: then only its words are shown. */
export function asQuantity(amount: Amount | null): Quantity | null {
  const number = amount === null ? null : readStrictNumber(amount.written);
  if (amount === null || number === null || number.comparator !== null) return null;
  return { value: number.value, ...(amount.unit === null ? {} : { unit: amount.unit }) };
}

export interface GivenHow {
  readonly least: Amount | null;
  readonly most: Amount | null;
  /** Rate of an infusion (RXE-23/24). */
  readonly rate: Amount | null;
  /** RXE-22: the time the amount is given over. */
  readonly per: string | null;
  readonly perDay: Amount | null;
  readonly strength: Amount | null;
  readonly form: string | null;
  readonly routes: readonly Hl7Segment[];
  readonly mixture: readonly Hl7Segment[];
  readonly instructions: readonly string[];
}

function doseText({ least, most }: GivenHow): string | null {
  if (least === null) return most === null ? null : `högst ${amountText(most)}`;
  if (most === null || most.written === least.written) return amountText(least);
  return `${digits(least.written)}–${amountText({ written: most.written, unit: most.unit ?? least.unit })}`;
}

/** RXC: base and additives, so that a drip is not shown without what is in it. */
function mixtureText(mixture: readonly Hl7Segment[]): string | null {
  const parts = mixture.flatMap((rxc) => {
    const name = wordOf(rxc, 2);
    if (name === null) return [];
    const amount = amountOf(rxc, 3, 4);
    const strength = amountOf(rxc, 5, 6);
    return [
      [name, amount, strength].map((part) => (typeof part === 'string' || part === null ? part : amountText(part))),
    ];
  });
  if (parts.length === 0) return null;
  return `innehåll: ${parts.map((part) => part.filter((word) => word !== null).join(' ')).join(' + ')}`;
}

const clockText = (clock: string): string =>
  /^\d{4}/.test(clock) ? `${clock.slice(0, 2)}:${clock.slice(2, 4)}` : clock;

/** Told once: also where the instruction writes the same times in another way («kl. 08, 20»). */
const clockWords = (clocks: readonly string[], instructions: readonly string[]): string | null =>
  clocks.length === 0 || instructions.some((one) => tellsClockTimes(one, clocks)) ? null : `kl. ${clocks.join(', ')}`;

function sentence(how: GivenHow, timing: OrderTiming | null): string | null {
  const routes = how.routes.map((rxr) => [wordOf(rxr, 1), wordOf(rxr, 2)].filter((word) => word !== null).join(', '));
  const words = [
    doseText(how),
    how.strength === null ? null : `styrka ${amountText(how.strength)}`,
    how.form,
    how.rate === null ? null : `takt ${amountText(how.rate)}`,
    how.per === null || how.rate !== null ? null : `per ${how.per}`,
    ...new Set(routes),
    // «PRN» is told in words just below.
    timing?.isAsNeeded === true && timing.pattern?.toUpperCase() === 'PRN' ? null : (timing?.pattern ?? null),
    timing === null
      ? null
      : clockWords(timing.clockTimes.map(clockText), [timing.instruction ?? '', ...how.instructions]),
    timing?.duration ?? null,
    timing?.isAsNeeded === true ? 'vid behov' : null,
    how.perDay === null ? null : `${timing?.isAsNeeded === true ? 'högst ' : ''}${amountText(how.perDay)} per dygn`,
    timing?.occurrences === undefined || timing.occurrences === null ? null : `${timing.occurrences} gånger totalt`,
    timing?.condition ?? null,
    timing?.instruction ?? null,
    mixtureText(how.mixture),
    ...how.instructions,
  ].filter((word): word is string => word !== null && word !== '');
  return words.length === 0 ? null : withoutRepeats(words, how, timing).join(', ');
}

/**
 * The sender's own instruction often repeats the dose and the times of the fields beside it. A phrase that it says word for
 * word is said once; the dose only when the instruction begins with it, since «högst 4 mg» is no dose of 4 mg.
 */
function withoutRepeats(words: readonly string[], how: GivenHow, timing: OrderTiming | null): readonly string[] {
  const instructions = [timing?.instruction ?? null, ...how.instructions].filter((one) => one !== null);
  const dose = doseText(how);
  const isSaid = (word: string): boolean =>
    instructions.some((one) => one !== word && (word === dose ? one.startsWith(`${word} `) : says(one, word)));
  const kept = [...new Set(words)].filter((word) => !isSaid(word));
  if (dose === null || kept.includes(dose)) return kept;
  const carries = (word: string): boolean => word.startsWith(`${dose} `);
  return [...kept.filter(carries), ...kept.filter((word) => !carries(word))];
}

/** Whole words only. */
function says(longer: string, word: string): boolean {
  const at = longer.toLowerCase().indexOf(word.toLowerCase());
  const isLetter = (letter: string | undefined): boolean => letter !== undefined && /[\p{L}\p{N}]/u.test(letter);
  return at >= 0 && !isLetter(longer[at - 1]) && !isLetter(longer[at + word.length]);
}

/** One for each stated timing (a morning and an evening dose may differ), or one without. Empty when nothing is said. */
export function dosagesOf(how: GivenHow, timings: readonly OrderTiming[], fields: ResultFields): Dosage[] {
  const found: Dosage[] = [];
  const all: readonly (OrderTiming | null)[] = timings.length === 0 ? [null] : timings;
  for (const timing of all) {
    const text = sentence(how, timing);
    if (text === null) continue;
    const dosage: Dosage = { text };
    if (all.length > 1) dosage.sequence = found.length + 1;
    const structured = timing === null ? null : asTiming(timing);
    if (structured !== null) dosage.timing = structured;
    if (timing?.isAsNeeded === true) dosage.asNeededBoolean = true;
    const [rxr] = how.routes;
    const route = rxr === undefined ? null : fields.coded(rxr, 1);
    const site = rxr === undefined ? null : fields.coded(rxr, 2);
    if (route !== null) dosage.route = route;
    if (site !== null) dosage.site = site;
    const doseAndRate = doseAndRateOf(how);
    if (doseAndRate !== null) dosage.doseAndRate = [doseAndRate];
    const perDay = asQuantity(how.perDay);
    if (perDay !== null && timing?.isAsNeeded === true) {
      dosage.maxDosePerPeriod = { numerator: perDay, denominator: { value: 1, unit: 'dygn' } };
    }
    found.push(dosage);
  }
  return found;
}

function doseAndRateOf(how: GivenHow): DosageDoseAndRate | null {
  const found: DosageDoseAndRate = {};
  const [least, most, rate] = [asQuantity(how.least), asQuantity(how.most), asQuantity(how.rate)];
  if (least !== null && (most === null || most.value === least.value)) {
    // An upper bound that is no number must not leave the lower one looking like the dose.
    if (how.most === null || most !== null) found.doseQuantity = least;
  } else if (least !== null && most !== null) found.doseRange = { low: least, high: most };
  if (rate !== null) found.rateQuantity = rate;
  return Object.keys(found).length === 0 ? null : found;
}

export const UNNAMED_DRUG: CodeableConcept = Object.freeze({ text: 'Läkemedel utan namn i meddelandet' });
