// Looking for a patient: on the unit's own copy at once, letter by letter and with the station dead; and at the station among everyone.

import type { Patient } from 'fhir/r4';
import type { Identity, PatientKey } from '../../../src/domain/identity.ts';
import { formatPersonId } from '../../../src/domain/person-id.ts';
import type { CensusRow } from '../../../src/domain/unit-list/census-row.ts';
import { nameOf } from '../../../src/domain/unit-list/list-person.ts';
import type { UnitListRow } from '../../../src/domain/unit-list/unit-list.ts';
import { ask } from './ask.ts';

export interface FoundPatient {
  readonly key: PatientKey;
  readonly name: string;
  readonly number: string;
  /** Where, in words. */
  readonly where: string;
}

interface Answer {
  readonly hits: readonly {
    readonly key: PatientKey;
    readonly identity: Identity;
    readonly person: Patient | null;
    readonly stay: CensusRow['stay'] | null;
    readonly expected: CensusRow['stay'] | null;
    readonly isProtected: boolean;
  }[];
  readonly remark: string | null;
}

const fold = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().trim();

/** Each word begins a word of the name, or the digits are part of the number, or it is the bed. */
export function searchOnUnit(rows: readonly UnitListRow[], text: string): readonly FoundPatient[] {
  const asked = fold(text);
  if (asked === '') return [];
  const digits = text.replace(/\D/g, '');
  const isNumber = digits.length >= 3 && /^[\d\s+-]+$/.test(text);
  return rows
    .filter(({ who }) => {
      if (who.place === text.trim()) return true;
      if (isNumber) return who.number.replace(/\D/g, '').includes(digits);
      const pieces = fold(who.name).split(/[^a-z0-9]+/);
      return asked.split(/[\s,]+/).every((word) => pieces.some((piece) => piece.startsWith(word)));
    })
    .map(({ key, who }) => ({
      key,
      name: who.name,
      number: who.number,
      where: `${who.place} · ${who.ageAndSex} · ${who.kindWords}`,
    }));
}

/** @throws {Refused | NoContact} */
export async function searchStation(
  text: string,
  unit: string | null,
  unitNames: Readonly<Record<string, string>>,
): Promise<{ readonly found: readonly FoundPatient[]; readonly remark: string | null }> {
  const { hits, remark } = await ask<Answer>('POST', '/api/patients/search', {
    text,
    ...(unit === null ? {} : { unit }),
  });
  const found = hits.map(({ key, identity, person, stay, expected, isProtected }) => {
    const place = stay ?? expected;
    const unitName = place?.unit == null ? '' : (unitNames[place.unit] ?? place.unit);
    const bed = place === null ? '' : [place.room, place.bed].filter((piece) => piece !== null).join(':');
    const where =
      isProtected && place === null ? 'skyddad identitet' : [unitName, bed].filter((piece) => piece !== '').join(' ');
    return {
      key,
      name: nameOf(person),
      number: formatPersonId(identity),
      where:
        stay === null && expected !== null
          ? `väntas eller oklart om inne: ${where}`
          : where === ''
            ? 'inte inne'
            : where,
    };
  });
  return { found, remark };
}
