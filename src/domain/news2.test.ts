// Every band's edge as the Royal College of Physicians wrote it, and every reason not to compute.

import { describe, expect, test } from 'vitest';
import {
  type Consciousness,
  type MeasuredNumber,
  NEWS2_ACKNOWLEDGEMENT,
  NEWS2_PARTS,
  type News2Part,
  type News2Set,
  news2,
  refusalWords,
} from './news2.ts';

const atMs = 1_000_000_000;
const number = (value: number, unit: string): MeasuredNumber => ({
  value,
  unit,
  comparator: null,
  atMs,
  isTimed: true,
  isFinal: true,
});
const alert = (level: Consciousness) => ({ level, atMs, isTimed: true, isFinal: true });
/** Everything in the middle: zero points. */
const well = {
  respiration: number(16, '/min'),
  saturation: number(97, '%'),
  oxygen: { given: false, atMs, isTimed: true, isFinal: true },
  systolic: number(125, 'mmHg'),
  pulse: number(70, '/min'),
  consciousness: alert('A'),
  temperature: number(37.0, 'Cel'),
} as const;
const adult = { ageYears: 84, isPregnantOrRecentMother: false, scale: 1 } as const;

function pointsOf(part: News2Part, set: News2Set, scale: 1 | 2 = 1): number {
  const result = news2({ ...well, ...set }, { ...adult, scale });
  if (result.kind !== 'score') throw new Error(refusalWords(result.reasons));
  return result.parts[part];
}

describe('each band of NEWS2 has its edges where the RCP put them', () => {
  test.each([
    [1, 3],
    [8, 3],
    [9, 1],
    [11, 1],
    [12, 0],
    [20, 0],
    [21, 2],
    [24, 2],
    [25, 3],
    [60, 3],
  ])('respiration %d gives %d', (value, points) => {
    expect(pointsOf('respiration', { respiration: number(value, '/min') })).toBe(points);
  });

  test.each([
    [70, 3],
    [91, 3],
    [92, 2],
    [93, 2],
    [94, 1],
    [95, 1],
    [96, 0],
    [100, 0],
  ])('saturation %d on scale 1 gives %d', (value, points) => {
    expect(pointsOf('saturation', { saturation: number(value, '%') })).toBe(points);
    expect(
      pointsOf('saturation', {
        saturation: number(value, '%'),
        oxygen: { given: true, atMs, isTimed: true, isFinal: true },
      }),
    ).toBe(points);
  });

  test.each([
    [70, 3, 3],
    [83, 3, 3],
    [84, 2, 2],
    [85, 2, 2],
    [86, 1, 1],
    [87, 1, 1],
    [88, 0, 0],
    [92, 0, 0],
    [93, 0, 1],
    [94, 0, 1],
    [95, 0, 2],
    [96, 0, 2],
    [97, 0, 3],
    [100, 0, 3],
  ])('saturation %d on scale 2 gives %d on air and %d on oxygen', (value, onAir, onOxygen) => {
    const saturation = number(value, '%');
    expect(pointsOf('saturation', { saturation }, 2)).toBe(onAir);
    expect(pointsOf('saturation', { saturation, oxygen: { given: true, atMs, isTimed: true, isFinal: true } }, 2)).toBe(
      onOxygen,
    );
  });

  test('oxygen gives 2, air 0', () => {
    expect(pointsOf('oxygen', { oxygen: { given: true, atMs, isTimed: true, isFinal: true } })).toBe(2);
    expect(pointsOf('oxygen', {})).toBe(0);
  });

  test.each([
    [60, 3],
    [90, 3],
    [91, 2],
    [100, 2],
    [101, 1],
    [110, 1],
    [111, 0],
    [219, 0],
    [220, 3],
    [300, 3],
  ])('systolic pressure %d gives %d', (value, points) => {
    expect(pointsOf('systolic', { systolic: number(value, 'mm[Hg]') })).toBe(points);
  });

  test.each([
    [30, 3],
    [40, 3],
    [41, 1],
    [50, 1],
    [51, 0],
    [90, 0],
    [91, 1],
    [110, 1],
    [111, 2],
    [130, 2],
    [131, 3],
    [200, 3],
  ])('pulse %d gives %d', (value, points) => {
    expect(pointsOf('pulse', { pulse: number(value, 'slag/min') })).toBe(points);
  });

  test.each([
    ['A', 0],
    ['C', 3],
    ['V', 3],
    ['P', 3],
    ['U', 3],
  ] as const)('consciousness %s gives %d', (level, points) => {
    expect(pointsOf('consciousness', { consciousness: alert(level) })).toBe(points);
  });

  test.each([
    [34.0, 3],
    [35.0, 3],
    [35.1, 1],
    [36.0, 1],
    [36.1, 0],
    [38.0, 0],
    [38.1, 1],
    [39.0, 1],
    [39.1, 2],
    [42.0, 2],
  ])('temperature %d gives %d', (value, points) => {
    expect(pointsOf('temperature', { temperature: number(value, '°C') })).toBe(points);
  });

  test.each([
    ['saturation', number(91.5, '%'), 3],
    ['respiration', number(20.5, '/min'), 2],
    ['temperature', number(38.05, 'Cel'), 1],
    ['temperature', number(35.05, 'Cel'), 3],
  ] as const)('a %s between two bands takes the higher score', (part, value, points) => {
    expect(pointsOf(part, { [part]: value })).toBe(points);
  });
});

