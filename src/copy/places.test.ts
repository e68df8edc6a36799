import { describe, expect, it } from 'vitest';
import {
  ANNA,
  BERTIL,
  declared,
  HOUR,
  JOURNAL,
  KIR2,
  LAB,
  MED1,
  MINUTE,
  person,
  stay,
  TEN,
  type TestCopy,
  visit,
} from './copy.fixture.ts';
import { onFreshCopy } from './fresh-copy.fixture.ts';
import { onlyStay } from './only-stay.fixture.ts';

let copy: TestCopy;
onFreshCopy((fresh) => {
  copy = fresh;
});

describe('beds', () => {
  it('two patients in one bed are shown as a conflict on both, and it ends with its cause', () => {
    copy.say(stay(ANNA, 'admit', { unit: KIR2, room: '1', bed: '1' }, TEN, 'V1'));
    copy.say(stay(BERTIL, 'admit', { unit: KIR2, room: '1', bed: '1' }, TEN, 'V2'));
    expect(copy.reader.census(KIR2).map(({ bedConflict }) => bedConflict)).toEqual([true, true]);
    expect(copy.chart(ANNA).notices.map(({ kind }) => kind)).toEqual(['bed-conflict']);
    copy.say(stay(BERTIL, 'transfer', { unit: KIR2, room: '1', bed: '2' }, TEN + MINUTE, 'V2'));
    expect(copy.reader.census(KIR2).map(({ bedConflict }) => bedConflict)).toEqual([false, false]);
  });

  it('a bed swap is applied whole: no reader ever sees both in one bed', () => {
    copy.say(stay(ANNA, 'admit', { unit: KIR2, room: '1', bed: '1' }, TEN, 'V1'));
    copy.say(stay(BERTIL, 'admit', { unit: KIR2, room: '1', bed: '2' }, TEN, 'V2'));
    copy.say(
      stay(ANNA, 'transfer', { unit: KIR2, room: '1', bed: '2' }, TEN + MINUTE, 'V1'),
      stay(BERTIL, 'transfer', { unit: KIR2, room: '1', bed: '1' }, TEN + MINUTE, 'V2'),
    );
    const list = copy.reader.census(KIR2);
    expect(list.map(({ identity, stay: { bed } }) => [identity.id, bed])).toEqual([
      [BERTIL.id, '1'],
      [ANNA.id, '2'],
    ]);
    expect(list.some(({ bedConflict }) => bedConflict)).toBe(false);
  });

  it('a bed swap whose second half fails is not applied at all', () => {
    copy.say(stay(ANNA, 'admit', { unit: KIR2, bed: '1' }, TEN, 'V1'));
    copy.say(stay(BERTIL, 'admit', { unit: KIR2, bed: '2' }, TEN, 'V2'));
    const second = stay(BERTIL, 'transfer', { unit: KIR2, bed: '1' }, TEN + MINUTE, 'V2');
    const broken = { ...second, subject: { domain: null, id: null } } as unknown as typeof second;
    const result = copy.say(stay(ANNA, 'transfer', { unit: KIR2, bed: '2' }, TEN + MINUTE, 'V1'), broken);
    expect(result.outcome).toBe('set-aside');
    expect(copy.reader.census(KIR2).map(({ stay: { bed } }) => bed)).toEqual(['1', '2']);
    expect(onlyStay(copy)).toMatchObject({ bed: '1' });
  });
});

describe('two visits of the same moment', () => {
  it('the place a source said last is where the patient is, whatever the visits are numbered', () => {
    copy.say({ ...stay(ANNA, 'admit', { unit: KIR2, bed: '2' }, TEN), visit: visit('V2') });
    copy.say({ ...stay(ANNA, 'admit', { unit: KIR2, bed: '1' }, TEN), visit: visit('V1') });
    expect(copy.chart(ANNA).stays.map(({ bed }) => bed)).toEqual(['1', '2']);
    copy.say({ ...stay(ANNA, 'admit', { unit: KIR2, bed: '3' }, TEN), visit: visit('V3') });
    expect(copy.chart(ANNA).stays[0]?.bed).toBe('3');
  });
});

describe('a place told by two systems', () => {
  const from = (source: typeof LAB, at: number, bed: string) =>
    copy.send({ source, at, changes: [stay(ANNA, 'update', { unit: KIR2, bed }, at)] });
  it('is no conflict when the other only said it before the move: a drug order of yesterday names yesterday’s bed', () => {
    copy.say(stay(ANNA, 'admit', { unit: KIR2, bed: '1' }, TEN));
    from(LAB, TEN + MINUTE, '1');
    copy.send({ at: TEN + 2 * MINUTE, changes: [stay(ANNA, 'transfer', { unit: KIR2, bed: '2' }, TEN + 2 * MINUTE)] });
    expect(copy.reader.census(KIR2)).toMatchObject([{ sourceConflict: false, stay: { bed: '2' } }]);
    from(LAB, TEN + 3 * MINUTE, '1');
    expect(copy.reader.census(KIR2)).toMatchObject([{ sourceConflict: true, stay: { bed: '2' } }]);
    const told = copy.chart(ANNA).notices.find(({ kind }) => kind === 'source-conflict');
    expect(told).toMatchObject({ detail: 'stay', at: TEN + 3 * MINUTE });
    expect(told?.said?.map(({ at, value }) => ({ at, value }))).toEqual(
      expect.arrayContaining([
        { at: TEN + 2 * MINUTE, value: { status: 'present', unit: KIR2, room: null, bed: '2' } },
        { at: TEN + 3 * MINUTE, value: { status: 'unknown', unit: KIR2, room: null, bed: '1' } },
      ]),
    );
  });
});

