// *Mina patienter*: whom one person follows on one unit. Which patients somebody follows is about those patients: kept only in memory
// and in the app's sealed store.

import { SvelteSet } from 'svelte/reactivity';
import type { PatientKey } from '../../../src/domain/identity.ts';
import type { CensusRow } from '../../../src/domain/unit-list/census-row.ts';
import { followedAnew } from '../../../src/domain/unit-list/list-people.ts';

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

  /** Of a list that has come: a reserve number may have become another, and whom one follows is not lost by that. */
  heard(rows: readonly CensusRow[]): void {
    const anew = followedAnew(rows, this.#keys);
    if (anew === null) return;
    this.clear();
    this.add([...anew]);
    this.onChanged([...anew]);
  }

  clear(): void {
    this.#keys.clear();
  }
}

export const mine = new Mine();