describe('the level follows the total, and a single 3 is told', () => {
  const levelOf = (set: News2Set): unknown => {
    const result = news2({ ...well, ...set }, adult);
    return result.kind === 'score' ? [result.total, result.level] : 'refused';
  };
  test('low, single three, medium and high', () => {
    expect(levelOf({})).toEqual([0, 'low']);
    expect(levelOf({ pulse: number(115, '/min'), systolic: number(95, 'mmHg') })).toEqual([4, 'low']);
    expect(levelOf({ consciousness: alert('V') })).toEqual([3, 'single-three']);
    expect(levelOf({ consciousness: alert('V'), pulse: number(95, '/min') })).toEqual([4, 'single-three']);
    expect(levelOf({ consciousness: alert('V'), pulse: number(115, '/min') })).toEqual([5, 'medium']);
    expect(levelOf({ consciousness: alert('V'), respiration: number(25, '/min') })).toEqual([6, 'medium']);
    expect(levelOf({ consciousness: alert('V'), respiration: number(25, '/min'), pulse: number(95, '/min') })).toEqual([
      7,
      'high',
    ]);
  });
  test('everything at its worst is 20', () => {
    expect(
      levelOf({
        respiration: number(30, '/min'),
        saturation: number(80, '%'),
        oxygen: { given: true, atMs, isTimed: true, isFinal: true },
        systolic: number(70, 'mmHg'),
        pulse: number(150, '/min'),
        consciousness: alert('U'),
        temperature: number(34, 'Cel'),
      }),
    ).toEqual([20, 'high']);
  });
});

describe('a score that cannot be right is not computed, and says why', () => {
  const wordsOf = (set: News2Set, patient: object = {}): string => {
    const result = news2({ ...well, ...set }, { ...adult, ...patient });
    return result.kind === 'score' ? `score ${result.total}` : refusalWords(result.reasons);
  };
  test.each(NEWS2_PARTS.map((part) => [part]))('%s missing', (part) => {
    expect(wordsOf({ [part]: undefined })).toMatch(/^NEWS2 räknas inte: .+ saknas$/);
  });
  test.each(NEWS2_PARTS.map((part) => [part]))('%s not final', (part) => {
    expect(wordsOf({ [part]: { ...well[part], isFinal: false } })).toMatch(/ej slutgiltigt$/);
  });
  test.each([
    ['respiration', '%'],
    ['saturation', ''],
    ['systolic', 'kPa'],
    ['pulse', 'Hz'],
    ['temperature', '[degF]'],
  ] as const)('%s in the unit "%s"', (part, unit) => {
    expect(wordsOf({ [part]: { ...well[part], unit } })).toMatch(unit === '' ? /enhet saknas/ : /enheten är/);
  });
  test('consciousness missing reads as on the ward', () => {
    expect(wordsOf({ consciousness: undefined })).toBe('NEWS2 räknas inte: medvetande saknas');
  });
  test('15 years is too young, 16 is not', () => {
    expect(wordsOf({}, { ageYears: 15 })).toBe('NEWS2 gäller från 16 år');
    expect(wordsOf({}, { ageYears: 16 })).toBe('score 0');
    expect(wordsOf({}, { ageYears: null })).toBe('NEWS2 räknas inte: ålder okänd');
  });
  test('pregnant and recent mothers have another scale', () => {
    expect(wordsOf({}, { isPregnantOrRecentMother: true })).toBe(
      'NEWS2 räknas inte: gäller inte gravida eller nyförlösta',
    );
  });
  test('values fifteen minutes apart are one set, a millisecond more is not', () => {
    const later = (ms: number): News2Set => ({ pulse: { ...well.pulse, atMs: atMs + ms } });
    expect(wordsOf(later(15 * 60_000))).toBe('score 0');
    expect(wordsOf(later(15 * 60_000 + 1))).toBe('NEWS2 räknas inte: värdena är inte från samma kvart');
  });
  test('"< 70" and impossible values are not numbers to score', () => {
    expect(wordsOf({ saturation: { ...number(70, '%'), comparator: '<' } })).toMatch(/SpO₂ går inte att räkna på$/);
    expect(wordsOf({ temperature: number(382, 'Cel') })).toMatch(/temp går inte att räkna på$/);
    expect(wordsOf({ pulse: number(Number.NaN, '/min') })).toMatch(/puls går inte att räkna på$/);
  });
});

test('the Royal College of Physicians is acknowledged', () => {
  expect(NEWS2_ACKNOWLEDGEMENT).toContain('Royal College of Physicians');
});
