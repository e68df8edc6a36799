// The list of a theatre or a clinic, made of what is booked there (decision 0029): who, when, how it stands, and where they lie.

import type { Appointment } from 'fhir/r4';
import { describe, expect, it } from 'vitest';
import { bookedUnitReference } from '../domain/booking.ts';
import type { ResourceChange } from '../domain/changes.ts';
import { composeChart } from '../domain/chart/compose.ts';
import type { Identity, UnitId } from '../domain/identity.ts';
import type { CensusRow } from '../domain/unit-list/census-row.ts';
import {
  ANNA,
  BERTIL,
  declared,
  HOUR,
  handleOf,
  JOURNAL,
  KIR2,
  LAB,
  local,
  MED1,
  MINUTE,
  OP,
  person,
  resource,
  stay,
  TEN,
  type TestCopy,
} from './copy.fixture.ts';
import { onFreshCopy } from './fresh-copy.fixture.ts';

let copy: TestCopy;
onFreshCopy((fresh) => {
  copy = fresh;
});

interface Said {
  readonly who?: Identity;
  readonly key?: string;
  readonly at?: number;
  /** Null: a place nobody has declared; absent: the message names none. */
  readonly unit?: UnitId | null;
  readonly status?: Appointment['status'];
  readonly more?: Partial<Appointment>;
  readonly mode?: ResourceChange['mode'];
}

/** As intake makes it of a message (scheduling.ts). */
function booking({ who = ANNA, key = 'B1', at, unit, status, more = {}, mode = 'merge' }: Said): ResourceChange {
  const found: Partial<Appointment> = {
    ...(status === undefined ? {} : { status }),
    ...(at === undefined ? {} : { start: new Date(at).toISOString() }),
    ...(unit === undefined ? {} : { supportingInformation: [bookedUnitReference(unit, '')] }),
    ...more,
  };
  return resource(who, `Appointment/${key}`, {
    part: 'surgery',
    at: at ?? copy.wall,
    state: mode === 'withdraw' ? 'deleted' : 'final',
    mode,
    resource: { resourceType: 'Appointment', ...found } as Appointment,
  });
}

const ASKED: Partial<Appointment> = { identifier: [{ value: 'A1' }] };
const ANSWERED: Partial<Appointment> = { identifier: [{ value: 'S1' }, { value: 'A1' }] };
const IN_TWO_HOURS = TEN + 2 * HOUR;
const booked = (said: Said = {}): ResourceChange => booking({ at: IN_TWO_HOURS, unit: OP, status: 'booked', ...said });
const list = (unit = OP, asOf?: number): CensusRow[] => copy.reader.census(unit, asOf === undefined ? {} : { asOf });
const told = (rows: readonly CensusRow[]) =>
  rows.map(({ kind, identity, bookings = [] }) => [
    kind,
    identity.id,
    ...bookings.map(({ startMs, status }) => `${(startMs - TEN) / HOUR} h ${status}`),
  ]);

