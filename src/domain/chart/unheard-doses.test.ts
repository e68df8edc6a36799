// What is never said of a dose: that it is late, missed or due, because no message came (design §5.19).

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ago,
  DAY_MS,
  DOUBTS,
  type Doubt,
  feed,
  feedsInDoubt,
  HOUR_MS,
  NOW_MS,
  now,
  patientCopy,
  stringsOf,
} from './chart.fixture.ts';
import { composeChart } from './compose.ts';
import { compose, dose, order, viewOf } from './medication.fixture.ts';
import { renderChartText } from './text.ts';

describe('§5.19 a dose is never called late, missed or due on the strength of a missing message', () => {
  const lastMinutes = { entries: [dose(NOW_MS - 8 * HOUR_MS)] };
  test('silent: unknown since when, the uncertain period, the order and the last known dose, and no next', () => {
    const view = compose({
      parts: {
        'medication-orders': { entries: [order()] },
        'doses-given': { ...lastMinutes, feeds: [feed('doses-given', { proof: ago(7 * HOUR_MS) })] },
      },
    });
    expect(view.dosesWords).toBe('Givna doser okända sedan 04:20');
    expect(view.uncertain).toEqual({
      fromMs: NOW_MS - 7 * HOUR_MS,
      toMs: NOW_MS,
      words: 'Osäker period 04:20–nu, senaste dosuppgift 03:20: doser kan ha getts utan att synas här',
    });
    expect(view.rows[0]).toMatchObject({
      next: null,
      nextWords: 'Givna doser okända sedan 04:20',
      lastWords: 'senast känd: given 03:20 · 20\u00a0mg\u00a0iv · E. Lund',
    });
  });
  test.each([
    ['not fed', 'Givna doser okända: ingår inte i kopian'],
    ['never heard', 'Givna doser okända: inget har kommit ännu'],
    ['stale', 'Givna doser okända sedan 01:20'],
    ['held', 'Givna doser okända sedan 10:20'],
  ] as const)('%s', (doubt, words) => {
    const view = compose({
      parts: {
        'medication-orders': { entries: [order()] },
        'doses-given': { feeds: feedsInDoubt('doses-given', doubt) },
      },
    });
    expect(view).toMatchObject({ dosesAreKnown: false, dosesWords: words });
    expect(view.rows[0]).toMatchObject({ next: null, lastWords: words });
  });
  test('signed on paper since the downtime: unknown, although the feed is fresh', () => {
    const view = compose(
      { parts: { 'medication-orders': { entries: [order()] } } },
      { dosesOnPaperSince: NOW_MS - HOUR_MS },
    );
    expect(view.dosesWords).toBe('Givna doser okända sedan 10:20: signeras på papper');
    expect(view.rows[0]?.next).toBeNull();
  });
  test('a rebuilt or incomplete copy may lack doses: no next either', () => {
    for (const doubt of ['rebuilt', 'incomplete', 'not whole'] as const) {
      const view = compose({
        parts: {
          'medication-orders': { entries: [order()] },
          'doses-given': { feeds: feedsInDoubt('doses-given', doubt) },
        },
      });
      expect(view.dosesWords).toMatch(/^Givna doser kan saknas\./);
      expect(view.rows[0]?.next).toBeNull();
    }
  });

  const FORBIDDEN =
    /(^|[^a-zåäö])(sen|sena|försenad\w*|missad\w*|skulle ha getts|uteblev\w*|uteblivn\w*|förfallen\w*|borde)(?![a-zåäö])/i;
  const doubts = Object.keys(DOUBTS) as readonly Doubt[];
  const arbitraryOrder = fc.record({
    status: fc.constantFrom('active', 'on-hold', 'stopped', 'unknown'),
    times: fc.array(fc.integer({ min: 0, max: 23 }), { maxLength: 4 }),
    asNeeded: fc.boolean(),
    event: fc.option(fc.integer({ min: -DAY_MS, max: DAY_MS })),
    at: fc.integer({ min: 0, max: 3 * DAY_MS }),
  });
  const arbitraryDose = fc.record({
    ago: fc.integer({ min: 0, max: 3 * DAY_MS }),
    status: fc.constantFrom('completed', 'not-done', 'unknown', 'in-progress'),
  });
  test('with given doses in any doubt no word of chart or terminal says late, due or missed, and no next time stands', () => {
    fc.assert(
      fc.property(
        fc.array(arbitraryOrder, { minLength: 1, maxLength: 5 }),
        fc.array(arbitraryDose, { maxLength: 5 }),
        fc.constantFrom(...doubts),
        fc.boolean(),
        (orders, doses, doubt, infusion) => {
          const entries = orders.map(({ status, times, asNeeded, event, at }, index) =>
            order(
              {
                status,
                dosageInstruction: [
                  {
                    text: 'enligt schema',
                    asNeededBoolean: asNeeded,
                    timing: {
                      ...(event === null ? {} : { event: [new Date(NOW_MS + event).toISOString()] }),
                      repeat: { timeOfDay: times.map((hour) => `${String(hour).padStart(2, '0')}:00:00`) },
                    },
                  },
                ],
              },
              {
                key: `MedicationRequest/${index}`,
                at: NOW_MS - at,
                part: infusion ? 'infusions' : 'medication-orders',
              },
            ),
          );
          const chart = composeChart(
            patientCopy({
              parts: {
                [infusion ? 'infusions' : 'medication-orders']: { entries },
                'doses-given': {
                  entries: doses.map(({ ago: age, status }) => dose(NOW_MS - age, { status })),
                  feeds: feedsInDoubt('doses-given', doubt),
                },
              },
            }),
            now,
          );
          const view = viewOf(chart);
          expect(view.dosesAreKnown).toBe(false);
          expect(view.dosesWords).toMatch(/^Givna doser (okända|kan saknas)/);
          expect(view.rows.filter(({ next }) => next !== null)).toEqual([]);
          const said = [...stringsOf(chart), ...renderChartText(chart, 100).split('\n')];
          expect(said.filter((words) => FORBIDDEN.test(words))).toEqual([]);
        },
      ),
      { seed: 519, numRuns: 150 },
    );
  });
  test('the scan finds the words it looks for', () => {
    for (const words of ['11:00 sen 20 min', 'Dosen är försenad', 'missad', 'skulle ha getts 10:00'])
      expect(words).toMatch(FORBIDDEN);
    for (const words of ['Tyst sedan 04:10', 'Senast given', 'senast känd', 'ej given'])
      expect(words).not.toMatch(FORBIDDEN);
  });
});
