// What is to happen, in order of time; what was written first comes first at the same moment.

interface Item<T> {
  readonly at: number;
  readonly turn: number;
  readonly what: T;
}

const isBefore = (a: Item<unknown>, b: Item<unknown>): boolean => a.at < b.at || (a.at === b.at && a.turn < b.turn);

/** A binary heap: thousands of beds and visits pass through it when a hospital is made. */
export class Agenda<T> {
  readonly #heap: Item<T>[] = [];
  #turn = 0;

  add(at: number, what: T): void {
    const heap = this.#heap;
    const item = { at, turn: this.#turn++, what };
    let place = heap.length;
    heap.push(item);
    while (place > 0) {
      const up = (place - 1) >> 1;
      const parent = heap[up];
      if (parent === undefined || !isBefore(item, parent)) break;
      heap[place] = parent;
      place = up;
    }
    heap[place] = item;
  }

  /** The next thing at or before `until`, taken out; null when there is none. */
  takeUntil(until: number): { at: number; what: T } | null {
    const heap = this.#heap;
    const first = heap[0];
    if (first === undefined || first.at > until) return null;
    const last = heap.pop();
    if (last !== undefined && heap.length > 0) this.#sink(last);
    return { at: first.at, what: first.what };
  }

  #sink(item: Item<T>): void {
    const heap = this.#heap;
    let place = 0;
    for (;;) {
      const left = heap[2 * place + 1];
      const right = heap[2 * place + 2];
      if (left === undefined) break;
      const isRight = right !== undefined && isBefore(right, left);
      const child = isRight ? right : left;
      if (!isBefore(child, item)) break;
      heap[place] = child;
      place = 2 * place + (isRight ? 2 : 1);
    }
    heap[place] = item;
  }
}