describe('what is said of the stay in passing, by a result or an order', () => {
  const passing = (bed: string, at: number, number: string | null = 'V1') => ({
    ...stay(ANNA, 'update', { unit: KIR2, bed, class: 'outpatient' }, at, number),
    isInPassing: true as const,
  });
  const listed = (unit: typeof KIR2) => copy.reader.census(unit).map(({ stay: one, kind }) => [one.bed, kind]);

  it.each([
    ['the same source', JOURNAL, 'V1'],
    ['the same source, without a visit number', JOURNAL, null],
    ['the same source, under another number', JOURNAL, 'V9'],
    ['another source', LAB, 'V1'],
    ['another source, without a visit number', LAB, null],
  ] as const)('moves nobody: by %s', (_, source, number) => {
    copy.command({ command: 'declare', sources: [declared(JOURNAL, 2), declared(LAB, 1)] });
    copy.say(stay(ANNA, 'admit', { unit: KIR2, bed: '1', class: 'inpatient' }, TEN));
    copy.say(stay(ANNA, 'transfer', { unit: MED1, bed: '2' }, TEN + HOUR));
    copy.send({ source, changes: [passing('1', TEN + 2 * HOUR, number)] });
    expect([listed(KIR2), listed(MED1)]).toEqual([[], [['2', 'present']]]);
    expect(copy.chart(ANNA).stays).toMatchObject([{ class: 'inpatient' }]);
    expect(copy.chart(ANNA).notices).toEqual([]);
    copy.say(stay(ANNA, 'discharge', {}, TEN + 3 * HOUR));
    copy.send({ source, changes: [passing('1', TEN + 4 * HOUR, number)] });
    expect([listed(KIR2), listed(MED1)]).toEqual([[], [['2', 'discharged']]]);
  });

  it('tells where somebody lies as long as nothing else does, and moves with what is said so', () => {
    copy.send({ source: LAB, changes: [passing('1', TEN)] });
    copy.send({ source: LAB, changes: [passing('2', TEN + HOUR)] });
    expect(listed(KIR2)).toEqual([['2', 'unknown']]);
    copy.send({ source: LAB, changes: [stay(ANNA, 'admit', { unit: MED1, bed: '3' }, TEN + 2 * HOUR)] });
    expect([listed(KIR2), listed(MED1)]).toEqual([[], [['3', 'present']]]);
  });
});

describe('H14 nobody who is here leaves every list', () => {
  it('a place that is emptied leaves the patient on the unit, in a bed nobody knows', () => {
    copy.say(stay(ANNA, 'admit', { unit: KIR2, room: '1', bed: '2', location: 'KIR2^1^2' }, TEN));
    copy.say(stay(ANNA, 'update', { unit: null, room: null, bed: null, location: null }, TEN + HOUR));
    expect(copy.reader.census(KIR2)).toMatchObject([{ kind: 'present', stay: { unit: KIR2, room: null, bed: null } }]);
  });

  it('a person deleted before the last word of the source is still a patient', () => {
    copy.say(person(ANNA, { name: [{ family: 'Lind' }] }), stay(ANNA, 'admit', { unit: KIR2 }, TEN + HOUR));
    copy.send({ eventAt: TEN, changes: [{ kind: 'delete-person', subject: ANNA }] });
    expect(copy.reader.census(KIR2)).toHaveLength(1);
    expect(copy.chart(ANNA).isDeleted).toBe(false);
  });

  it('a person admitted after being deleted, or lying in a bed of another source, is on the lists', () => {
    copy.command({ command: 'declare', sources: [declared(JOURNAL, 1), declared(LAB, 2)] });
    copy.say(person(ANNA, { name: [{ family: 'Lind' }] }));
    copy.send({ source: LAB, changes: [stay(ANNA, 'admit', { unit: KIR2 }, TEN)] });
    copy.send({ eventAt: TEN + HOUR, changes: [{ kind: 'delete-person', subject: ANNA }] });
    expect(copy.reader.census(KIR2)).toHaveLength(1);
    expect(copy.reader.search('lind').hits).toHaveLength(1);
    copy.send({ source: LAB, changes: [stay(ANNA, 'discharge', {}, TEN + 2 * HOUR)] });
    expect(copy.reader.census(KIR2)).toEqual([]);
    copy.say(stay(ANNA, 'admit', { unit: KIR2 }, TEN + 3 * HOUR, 'V2'));
    expect(copy.reader.census(KIR2)).toHaveLength(1);
  });
});
