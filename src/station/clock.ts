// The station's clocks. How old a chart is counts on the monotonic clock from arrival, so that a wrong wall clock can only make
// data look older (design §5.25); the wall clock is watched, and a jump is told.

import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Arrival, Clock } from '../domain/time.ts';

const BOOT_ID_FILE = '/proc/sys/kernel/random/boot_id';
const NANOSECONDS_A_MS = 1_000_000n;

/** A wall clock that moves this far against the monotonic one has been set; slower drift is the time service at work. */
const STEP_MS = 1_000;

/** One jump of the wall clock. Negative: it went back. */
export interface ClockStep {
  readonly at: Arrival;
  readonly byMs: number;
}

/**
 * Monotonic times of all processes and threads of one boot can be compared; where the machine does not name its boots each
 * process counts as one.
 */
export class SystemClock implements Clock {
  readonly boot: string;
  #offsetMs: number | null = null;
  #steps = 0;
  #lastStep: ClockStep | null = null;

  /** `boot` from another thread of the same process, so that both name it alike. */
  constructor(boot: string = bootId()) {
    this.boot = boot;
  }

  now(): Arrival {
    const monotonicMs = Number(process.hrtime.bigint() / NANOSECONDS_A_MS);
    const arrival = { wallMs: Date.now(), boot: this.boot, monotonicMs };
    this.#watch(arrival);
    return arrival;
  }

  /** How often the wall clock has jumped while this ran, and how it jumped last. */
  get steps(): { readonly count: number; readonly last: ClockStep | null } {
    return { count: this.#steps, last: this.#lastStep };
  }

  /** Compares with something kept earlier: a wall clock behind it was set back while the station was down. */
  follows(earlier: Arrival): boolean {
    return this.now().wallMs >= earlier.wallMs - STEP_MS;
  }

  #watch(arrival: Arrival): void {
    const offsetMs = arrival.wallMs - arrival.monotonicMs;
    const byMs = this.#offsetMs === null ? 0 : offsetMs - this.#offsetMs;
    // Without following slow drift a year of it would one day be reported as a jump.
    this.#offsetMs = offsetMs;
    if (Math.abs(byMs) < STEP_MS) return;
    this.#steps++;
    this.#lastStep = { at: arrival, byMs };
  }
}

function bootId(): string {
  try {
    return readFileSync(BOOT_ID_FILE, 'utf8').trim();
  } catch {
    return `process-${randomUUID()}`;
  }
}
