// Local clock times to UTC. A hospital's messages mostly carry no offset: the ward's 02:30 in the repeated hour of October
// happened twice, and in March it never did. Both are said, not guessed silently (knowledge c3.15).

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const PROBE_STEP_MS = 5 * DAY_MS;
/** Outside these years the zone's January offset is used: nobody's clock time is known that well. */
const YEAR_MIN = 1900;
const YEAR_MAX = 2100;
const FALLBACK_ZONE = 'Europe/Stockholm';

/** From `fromMs` (UTC) on, local time = UTC + offsetMinutes. */
interface OffsetPeriod {
  readonly fromMs: number;
  readonly offsetMinutes: number;
}

export interface ZonedInstant {
  readonly ms: number;
  readonly offsetMinutes: number;
  /** `fold`: the local time happened twice. `gap`: it never happened; read as if the clock had not been put forward. */
  readonly flag: 'fold' | 'gap' | null;
}

interface Zone {
  readonly offsetMinutesAt: (ms: number) => number;
  readonly years: Map<number, readonly OffsetPeriod[]>;
}

const zones = new Map<string, Zone>();

function openZone(name: string): Zone {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset', year: 'numeric' });
  } catch {
    // Configuration refuses unknown zones; a declaration from an older file must still not stop the feed.
    return openZone(FALLBACK_ZONE);
  }
  const offsetMinutesAt = (ms: number): number => {
    const text = format.format(ms);
    const at = text.indexOf('GMT') + 3;
    const sign = text[at];
    if (sign !== '+' && sign !== '-') return 0;
    const minutes = Number(text.slice(at + 1, at + 3)) * 60 + Number(text.slice(at + 4, at + 6));
    return sign === '-' ? -minutes : minutes;
  };
  return { offsetMinutesAt, years: new Map() };
}

function zoneOf(name: string): Zone {
  let zone = zones.get(name);
  if (zone === undefined) {
    zone = openZone(name);
    zones.set(name, zone);
  }
  return zone;
}

/** The zone's offsets from a day before the year to a day after it, each change found to the minute. */
function periodsOf(zone: Zone, year: number): readonly OffsetPeriod[] {
  const kept = zone.years.get(year);
  if (kept !== undefined) return kept;
  const startMs = Date.UTC(year, 0, 1) - DAY_MS;
  const endMs = Date.UTC(year + 1, 0, 1) + DAY_MS;
  let offsetMinutes = zone.offsetMinutesAt(startMs);
  const periods: OffsetPeriod[] = [{ fromMs: startMs, offsetMinutes }];
  for (let lowMs = startMs; lowMs < endMs; lowMs += PROBE_STEP_MS) {
    const next = zone.offsetMinutesAt(lowMs + PROBE_STEP_MS);
    if (next === offsetMinutes) continue;
    let before = lowMs;
    let after = lowMs + PROBE_STEP_MS;
    while (after - before > MINUTE_MS) {
      const middle = before + Math.floor((after - before) / 2 / MINUTE_MS) * MINUTE_MS;
      if (zone.offsetMinutesAt(middle) === offsetMinutes) before = middle;
      else after = middle;
    }
    offsetMinutes = next;
    periods.push({ fromMs: after, offsetMinutes });
  }
  zone.years.set(year, periods);
  return periods;
}

/**
 * `localMs` is the clock time read as if it were UTC. In the repeated hour the later of the two is taken when it is not after
 * `notAfterMs` (the arrival of a message: a live feed's time lies just before it), else the earlier: data may look older, never fresher.
 */
export function localToUtc(localMs: number, timeZone: string, notAfterMs?: number): ZonedInstant {
  const zone = zoneOf(timeZone);
  const year = new Date(localMs).getUTCFullYear();
  const periods = periodsOf(zone, Math.min(Math.max(year, YEAR_MIN), YEAR_MAX));
  const first = periods[0]?.offsetMinutes ?? 0;
  if (year < YEAR_MIN || year > YEAR_MAX) return { ms: localMs - first * MINUTE_MS, offsetMinutes: first, flag: null };
  let earlier: ZonedInstant | null = null;
  let later: ZonedInstant | null = null;
  let offsetBefore = first;
  for (let index = 0; index < periods.length; index += 1) {
    const period = periods[index];
    if (period === undefined) break;
    const ms = localMs - period.offsetMinutes * MINUTE_MS;
    const untilMs = periods[index + 1]?.fromMs ?? Number.POSITIVE_INFINITY;
    if (ms >= period.fromMs && ms < untilMs) {
      const found: ZonedInstant = { ms, offsetMinutes: period.offsetMinutes, flag: null };
      if (earlier === null) earlier = found;
      else later = found;
    }
    // Remembered for a time in the gap: the offset that held just before the clocks were put forward.
    if (ms >= period.fromMs) offsetBefore = period.offsetMinutes;
  }
  if (earlier === null) return { ms: localMs - offsetBefore * MINUTE_MS, offsetMinutes: offsetBefore, flag: 'gap' };
  if (later === null) return earlier;
  const chosen = notAfterMs !== undefined && later.ms <= notAfterMs ? later : earlier;
  return { ...chosen, flag: 'fold' };
}
