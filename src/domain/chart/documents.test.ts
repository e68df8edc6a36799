// Which of several versions of a note is read, and where an addendum stands.

import { expect, test } from 'vitest';
import type { Entry } from '../patient-copy.ts';
import { entry, HOUR_MS, NOW_MS, now, partOf, patientCopy, stringsOf } from './chart.fixture.ts';
import type { ChartEntry } from './chart.ts';
import { composeChart } from './compose.ts';

const note = (number: string, words: string, change: object = {}, rest: Partial<Entry> = {}): Entry =>
  entry(
    'notes',
    {
      resourceType: 'DocumentReference',
      status: 'current',
      docStatus: 'final',
      masterIdentifier: { value: number },
      type: { text: 'Rondanteckning' },
      content: [{ attachment: { contentType: 'text/plain', data: Buffer.from(words, 'utf8').toString('base64') } }],
      ...change,
    },
    { key: `DocumentReference/${number}`, ...rest },
  );
const relates = (code: string, number: string): object => ({
  relatesTo: [{ code, target: { identifier: { value: number } } }],
});
const shown = (entries: readonly Entry[]): readonly ChartEntry[] =>
  partOf(composeChart(patientCopy({ parts: { notes: { entries } } }), now), 'notes').entries;

test('a replaced note is told of, and its words stand nowhere in the chart', () => {
  const entries = [note('2', 'Ge 5 mg', relates('replaces', '1')), note('1', 'Ge 50 mg')];
  expect(shown(entries)).toMatchObject([{ text: 'Ge 5 mg' }, { text: '', remarks: ['Ersatt av en nyare version'] }]);
  expect(stringsOf(composeChart(patientCopy({ parts: { notes: { entries } } }), now)).join()).not.toContain('50 mg');
  expect(shown([note('1', 'Ge 50 mg', { status: 'superseded' })])[0]?.text).toBe('');
});

test('a replacement that was taken back replaces nothing', () => {
  const entries = [note('2', '', { ...relates('replaces', '1'), status: 'entered-in-error' }), note('1', 'Ge 50 mg')];
  expect(shown(entries).map(({ text }) => text)).toContain('Ge 50 mg');
});

test('an addendum stands just under its note, whatever came between', () => {
  const entries = [
    note('3', 'Tillägg: ring anhörig', relates('appends', '1'), { at: NOW_MS - HOUR_MS }),
    note('2', 'Annat', {}, { at: NOW_MS - 2 * HOUR_MS }),
    note('1', 'Först', {}, { at: NOW_MS - 3 * HOUR_MS }),
  ];
  expect(shown(entries).map(({ title, text }) => [title, text])).toEqual([
    ['Rondanteckning', 'Annat'],
    ['Rondanteckning', 'Först'],
    ['Tillägg till Rondanteckning 08:20: Rondanteckning', 'Tillägg: ring anhörig'],
  ]);
});

test('notes that add to each other are all shown once', () => {
  const entries = [note('1', 'a', relates('appends', '2')), note('2', 'b', relates('appends', '1'))];
  expect(shown(entries)).toHaveLength(2);
});
