// When and how often (TQ1 from 2.5, the TQ fields ORC-7, OBR-27, RXE-1 and RXG-3 before): the words as written for people
// to read, and as structure only what has one meaning.

import type { Timing } from 'fhir/r4';
import type { Hl7Segment } from '../message.ts';
import type { MeaningContext } from './context.ts';
import { type ReadTime, readTime } from './values.ts';

export interface OrderTiming {
  readonly quantity: string | null;
  readonly quantityUnit: string | null;
  /** `Q8H`, `twice a day`: as written. */
  readonly pattern: string | null;
  /** HHMM of each stated hour. */
  readonly clockTimes: readonly string[];
  readonly duration: string | null;
  readonly start: ReadTime | null;
  readonly end: ReadTime | null;
  readonly priority: string | null;
  readonly condition: string | null;
  readonly instruction: string | null;
  readonly occurrences: string | null;
  readonly isAsNeeded: boolean;
}

type Part = (component: number, subcomponent?: number) => string | null;

/** One repetition of a field by its parts; deleted and absent are alike here: nothing is said. */
const partsOf =
  (segment: Hl7Segment, field: number, repetition = 1): Part =>
  (component, subcomponent = 1) => {
    const text = segment.value(field, component, subcomponent, repetition);
    return typeof text === 'string' && text.trim() !== '' ? text.trim() : null;
  };

function timeOf(text: string | null, where: string, context: MeaningContext): ReadTime | null {
  if (text === null) return null;
  const time = readTime(text, context.source.hl7.timeZone, context.arrivalMs);
  if (time === null) context.alarm({ code: 'time-unreadable', detail: where });
  else if (time.flag !== null) context.alarm({ code: 'time-fold', detail: `${where} (${time.flag})` });
  return time;
}

/** `PRN`, `PRNQ6H`, `VB`, `vid behov`. */
const AS_NEEDED = /^(PRN|VB|V\.B\.|VID BEHOV)/i;
const isClock = (text: string): boolean => /^([01]\d|2[0-3]):?[0-5]\d(:?[0-5]\d)?$/.test(text);

function readTq1(tq1: Hl7Segment, context: MeaningContext): OrderTiming {
  const quantity = partsOf(tq1, 2);
  const repeat = partsOf(tq1, 3);
  const duration = partsOf(tq1, 6);
  const field = (number: number): string | null => partsOf(tq1, number)(1);
  const pattern = repeat(1, 2) ?? repeat(1);
  const every = repeat(5) === null ? null : `var ${repeat(5)} ${repeat(6) ?? ''}`.trim();
  const clockTimes: string[] = [];
  for (let repetition = 1; repetition <= tq1.repetitions(4); repetition += 1) {
    const time = partsOf(tq1, 4, repetition)(1);
    if (time !== null) clockTimes.push(time);
  }
  return {
    quantity: quantity(1),
    quantityUnit: quantity(2, 2) ?? quantity(2),
    pattern: [pattern, every].filter((word) => word !== null).join(', ') || null,
    clockTimes,
    duration: joined(duration(1), duration(2, 2) ?? duration(2)),
    start: timeOf(field(7), 'TQ1-7', context),
    end: timeOf(field(8), 'TQ1-8', context),
    priority: field(9),
    condition: field(10),
    instruction: field(11),
    occurrences: field(14),
    isAsNeeded: AS_NEEDED.test(repeat(1) ?? '') || AS_NEEDED.test(pattern ?? ''),
  };
}

/** TQ: quantity ^ interval ^ duration ^ start ^ end ^ priority ^ condition ^ text ^ … ^ total occurrences (12). */
function readTq(segment: Hl7Segment, fieldNumber: number, context: MeaningContext, repetition = 1): OrderTiming | null {
  if (segment.raw(fieldNumber) === '' || repetition > segment.repetitions(fieldNumber)) return null;
  const part = partsOf(segment, fieldNumber, repetition);
  const where = `${segment.name}-${fieldNumber}`;
  const pattern = part(2);
  return {
    quantity: part(1),
    quantityUnit: part(1, 2),
    pattern,
    clockTimes: (part(2, 2) ?? '').split(/[,\s]+/).filter((word) => word !== ''),
    duration: part(3),
    start: timeOf(part(4), where, context),
    end: timeOf(part(5), where, context),
    priority: part(6),
    condition: part(7),
    instruction: part(8),
    occurrences: part(12),
    isAsNeeded: AS_NEEDED.test(pattern ?? '') || AS_NEEDED.test(part(6) ?? ''),
  };
}

