import { describe, expect, test } from 'vitest';
import { DAY_MS, entry, HOUR_MS, NOW_MS, now, patientCopy, SOURCE_NAMES } from './chart.fixture.ts';
import { composeChart } from './compose.ts';

const flag = (end: string, change: object = {}) =>
  entry('limits', {
    resourceType: 'Flag',
    status: 'active',
    code: { text: '0-HLR' },
    period: { start: '2026-11-12', end },
    ...change,
  });
const told = (one: ReturnType<typeof entry>) => {
  const { banner, blocks } = composeChart(patientCopy({ parts: { limits: { entries: [one] } } }), now, {
    sourceNames: SOURCE_NAMES,
  });
  const block = blocks.find(({ name }) => name === 'limits');
  return {
    chips: banner.chips.filter(({ kind }) => kind === 'limit').map(({ words }) => words),
    remarks: block?.parts.flatMap(({ entries }) => entries.flatMap(({ remarks }) => remarks)),
  };
};
const asDay = (ms: number) => new Date(ms).toISOString().slice(0, 10);

describe('a limit with a written end', () => {
  test('that has passed is shown with the doubt, in the banner too', () => {
    const words = 'Skulle gälla till 10:20 – kontrollera om det gäller';
    expect(told(flag(new Date(NOW_MS - HOUR_MS).toISOString()))).toEqual({
      chips: [`0-HLR – ${words}, tor 12 nov`],
      remarks: [words],
    });
    expect(told(flag(asDay(NOW_MS - DAY_MS))).remarks).toEqual([
      'Skulle gälla till mån 16 nov – kontrollera om det gäller',
    ]);
  });

  test('holds until then, a day to its end', () => {
    for (const end of [asDay(NOW_MS), new Date(NOW_MS + HOUR_MS).toISOString()])
      expect(told(flag(end))).toEqual({ chips: ['0-HLR, tor 12 nov'], remarks: [] });
  });

  test('is in doubt also as a consent, and not where its source has ended it', () => {
    const end = asDay(NOW_MS - 3 * DAY_MS);
    const consent = { resourceType: 'Consent', status: 'active', provision: { period: { end } } };
    expect(told(entry('limits', consent)).remarks).toHaveLength(1);
    expect(told(flag(end, { status: 'inactive' })).remarks).toEqual([]);
  });
});
