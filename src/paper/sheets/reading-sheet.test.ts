// A sheet to read: what several sources say alike is one line, and nothing any of them says is left out.

import { expect, it } from 'vitest';
import {
  entry,
  HOUR_MS,
  JOURNAL,
  NOW_MS,
  now,
  PUMPS,
  patientCopy,
  SOURCE_NAMES,
} from '../../domain/chart/chart.fixture.ts';
import { composeChart } from '../../domain/chart/compose.ts';
import type { SourceId } from '../../domain/identity.ts';
import { sourceId } from '../../domain/identity.ts';
import { printing } from '../paper.fixture.ts';
import { readingSheet } from './reading-sheet.ts';
import type { Line } from './sheet.ts';

const relative = (source: SourceId, hoursAgo: number, telephone: string, change: object = {}) =>
  entry(
    'kin',
    {
      resourceType: 'RelatedPerson',
      name: [{ text: 'Bo Lind' }],
      relationship: [{ text: 'Make' }],
      telecom: [{ value: telephone }],
      ...change,
    },
    { key: `RelatedPerson/${source}`, source, at: NOW_MS - hoursAgo * HOUR_MS },
  );
const LAB = sourceId('lab');

function relatives(...entries: readonly ReturnType<typeof relative>[]): readonly Line[] {
  const chart = composeChart(patientCopy({ parts: { kin: { entries } } }), now, { sourceNames: SOURCE_NAMES });
  const lines: Line[] = [];
  JSON.stringify(readingSheet({ chart, printing: printing(), medication: 'here' }), (_, value) => {
    if (value?.is === 'line' && /^Bo/.test(value.lead)) lines.push(value);
    return value;
  });
  return lines;
}

it('a next of kin whom three sources state alike stands once, with each source and its time', () => {
  const [line, ...others] = relatives(
    relative(JOURNAL, 1, '070-123 45 67'),
    relative(PUMPS, 2, '0701234567', { address: [{ text: 'Sidogatan 2' }] }),
    relative(LAB, 3, '070-123 45 67'),
  );
  expect(others).toEqual([]);
  expect(line).toMatchObject({ lead: 'Bo Lind', text: 'Make · 070-123 45 67 · Adress: Sidogatan 2' });
  expect(line?.notes.at(-1)).toMatch(/^sägs lika av \S.* 10:20, \S.* 09:20, \S.* 08:20$/);
});

it('a next of kin with another number or relation stands by itself', () => {
  expect(relatives(relative(JOURNAL, 1, '070-1'), relative(PUMPS, 2, '070-2'))).toHaveLength(2);
  const friend = { relationship: [{ text: 'Vän' }] };
  expect(relatives(relative(JOURNAL, 1, '070-1'), relative(PUMPS, 2, '070-1', friend))).toHaveLength(2);
  expect(relatives(relative(JOURNAL, 1, '070-1'))[0]?.notes).toEqual([]);
});
