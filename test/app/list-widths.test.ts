// How the list's room is shared: by what its words need, and the same for the same words.

import { describe, expect, it } from 'vitest';
import { listWidths, STAR_PX } from '../../app/src/screens/list/widths.ts';
import { type ColumnName, type ListColumn, listColumns } from '../../src/domain/unit-list/list-columns.ts';
import type { UnitListRow } from '../../src/domain/unit-list/unit-list.ts';

const unfed = listColumns('bed', []);
const columns = unfed.map((column) => ({ ...column, short: '10:00' }));
const measure = (words: string, font: string): number => words.length * (font.includes('18px') ? 10 : 6.5);
const quiet = (words: string) => [{ tone: 'quiet', icon: null, words }];

function rowOf(cells: Readonly<Partial<Record<ColumnName, string>>>): UnitListRow {
  return {
    kind: 'present',
    who: { place: '1:1', name: 'Lind, Karin', number: '19420608-9205', ageAndSex: '84 år, kvinna', remarks: [] },
    cells: {
      ...Object.fromEntries(
        ['warnings', 'limits', 'medication', 'results', 'surgery'].map((name) => [name, quiet('ingen')]),
      ),
      ...Object.fromEntries(Object.entries(cells).map(([name, words]) => [name, quiet(words)])),
      news2: { total: 1, level: 'low', trend: [1, 1], words: '10:00' },
    },
  } as unknown as UnitListRow;
}
const long = 'Ordinerad dygnet runt och mycket längre än vad som får plats på en enda rad i listan';
const widthsOf = (
  rows: readonly UnitListRow[],
  px = 1366,
  of: readonly ListColumn[] = columns,
): Readonly<Record<ColumnName, number>> => {
  const widths = listWidths(of, rows, px, measure);
  return Object.fromEntries(columns.map(({ name }, at) => [name, widths[at] ?? 0])) as Record<ColumnName, number>;
};
const sum = (widths: object): number => Object.values(widths).reduce((all: number, one) => all + (one as number), 0);

describe('the widths of the list’s columns', () => {
  it('fill the screen, with room for the star', () => {
    for (const px of [1101, 1366, 1920, 2560])
      expect(Math.round(sum(widthsOf([rowOf({ medication: long })], px)))).toBe(px - STAR_PX);
  });

  it('give the room to the column whose words are long, whichever it is', () => {
    for (const name of ['warnings', 'limits', 'medication', 'results', 'surgery'] as const) {
      const widths = widthsOf([rowOf({ [name]: long }), rowOf({})]);
      expect([name, widths[name] > widthsOf([rowOf({})])[name] + 50]).toEqual([name, true]);
    }
  });

  it('are those of an empty list too, and of one whose people have all left', () => {
    const left = { ...rowOf({}), cells: null } as UnitListRow;
    for (const rows of [[], [left]]) expect(Math.round(sum(widthsOf(rows)))).toBe(1366 - STAR_PX);
  });

  it('a column that says that it is not fed has room for the words of it', () => {
    const widths = widthsOf([rowOf({ medication: long.repeat(4) })], 1366, unfed);
    expect(unfed.filter(({ name }) => name !== 'place' && widths[name] < 150)).toEqual([]);
  });

  it('on a theatre’s list the name of the ward where somebody lies is not broken, however much else there is', () => {
    const theatre = listColumns('surgery', []).map((column) => ({ ...column, short: '10:00' }));
    const at = theatre.findIndex(({ name }) => name === 'when');
    const widthOf = (when: string): number => {
      const row = rowOf({ when, ...{ warnings: long, medication: long, surgery: long, results: long } });
      return listWidths(theatre, [row], 1101, measure)[at] ?? 0;
    };
    const ward = 'Intensivvårdsavdelningen';
    expect(widthOf(`ligger på ${ward} 5:1`)).toBeGreaterThanOrEqual(measure(ward, ''));
    expect(widthOf('ligger på Kir 2')).toBeLessThan(measure(ward, ''));
  });
});
