// Who may hand in FHIR just now: one large import at a time, and small ones beside it, so that what is handed in can never take
// the ward's computer from those who read and from the senders.

import { Failure } from '../../domain/failures.ts';
import { limits } from '../../limits.ts';

export class ImportTurns {
  #small = 0;
  #isLargeTaken = false;

  /** Before anything of the body is read. `bytes`: its length as said; null, it is not said. @throws {Failure} `intake.busy` */
  begin(bytes: number | null): ImportTurn {
    const isLarge = bytes === null || bytes > limits.largeImportBytes;
    if (isLarge) this.#takeLarge();
    else if (this.#small >= limits.smallImportsMax) throw new Failure('intake.busy');
    else this.#small += 1;
    return new ImportTurn({
      isLarge,
      enlarge: () => {
        this.#takeLarge();
        this.#small -= 1;
      },
      end: (wasLarge) => {
        if (wasLarge) this.#isLargeTaken = false;
        else this.#small -= 1;
      },
    });
  }

  #takeLarge(): void {
    if (this.#isLargeTaken) throw new Failure('intake.busy');
    this.#isLargeTaken = true;
  }
}

interface TurnOptions {
  readonly isLarge: boolean;
  readonly enlarge: () => void;
  readonly end: (wasLarge: boolean) => void;
}

export class ImportTurn {
  readonly #options: TurnOptions;
  #isLarge: boolean;
  #isWorking = false;
  #isEnded = false;

  constructor(options: TurnOptions) {
    this.#options = options;
    this.#isLarge = options.isLarge;
  }

  get isLarge(): boolean {
    return this.#isLarge;
  }

  /** What was sent small was packed, or is very many. @throws {Failure} `intake.busy` when another large one is going on */
  enlarge(): void {
    if (this.#isLarge) return;
    this.#options.enlarge();
    this.#isLarge = true;
  }

  /** The turn lasts as long as the work does, also when who handed it in has gone. */
  async work<T>(task: () => Promise<T>): Promise<T> {
    if (this.#isEnded) throw new Failure('intake.busy');
    this.#isWorking = true;
    try {
      return await task();
    } finally {
      this.#isWorking = false;
      this.leave();
    }
  }

  /** Who handed it in has its answer or has gone. */
  leave(): void {
    if (this.#isWorking || this.#isEnded) return;
    this.#isEnded = true;
    this.#options.end(this.#isLarge);
  }
}
