import { describe, expect, it } from 'vitest';
import { ANNA, HOUR, KIR2, MINUTE, person, potassium, resource, stay, TEN, type TestCopy } from '../copy.fixture.ts';
import { onFreshCopy } from '../fresh-copy.fixture.ts';

let copy: TestCopy;
onFreshCopy((fresh) => {
  copy = fresh;
});

describe('the copy of one patient', () => {
  it('shows a patient who was admitted, with name, bed and results', () => {
    copy.say(
      person(ANNA, { name: [{ family: 'Lind', given: ['Anna'] }], birthDate: '1890-01-01' }),
      stay(ANNA, 'admit', { class: 'inpatient', unit: KIR2, room: '1', bed: '2', admittedAt: TEN }, TEN),
    );
    copy.say(resource(ANNA, 'DiagnosticReport/1', { members: [potassium(4.1)] }));
    const chart = copy.chart(ANNA);
    expect(chart.person?.name?.[0]?.family).toBe('Lind');
    expect(chart.stays).toMatchObject([{ status: 'present', unit: 'KIR2', room: '1', bed: '2', bedConflict: false }]);
    expect(chart.parts.results.entries).toMatchObject([
      { key: 'DiagnosticReport/1', members: [{ key: 'K', state: 'final', former: [] }] },
    ]);
  });

  it('stands on the unit list, and stays there for 72 hours after going home', () => {
    copy.say(stay(ANNA, 'admit', { unit: KIR2, bed: '1' }, TEN));
    expect(copy.reader.census(KIR2).map(({ kind }) => kind)).toEqual(['present']);
    copy.send({ at: TEN + HOUR, changes: [stay(ANNA, 'discharge', {}, TEN + HOUR)] });
    copy.send({ at: TEN + 73 * HOUR, changes: [] });
    expect(copy.reader.census(KIR2).map(({ kind }) => kind)).toEqual(['discharged']);
    copy.send({ at: TEN + 73 * HOUR + MINUTE, changes: [] });
    expect(copy.reader.census(KIR2)).toEqual([]);
    expect(copy.chart(ANNA).stays).toMatchObject([{ status: 'discharged', dischargedAt: TEN + HOUR }]);
  });
});
