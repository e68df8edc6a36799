// Stays through their events (knowledge c3.5, c3.6), as a ward sees them.

import { describe, expect, it } from 'vitest';
import { composeChart } from '../domain/chart/compose.ts';
import { limits } from '../limits.ts';
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
  resource,
  stay,
  TEN,
  type TestCopy,
  visit,
} from './copy.fixture.ts';
import { onFreshCopy } from './fresh-copy.fixture.ts';

let copy: TestCopy;
onFreshCopy((fresh) => {
  copy = fresh;
});

const only = () => {
  const { stays } = copy.chart(ANNA);
  expect(stays).toHaveLength(1);
  return stays[0];
};

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

describe('c3.5 cancels', () => {
  it('c3.5 A11: a cancelled admission leaves the list and its data stays', () => {
    copy.say(stay(ANNA, 'admit', { unit: KIR2, bed: '1' }, TEN));
    copy.say(stay(ANNA, 'cancel', {}, TEN));
    expect(copy.reader.census(KIR2)).toEqual([]);
    expect(only()).toMatchObject({ status: 'cancelled', bed: '1' });
  });

  it('c3.5 A12: the bed after a cancelled transfer is the one the cancel names, not the one before', () => {
    copy.say(stay(ANNA, 'admit', { unit: KIR2, bed: '1' }, TEN));
    copy.say(stay(ANNA, 'transfer', { unit: MED1, bed: '7' }, TEN + MINUTE));
    copy.send({
      at: TEN + 2 * MINUTE,
      changes: [stay(ANNA, 'cancel-transfer', { unit: KIR2, room: '3', bed: '4' }, TEN + MINUTE)],
    });
    expect(only()).toMatchObject({ status: 'present', unit: KIR2, room: '3', bed: '4' });
    expect(copy.reader.census(MED1)).toEqual([]);
  });

  it('c3.5 A12: the cancel stands also where an update had repeated the wrong bed', () => {
    copy.say(stay(ANNA, 'admit', { unit: KIR2, bed: '1' }, TEN));
    copy.send({ at: TEN + MINUTE, changes: [stay(ANNA, 'transfer', { unit: MED1, bed: '7' }, TEN + MINUTE)] });
    copy.send({ at: TEN + 2 * MINUTE, changes: [stay(ANNA, 'update', { unit: MED1, bed: '7' }, TEN + 2 * MINUTE)] });
    copy.send({
      at: TEN + 3 * MINUTE,
      changes: [stay(ANNA, 'cancel-transfer', { unit: KIR2, bed: '1' }, TEN + MINUTE)],
    });
    expect(only()).toMatchObject({ unit: KIR2, bed: '1' });
  });

  it('c3.5 A13: a cancelled discharge opens the same visit again', () => {
    copy.say(stay(ANNA, 'admit', { unit: KIR2 }, TEN));
    copy.say(stay(ANNA, 'discharge', {}, TEN + HOUR));
    expect(only()).toMatchObject({ status: 'discharged', dischargedAt: TEN + HOUR });
    copy.say(stay(ANNA, 'cancel-discharge', {}, TEN + HOUR));
    expect(only()).toMatchObject({ status: 'present', dischargedAt: null });
  });

  it('c3.5 unseen: the cancel of an admission we have not seen waits for it, and follows it at once', () => {
    expect(copy.say(stay(ANNA, 'cancel', { unit: KIR2 }, TEN)).outcome).toBe('waiting');
    expect(copy.writer.nextDue()).toBe(TEN + 1_000 + limits.unseenCancelHeldMs);
    expect(copy.chartOrNull(ANNA)?.stays ?? []).toEqual([]);
    copy.say(stay(ANNA, 'admit', { unit: KIR2 }, TEN));
    expect(only()).toMatchObject({ status: 'cancelled' });
    expect(copy.writer.nextDue()).toBeNull();
    expect(copy.reader.outcomes()).toEqual([]);
  });

  it('c3.5 unseen: when the event never comes, the cancel is applied as a state by the tick, and not before', () => {
    copy.say(stay(ANNA, 'cancel-discharge', { unit: KIR2, bed: '2' }, TEN));
    const due = copy.writer.nextDue() ?? 0;
    copy.command({ command: 'tick' }, due - 1);
    expect(copy.reader.outcomes({ outcome: 'waiting' })).toHaveLength(1);
    copy.command({ command: 'tick' }, due);
    expect(only()).toMatchObject({ status: 'present', unit: KIR2, bed: '2' });
    expect(copy.reader.outcomes()).toEqual([]);
  });

  it('c3.5 unseen: a wait survives a restart of the station', () => {
    copy.say(stay(ANNA, 'cancel', {}, TEN));
    const due = copy.writer.nextDue();
    copy.reopen();
    expect(copy.writer.nextDue()).toBe(due);
    copy.say(stay(ANNA, 'admit', {}, TEN));
    expect(only()).toMatchObject({ status: 'cancelled' });
  });

  it('c3.5 unseen: an admission later than the applied cancel and of an older time does not bring the patient back', () => {
    copy.say(stay(ANNA, 'cancel', {}, TEN));
    copy.command({ command: 'tick' }, TEN + HOUR);
    copy.send({ at: TEN + 2 * HOUR, changes: [stay(ANNA, 'admit', { unit: KIR2, bed: '1' }, TEN)] });
    expect(only()).toMatchObject({ status: 'cancelled', bed: '1' });
  });
});

