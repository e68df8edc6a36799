// What is said of drugs, doses and pumps; above all what is never said.

import { describe, expect, test } from 'vitest';
import type { Entry } from '../patient-copy.ts';
import {
  DAY_MS,
  DOUBTS,
  type Doubt,
  feedsInDoubt,
  HOUR_MS,
  JOURNAL,
  MINUTE_MS,
  NOW_MS,
  PUMPS,
  stay,
} from './chart.fixture.ts';
import { compose, dose, given, order } from './medication.fixture.ts';

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
