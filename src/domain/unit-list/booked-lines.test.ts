// A theatre's list: when and what, how it stands, where the patient lies, and never that they are here.

import { describe, expect, it } from 'vitest';
import { bookedUnitReference, bookingOf, bookingStatusWords } from '../booking.ts';
import {
  entry,
  feed,
  feedsInDoubt,
  HOUR_MS,
  LAB,
  MINUTE_MS,
  NOW_MS,
  now,
  patientCopy,
  SOURCE_NAMES,
  stay,
} from '../chart/chart.fixture.ts';
import { unitId } from '../identity.ts';
import { PART_NAMES } from '../parts.ts';
import type { Entry } from '../patient-copy.ts';
import type { ListKind } from '../unit.ts';
import type { CensusRow } from './census-row.ts';
import { composeUnitList, type UnitList } from './unit-list.ts';

const OP = unitId('OP');
const START = NOW_MS + 2 * HOUR_MS;

const appointment = (change: object = {}, part: 'surgery' | 'visits' = 'surgery'): Entry =>
  entry(
    part,
    {
      resourceType: 'Appointment',
      status: 'booked',
      start: new Date(START).toISOString(),
      end: new Date(START + 90 * MINUTE_MS).toISOString(),
      serviceType: [{ text: 'Kolecystektomi' }],
      comment: 'Sida: höger',
      participant: [{ actor: { display: 'OP Sal 3' } }, { actor: { display: 'Bo Berg' } }],
      supportingInformation: [bookedUnitReference(OP, '')],
      ...change,
    },
    { key: 'Appointment/1' },
  );

function listOf(
  told: Entry,
  {
    kind = 'surgery',
    row = {},
    others = [],
  }: { kind?: ListKind; row?: Partial<CensusRow>; others?: readonly CensusRow[] } = {},
  feeds = PART_NAMES.map((part) => feed(part)),
  more: Partial<Parameters<typeof composeUnitList>[0]> = {},
): UnitList {
  const booking = bookingOf(told);
  const copy = patientCopy({ parts: { [told.part]: { entries: [told] } } });
  const line: CensusRow = {
    key: copy.key,
    identity: copy.identities[0]?.identity ?? { domain: '', id: '' },
    kind: 'booked',
    stay: stay({ unit: OP, status: 'planned', room: null, bed: null }),
    bookings: booking === null ? [] : [booking],
    lies: stay({ unit: unitId('K2'), room: '3', bed: '1' }),
    person: copy.person,
    isProtected: false,
    bedConflict: false,
    sourceConflict: false,
    identityConflict: false,
    severalPlaces: false,
    ...row,
  };
  return composeUnitList({
    ...more,
    unit: { id: OP, name: 'Centraloperation', listKind: kind },
    asOf: null,
    rows: [line, ...others],
    feeds: feeds.map((one) => ({ feed: one, declaredName: one.source })),
    copyOf: () => copy,
    names: { sourceNames: SOURCE_NAMES, unitNames: { K2: 'Kirurgavdelning 2' } },
    now,
  });
}
const words = (list: UnitList, name: 'when' | 'surgery'): readonly string[] =>
  list.rows[0]?.cells?.[name].map((line) => line.words) ?? [];

