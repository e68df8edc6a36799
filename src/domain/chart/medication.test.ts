// What is said of drugs, doses and pumps; above all what is never said.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PartName } from '../parts.ts';
import type { Entry } from '../patient-copy.ts';
import {
  ago,
  DAY_MS,
  DOUBTS,
  type Doubt,
  entry,
  feed,
  feedsInDoubt,
  HOUR_MS,
  JOURNAL,
  MINUTE_MS,
  NOW_MS,
  now,
  PUMPS,
  patientCopy,
  SOURCE_NAMES,
  stay,
  stringsOf,
} from './chart.fixture.ts';
import type { Chart, MedicationView } from './chart.ts';
import { composeChart } from './compose.ts';
import { renderChartText } from './text.ts';

const order = (change: object = {}, rest: Partial<Entry> = {}): Entry =>
  entry(
    'medication-orders',
    {
      resourceType: 'MedicationRequest',
      status: 'active',
      medicationCodeableConcept: { text: 'Furosemid' },
      dosageInstruction: [
        {
          text: 'inj 10 mg/ml, 20 mg iv kl 10 och 16',
          timing: { repeat: { timeOfDay: ['10:00:00', '16:00:00'] } },
          route: { text: 'iv' },
          doseAndRate: [{ doseQuantity: { value: 20, unit: 'mg' } }],
        },
      ],
      ...change,
    },
    { key: 'MedicationRequest/1', at: NOW_MS - DAY_MS, orderNumbers: { placer: 'P1' }, ...rest },
  );
const dose = (atMs: number, change: object = {}, rest: Partial<Entry> = {}): Entry =>
  entry(
    'doses-given',
    {
      resourceType: 'MedicationAdministration',
      status: 'completed',
      medicationCodeableConcept: { text: 'Furosemid' },
      effectiveDateTime: new Date(atMs).toISOString(),
      dosage: { dose: { value: 20, unit: 'mg' }, route: { text: 'iv' } },
      performer: [{ actor: { display: 'E. Lund' } }],
      ...change,
    },
    { key: `MedicationAdministration/${atMs}`, at: atMs, orderNumbers: { placer: 'P1' }, ...rest },
  );
const viewOf = (chart: Chart): MedicationView => {
  const view = chart.blocks.find(({ name }) => name === 'medication')?.view;
  if (view?.kind !== 'medication') throw new Error('no medication view');
  return view;
};
const compose = (parts: Parameters<typeof patientCopy>[0], options = {}): MedicationView =>
  viewOf(composeChart(patientCopy(parts), now, { sourceNames: SOURCE_NAMES, ...options }));
const given = [dose(NOW_MS - 5 * HOUR_MS), dose(NOW_MS - 19 * HOUR_MS)];

