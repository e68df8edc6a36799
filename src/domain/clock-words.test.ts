import { describe, expect, test } from 'vitest';
import { tellsClockTimes } from './clock-words.ts';

describe('an order that tells its clock times itself', () => {
  test.each([
    ['20 mg kl. 08, 20', ['08:00', '20:00']],
    ['inj 10 mg/ml, 20 mg iv kl 10 och 16', ['10:00', '16:00']],
    ['1 tablett klockan 8.00 och 20.30 med mat', ['08:00', '20:30']],
    ['20 mg, kl. 08:00, 20:00', ['08:00', '20:00']],
    ['kl 6/14/22', ['06:00', '14:00', '22:00']],
  ])('%s', (sentence, times) => {
    expect(tellsClockTimes(sentence, times)).toBe(true);
  });

  test.each([
    ['20 mg kl. 08', ['08:00', '20:00']],
    ['kl 8, 20 mg', ['08:00', '20:00']],
    ['10 mg 16 gånger', ['10:00', '16:00']],
    ['1.25 mg dagligen', ['01:25']],
    ['', ['08:00']],
  ])('is not one that leaves out a time or only has such a number: %s', (sentence, times) => {
    expect(tellsClockTimes(sentence, times)).toBe(false);
  });
});