describe('a line of somebody booked', () => {
  it('has its time as place, and tells what, which side, where, by whom, and where the patient lies', () => {
    const list = listOf(appointment());
    expect(list.rows[0]?.who).toMatchObject({ kindWords: 'bokad', place: expect.stringMatching(/^\d\d:\d\d$/) });
    expect(words(list, 'when')).toEqual([
      expect.stringMatching(/^bokad \d\d:\d\d–\d\d:\d\d$/),
      'ligger på Kirurgavdelning 2 3:1',
    ]);
    expect(words(list, 'surgery')).toEqual(['Kolecystektomi', 'Sida: höger', 'OP Sal 3, Bo Berg']);
  });

  it.each([
    ['arrived', /^påbörjad, bokad \d\d:\d\d$/],
    ['fulfilled', /^genomförd, var bokad \d\d:\d\d$/],
    ['cancelled', /^inställd, var bokad \d\d:\d\d$/],
    ['noshow', /^uteblev, var bokad \d\d:\d\d$/],
    ['pending', /^preliminär, bokad \d\d:\d\d$/],
    ['strange', /^okänd status \(strange\), bokad \d\d:\d\d$/],
    [undefined, /^bokad \d\d:\d\d–\d\d:\d\d, läge ej angivet$/],
  ])('with status %s says so, and never that the patient is here', (status, said) => {
    const list = listOf(appointment({ status }));
    expect(words(list, 'when')[0]).toMatch(said);
    expect(JSON.stringify(list.rows[0]?.who)).not.toMatch(/inneliggande|ankom/);
  });

  it('names what else is booked that day, and of another source that it may be the same', () => {
    const other = (change: object, more: Partial<Entry> = {}) => {
      const start = new Date(START + 30 * MINUTE_MS).toISOString();
      return bookingOf({ ...appointment({ start, end: undefined, ...change }), key: 'Appointment/2', ...more });
    };
    const saying = (also: ReturnType<typeof other>) =>
      words(listOf(appointment(), { row: { alsoBooked: also === null ? [] : [also] } }), 'when');
    expect(saying(other({}))).toEqual([
      expect.stringMatching(/^bokad \d\d:\d\d–\d\d:\d\d$/),
      expect.stringMatching(/^även bokad \d\d:50$/),
      'ligger på Kirurgavdelning 2 3:1',
    ]);
    expect(saying(other({ status: 'cancelled' }, { source: LAB }))).toEqual([
      expect.stringMatching(/^bokad \d\d:\d\d–\d\d:\d\d enligt Journalen$/),
      expect.stringMatching(/^även inställd, var bokad \d\d:50 enligt Labbet – kanske samma$/),
      'ligger på Kirurgavdelning 2 3:1',
    ]);
  });

  it('of two sources at one time says who says what', () => {
    const own = bookingOf(appointment());
    const lab = bookingOf({ ...appointment({ status: 'cancelled' }), source: LAB });
    const bookings = [own, lab].filter((one) => one !== null);
    expect(words(listOf(appointment(), { row: { bookings } }), 'when').slice(0, 2)).toEqual([
      expect.stringMatching(/^bokad .* enligt Journalen$/),
      expect.stringMatching(/^inställd, var bokad .* enligt Labbet$/),
    ]);
  });

  it('without a place that the reader may know of says no more than that', () => {
    const { rows } = listOf(appointment(), { row: { lies: undefined } as unknown as Partial<CensusRow> });
    expect(rows[0]?.cells?.when[1]?.words).toBe('vårdplats ej känd här');
  });

  it('of a day without a clock says which day, and that the time is missing', () => {
    const day = new Date(NOW_MS).toISOString().slice(0, 10);
    const list = listOf(appointment({ start: undefined, end: undefined, requestedPeriod: [{ start: day }] }));
    expect(words(list, 'when')[0]).toMatch(/^bokad \p{L}{3} \d+ \p{L}{3}, klockslag saknas$/u);
  });

  it('of a visit tells what it is for beside the time, since that list has no column of operations', () => {
    const list = listOf(appointment({ serviceType: [{ text: 'Återbesök' }] }, 'visits'), { kind: 'visits' });
    expect(words(list, 'when')).toEqual(expect.arrayContaining(['Återbesök']));
  });

  it('that is also here has both what the stay says and what is booked', () => {
    const { rows } = listOf(appointment(), { row: { kind: 'present', stay: stay({ unit: OP }) } });
    expect(rows[0]?.cells?.when.map((line) => line.words)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^Inskriven/), expect.stringMatching(/^bokad /)]),
    );
  });
});

describe('the list', () => {
  it('follows the feed of the operations in head, column and age', () => {
    const feeds = PART_NAMES.flatMap((part) => (part === 'surgery' ? feedsInDoubt(part, 'silent') : [feed(part)]));
    const list = listOf(appointment(), {}, feeds);
    expect(list.header.words).toMatch(/^Kopian: planerade operationer tyst/);
    expect(list.columns.find(({ name }) => name === 'when')?.state).toBe('silent');
    expect(list.age[0]).toMatch(/^Planerade operationer: .*tyst/i);
    const critical = PART_NAMES.flatMap((part) =>
      part === 'surgery' || part === 'allergies' ? feedsInDoubt(part, 'silent') : [feed(part)],
    );
    expect(listOf(appointment(), {}, critical).header.words).toMatch(/planerade operationer/);
  });

  it('says up to when it holds: a day that it does not reach is not a free one', () => {
    expect(listOf(appointment()).age.join()).not.toContain('Bokade efter');
    const until = { bookedUntil: NOW_MS + 48 * HOUR_MS };
    expect(listOf(appointment(), {}, undefined, until).age.at(-1)).toMatch(
      /^Bokade efter .*\d\d:\d\d står inte på listan\.$/,
    );
  });

  it('warns of whom the patient may be taken for on the same list', () => {
    const list = listOf(appointment());
    const [line] = list.rows;
    if (line === undefined) throw new Error('nobody on the list');
    const twin = { ...line, key: 'twin' as CensusRow['key'], identity: { ...line.identity, id: '189002029819' } };
    const both = listOf(appointment(), { others: [twin] });
    expect(both.rows[0]?.cells?.warnings.map((one) => one.words).join()).toMatch(/Namnlik: listan \d\d:\d\d/);
  });
});

it('a server’s own booking has arrived when it says so; a message’s has begun', () => {
  expect(bookingStatusWords({ resourceType: 'Appointment', status: 'arrived' })).toBe('påbörjad');
  expect(bookingStatusWords({ resourceType: 'Appointment', id: '7', status: 'arrived' })).toBe('ankommen');
});
