// Going from chart to chart along a list, *mina patienter* of it, and whom somebody on it can be taken for.

import { expect, it } from 'vitest';
import { NOW_MS, stay } from '../chart/chart.fixture.ts';
import { patientKey, unitId } from '../identity.ts';
import type { CensusRow } from './census-row.ts';
import { besideOnList, followedAnew, followedOnList, nearOnList } from './list-people.ts';

const [A, B, C] = ['a', 'b', 'c'].map((letter) => patientKey(letter.repeat(26))) as [
  CensusRow['key'],
  CensusRow['key'],
  CensusRow['key'],
];
const row = (key: CensusRow['key'], kind: CensusRow['kind'] = 'booked', family = `F${key[0]}`): CensusRow => ({
  key,
  kind,
  identity: { domain: 'local', id: `${key[0]}`.repeat(4) },
  stay: stay({ unit: unitId('OP'), status: 'planned' }),
  person: { resourceType: 'Patient', name: [{ family, given: ['Karin'] }] },
  isProtected: false,
  bedConflict: false,
  sourceConflict: false,
  identityConflict: false,
  severalPlaces: false,
});

it('the next chart is the next patient’s, also when one of them is booked at two times', () => {
  const rows = [row(A), row(B), row(A), row(C)];
  expect([besideOnList(rows, A, 1), besideOnList(rows, B, 1), besideOnList(rows, C, 1)]).toEqual([B, C, null]);
  expect([besideOnList(rows, C, -1), besideOnList(rows, A, -1)]).toEqual([B, null]);
});

it('mina patienter are all but who has left, each once: a booked one, and one of whom it is not known whether they came', () => {
  const rows = [row(A), row(A), row(B, 'unknown'), row(C, 'discharged')];
  expect(followedOnList(rows, () => true)).toEqual([A, B]);
  expect(followedOnList(rows, (key) => key === B)).toEqual([B]);
});

it('whom somebody follows they follow also when the reserve number has become another', () => {
  const rows = [{ ...row(A), formerKeys: [B] }, row(C)];
  expect(followedAnew(rows, new Set([B, C]))).toEqual(new Set([C, A]));
  expect(followedAnew(rows, new Set([A, B]))).toEqual(new Set([A]));
  expect([followedAnew(rows, new Set([A, C])), followedAnew(rows, new Set())]).toEqual([null, null]);
});

it('a booked patient’s chart warns of whom they can be taken for on the same operation list', () => {
  const rows = [row(A, 'booked', 'Lind'), row(B, 'booked', 'Lind'), row(C, 'discharged', 'Lind')];
  expect(nearOnList(rows, A, NOW_MS)).toMatchObject([{ kind: 'name', name: 'Lind, Karin' }]);
  expect(nearOnList(rows, patientKey('d'.repeat(26)), NOW_MS)).toEqual([]);
});
