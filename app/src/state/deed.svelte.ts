// What somebody does in a dialog: whether it is under way, and what to say if it was not answered as asked.

import { type Told, toldOf } from '../station/ask.ts';

export class Deed<Problem extends Partial<Told>> {
  isWorking = $state(false);
  problem: Problem | Told | null = $state.raw(null);
  readonly #silent: Problem;

  /** `silent`: what is said with no contact. */
  constructor(silent: Problem) {
    this.#silent = silent;
  }

  async run(what: () => Promise<void>): Promise<void> {
    this.isWorking = true;
    this.problem = null;
    try {
      await what();
    } catch (error) {
      this.problem = toldOf(error, this.#silent);
    } finally {
      this.isWorking = false;
    }
  }
}
