// Colleagues let in by a colleague: agency staff without an account, and whoever has forgotten their words. A code to use at once, and a
// session for the shift; both names are in the ledger. Kept in memory: with the station they are over.

import { type Person, type PersonId, personId } from '../domain/access/people.ts';
import type { UnitId } from '../domain/identity.ts';
import type { Arrival } from '../domain/time.ts';
import { limits } from '../limits.ts';
import { isCode, isCodeValid, type KeptCode, makeCode } from './one-time-code.ts';
import { type Draw, dealCode } from './words.ts';

export interface VouchedFor {
  readonly person: Person;
  readonly unit: UnitId;
  /** Name, title and id of who vouched. */
  readonly by: string;
}

interface Kept extends VouchedFor {
  readonly code: KeptCode;
}

export class Vouches {
  readonly #vouches = new Map<string, Kept>();
  readonly #draw: Draw;

  constructor(draw: Draw) {
    this.#draw = draw;
  }

  /** Somebody without an account gets an id for the shift: `GAST-KX3P`. */
  guestId(): PersonId {
    return personId(`GAST-${dealCode(this.#draw).slice(0, 4)}`);
  }

  /** The code, told once. A later vouch for the same person ends the former. */
  add(vouched: VouchedFor, now: Arrival): string {
    const { code, kept } = makeCode(now, limits.vouchCodeMs, this.#draw);
    const { id } = vouched.person;
    this.#vouches.delete(id);
    this.#vouches.set(id, { ...vouched, code: kept });
    const [oldest] = this.#vouches.keys();
    if (this.#vouches.size > limits.vouchesMax && oldest !== undefined) this.#vouches.delete(oldest);
    return code;
  }

  /** Once. Null: no such code, or no longer. */
  use(user: string, code: string, now: Arrival): VouchedFor | null {
    const id = user.trim().toUpperCase();
    const kept = this.#vouches.get(id);
    if (kept === undefined || !isCodeValid(kept.code, now) || !isCode(kept.code, code)) return null;
    this.#vouches.delete(id);
    return kept;
  }
}