describe('§5.7 which drug a dose was of', () => {
  const named = (text: string, change: object = {}) => ({ medicationCodeableConcept: { text }, ...change });
  const twoOnP1 = [order(named('Alvedon')), order(named('Waran'), { key: 'MedicationRequest/2' })];
  const rowsOf = (orders: Entry[], doses: Entry[]) =>
    compose({ parts: { 'medication-orders': { entries: orders }, 'doses-given': { entries: doses } } });

  test('where two orders have one number, the dose stands with the one of its drug', () => {
    const { rows } = rowsOf(twoOnP1, [dose(NOW_MS - HOUR_MS, named('Waran'))]);
    expect(Object.fromEntries(rows.map(({ substance, doses }) => [substance, doses.length]))).toEqual({
      Alvedon: 0,
      Waran: 1,
    });
  });
  test('§5.25 a dose dated ahead of when it came is not the last one given', () => {
    const ahead = dose(NOW_MS + DAY_MS, {}, { receivedAt: NOW_MS });
    const { rows } = rowsOf([order()], [dose(NOW_MS - HOUR_MS), ahead]);
    expect(rows[0]?.lastWords).toMatch(/^given 10:20 .*kanske senare: given, tid oklar/);
    expect(rowsOf([order()], [ahead]).rows[0]?.lastWords).toMatch(
      /^given, tid oklar \(.* enligt källan\), mottaget 11:20/,
    );
  });
  test('where it is of neither, it stands by itself', () => {
    const view = rowsOf(twoOnP1, [dose(NOW_MS - HOUR_MS, named('Heparin'))]);
    expect(view.rows.flatMap(({ doses }) => doses)).toEqual([]);
    expect(view.dosesWithoutOrder.map(({ medication }) => medication)).toEqual(['Heparin']);
  });
  test('another drug than its order’s is named with the dose', () => {
    const { rows } = rowsOf([order(named('Alvedon'))], [dose(NOW_MS - HOUR_MS, named('Panodil'))]);
    expect(rows[0]?.lastWords).toContain('Panodil, annat läkemedel än ordinationens');
    const same = rowsOf([order(named('Alvedon 500 mg tablett'))], [dose(NOW_MS - HOUR_MS, named('Alvedon'))]);
    expect(same.rows[0]?.lastWords).not.toContain('annat läkemedel');
  });
  test('an order that was to be stopped by now is unclear, and until then it holds', () => {
    const until = (ms: number) => ({
      extension: [{ url: 'urn:reservkraft:holds-until', valueDateTime: new Date(ms).toISOString() }],
    });
    expect(rowsOf([order(until(NOW_MS + HOUR_MS))], []).rows[0]?.group).toBe('scheduled');
    expect(rowsOf([order(until(NOW_MS - HOUR_MS))], []).rows[0]).toMatchObject({ group: 'unclear', next: null });
  });
  describe('an order with a written beginning or end', () => {
    const bounded = (from: number | null, to: number | null, written = (ms: number) => new Date(ms).toISOString()) => ({
      dosageInstruction: [
        {
          text: 'Q8H',
          timing: {
            repeat: {
              boundsPeriod: {
                ...(from === null ? {} : { start: written(from) }),
                ...(to === null ? {} : { end: written(to) }),
              },
            },
          },
        },
      ],
    });
    const rowOf = (change: object) => rowsOf([order(change)], given).rows[0];

    test('that has not begun says when it begins, and that nothing comes before', () => {
      expect(rowOf(bounded(NOW_MS + 2 * DAY_MS, null))).toMatchObject({
        group: 'scheduled',
        schedule: 'Q8H · från tor 19/11 11:20',
        nextWords: 'börjar tor 19/11 11:20',
      });
      expect(rowOf(bounded(NOW_MS - DAY_MS, null))).toMatchObject({
        schedule: 'Q8H · sedan mån 16/11 11:20',
        nextWords: 'tid ej angiven i kopian',
      });
    });

    test('that has ended is unclear: nobody has said whether it was stopped', () => {
      expect(rowOf(bounded(null, NOW_MS + HOUR_MS))).toMatchObject({
        group: 'scheduled',
        schedule: 'Q8H · till 12:20',
      });
      expect(rowOf(bounded(null, NOW_MS - HOUR_MS))).toMatchObject({
        group: 'unclear',
        schedule: 'Q8H · till 10:20',
        next: null,
        nextWords: 'oklart om den gäller',
      });
    });

    test('told as days holds to the end of the last', () => {
      const asDay = (ms: number) => new Date(ms).toISOString().slice(0, 10);
      expect(rowOf(bounded(null, NOW_MS, asDay))).toMatchObject({
        group: 'scheduled',
        schedule: 'Q8H · till tis 17 nov',
      });
      expect(rowOf(bounded(null, NOW_MS - DAY_MS, asDay))).toMatchObject({ group: 'unclear' });
    });

    test('holds while any of its doses does', () => {
      const { dosageInstruction: ended } = bounded(null, NOW_MS - HOUR_MS);
      const { dosageInstruction: going } = bounded(NOW_MS - HOUR_MS, NOW_MS + HOUR_MS);
      expect(rowOf({ dosageInstruction: [...ended, ...going] })).toMatchObject({
        group: 'scheduled',
        schedule: 'Q8H · till 10:20 + Q8H · till 12:20',
      });
    });
  });

  test.each(['proposal', 'plan', 'option'])('a %s is no order', (intent) => {
    const [row] = rowsOf([order({ intent })], []).rows;
    expect(row).toMatchObject({ group: 'unclear', next: null, nextWords: 'oklart om den gäller' });
  });
});

