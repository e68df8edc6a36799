import { describe, expect, it } from 'vitest';
import { limits } from '../limits.ts';
import { ANNA, BERTIL, HOUR, KIR2, MED1, MINUTE, stay, TEN, type TestCopy } from './copy.fixture.ts';
import { onFreshCopy } from './fresh-copy.fixture.ts';
import { onlyStay } from './only-stay.fixture.ts';

let copy: TestCopy;
onFreshCopy((fresh) => {
  copy = fresh;
});

describe('c3.5 cancels', () => {
  it('c3.5 A11: a cancelled admission leaves the list and its data stays', () => {
    copy.say(stay(ANNA, 'admit', { unit: KIR2, bed: '1' }, TEN));
    copy.say(stay(ANNA, 'cancel', {}, TEN));
    expect(copy.reader.census(KIR2)).toEqual([]);
    expect(onlyStay(copy)).toMatchObject({ status: 'cancelled', bed: '1' });
  });

  it('c3.5 A12: the bed after a cancelled transfer is the one the cancel names, not the one before', () => {
    copy.say(stay(ANNA, 'admit', { unit: KIR2, bed: '1' }, TEN));
    copy.say(stay(ANNA, 'transfer', { unit: MED1, bed: '7' }, TEN + MINUTE));
    copy.send({
      at: TEN + 2 * MINUTE,
      changes: [stay(ANNA, 'cancel-transfer', { unit: KIR2, room: '3', bed: '4' }, TEN + MINUTE)],
    });
    expect(onlyStay(copy)).toMatchObject({ status: 'present', unit: KIR2, room: '3', bed: '4' });
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
    expect(onlyStay(copy)).toMatchObject({ unit: KIR2, bed: '1' });
  });

  it('c3.5 A13: a cancelled discharge opens the same visit again', () => {
    copy.say(stay(ANNA, 'admit', { unit: KIR2 }, TEN));
    copy.say(stay(ANNA, 'discharge', {}, TEN + HOUR));
    expect(onlyStay(copy)).toMatchObject({ status: 'discharged', dischargedAt: TEN + HOUR });
    copy.say(stay(ANNA, 'cancel-discharge', {}, TEN + HOUR));
    expect(onlyStay(copy)).toMatchObject({ status: 'present', dischargedAt: null });
  });

  it('c3.5 unseen: the cancel of an admission we have not seen waits for it, and follows it at once', () => {
    expect(copy.say(stay(ANNA, 'cancel', { unit: KIR2 }, TEN)).outcome).toBe('waiting');
    expect(copy.writer.nextDue()).toBe(TEN + 1_000 + limits.unseenCancelHeldMs);
    expect(copy.chartOrNull(ANNA)?.stays ?? []).toEqual([]);
    copy.say(stay(ANNA, 'admit', { unit: KIR2 }, TEN));
    expect(onlyStay(copy)).toMatchObject({ status: 'cancelled' });
    expect(copy.writer.nextDue()).toBeNull();
    expect(copy.reader.outcomes()).toEqual([]);
  });

  it('c3.5 unseen: when the event never comes, the cancel is applied as a state by the tick, and not before', () => {
    copy.say(stay(ANNA, 'cancel-discharge', { unit: KIR2, bed: '2' }, TEN));
    const due = copy.writer.nextDue() ?? 0;
    copy.command({ command: 'tick' }, due - 1);
    expect(copy.reader.outcomes({ outcome: 'waiting' })).toHaveLength(1);
    copy.command({ command: 'tick' }, due);
    expect(onlyStay(copy)).toMatchObject({ status: 'present', unit: KIR2, bed: '2' });
    expect(copy.reader.outcomes()).toEqual([]);
  });

  it('c3.5 unseen: a wait survives a restart of the station', () => {
    copy.say(stay(ANNA, 'cancel', {}, TEN));
    const due = copy.writer.nextDue();
    copy.reopen();
    expect(copy.writer.nextDue()).toBe(due);
    copy.say(stay(ANNA, 'admit', {}, TEN));
    expect(onlyStay(copy)).toMatchObject({ status: 'cancelled' });
  });

  it('c3.5 unseen: an admission later than the applied cancel and of an older time does not bring the patient back', () => {
    copy.say(stay(ANNA, 'cancel', {}, TEN));
    copy.command({ command: 'tick' }, TEN + HOUR);
    copy.send({ at: TEN + 2 * HOUR, changes: [stay(ANNA, 'admit', { unit: KIR2, bed: '1' }, TEN)] });
    expect(onlyStay(copy)).toMatchObject({ status: 'cancelled', bed: '1' });
  });
});

