// What people have opened beside their own units' patients: by an active choice for a shift, by an emergency opening for some hours.
// Kept in memory, by the monotonic clock; that it was done stands in the ledger.

import type { Opening } from '../domain/access/steps.ts';
import type { PatientKey, UnitId } from '../domain/identity.ts';
import { limits } from '../limits.ts';

interface Opened {
  chosenUntil: number;
  emergencyUntil: number;
}

export class Openings {
  readonly #patients = new Map<string, Map<PatientKey, Opened>>();
  readonly #units = new Map<string, Map<UnitId, number>>();

  /** `patients`: the handles of all the patient's numbers, since another may have become the first meanwhile. */
  of(person: string, patients: readonly PatientKey[], nowMs: number): Opening {
    const own = this.#patients.get(person);
    const opened = patients.flatMap((patient) => own?.get(patient) ?? []);
    return {
      isChosen: opened.some(({ chosenUntil }) => chosenUntil > nowMs),
      isEmergency: opened.some(({ emergencyUntil }) => emergencyUntil > nowMs),
    };
  }

  /** How many are open to them now, where that has come to be unusual: to be told, never refused. Null: it has not, by this one. */
  choose(person: string, patient: PatientKey, nowMs: number): number | null {
    const opened = this.#opened(person, patient);
    const wasOpen = isOpen(opened, nowMs);
    opened.chosenUntil = nowMs + limits.choiceMs;
    return wasOpen ? null : this.#unusual(person, nowMs);
  }

  /** As {@link choose}. */
  open(person: string, patient: PatientKey, nowMs: number): number | null {
    const opened = this.#opened(person, patient);
    const wasOpen = isOpen(opened, nowMs);
    opened.emergencyUntil = nowMs + limits.emergencyMs;
    return wasOpen ? null : this.#unusual(person, nowMs);
  }

  #unusual(person: string, nowMs: number): number | null {
    const open = [...(this.#patients.get(person)?.values() ?? [])].filter((one) => isOpen(one, nowMs)).length;
    return Number.isInteger(Math.log2(open / limits.openingsToldFrom)) && open >= limits.openingsToldFrom ? open : null;
  }

  chooseUnit(person: string, unit: UnitId, nowMs: number): void {
    this.#units.set(person, (this.#units.get(person) ?? new Map()).set(unit, nowMs + limits.choiceMs));
  }

  units(person: string, nowMs: number): readonly { readonly unit: UnitId; readonly until: number }[] {
    return [...(this.#units.get(person) ?? [])].flatMap(([unit, until]) => (until > nowMs ? [{ unit, until }] : []));
  }

  forget(person: string): void {
    this.#patients.delete(person);
    this.#units.delete(person);
  }

  #opened(person: string, patient: PatientKey): Opened {
    const own = this.#patients.get(person) ?? new Map<PatientKey, Opened>();
    this.#patients.set(person, own);
    const opened = own.get(patient) ?? { chosenUntil: 0, emergencyUntil: 0 };
    own.delete(patient);
    own.set(patient, opened);
    const [first] = own.keys();
    if (own.size > limits.openingsAPersonMax && first !== undefined) own.delete(first);
    return opened;
  }
}

const isOpen = ({ chosenUntil, emergencyUntil }: Opened, nowMs: number): boolean =>
  Math.max(chosenUntil, emergencyUntil) > nowMs;
