// How times and durations stand on screen and paper (ux §5): `11:05` today, `mån 16/11 09:20` within the week, `15 okt 2026` when
// older. A time not of today always carries its date, so that yesterday's value is never read as today's (design §5.5).

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * HOUR_MS;
const WEEKDAYS = ['sön', 'mån', 'tis', 'ons', 'tor', 'fre', 'lör'] as const;
const MONTHS = ['jan', 'feb', 'mars', 'april', 'maj', 'juni', 'juli', 'aug', 'sep', 'okt', 'nov', 'dec'] as const;

/** A moment by the clock on the wall in Sweden. `dayNumber` counts local days, so that two moments' days can be compared. */
export interface LocalMoment {
  readonly year: number;
  /** 1–12. */
  readonly month: number;
  readonly day: number;
  readonly weekday: number;
  readonly hour: number;
  readonly minute: number;
  readonly dayNumber: number;
}

/** Last Sunday of a month at 01:00 UTC: when the whole EU changes its clocks (directive 2000/84/EC). */
function changeOfClocks(year: number, month: number): number {
  const lastDay = new Date(Date.UTC(year, month, 0));
  return Date.UTC(year, month - 1, lastDay.getUTCDate() - lastDay.getUTCDay(), 1);
}

const summerTimes = new Map<number, readonly [number, number]>();

/** Minutes between UTC and Europe/Stockholm. By rule from 1996, when the present one began; before that by the calendar's own table. */
function stockholmOffsetMs(ms: number): number {
  const year = new Date(ms).getUTCFullYear();
  if (year < 1996 || year > 2200) return offsetFromTable(ms);
  let bounds = summerTimes.get(year);
  if (bounds === undefined) {
    bounds = [changeOfClocks(year, 3), changeOfClocks(year, 10)];
    summerTimes.set(year, bounds);
  }
  return ms >= bounds[0] && ms < bounds[1] ? 2 * HOUR_MS : HOUR_MS;
}

const stockholmParts = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/Stockholm',
  hourCycle: 'h23',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
});

function offsetFromTable(ms: number): number {
  const part: Record<string, number> = {};
  for (const { type, value } of stockholmParts.formatToParts(ms)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0 } = part;
  const local = new Date(0);
  local.setUTCFullYear(year, month - 1, day);
  local.setUTCHours(hour, minute);
  return local.getTime() - Math.floor(ms / MINUTE_MS) * MINUTE_MS;
}

/** The last moment a calendar can hold; beyond it a time is not a time. */
const CALENDAR_MS_MAX = 8_640_000_000_000_000 - DAY_MS;

export function localMoment(ms: number): LocalMoment | null {
  if (!Number.isFinite(ms) || Math.abs(ms) > CALENDAR_MS_MAX) return null;
  const local = new Date(ms + stockholmOffsetMs(ms));
  return {
    year: local.getUTCFullYear(),
    month: local.getUTCMonth() + 1,
    day: local.getUTCDate(),
    weekday: local.getUTCDay(),
    hour: local.getUTCHours(),
    minute: local.getUTCMinutes(),
    dayNumber: Math.floor(local.getTime() / DAY_MS),
  };
}

/** UTC of a Swedish wall-clock time on the local day `dayNumber`. In the hour that the autumn repeats: the first one. */
export function stockholmToUtc(dayNumber: number, hour: number, minute: number): number {
  const local = dayNumber * DAY_MS + hour * HOUR_MS + minute * MINUTE_MS;
  const early = local - stockholmOffsetMs(local - 2 * HOUR_MS);
  return early + stockholmOffsetMs(early) === local ? early : local - stockholmOffsetMs(local);
}

const two = (n: number): string => (n < 10 ? `0${n}` : String(n));
const clockWords = (moment: LocalMoment): string => `${two(moment.hour)}:${two(moment.minute)}`;
const dateWords = (moment: LocalMoment): string => `${moment.day} ${MONTHS[moment.month - 1] ?? ''} ${moment.year}`;

let latestNow: { readonly ms: number; readonly moment: LocalMoment | null } = { ms: Number.NaN, moment: null };
/** A chart asks a thousand times for the same now. */
function momentNow(ms: number): LocalMoment | null {
  if (latestNow.ms !== ms) latestNow = { ms, moment: localMoment(ms) };
  return latestNow.moment;
}

export interface TimeWordsOptions {
  /** With an unsure clock nobody knows what day today is: every time then carries its whole date. */
  readonly clockIsUnsure?: boolean;
}

/**
 * A moment as people read it: `11:05` today, `mån 16/11 09:20` within a week, `15 okt 2026` beyond. A time not of today always
 * carries its date (design §5.5): a weekday alone could be last Monday or next.
 */
export function timeWords(ms: number, nowMs: number, options: TimeWordsOptions = {}): string {
  const moment = localMoment(ms);
  const now = momentNow(nowMs);
  if (moment === null || now === null) return 'okänd tid';
  const clock = clockWords(moment);
  if (options.clockIsUnsure === true) return `${dateWords(moment)} ${clock}`;
  const daysAgo = now.dayNumber - moment.dayNumber;
  if (daysAgo === 0) return clock;
  if (Math.abs(daysAgo) < 7) return `${WEEKDAYS[moment.weekday] ?? ''} ${moment.day}/${moment.month} ${clock}`;
  return dateWords(moment);
}

/**
 * The day alone, for what has no time of day: `mån 16 nov`, `15 okt 2026`. Today has its date as well: a signing sheet that said
 * *till i dag* would be read tomorrow, and a screen is left standing over midnight.
 */
export function dayWords(ms: number, nowMs: number): string {
  const moment = localMoment(ms);
  const now = localMoment(nowMs);
  if (moment === null || now === null) return 'okänd dag';
  const daysAgo = now.dayNumber - moment.dayNumber;
  if (Math.abs(daysAgo) < 7) return `${WEEKDAYS[moment.weekday] ?? ''} ${moment.day} ${MONTHS[moment.month - 1] ?? ''}`;
  return dateWords(moment);
}

/** A time as the source wrote it (FHIR date or dateTime), to the precision it wrote: a year stays a year. */
export function writtenTimeWords(written: string, nowMs: number, options: TimeWordsOptions = {}): string {
  if (/^\d{4}$/.test(written)) return written;
  const month = /^(\d{4})-(\d{2})$/.exec(written);
  if (month !== null) return `${MONTHS[Number(month[2]) - 1] ?? ''} ${month[1]}`.trim();
  if (/^\d{4}-\d{2}-\d{2}$/.test(written)) {
    const ms = Date.parse(`${written}T12:00:00Z`);
    return Number.isNaN(ms) ? written : options.clockIsUnsure === true ? written : dayWords(ms, nowMs);
  }
  const ms = Date.parse(written);
  return Number.isNaN(ms) ? written : timeWords(ms, nowMs, options);
}

/** How long: seconds in steps of five so that nothing flickers, minutes up to an hour, then hours, then days. */
export function durationWords(ms: number): string {
  if (!Number.isFinite(ms) || ms < 0) return 'okänd tid';
  if (ms < MINUTE_MS) return `${Math.floor(ms / 5_000) * 5} s`;
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)} min`;
  if (ms < DAY_MS) return `${Math.floor(ms / HOUR_MS)} h`;
  const days = Math.floor(ms / DAY_MS);
  return days === 1 ? '1 dag' : `${days} dagar`;
}
