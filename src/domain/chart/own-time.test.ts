// What was measured, given or done without its source saying when: never shown, sorted or counted as of the moment it came.

import { describe, expect, test } from 'vitest';
import type { Entry } from '../patient-copy.ts';
import {
  type CopyChange,
  DAY_MS,
  entry,
  HOUR_MS,
  JOURNAL,
  LAB,
  MINUTE_MS,
  member,
  NOW_MS,
  now,
  observation,
  partOf,
  patientCopy,
  SOURCE_NAMES,
} from './chart.fixture.ts';
import type { BlockView, Chart } from './chart.ts';
import { composeChart } from './compose.ts';
import { renderChartText } from './text.ts';

const chartOf = (parts: CopyChange['parts']): Chart =>
  composeChart(patientCopy({ parts: parts ?? {} }), now, { sourceNames: SOURCE_NAMES });
function viewOf<Kind extends BlockView['kind']>(kind: Kind, parts: CopyChange['parts']) {
  const view = chartOf(parts).blocks.find((block) => block.view?.kind === kind)?.view;
  return view as Extract<BlockView, { kind: Kind }>;
}
const textOf = (parts: CopyChange['parts'], width = 100): string => renderChartText(chartOf(parts), width);

const SET = [
  observation('9279-1', 'Andningsfrekvens', '22', '/min'),
  observation('59408-5', 'SpO2', '93', '%'),
  observation('3151-8', 'Syrgasflöde', '2', 'l/min'),
  observation('8480-6', 'Systoliskt', '112', 'mm[Hg]'),
  observation('8867-4', 'Puls', '104', '/min'),
  { resourceType: 'Observation', code: { text: 'Medvetande' }, valueString: 'A' },
  observation('8310-5', 'Temp', '38.2', 'Cel'),
];
const knownBy = (is: string, ms: number) => ({
  url: 'urn:reservkraft:time-not-own',
  extension: [
    { url: 'is', valueCode: is },
    { url: 'at', valueDateTime: new Date(ms).toISOString() },
  ],
});
const vitals = (at: number, effectiveDateTime: string | undefined, resources: readonly unknown[] = SET): Entry =>
  entry(
    'vitals',
    { resourceType: 'DiagnosticReport', code: { text: 'Vitalparametrar' }, effectiveDateTime },
    {
      key: `Set/vitals/${at}`,
      at,
      members: resources.map((one, index) => ({ ...member(String(index), one), receivedAt: at })),
    },
  );
const iso = (ms: number): string => new Date(ms).toISOString();
const potassium = (at: number, written: string, rest: object = {}, change: Partial<Entry> = {}): Entry =>
  entry('results', observation('2823-3', 'P-Kalium', written, 'mmol/L', rest), {
    key: `Observation/${written}`,
    source: LAB,
    at,
    ...change,
  });

