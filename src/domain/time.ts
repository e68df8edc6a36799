// Times as the copy keeps them. Milliseconds since 1970 UTC for ordering; what the source wrote stays beside it.

/** When something reached this station, by both of its clocks. `boot` names one run of the machine's monotonic clock. */
export interface Arrival {
  readonly wallMs: number;
  readonly boot: string;
  readonly monotonicMs: number;
}

/** The station's clocks, handed in through constructors. A wrong wall clock can only make data look older (design §5.25). */
export interface Clock {
  now(): Arrival;
}
