// What is known of the time of a value whose source gave none: the first of the moments told around it, and never a later one
// than its arrival. A source's clock that is ahead can make nothing fresher (design §5.25).

import type { KnownBy, TimeNotOwn } from '../domain/own-time.ts';
import { limits } from '../limits.ts';

export interface ToldMoment {
  readonly is: KnownBy;
  readonly ms: number;
  /** FHIR date or dateTime, to its sender's precision. */
  readonly fhir: string;
}

export interface Told {
  /** When it was sent by the sender's clock, ms UTC; null where no time of day is told. */
  readonly sentMs: number | null;
  /** The station's clock when it came, ms UTC. */
  readonly arrivalMs: number;
}

export interface Bound extends TimeNotOwn {
  readonly ms: number;
}

/**
 * `moments`: what the source tells of the value itself, the earliest in the course of things first. When the message was sent is
 * told where it lay waiting on its way; a moment ago it is the same as when it came, by a clock that we know.
 */
export function knownBy(moments: readonly (ToldMoment | null)[], { sentMs, arrivalMs }: Told): Bound {
  for (const moment of moments) {
    if (moment !== null && moment.ms <= arrivalMs) return { is: moment.is, at: moment.fhir, ms: moment.ms };
  }
  const isLate = sentMs !== null && sentMs < arrivalMs - limits.sendingUnremarkedMs;
  return {
    is: isLate ? 'sent' : 'received',
    at: new Date(isLate ? sentMs : arrivalMs).toISOString(),
    // The same again has the same place among the others.
    ms: Math.min(sentMs ?? arrivalMs, arrivalMs),
  };
}