describe('who is booked at a unit', () => {
  it('is on its list at the time, with the place where they lie; and the ward has no stranger by it', () => {
    copy.say(stay(ANNA, 'admit', { unit: KIR2, room: '3', bed: '1' }, TEN));
    copy.say(booked(), booking({ at: TEN + HOUR, unit: KIR2, status: 'booked', who: BERTIL, key: 'B2' }));
    expect(told(list())).toEqual([['booked', ANNA.id, '2 h bokad']]);
    expect(list()[0]).toMatchObject({
      lies: { unit: KIR2, room: '3', bed: '1' },
      stay: { unit: OP, status: 'planned' },
    });
    expect(told(list(KIR2))).toEqual([['present', ANNA.id]]);
    const counts = new Map(copy.reader.units().map((unit) => [unit.unit, unit.counts]));
    expect([counts.get(OP), counts.get(KIR2)]).toMatchObject([
      { booked: 1, present: 0 },
      { booked: 0, present: 1 },
    ]);
  });

  it('stands in the order of time, once for each time, and twice at one time on one line', () => {
    copy.say(
      booked({ who: BERTIL, key: 'B2', at: TEN + HOUR }),
      booked(),
      booked({ key: 'B3', at: TEN + 20 * HOUR }),
      booked({ key: 'B4', at: TEN + 20 * HOUR }),
    );
    expect(told(list())).toEqual([
      ['booked', BERTIL.id, '1 h bokad'],
      ['booked', ANNA.id, '2 h bokad'],
      ['booked', ANNA.id, '20 h bokad', '20 h bokad'],
    ]);
    expect(copy.reader.units().find(({ unit }) => unit === OP)?.counts.booked).toBe(2);
  });

  it('at two times that day, or by two sources at two times, is two lines that name each other; on another day they do not', () => {
    const beside = () =>
      list().map(({ bookings = [], alsoBooked }) =>
        [bookings, alsoBooked ?? []].map((some) =>
          some.map(({ startMs, source, status }) => `${(startMs - TEN) / HOUR} h ${source} ${status}`).join(),
        ),
      );
    copy.say(booked(), booked({ key: 'B3', at: TEN + 26 * HOUR }));
    expect(beside()).toEqual([
      ['2 h journal bokad', ''],
      ['26 h journal bokad', ''],
    ]);
    copy.send({ source: LAB, changes: [booked({ key: 'X7', at: TEN + 2.5 * HOUR, status: 'cancelled' })] });
    expect(beside()).toEqual([
      ['2 h journal bokad', '2.5 h lab inställd'],
      ['26 h journal bokad', ''],
      ['2.5 h lab inställd', '2 h journal bokad'],
    ]);
  });

  it('on either side of midnight names the other too', () => {
    copy.say(booked({ at: TEN + 12.75 * HOUR }), booked({ key: 'B3', at: TEN + 13.25 * HOUR }));
    expect(list().map(({ alsoBooked = [] }) => alsoBooked.map(({ key }) => key))).toEqual([
      ['Appointment/B3'],
      ['Appointment/B1'],
    ]);
  });

  it('stands after what is going on and to come when it is done or off: at night nobody looks for what is next below last evening’s', () => {
    copy.say(
      booked({ at: TEN - 10 * HOUR, status: 'fulfilled' }),
      booked({ who: BERTIL, key: 'B2', at: TEN - HOUR, status: 'arrived' }),
      booked({ key: 'B3', at: TEN + HOUR, status: 'cancelled' }),
      booked({ who: BERTIL, key: 'B4', at: TEN + 2 * HOUR }),
    );
    expect(told(list()).map(([, , words]) => words)).toEqual([
      '-1 h påbörjad',
      '2 h bokad',
      '-10 h genomförd',
      '1 h inställd',
    ]);
  });

  it('is one line where they also are there, or are expected, and the line tells the booking', () => {
    copy.say(stay(ANNA, 'admit', { unit: OP }, TEN), stay(BERTIL, 'pre-admit', { plannedUnit: OP }, TEN, 'V2'));
    copy.say(booked(), booked({ who: BERTIL, key: 'B2' }));
    expect(told(list()).sort()).toEqual([
      ['expected', BERTIL.id, '2 h bokad'],
      ['present', ANNA.id, '2 h bokad'],
    ]);
    copy.say(stay(ANNA, 'discharge', {}, TEN + MINUTE));
    expect(told(list()).filter(([, who]) => who === ANNA.id)).toEqual([['booked', ANNA.id, '2 h bokad']]);
  });

  it('and is said to lie in two places, or elsewhere by another source: the line says of which places, for those who may not know of one', () => {
    copy.command({ command: 'declare', sources: [declared(JOURNAL, 1), declared(LAB, 2)] }, TEN);
    copy.say(stay(ANNA, 'admit', { unit: KIR2, bed: '1' }, TEN), booked());
    expect(list()[0]?.remarkPlaces).toBeUndefined();
    copy.send({ source: LAB, changes: [stay(ANNA, 'admit', { unit: MED1, bed: '2' }, TEN + MINUTE)] });
    expect(list()[0]).toMatchObject({ sourceConflict: true, remarkPlaces: { several: [], differing: [KIR2, MED1] } });
    copy.say(stay(ANNA, 'admit', { unit: MED1, bed: '2' }, TEN, 'V2'));
    expect(list()[0]?.severalPlaces).toBe(true);
    expect(list()[0]?.remarkPlaces?.several.toSorted()).toEqual([KIR2, MED1]);
  });

  it('with protected identity is on the list as that', () => {
    copy.say(person(ANNA, { meta: { security: [{ code: 'R' }] } }), booked());
    expect(list()[0]).toMatchObject({ kind: 'booked', isProtected: true });
  });

  it.each([
    ['17:30 the evening before', -17.5, false],
    ['18:30 the evening before', -16.5, true],
    ['at 11:15 the day after tomorrow', 48.25, false],
    ['at 10:45 the day after tomorrow', 47.75, true],
  ])('on the list at eleven o’clock: %s', (_, hours, isOn) => {
    copy.say(booked({ at: TEN + hours * HOUR }));
    expect(list().length === 1).toBe(isOn);
  });
});

