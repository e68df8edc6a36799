// What stands on an order's time line: each dose with its clock whole and apart from the next, and a drip as one bar.

import { expect, it } from 'vitest';
import { laneOf } from '../../app/src/blocks/time-lane.ts';
import type { DoseLine, InfusionRun, MedicationRow } from '../../src/domain/chart/chart.ts';

const NOW_MS = Date.UTC(2026, 10, 26, 11);
const HOUR_MS = 3_600_000;
const at = (hours: number): number => NOW_MS + hours * HOUR_MS;
const dose = (hours: number, outcome: DoseLine['outcome'] = 'given', time = {}): DoseLine =>
  ({ key: `${outcome} ${hours}`, outcome, time: { ms: at(hours), text: '', ...time } }) as DoseLine;
const laneWith = (row: Partial<MedicationRow>) =>
  laneOf({ doses: [], runs: [], next: null, ...row } as unknown as MedicationRow, NOW_MS);
const run = (told: Partial<InfusionRun>): InfusionRun =>
  ({ fromMs: at(-6), toMs: at(-2), isOver: false, rate: '', rateFromMs: at(-6), ...told }) as InfusionRun;

it('a dose within a day has its clock, and so has the next one; what lies further off or has no clock of its own stands in the words alone', () => {
  const doses = [dose(-3), dose(-23.9), dose(-30), dose(-5, 'not-given', { notOwn: 'received' })];
  const { marks } = laneWith({ doses, next: { ms: at(9), text: '' } });
  expect(marks.map(({ look, words }) => [look, words])).toEqual([
    ['given', '09:00'],
    ['due', '21:00'],
  ]);
  expect(laneWith({ next: { ms: at(23.9), text: '' } }).marks).toEqual([]);
});

it('a clock that would run into the next one stands above its mark', () => {
  const { marks } = laneWith({ doses: [dose(-2), dose(-10), dose(-20)], next: { ms: at(0.2), text: '' } });
  expect(marks.map(({ look }) => look)).toEqual(['given near close', 'given close', 'given', 'due']);
});

it('where a drip’s bar says that it ran, the words that it was running do not stand in it', () => {
  const doses = [dose(-4, 'ongoing'), dose(-7, 'ongoing'), dose(-3, 'stopped')];
  const { bars, marks } = laneWith({ doses, runs: [run({})] });
  expect(marks.map(({ key }) => key)).toEqual(['ongoing -7', 'stopped -3']);
  expect(bars).toEqual([{ from: -6, length: 4, unknown: 2, isOver: false, rateAt: -6, rateWords: '06:00' }]);
});

it('of a drip that began before the line its rate stands without a clock, and one that ended before it is not drawn', () => {
  const before = run({ fromMs: at(-40), rateFromMs: at(-40), rate: '5 mL/h' });
  const { bars } = laneWith({ runs: [run({ fromMs: at(-50), toMs: at(-30), isOver: true }), before] });
  expect(bars.map(({ from, rateAt, rateWords }) => [from, rateAt, rateWords])).toEqual([[-24, -24, '5\u00a0mL/h']]);
});
