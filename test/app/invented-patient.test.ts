// The patient of *Öva själv*: made by the device, read by the same rules as everybody's chart.

import { describe, expect, it } from 'vitest';
import {
  INVENTED_NAMES,
  INVENTED_UNIT,
  inventedCopy,
  inventedFeeds,
  inventedRow,
  LIMIT,
} from '../../app/src/screens/practice/invented-patient.ts';
import type { Chart } from '../../src/domain/chart/chart.ts';
import { composeChart } from '../../src/domain/chart/compose.ts';
import { personIdOf } from '../../src/domain/person-id.ts';
import { composeUnitList } from '../../src/domain/unit-list/unit-list.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Each hour of a day, and over both changes of the clocks. */
const BEGINNINGS = [Date.UTC(2026, 10, 25), Date.UTC(2026, 2, 28, 12), Date.UTC(2026, 9, 24, 12)].flatMap((day) =>
  Array.from({ length: 24 }, (_, hour) => ({ wallMs: day + hour * HOUR_MS, boot: 'practice', monotonicMs: 0 })),
);
type Began = (typeof BEGINNINGS)[number];
const chartOf = (began: Began, asOf: number | null = null): Chart =>
  composeChart(inventedCopy(began, asOf), began, INVENTED_NAMES);
const medication = (chart: Chart) => {
  const view = chart.blocks.find(({ name }) => name === 'medication')?.view;
  if (view?.kind !== 'medication') throw new Error('no medication');
  return view;
};

describe('the invented patient', () => {
  it('whatever the clock is, has a silent feed, a limit, a critical answer and something that is not fed', () => {
    for (const began of BEGINNINGS) {
      const chart = chartOf(began);
      expect(chart.banner.name).toMatch(/^ÖVNING /);
      expect(chart.banner.unitName).toMatch(/^ÖVNING /);
      expect(chart.banner.chips.map(({ words }) => words).join()).toContain(LIMIT);
      expect(chart.missing.notFed).toEqual(['fluid-balance', 'notes']);
      const { rows, dosesAreKnown, dosesWithoutOrder } = medication(chart);
      expect(dosesAreKnown).toBe(false);
      expect(dosesWithoutOrder).toEqual([]);
      for (const { doses } of rows) expect(doses.length).toBeGreaterThan(0);
      for (const { doses } of rows)
        for (const { time } of doses) expect(time.ms).toBeLessThan(began.wallMs - 4 * HOUR_MS);
    }
  });

  it('fills each cell of its list', () => {
    for (const began of BEGINNINGS) {
      const list = composeUnitList({
        unit: INVENTED_UNIT,
        asOf: null,
        rows: [inventedRow(began)],
        feeds: inventedFeeds(began),
        copyOf: () => inventedCopy(began, null),
        names: INVENTED_NAMES,
        now: began,
      });
      const { news2, ...lines } = list.rows[0]?.cells ?? {};
      expect(news2?.total).toBe(6);
      for (const cell of Object.values(lines)) expect(cell.map(({ words }) => words).join()).toMatch(/\p{L}/u);
    }
  });

  it('at an earlier moment has nothing that came later, back to the first of the kept hours', () => {
    for (const began of BEGINNINGS)
      for (const back of [HOUR_MS, 12 * HOUR_MS, DAY_MS, 3 * DAY_MS - 1]) {
        const asOf = began.wallMs - back;
        const copy = inventedCopy(began, asOf);
        for (const { entries, feeds } of Object.values(copy.parts)) {
          for (const { receivedAt } of entries) expect(receivedAt).toBeLessThanOrEqual(asOf);
          for (const { proof } of feeds) expect(proof?.wallMs ?? 0).toBeLessThanOrEqual(asOf);
        }
        expect(chartOf(began, asOf).banner.chips[0]?.words).toContain('Penicillin');
      }
  });

  it('has a number that is rightly written and, being one of Skatteverket’s for tests, nobody’s', () => {
    const [first] = inventedCopy(BEGINNINGS[0] as Began, null).identities;
    expect(first?.identity.id).toBe('195104172555');
    expect(first === undefined ? null : personIdOf(first.identity)?.sex).toBe('male');
  });
});
