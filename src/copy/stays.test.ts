// Stays through their events (knowledge c3.5, c3.6), as a ward sees them.

import { describe, expect, it } from 'vitest';
import { composeChart } from '../domain/chart/compose.ts';
import {
  ANNA,
  BERTIL,
  HOUR,
  KIR2,
  MED1,
  MINUTE,
  person,
  resource,
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

describe('c3.1 three-state fields', () => {
  it('c3.1 fields: absent leaves, null deletes, a value sets', () => {
    copy.say(person(ANNA, { birthDate: '1890-01-01', gender: 'female', name: [{ family: 'Lind' }] }));
    copy.say(person(ANNA, { gender: null, name: [{ family: 'Berg' }] }));
    const { person: read } = copy.chart(ANNA);
    expect(read).toEqual({ resourceType: 'Patient', birthDate: '1890-01-01', name: [{ family: 'Berg' }] });
  });

  it('c3.1 fields: a whole person replaces, and what is no longer there is gone', () => {
    copy.say(person(ANNA, { birthDate: '1890-01-01', gender: 'female' }, { mode: 'replace' }));
    copy.say(person(ANNA, { birthDate: '1890-01-01' }, { mode: 'replace' }));
    expect(copy.chart(ANNA).person).toEqual({ resourceType: 'Patient', birthDate: '1890-01-01' });
  });
});

describe('a lifetime of visits', () => {
  it('is read for a chart from the latest, and what is left out is said; whoever asks for everything gets all', () => {
    const visits = Array.from({ length: 130 }, (_, no) =>
      stay(ANNA, 'discharge', { class: 'outpatient', unit: MED1 }, TEN - no * HOUR, `V${no}`),
    );
    copy.say(...visits, stay(ANNA, 'admit', { unit: KIR2, bed: '1' }, TEN, 'HERE'));
    const chart = copy.chart(ANNA);
    expect([chart.stays.length, chart.parts.stay.truncated]).toEqual([100, true]);
    expect(chart.stays[0]).toMatchObject({ status: 'present', unit: KIR2 });
    const { stays, parts } = copy.reader.patient(chart.key, { everything: true }) ?? copy.chart(ANNA);
    expect([stays.length, parts.stay.truncated]).toEqual([131, false]);
    expect(
      composeChart(chart, { wallMs: TEN, boot: 'test', monotonicMs: 0 }).blocks.flatMap(({ parts }) => parts),
    ).toContainEqual(
      expect.objectContaining({
        part: 'stay',
        remarks: expect.arrayContaining(['Fler och äldre uppgifter finns men visas inte här']),
      }),
    );
  });
});

describe('sources that number no visits', () => {
  const at = (minute: number) => TEN + minute * MINUTE;
  it('have one open stay a patient', () => {
    copy.say(stay(ANNA, 'admit', { unit: KIR2 }, at(0), null));
    copy.say(stay(ANNA, 'transfer', { unit: MED1 }, at(1), null));
    expect(onlyStay(copy)).toMatchObject({ status: 'present', unit: MED1, visit: null });
  });

  it('begin another stay after the last has ended, and cancel the right one', () => {
    copy.say(stay(ANNA, 'admit', { unit: KIR2 }, at(0), null));
    copy.say(stay(ANNA, 'discharge', {}, at(1), null));
    copy.say(stay(ANNA, 'admit', { unit: MED1 }, at(2), null));
    expect(copy.chart(ANNA).stays.map(({ status }) => status)).toEqual(['present', 'discharged']);
    copy.say(stay(ANNA, 'cancel', {}, at(2), null));
    expect(
      copy
        .chart(ANNA)
        .stays.map(({ status }) => status)
        .sort(),
    ).toEqual(['cancelled', 'discharged']);
  });

  it('speak of the one numbered stay that is open', () => {
    copy.say(stay(ANNA, 'admit', { unit: KIR2 }, at(0)));
    copy.say(stay(ANNA, 'update', { bed: '9' }, at(1), null));
    expect(onlyStay(copy)).toMatchObject({ bed: '9', visit: visit('V1') });
  });
});

describe('what comes in slices or without a person', () => {
  it('caregivers and phones said a field at a time are each patched on their own', () => {
    const doctor = { id: null, name: 'Ek', role: 'attending' } as const;
    const nurse = { id: null, name: 'Ask', role: 'nurse' } as const;
    const said = (fields: object) => ({ ...stay(ANNA, 'update', {}, TEN), fields });
    copy.say(said({ caregivers: [doctor], 'caregivers:attending': [doctor] }));
    copy.say(said({ caregivers: [nurse], 'caregivers:nurse': [nurse] }));
    expect(onlyStay(copy)?.caregivers).toEqual([doctor, nurse]);
    copy.say(person(ANNA, { telecom: [{ value: '1' }], 'telecom:home': [{ value: '1' }] }));
    copy.say(person(ANNA, { telecom: [{ value: '2' }], 'telecom:work': [{ value: '2' }] }));
    expect(copy.chart(ANNA).person?.telecom).toEqual([{ value: '1' }, { value: '2' }]);
  });

  it('a visit that its server deleted never was', () => {
    const encounter = { ...stay(ANNA, 'admit', { unit: KIR2 }, TEN), visit: { domain: 'fhir:journal', id: '7' } };
    copy.say(encounter);
    copy.say({ kind: 'withdraw-key', key: 'Encounter/7' });
    expect(onlyStay(copy)).toMatchObject({ status: 'cancelled' });
    expect(copy.reader.census(KIR2)).toEqual([]);
  });
});

describe('visits that change person or number', () => {
  it('c3.4 A45: a visit registered on the wrong person moves, and both charts say so', () => {
    copy.say(stay(ANNA, 'admit', { unit: KIR2, bed: '1' }, TEN));
    copy.say({ kind: 'move-visit', from: ANNA, to: BERTIL, visit: visit('V1') });
    expect(copy.chart(ANNA).stays).toEqual([]);
    expect(copy.chart(BERTIL).stays).toMatchObject([{ status: 'present', bed: '1' }]);
    expect(copy.chart(ANNA).notices.map(({ kind }) => kind)).toEqual(['visit-moved']);
    expect(copy.chart(BERTIL).notices.map(({ kind }) => kind)).toEqual(['visit-moved']);
    copy.say({ kind: 'move-visit', from: BERTIL, to: ANNA, visit: visit('V1') });
    expect(copy.chart(ANNA).stays).toMatchObject([{ status: 'present', bed: '1' }]);
    expect(copy.chart(BERTIL).stays).toEqual([]);
  });

  it('A42: a visit number that becomes another is one stay, also for messages still under the old one', () => {
    copy.say(stay(ANNA, 'admit', { unit: KIR2, bed: '1' }, TEN, 'V1'));
    copy.say({ kind: 'merge-visit', subject: ANNA, survivor: visit('V2'), subsumed: visit('V1') });
    expect(onlyStay(copy)).toMatchObject({ visit: visit('V2'), bed: '1', status: 'present' });
    copy.say(stay(ANNA, 'discharge', {}, TEN + HOUR, 'V1'));
    expect(onlyStay(copy)).toMatchObject({ visit: visit('V2'), status: 'discharged' });
  });
});

describe('A44: an account moved from the person it was wrongly registered on', () => {
  it('takes the visits that stand under it, with their results, also where they have numbers of their own', () => {
    const ofVisit = (id: string) =>
      resource(ANNA, `R/${id}`, {
        resource: {
          resourceType: 'DiagnosticReport',
          status: 'final',
          code: { text: 'x' },
          encounter: { identifier: { value: id } },
        },
      });
    copy.say(
      { ...stay(ANNA, 'admit', { unit: KIR2, account: 'K1' }, TEN), visit: visit('V1') },
      { ...stay(ANNA, 'register', { unit: MED1, account: 'K2', class: 'outpatient' }, TEN), visit: visit('V2') },
      ofVisit('V1'),
      ofVisit('V2'),
    );
    const account = { domain: 'source:journal/PID-18', id: 'K1' };
    copy.say({ kind: 'move-visit', from: ANNA, to: BERTIL, visit: account, isAccount: true });
    expect(copy.chart(BERTIL).stays.map((one) => one.visit?.id)).toEqual(['V1']);
    expect(copy.chart(ANNA).stays.map((one) => one.visit?.id)).toEqual(['V2']);
    expect(copy.chart(BERTIL).parts.results.entries.map(({ key }) => key)).toEqual(['R/V1']);
    expect(copy.chart(ANNA).parts.results.entries.map(({ key }) => key)).toEqual(['R/V2']);
    for (const one of [ANNA, BERTIL])
      expect(copy.chart(one).notices).toMatchObject([{ kind: 'visit-moved', detail: 'K1' }]);
  });
});
