// Who on the same unit can be mistaken for this patient (hazard H1): asked when a chart is opened and for each line of a list.

import type { Patient } from 'fhir/r4';
import type { Identity, PatientKey } from '../identity.ts';
import { type FoldedCandidate, foldedCandidate, foldedNearness, type NearCandidate } from '../near-name.ts';
import { formatPersonId } from '../person-id.ts';
import type { NearPatient } from './context.ts';

/** Somebody on the unit now; one line a place. */
export interface OnUnit {
  readonly key: PatientKey;
  readonly identity: Identity;
  readonly person: Patient | null;
  readonly room: string | null;
  readonly bed: string | null;
}

/** The same people are held against each other again and again: each is folded once. */
const folded = new WeakMap<OnUnit, FoldedCandidate>();

export function nearPatientsOf(
  self: Pick<OnUnit, 'key' | 'identity' | 'person'>,
  others: readonly OnUnit[],
): NearPatient[] {
  const own = foldedCandidate(candidate(self.person, self.identity.id));
  const near = others.flatMap((other): NearPatient[] => {
    if (other.key === self.key) return [];
    const kind = foldedNearness(own, foldedOf(other));
    if (kind === null) return [];
    const { family, given } = candidate(other.person, other.identity.id);
    const bed = [other.room, other.bed].filter((piece) => piece !== null).join(':');
    return [{ kind, name: `${family}, ${given}`, number: formatPersonId(other.identity), bed }];
  });
  return near.sort((a, b) => collator.compare(a.bed, b.bed) || (a.number < b.number ? -1 : 1));
}

/** In the order of beds, as the unit's list. */
const collator = new Intl.Collator('sv', { numeric: true });

function foldedOf(other: OnUnit): FoldedCandidate {
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
