import { describe, expect, it } from 'vitest';
import { patientKey, unitId } from '../domain/identity.ts';
import { limits } from '../limits.ts';
import { RefusedAccess, type RefusedTry } from './refused-access.ts';

const patient = (number: number) =>
  patientKey(
    String(number)
      .replaceAll(/\d/g, (digit) => 'abcdefghij'[Number(digit)] ?? 'a')
      .padStart(26, 'z'),
  );
const tryOf = (number: number, over: Partial<RefusedTry> = {}): RefusedTry => ({
  ...{ person: 'SE1', why: 'choice', of: { patient: patient(number) } },
  ...over,
});

describe('who was refused stands in the ledger', () => {
  it('the first time of each patient, step and person in an hour, and then when the tries have doubled', () => {
    const refused = new RefusedAccess();
    const told = Array.from({ length: 20 }, () => refused.note(tryOf(1), 0)?.tries ?? null);
    expect(told.filter((one) => one !== null)).toEqual([1, 4, 8, 16]);
    expect(refused.note(tryOf(1, { why: 'emergency' }), 0)).toMatchObject({ why: 'emergency', tries: 1 });
    expect(refused.note(tryOf(2), 0)).toEqual({ why: 'choice', of: { patient: patient(2) }, tries: 1 });
    expect(refused.note(tryOf(1, { person: 'SE2' }), 0)).toMatchObject({ tries: 1 });
    expect(refused.note(tryOf(1, { of: { unit: unitId('MED1') } }), 0)).toMatchObject({ of: { unit: 'MED1' } });
    expect(refused.note(tryOf(1), limits.refusedCountMs - 1)).toBeNull();
    expect(refused.note(tryOf(1), limits.refusedCountMs)).toMatchObject({ tries: 1 });
  });

  it('and nobody fills it by trying one patient after the other, nor keeps others out of it', () => {
    const refused = new RefusedAccess();
    const told = Array.from({ length: 3_000 }, (_, number) => refused.note(tryOf(number), 0)).filter(
      (one) => one !== null,
    );
    expect(told).toHaveLength(limits.refusedToldAnHour + 6);
    expect(told.at(-1)).toEqual({ why: 'many', of: {}, tries: 2_048 });
    expect(refused.note(tryOf(1, { person: 'SE2' }), 0)).toMatchObject({ tries: 1 });
    expect(refused.note(tryOf(9_999), limits.refusedCountMs)).toMatchObject({ why: 'choice', tries: 1 });
  });

  it('in bounded memory', () => {
    const refused = new RefusedAccess();
    for (let number = 0; number < limits.slowDownKeysMax + 10; number++) refused.note(tryOf(number), 0);
    expect(refused.size).toBe(limits.slowDownKeysMax + 1);
  });
});
