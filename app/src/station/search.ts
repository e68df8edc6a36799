// Looking for a patient: on the unit's own copy at once, letter by letter and with the station dead; and at the station among everyone.

import type { Patient } from 'fhir/r4';
import { PART_STATES } from '../../../src/domain/age.ts';
import type { Identity, PatientKey } from '../../../src/domain/identity.ts';
import { formatPersonId } from '../../../src/domain/person-id.ts';
import { nameOf } from '../../../src/domain/unit-list/list-person.ts';
import type { UnitList } from '../../../src/domain/unit-list/unit-list.ts';
import { type WhereWords, whereWords } from '../../../src/domain/whereabouts.ts';
import { ask } from './ask.ts';

export interface FoundPatient {
  readonly key: PatientKey;
  readonly name: string;
  readonly number: string;
  readonly where: WhereWords;
}

interface Answer {
  readonly hits: readonly {
    readonly key: PatientKey;
    readonly identity: Identity;
    readonly person: Patient | null;
    readonly where: WhereWords;
  }[];
  readonly remark: string | null;
}

const fold = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().trim();

/** Each word begins a word of the name, or the digits are part of the number, or it is the bed. */
export function searchOnUnit(list: UnitList | null, text: string): readonly FoundPatient[] {
  const asked = fold(text);
  if (asked === '' || list === null) return [];
  const digits = text.replace(/\D/g, '');
  const isNumber = digits.length >= 3 && /^[\d\s+-]+$/.test(text);
  const worstFirst = list.feeds
    .filter(({ part }) => part === 'stay')
    .sort((a, b) => PART_STATES.indexOf(a.state) - PART_STATES.indexOf(b.state));
  const census = worstFirst[0] ?? { state: 'not-fed', short: 'Ingår inte i kopian' };
  return list.rows
    .filter(({ who }) => {
      if (who.place === text.trim()) return true;
      if (isNumber) return who.number.replace(/\D/g, '').includes(digits);
      const pieces = fold(who.name).split(/[^a-z0-9]+/);
      return asked.split(/[\s,]+/).every((word) => pieces.some((piece) => piece.startsWith(word)));
    })
    .map(({ key, who, stay, isProtected }) => ({
      key,
      name: who.name,
      number: who.number,
      where: whereWords(stay, {
        ...{ census, isProtected, nowMs: list.at },
        unitName: (id) => (id === list.unit ? list.name : id),
      }),
    }));
}

/** @throws {Refused | NoContact} */
export async function searchStation(
  text: string,
  unit: string | null,
): Promise<{ readonly found: readonly FoundPatient[]; readonly remark: string | null }> {
  const { hits, remark } = await ask<Answer>('POST', '/api/patients/search', {
    text,
    ...(unit === null ? {} : { unit }),
  });
  const found = hits.map(({ key, identity, person, where }) => {
    return { key, name: nameOf(person), number: formatPersonId(identity), where };
  });
  return { found, remark };
}
