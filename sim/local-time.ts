// Swedish clock time from milliseconds, by rule instead of by the machine's time zone data, so that a run gives the same
// bytes on every machine. Summer time: from 01:00 UTC the last Sunday of March to 01:00 UTC the last Sunday of October.

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

function lastSundayUtc(year: number, month: number): number {
  const last = new Date(Date.UTC(year, month + 1, 0));
  return Date.UTC(year, month, last.getUTCDate() - last.getUTCDay(), 1);
}

function swedishOffsetMs(ms: number): number {
  const year = new Date(ms).getUTCFullYear();
  const summer = ms >= lastSundayUtc(year, 2) && ms < lastSundayUtc(year, 9);
  return (summer ? 2 : 1) * HOUR_MS;
}

export interface ClockTime {
  readonly date: string; // YYYYMMDD
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** 0 = Sunday. */
  readonly weekday: number;
}

export function clockTime(ms: number): ClockTime {
  const local = new Date(ms + swedishOffsetMs(ms));
  return {
    date: local.toISOString().slice(0, 10).replaceAll('-', ''),
    hour: local.getUTCHours(),
    minute: local.getUTCMinutes(),
    second: local.getUTCSeconds(),
    weekday: local.getUTCDay(),
  };
}

/** The first moment of the Swedish day that `ms` falls in. */
export function startOfDay(ms: number): number {
  const local = ms + swedishOffsetMs(ms);
  const midnight = local - (((local % DAY_MS) + DAY_MS) % DAY_MS);
  return midnight - swedishOffsetMs(midnight - swedishOffsetMs(ms));
}

const two = (n: number): string => String(n).padStart(2, '0');

/** HL7 v2 DTM to the second; `offset` adds the zone (+0100), which only some Swedish senders do. */
export function hl7Time(ms: number, offset = false): string {
  const t = clockTime(ms);
  const zone = offset ? `+0${swedishOffsetMs(ms) / HOUR_MS}00` : '';
  return `${t.date}${two(t.hour)}${two(t.minute)}${two(t.second)}${zone}`;
}

/** `2026-11-22 10:42`, as people write it. */
export function writtenTime(ms: number): string {
  const t = clockTime(ms);
  return `${t.date.slice(0, 4)}-${t.date.slice(4, 6)}-${t.date.slice(6)} ${two(t.hour)}:${two(t.minute)}`;
}
