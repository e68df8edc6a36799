// How long ago something was, by whichever clock says longest: one of them stands still while a computer sleeps with its lid shut, the other
// can be set back by hand.

export interface Clocks {
  /** Milliseconds since the page was opened; not on every system with the time a computer slept. */
  readonly steadyMs: () => number;
  /** Milliseconds since 1970, as the computer has it. */
  readonly wallMs: () => number;
}
const OWN: Clocks = { steadyMs: () => performance.now(), wallMs: () => Date.now() };

export class Lapse {
  readonly #clocks: Clocks;
  #steadyMs = 0;
  #wallMs = 0;

  constructor(clocks = OWN) {
    this.#clocks = clocks;
    this.restart();
  }

  restart(): void {
    this.#steadyMs = this.#clocks.steadyMs();
    this.#wallMs = this.#clocks.wallMs();
  }

  get ms(): number {
    return Math.max(this.#clocks.steadyMs() - this.#steadyMs, this.#clocks.wallMs() - this.#wallMs);
  }
}
