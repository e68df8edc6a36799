// Wrong secrets make the next try wait, and never lock anybody out: a locked account in the worst hour harms patients, and locking is
// what an attacker could then do to a whole shift. Whoever tries from a device where somebody has signed in before is counted apart from
// strangers, so that a stranger's tries never make a nurse at her own ward's computer wait.

import { limits } from '../limits.ts';

interface Tries {
  count: number;
  /** Monotonic ms. */
  lastAt: number;
}

export interface SlowDownRule {
  /** Tries that cost nothing: people mistype. */
  readonly free: number;
  readonly waitMaxMs: number;
  /** One try is forgotten each such time. */
  readonly forgetMs: number;
}

const FIRST_WAIT_MS = 1_000;

export class SlowDown {
  readonly #rule: SlowDownRule;
  /** In the order of their last try, so that the longest quiet are the first to go. */
  readonly #tries = new Map<string, Tries>();

  constructor(rule: SlowDownRule) {
    this.#rule = rule;
  }

  /** How long to wait yet; 0: try now. */
  waitMs(key: string, nowMs: number): number {
    const tries = this.#tries.get(key);
    if (tries === undefined) return 0;
    const { count } = this.#left(tries, nowMs);
    if (count <= this.#rule.free) return 0;
    const wait = Math.min(FIRST_WAIT_MS * 2 ** (count - this.#rule.free - 1), this.#rule.waitMaxMs);
    return Math.max(0, tries.lastAt + wait - nowMs);
  }

  /** Before the secret is looked at, so that many tries at once count as many. */
  begin(key: string, nowMs: number): void {
    const known = this.#tries.get(key);
    const count = known === undefined ? 0 : this.#left(known, nowMs).count;
    this.#tries.delete(key);
    this.#tries.set(key, { count: count + 1, lastAt: nowMs });
    if (this.#tries.size <= limits.slowDownKeysMax) return;
    const [oldest] = this.#tries.keys();
    if (oldest !== undefined) this.#tries.delete(oldest);
  }

  succeeded(key: string): void {
    this.#tries.delete(key);
  }

  /** Right in the end: this try alone is forgotten, others' from the same place stand. */
  takeBack(key: string): void {
    const tries = this.#tries.get(key);
    if (tries !== undefined) tries.count = Math.max(0, tries.count - 1);
  }

  countOf(key: string, nowMs: number): number {
    const tries = this.#tries.get(key);
    return tries === undefined ? 0 : this.#left(tries, nowMs).count;
  }

  get size(): number {
    return this.#tries.size;
  }

  #left({ count, lastAt }: Tries, nowMs: number): Tries {
    const forgotten = Math.floor((nowMs - lastAt) / this.#rule.forgetMs);
    return { count: Math.max(0, count - Math.max(0, forgotten)), lastAt };
  }
}
