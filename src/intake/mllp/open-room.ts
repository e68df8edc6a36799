// How much all senders' unfinished and unanswered messages may take together. Ordinary messages never come near their line's own
// share and are never held back; of lines that hold more, only the first goes on when the room is full, so that one after the
// other is finished and nobody waits for ever. Who is held back loses nothing: TCP slows the sender.

export interface OpenRoomBounds {
  /** All lines' together. */
  readonly bytesMax: number;
  /** What a line may hold without being counted. */
  readonly freeBytes: number;
}

export class OpenRoom {
  readonly #bounds: OpenRoomBounds;
  /** Lines that hold more than is free to each, the one that has done so longest first. */
  readonly #held = new Map<object, number>();
  readonly #waiting = new Set<() => void>();
  #bytes = 0;

  constructor(bounds: OpenRoomBounds) {
    this.#bounds = bounds;
  }

  /** What a line holds now; 0 when it is gone. Wakes the lines held back when there may be room for them. */
  hold(line: object, bytes: number): void {
    const before = this.#held.get(line) ?? 0;
    const counted = bytes > this.#bounds.freeBytes ? bytes : 0;
    if (before === counted) return;
    if (counted === 0) this.#held.delete(line);
    else this.#held.set(line, counted);
    this.#bytes += counted - before;
    if (counted < before) this.#wake();
  }

  /** False: read no more of this line until `wake` is called. */
  mayRead(line: object, wake: () => void): boolean {
    const [first] = this.#held.keys();
    const isFree = !this.#held.has(line) || line === first || this.#bytes <= this.#bounds.bytesMax;
    if (isFree) this.#waiting.delete(wake);
    else this.#waiting.add(wake);
    return isFree;
  }

  leave(line: object, wake: () => void): void {
    this.#waiting.delete(wake);
    this.hold(line, 0);
  }

  #wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }
}