describe('what becomes of a booking', () => {
  it.each<[Appointment['status'], string]>([
    ['cancelled', 'inställd'],
    ['noshow', 'uteblev'],
    ['arrived', 'påbörjad'],
    ['fulfilled', 'genomförd'],
  ])(
    '%s: it stays on the list as *%s*, at its own time, also where the message names neither time nor place',
    (status, words) => {
      copy.say(booked({ at: TEN + 30 * HOUR }));
      copy.say(booking({ status }));
      expect(told(list())).toEqual([['booked', ANNA.id, `30 h ${words}`]]);
      expect(copy.chart(ANNA).parts.surgery.entries[0]?.at).toBe(TEN + 30 * HOUR);
    },
  );

  it('booked by mistake: it leaves the list', () => {
    copy.say(booked());
    copy.say(booking({ mode: 'withdraw', status: 'entered-in-error' }));
    expect(list()).toEqual([]);
  });

  it('moved to another day, to another unit, or to a place that nobody knows: it is where it was last said to be', () => {
    copy.say(booked());
    copy.say(booked({ at: TEN + 5 * 24 * HOUR }));
    expect(list()).toEqual([]);
    copy.say(booked({ at: TEN + 3 * HOUR }));
    expect(told(list())).toEqual([['booked', ANNA.id, '3 h bokad']]);
    copy.say(booking({ unit: null }));
    expect(list()).toEqual([]);
    copy.say(booking({ unit: OP }));
    expect(list()).toHaveLength(1);
    copy.say(booking({ unit: MED1 }));
    expect([list(), list(MED1)]).toEqual([[], []]);
  });

  it('moved to a day without a clock time: it is on that day’s list and not at the time it had, however late the older word comes', () => {
    copy.say(booked());
    const [day] = new Date(TEN + 24 * HOUR).toISOString().split('T');
    const toDay = booking({ unit: OP, status: 'booked', more: { requestedPeriod: [{ start: day }] } });
    copy.say(toDay);
    copy.send({ eventAt: TEN - MINUTE, changes: [booking({ at: IN_TWO_HOURS })] });
    expect(list().map(({ bookings = [] }) => bookings.map(({ isWholeDay, endMs }) => [isWholeDay, endMs]))).toEqual([
      [[true, null]],
    ]);
    expect(told(list())).not.toEqual([['booked', ANNA.id, '2 h bokad']]);
    // And to a time again.
    copy.say(booking({ at: TEN + 5 * HOUR }));
    expect(told(list())).toEqual([['booked', ANNA.id, '5 h bokad']]);
  });

  it('said late, an older word moves nothing', () => {
    copy.send({ eventAt: TEN + MINUTE, changes: [booking({ status: 'cancelled' })] });
    copy.send({ eventAt: TEN, changes: [booked()] });
    expect(told(list())).toEqual([['booked', ANNA.id, '2 h inställd']]);
  });

  it('cancelled under the number that the scheduling system gave it, it is not still booked under the asker’s', () => {
    copy.say(booked({ key: 'placer:A1', more: { identifier: [{ value: 'A1' }] } }));
    copy.say(booking({ status: 'cancelled', more: { identifier: [{ value: 'S1' }, { value: 'A1' }] }, key: 'S1' }));
    expect(told(list())).toEqual([['booked', ANNA.id, '2 h inställd']]);
  });

  it.each<[string, Said, Said]>([
    [
      'under the scheduling system’s, next week under the asker’s',
      { key: 'placer:A1', more: ASKED },
      { more: ANSWERED },
    ],
    [
      'under the asker’s, long ago under the scheduling system’s',
      { more: ANSWERED },
      { key: 'placer:A1', more: ASKED },
    ],
  ])('with its unit and another day under one of its numbers, moved to today under the other: %s', (_, unit, time) => {
    const far = unit.key === undefined ? -40 * 24 * HOUR : 7 * 24 * HOUR;
    copy.say(booked({ ...unit, at: TEN + far }));
    expect(list()).toEqual([]);
    copy.say(booking({ ...time, at: IN_TWO_HOURS, status: 'booked' }));
    expect(told(list())).toEqual([['booked', ANNA.id, '2 h bokad']]);
    expect(copy.reader.whereabouts(handleOf(ANNA))?.bookings.listed).toEqual([OP]);
    const before = copy.wall;
    copy.send({ at: before + 10 * MINUTE, changes: [booking({ ...time, at: TEN + 9 * 24 * HOUR })] });
    expect([told(list()), told(list(OP, before + MINUTE))]).toEqual([[], [['booked', ANNA.id, '2 h bokad']]]);
  });

  it('with its unit and another day under one number of the person, moved to today under the next but one', () => {
    const [old, older] = [local('4711'), local('4712')];
    copy.command({ command: 'declare', sources: [declared(JOURNAL, 1, ['surgery', 'stay', 'person'])] }, TEN);
    copy.say(booked({ who: older, at: TEN + 7 * 24 * HOUR }));
    copy.say({ kind: 'merge', survivor: old, subsumed: older });
    copy.say({ kind: 'merge', survivor: ANNA, subsumed: old }, booking({ at: IN_TWO_HOURS }));
    expect(told(list())).toEqual([['booked', ANNA.id, '2 h bokad']]);
  });

  it('cancelled under another number of the person, it is cancelled; unmerged, each number has its own word again', () => {
    const old = local('4711');
    copy.command({ command: 'declare', sources: [declared(JOURNAL, 1, ['surgery', 'stay', 'person'])] }, TEN);
    copy.say(booked({ who: old }));
    copy.say({ kind: 'merge', survivor: ANNA, subsumed: old }, booking({ status: 'cancelled' }));
    expect(told(list())).toEqual([['booked', ANNA.id, '2 h inställd']]);
    copy.say({ kind: 'unmerge', survivor: ANNA, subsumed: old });
    expect(told(list())).toEqual([['booked', '4711', '2 h bokad']]);
  });

  it('as of an earlier moment the list is what it was then', () => {
    copy.say(booked());
    const before = copy.wall;
    copy.send({ at: before + 10 * MINUTE, changes: [booked({ at: TEN + 4 * HOUR, unit: null })] });
    expect([told(list()), told(list(OP, before + MINUTE))]).toEqual([[], [['booked', ANNA.id, '2 h bokad']]]);
  });
});

