// Times as they stand on screen and paper (ux §5), by the Swedish wall clock.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS, NOW_MS } from './chart/chart.fixture.ts';
import { durationWords, localMoment, stockholmToUtc, timeWords, writtenTimeWords } from './swedish-time.ts';

describe('§5.5 a time not of today carries its date', () => {
  test.each([
    [0, '11:20'],
    [11 * HOUR_MS, '00:20'],
    [12 * HOUR_MS, 'mån 16/11 23:20'],
    [6 * DAY_MS, 'ons 11/11 11:20'],
    [7 * DAY_MS, '10 nov 2026'],
    [33 * DAY_MS, '15 okt 2026'],
  ])('%d ms ago', (ms, words) => {
    expect(timeWords(NOW_MS - ms, NOW_MS)).toBe(words);
  });
  test('what lies ahead is never taken for what lies behind', () => {
    expect(timeWords(NOW_MS + 6 * DAY_MS, NOW_MS)).toBe('mån 23/11 11:20');
    expect(timeWords(NOW_MS + 20 * DAY_MS, NOW_MS)).toBe('7 dec 2026');
  });
  test('with an unsure clock every time carries its whole date', () => {
    expect(timeWords(NOW_MS, NOW_MS, { clockIsUnsure: true })).toBe('17 nov 2026 11:20');
  });
  test('a source’s own precision is kept: a year is not a midnight', () => {
    expect(writtenTimeWords('2011', NOW_MS)).toBe('2011');
    expect(writtenTimeWords('2011-03', NOW_MS)).toBe('mars 2011');
    expect(writtenTimeWords('2026-11-16', NOW_MS)).toBe('mån 16 nov');
    expect(writtenTimeWords('2026-11-17T09:20:00+01:00', NOW_MS)).toBe('09:20');
    expect(writtenTimeWords('i våras', NOW_MS)).toBe('i våras');
  });
  test('no number crashes it', () => {
    fc.assert(
      fc.property(fc.double(), fc.double(), (ms, at) => timeWords(ms, at).length > 0),
      { seed: 5 },
    );
  });
});

test.each([
  [0, '0 s'],
  [12_000, '10 s'],
  [59_999, '55 s'],
  [MINUTE_MS, '1 min'],
  [59 * MINUTE_MS, '59 min'],
  [HOUR_MS, '1 h'],
  [23 * HOUR_MS, '23 h'],
  [DAY_MS, '1 dag'],
  [3 * DAY_MS, '3 dagar'],
])('%d ms lasts %s', (ms, words) => {
  expect(durationWords(ms)).toBe(words);
});

describe('the Swedish clock', () => {
  const oracle = new Intl.DateTimeFormat('sv-SE', {
    timeZone: 'Europe/Stockholm',
    dateStyle: 'short',
    timeStyle: 'short',
  });
  const two = (n: number): string => String(n).padStart(2, '0');
  test('agrees with the calendar’s own table from 1950 to 2100, also at the changes of clocks', () => {
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(1950, 0), max: Date.UTC(2100, 0) }), (ms) => {
        const m = localMoment(ms);
        return (
          m !== null && `${m.year}-${two(m.month)}-${two(m.day)} ${two(m.hour)}:${two(m.minute)}` === oracle.format(ms)
        );
      }),
      { seed: 2, numRuns: 2_000 },
    );
    for (const ms of [
      Date.UTC(2026, 2, 29, 1) - 1,
      Date.UTC(2026, 2, 29, 1),
      Date.UTC(2026, 9, 25, 1) - 1,
      Date.UTC(2026, 9, 25, 1),
    ]) {
      const m = localMoment(ms);
      expect(oracle.format(ms)).toContain(`${two(m?.hour ?? 0)}:${two(m?.minute ?? 0)}`);
    }
  });
  test('goes there and back, besides in the hour that spring leaves out', () => {
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(2000, 0), max: Date.UTC(2060, 0) }), (at) => {
        const ms = Math.floor(at / MINUTE_MS) * MINUTE_MS;
        const m = localMoment(ms);
        if (m === null) return false;
        const back = stockholmToUtc(m.dayNumber, m.hour, m.minute);
        return back === ms || back === ms - HOUR_MS;
      }),
      { seed: 3, numRuns: 2_000 },
    );
  });
});
