// When an order's own schedule has its next time. A computing function of its own (design §9): only from times the source has
// written out, never from a guess about what «fyra gånger dagligen» means here, and never about what lies behind.

import { localMoment, stockholmToUtc } from '../swedish-time.ts';
import { dosagesOf, isAsNeeded } from './describe-medication.ts';
import { field, list, listOfText, numberAt, path, text, textAt } from './fhir-read.ts';

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
/** Further ahead than any written-out schedule of a ward says something to a reader. */
const DAYS_AHEAD_MAX = 8;

/** The earliest coming time in ms UTC; null when the schedule is not written out as clock times. */
export function nextScheduled(order: unknown, nowMs: number): number | 'nothing-left' | null {
  const times = comingTimes(order, nowMs);
  return times === null ? null : (times[0] ?? 'nothing-left');
}

/** Every time the order itself writes out from now until then, earliest first; empty when it writes out none. */
export const scheduledUntil = (order: unknown, nowMs: number, untilMs: number): readonly number[] =>
  (comingTimes(order, nowMs) ?? []).filter((ms) => ms <= untilMs);

/** Null when the schedule is not written out as clock times. */
function comingTimes(order: unknown, nowMs: number): readonly number[] | null {
  if (textAt(order, 'resourceType') !== 'MedicationRequest' || textAt(order, 'status') !== 'active') return null;
  const times = dosagesOf(order).map((dosage) => comingOfDosage(dosage, nowMs));
  // One dosage without clock times makes the whole order's next time unknown.
  if (times.length === 0 || times.some((coming) => coming === null)) return null;
  return [...new Set(times.flatMap((coming) => coming ?? []))].sort((a, b) => a - b);
}

/** `null`: not written out. */
function comingOfDosage(dosage: unknown, nowMs: number): readonly number[] | null {
  if (isAsNeeded(dosage)) return null;
  const timing = field(dosage, 'timing');
  const events = listOfText(field(timing, 'event'));
  if (events.length > 0) return after(events.map(Date.parse), nowMs);
  const repeat = field(timing, 'repeat');
  const clockTimes = listOfText(field(repeat, 'timeOfDay')).map(clockTime);
  if (clockTimes.length === 0 || clockTimes.some((time) => time === null) || !isDaily(repeat, clockTimes.length)) {
    return null;
  }
  return comingByClock(
    clockTimes.flatMap((time) => time ?? []),
    repeat,
    nowMs,
  );
}

interface ClockTime {
  readonly hour: number;
  readonly minute: number;
}

function clockTime(written: string): ClockTime | null {
  const match = /^(\d{2}):(\d{2})(?::\d{2}(?:\.\d+)?)?$/.exec(written);
  if (match === null) return null;
  const [hour, minute] = [Number(match[1]), Number(match[2])];
  return hour < 24 && minute < 60 ? { hour, minute } : null;
}

/** Times of the day mean those times every day only if nothing says every other day, a count, or another number of times. */
function isDaily(repeat: unknown, timesADay: number): boolean {
  const period = numberAt(repeat, 'period');
  const unit = text(field(repeat, 'periodUnit'));
  const frequency = numberAt(repeat, 'frequency');
  const isEveryDay = (period === null && unit === null) || (period === 1 && unit === 'd');
  const agrees = frequency === null || frequency === timesADay;
  const isCounted =
    numberAt(repeat, 'count') !== null ||
    list(field(repeat, 'when')).length > 0 ||
    listOfText(field(repeat, 'when')).length > 0;
  return isEveryDay && agrees && !isCounted;
}

function comingByClock(times: readonly ClockTime[], repeat: unknown, nowMs: number): readonly number[] {
  const now = localMoment(nowMs);
  if (now === null) return [];
  const days = listOfText(field(repeat, 'dayOfWeek'));
  const start = boundary(repeat, 'start') ?? Number.NEGATIVE_INFINITY;
  const end = boundary(repeat, 'end') ?? Number.POSITIVE_INFINITY;
  const coming: number[] = [];
  for (let ahead = 0; ahead < DAYS_AHEAD_MAX; ahead += 1) {
    const weekday = DAYS[(now.weekday + ahead) % 7];
    if (days.length > 0 && (weekday === undefined || !days.includes(weekday))) continue;
    for (const { hour, minute } of times) {
      const ms = stockholmToUtc(now.dayNumber + ahead, hour, minute);
      if (ms >= start && ms <= end) coming.push(ms);
    }
  }
  return after(coming, nowMs);
}

/** A beginning or an end as the source wrote it, and the moment it means. */
interface Bound {
  readonly written: string;
  readonly ms: number;
}

/** When a dosage begins and ends, where its source has said so. */
export function boundsOf(dosage: unknown): { readonly start: Bound | null; readonly end: Bound | null } {
  const repeat = path(dosage, 'timing', 'repeat');
  const bound = (which: 'start' | 'end'): Bound | null => {
    const [written, ms] = [text(path(repeat, 'boundsPeriod', which)), boundary(repeat, which)];
    return written === null || ms === null ? null : { written, ms };
  };
  return { start: bound('start'), end: bound('end') };
}

/** A bound written as a day lasts that whole day. */
function boundary(repeat: unknown, which: 'start' | 'end'): number | null {
  const written = text(path(repeat, 'boundsPeriod', which));
  if (written === null) return null;
  const ms = Date.parse(written);
  if (Number.isNaN(ms)) return null;
  return which === 'end' && /^\d{4}-\d{2}-\d{2}$/.test(written) ? ms + 86_400_000 : ms;
}

const after = (times: readonly number[], nowMs: number): readonly number[] => times.filter((ms) => ms > nowMs);
