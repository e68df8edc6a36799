// Which times of a message are the value's own, and what is kept of a value that has none.

import type { FhirResource } from 'fhir/r4';
import { describe, expect, it } from 'vitest';
import type { Reading, ResourceChange } from '../../../domain/changes.ts';
import { sourceId } from '../../../domain/identity.ts';
import { ownTime, timeNotOwn } from '../../../domain/own-time.ts';
import { undeclaredSource } from '../../../domain/source.ts';
import { interpretHl7v2 } from './interpret.ts';
import { line } from './results-fixture.ts';

/** 11:00 in Sweden. */
const ARRIVAL_MS = Date.UTC(2026, 10, 22, 10);

function readingOf(type: string, sent: string, segments: readonly string[]): Reading {
  const header = `MSH|^~\\&|SYS|HUS|RK|RK|${sent}||${type}|M1|P|2.5|||||SWE|UNICODE UTF-8`;
  const raw = Buffer.from([header, 'PID|1||189001019802^^^SKV||Testsson^Test', ...segments].join('\r'));
  const arrival = { wallMs: ARRIVAL_MS, boot: 'boot', monotonicMs: 0 };
  const source = undeclaredSource(sourceId('sys'), 'Systemet');
  return interpretHl7v2({ seq: 1, source: source.id, format: 'hl7v2', arrival, raw }, source);
}
function read(type: string, sent: string, segments: readonly string[]): ResourceChange[] {
  const reading = readingOf(type, sent, segments);
  expect(reading.outcome).toBe('understood');
  return reading.changes.filter((change) => change.kind === 'resource');
}
function only<T>(items: readonly T[] | undefined): T {
  expect(items).toHaveLength(1);
  return (items as readonly T[])[0] as T;
}

const PULSE = 'OBX|1|NM|8867-4^Puls^LN||88|/min|||||F';
const obr = (fields: Readonly<Record<number, string>>): string => line('OBR', { 3: 'F1', 4: 'X^Prov', ...fields });
const value = (sent: string, ...segments: string[]): FhirResource | undefined =>
  only(only(read('ORU^R01', sent, segments)).members).resource;
const timesOf = (resource: FhirResource | undefined) => [ownTime(resource), timeNotOwn(resource)];

describe('the time of a value is its own', () => {
  it.each([
    ['when it was observed (OBX-14)', [obr({ 7: '20261122080000' }), `${PULSE}|||20261122081500`], '08:15'],
    ['when the observation was made or the sample taken (OBR-7)', [obr({ 7: '20261122080000' }), PULSE], '08:00'],
    ['when the sample was taken (SPM-17)', [obr({}), line('SPM', { 17: '20261122074500' }), PULSE], '07:45'],
  ])('%s', (_what, segments, clock) => {
    expect(timesOf(value('20261122105900', ...segments))).toEqual([`2026-11-22T${clock}:00+01:00`, null]);
  });
});

describe('the time of a value is not its own', () => {
  const RECEIVED = { is: 'received', at: '2026-11-22T10:00:00.000Z' };
  it.each([
    [
      'when the sample reached the laboratory (OBR-14)',
      { 14: '20261122091000', 22: '20261122103000' },
      'specimen-received',
    ],
    ['when it was answered (OBR-22)', { 22: '20261122103000' }, 'reported'],
  ])('%s', (_what, fields, is) => {
    const [own, notOwn] = timesOf(value('20261122105900', obr(fields), PULSE));
    expect([own, notOwn]).toEqual([null, { is, at: expect.stringContaining('2026-11-22T') }]);
  });

  it.each([
    ['when it was sent, a moment before it came', '20261122105900'],
    ['when a clock that is ahead says that it was sent', '20261123105900'],
    ['the day it was sent', '20261122'],
    ['none at all', ''],
  ])('%s: it is known by its arrival', (_what, sent) => {
    expect(timesOf(value(sent, obr({}), PULSE))).toEqual([null, RECEIVED]);
  });

  it('when it was sent, where it lay waiting on its way', () => {
    expect(timesOf(value('20261122060000', obr({}), PULSE))).toEqual([
      null,
      { is: 'sent', at: '2026-11-22T05:00:00.000Z' },
    ]);
  });

  it.each(['""', 'i morse', '20261322100000'])('where its own cannot be read: OBX-14 and OBR-7 %s', (written) => {
    expect(timesOf(value('20261122105900', obr({ 7: written }), `${PULSE}|||${written}`))).toEqual([null, RECEIVED]);
  });

  it('where an answer is dated after it came', () => {
    expect(timesOf(value('20261122105900', obr({ 22: '20261124103000' }), PULSE))).toEqual([null, RECEIVED]);
  });

  it('though the order it comes with has one', () => {
    const found = read('ORM^O01', '20261122105900', [
      line('ORC', { 1: 'NW', 2: 'P1', 9: '20261122083000' }),
      line('OBR', { 2: 'P1', 4: 'CT^CT buk' }),
      'OBX|1|NM|29463-7^Vikt^LN||71|kg|||||F',
    ]);
    expect(timesOf(only(only(found).members).resource)).toEqual([null, RECEIVED]);
  });

  it.each([
    ['vitals', PULSE],
    ['fluid-balance', 'OBX|1|NM|9192-6^Urin^LN||300|ml|||||F'],
    ['results', 'OBX|1|NM|2823-3^Kalium^LN||4,1|mmol/L|||||F'],
  ])('of %s, which stand among the others by the latest it can be', (part, obx) => {
    const change = only(read('ORU^R01', '20261122060000', [obr({}), obx]));
    expect([change.part, change.at]).toEqual([part, Date.UTC(2026, 10, 22, 5)]);
  });
});