describe('a value nobody timed', () => {
  const untimed = { effectiveDateTime: undefined };
  test('says so wherever it stands, with when it came', () => {
    const parts = { results: { entries: [potassium(NOW_MS - 20 * MINUTE_MS, '5.1', untimed)] } };
    const [told] = partOf(chartOf(parts), 'results').entries;
    expect(told?.time).toEqual({
      ms: NOW_MS - 20 * MINUTE_MS,
      text: 'tid saknas, mottaget 11:00',
      notOwn: 'received',
    });
    expect(viewOf('results', parts).table.rows[0]?.latest.time.text).toBe('tid saknas, mottaget 11:00');
    // In a table its head goes on below.
    expect(textOf(parts).replace(/\s+/g, ' ')).toContain('tid saknas, Referens mottaget 11:00 P-Kalium mmol/L 5,1');
    const fluid = entry('fluid-balance', observation('9192-6', 'Urin', '300', 'ml', untimed), { at: NOW_MS });
    expect(textOf({ 'fluid-balance': { entries: [fluid] } })).toContain('  tid saknas, mottaget 11:20\n');
  });

  test('that came another day carries that day', () => {
    const parts = { results: { entries: [potassium(NOW_MS - DAY_MS, '5.1', untimed)] } };
    expect(partOf(chartOf(parts), 'results').entries[0]?.time.text).toBe('tid saknas, mottaget mån 16/11 11:20');
    const old = { results: { entries: [potassium(NOW_MS - 30 * DAY_MS, '5.1', untimed)] } };
    expect(partOf(chartOf(old), 'results').entries[0]?.time.text).toBe('tid saknas, mottaget 18 okt 2026');
  });

  test.each([
    ['specimen-received', 'tid saknas, provet inkom 09:20'],
    ['reported', 'tid saknas, besvarat 09:20'],
    ['recorded', 'tid saknas, registrerat 09:20'],
    ['sent', 'tid saknas, sänt 09:20'],
  ])('says what else is known of it: %s', (is, words) => {
    const said = { ...untimed, extension: [knownBy(is, NOW_MS - 2 * HOUR_MS)] };
    const parts = { results: { entries: [potassium(NOW_MS, '5.1', said)] } };
    expect(partOf(chartOf(parts), 'results').entries[0]?.time).toMatchObject({ text: words, ms: NOW_MS - 2 * HOUR_MS });
  });

  test('is known by its arrival where the sender’s clock claims a later moment', () => {
    const said = { ...untimed, extension: [knownBy('reported', NOW_MS + DAY_MS)] };
    const parts = { results: { entries: [potassium(NOW_MS, '5.1', said)] } };
    expect(partOf(chartOf(parts), 'results').entries[0]?.time).toMatchObject({
      text: 'tid saknas, mottaget 11:20',
      ms: NOW_MS,
    });
  });

  test.each(['', '2026-13-45', 'i går', '2026-02-30T10:00:00Z'])(
    'is also one whose time cannot be read: "%s"',
    (at) => {
      const parts = { results: { entries: [potassium(NOW_MS, '5.1', { effectiveDateTime: at })] } };
      expect(partOf(chartOf(parts), 'results').entries[0]?.time.text).toBe('tid saknas, mottaget 11:20');
    },
  );

  test.each([
    [{ effectiveInstant: '2026-11-17T08:00:00Z' }, '09:00'],
    [{ effectivePeriod: { end: '2026-11-17T08:00:00Z' } }, '09:00'],
    [{ effectiveTiming: { event: ['2026-11-17T08:00:00Z'] } }, '09:00'],
    [{ effectiveDateTime: '2026-11-17' }, 'tis 17 nov'],
  ])('is not one with a time in another form: %o', (said, words) => {
    const parts = { results: { entries: [potassium(NOW_MS, '5.1', said)] } };
    const [told] = partOf(chartOf(parts), 'results').entries;
    expect([told?.time.text, told?.values[0]?.time.text]).toEqual([words, words]);
    expect(told?.time.notOwn).toBeUndefined();
  });

  test('has its report’s time where the report has one, unless intake has noted that it is not its own', () => {
    const at = NOW_MS - 3 * HOUR_MS;
    const values = (one: object) =>
      partOf(chartOf({ vitals: { entries: [vitals(at, iso(at), [one])] } }), 'vitals').entries[0]?.values;
    expect(values(SET[4] as object)?.[0]?.time).toEqual({ ms: at, text: '08:20' });
    const noted = { ...(SET[4] as object), extension: [knownBy('received', NOW_MS)] };
    expect(values(noted)?.[0]?.time.notOwn).toBe('received');
  });
});

