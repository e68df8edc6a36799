// Bytes collected piece by piece up to a bound, each copied a constant number of times however finely they are cut. What
// came in one piece is not copied at all: most messages do.

const SIZE_FIRST = 4096;

export class GrowingBytes {
  readonly #bytesMax: number;
  /** The only piece so far, still in the chunk it came with. */
  #single: Uint8Array | null = null;
  #store: Uint8Array = new Uint8Array(0);
  #length = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  get length(): number {
    return this.#length;
  }

  /** Adds `chunk[from, stop)`; what goes beyond the bound is left out. */
  append(chunk: Uint8Array, from: number, stop: number): void {
    const piece = chunk.subarray(from, Math.min(stop, from + this.#bytesMax - this.#length));
    if (piece.length === 0) return;
    if (this.#length === 0) {
      this.#single = piece;
      this.#length = piece.length;
      return;
    }
    this.#makeRoom(this.#length + piece.length);
    this.#store.set(piece, this.#length);
    this.#length += piece.length;
  }

  /** What was collected; begins anew empty. */
  take(): Uint8Array {
    const bytes = this.#single ?? this.#store.subarray(0, this.#length);
    this.#single = null;
    this.#store = new Uint8Array(0);
    this.#length = 0;
    return bytes;
  }

  #makeRoom(needed: number): void {
    if (this.#single === null && needed <= this.#store.length) return;
    const size = Math.max(needed, this.#store.length * 2, SIZE_FIRST);
    const wider = new Uint8Array(Math.min(size, this.#bytesMax));
    wider.set(this.#single ?? this.#store.subarray(0, this.#length));
    this.#single = null;
    this.#store = wider;
  }
}
