import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMessage } from '../message.ts';
import { localToUtc } from './time-zone.ts';
import { readCaregivers, readCoded, readTime } from './values.ts';

const STOCKHOLM = 'Europe/Stockholm';
const segment = (text: string) => {
  const found = parseMessage(Buffer.from(`MSH|^~\\&|A\r${text}`), { charset: 'utf-8' }).segments[1];
  if (found === undefined) throw new Error('no segment');
  return found;
};

describe('c3.15 time: the sender’s clock time, with the precision it was written in', () => {
  it.each([
    ['2026', '2026', Date.UTC(2025, 11, 31, 23)],
    ['202611', '2026-11', Date.UTC(2026, 9, 31, 23)],
    ['20261122', '2026-11-22', Date.UTC(2026, 10, 21, 23)],
    ['2026112210', '2026-11-22T10:00:00+01:00', Date.UTC(2026, 10, 22, 9)],
    ['202611221005', '2026-11-22T10:05:00+01:00', Date.UTC(2026, 10, 22, 9, 5)],
    ['20260622100507', '2026-06-22T10:05:07+02:00', Date.UTC(2026, 5, 22, 8, 5, 7)],
    ['20260622100507.1234', '2026-06-22T10:05:07.1234+02:00', Date.UTC(2026, 5, 22, 8, 5, 7, 123)],
    ['20260622100507-0500', '2026-06-22T10:05:07-05:00', Date.UTC(2026, 5, 22, 15, 5, 7)],
    ['20260622100507Z', '2026-06-22T10:05:07+00:00', Date.UTC(2026, 5, 22, 10, 5, 7)],
    ['2026-06-22T10:05:07+02:00', '2026-06-22T10:05:07+02:00', Date.UTC(2026, 5, 22, 8, 5, 7)],
    ['20260622 1005', '2026-06-22T10:05:00+02:00', Date.UTC(2026, 5, 22, 8, 5)],
    ['20240229', '2024-02-29', Date.UTC(2024, 1, 28, 23)],
  ])('%s is %s', (written, fhir, ms) => {
    expect(readTime(written, STOCKHOLM)).toMatchObject({ fhir, ms, flag: null });
  });

  it.each([
    '',
    '0000',
    '00000000',
    '20261301',
    '20260230',
    '20230229',
    '2026112224',
    '202611221060',
    '20261122100',
    'idag',
    '2026112210:00',
    '20261122100507+99',
    '20261122.5',
  ])('%s is no time', (written) => {
    expect(readTime(written, STOCKHOLM)).toBeNull();
  });

  it('the repeated hour of October is flagged, and a live feed’s time is the one just before it came', () => {
    // 2026-10-25 the clock went back from 03:00 to 02:00: 02:30 was at 00:30 and at 01:30 UTC.
    const first = Date.UTC(2026, 9, 25, 0, 30);
    const second = Date.UTC(2026, 9, 25, 1, 30);
    expect(readTime('202610250230', STOCKHOLM)).toMatchObject({ ms: first, flag: 'fold' });
    expect(readTime('202610250230', STOCKHOLM, first + 60_000)).toMatchObject({ ms: first, flag: 'fold' });
    expect(readTime('202610250230', STOCKHOLM, second + 60_000)).toMatchObject({
      ms: second,
      fhir: '2026-10-25T02:30:00+01:00',
      flag: 'fold',
    });
    expect(readTime('202610250159', STOCKHOLM)?.flag).toBeNull();
    expect(readTime('202610250300', STOCKHOLM)?.flag).toBeNull();
    expect(readTime('202610250230+0100', STOCKHOLM)).toMatchObject({ ms: second, flag: null });
  });

  it('the hour that never was, in March, is flagged and read as if nobody had put the clock forward', () => {
    expect(readTime('202603290230', STOCKHOLM)).toMatchObject({ ms: Date.UTC(2026, 2, 29, 1, 30), flag: 'gap' });
  });

  it('an unknown zone does not stop a feed', () => {
    expect(readTime('202611221005', 'Mars/Olympus')?.ms).toBe(Date.UTC(2026, 10, 22, 9, 5));
  });

  it('any moment of a hundred years, written as a Swedish clock shows it, is that moment again', () => {
    const format = new Intl.DateTimeFormat('sv-SE', { timeZone: STOCKHOLM, dateStyle: 'short', timeStyle: 'medium' });
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(1980, 0, 1) / 1000, max: Date.UTC(2079, 11, 31) / 1000 }), (seconds) => {
        const written = format.format(seconds * 1000).replaceAll(/[^0-9]/g, '');
        const time = readTime(written, STOCKHOLM);
        expect(time).not.toBeNull();
        if (time?.flag === 'fold') expect([0, 3_600_000]).toContain(seconds * 1000 - time.ms);
        else expect(time?.ms).toBe(seconds * 1000);
      }),
      { numRuns: 2_000, seed: 20261122 },
    );
  });

  it('the same digits from systems in two zones are two moments, whichever was read first', () => {
    for (const zone of [STOCKHOLM, 'Europe/Helsinki', STOCKHOLM]) {
      const hour = zone === STOCKHOLM ? 9 : 8;
      expect(readTime('202611221005', zone)?.ms).toBe(Date.UTC(2026, 10, 22, hour, 5));
    }
  });

  it('other zones keep their own rules', () => {
    expect(localToUtc(Date.UTC(2026, 5, 22, 10), 'America/New_York').offsetMinutes).toBe(-240);
    expect(localToUtc(Date.UTC(2026, 5, 22, 10), 'Asia/Kathmandu').offsetMinutes).toBe(345);
    expect(localToUtc(Date.UTC(2026, 0, 1), 'UTC').offsetMinutes).toBe(0);
  });
});

