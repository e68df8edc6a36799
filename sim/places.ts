// The two hospitals' units, rooms and beds, and who works there. «Åsens sjukhus» is rich: every system sends. «Fjällnäs
// sjukstuga» is poor: the record system sends in, out and moves only, and leaves printed lists in a folder.

import type { ListKind } from '../src/domain/unit.ts';
import { ELSEWHERE, SWEDISH } from './names.ts';
import { Random } from './random.ts';

export type HospitalCode = 'ASEN' | 'FJALL';

export interface Unit {
  /** PV1-3.1, and our unit id in lower case. */
  readonly code: string;
  readonly hospital: HospitalCode;
  readonly name: string;
  readonly listKind: ListKind;
  /** Beds a room, in order of rooms; empty for units without places of their own. */
  readonly rooms: readonly number[];
  /** Empty bed to next patient, hours: short where the pressure is high. */
  readonly gapHours: readonly [number, number];
}

const unit = (
  code: string,
  hospital: HospitalCode,
  name: string,
  listKind: ListKind,
  rooms: readonly number[],
  gapHours: readonly [number, number] = [6, 14],
): Unit => ({ code, hospital, name, listKind, rooms, gapHours });

export const UNITS: readonly Unit[] = [
  unit('KIR2', 'ASEN', 'Kirurgavdelning 2', 'bed', [2, 2, 4, 4, 4, 4, 2, 1, 1]),
  unit('MED1', 'ASEN', 'Medicinavdelning 1', 'bed', [2, 2, 4, 4, 4, 4, 4, 1, 1, 1]),
  unit('MED3', 'ASEN', 'Lung- och infektionsavdelning 3', 'bed', [1, 1, 1, 1, 2, 2, 4, 4, 2]),
  unit('ORT1', 'ASEN', 'Ortopedavdelning 1', 'bed', [4, 4, 4, 4, 4, 2, 2]),
  unit('IVA', 'ASEN', 'Intensivvårdsavdelningen', 'bed', [2, 2, 2, 1, 1], [6, 20]),
  unit('BB', 'ASEN', 'Förlossning och BB', 'birth', [1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2], [6, 16]),
  unit('BARN', 'ASEN', 'Barn- och ungdomsavdelningen', 'bed', [1, 1, 1, 1, 2, 2, 4], [6, 16]),
  unit('AKUT', 'ASEN', 'Akutmottagningen', 'emergency', [6, 6, 6, 6]),
  unit('DAGKIR', 'ASEN', 'Dagkirurgiska enheten', 'day-care', [4, 4]),
  unit('OP', 'ASEN', 'Centraloperation', 'surgery', []),
  unit('FJAVD', 'FJALL', 'Vårdavdelningen Fjällnäs', 'bed', [1, 1, 2, 2, 2, 4, 4], [8, 20]),
  unit('FJMOTT', 'FJALL', 'Jourmottagningen Fjällnäs', 'emergency', [4]),
];

export const unitOf = (code: string): Unit => {
  const found = UNITS.find((candidate) => candidate.code === code);
  if (found === undefined) throw new RangeError('sim: no such unit');
  return found;
};

export interface Place {
  readonly unit: string;
  readonly room: string;
  readonly bed: string;
}

export const placesOf = (of: Unit): Place[] =>
  of.rooms.flatMap((beds, room) =>
    Array.from({ length: beds }, (_, bed) => ({ unit: of.code, room: String(room + 1), bed: String(bed + 1) })),
  );

/** Someone who works there. The id has an HSA-id's form with an organisation number that no one can have. */
export interface Colleague {
  readonly id: string;
  readonly family: string;
  readonly given: string;
  readonly title: 'läk' | 'ssk' | 'bm' | 'usk' | 'kir' | 'anest' | 'BMA' | 'apot';
}

function colleague(seed: string, key: string, title: Colleague['title']): Colleague {
  const random = new Random(`${seed}/staff/${key}`);
  const set = random.chance(0.18) ? random.pick(ELSEWHERE) : SWEDISH;
  const isWoman = random.chance(title === 'ssk' || title === 'bm' || title === 'usk' ? 0.82 : 0.5);
  return {
    id: `SE0000000000-P${String(10_000 + Math.floor(random.next() * 89_999))}`,
    family: random.pickEarly(set.family),
    given: random.pickEarly(isWoman ? set.women : set.men),
    title,
  };
}

/** Who is on duty in a unit: a few doctors by day, nurses by shift, the same each time it is asked. */
export class Staff {
  readonly #seed: string;
  readonly #known = new Map<string, Colleague>();

  constructor(seed: string) {
    this.#seed = seed;
  }

  #get(key: string, title: Colleague['title']): Colleague {
    let known = this.#known.get(key);
    if (known === undefined) {
      known = colleague(this.#seed, key, title);
      this.#known.set(key, known);
    }
    return known;
  }

  doctor(unitCode: string, number: number): Colleague {
    return this.#get(`${unitCode}/doctor/${number % 5}`, unitCode === 'OP' ? 'kir' : 'läk');
  }

  nurse(unitCode: string, number: number): Colleague {
    return this.#get(`${unitCode}/nurse/${number % 12}`, unitCode === 'BB' ? 'bm' : 'ssk');
  }

  anaesthetist(number: number): Colleague {
    return this.#get(`OP/anaesthetist/${number % 5}`, 'anest');
  }

  laboratory(number: number): Colleague {
    return this.#get(`LAB/${number % 4}`, 'BMA');
  }
}
