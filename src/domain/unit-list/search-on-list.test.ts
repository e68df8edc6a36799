// The search that works with the station dead: by name in any letters, by any piece of a number, and what it says of somebody booked.

import { describe, expect, it } from 'vitest';
import { NOW_MS, stay } from '../chart/chart.fixture.ts';
import { unitId } from '../identity.ts';
import { searchOnList } from './search-on-list.ts';
import type { UnitList, UnitListRow } from './unit-list.ts';

const said = (...words: string[]) => words.map((one) => ({ tone: 'plain', icon: null, words: one }));
const row = (name: string, number: string, more: object = {}): UnitListRow =>
  ({
    key: name,
    kind: 'present',
    isProtected: false,
    stay: stay({ unit: unitId('K2') }),
    who: { place: '1:1', name, number, ageAndSex: '', kindWords: '', since: '', remarks: [] },
    cells: null,
    ...more,
  }) as unknown as UnitListRow;
const fed = (part: string, state: string, short: string) => ({ part, state, short, words: '', source: 's' });
const listOf = (rows: readonly UnitListRow[], more: object = {}): UnitList =>
  ({
    unit: 'K2',
    name: 'Kirurgavdelning 2',
    listKind: 'bed',
    at: NOW_MS,
    feeds: [fed('stay', 'fresh', '11:19')],
    rows,
    ...more,
  }) as unknown as UnitList;
const names = (rows: readonly UnitListRow[], text: string) => searchOnList(listOf(rows), text).map(({ name }) => name);

describe('somebody on the list', () => {
  it.each([
    ['Sørensen, Åse', 'sørensen'],
    ['Sørensen, Åse', 'Sorensen åse'],
    ['Łukaszewicz, Æleen', 'luk ælee'],
    ['حسن, محمد', 'محمد'],
    ['王, 芳', '王'],
    ['Иванова, Анна', 'иван'],
    ['Ó’Brien-Öst, D’Arcy', 'brien öst'],
  ])('%s is found by %s', (name, text) => {
    expect(names([row(name, '19420608-9205'), row('Lind, Karin', '19121212-1212')], text)).toEqual([name]);
  });

  it('is found by the bed, and by a piece of the number, also a reserve number with letters', () => {
    const rows = [row('Lind, Karin', '19420608-9205'), row('Okänd, Man', 'RES-K2-0007-4')];
    expect(names(rows, '420608 92')).toEqual(['Lind, Karin']);
    expect(names(rows, 'res-k2-0007')).toEqual(['Okänd, Man']);
    expect(names(rows, '1:1')).toHaveLength(2);
    expect([names(rows, ' '), names(rows, '-'), names(rows, 'zz')]).toEqual([[], [], []]);
  });

  it('on two lines is one hit', () => {
    expect(names([row('Lind, Karin', '1'), row('Lind, Karin', '1')], 'lind')).toEqual(['Lind, Karin']);
  });
});

describe('somebody booked', () => {
  const op = { unit: 'OP', name: 'Centraloperation', listKind: 'surgery' };
  const feeds = [fed('stay', 'fresh', '11:19'), fed('surgery', 'silent', 'Tyst sedan 04:10')];
  const booked = (...words: string[]) =>
    row('Lind, Karin', '1', {
      kind: 'booked',
      stay: stay({ unit: unitId('OP'), status: 'planned' }),
      cells: { when: said(...words) },
    });

  it('is told how the booking stands and where they lie, never that they are expected when it is cancelled', () => {
    const rows = [booked('inställd, var bokad 10:15', 'ligger på Kirurgavdelning 2 3:1')];
    expect(searchOnList(listOf(rows, { ...op, feeds }), 'lind')[0]?.where).toEqual({
      place: 'Centraloperation: inställd, var bokad 10:15',
      since: 'ligger på Kirurgavdelning 2 3:1',
      age: 'Bokningarna tyst sedan 04:10',
      doubts: ['Bokningen kan ha ändrats efter det.'],
    });
  });

  it('at two times is told both', () => {
    const rows = [booked('bokad 10:15', 'ligger på K2'), booked('bokad 14:00', 'ligger på K2')];
    const where = searchOnList(listOf(rows, { ...op, feeds }), 'lind').map((one) => one.where);
    expect(where).toMatchObject([{ place: 'Centraloperation: bokad 10:15', since: 'ligger på K2, bokad 14:00' }]);
  });
});
