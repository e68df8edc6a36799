// When words that nobody has confirmed for long are to be confirmed: somebody who has left, and whose account nobody closed, comes in no
// more. Only in good times: while others demonstrably come in through the provider, by a clock it agrees with. Otherwise words hold.

import type { Arrival } from '../../domain/time.ts';
import { limits } from '../../limits.ts';

export interface ConfirmationsOptions {
  /** Null: words hold until the account is closed. */
  readonly everyMs: number | null;
  readonly isAnswering: () => boolean;
  /** While it is so nothing of anybody's ends by time (design §5.23). */
  readonly isTimePaused: () => boolean;
}

/** Set by more than this since the provider agreed with it, the clock may say anything. */
const CLOCK_SET_MS = 5 * 60_000;

export class Confirmations {
  readonly #options: ConfirmationsOptions;
  #proof: Arrival | null = null;

  constructor(options: ConfirmationsOptions) {
    this.#options = options;
  }

  /** Somebody has come in through the provider, whose signed time agrees with ours. */
  proved(now: Arrival): void {
    this.#proof = now;
  }

  /** It failed somebody: nobody is to depend on it. */
  failed(): void {
    this.#proof = null;
  }

  /** `confirmedAt`: null for one that has never been counted. */
  isDue(confirmedAt: number | null, now: Arrival): boolean {
    const { everyMs, isAnswering, isTimePaused } = this.#options;
    if (everyMs === null || confirmedAt === null || this.#proof === null || isTimePaused() || !isAnswering())
      return false;
    const lived = now.monotonicMs - this.#proof.monotonicMs;
    const isSameClock = Math.abs(now.wallMs - this.#proof.wallMs - lived) <= CLOCK_SET_MS;
    if (now.boot !== this.#proof.boot || lived > limits.providerProofMs || !isSameClock) return false;
    return now.wallMs - confirmedAt > everyMs;
  }
}
