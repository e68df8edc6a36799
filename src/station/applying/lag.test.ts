import { expect, test } from 'vitest';
import { Lag } from './lag.ts';

test('what is in the copy a moment later has not waited, however much comes', () => {
  const lag = new Lag();
  for (let seq = 1; seq <= 1_000; seq += 1) {
    lag.seen(seq, seq - 1, seq * 10);
    expect(lag.waitedMs(seq * 10)).toBeLessThanOrEqual(20);
  }
  lag.seen(1_000, 1_000, 10_001);
  expect(lag.waitedMs(60_000)).toBe(0);
});

test('what still waits has waited since it came, also while more comes', () => {
  const lag = new Lag();
  lag.seen(1, 0, 1_000);
  lag.seen(2, 0, 4_000);
  expect(lag.waitedMs(6_000)).toBe(5_000);
  lag.seen(2, 1, 7_000);
  expect(lag.waitedMs(7_000)).toBe(0);
});
