// Lets the simulated hospitals live: moves the clock, and lets every running system say what has happened since.

import type { SimClock } from './clock.ts';
import type { HospitalCode } from './places.ts';
import { SourceSystem } from './systems/source-system.ts';
import { everything, heartbeat, saidBetween } from './systems/speech.ts';
import { VOICES } from './systems/voices.ts';
import { World } from './world.ts';

const TICK_MS = 500;
/** Within the minute that the declarations promise. */
const HEARTBEAT_AFTER_MS = 40_000;

export interface RunnerStart {
  readonly clock: SimClock;
  readonly wall: () => number;
  readonly seed: string;
  readonly hospitals: readonly HospitalCode[];
  readonly to: { readonly host: string; readonly port: number };
}

export class Runner {
  readonly world: World;
  readonly systems: readonly SourceSystem[];
  readonly #clock: SimClock;
  #toldUntil: number;
  #timer: NodeJS.Timeout | null = null;

  constructor({ clock, wall, seed, hospitals, to }: RunnerStart) {
    this.#clock = clock;
    this.world = new World({ seed, at: clock.now() });
    this.#toldUntil = this.world.now;
    this.systems = VOICES.filter((voice) => hospitals.includes(voice.hospital)).map(
      (voice) => new SourceSystem({ voice, to, wall, seed }),
    );
  }

  start(): void {
    for (const system of this.systems) system.start();
    this.tick();
    this.#timer = setInterval(() => this.tick(), TICK_MS);
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await Promise.all(this.systems.map((system) => system.stop()));
  }

  /** The hospitals' clock moves to now, and what happened is said. */
  tick(): void {
    const now = Math.floor(this.#clock.now() / 1_000) * 1_000;
    if (now > this.#toldUntil) this.world.advance(now);
    for (const system of this.systems) {
      if (!system.isRunning) continue;
      if (system.needsFullLoad) system.sayEverything(everything(system.voice, this.world, now), now);
      else if (now > this.#toldUntil) {
        system.say(saidBetween(system.voice, this.world, this.#toldUntil, now), now);
        if (system.quietMs() > HEARTBEAT_AFTER_MS) system.say([heartbeat(system.voice, now)], now);
      }
    }
    this.#toldUntil = Math.max(now, this.#toldUntil);
  }
}
