// The night's work: snapshot, counts and reading everything through, each once a night at a time of its own and never two at
// once, so that the disk is left to the wards' messages.

import type { Clock } from '../../domain/time.ts';

export interface UpkeepJob {
  readonly name: string;
  /** Local minutes after midnight; begun within the hour that follows, or not that night. */
  readonly atMinute: number;
  /** Tells its own failure. */
  readonly run: () => Promise<void>;
}

const DAY_MINUTES = 24 * 60;
const WITHIN_MINUTES = 60;

export class Upkeep {
  readonly #jobs: readonly UpkeepJob[];
  readonly #clock: Clock;
  readonly #lastDay = new Map<string, string>();
  #work: Promise<void> = Promise.resolve();

  constructor(jobs: readonly UpkeepJob[], clock: Clock) {
    this.#jobs = jobs;
    this.#clock = clock;
  }

  /** To be called every minute. Resolves when what was due, and all before it, is done. */
  turn(): Promise<void> {
    const now = new Date(this.#clock.now().wallMs);
    const minute = now.getHours() * 60 + now.getMinutes();
    for (const job of this.#jobs) {
      const since = (minute - job.atMinute + DAY_MINUTES) % DAY_MINUTES;
      if (since >= WITHIN_MINUTES) continue;
      const began = new Date(now.getTime() - since * 60_000).toDateString();
      if (this.#lastDay.get(job.name) === began) continue;
      this.#lastDay.set(job.name, began);
      this.#work = this.#work.then(() => job.run());
    }
    return this.#work;
  }
}
