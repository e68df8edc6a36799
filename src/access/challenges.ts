// What a piece of hardware signs, so that a signature is of now. Nothing is kept of those handed out: anybody may ask for one, and would
// fill the memory. Those used are remembered until they are too old.

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { limits } from '../limits.ts';

const NONCE_BYTES = 16;
const TIME_BYTES = 8;

export class Challenges {
  readonly #key: Buffer;
  readonly #used = new Map<string, number>();

  constructor(key: Buffer) {
    this.#key = key;
  }

  /** Base64url. `nowMs`: monotonic. */
  make(nowMs: number): string {
    const open = Buffer.concat([randomBytes(NONCE_BYTES), Buffer.alloc(TIME_BYTES)]);
    open.writeDoubleBE(nowMs, NONCE_BYTES);
    return Buffer.concat([open, this.#seal(open)]).toString('base64url');
  }

  isFresh(challenge: string, nowMs: number): boolean {
    const bytes = Buffer.from(challenge, 'base64url');
    const open = bytes.subarray(0, NONCE_BYTES + TIME_BYTES);
    const seal = this.#seal(open);
    const given = bytes.subarray(open.length);
    if (open.length < NONCE_BYTES + TIME_BYTES || given.length !== seal.length) return false;
    const age = nowMs - open.readDoubleBE(NONCE_BYTES);
    return timingSafeEqual(given, seal) && age >= 0 && age < limits.challengeMs && !this.#used.has(challenge);
  }

  /** Once only, however many ask at the same time. */
  use(challenge: string, nowMs: number): boolean {
    if (!this.isFresh(challenge, nowMs)) return false;
    for (const [each, atMs] of this.#used) if (nowMs - atMs >= limits.challengeMs) this.#used.delete(each);
    this.#used.set(challenge, nowMs);
    return true;
  }

  #seal(open: Buffer): Buffer {
    return createHmac('sha256', this.#key).update(open).digest();
  }
}