describe('among values that were timed one nobody timed', () => {
  const untimed = { effectiveDateTime: undefined };
  test('is never the latest, though it came last; it stands in a column of its own', () => {
    const entries = [
      potassium(NOW_MS - 10 * MINUTE_MS, '6.0', untimed),
      potassium(NOW_MS - 10 * MINUTE_MS, '4.1', {}, { key: 'Observation/2' }),
      potassium(NOW_MS - 5 * HOUR_MS, '3.9'),
    ];
    const { table } = viewOf('results', { results: { entries } });
    expect(table.columns.map(({ time }) => time.text)).toEqual(['06:20', 'tid saknas, mottaget 11:10', '11:10']);
    expect(table.rows[0]?.cells.map((cell) => cell?.text)).toEqual(['3,9', '6,0', '4,1']);
    const later = [potassium(NOW_MS, '6.0', untimed), potassium(NOW_MS - 5 * HOUR_MS, '3.9')];
    expect(viewOf('results', { results: { entries: later } }).table.rows[0]?.latest.text).toBe('3,9');
  });

  test('is told beside the latest also when neither has a column', () => {
    const others = [1, 2, 3, 4, 5, 6].map((minutes) =>
      entry('results', observation('2951-2', 'P-Natrium', '140', 'mmol/L'), {
        key: `Observation/Na${minutes}`,
        at: NOW_MS - minutes * MINUTE_MS,
      }),
    );
    const entries = [
      ...others,
      potassium(NOW_MS - HOUR_MS, '6.0', untimed),
      potassium(NOW_MS - 2 * HOUR_MS, '3.9', {}),
    ];
    const row = viewOf('results', { results: { entries } }).table.rows.find(({ name }) => name === 'P-Kalium');
    expect([row?.latest.text, row?.alsoUntimed.map(({ text }) => text)]).toEqual(['3,9', ['6,0']]);
    const text = textOf({ results: { entries } });
    expect(text).toMatch(/senaste 3,9, 09:20/);
    expect(text).toContain('P-Kalium, kanske senare: 6,0 mmol/L, tid saknas, mottaget 10:20');
  });

  test('does not widen the table out of sight: its head goes on below', () => {
    const at = [0, 1, 2, 3].map((hour) => NOW_MS - hour * HOUR_MS);
    const entries = [
      ...at.map((ms) => potassium(ms, '4.1', {}, { key: `Observation/${ms}` })),
      potassium(NOW_MS - 30 * MINUTE_MS, '6.0', untimed),
    ];
    const lines = textOf({ results: { entries } }, 120).split('\n');
    expect(lines.find((line) => line.startsWith('  P-Kalium'))).toMatch(/4,1\s+4,1\s+4,1\s+6,0\s+4,1/);
    expect(lines.some((line) => line.includes('får inte plats'))).toBe(false);
  });

  test('a glucose curve’s values stand each at its own time', () => {
    const glucose = (written: string, ms: number) =>
      observation('1558-6', 'P-Glukos', written, 'mmol/L', { effectiveDateTime: iso(ms) });
    const curve = entry(
      'results',
      { resourceType: 'DiagnosticReport', code: { text: 'Belastning' } },
      {
        at: NOW_MS - 3 * HOUR_MS,
        members: [
          member('a', glucose('5.0', NOW_MS - 3 * HOUR_MS)),
          member('b', glucose('9.1', NOW_MS - 2 * HOUR_MS)),
          member('c', glucose('7.2', NOW_MS - HOUR_MS)),
        ],
      },
    );
    const { table } = viewOf('results', { results: { entries: [curve] } });
    expect(table.columns.map(({ time }) => time.text)).toEqual(['08:20', '09:20', '10:20']);
    expect(table.rows[0]).toMatchObject({ alsoAtSameTime: [], latest: { text: '7,2' } });
  });
});

describe('NEWS2', () => {
  const at = NOW_MS - 15 * MINUTE_MS;
  const news2 = (entries: readonly Entry[]) => viewOf('vitals', { vitals: { entries } }).news2;
  test('is refused of a set nobody timed', () => {
    expect(news2([vitals(at, iso(at))])).toMatchObject({ kind: 'score', words: 'NEWS2 8, 11:05 (skala 1)' });
    expect(news2([vitals(at, undefined)])).toEqual({
      kind: 'refused',
      words: 'NEWS2 räknas inte: andning, SpO₂, syrgas eller luft, blodtryck, puls, medvetande, temp utan mättid',
      time: { ms: at, text: 'tid saknas, mottaget 11:05', notOwn: 'received' },
    });
  });

  test('is refused where one needed value was not timed, and says which', () => {
    const pulse = vitals(at, undefined, [SET[4]]);
    const others = vitals(
      at,
      iso(at),
      SET.filter((_, index) => index !== 4),
    );
    expect(news2([{ ...pulse, key: 'Set/vitals/pulse' }, others])).toMatchObject({
      kind: 'refused',
      words: 'NEWS2 räknas inte: puls utan mättid',
    });
  });

  test('is not made of values of which only the day is told', () => {
    expect(news2([vitals(at, '2026-11-17')])).toMatchObject({ kind: 'refused', words: /utan mättid$/ });
  });

  test('of an earlier, timed set stands, with the one nobody timed told beside it', () => {
    const earlier = vitals(at - HOUR_MS, iso(at - HOUR_MS));
    const told = news2([vitals(at, undefined), earlier]);
    expect(told.words).toMatch(
      /^NEWS2 8, 10:05 \(skala 1\)\. Kanske nyare mätning, tid saknas, mottaget 11:05: NEWS2 räknas inte: /,
    );
  });
});

