// What patients have had blocked: a unit's data, kept from all other units (PDL 4 kap. 4 §). Said to the station by whoever answers for
// the unit, since no source sends it; under whichever number the patient then had, and found under all of them.

import type { Block } from '../domain/access/steps.ts';
import type { PatientKey, UnitId } from '../domain/identity.ts';
import type { AccessStore } from './access-store.ts';

interface KeptBlock {
  readonly patient: PatientKey;
  readonly unit: UnitId | 'all';
}

export class Blocks {
  readonly #store: AccessStore;
  readonly #blocks = new Map<PatientKey, readonly Block[]>();

  constructor(store: AccessStore) {
    this.#store = store;
    for (const { patient, unit } of store.all<KeptBlock>('block')) this.#add(patient, unit);
  }

  get all(): ReadonlyMap<PatientKey, readonly Block[]> {
    return this.#blocks;
  }

  /** Holds at once, also where it can't be kept yet. */
  set(patient: PatientKey, unit: UnitId | 'all'): void {
    this.#store.keepOrLater([{ kind: 'block', id: `${patient} ${unit}`, body: { patient, unit } satisfies KeptBlock }]);
    this.#add(patient, unit);
  }

  /** Of all the patient's numbers. False: there was none. @throws {Failure} `access.not-kept` */
  lift(patients: readonly PatientKey[], unit: UnitId | 'all'): boolean {
    const had = patients.filter((patient) => this.#blocks.get(patient)?.some((block) => block.unit === unit));
    this.#store.keep(had.map((patient) => ({ kind: 'block', id: `${patient} ${unit}`, body: null })));
    for (const patient of had) {
      const left = (this.#blocks.get(patient) ?? []).filter((block) => block.unit !== unit);
      if (left.length === 0) this.#blocks.delete(patient);
      else this.#blocks.set(patient, left);
    }
    return had.length > 0;
  }

  #add(patient: PatientKey, unit: UnitId | 'all'): void {
    const known = this.#blocks.get(patient) ?? [];
    if (!known.some((block) => block.unit === unit)) this.#blocks.set(patient, [...known, { unit }]);
  }
}