describe('c3.6 order of events', () => {
  it('c3.6 late: an older message fills what nothing newer has spoken of, and nothing else', () => {
    copy.say(stay(ANNA, 'admit', { unit: KIR2, bed: '1' }, TEN));
    copy.say(stay(ANNA, 'transfer', { unit: MED1, bed: '7' }, TEN + HOUR));
    copy.say(stay(ANNA, 'transfer', { unit: KIR2, bed: '2', service: 'Kirurgi' }, TEN + MINUTE));
    expect(only()).toMatchObject({ unit: MED1, bed: '7', service: 'Kirurgi' });
  });

  it('c3.6 late: a bed of an older message is never put on a newer unit', () => {
    copy.say(stay(ANNA, 'admit', { unit: KIR2, room: '1', bed: '3' }, TEN));
    copy.say(stay(ANNA, 'transfer', { unit: MED1 }, TEN + HOUR));
    expect(only()).toMatchObject({ unit: MED1, room: null, bed: null });
    copy.say(stay(ANNA, 'update', { unit: KIR2, room: '1', bed: '3' }, TEN + MINUTE));
    expect(only()).toMatchObject({ unit: MED1, room: null, bed: null });
  });

  it('c3.6 late: an old admission never reopens a discharged stay', () => {
    copy.say(stay(ANNA, 'discharge', {}, TEN + HOUR));
    copy.say(stay(ANNA, 'admit', { admittedAt: TEN }, TEN));
    expect(only()).toMatchObject({ status: 'discharged', admittedAt: TEN, dischargedAt: TEN + HOUR });
  });

  it('§5.25 a begin that lay ahead when it was said is marked, also when its day has come, until another is said', () => {
    copy.say(stay(ANNA, 'admit', { admittedAt: TEN + 120 * HOUR }, TEN));
    expect(only()).toMatchObject({ admittedAt: TEN + 120 * HOUR, admittedIsAhead: true });
    copy.send({ at: TEN + 130 * HOUR, changes: [stay(ANNA, 'update', {}, TEN + 130 * HOUR)] });
    expect(only()).toMatchObject({ admittedIsAhead: true });
    copy.send({ at: TEN + 131 * HOUR, changes: [stay(ANNA, 'update', { admittedAt: TEN }, TEN + 131 * HOUR)] });
    expect(only()).toMatchObject({ admittedAt: TEN });
    expect(only()).not.toHaveProperty('admittedIsAhead');
  });

  it('c3.6 late: an old discharge never closes a stay that was opened again, nor dates it', () => {
    copy.say(stay(ANNA, 'admit', {}, TEN + HOUR));
    copy.say(stay(ANNA, 'discharge', { dischargedAt: TEN }, TEN));
    expect(only()).toMatchObject({ status: 'present', dischargedAt: null });
  });

  it('c3.6 late: within one event time the greater sequence number stands', () => {
    copy.send({ changes: [stay(ANNA, 'admit', { bed: '2' }, TEN)], sequence: 12 });
    copy.send({ changes: [stay(ANNA, 'update', { bed: '1' }, TEN)], sequence: 11 });
    expect(only()).toMatchObject({ bed: '2' });
  });

  it('an update never says that a stay began or ended', () => {
    copy.say(stay(ANNA, 'update', { unit: KIR2 }, TEN));
    expect(only()).toMatchObject({ status: 'unknown', unit: KIR2 });
    expect(copy.reader.census(KIR2).map(({ kind }) => kind)).toEqual(['unknown']);
  });

  it('a change of class is no admission of somebody discharged, and admits whom nothing else is known of', () => {
    copy.say(stay(ANNA, 'admit', { unit: KIR2, class: 'inpatient' }, TEN), stay(BERTIL, 'change-class', {}, TEN, 'V2'));
    copy.say(stay(ANNA, 'discharge', {}, TEN + MINUTE));
    copy.say(stay(ANNA, 'change-class', { class: 'outpatient' }, TEN + 2 * MINUTE));
    expect(copy.chart(ANNA).stays).toMatchObject([{ status: 'discharged', class: 'outpatient' }]);
    expect(copy.chart(BERTIL).stays).toMatchObject([{ status: 'present' }]);
  });

  it('leave is still a stay, and the return ends the leave', () => {
    copy.say(stay(ANNA, 'admit', { unit: KIR2 }, TEN));
    copy.say(stay(ANNA, 'leave', {}, TEN + HOUR));
    expect(only()).toMatchObject({ status: 'on-leave', leaveSince: TEN + HOUR });
    expect(copy.reader.census(KIR2).map(({ kind }) => kind)).toEqual(['on-leave']);
    copy.say(stay(ANNA, 'return', {}, TEN + 2 * HOUR));
    expect(only()).toMatchObject({ status: 'present', leaveSince: null });
  });

  it('a planned transfer shows the patient as expected on the other unit, and moves nothing', () => {
    copy.say(stay(ANNA, 'admit', { unit: KIR2 }, TEN));
    copy.say(stay(ANNA, 'plan', { plannedUnit: MED1 }, TEN + MINUTE));
    expect(copy.reader.census(KIR2).map(({ kind }) => kind)).toEqual(['present']);
    expect(copy.reader.census(MED1).map(({ kind }) => kind)).toEqual(['expected']);
    copy.say(stay(ANNA, 'transfer', { unit: MED1, plannedUnit: null }, TEN + HOUR));
    expect(copy.reader.census(MED1).map(({ kind }) => kind)).toEqual(['present']);
    expect(copy.reader.census(KIR2)).toEqual([]);
  });
});