describe('how many orders are active', () => {
  test('is a number only where orders are shown: none is never counted', () => {
    expect(compose({ parts: { 'medication-orders': { entries: [order()] } } }).activeWords).toBe('1 aktiv');
    const stopped = order({ status: 'stopped' }, { key: 'MedicationRequest/2', orderNumbers: { placer: 'P2' } });
    expect(compose({ parts: { 'medication-orders': { entries: [stopped] } } }).activeWords).toBe('0 aktiva');
    const cut = { entries: [order()], truncated: true };
    expect(compose({ parts: { 'medication-orders': cut } }).activeWords).toBe('minst 1 aktiv');
    for (const doubt of Object.keys(DOUBTS) as Doubt[]) {
      const feeds = feedsInDoubt('medication-orders', doubt);
      expect(compose({ parts: { 'medication-orders': { feeds } } }).activeWords, doubt).toBeNull();
    }
  });
});

describe('while given doses are fed and fresh', () => {
  test('an order shows its last given dose and its next planned time', () => {
    const view = compose({ parts: { 'medication-orders': { entries: [order()] }, 'doses-given': { entries: given } } });
    expect(view).toMatchObject({ dosesAreKnown: true, dosesWords: null, uncertain: null });
    expect(view.rows[0]).toMatchObject({
      substance: 'Furosemid',
      dose: '20\u00a0mg',
      route: 'iv',
      status: 'aktiv',
      lastWords: 'given 06:20 · 20\u00a0mg\u00a0iv · E. Lund',
      nextHasPassed: true,
      nextWords: 'planerad 10:00, inget hört om den',
    });
  });
  test('§5.19 a written time that has passed stands for two hours with nothing said of it but that nothing is heard; then, or when a dose is told, the next', () => {
    const nextAfter = (timeOfDay: readonly string[], ...doses: readonly Entry[]): string | undefined =>
      compose({
        parts: {
          'medication-orders': {
            entries: [order({ dosageInstruction: [{ text: 'x', timing: { repeat: { timeOfDay } } }] })],
          },
          'doses-given': { entries: doses },
        },
      }).rows[0]?.nextWords;
    const times = ['04:00', '10:00', '16:00'];
    expect(nextAfter(times, dose(NOW_MS - 7 * HOUR_MS))).toBe('planerad 10:00, inget hört om den');
    // One hour before it, at it, not given, or given and untimed: told.
    expect(nextAfter(times, dose(NOW_MS - 2 * HOUR_MS))).toBe('planerad 16:00');
    expect(nextAfter(times, dose(NOW_MS - HOUR_MS))).toBe('planerad 16:00');
    expect(nextAfter(times, dose(NOW_MS - HOUR_MS, { status: 'not-done' }))).toBe('planerad 16:00');
    expect(nextAfter(times, dose(NOW_MS - HOUR_MS, { effectiveDateTime: undefined }))).toBe('planerad 16:00');
    expect(nextAfter(['09:00', '16:00'])).toBe('planerad 16:00');
  });
  test('a route written out may stand on the next line: beside its dose the word itself was broken', () => {
    const dosage = { dose: { value: 1500, unit: 'mg' }, route: { text: 'Intravenöst' } };
    const doses = [dose(NOW_MS - 5 * HOUR_MS, { dosage })];
    const view = compose({ parts: { 'medication-orders': { entries: [order()] }, 'doses-given': { entries: doses } } });
    expect(view.rows[0]?.lastWords).toContain('1500\u00a0mg Intravenöst');
  });
  test('the next time comes only from times the source wrote out', () => {
    const nextOf = (repeat: object, change: object = {}, options = {}, stays = [stay()]): string | undefined =>
      compose(
        {
          stays,
          parts: {
            'medication-orders': {
              entries: [order({ dosageInstruction: [{ text: 'x', timing: { repeat } }], ...change })],
            },
          },
        },
        options,
      ).rows[0]?.nextWords;
    expect(nextOf({ timeOfDay: ['08:00', '11:20', '20:00'] })).toBe('planerad 11:20');
    expect(nextOf({ timeOfDay: ['08:00', '20:00'] })).toBe('planerad 20:00');
    expect(nextOf({ timeOfDay: ['08:00'] })).toBe('planerad ons 18/11 08:00');
    expect(nextOf({ timeOfDay: ['08:00'], dayOfWeek: ['mon'] })).toBe('planerad mån 23/11 08:00');
    expect(nextOf({ timeOfDay: ['08:00'], boundsPeriod: { end: '2026-11-17' } })).toBe(
      'inga fler tider i ordinationen',
    );
    expect(nextOf({ timeOfDay: ['20:00'], boundsPeriod: { end: '2026-11-16' } })).toBe('oklart om den gäller');
    for (const repeat of [
      { frequency: 4, period: 1, periodUnit: 'd' },
      { timeOfDay: ['08:00'], period: 2, periodUnit: 'd' },
      { timeOfDay: ['08:00'], count: 3 },
      { timeOfDay: ['8'] },
      {},
    ]) {
      expect(nextOf(repeat)).toBe('tid ej angiven i kopian');
    }
    const daily = { timeOfDay: ['20:00'] };
    expect(nextOf(daily, { status: 'on-hold' })).toBe('pausad');
    expect(nextOf(daily, {}, {}, [stay({ status: 'on-leave' })])).toBe('på permission');
    expect(nextOf(daily, {}, { functions: { nextScheduled: false } })).toBe('nästa tid räknas inte ut här');
  });
  test('as needed, stopped and unknown status stand in groups of their own', () => {
    const entries = [
      order(),
      order({ dosageInstruction: [{ text: 'vid smärta', asNeededBoolean: true }] }, { key: 'b' }),
      order({ status: 'stopped', statusReason: { text: 'inför operation' } }, { key: 'c' }),
      order({ status: 'unknown' }, { key: 'd' }),
    ];
    const view = compose({ parts: { 'medication-orders': { entries } } });
    expect(view.rows.map(({ group, nextWords }) => [group, nextWords])).toEqual([
      ['scheduled', 'planerad 10:00, inget hört om den'],
      ['as-needed', 'vid behov'],
      ['unclear', 'oklart om den gäller'],
      ['stopped', 'inga fler'],
    ]);
    expect(view.rows.map(({ status }) => status)).toContain('okänd status');
  });
  test('what must not be given is never among the planned, and neither is what the source’s own addition may have changed', () => {
    const modifierExtension = [{ url: 'https://other.example/stop-type', valueBoolean: true }];
    const entries = [
      order({ doNotPerform: true }),
      order({ modifierExtension }, { key: 'b' }),
      order(
        { dosageInstruction: [{ text: 'kl 16', timing: { repeat: { timeOfDay: ['16:00:00'] } }, modifierExtension }] },
        { key: 'c' },
      ),
    ];
    const { rows } = compose({ parts: { 'medication-orders': { entries } } });
    expect(rows.map(({ group, next, nextWords }) => [group, next, nextWords])).toEqual(
      entries.map(() => ['unclear', null, 'oklart om den gäller']),
    );
    expect(rows.map(({ status }) => status).join()).toContain('SKA INTE GES');
    const given = dose(NOW_MS - HOUR_MS, { modifierExtension });
    const view = compose({
      parts: { 'medication-orders': { entries: [order()] }, 'doses-given': { entries: [given] } },
    });
    expect(view.rows[0]?.doses[0]?.words).toContain('oklart om given');
  });
  test('a dose not given says why, and an unclear status is never given', () => {
    const outcome = (status: string, statusReason: object[] = []): string | undefined =>
      compose({
        parts: {
          'medication-orders': { entries: [order()] },
          'doses-given': { entries: [dose(NOW_MS - HOUR_MS, { status, statusReason })] },
        },
      }).rows[0]?.doses[0]?.words;
    expect(outcome('not-done', [{ text: 'kräks' }])).toBe('ej given: kräks');
    expect(outcome('completed')).toBe('given');
    for (const status of ['unknown', 'entered-in-error', 'something-new']) expect(outcome(status)).not.toBe('given');
  });
  test('a dose without an order here is shown by itself', () => {
    const other = dose(NOW_MS - HOUR_MS, { medicationCodeableConcept: { text: 'Morfin' } }, { orderNumbers: {} });
    const view = compose({
      parts: { 'medication-orders': { entries: [order()] }, 'doses-given': { entries: [other] } },
    });
    expect(view.dosesWithoutOrder.map(({ medication }) => medication)).toEqual(['Morfin']);
    expect(view.rows[0]?.doses).toEqual([]);
  });
  test('two sources that tell of the same drug within the hour stand side by side', () => {
    const entries = [dose(NOW_MS - 2 * HOUR_MS), dose(NOW_MS - 2 * HOUR_MS + 6 * MINUTE_MS, {}, { source: PUMPS })];
    const view = compose({ parts: { 'medication-orders': { entries: [order()] }, 'doses-given': { entries } } });
    expect(view.overlaps).toHaveLength(1);
    expect(view.overlaps[0]?.words).toMatch(
      /^Två källor, samma dos eller två\? Journalen 09:20 .+, Pumparna 09:26 .+ Välj inte, fråga\.$/,
    );
    const apart = [entries[0] as Entry, dose(NOW_MS - 30 * MINUTE_MS, {}, { source: PUMPS })];
    expect(compose({ parts: { 'doses-given': { entries: apart } } }).overlaps).toEqual([]);
  });
});

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

