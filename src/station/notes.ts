// What the station's own housekeeping has to tell people; the newest are kept until the station is started anew.

import type { FailureCode } from '../domain/failures.ts';
import type { Clock } from '../domain/time.ts';
import type { StationNote } from './station-note.ts';

const NOTES_MAX = 100;

export class StationNotes {
  readonly #clock: Clock;
  readonly #onNote: (note: StationNote) => void;
  #notes: StationNote[] = [];

  constructor(clock: Clock, onNote: (note: StationNote) => void) {
    this.#clock = clock;
    this.#onNote = onNote;
  }

  get all(): readonly StationNote[] {
    return this.#notes;
  }

  tell(code: FailureCode, detail: string): void {
    const note = { code, detail, wallMs: this.#clock.now().wallMs };
    this.#notes = [...this.#notes, note].slice(-NOTES_MAX);
    this.#onNote(note);
  }
}
