// Something that happened to the station's files and that people must be told: on `status`, and on screens until it is dealt with.

import type { FailureCode } from '../domain/failures.ts';

export interface StationNote {
  readonly code: FailureCode;
  /** File names, counts, sequence numbers and times only. */
  readonly detail: string;
  readonly wallMs: number;
}
