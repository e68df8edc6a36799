// Simulated time. At speed 1 it is the wall clock. Faster, it begins some hours back and catches up with the wall clock,
// and then keeps step with it: a hospital that tells of things to come would only prove that its clock is wrong.

export interface SimClock {
  now(): number;
}

export interface ClockStart {
  /** The wall clock, ms UTC. */
  readonly wall: () => number;
  readonly speed: number;
  /** How long before the wall clock a faster clock begins. */
  readonly behindMs: number;
}

export function makeClock({ wall, speed, behindMs }: ClockStart): SimClock {
  const startedAt = wall();
  const from = speed === 1 ? startedAt : startedAt - behindMs;
  return { now: () => Math.min(wall(), from + (wall() - startedAt) * speed) };
}