/** All that is said of when: TQ1 segments where there are any, else the first old field that says something. */
export function readTimings(
  tq1: readonly Hl7Segment[],
  old: readonly (readonly [Hl7Segment | null, number])[],
  context: MeaningContext,
): OrderTiming[] {
  if (tq1.length > 0) return tq1.map((segment) => readTq1(segment, context));
  for (const [segment, fieldNumber] of old) {
    if (segment === null) continue;
    const found: OrderTiming[] = [];
    for (let repetition = 1; repetition <= segment.repetitions(fieldNumber); repetition += 1) {
      const timing = readTq(segment, fieldNumber, context, repetition);
      if (timing !== null) found.push(timing);
    }
    if (found.length > 0) return found;
  }
  return [];
}

const joined = (first: string | null, second: string | null): string | null =>
  first === null ? null : second === null ? first : `${first} ${second}`;

type Repeat = NonNullable<Timing['repeat']>;

/** Only patterns with one meaning; `Q6H` and its kin, and the Latin ones everybody shares. */
function repeatOf(pattern: string | null): Pick<Repeat, 'frequency' | 'period' | 'periodUnit'> | null {
  const word = (pattern ?? '').toUpperCase();
  const every = /^(?:PRN)?Q(\d{1,3})([SMHDW])$/.exec(word);
  if (every !== null) {
    const periodUnit = ({ S: 's', M: 'min', H: 'h', D: 'd', W: 'wk' } as const)[
      every[2] as 'S' | 'M' | 'H' | 'D' | 'W'
    ];
    return { frequency: 1, period: Number(every[1]), periodUnit };
  }
  const daily = new Map([
    ['QD', 1],
    ['BID', 2],
    ['TID', 3],
    ['QID', 4],
  ]).get(word);
  return daily === undefined ? null : { frequency: daily, period: 1, periodUnit: 'd' };
}

export function asTiming(timing: OrderTiming): Timing | null {
  const repeat: Repeat = { ...repeatOf(timing.pattern) };
  if (timing.start !== null || timing.end !== null) {
    repeat.boundsPeriod = {
      ...(timing.start === null ? {} : { start: timing.start.fhir }),
      ...(timing.end === null ? {} : { end: timing.end.fhir }),
    };
  }
  const clocks = timing.clockTimes.filter(isClock);
  if (clocks.length > 0) {
    repeat.timeOfDay = clocks.map((clock) => {
      const digits = clock.replaceAll(':', '');
      return `${digits.slice(0, 2)}:${digits.slice(2, 4)}:${digits.slice(4, 6) || '00'}`;
    });
  }
  const hasRepeat = Object.keys(repeat).length > 0;
  if (!hasRepeat && timing.pattern === null) return null;
  return { ...(hasRepeat ? { repeat } : {}), ...(timing.pattern === null ? {} : { code: { text: timing.pattern } }) };
}

const PRIORITY: ReadonlyMap<string, 'routine' | 'urgent' | 'asap' | 'stat'> = new Map([
  ['R', 'routine'],
  ['ROUTINE', 'routine'],
  ['S', 'stat'],
  ['STAT', 'stat'],
  ['A', 'asap'],
  ['ASAP', 'asap'],
  ['U', 'urgent'],
  ['URGENT', 'urgent'],
]);

/** HL7 table 0485 in FHIR's words; null for local words. */
export const priorityOf = (code: string | null): 'routine' | 'urgent' | 'asap' | 'stat' | null =>
  PRIORITY.get((code ?? '').toUpperCase()) ?? null;