describe('c3.6 order of events', () => {
  it('c3.6 late: an older message fills what nothing newer has spoken of, and nothing else', () => {
    copy.say(stay(ANNA, 'admit', { unit: KIR2, bed: '1' }, TEN));
    copy.say(stay(ANNA, 'transfer', { unit: MED1, bed: '7' }, TEN + HOUR));
    copy.say(stay(ANNA, 'transfer', { unit: KIR2, bed: '2', service: 'Kirurgi' }, TEN + MINUTE));
    expect(onlyStay(copy)).toMatchObject({ unit: MED1, bed: '7', service: 'Kirurgi' });
  });

  it('c3.6 late: a bed of an older message is never put on a newer unit', () => {
    copy.say(stay(ANNA, 'admit', { unit: KIR2, room: '1', bed: '3' }, TEN));
    copy.say(stay(ANNA, 'transfer', { unit: MED1 }, TEN + HOUR));
    expect(onlyStay(copy)).toMatchObject({ unit: MED1, room: null, bed: null });
    copy.say(stay(ANNA, 'update', { unit: KIR2, room: '1', bed: '3' }, TEN + MINUTE));
    expect(onlyStay(copy)).toMatchObject({ unit: MED1, room: null, bed: null });
  });

  it('c3.6 late: an old admission never reopens a discharged stay', () => {
    copy.say(stay(ANNA, 'discharge', {}, TEN + HOUR));
    copy.say(stay(ANNA, 'admit', { admittedAt: TEN }, TEN));
    expect(onlyStay(copy)).toMatchObject({ status: 'discharged', admittedAt: TEN, dischargedAt: TEN + HOUR });
  });

  it('§5.25 a begin that lay ahead when it was said is marked, also when its day has come, until another is said', () => {
    copy.say(stay(ANNA, 'admit', { admittedAt: TEN + 120 * HOUR }, TEN));
    expect(onlyStay(copy)).toMatchObject({ admittedAt: TEN + 120 * HOUR, admittedIsAhead: true });
    copy.send({ at: TEN + 130 * HOUR, changes: [stay(ANNA, 'update', {}, TEN + 130 * HOUR)] });
    expect(onlyStay(copy)).toMatchObject({ admittedIsAhead: true });
    copy.send({ at: TEN + 131 * HOUR, changes: [stay(ANNA, 'update', { admittedAt: TEN }, TEN + 131 * HOUR)] });
    expect(onlyStay(copy)).toMatchObject({ admittedAt: TEN });
    expect(onlyStay(copy)).not.toHaveProperty('admittedIsAhead');
  });

  it('c3.6 late: an old discharge never closes a stay that was opened again, nor dates it', () => {
    copy.say(stay(ANNA, 'admit', {}, TEN + HOUR));
    copy.say(stay(ANNA, 'discharge', { dischargedAt: TEN }, TEN));
    expect(onlyStay(copy)).toMatchObject({ status: 'present', dischargedAt: null });
  });

  it('c3.6 late: within one event time the greater sequence number stands', () => {
    copy.send({ changes: [stay(ANNA, 'admit', { bed: '2' }, TEN)], sequence: 12 });
    copy.send({ changes: [stay(ANNA, 'update', { bed: '1' }, TEN)], sequence: 11 });
    expect(onlyStay(copy)).toMatchObject({ bed: '2' });
  });

  it('an update never says that a stay began or ended', () => {
    copy.say(stay(ANNA, 'update', { unit: KIR2 }, TEN));
    expect(onlyStay(copy)).toMatchObject({ status: 'unknown', unit: KIR2 });
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
    expect(onlyStay(copy)).toMatchObject({ status: 'on-leave', leaveSince: TEN + HOUR });
    expect(copy.reader.census(KIR2).map(({ kind }) => kind)).toEqual(['on-leave']);
    copy.say(stay(ANNA, 'return', {}, TEN + 2 * HOUR));
    expect(onlyStay(copy)).toMatchObject({ status: 'present', leaveSince: null });
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
