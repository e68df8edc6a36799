// A sender matches our answers to its messages by their order alone (MLLP has no other thread between them), so answers
// leave in the order the frames came, however long each took to be decided.

/** What one frame is owed. */
interface Place {
  readonly bytes: number;
  /** null until decided; empty when the frame is to be met with silence. */
  answers: readonly Uint8Array[] | null;
}

/** What a frame costs us while it waits, beyond its bytes. */
const PLACE_BYTES = 256;

export class AnswerQueue {
  readonly #places: Place[] = [];
  readonly #write: (answer: Uint8Array) => void;
  #unansweredBytes = 0;

  constructor(write: (answer: Uint8Array) => void) {
    this.#write = write;
  }

  get unanswered(): number {
    return this.#places.length;
  }

  get unansweredBytes(): number {
    return this.#unansweredBytes;
  }

  /** Takes a place in the order; the returned function fills it, once. False: it was filled before. */
  place(frameBytes: number): (answers: readonly Uint8Array[]) => boolean {
    const place: Place = { bytes: frameBytes + PLACE_BYTES, answers: null };
    this.#places.push(place);
    this.#unansweredBytes += place.bytes;
    return (answers) => {
      if (place.answers !== null) return false;
      place.answers = answers;
      this.#writeDecided();
      return true;
    };
  }

  #writeDecided(): void {
    let decided = 0;
    for (const place of this.#places) {
      if (place.answers === null) break;
      decided += 1;
      this.#unansweredBytes -= place.bytes;
      for (const answer of place.answers) this.#write(answer);
    }
    this.#places.splice(0, decided);
  }
}
