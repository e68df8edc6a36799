// Who on the same unit can be mistaken for this patient: asked when a chart is opened.

import type { Patient } from 'fhir/r4';
import type { CopyReader } from '../../copy/read/copy-reader.ts';
import type { Neighbour } from '../../copy/read/neighbours.ts';
import type { NearPatient } from '../../domain/chart/context.ts';
import { type FoldedCandidate, foldedCandidate, foldedNearness, type NearCandidate } from '../../domain/near-name.ts';
import type { PatientCopy } from '../../domain/patient-copy.ts';
import { formatPersonId } from '../../domain/person-id.ts';

/** The reader hands out the same neighbours as long as they are unchanged: each is folded once. */
const folded = new WeakMap<Neighbour, FoldedCandidate>();

export function nearPatients(copy: PatientCopy, reader: CopyReader): NearPatient[] {
  const unit = copy.stays.find((stay) => stay.status === 'present' && stay.unit !== null)?.unit;
  const head = copy.identities[0]?.identity;
  if (unit === undefined || unit === null || head === undefined) return [];
  const self = foldedCandidate(candidate(copy.person, head.id));
  const near = reader
    .neighbours(unit, copy.asOf === null ? {} : { asOf: copy.asOf })
    .flatMap((other): NearPatient[] => {
      if (other.key === copy.key) return [];
      const kind = foldedNearness(self, foldedOf(other));
      if (kind === null) return [];
      const { family, given } = candidate(other.person, other.identity.id);
      const bed = [other.room, other.bed].filter((piece) => piece !== null).join(':');
      return [{ kind, name: `${family}, ${given}`, number: formatPersonId(other.identity), bed }];
    });
  return near.sort((a, b) => collator.compare(a.bed, b.bed) || (a.number < b.number ? -1 : 1));
}

/** In the order of beds, as the unit's list. */
const collator = new Intl.Collator('sv', { numeric: true });

function foldedOf(other: Neighbour): FoldedCandidate {
  const known = folded.get(other);
  if (known !== undefined) return known;
  const made = foldedCandidate(candidate(other.person, other.identity.id));
  folded.set(other, made);
  return made;
}

function candidate(person: Patient | null, number: string): NearCandidate {
  const name = person?.name?.[0];
  return { family: name?.family ?? '', given: (name?.given ?? []).join(' '), number };
}
