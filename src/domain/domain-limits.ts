// The bounds that rules about patients and places use, with their reasons. The app has these and not the station's (src/limits.ts).

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

export const domainLimits = {
  /** A discharged patient stays readable at least this long. */
  dischargedKeptMs: 72 * HOUR_MS,
  /** A booked operation or visit stands on its unit's list the whole of its day, cancelled ones too, and of the evening before: an acute one may still go on. */
  bookedEveningMs: 6 * HOUR_MS,
  /** It is there two days ahead, so that the whole of tomorrow always is; farther away it is no matter of those on duty (decision 0029). */
  bookedAheadMs: 48 * HOUR_MS,
  /** Besides those of the same day: two sources' times of one operation differ by less than this, also on either side of midnight. */
  bookedBesideMs: 6 * HOUR_MS,
  /** What was written this long from the beginning of an operation without an end may be the theatre's own; it is not what another unit has had blocked since. */
  bookedWithoutEndMs: 12 * HOUR_MS,
  /** An event time further ahead of our clock than this is a clock fault at the sender. */
  futureEventToleratedMs: 5 * MINUTE_MS,
  /** Wall and monotonic clock of one run may drift this far apart before a reader is told that the clock is unsure. */
  clockDisagreementToleratedMs: 2 * MINUTE_MS,
  /** A written time of a dose stands this long after it has passed with nothing told of it: rounds are not given on the minute. */
  plannedTimeKeptMs: 2 * HOUR_MS,
  /** A dose told this near before a written time, or after it, was the one of that time. */
  doseOfPlannedTimeMs: 90 * MINUTE_MS,
  /** Somebody tells of a running drip at least once a shift; after longer than this nobody knows whether it runs, however well its source is heard. */
  infusionToldWithinMs: 12 * HOUR_MS,
  /** Author, unit and other short texts of a ledger entry, in letters. */
  ledgerTextMax: 200,
  /** A reserve place that has not opened a chart for a day is no longer known to. */
  placeTestLateMs: 24 * HOUR_MS,
  /** A reserve place in touch with its station keeps its copy twice a minute: older than this it is not being kept. */
  placeCopyAgeMs: 10 * MINUTE_MS,
  /** A printer not tested for a day, and the two hours its turn may take, is told. */
  printerTestLateMs: 26 * HOUR_MS,
} as const;
