// What the station's own housekeeping has to tell people: what has happened is kept until the station is started anew, the newest of it;
// what is wrong just now stands until it is right.

import type { FailureCode } from '../domain/failures.ts';
import type { Clock } from '../domain/time.ts';
import type { StationNote } from './station-note.ts';

const NOTES_MAX = 100;

export class StationNotes {
  readonly #clock: Clock;
  readonly #onNote: (note: StationNote) => void;
  #notes: StationNote[] = [];
  readonly #standing = new Map<string, StationNote>();

  constructor(clock: Clock, onNote: (note: StationNote) => void) {
    this.#clock = clock;
    this.#onNote = onNote;
  }

  get all(): readonly StationNote[] {
    return [...this.#notes, ...this.#standing.values()];
  }

  tell(code: FailureCode, detail: string): void {
    const note = { code, detail, wallMs: this.#clock.now().wallMs };
    this.#notes = [...this.#notes, note].slice(-NOTES_MAX);
    this.#onNote(note);
  }

  /** Told once, with since when, for as long as it lasts; `detail` null: it is right again. `what` tells one trouble from another. */
  stand(what: string, code: FailureCode, detail: string | null): void {
    const known = this.#standing.get(what);
    if (detail === null) this.#standing.delete(what);
    else if (known?.detail !== detail || known.code !== code) {
      const note = { code, detail, wallMs: known?.wallMs ?? this.#clock.now().wallMs };
      this.#standing.set(what, note);
      this.#onNote(note);
    }
  }
}
