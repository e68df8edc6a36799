// A chart is read as it was only where everything that held then is still kept: the last 72 hours, and at a pin.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Failure } from '../domain/failures.ts';
import { ANNA, HOUR, KIR2, MINUTE, resource, TEN, TestCopy } from './copy.fixture.ts';

let copy: TestCopy;
beforeEach(() => {
  copy = new TestCopy();
});
afterEach(() => copy.close());

const say = (at: number, text: string) =>
  copy.send({ at, changes: [resource(ANNA, 'R/1', { text, mode: 'replace' })] });
const refusal = (read: () => unknown): Failure | null => {
  try {
    read();
    return null;
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
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

  it('72 hours back it can be read, a minute more it is refused with what is the oldest', () => {
    say(TEN, 'first');
    say(TEN + 80 * HOUR, 'second');
    expect(copy.chart(ANNA, TEN + 8 * HOUR).parts.results.entries).toHaveLength(1);
    expect(refusal(() => copy.chart(ANNA, TEN + 8 * HOUR - MINUTE))).toMatchObject({
      code: 'history.too-old',
      detail: 'äldst 22 nov 2026 19:00',
    });
  });

  it('at a pin it can be read long after, but not between the pin and what is kept', () => {
    say(TEN, 'first');
    copy.command({ command: 'pin', name: 'reservläge', by: 'it-1' }, TEN + 10 * MINUTE);
    say(TEN + HOUR, 'second');
    say(TEN + 100 * HOUR, 'third');
    copy.command({ command: 'retain', historyBefore: TEN + 28 * HOUR, dischargedBefore: 0 }, TEN + 100 * HOUR);
    const pinned = copy.chart(ANNA, TEN + 10 * MINUTE);
    expect(pinned.asOf).toBe(TEN + 10 * MINUTE);
    expect(pinned.parts.results.entries).toMatchObject([{ resource: { code: { text: 'first' } } }]);
    expect(refusal(() => copy.chart(ANNA, TEN + 2 * HOUR))?.detail).toContain('sparad tidpunkt 22 nov 2026 11:10');
    copy.command({ command: 'unpin', name: 'reservläge', by: 'it-1' });
    expect(refusal(() => copy.chart(ANNA, TEN + 10 * MINUTE))).toMatchObject({ code: 'history.too-old' });
  });
});