it('a report that tells no time is as old as the oldest of its values that do', () => {
  const report = only(
    read('ORU^R01', '20261122105900', [
      obr({ 22: '20261122103000', 24: 'LAB' }),
      'OBX|1|NM|2823-3^Kalium^LN||4,1|mmol/L|||||F|||20261122080000',
      'OBX|2|NM|2951-2^Natrium^LN||140|mmol/L|||||F|||20261122070000',
    ]),
  );
  expect(report.at).toBe(Date.UTC(2026, 10, 22, 6));
});

describe('a dose', () => {
  const dose = (start: string, end = ''): ResourceChange =>
    only(
      read('RAS^O17', '20261122105900', [
        'ORC|RE|P1',
        line('RXA', { 1: '0', 2: '1', 3: start, 4: end, 5: 'X^Furosemid', 6: '20', 7: 'mg', 20: 'CP' }),
      ]),
    );
  it('without start and end has no time of its own', () => {
    const { resource, at } = dose('');
    expect(timesOf(resource)).toEqual([null, { is: 'received', at: '2026-11-22T10:00:00.000Z' }]);
    expect(at).toBe(Date.UTC(2026, 10, 22, 9, 59));
  });
  it('with one of them has', () => {
    expect(timesOf(dose('20261122080000').resource)).toEqual(['2026-11-22T08:00:00+01:00', null]);
    expect(timesOf(dose('', '20261122083000').resource)).toEqual(['2026-11-22T08:30:00+01:00', null]);
  });
});

it('a procedure and a document without a time have none of their own', () => {
  const procedure = read('ADT^A08', '20261122105900', ['PV1|1|I', 'PR1|1||X^Appendektomi'])[0];
  expect(timesOf(procedure?.resource)[1]).toMatchObject({ is: 'received' });
  const document = read('MDM^T02', '20261122105900', [
    line('TXA', { 1: '1', 2: 'X', 12: 'D1', 17: 'AU' }),
    'OBX|1|TX|||Text',
  ]);
  expect(timesOf(document[0]?.resource)[1]).toMatchObject({ is: 'received' });
});

describe('a value or a dose from ahead of when it came', () => {
  it('is told to whoever answers for the feed, once a message, with the field that says it', () => {
    const at = (type: string, ...segments: string[]) => readingOf(type, '20261122105900', segments).alarms;
    const ahead = '20261122113000';
    expect(at('ORU^R01', obr({ 7: '20261122105000' }), `${PULSE}|||${ahead}`, `${PULSE}|||20261122113100`)).toEqual([
      { code: 'clock-ahead', detail: 'OBX-14 by 30 minutes' },
    ]);
    expect(at('ORU^R01', obr({ 7: ahead }), PULSE)).toEqual([{ code: 'clock-ahead', detail: 'OBR-7 by 30 minutes' }]);
    const dose = (time: string) => line('RXA', { 1: '0', 2: '1', 3: time, 5: 'X^Alvedon', 6: '1', 20: 'CP' });
    expect(at('RAS^O17', 'ORC|RE|M1', dose(ahead))).toEqual([{ code: 'clock-ahead', detail: 'RXA-3 by 30 minutes' }]);
    // A few minutes are no trouble, and an order is for later.
    expect(at('RAS^O17', 'ORC|RE|M1', dose('20261122110400'))).toEqual([]);
    expect(at('ORM^O01', 'ORC|NW|B1', obr({ 7: ahead }))).toEqual([]);
  });
});
