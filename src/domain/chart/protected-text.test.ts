import { describe, expect, test } from 'vitest';
import { entry, now, partOf, patientCopy } from './chart.fixture.ts';
import { composeChart } from './compose.ts';
import { renderChartText } from './text.ts';

const WARNING = 'Skyddad identitet: fritexten kan innehålla adress eller närstående';
const data = Buffer.from('Bor hos sin syster på Storgatan 1.').toString('base64');
const note = (part: 'notes' | 'reports') =>
  entry(part, {
    resourceType: 'DocumentReference',
    status: 'current',
    type: { text: 'Anteckning' },
    content: [{ attachment: { contentType: 'text/plain', data } }],
  });
const result = entry('results', { resourceType: 'DiagnosticReport', status: 'final', code: { text: 'P-K' } });
const chartOf = (isProtected: boolean) =>
  composeChart(
    patientCopy({
      isProtected,
      parts: {
        notes: { entries: [note('notes')] },
        reports: { entries: [note('reports')] },
        results: { entries: [result] },
      },
    }),
    now,
  );

describe('a note or printed page of a person with protected identity', () => {
  test('is shown as written, with a warning on it, on screen and on paper', () => {
    const chart = chartOf(true);
    for (const part of ['notes', 'reports'] as const) {
      const [shown] = partOf(chart, part).entries;
      expect(shown?.remarks.join()).toContain(WARNING);
    }
    expect(partOf(chart, 'notes').entries[0]?.text).toContain('Storgatan');
    expect(renderChartText(chart, 100).replace(/\s+/g, ' ')).toContain(WARNING);
    expect(partOf(chart, 'results').entries[0]?.remarks.join()).not.toContain(WARNING);
  });
  test('carries no warning for anybody else', () => {
    expect(partOf(chartOf(false), 'notes').entries[0]?.remarks).toEqual([]);
  });
});