describe('pumps', () => {
  const infusion = entry('infusions', {
    resourceType: 'MedicationRequest',
    status: 'active',
    medicationCodeableConcept: { text: 'Ringer-Acetat' },
    dosageInstruction: [{ text: '1 000 ml', doseAndRate: [{ rateQuantity: { value: 60, unit: 'ml/h' } }] }],
  });
  test('the rate stands as the source wrote it', () => {
    expect(compose({ parts: { infusions: { entries: [infusion] } } }).rows[0]).toMatchObject({
      group: 'infusion',
      dose: '60\u00a0ml/h',
      remarks: [],
    });
  });
  test('when the pumps are silent: check the pump, never a computed volume', () => {
    const feeds = [feed('infusions', { proof: ago(2 * HOUR_MS) })];
    expect(compose({ parts: { infusions: { entries: [infusion], feeds } } }).rows[0]?.remarks).toEqual([
      'Kontrollera pump. Takten är okänd efter 09:20.',
    ]);
  });
});

test('microgram is spelled out where a dose is read', () => {
  const written = order({ dosageInstruction: [{ doseAndRate: [{ doseQuantity: { value: 18, unit: 'µg' } }] }] });
  expect(compose({ parts: { 'medication-orders': { entries: [written] } } }).rows[0]?.dose).toBe('18\u00a0mikrogram');
});

