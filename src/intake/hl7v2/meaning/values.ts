// The small values messages are made of: times, coded words, people who give care. Every reader keeps the three states of
// a field apart (HL7 v2.5 ch. 2.5.3): `undefined` says nothing, `null` was sent as "" and deletes, a value sets.
// A patient's identifiers are read in identities.ts, names and addresses in person-values.ts.

import type { CodeableConcept, Coding, Reference } from 'fhir/r4';
import type { Caregiver } from '../../../domain/changes.ts';
import { limits } from '../../../limits.ts';
import type { Hl7Segment } from '../message.ts';
import { codeSystemOf } from './code-systems.ts';
import type { MeaningContext } from './context.ts';
import { localToUtc } from './time-zone.ts';

type TimePrecision = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second';

export interface ReadTime {
  /** Start of what was said, ms UTC: a day without clock time is its local midnight. */
  readonly ms: number;
  /** FHIR date or dateTime with the sender's precision. FHIR wants minutes and seconds with any clock time: they are zero then. */
  readonly fhir: string;
  readonly precision: TimePrecision;
  /** `fold`: this local time happened twice that night; `gap`: it never happened. */
  readonly flag: 'fold' | 'gap' | null;
}

const MINUTE_MS = 60_000;
const ZERO = 48;

/** `count` digits at `at` as a number; -1 when one of them is no digit. */
function digits(text: string, at: number, count: number): number {
  let value = 0;
  for (let index = at; index < at + count; index += 1) {
    const digit = text.charCodeAt(index) - ZERO;
    if (!(digit >= 0 && digit <= 9)) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** `2025-01`: a month. (With four digits after the mark it is a year and a zone.) */
const YEAR_AND_MONTH = /^(\d{4})[-/](\d{2})$/;
/** ISO 8601, `2025/01/15 14:30`, `20250115T1430Z`: the year first. `01/02/2025` is one of two days, and stays unread. */
const MARKED =
  /^(\d{4})([-/.]?)(\d{2})\2(\d{2})(?:[T ]+(\d{2})(?::?(\d{2})(?::?(\d{2})(?:[.,](\d+))?)?)?)?\s?(Z|[+-]\d{2}:?(?:\d{2})?)?$/i;

/** The same digits as HL7 writes them. Anything else comes back as it is. */
function withoutMarks(text: string): string {
  const month = YEAR_AND_MONTH.exec(text);
  if (month !== null) return `${month[1]}${month[2]}`;
  const parts = MARKED.exec(text);
  if (parts === null) return text;
  const [, year, , monthDigits, day, hour = '', minute = '', second = '', fraction, zone = ''] = parts;
  return `${year}${monthDigits}${day}${hour}${minute}${second}${fraction === undefined ? '' : `.${fraction}`}${zone}`;
}

/** `+0100`, `-05:30`, `+01`, `Z` as minutes; null when it is none of these. */
function offsetMinutes(written: string): number | null {
  if (written === 'Z' || written === 'z') return 0;
  const text = written[3] === ':' ? written.replace(':', '') : written;
  const sign = text[0];
  if ((sign !== '+' && sign !== '-') || (text.length !== 5 && text.length !== 3)) return null;
  const hours = digits(text, 1, 2);
  const minutes = text.length === 5 ? digits(text, 3, 2) : 0;
  if (hours < 0 || minutes < 0 || hours > 14 || minutes > 59) return null;
  return (sign === '-' ? -1 : 1) * (hours * 60 + minutes);
}

function offsetText(minutes: number): string {
  const size = Math.abs(minutes);
  const hours = Math.floor(size / 60);
  const rest = size % 60;
  return `${minutes < 0 ? '-' : '+'}${hours < 10 ? '0' : ''}${hours}:${rest < 10 ? '0' : ''}${rest}`;
}

const PRECISION_OF_LENGTH: Readonly<Record<number, TimePrecision>> = {
  4: 'year',
  6: 'month',
  8: 'day',
  10: 'hour',
  12: 'minute',
  14: 'second',
};
/** More decimals than any clock has. */
const FRACTION_DIGITS_MAX = 25;
const DAYS_OF_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * An HL7 DTM/TS/DT (ch. 2A): YYYY[MM[DD[HH[MM[SS[.S+]]]]]][+/-ZZZZ], or ISO 8601. Without offset it is the sender's local
 * time in `timeZone`. `notAfterMs` decides the repeated hour (time-zone.ts). Null when it is no such time.
 */
export function readTime(text: string, timeZone: string, notAfterMs?: number): ReadTime | null {
  const zoned = timesOf(timeZone);
  const known = zoned.get(text);
  if (known !== undefined) return known;
  const time = readTimeAnew(text, timeZone, notAfterMs);
  if (time === null || time.flag !== null || text.length > REMEMBERED_LENGTH_MAX) return time;
  if (zoned.size >= REMEMBERED_TIMES_MAX) zoned.clear();
  zoned.set(text, time);
  return time;
}

/**
 * The same few times stand in several fields of a message and in its neighbours. Only a time in the repeated or missing hour
 * depends on when the message came: it is read each time.
 */
const times = new Map<string, Map<string, ReadTime>>();
const REMEMBERED_TIMES_MAX = 512;
const REMEMBERED_LENGTH_MAX = 30;

function timesOf(timeZone: string): Map<string, ReadTime> {
  let zoned = times.get(timeZone);
  if (zoned === undefined) {
    zoned = new Map();
    times.set(timeZone, zoned);
  }
  return zoned;
}

function readTimeAnew(text: string, timeZone: string, notAfterMs?: number): ReadTime | null {
  const trimmed = text.trim();
  // Nearly all are digits alone, up to a zone.
  const isPlain = digits(trimmed, 4, 1) >= 0 && (trimmed.length <= 8 || digits(trimmed, 8, 1) >= 0);
  const dtm = isPlain ? trimmed : withoutMarks(trimmed);
  let digitsEnd = 0;
  while (digitsEnd < dtm.length && digitsEnd < 15 && digits(dtm, digitsEnd, 1) >= 0) digitsEnd += 1;
  const precision = PRECISION_OF_LENGTH[digitsEnd];
  if (precision === undefined) return null;
  const year = digits(dtm, 0, 4);
  const month = digitsEnd >= 6 ? digits(dtm, 4, 2) : 1;
  const day = digitsEnd >= 8 ? digits(dtm, 6, 2) : 1;
  const hour = digitsEnd >= 10 ? digits(dtm, 8, 2) : 0;
  const minute = digitsEnd >= 12 ? digits(dtm, 10, 2) : 0;
  const second = digitsEnd >= 14 ? digits(dtm, 12, 2) : 0;
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > (DAYS_OF_MONTH[month - 1] ?? 0)) return null;
  if (month === 2 && day === 29 && (year % 4 !== 0 || (year % 100 === 0 && year % 400 !== 0))) return null;
  if (hour > 23 || minute > 59 || second > 59) return null;
  let fractionEnd = digitsEnd;
  if (dtm[digitsEnd] === '.') {
    if (precision !== 'second') return null;
    fractionEnd += 1;
    while (
      fractionEnd < dtm.length &&
      fractionEnd < digitsEnd + FRACTION_DIGITS_MAX &&
      digits(dtm, fractionEnd, 1) >= 0
    )
      fractionEnd += 1;
  }
  const fraction = fractionEnd > digitsEnd + 1 ? dtm.slice(digitsEnd, fractionEnd) : '';
  const stated = fractionEnd === dtm.length ? undefined : offsetMinutes(dtm.slice(fractionEnd));
  if (stated === null) return null;

  let localMs = Date.UTC(year, month - 1, day, hour, minute, second);
  if (year < 100) localMs = new Date(localMs).setUTCFullYear(year);
  if (fraction !== '') localMs += Math.floor(Number(fraction) * 1000);
  const zoned =
    stated === undefined
      ? localToUtc(localMs, timeZone, notAfterMs)
      : { ms: localMs - stated * MINUTE_MS, offsetMinutes: stated, flag: null };
  if (digitsEnd <= 8) {
    const date = digitsEnd === 4 ? dtm.slice(0, 4) : `${dtm.slice(0, 4)}-${dtm.slice(4, 6)}`;
    return { ms: zoned.ms, fhir: digitsEnd === 8 ? `${date}-${dtm.slice(6, 8)}` : date, precision, flag: null };
  }
  const clock = `${dtm.slice(8, 10)}:${digitsEnd >= 12 ? dtm.slice(10, 12) : '00'}:${digitsEnd >= 14 ? dtm.slice(12, 14) : '00'}`;
  return {
    ms: zoned.ms,
    fhir: `${dtm.slice(0, 4)}-${dtm.slice(4, 6)}-${dtm.slice(6, 8)}T${clock}${fraction}${offsetText(zoned.offsetMinutes)}`,
    precision,
    flag: zoned.flag,
  };
}

/** A field that holds a time, by the source's zone; what can't be read or happened twice is told to IT. */
export function readTimeField(
  segment: Hl7Segment,
  field: number,
  context: Pick<MeaningContext, 'source' | 'arrivalMs' | 'alarm'>,
  component = 1,
): ReadTime | null | undefined {
  const text = segment.value(field, component);
  if (text === undefined || text === null) return text;
  const time = readTime(text, context.source.hl7.timeZone, context.arrivalMs + limits.futureEventToleratedMs);
  if (time === null) context.alarm({ code: 'time-unreadable', detail: `${segment.name}-${field}` });
  else if (time.flag !== null) context.alarm({ code: 'time-fold', detail: `${segment.name}-${field} (${time.flag})` });
  return time ?? undefined;
}

/** The three states over components: a value wins, `""` alone deletes, nothing says nothing. */
function threeState<T>(values: readonly unknown[], build: () => T): T | null | undefined {
  let isDeleted = false;
  for (const value of values) {
    if (typeof value === 'string') return build();
    if (value === null) isDeleted = true;
  }
  return isDeleted ? null : undefined;
}

function coding(
  code: string | null | undefined,
  display: string | null | undefined,
  system: string | null | undefined,
  systemOid: string | null | undefined,
): Coding | null {
  if (typeof code !== 'string') return null;
  const uri = codeSystemOf(system ?? null, systemOid ?? null);
  return { ...(uri === null ? {} : { system: uri }), code, ...(typeof display === 'string' ? { display } : {}) };
}

/**
 * CE, CWE, CNE, IS or ID at `field` (ch. 2A): up to three codings as received and the text people read, which is the sender's
 * original text (CWE.9), else the first coding's, else the code itself.
 */
export function readCoded(segment: Hl7Segment, field: number, repetition = 1): CodeableConcept | null | undefined {
  const at = (component: number): string | null | undefined => segment.value(field, component, 1, repetition);
  const [code, text, system, otherCode, otherText] = [at(1), at(2), at(3), at(4), at(5)];
  const original = at(9);
  return threeState([code, text, otherCode, otherText, original], () => {
    const codings = [
      coding(code, text, system, at(14)),
      coding(otherCode, otherText, at(6), at(17)),
      coding(at(10), at(11), at(12), at(20)),
    ].filter((each) => each !== null);
    const shown = original ?? text ?? otherText ?? code ?? otherCode;
    return {
      ...(codings.length === 0 ? {} : { coding: codings }),
      ...(typeof shown === 'string' ? { text: shown } : {}),
    };
  });
}

/** XCN or older CN (ch. 2A): id^family^given^middle. A name alone in the first component is a name, not an id. */
export function readCaregiver(
  segment: Hl7Segment,
  field: number,
  role: Caregiver['role'],
  repetition = 1,
): Caregiver | null {
  const id = segment.value(field, 1, 1, repetition) ?? null;
  const name = [segment.value(field, 3, 1, repetition), segment.value(field, 2, 1, repetition)]
    .filter((part) => typeof part === 'string')
    .join(' ');
  if (name !== '') return { id, name, role };
  if (id === null) return null;
  const isName = id.includes(' ') || id.includes(',');
  return isName ? { id: null, name: id, role } : { id, name: id, role };
}

/** All repetitions of a caregiver field. Three-state: null when the field was sent as "". */
export function readCaregivers(
  segment: Hl7Segment,
  field: number,
  role: Caregiver['role'],
): readonly Caregiver[] | null | undefined {
  const count = segment.repetitions(field);
  if (count === 0) return undefined;
  const found: Caregiver[] = [];
  for (let repetition = 1; repetition <= count; repetition += 1) {
    const caregiver = readCaregiver(segment, field, role, repetition);
    if (caregiver !== null) found.push(caregiver);
  }
  if (found.length > 0) return found;
  return segment.value(field, 1) === null ? null : undefined;
}

/** A caregiver as FHIR shows one who is no resource of ours. */
export const caregiverReference = (caregiver: Caregiver): Reference => ({
  ...(caregiver.id === null ? {} : { identifier: { value: caregiver.id } }),
  display: caregiver.name,
});