describe('a dose nobody timed', () => {
  const dose = (at: number, effectiveDateTime: string | undefined, key: string): Entry =>
    entry(
      'doses-given',
      {
        resourceType: 'MedicationAdministration',
        status: 'completed',
        medicationCodeableConcept: { text: 'Furosemid' },
        effectiveDateTime,
        dosage: { dose: { value: 20, unit: 'mg' } },
      },
      { key, at, source: JOURNAL, orderNumbers: { placer: 'P1' } },
    );
  const order = entry(
    'medication-orders',
    {
      resourceType: 'MedicationRequest',
      status: 'active',
      medicationCodeableConcept: { text: 'Furosemid' },
      dosageInstruction: [{ text: '20 mg kl. 08, 20', timing: { repeat: { timeOfDay: ['08:00:00', '20:00:00'] } } }],
    },
    { key: 'MedicationRequest/1', orderNumbers: { placer: 'P1' } },
  );
  const rowOf = (entries: readonly Entry[]) =>
    viewOf('medication', { 'medication-orders': { entries: [order] }, 'doses-given': { entries } }).rows[0];

  test('is shown as given, without a time, and never as the last one in place of one that was timed', () => {
    const untimed = dose(NOW_MS - 20 * MINUTE_MS, undefined, 'a');
    expect(rowOf([untimed])?.lastWords).toBe('given, tid saknas, mottaget 11:00 · 20\u00a0mg');
    const timed = dose(NOW_MS - 3 * HOUR_MS, iso(NOW_MS - 3 * HOUR_MS), 'b');
    expect(rowOf([untimed, timed])).toMatchObject({
      lastWords: 'given 08:20 · 20\u00a0mg; kanske senare: given, tid saknas, mottaget 11:00 · 20\u00a0mg',
      dayWords: '2 kända uppgifter: given, tid saknas, mottaget 11:00, given 08:20',
    });
    const newer = dose(NOW_MS, iso(NOW_MS), 'c');
    expect(rowOf([untimed, newer])?.lastWords).toBe('given 11:20 · 20\u00a0mg');
  });

  test('and one without order says so too', () => {
    const stray = dose(NOW_MS - 20 * MINUTE_MS, undefined, 'a');
    const text = textOf({ 'doses-given': { entries: [{ ...stray, orderNumbers: {} }] } }, 140);
    expect(text).toContain('Furosemid 20 mg · given, tid saknas, mottaget 11:00');
  });

  test('an order’s clock times are told once', () => {
    expect(rowOf([])?.schedule).toBe('20 mg kl. 08, 20');
  });

  test('a planned occasion and a booking without a time do not take the message’s', () => {
    const give = entry(
      'medication-orders',
      { resourceType: 'MedicationRequest', intent: 'instance-order', status: 'active', dosageInstruction: [{}] },
      { key: 'give', at: NOW_MS, orderNumbers: { placer: 'P1' } },
    );
    const { rows } = viewOf('medication', { 'medication-orders': { entries: [give, order] } });
    expect(rows[0]?.remarks).toEqual(['Planerat tillfälle, tid saknas, mottaget 11:20']);
    const booking = entry(
      'surgery',
      { resourceType: 'Appointment', status: 'booked', start: undefined },
      { at: NOW_MS },
    );
    const chart = chartOf({ surgery: { entries: [booking] } });
    expect(partOf(chart, 'surgery').entries[0]?.time.text).toBe('tid saknas, mottaget 11:20');
  });
});

test('a value whose words begin with its name is not told the name twice', () => {
  const line = { resourceType: 'Observation', code: { text: 'Infarter' } };
  const pvk = { resourceType: 'Observation', code: { text: 'PVK' }, valueString: 'PVK vänster underarm, satt 08:00' };
  const used = { resourceType: 'Observation', code: { text: 'PVK' }, valueString: 'PVKs' };
  const parts = { devices: { entries: [entry('devices', line, { members: [member('1', pvk), member('2', used)] })] } };
  expect(partOf(chartOf(parts), 'devices').entries[0]?.text).toBe('PVK vänster underarm, satt 08:00 · PVK PVKs');
});