describe('coded words', () => {
  it('keep every coding as received and the words people read', () => {
    expect(readCoded(segment('DG1|1||K35^Akut appendicit^ICD-10-SE^74400008^Appendicitis^SCT^^^Blindtarm'), 3)).toEqual(
      {
        coding: [
          { system: 'urn:oid:1.2.752.116.1.1.1.1.3', code: 'K35', display: 'Akut appendicit' },
          { system: 'http://snomed.info/sct', code: '74400008', display: 'Appendicitis' },
        ],
        text: 'Blindtarm',
      },
    );
  });

  it('a system nobody knows keeps the sender’s own word, a missing one stays missing', () => {
    expect(readCoded(segment('DG1|1||X1^Ont^LOKAL KOD'), 3)?.coding?.[0]?.system).toBe('urn:id:LOKAL%20KOD');
    expect(readCoded(segment('DG1|1||X1'), 3)).toEqual({ coding: [{ code: 'X1' }], text: 'X1' });
    expect(readCoded(segment('DG1|1||^Bara ord'), 3)).toEqual({ text: 'Bara ord' });
    expect(readCoded(segment('DG1|1||I^^HL70004'), 3)?.coding?.[0]?.system).toBe(
      'http://terminology.hl7.org/CodeSystem/v2-0004',
    );
  });

  it('have three states', () => {
    expect(readCoded(segment('DG1|1||""'), 3)).toBeNull();
    expect(readCoded(segment('DG1|1'), 3)).toBeUndefined();
  });
});

describe('people who give care', () => {
  it('are read with id and name in Swedish order; a name alone is not an id', () => {
    const list = readCaregivers(segment('PV1|1||||||SE01^Berg^Anna~Ek, Bo~SE03'), 7, 'attending');
    expect(list).toEqual([
      { id: 'SE01', name: 'Anna Berg', role: 'attending' },
      { id: null, name: 'Ek, Bo', role: 'attending' },
      { id: 'SE03', name: 'SE03', role: 'attending' },
    ]);
    expect(readCaregivers(segment('PV1|1||||||""'), 7, 'attending')).toBeNull();
    expect(readCaregivers(segment('PV1|1'), 7, 'attending')).toBeUndefined();
  });
});
