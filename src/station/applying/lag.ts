// For how long something received has waited to be put into the copy. A message in the copy a moment later is nobody's news; one
// that still waits after seconds means that charts are older than what the senders have been answered.

export class Lag {
  /** The newest message at some time: while it waits, something has waited at least since then. */
  #mark: { readonly seq: number; readonly sinceMs: number } | null = null;

  /** `head`: the last received; `cursor`: the last in the copy; `nowMs` by the monotonic clock. */
  seen(head: number, cursor: number, nowMs: number): void {
    if (cursor >= head) this.#mark = null;
    else if (this.#mark === null || cursor >= this.#mark.seq) this.#mark = { seq: head, sinceMs: nowMs };
  }

  waitedMs(nowMs: number): number {
    return this.#mark === null ? 0 : nowMs - this.#mark.sinceMs;
  }
}
