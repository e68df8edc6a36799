// The station's time, counted on from its last answer by this device's clocks. Within one run of the page the monotonic clock counts,
// after that the wall clock; of two that disagree the older age stands (domain/age.ts), so a wrong clock never makes data fresher.

import type { SureNow } from '../../../src/domain/age.ts';

/** What the station's clocks showed, and this device's at the same moment. */
export interface TimeAnchor {
  readonly station: SureNow;
  readonly deviceWallMs: number;
  readonly deviceMonotonicMs: number;
  /** One run of the page: a monotonic clock begins anew with each. */
  readonly run: string;
}

const thisRun: string = crypto.randomUUID();

/** `askedAtMs`: this page's monotonic clock when the question left; the answer is at least as old as it may be. */
export const anchorAt = (station: SureNow, askedAtMs: number): TimeAnchor => ({
  station,
  deviceWallMs: Date.now() - (performance.now() - askedAtMs),
  deviceMonotonicMs: askedAtMs,
  run: thisRun,
});

/** The station's clocks now, as surely as this device can tell. */
export function stationNow(anchor: TimeAnchor): SureNow {
  const wallMs = Date.now() - anchor.deviceWallMs;
  const { station } = anchor;
  if (anchor.run === thisRun) {
    const monotonicMs = performance.now() - anchor.deviceMonotonicMs;
    return {
      ...station,
      wallMs: station.wallMs + (wallMs >= 0 ? wallMs : monotonicMs),
      monotonicMs: station.monotonicMs + monotonicMs,
    };
  }
  // Kept from an earlier run: only the wall clock knows how long it has been, and one that runs backwards knows nothing.
  const base = { boot: `${station.boot} kept`, monotonicMs: 0 };
  return wallMs >= 0
    ? { ...base, wallMs: station.wallMs + wallMs }
    : { ...base, wallMs: station.wallMs, clockIsBehind: true };
}
