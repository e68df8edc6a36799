// One person's looks at a list or a chart. A look lasts as long as it is on the screen, and over the steps from list to chart and back: what
// was new when it began stays marked through all of it. The next look, some time later, is compared with the end of this one.

/** Away for longer than this, whoever comes back is looking anew. */
export const SAME_LOOK_MS = 15 * 60_000;

export interface Look<Shown> {
  /** By the station's clock, when it was last on the screen. */
  readonly at: number;
  /** When the look before ended, or what was new was last cleared; null: this is the first. */
  readonly since: number | null;
  /** What was seen then; null with `since`. */
  readonly before: Shown | null;
  readonly shown: Shown;
}

/** `kept`: as it was last; null: never looked at. A clock that has been set back begins no new look: what is marked stays. */
export function looking<Shown>(kept: Look<Shown> | null, shown: Shown, nowMs: number): Look<Shown> {
  if (kept === null) return { at: nowMs, since: null, before: null, shown };
  if (nowMs - kept.at > SAME_LOOK_MS) return { at: nowMs, since: kept.at, before: kept.shown, shown };
  return { ...kept, at: nowMs, shown };
}

/** *Sett*: from now on only what comes later is new. */
export const lookedThrough = <Shown>({ shown }: Look<Shown>, nowMs: number): Look<Shown> => ({
  at: nowMs,
  since: nowMs,
  before: shown,
  shown,
});
