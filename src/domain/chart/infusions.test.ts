// What is said of pumps and drips, and how far it is known.

import { describe, expect, test } from 'vitest';
import type { PartName } from '../parts.ts';
import type { Entry } from '../patient-copy.ts';
import {
  ago,
  type Doubt,
  entry,
  feed,
  feedsInDoubt,
  HOUR_MS,
  NOW_MS,
  now,
  patientCopy,
  SOURCE_NAMES,
} from './chart.fixture.ts';
import { composeChart } from './compose.ts';
import { compose, dose, order } from './medication.fixture.ts';
import { renderChartText } from './text.ts';

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
