// A theatre's pack: who has a chart in it, and who a sheet to sign on.

import { expect, it } from 'vitest';
import { bookedUnitReference, bookingOf } from '../domain/booking.ts';
import { entry, HOUR_MS, NOW_MS, now, patientCopy, stay } from '../domain/chart/chart.fixture.ts';
import { composeChart } from '../domain/chart/compose.ts';
import { type PatientKey, patientKey, unitId } from '../domain/identity.ts';
import type { CensusRow } from '../domain/unit-list/census-row.ts';
import { composeUnitList } from '../domain/unit-list/unit-list.ts';
import { type PreparedPrint, packPrint } from './jobs.ts';
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

const packOf = (...rows: readonly CensusRow[]): PreparedPrint => printOf(rows, null);
function printOf(rows: readonly CensusRow[], only: ReadonlySet<PatientKey> | null): PreparedPrint {
  const list = composeUnitList({
    unit: { id: OP, name: 'Centraloperation', listKind: 'surgery' },
    ...{ asOf: null, rows, feeds: [], copyOf, names: {}, now },
  });
  const charts = new Map(rows.map(({ key }) => [key, composeChart(copyOf(key), now)]));
  return packPrint({ list, charts, printing: printing(), only, openSheets: () => [] });
}

const sheetsOf = (...rows: readonly CensusRow[]): readonly string[] =>
  packOf(...rows).sheets.map(({ kind, patient, number }) =>
    [patient?.[0] ?? '', kind, number ?? ''].filter((one) => one !== '').join(' '),
  );

it('who is only booked or expected there has no sheet to sign on, whether or not it is told where they lie: the ward’s pack may have one', () => {
  const lies = stay({ unit: unitId('K2'), room: '3', bed: '1' });
  const rows = [line('a', { lies }), line('b'), line('c', { kind: 'expected' }), line('d', { kind: 'present' })];
  expect(sheetsOf(...rows)).toEqual(['list', 'a reading', 'b reading', 'c reading', 'd reading', 'd signing OP-37-01']);
});

it('who is expected there and operated on has the chart in it; a cancelled one, and one without an operation, have not', () => {
  const rows = [
    line('a', { kind: 'expected' }),
    line('b', {}, 'cancelled'),
    line('c', { kind: 'expected', bookings: [] }),
  ];
  expect(sheetsOf(...rows)).toEqual(['list', 'a reading']);
});

it('whom somebody has chosen has the chart also before they have come, and nothing to sign on', () => {
  const rows = [line('a', { kind: 'expected', bookings: [] }), line('b', {}, 'cancelled'), line('c')];
  const { sheets } = printOf(rows, new Set([keyOf('a'), keyOf('b')]));
  expect(sheets.map(({ kind, patient }) => `${patient?.[0] ?? ''} ${kind}`.trim())).toEqual([
    'list',
    'a reading',
    'b reading',
  ]);
});

it('its cover promises signing sheets only for those who are there', () => {
  const cover = (...rows: readonly CensusRow[]) => JSON.stringify(packOf(...rows).job.sheets[0]);
  expect(cover(line('b'))).toContain('Signeringsblad finns bara för inskrivna här.');
  expect(cover(line('b'), line('d', { kind: 'present' }))).toContain(
    'Signeringsblad finns bara för inskrivna här: OP-37-01–OP-37-01.',
  );
  expect(cover(line('d', { kind: 'present' }))).toContain('Läsblad och signeringsblad för varje patient följer.');
});
