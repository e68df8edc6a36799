// Sign-ins that have begun here and whose answer has not come back from the provider. Each belongs to one browser, by a cookie of its own,
// and is used once. By the monotonic clock.

import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { limits } from '../../limits.ts';

export interface Flow {
  readonly state: string;
  readonly nonce: string;
  /** What proves that the code is used by who asked for it (PKCE, RFC 7636). */
  readonly verifier: string;
  /** Where the answer comes back: one of the station's own. */
  readonly address: string;
}

interface Begun extends Flow {
  readonly from: string;
  /** Monotonic ms. */
  readonly beganAt: number;
}

const TOKEN_BYTES = 32;
const nameOf = (cookie: string): string => hash('sha256', cookie, 'hex');

export class Flows {
  /** In the order they began. */
  readonly #flows = new Map<string, Begun>();

  get size(): number {
    return this.#flows.size;
  }

  /** Answers what the browser's cookie holds. A computer that begins many forgets its own first, so that it hinders no other. */
  begin(flow: Flow, from: string, nowMs: number): string {
    for (const [name, { beganAt }] of this.#flows)
      if (nowMs - beganAt >= limits.providerFlowMs) this.#flows.delete(name);
      else break;
    const own = [...this.#flows].filter(([, one]) => one.from === from);
    const [[oldest] = []] = own.length >= limits.providerFlowsAnAddressMax ? own : [];
    if (oldest !== undefined) this.#flows.delete(oldest);
    const [first] = this.#flows.keys();
    if (this.#flows.size >= limits.providerFlowsMax && first !== undefined) this.#flows.delete(first);
    const cookie = randomBytes(TOKEN_BYTES).toString('base64url');
    this.#flows.set(nameOf(cookie), { ...flow, from, beganAt: nowMs });
    return cookie;
  }

  /**
   * Null: none that this browser began lately, or an answer to another one. Taken once; an answer that does not belong to it leaves it for
   * the one that does, or another page could end it.
   */
  take(cookie: string, state: string, nowMs: number): Flow | null {
    const name = nameOf(cookie);
    const flow = this.#flows.get(name);
    if (flow === undefined || nowMs - flow.beganAt >= limits.providerFlowMs) return null;
    const digest = (text: string): Buffer => hash('sha256', text, 'buffer');
    if (!timingSafeEqual(digest(flow.state), digest(state))) return null;
    this.#flows.delete(name);
    return flow;
  }
}
