// Lets the simulated hospitals live: moves the clock, and lets every running system say what has happened since.

import { type ActionName, Actions } from './actions.ts';
import type { SimClock } from './clock.ts';
import type { HospitalCode } from './places.ts';
import { ListPrinter } from './reports/printer.ts';
import { isPresent } from './stay.ts';
import { SourceSystem, type SystemStatus } from './systems/source-system.ts';
import { everything, heartbeat, saidBetween } from './systems/speech.ts';
import { VOICES } from './systems/voices.ts';
import { World } from './world.ts';

const TICK_MS = 1_000;
/** Within the minute that the declarations promise. */
const HEARTBEAT_AFTER_MS = 40_000;

export interface RunnerStart {
  readonly clock: SimClock;
  readonly wall: () => number;
  readonly seed: string;
  readonly hospitals: readonly HospitalCode[];
  readonly to: { readonly host: string; readonly port: number };
  /** Where the poor hospital leaves its lists. */
  readonly reportsFolder: string;
}

/** What the control page shows: counts only, never who. */
export interface RunnerStatus {
  readonly now: number;
  readonly inpatients: number;
  readonly emergency: number;
  readonly systems: readonly SystemStatus[];
  readonly reports: { readonly isRunning: boolean; readonly printed: number } | null;
}

export class Runner {
  readonly world: World;
  readonly systems: readonly SourceSystem[];
  readonly #clock: SimClock;
  readonly #actions: Actions;
  readonly #printer: ListPrinter | null;
  readonly #hospitals: readonly HospitalCode[];
  #printing: Promise<void> = Promise.resolve();
  #toldUntil: number;
  #timer: NodeJS.Timeout | null = null;

  constructor({ clock, wall, seed, hospitals, to, reportsFolder }: RunnerStart) {
    this.#clock = clock;
    this.world = new World({ seed, at: clock.now() });
    this.#actions = new Actions(this.world, seed);
    this.#printer = hospitals.includes('FJALL') ? new ListPrinter(reportsFolder) : null;
    this.#hospitals = hospitals;
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
    await this.#printing;
  }

  get hasReports(): boolean {
    return this.#printer !== null;
  }

  async setReports(what: 'stop' | 'start' | 'print'): Promise<void> {
    if (this.#printer === null) return;
    if (what === 'print') await this.#printer.print(this.world.stays, this.world.now);
    else this.#printer.isRunning = what === 'start';
  }

  /** Makes something happen in the house, and lets the running systems tell it. */
  act(action: ActionName, size: number): string {
    const deed = this.#actions.do(action, this.world.now, size);
    const silent = new Set<string>();
    for (const { system, saying } of deed.says) {
      const teller = this.systems.find((s) => s.voice.id === system);
      if (teller?.isRunning === false) silent.add(teller.voice.name);
      teller?.say([saying], this.world.now);
    }
    return silent.size === 0
      ? deed.swedish
      : `${deed.swedish}. Stoppat: ${[...silent].join(', ')} – stationen får veta det först när det startas`;
  }

  status(): RunnerStatus {
    const now = this.world.now;
    const present = this.world.stays.filter((s) => isPresent(s, now) && this.#hospitals.includes(s.hospital));
    return {
      now,
      inpatients: present.filter((stay) => stay.kind === 'inpatient').length,
      emergency: present.filter((stay) => stay.kind === 'emergency').length,
      systems: this.systems.map((system) => system.status()),
      reports: this.#printer === null ? null : { isRunning: this.#printer.isRunning, printed: this.#printer.printed },
    };
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
    this.#print(now);
  }

  #print(now: number): void {
    if (this.#printer === null) return;
    this.#printing = this.#printer.printIfDue(this.world.stays, now).catch(() => {
      // The folder is away or full. The next hour's list replaces this one; the station sees a silent source.
      process.stderr.write('sim: the lists could not be written to the report folder\n');
    });
  }
}