describe('who may read', () => {
  it('whose list they stand on these days, and where else they have ever been booked', () => {
    copy.say(booked(), booked({ key: 'B2', unit: MED1 }), booked({ who: BERTIL, key: 'B3', at: TEN + 9 * 24 * HOUR }));
    expect(copy.reader.whereabouts(handleOf(ANNA))?.bookings).toMatchObject({ listed: [OP] });
    expect(copy.reader.whereabouts(handleOf(ANNA))?.bookings.named.toSorted()).toEqual([MED1, OP]);
    expect(copy.reader.whereabouts(handleOf(BERTIL))?.bookings).toEqual({ listed: [], named: [OP] });
  });
});

it('a ward patient’s chart says of its feeds what it said before anything was booked for them elsewhere', () => {
  const feeds = [
    { part: 'surgery', units: [KIR2], heartbeat: 'any-message' },
    { part: 'allergies', units: [KIR2], heartbeat: 'any-message' },
  ] as const;
  const elsewhere = [{ part: 'limits', units: [OP], heartbeat: 'own-messages' }] as const;
  const sources = [declared(JOURNAL, 1, [], { feeds }), declared(LAB, 2, [], { feeds: elsewhere })];
  copy.command({ command: 'declare', sources }, TEN);
  copy.say(stay(ANNA, 'admit', { unit: KIR2, bed: '1' }, TEN));
  const statesNow = () => {
    const chart = copy.chart(ANNA);
    const now = { wallMs: TEN + HOUR, boot: 'test', monotonicMs: 2 * HOUR };
    const { blocks } = composeChart(
      { ...chart, parts: { ...chart.parts, surgery: { ...chart.parts.surgery, entries: [] } } },
      now,
    );
    return blocks.flatMap(({ parts }) => parts.map(({ part, state, content }) => [part, state.state, content.kind]));
  };
  const feedsNow = () =>
    Object.values(copy.chart(ANNA).parts).map(({ part, feeds: own }) => [part, own.map((one) => one.source)]);
  const before = [statesNow(), feedsNow()];
  copy.say(booked());
  expect(list()).toHaveLength(1);
  expect([statesNow(), feedsNow()]).toEqual(before);
});
