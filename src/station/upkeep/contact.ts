// Whether the record system has been lost sight of. Nobody may have declared anything: at night, or because everyone is busy with the
// outage itself. What can be measured then stands in for it, so that no chart ends and no role runs out meanwhile (design §5.23).

import type { SourceStatus } from '../../copy/read/status.ts';
import { elapsed, type SureNow } from '../../domain/age.ts';
import { limits } from '../../limits.ts';

/**
 * A source that says who lies where has been heard from, and not for long, or nobody can say for how long. One that never was heard from
 * is being set up, not lost.
 */
export const isContactLost = (sources: readonly SourceStatus[], now: SureNow): boolean =>
  sources.some(({ isDeclared, heard, feeds }) => {
    if (!isDeclared || heard === null || !feeds.some(({ part }) => part === 'stay')) return false;
    const { ageMs } = elapsed(heard, now);
    return ageMs === null || ageMs > limits.contactLostMs;
  });