test('an order told by another source’s number takes its dose by placer number, over sources', () => {
  const elsewhere = dose(NOW_MS - HOUR_MS, { medicationCodeableConcept: { text: 'Impugan' } }, { source: PUMPS });
  const view = compose({
    parts: {
      'medication-orders': { entries: [order({}, { source: JOURNAL })] },
      'doses-given': { entries: [elsewhere] },
    },
  });
  expect(view.rows[0]?.doses[0]).toMatchObject({ medication: 'Impugan', sourceName: 'Pumparna' });
});

test('a planned give stands under its order, never as an order of its own and never as given', () => {
  const give = order(
    {
      intent: 'instance-order',
      dosageInstruction: [{ text: 'Planerad: 20 mg, iv', timing: { event: ['2026-11-17T09:20:00Z'] } }],
    },
    { key: 'MedicationRequest/P1/give/3', at: NOW_MS - HOUR_MS },
  );
  const { rows } = compose({
    parts: { 'medication-orders': { entries: [give, order()] }, 'doses-given': { entries: given } },
  });
  expect(rows).toHaveLength(1);
  expect(rows[0]?.remarks).toEqual(['Planerat tillfälle 10:20 · 20 mg, iv']);
  expect(rows[0]?.doses).toHaveLength(2);
  const alone = compose({ parts: { 'medication-orders': { entries: [give] } } });
  expect(alone.rows.map(({ schedule }) => schedule)).toEqual(['Planerad: 20 mg, iv']);
});

