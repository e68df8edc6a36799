// *Mina patienter*: whom one person follows on one unit. Which patients somebody follows is about those patients: kept only in memory
// and in the app's sealed store.

import { SvelteSet } from 'svelte/reactivity';
import type { PatientKey } from '../../../src/domain/identity.ts';

export class Mine {
  readonly #keys = new SvelteSet<PatientKey>();
  /** Told of each change, to keep it. */
  onChanged: (keys: readonly PatientKey[]) => void = () => {};

  has(key: PatientKey): boolean {
    return this.#keys.has(key);
  }

  turn(key: PatientKey): void {
    if (this.#keys.has(key)) this.#keys.delete(key);
    else this.#keys.add(key);
    this.onChanged([...this.#keys]);
  }

  /** As kept on this device. */
  add(keys: readonly PatientKey[]): void {
    for (const key of keys) this.#keys.add(key);
  }

  clear(): void {
    this.#keys.clear();
  }
}

export const mine = new Mine();