describe('sources that number no visits', () => {
  const at = (minute: number) => TEN + minute * MINUTE;
  it('have one open stay a patient', () => {
    copy.say(stay(ANNA, 'admit', { unit: KIR2 }, at(0), null));
    copy.say(stay(ANNA, 'transfer', { unit: MED1 }, at(1), null));
    expect(only()).toMatchObject({ status: 'present', unit: MED1, visit: null });
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
    expect(only()).toMatchObject({ bed: '9', visit: visit('V1') });
  });
});

describe('what comes in slices or without a person', () => {
  it('caregivers and phones said a field at a time are each patched on their own', () => {
    const doctor = { id: null, name: 'Ek', role: 'attending' } as const;
    const nurse = { id: null, name: 'Ask', role: 'nurse' } as const;
    const said = (fields: object) => ({ ...stay(ANNA, 'update', {}, TEN), fields });
    copy.say(said({ caregivers: [doctor], 'caregivers:attending': [doctor] }));
    copy.say(said({ caregivers: [nurse], 'caregivers:nurse': [nurse] }));
    expect(only()?.caregivers).toEqual([doctor, nurse]);
    copy.say(person(ANNA, { telecom: [{ value: '1' }], 'telecom:home': [{ value: '1' }] }));
    copy.say(person(ANNA, { telecom: [{ value: '2' }], 'telecom:work': [{ value: '2' }] }));
    expect(copy.chart(ANNA).person?.telecom).toEqual([{ value: '1' }, { value: '2' }]);
  });

  it('a visit that its server deleted never was', () => {
    const encounter = { ...stay(ANNA, 'admit', { unit: KIR2 }, TEN), visit: { domain: 'fhir:journal', id: '7' } };
    copy.say(encounter);
    copy.say({ kind: 'withdraw-key', key: 'Encounter/7' });
    expect(only()).toMatchObject({ status: 'cancelled' });
    expect(copy.reader.census(KIR2)).toEqual([]);
  });
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
    expect(only()).toMatchObject({ bed: '1' });
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
    expect(only()).toMatchObject({ visit: visit('V2'), bed: '1', status: 'present' });
    copy.say(stay(ANNA, 'discharge', {}, TEN + HOUR, 'V1'));
    expect(only()).toMatchObject({ visit: visit('V2'), status: 'discharged' });
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