test('the doses of the last 24 hours stand with each order, given and not given', () => {
  const former = dose(NOW_MS - 19 * HOUR_MS, { dosage: { dose: { value: 40, unit: 'mg' }, route: { text: 'iv' } } });
  const refused = dose(NOW_MS - 7 * HOUR_MS, { status: 'not-done', statusReason: [{ text: 'kräks' }] });
  const entries = [...given.slice(0, 1), refused, former];
  const view = compose({ parts: { 'medication-orders': { entries: [order()] }, 'doses-given': { entries } } });
  expect(view.rows[0]?.dayWords).toBe(
    '3 kända uppgifter: given 06:20, ej given: kräks 04:20, given mån 16/11 16:20 · 40\u00a0mg\u00a0iv',
  );
});

describe('a drip that runs', () => {
  const drip = (status: string, value: number): string | undefined =>
    compose({
      parts: {
        infusions: {
          entries: [
            order({ dosageInstruction: [{ text: '14 mL/h' }] }, { part: 'infusions' }),
            dose(
              NOW_MS - HOUR_MS,
              {
                status,
                dosage: { text: `${value} mL per h, iv`, rateQuantity: { value, unit: 'mL/h' }, route: { text: 'iv' } },
              },
              { part: 'infusions' },
            ),
          ],
        },
      },
    }).rows[0]?.lastWords;
  test('is told with its rate at that time, once, in Swedish', () => {
    expect(drip('in-progress', 7.1)).toBe('pågick 10:20 · takt 7,1\u00a0mL/h\u00a0iv · E. Lund');
  });
  test('at no millilitres an hour is never called given', () => {
    expect(drip('completed', 0)).toBe('stod stilla 10:20 · takt 0\u00a0mL/h\u00a0iv · E. Lund');
  });
});

