// The regular beats of a ward: rounds, medicine times, measurements. Each beat of a stay has a chance of its own, so that
// what happens at 14:00 never depends on what was asked about 10:00.

import { clockTime, HOUR_MS, startOfDay } from '../local-time.ts';
import { Random } from '../random.ts';
import type { SimStay } from '../stay.ts';

export interface Beat {
  readonly at: number;
  readonly random: Random;
  /** Names the beat, the same in every run. */
  readonly name: string;
}

const DAY_HOURS = Array.from({ length: 24 }, (_, hour) => hour);
export const everyHours = (step: number): readonly number[] => DAY_HOURS.filter((hour) => hour % step === 0);

/**
 * The beats after `from`, up to and including `to`, at the given clock hours while the patient is in the house. `lateMs`:
 * how long after the full hour it is done at most.
 */
export function* beats(
  stay: SimStay,
  what: string,
  { hours, lateMs, from, to }: { hours: readonly number[]; lateMs: number; from: number; to: number },
): Generator<Beat> {
  const first = Math.max(from, stay.admittedAt);
  const last = Math.min(to, stay.dischargedAt);
  if (last <= first) return;
  for (let day = startOfDay(first - lateMs); day <= last; day = startOfDay(day + 26 * HOUR_MS)) {
    for (const hour of hours) {
      const due = day + hour * HOUR_MS;
      if (due > last || due + lateMs <= first) continue;
      const name = `${stay.number}/${what}/${clockTime(due).date}${String(hour).padStart(2, '0')}`;
      const random = new Random(`${stay.seed}/${name}`);
      const at = Math.floor((due + random.next() * lateMs) / 1_000) * 1_000;
      if (at > first && at <= last) yield { at, random, name };
    }
  }
}

/** Something that happens once, some time after arrival. */
export function* once(
  stay: SimStay,
  what: string,
  { atMs, from, to }: { atMs: number; from: number; to: number },
): Generator<Beat> {
  const at = Math.floor(atMs / 1_000) * 1_000;
  if (at <= from || at > to || at >= stay.dischargedAt) return;
  const name = `${stay.number}/${what}`;
  yield { at, random: new Random(`${stay.seed}/${name}`), name };
}
