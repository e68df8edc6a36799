// Looking for a patient at the station, among everyone. On the unit's own copy: domain/unit-list/search-on-list.ts.

import type { Patient } from 'fhir/r4';
import type { Identity, PatientKey } from '../../../src/domain/identity.ts';
import { formatPersonId } from '../../../src/domain/person-id.ts';
import { nameOf } from '../../../src/domain/unit-list/list-person.ts';
import type { FoundPatient } from '../../../src/domain/unit-list/search-on-list.ts';
import type { WhereWords } from '../../../src/domain/whereabouts.ts';
import { ask } from './ask.ts';

interface Answer {
  readonly hits: readonly {
    readonly key: PatientKey;
    readonly identity: Identity;
    readonly person: Patient | null;
    readonly where: WhereWords;
  }[];
  readonly remark: string | null;
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
