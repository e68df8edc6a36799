// The medication's time line: a day back and a day ahead on one linear scale, a line each fourth hour of the Swedish clock.

import { localMoment } from '../../../src/domain/swedish-time.ts';

export const LANE_HOURS = 24;
const HOUR_MS = 3_600_000;
const DAYS = ['sön', 'mån', 'tis', 'ons', 'tor', 'fre', 'lör'] as const;
const two = (n: number): string => String(n).padStart(2, '0');

export const hoursFrom = (ms: number, nowMs: number): number => (ms - nowMs) / HOUR_MS;

export function clockOf(ms: number): string {
  const moment = localMoment(ms);
  return moment === null ? 'okänd tid' : `${two(moment.hour)}:${two(moment.minute)}`;
}

export interface LaneTick {
  readonly hours: number;
  readonly words: string;
  readonly isDay: boolean;
  /** Not where the lane is narrow: 20 and 04 ran into the day between them. */
  readonly isHalf: boolean;
}

export function laneTicks(nowMs: number): readonly LaneTick[] {
  const ticks: LaneTick[] = [];
  const first = Math.ceil((nowMs - LANE_HOURS * HOUR_MS) / HOUR_MS) * HOUR_MS;
  for (let ms = first; ms <= nowMs + LANE_HOURS * HOUR_MS; ms += HOUR_MS) {
    const moment = localMoment(ms);
    const hours = hoursFrom(ms, nowMs);
    // Too near the ends or the word *nu* to be read.
    if (moment === null || moment.hour % 4 !== 0 || Math.abs(hours) > LANE_HOURS - 1) continue;
    const isDay = moment.hour === 0;
    ticks.push({
      hours,
      isDay,
      isHalf: moment.hour % 8 !== 0,
      words: isDay ? `${DAYS[moment.weekday] ?? ''} ${moment.day}` : two(moment.hour),
    });
  }
  return ticks;
}
