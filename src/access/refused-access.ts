// What somebody who is signed in was not let see or do, told to the ledger, and never so often that anybody could fill it: the first of
// each patient, unit or route in an hour, then each time the tries have doubled (decision 0027). Counted in memory, by the monotonic clock.

import type { PatientKey, UnitId } from '../domain/identity.ts';
import { limits } from '../limits.ts';

/** What was asked for. A route by its pattern, so that there are as many as the station has. */
export interface RefusedOf {
  readonly patient?: PatientKey;
  readonly unit?: UnitId;
  readonly route?: string;
}

export interface RefusedTry {
  readonly person: string;
  /** `choice`, `emergency`: the step that is needed first. */
  readonly why: 'choice' | 'emergency' | 'not-allowed';
  readonly of: RefusedOf;
}

/** `tries`: so many within the hour, this one too. `many`: of this person altogether, of whatever was asked for. */
export type ToldRefusal =
  | (Omit<RefusedTry, 'person'> & { readonly tries: number })
  | { readonly why: 'many'; readonly of: RefusedOf; readonly tries: number };

interface Tries {
  readonly since: number;
  count: number;
}

/** A page asked for anew, or a dialog closed and opened again, is no news. */
const TOLD_AGAIN_FROM = 4;

export class RefusedAccess {
  readonly #subjects = new Map<string, Tries>();
  readonly #people = new Map<string, Tries>();

  /** Null: it is counted, and told when there are more. */
  note({ person, why, of }: RefusedTry, nowMs: number): ToldRefusal | null {
    const { patient = '', unit = '', route = '' } = of;
    const tries = counted(this.#subjects, JSON.stringify([person, why, patient, unit, route]), nowMs);
    if (tries !== 1 && !(tries >= TOLD_AGAIN_FROM && isDoubled(tries))) return null;
    const told = counted(this.#people, person, nowMs);
    if (told <= limits.refusedToldAnHour) return { why, of, tries };
    return isDoubled(told) ? { why: 'many', of: {}, tries: told } : null;
  }

  get size(): number {
    return this.#subjects.size + this.#people.size;
  }
}

const isDoubled = (count: number): boolean => Number.isInteger(Math.log2(count));

/** In the order of their last try: the longest quiet are forgotten first. */
function counted(all: Map<string, Tries>, key: string, nowMs: number): number {
  const known = all.get(key);
  const tries = known !== undefined && nowMs - known.since < limits.refusedCountMs ? known : { since: nowMs, count: 0 };
  tries.count += 1;
  all.delete(key);
  all.set(key, tries);
  const [oldest] = all.keys();
  if (all.size > limits.slowDownKeysMax && oldest !== undefined) all.delete(oldest);
  return tries.count;
}
