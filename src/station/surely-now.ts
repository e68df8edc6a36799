// The moment to count ages from: never before what this station has already lived through, whatever its wall clock shows (design
// §5.25). A station that starts with its clock put back would otherwise call a dead source fresh.

import type { SourceStatus } from '../copy/read/status.ts';
import { notBefore, type SureNow } from '../domain/age.ts';
import type { Arrival } from '../domain/time.ts';

export const surelyNow = (now: Arrival, sources: readonly SourceStatus[]): SureNow =>
  notBefore(
    now,
    sources.flatMap(({ heard, proof, feeds }) =>
      [heard, proof, ...feeds.map((feed) => feed.proof)].flatMap((seen) => seen ?? []),
    ),
  );
