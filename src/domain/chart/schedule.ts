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
  if (textAt(order, 'resourceType') !== 'MedicationRequest' || textAt(order, 'status') !== 'active') return null;
  const times = dosagesOf(order).map((dosage) => nextOfDosage(dosage, nowMs));
  // One dosage without clock times makes the whole order's next time unknown.
  if (times.length === 0 || times.some((ms) => ms === 'not-written')) return null;
  const known = times.filter((ms): ms is number => typeof ms === 'number');
  return known.length === 0 ? 'nothing-left' : Math.min(...known);
}

/** `null`: written out, and nothing is left. */
function nextOfDosage(dosage: unknown, nowMs: number): number | null | 'not-written' {
  if (isAsNeeded(dosage)) return 'not-written';
  const timing = field(dosage, 'timing');
  const events = listOfText(field(timing, 'event'));
  if (events.length > 0) return earliestAfter(events.map(Date.parse), nowMs);
  const repeat = field(timing, 'repeat');
  const clockTimes = listOfText(field(repeat, 'timeOfDay')).map(clockTime);
  if (clockTimes.length === 0 || clockTimes.some((time) => time === null) || !isDaily(repeat, clockTimes.length)) {
    return 'not-written';
  }
  return nextByClock(
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

function nextByClock(times: readonly ClockTime[], repeat: unknown, nowMs: number): number | null {
  const now = localMoment(nowMs);
  if (now === null) return null;
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
  return earliestAfter(coming, nowMs);
}

/** A bound written as a day lasts that whole day. */
function boundary(repeat: unknown, which: 'start' | 'end'): number | null {
  const written = text(path(repeat, 'boundsPeriod', which));
  if (written === null) return null;
  const ms = Date.parse(written);
  if (Number.isNaN(ms)) return null;
  return which === 'end' && /^\d{4}-\d{2}-\d{2}$/.test(written) ? ms + 86_400_000 : ms;
}

function earliestAfter(times: readonly number[], nowMs: number): number | null {
  const coming = times.filter((ms) => ms > nowMs);
  return coming.length === 0 ? null : Math.min(...coming);
}
