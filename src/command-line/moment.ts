// «As of» on the command line: a clock time of today (or yesterday if it has not come yet), or a date and time. Swedish time
// unless a zone is written, whatever zone the machine is set to.

import { Failure } from '../domain/failures.ts';
import { localMoment, stockholmToUtc } from '../domain/swedish-time.ts';

const DAY_MS = 86_400_000;

/** Ms since 1970 UTC. `flag`: where it was written. @throws {Failure} `request.invalid` */
export function readMoment(text: string, nowMs: number, flag = '--at'): number {
  const at = clockToday(text, nowMs) ?? dateAndClock(text) ?? zoned(text);
  if (at === null)
    throw new Failure('request.invalid', `${flag} skrivs 06:00, "2026-11-22 06:00" eller 2026-11-22T06:00:00Z`);
  if (at > nowMs) throw new Failure('request.invalid', `${flag} ligger i framtiden`);
  return at;
}

function clockToday(text: string, nowMs: number): number | null {
  const clock = /^(\d{1,2}):(\d{2})$/.exec(text);
  const today = localMoment(nowMs);
  if (clock === null || today === null || Number(clock[1]) > 23 || Number(clock[2]) > 59) return null;
  const at = stockholmToUtc(today.dayNumber, Number(clock[1]), Number(clock[2]));
  return at > nowMs ? at - DAY_MS : at;
}

function dateAndClock(text: string): number | null {
  const parts = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}):(\d{2})$/.exec(text);
  const day = Date.parse(`${parts?.[1]}T00:00:00Z`);
  if (parts === null || Number.isNaN(day)) return null;
  return stockholmToUtc(Math.floor(day / DAY_MS), Number(parts[2]), Number(parts[3]));
}

function zoned(text: string): number | null {
  const at = /(Z|[+-]\d{2}:?\d{2})$/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : at;
}
