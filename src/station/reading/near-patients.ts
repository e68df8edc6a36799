// Who on the same unit can be mistaken for this patient: asked when a chart is opened.

import type { CopyReader } from '../../copy/read/copy-reader.ts';
import type { NearPatient } from '../../domain/chart/context.ts';
import { nearPatientsOf } from '../../domain/chart/near-patients.ts';
import type { PatientCopy } from '../../domain/patient-copy.ts';

export function nearPatients(copy: PatientCopy, reader: CopyReader): NearPatient[] {
  const unit = copy.stays.find((stay) => stay.status === 'present' && stay.unit !== null)?.unit;
  const head = copy.identities[0]?.identity;
  if (unit === undefined || unit === null || head === undefined) return [];
  const others = reader.neighbours(unit, copy.asOf === null ? {} : { asOf: copy.asOf });
  return nearPatientsOf({ key: copy.key, identity: head, person: copy.person }, others);
}
