// A theatre's pack: who has a chart in it, and who a sheet to sign on.

import { expect, it } from 'vitest';
import { bookedUnitReference, bookingOf } from '../domain/booking.ts';
import { entry, HOUR_MS, NOW_MS, now, patientCopy, stay } from '../domain/chart/chart.fixture.ts';
import { composeChart } from '../domain/chart/compose.ts';
import { type PatientKey, patientKey, unitId } from '../domain/identity.ts';
import type { CensusRow } from '../domain/unit-list/census-row.ts';
import { composeUnitList } from '../domain/unit-list/unit-list.ts';
import { packPrint } from './jobs.ts';
import { printing } from './paper.fixture.ts';

const OP = unitId('OP');
const keyOf = (letter: string): PatientKey => patientKey(letter.repeat(26));
const copyOf = (key: PatientKey) => ({ ...patientCopy(), key });

function line(letter: string, more: Partial<CensusRow> = {}, status = 'booked'): CensusRow {
  const booking = bookingOf(
    entry('surgery', {
      resourceType: 'Appointment',
      status,
      start: new Date(NOW_MS + HOUR_MS).toISOString(),
      supportingInformation: [bookedUnitReference(OP, '')],
    }),
  );
  return {
    key: keyOf(letter),
    identity: { domain: 'local', id: letter },
    kind: 'booked',
    stay: stay({ unit: OP, status: 'planned' }),
    bookings: booking === null ? [] : [booking],
    person: null,
    isProtected: false,
    bedConflict: false,
    sourceConflict: false,
    identityConflict: false,
    severalPlaces: false,
    ...more,
  };
}

function sheetsOf(...rows: readonly CensusRow[]): readonly (string | null)[] {
  const list = composeUnitList({
    unit: { id: OP, name: 'Centraloperation', listKind: 'surgery' },
    ...{ asOf: null, rows, feeds: [], copyOf, names: {}, now },
  });
  const charts = new Map(rows.map(({ key }) => [key, composeChart(copyOf(key), now)]));
  const { sheets } = packPrint({ list, charts, printing: printing(), only: null, openSheets: () => [] });
  return sheets.map(({ kind, patient, number }) =>
    [patient?.[0] ?? '', kind, number ?? ''].filter((one) => one !== '').join(' '),
  );
}

it('who lies on a ward is signed for on the ward’s sheet alone; who comes from home on the theatre’s', () => {
  const lies = stay({ unit: unitId('K2'), room: '3', bed: '1' });
  expect(sheetsOf(line('a', { lies }), line('b'), line('c', { kind: 'present' }))).toEqual([
    'list',
    'a reading',
    'b reading',
    'b signing OP-37-01',
    'c reading',
    'c signing OP-37-02',
  ]);
});

it('who is expected there and operated on has the chart in it; a cancelled one, and one without an operation, have not', () => {
  const rows = [
    line('a', { kind: 'expected' }),
    line('b', {}, 'cancelled'),
    line('c', { kind: 'expected', bookings: [] }),
  ];
  expect(sheetsOf(...rows)).toEqual(['list', 'a reading', 'a signing OP-37-01']);
});
