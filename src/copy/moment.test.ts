// A chart is read as it was only where everything that held then is still kept: back to what retention has dropped, and at a pin.

import { describe, expect, it } from 'vitest';
import { Failure } from '../domain/failures.ts';
import {
  ANNA,
  declared,
  HOUR,
  JOURNAL,
  KIR2,
  MINUTE,
  resource,
  SURELY_OLD,
  stay,
  TEN,
  type TestCopy,
} from './copy.fixture.ts';
import { onFreshCopy } from './fresh-copy.fixture.ts';

let copy: TestCopy;
onFreshCopy((fresh) => {
  copy = fresh;
});

const say = (at: number, text: string) =>
  copy.send({ at, changes: [resource(ANNA, 'R/1', { text, mode: 'replace' })] });
const retain = (historyBefore: number, dischargedBefore: number, at?: number) =>
  copy.command({ command: 'retain', historyBefore, dischargedBefore, beforeSeq: SURELY_OLD }, at);
const refusal = (read: () => unknown): Failure | null => {
  try {
    read();
    return null;
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
};

/** A week-long outage with three pins: what the technician reads afterwards. */
const manyPins = () => {
  for (const day of [0, 2, 5]) {
    copy.command({ command: 'pin', name: `dag ${day}`, by: 'it-1' }, TEN + day * 24 * HOUR + MINUTE);
    say(TEN + day * 24 * HOUR + 2 * MINUTE, `after ${day}`);
  }
  say(TEN + 20 * 24 * HOUR, 'now');
  retain(TEN + 17 * 24 * HOUR, TEN + 17 * 24 * HOUR);
};

describe('§5.15 the copy as it was', () => {
  it('before its first moment it is refused, never shown as an empty chart', () => {
    say(TEN, 'first');
    for (const at of [0, TEN - 1]) {
      expect(refusal(() => copy.chart(ANNA, at))).toMatchObject({ code: 'history.too-old' });
      expect(refusal(() => copy.reader.census(KIR2, { asOf: at }))).toMatchObject({ code: 'history.too-old' });
    }
    expect(copy.chart(ANNA, TEN).parts.results.entries).toHaveLength(1);
  });

  it('an empty copy has no moment to read', () => {
    expect(refusal(() => copy.reader.census(KIR2, { asOf: TEN }))).toMatchObject({ code: 'history.too-old' });
  });

  it('72 hours back it can be read when all before has been dropped, a minute more is refused with what is the oldest', () => {
    say(TEN, 'first');
    say(TEN + 8 * HOUR, 'first still');
    say(TEN + 80 * HOUR, 'second');
    retain(TEN + 8 * HOUR, 0, TEN + 80 * HOUR);
    expect(copy.chart(ANNA, TEN + 8 * HOUR).parts.results.entries).toHaveLength(1);
    expect(refusal(() => copy.chart(ANNA, TEN + 8 * HOUR - MINUTE))).toMatchObject({
      code: 'history.too-old',
      detail: 'Det äldsta som kan läsas är 22 nov 2026 19:00.',
    });
    retain(TEN, 0);
    expect(refusal(() => copy.chart(ANNA, TEN + 8 * HOUR - MINUTE))).not.toBeNull();
  });

  it('at each of several pins it is as it was then, after all between has been dropped', () => {
    say(TEN, 'before');
    manyPins();
    const textAt = (day: number) =>
      copy.chart(ANNA, TEN + day * 24 * HOUR + MINUTE).parts.results.entries.map(({ resource: kept }) => kept);
    expect([0, 2, 5].map(textAt)).toMatchObject([
      [{ code: { text: 'before' } }],
      [{ code: { text: 'after 0' } }],
      [{ code: { text: 'after 2' } }],
    ]);
    expect(refusal(() => copy.chart(ANNA, TEN + 24 * HOUR))?.detail?.match(/En sparad tidpunkt är/g)).toHaveLength(3);
  });

  it('while nothing is dropped, in a downtime of weeks, every moment of it can be read', () => {
    copy.command({ command: 'pin', name: 'reservläge', by: 'it-1' }, TEN);
    for (let day = 1; day <= 14; day += 1) say(TEN + day * 24 * HOUR, `day ${day}`);
    for (const day of [1, 7, 13]) {
      expect(copy.chart(ANNA, TEN + (day * 24 + 5) * HOUR).parts.results.entries).toMatchObject([
        { resource: { code: { text: `day ${day}` } } },
      ]);
    }
  });

  it('a chart that retention has dropped since does not look empty at an earlier moment either', () => {
    copy.command({ command: 'declare', sources: [declared(JOURNAL, 1, ['results'])] }, TEN - HOUR);
    copy.command({ command: 'full-load', source: JOURNAL, parts: 'all-declared' }, TEN - HOUR);
    copy.send({ at: TEN, changes: [stay(ANNA, 'admit', { unit: KIR2 }, TEN), resource(ANNA, 'R/1')] });
    copy.send({ at: TEN + HOUR, changes: [stay(ANNA, 'discharge', {}, TEN + HOUR)] });
    copy.send({ at: TEN + 80 * HOUR, changes: [] });
    const feed = () => copy.chart(ANNA, TEN + 10 * HOUR).parts.results.feeds[0];
    expect(feed()?.fullyLoadedAt).not.toBeNull();
    retain(TEN + 8 * HOUR, TEN + 8 * HOUR);
    expect(copy.chart(ANNA, TEN + 10 * HOUR).parts.results.entries).toEqual([]);
    expect(feed()).toMatchObject({ fullyLoadedAt: null, rebuiltAt: copy.wall });
  });

  it('at a pin it can be read long after, but not between the pin and what is kept', () => {
    say(TEN, 'first');
    copy.command({ command: 'pin', name: 'reservläge', by: 'it-1' }, TEN + 10 * MINUTE);
    say(TEN + HOUR, 'second');
    say(TEN + 100 * HOUR, 'third');
    retain(TEN + 28 * HOUR, 0, TEN + 100 * HOUR);
    const pinned = copy.chart(ANNA, TEN + 10 * MINUTE);
    expect(pinned.asOf).toBe(TEN + 10 * MINUTE);
    expect(pinned.parts.results.entries).toMatchObject([{ resource: { code: { text: 'first' } } }]);
    expect(refusal(() => copy.chart(ANNA, TEN + 30 * MINUTE))?.detail).toContain(
      'En sparad tidpunkt är 22 nov 2026 11:10.',
    );
    copy.command({ command: 'unpin', name: 'reservläge', by: 'it-1' });
    expect(refusal(() => copy.chart(ANNA, TEN + 10 * MINUTE))).toMatchObject({ code: 'history.too-old' });
  });
});
