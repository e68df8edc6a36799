// Where sources differ both words stand there, with who said them and when: the reader asks, and nothing is chosen for them.

import { describe, expect, test } from 'vitest';
import type { SaidBy } from '../patient-copy.ts';
import { HOUR_MS, JOURNAL, LAB, NOW_MS, now, partOf, patientCopy, SOURCE_NAMES } from './chart.fixture.ts';
import { composeChart } from './compose.ts';

const said = (ours: unknown, theirs: unknown): readonly SaidBy[] => [
  { source: JOURNAL, at: NOW_MS - HOUR_MS, value: ours },
  { source: LAB, at: NOW_MS - 2 * HOUR_MS, value: theirs },
];
const chartWhere = (element: string, values: readonly SaidBy[]) =>
  composeChart(
    patientCopy({
      personConflicts: [{ element, said: values }],
      notices: [
        { kind: 'source-conflict', source: JOURNAL, at: NOW_MS, detail: element, said: values, part: 'person' },
      ],
    }),
    now,
    { sourceNames: SOURCE_NAMES },
  );

describe('two sources that differ about who somebody is', () => {
  test.each([
    [
      'birthDate',
      '1942-06-08',
      '1942-06-09',
      'Födelsedatum: 1942-06-08 enligt Journalen 10:20, 1942-06-09 enligt Labbet 09:20',
    ],
    [
      'name',
      [
        { family: 'Före', use: 'old' },
        { family: 'Lind', given: ['Karin'] },
      ],
      [{ family: 'Lund', given: ['Karin'] }],
      'Namn: Lind, Karin enligt Journalen 10:20, Lund, Karin enligt Labbet 09:20',
    ],
    ['gender', 'female', 'male', 'Kön: kvinna enligt Journalen 10:20, man enligt Labbet 09:20'],
    ['deceasedBoolean', false, true, 'Avliden: nej enligt Journalen 10:20, ja enligt Labbet 09:20'],
  ])('%s: both values stand in the banner, in the block and among the notices', (element, ours, theirs, words) => {
    const chart = chartWhere(element, said(ours, theirs));
    const sentence = `Två versioner – välj inte, fråga: ${words}`;
    expect(chart.banner.remarks).toContain(sentence);
    expect(partOf(chart, 'person').remarks).toEqual([`${sentence}.`]);
    expect(chart.notices.map((notice) => notice.words)).toEqual([`${sentence}.`]);
  });
});

test('a birth date that the number does not bear out stands beside the number’s own', () => {
  const chart = composeChart(
    patientCopy({ person: { resourceType: 'Patient', name: [{ family: 'Lind' }], birthDate: '1940-01-01' } }),
    now,
  );
  expect(chart.banner.remarks[0]).toMatch(
    /^Födelsedatum enligt källan \(1940-01-01\) stämmer inte med numret \(\d{4}-\d{2}-\d{2}\) – kontrollera/,
  );
});

test('a place that two systems tell differently is told with both places', () => {
  const place = (status: string, bed: string) => ({ status, unit: 'K2', room: '1', bed });
  const values = said(place('present', '1'), place('discharged', '2'));
  const chart = composeChart(
    patientCopy({
      notices: [{ kind: 'source-conflict', source: JOURNAL, at: NOW_MS, detail: 'stay', said: values, part: 'stay' }],
    }),
    now,
    { sourceNames: SOURCE_NAMES, unitNames: { K2: 'Kirurg 2' } },
  );
  expect(partOf(chart, 'stay').remarks).toEqual([
    'Två versioner – välj inte, fråga: Vårdtillfälle och plats: inskriven · Kirurg 2 · 1:1 enligt Journalen 10:20, utskriven · Kirurg 2 · 1:2 enligt Labbet 09:20.',
  ]);
});
