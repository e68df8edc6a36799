// The medication's time line: a day back and a day ahead on one linear scale, a line each fourth hour of the Swedish clock; and what
// stands on it for one order, as it is drawn.

import type { DoseLine, MedicationRow } from '../../../src/domain/chart/chart.ts';
import { localMoment } from '../../../src/domain/swedish-time.ts';
import { unbroken } from '../../../src/domain/unbroken.ts';

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

/** All places are hours from now. */
export interface Lane {
  readonly bars: readonly LaneBar[];
  readonly marks: readonly LaneMark[];
}

/** A drip. */
export interface LaneBar {
  readonly from: number;
  readonly length: number;
  /** After the source's last word, until now. */
  readonly unknown: number;
  readonly isOver: boolean;
  readonly rateAt: number;
  /** With its clock where it was told; at the beginning of the lane, without one, what was told before it. */
  readonly rateWords: string;
}

/** A dose that is known, or the next one planned. */
export interface LaneMark {
  readonly key: string;
  readonly icon: string;
  readonly look: string;
  readonly at: number;
  readonly words: string;
}

const LOOKS: Readonly<Record<DoseLine['outcome'], Pick<LaneMark, 'icon' | 'look'>>> = {
  given: { icon: 'given', look: 'given' },
  'not-given': { icon: 'notgiven', look: 'not' },
  ongoing: { icon: 'given', look: 'given' },
  stopped: { icon: 'stop', look: 'given' },
  unclear: { icon: 'unsure', look: 'unsure' },
};
/** Half a clock's width: what stands nearer an end than so would be cut. */
const END_HOURS = 0.4;
/** How long until the next mark of the row: a time beside another must not run into it (22:5601:04). */
const CROWDED_HOURS = [2.4, 9] as const;

export function laneOf(row: MedicationRow, nowMs: number): Lane {
  const known = dosesInLane(row, nowMs);
  const next = row.next === null ? null : hoursFrom(row.next.ms, nowMs);
  const all = [...known.map(({ at }) => at), ...(next === null ? [] : [next])];
  const marks = known.map(({ line, at }): LaneMark => {
    const { icon, look } = LOOKS[line.outcome];
    return { key: line.key, icon, look: look + crowded(at, all), at, words: clockOf(line.time.ms) };
  });
  const due =
    row.next === null || next === null || next > LANE_HOURS - END_HOURS
      ? []
      : [{ key: 'next', icon: 'due', look: 'due', at: next, words: clockOf(row.next.ms) }];
  return { bars: barsOf(row, nowMs), marks: [...marks, ...due] };
}

/** Where a drip ran its bar says so, and the single words that it was running would only stand in it. */
const dosesInLane = ({ doses, runs }: MedicationRow, nowMs: number) =>
  doses.flatMap((line) => {
    const { time, outcome } = line;
    const at = hoursFrom(time.ms, nowMs);
    const isToldByBar =
      outcome === 'ongoing' &&
      runs.some(({ fromMs, toMs, isOver }) => fromMs <= time.ms && (isOver ? time.ms < toMs : true));
    const hasClock = time.notOwn === undefined && time.hasNoClock === undefined;
    return hasClock && Math.abs(at) <= LANE_HOURS - END_HOURS && !isToldByBar ? [{ line, at }] : [];
  });

function crowded(at: number, all: readonly number[]): string {
  const gap = Math.min(...all.filter((one) => one > at).map((one) => one - at));
  return gap < CROWDED_HOURS[0] ? ' near close' : gap < CROWDED_HOURS[1] ? ' close' : '';
}

function barsOf({ runs }: MedicationRow, nowMs: number): readonly LaneBar[] {
  const within = (ms: number): number => Math.min(LANE_HOURS, Math.max(-LANE_HOURS, hoursFrom(ms, nowMs)));
  return runs.flatMap(({ fromMs, toMs, isOver, rate, rateFromMs }): LaneBar[] => {
    const [from, to] = [within(fromMs), within(toMs)];
    if (isOver && to <= -LANE_HOURS) return [];
    const rateFrom = hoursFrom(rateFromMs, nowMs) > -LANE_HOURS + END_HOURS ? clockOf(rateFromMs) : '';
    return [
      {
        ...{ from, length: Math.max(to - from, 0), unknown: isOver ? 0 : Math.max(0, -to), isOver },
        rateAt: within(rateFromMs),
        rateWords: [rateFrom, unbroken(rate)].filter((one) => one !== '').join(' · '),
      },
    ];
  });
}
