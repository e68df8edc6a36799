// Who on the same unit can be mistaken for this patient: asked when a chart is opened.

import type { Patient } from 'fhir/r4';
import type { CopyReader } from '../copy/copy-reader.ts';
import type { NearPatient } from '../domain/chart/context.ts';
import type { Identity } from '../domain/identity.ts';
import { type NearCandidate, nearness } from '../domain/near-name.ts';
import type { PatientCopy } from '../domain/patient-copy.ts';
import { formatPersonId } from '../domain/person-id.ts';

export function nearPatients(copy: PatientCopy, reader: CopyReader): NearPatient[] {
  const unit = copy.stays.find((stay) => stay.status === 'present' && stay.unit !== null)?.unit;
  const head = copy.identities[0]?.identity;
  if (unit === undefined || unit === null || head === undefined) return [];
  const self = candidate(copy.person, head.id);
  const isWanted = (person: Patient | null, { id }: Identity): boolean =>
    nearness(self, candidate(person, id)) !== null;
  const near = reader.census(unit, { isWanted, ...(copy.asOf === null ? {} : { asOf: copy.asOf }) });
  return near.flatMap((row): NearPatient[] => {
    if (row.key === copy.key || row.kind !== 'present') return [];
    const other = candidate(row.person, row.identity.id);
    const kind = nearness(self, other);
    if (kind === null) return [];
    const bed = [row.stay.room, row.stay.bed].filter((piece) => piece !== null).join(':');
    return [{ kind, name: `${other.family}, ${other.given}`, number: formatPersonId(row.identity), bed }];
  });
}

function candidate(person: Patient | null, number: string): NearCandidate {
  const name = person?.name?.[0];
  return { family: name?.family ?? '', given: (name?.given ?? []).join(' '), number };
}