describe('a drip’s bar', () => {
  const told = (hoursAgo: number, status: string, value = 60): Entry =>
    dose(
      NOW_MS - hoursAgo * HOUR_MS,
      { status, dosage: { rateQuantity: { value, unit: 'mL/h' } } },
      { part: 'infusions', key: `MedicationAdministration/${hoursAgo}` },
    );
  const runsOf = (
    entries: readonly Entry[],
    { doubt, of = 'doses-given', orderIs = 'active' }: { doubt?: Doubt; of?: PartName; orderIs?: string } = {},
  ) =>
    compose({
      parts: {
        ...(doubt === undefined ? {} : { [of]: { feeds: feedsInDoubt(of, doubt) } }),
        infusions: {
          ...(doubt === undefined || of !== 'infusions' ? {} : { feeds: feedsInDoubt(of, doubt) }),
          entries: [order({ status: orderIs }, { part: 'infusions' }), ...entries],
        },
      },
    }).rows[0]?.runs ?? [];
  const hours = (ms: number): number => (NOW_MS - ms) / HOUR_MS;

  test('reaches from its beginning to now while its source is heard, and says what is told of it', () => {
    const [run, ...more] = runsOf([told(8, 'in-progress'), told(2, 'in-progress', 80)]);
    expect(more).toEqual([]);
    expect([hours(run?.fromMs ?? 0), hours(run?.toMs ?? 0), run?.isOver]).toEqual([8, 0, false]);
    expect(run?.rate).toBe('80\u00a0mL/h');
    expect(run?.words).toBe('pågår enligt källan sedan 03:20');
  });

  test('ends where it was stopped, paused or stood still, and begins again where it did', () => {
    for (const [status, value] of [
      ['stopped', 60],
      ['on-hold', 60],
      ['completed', 60],
      ['in-progress', 0],
    ] as const) {
      const runs = runsOf([told(8, 'in-progress'), told(5, status, value), told(2, 'in-progress')]);
      expect(runs.map(({ fromMs, toMs, isOver }) => [hours(fromMs), hours(toMs), isOver])).toEqual([
        [8, 5, true],
        [2, 0, false],
      ]);
    }
  });

  test('is not drawn further than its source’s last word, and never of what was not given', () => {
    const [run] = runsOf([told(20, 'in-progress')], { doubt: 'silent' });
    expect(hours(run?.toMs ?? 0)).toBeGreaterThan(0);
    expect(run?.words).toMatch(/^pågick mån 16\/11 15:20–.*, därefter okänt: kontrollera pump$/);
    expect(run?.isOver).toBe(false);
    expect(runsOf([told(8, 'not-done'), told(5, 'unknown')])).toEqual([]);
  });

  test('§5.25 is known no further than its last word where its feed, its order or a later word is in doubt', () => {
    const running = told(8, 'in-progress');
    const reach = (...given: Parameters<typeof runsOf>): number[] =>
      runsOf(...given).map(({ fromMs, toMs, isOver }) => (isOver ? -1 : hours(fromMs) - hours(toMs)));
    expect(reach([running])).toEqual([8]);
    for (const doubt of ['silent', 'stale', 'incomplete', 'not whole'] as const)
      expect([doubt, ...reach([running], { doubt, of: 'infusions' })]).toEqual([doubt, 0]);
    expect(reach([running], { orderIs: 'stopped' })).toEqual([0]);
    expect(reach([running, told(5, 'unknown')])).toEqual([0]);
    expect(reach([running, told(5, 'not-done')])).toEqual([0]);
    const undated = dose(NOW_MS - HOUR_MS, { status: 'stopped', effectiveDateTime: undefined }, { part: 'infusions' });
    expect(reach([running, undated])).toEqual([0]);
  });

  const span = (fromHoursAgo: number, toHoursAgo: number, status: string, dosage: object = RATE): Entry =>
    dose(
      NOW_MS - fromHoursAgo * HOUR_MS,
      {
        ...{ status, dosage, effectiveDateTime: undefined },
        effectivePeriod: {
          start: new Date(NOW_MS - fromHoursAgo * HOUR_MS).toISOString(),
          end: new Date(NOW_MS - toHoursAgo * HOUR_MS).toISOString(),
        },
      },
      { part: 'infusions', key: `MedicationAdministration/${status}`, receivedAt: NOW_MS - toHoursAgo * HOUR_MS },
    );
  const RATE = { rateQuantity: { value: 60, unit: 'mL/h' } };
  const hourly = [8, 7, 6, 5].map((ago) => told(ago, 'in-progress'));
  const ends = (entries: readonly Entry[]) =>
    runsOf(entries).map(({ fromMs, toMs, isOver }) => [hours(fromMs), hours(toMs), isOver]);

  test.each(['completed', 'stopped'])(
    'ends with a telling of both its ends (%s), whatever was told in between',
    (status) => {
      expect(ends([...hourly, span(8, 4, status)])).toEqual([[8, 4, true]]);
      expect(ends([...hourly, span(8, 4, status), told(2, 'in-progress')])).toEqual([
        [8, 4, true],
        [2, 0, false],
      ]);
    },
  );

  test('§5.5 stopped early it says when it was stopped, not when it began', () => {
    const { rows } = compose({
      parts: { infusions: { entries: [order({}, { part: 'infusions' }), span(8, 4, 'stopped')] } },
    });
    expect(rows[0]?.lastWords).toMatch(/^avbruten 07:20/);
    expect(rows[0]?.runs.map(({ words }) => words)).toEqual(['pågick 03:20–07:20, avbruten']);
  });

  test('is not ended by a single dose beside it, but then the pump must be looked at', () => {
    const bolus = dose(
      NOW_MS - 2 * HOUR_MS,
      { dosage: { dose: { value: 5, unit: 'mL' } } },
      { part: 'infusions', key: 'MedicationAdministration/bolus' },
    );
    expect(ends([told(8, 'in-progress'), bolus])).toEqual([[8, 8, false]]);
    expect(ends([told(8, 'in-progress'), bolus, told(1, 'in-progress')])).toEqual([[8, 0, false]]);
  });

  test('stopped and begun in the same minute it is told as not known, in whatever order that came', () => {
    const [stop, begin] = [told(2, 'stopped'), { ...told(2, 'in-progress'), key: 'MedicationAdministration/again' }];
    for (const both of [
      [stop, begin],
      [begin, stop],
    ])
      expect(ends([told(8, 'in-progress'), ...both])).toEqual([
        [8, 2, true],
        [2, 2, false],
      ]);
  });

  test('is known no longer than somebody tells of a drip, however well its source is heard', () => {
    expect(ends([told(11, 'in-progress')])).toEqual([[11, 0, false]]);
    expect(ends([told(13, 'in-progress')])).toEqual([[13, 13, false]]);
    expect(runsOf([told(13, 'in-progress')])[0]?.words).toBe(
      'pågick mån 16/11 22:20, därefter okänt: kontrollera pump',
    );
  });

  test('§5.5 a rate stands with the time it was told from', () => {
    const [run] = runsOf([told(8, 'in-progress'), told(3, 'in-progress', 80), told(2, 'in-progress', 80)]);
    expect([run?.rate, hours(run?.rateFromMs ?? 0)]).toEqual(['80\u00a0mL/h', 3]);
    const [whole] = runsOf([span(8, 4, 'completed')]);
    expect([whole?.rate, hours(whole?.rateFromMs ?? 0)]).toEqual(['60\u00a0mL/h', 8]);
  });

  test('stands in a terminal too, with what is not known of it', () => {
    const chart = composeChart(
      patientCopy({ parts: { infusions: { entries: [order({}, { part: 'infusions' }), told(13, 'in-progress')] } } }),
      now,
      { sourceNames: SOURCE_NAMES },
    );
    expect(renderChartText(chart, 200)).toContain('därefter okänt: kontrollera pump');
  });

  test('of one telling with both ends is between them', () => {
    const effectivePeriod = {
      start: new Date(NOW_MS - 6 * HOUR_MS).toISOString(),
      end: new Date(NOW_MS - 5 * HOUR_MS).toISOString(),
    };
    const whole = dose(NOW_MS - 6 * HOUR_MS, { effectiveDateTime: undefined, effectivePeriod });
    const { rows } = compose({
      parts: { 'medication-orders': { entries: [order()] }, 'doses-given': { entries: [whole] } },
    });
    expect(rows[0]?.runs.map(({ fromMs, toMs, words }) => [hours(fromMs), hours(toMs), words])).toEqual([
      [6, 5, 'pågick 05:20–06:20'],
    ]);
  });
});
