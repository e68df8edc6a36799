// How long ago something that is done each day was done: for a printer's page, a reserve place's own test. A clock somebody has set
// wrong neither calls forth a notice nor keeps one back (design §5.25).

import { elapsed, type SureNow } from './age.ts';
import type { Arrival } from './time.ts';

/**
 * Within one run of the machine the monotonic clock alone, which nobody can set; over a restart of it the wall clock. Null: no clock can
 * say, and it is to be taken as too long.
 */
export function surelySince(then: Arrival, now: SureNow): number | null {
  if (then.boot !== now.boot) return elapsed(then, now).ageMs;
  const monotonicMs = now.monotonicMs - then.monotonicMs;
  return monotonicMs >= 0 ? monotonicMs : null;
}
