// What has come in since the station started, by source: numbers and times only, for `status` and for telling who is silent.

import { randomBytes } from 'node:crypto';
import type { SourceId } from '../../domain/identity.ts';
import type { Arrival } from '../../domain/time.ts';
import type { Settled } from './group-commit.ts';

export interface SourceCounts {
  readonly source: SourceId;
  readonly received: number;
  readonly repeated: number;
  readonly notKept: number;
  readonly controlIdReused: number;
  readonly last: Arrival;
}

/** `answers`: over how many, the latest. */
export interface AnswerTimes {
  readonly p50: number;
  readonly p99: number;
  readonly answers: number;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const LATENCIES_KEPT = 4096;

export class IntakeCounts {
  refused = 0;
  strayBytes = 0;
  abandoned = 0;
  batchFaults = 0;
  readonly #sources = new Map<SourceId, Mutable<SourceCounts>>();
  readonly #run = randomBytes(4).toString('hex').toUpperCase();
  #answers = 0;
  #latencies = new Float64Array(LATENCIES_KEPT);
  #settled = 0;

  /** MSH-10 of our answers: unique over restarts, at most 20 characters. */
  answerId(): string {
    this.#answers++;
    return `RK${this.#run}${this.#answers.toString(36).toUpperCase()}`;
  }

  arrived(source: SourceId, last: Arrival): void {
    this.#of(source, last).last = last;
  }

  settled(source: SourceId, settled: Settled, tookMs: number): void {
    const counts = this.#sources.get(source);
    this.#latencies[this.#settled % LATENCIES_KEPT] = tookMs;
    this.#settled++;
    if (counts === undefined) return;
    if (!settled.taken) counts.notKept++;
    else if (settled.repeated) counts.repeated++;
    else counts.received++;
    if (settled.taken && settled.controlIdReused) counts.controlIdReused++;
  }

  bySource(): SourceCounts[] {
    return [...this.#sources.values()].map((counts) => ({ ...counts }));
  }

  /** From the last byte of a message to its answer, over the last few thousand, ms; null before the first. */
  latency(): AnswerTimes | null {
    if (this.#settled === 0) return null;
    const sorted = this.#latencies.slice(0, Math.min(this.#settled, LATENCIES_KEPT)).sort();
    const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
    return { p50: at(0.5), p99: at(0.99), answers: sorted.length };
  }

  #of(source: SourceId, last: Arrival): Mutable<SourceCounts> {
    const known = this.#sources.get(source);
    if (known !== undefined) return known;
    const counts = { source, received: 0, repeated: 0, notKept: 0, controlIdReused: 0, last };
    this.#sources.set(source, counts);
    return counts;
  }
}
