// Those on a list one by one, each once however many lines they have: who stands beside whom, whom somebody follows, and who can be
// taken for somebody.

import type { NearPatient } from '../chart/context.ts';
import { nearPatientsOf } from '../chart/near-patients.ts';
import type { PatientKey } from '../identity.ts';
import type { CensusRow } from './census-row.ts';
import { peopleOnList } from './unit-list.ts';

/** The one after (1) or before (-1) on the list; null: nobody. */
export function besideOnList(
  rows: readonly Pick<CensusRow, 'key'>[],
  patient: PatientKey,
  by: 1 | -1,
): PatientKey | null {
  const keys = [...new Set(rows.map(({ key }) => key))];
  const at = keys.indexOf(patient);
  return at < 0 ? null : (keys[at + by] ?? null);
}

/** *Mina patienter* who have not left: also those of whom it is not known whether they are here. */
export const followedOnList = (
  rows: readonly Pick<CensusRow, 'key' | 'kind'>[],
  isFollowed: (patient: PatientKey) => boolean,
): readonly PatientKey[] => [
  ...new Set(rows.filter(({ key, kind }) => kind !== 'discharged' && isFollowed(key)).map(({ key }) => key)),
];

/** The same people, where the number that somebody was followed under has become another since; null: none has. */
export function followedAnew(
  rows: readonly Pick<CensusRow, 'key' | 'formerKeys'>[],
  followed: ReadonlySet<PatientKey>,
): ReadonlySet<PatientKey> | null {
  const anew = new Set(followed);
  for (const { key, formerKeys = [] } of rows) for (const former of formerKeys) if (anew.delete(former)) anew.add(key);
  const isSame = anew.size === followed.size && [...anew].every((key) => followed.has(key));
  return isSame ? null : anew;
}

/** Whom a patient of this list can be taken for on it: asked when their chart is opened from it. */
export function nearOnList(rows: readonly CensusRow[], patient: PatientKey, nowMs: number): readonly NearPatient[] {
  const row = rows.find(({ key }) => key === patient);
  return row === undefined ? [] : nearPatientsOf(row, peopleOnList(rows, nowMs));
}
