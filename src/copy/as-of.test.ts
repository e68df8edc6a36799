// The copy as it was.

import { describe, expect, it } from 'vitest';
import type { Change } from '../domain/changes.ts';
import { ANNA, HOUR, KIR2, local, MED1, MINUTE, person, resource, stay, TEN, type TestCopy } from './copy.fixture.ts';
import { onFreshCopy } from './fresh-copy.fixture.ts';
import { laboratory } from './laboratory.fixture.ts';

let copy: TestCopy;
onFreshCopy((fresh) => {
  copy = fresh;
});

const { feed, declare, fromLab } = laboratory(() => copy);

describe('§5.15 the copy can be read as it was', () => {
  it('a feed read as of a moment is never fresher than that moment', () => {
    declare();
    fromLab('R/1', { at: TEN + MINUTE });
    fromLab('R/2', { at: TEN + MINUTE + 40_000 });
    const [then] = copy.chart(ANNA, TEN + MINUTE + 20_000).parts.results.feeds;
    expect(then?.proof?.wallMs).toBe(TEN + MINUTE);
    expect(feed().proof?.wallMs).toBe(TEN + MINUTE + 40_000);
  });

  it('a chart of the last 72 hours is read as it was, in all its parts', () => {
    const moments: { at: number; chart: unknown }[] = [];
    const steps: Change[][] = [
      [person(ANNA, { gender: 'female' }), stay(ANNA, 'admit', { unit: KIR2, bed: '1' }, TEN)],
      [resource(ANNA, 'R/1', { text: 'first', mode: 'replace' })],
      [resource(ANNA, 'R/1', { text: 'second', mode: 'replace' }), stay(ANNA, 'transfer', { unit: MED1 }, TEN + HOUR)],
      [resource(local('9'), 'R/2'), { kind: 'merge', survivor: ANNA, subsumed: local('9') }],
      [resource(ANNA, 'R/1', { mode: 'withdraw', state: 'withdrawn' }), stay(ANNA, 'discharge', {}, TEN + 2 * HOUR)],
    ];
    for (const [hour, changes] of steps.entries()) {
      const at = TEN + hour * 10 * HOUR;
      copy.send({ at, changes });
      moments.push({ at, chart: { ...copy.chart(ANNA), asOf: at } });
    }
    copy.send({ at: TEN + 72 * HOUR, changes: [] });
    for (const { at, chart } of moments) expect(copy.chart(ANNA, at)).toEqual(chart);
    expect(copy.reader.census(KIR2, { asOf: TEN }).map(({ kind }) => kind)).toEqual(['present']);
    expect(copy.reader.census(KIR2)).toEqual([]);
    expect(copy.reader.census(MED1, { asOf: TEN + 20 * HOUR }).map(({ kind }) => kind)).toEqual(['present']);
  });
});
