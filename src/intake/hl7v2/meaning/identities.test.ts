import { describe, expect, it } from 'vitest';
import { LMA_NUMBER, PERSONNUMMER, SAMORDNINGSNUMMER } from '../../../domain/identity-domains.ts';
import type { SourceDeclaration } from '../../../domain/source.ts';
import { header, JOURNAL, KARIN, only, read } from './adt-fixture.ts';

const COORDINATION = '191401682396';

/** The identities of a PID-3 (and the rest of the PID), the one to file under first; the alarms. */
function identified(pid3: string, rest = '', source: SourceDeclaration = JOURNAL) {
  const reading = read([header('ADT^A31'), 'EVN|A31', `PID|1||${pid3}|${rest}`], source);
  if (reading.outcome !== 'understood') return { who: reading.reason, alarms: reading.alarms };
  const { subject, identifiers } = only(reading, 'person');
  expect(identifiers?.[0]).toEqual(subject);
  return { who: identifiers?.map(({ domain, id }) => `${domain} ${id}`), alarms: reading.alarms };
}

describe('whom a message is about', () => {
  it('the same personnummer is the same person however its series is written', () => {
    for (const written of [
      `${KARIN}^^^SKV`,
      `${KARIN}^^^&1.2.752.129.2.1.3.1&ISO`,
      `${KARIN}^^^1.2.752.129.2.1.3.1`,
      `${KARIN}^^^urn:oid:1.2.752.129.2.1.3.1`,
      `${KARIN}^^^http://electronichealth.se/identifier/personnummer`,
      `${KARIN}^^^OKÄNT&1.2.752.129.2.1.3.1&ISO`,
      `${KARIN}^^^^NNSWE`,
      `18900101-9802^^^SKV`,
      `18900101+9802^^^SKV`,
      ` ${KARIN} ^^^SKV`,
    ]) {
      expect(identified(written)).toEqual({ who: [`${PERSONNUMMER} ${KARIN}`], alarms: [] });
    }
  });

  it('a samordningsnummer under the personnummer’s series is what it is', () => {
    expect(identified(`${COORDINATION}^^^SKV`).who).toEqual([`${SAMORDNINGSNUMMER} ${COORDINATION}`]);
    expect(identified(`${KARIN}^^^1.2.752.129.2.1.3.3`).who).toEqual([`${PERSONNUMMER} ${KARIN}`]);
  });

  it.each([
    ['ten digits', '9001019802', 'ten-digits'],
    ['ten digits with a mark', '900101-9802', 'ten-digits'],
    ['a wrong check digit', '189001019803', 'check-digit'],
    ['a day that is none', '189002319802', 'date'],
  ])('a national number with %s stays in the source’s own series, and IT is told', (_, written, why) => {
    expect(identified(`${written}^^^SKV`)).toEqual({
      who: [`source:journal ${written}`],
      alarms: [{ code: 'other', detail: `PID-3: national number refused (${why}), kept as the source's own` }],
    });
  });

  it('a source whose bare numbers are declared national still gets no ten digits as one', () => {
    const source = { ...JOURNAL, identityDomain: PERSONNUMMER };
    expect(identified(KARIN, '', source).who).toEqual([`${PERSONNUMMER} ${KARIN}`]);
    expect(identified('9001019802', '', source).who).toEqual(['source:journal 9001019802']);
  });

  it('twelve digits without authority are the source’s own number, never guessed to be national', () => {
    expect(identified(KARIN).who).toEqual([`source:journal ${KARIN}`]);
  });

  it('the national number heads the list wherever it stands; the others follow', () => {
    expect(identified(`4711^^^SJH^PI~${KARIN}^^^SKV`).who).toEqual([
      `${PERSONNUMMER} ${KARIN}`,
      'source:journal/SJH 4711',
    ]);
    expect(identified(`${COORDINATION}^^^1.2.752.129.2.1.3.3~${KARIN}^^^SKV`).who).toEqual([
      `${PERSONNUMMER} ${KARIN}`,
      `${SAMORDNINGSNUMMER} ${COORDINATION}`,
    ]);
  });

  it('two different personnummer in one list are a conflict: the second is not taken for the same person', () => {
    expect(identified(`${KARIN}^^^SKV~189001029819^^^SKV`)).toEqual({
      who: [`${PERSONNUMMER} ${KARIN}`],
      alarms: [{ code: 'identity-conflict', detail: 'PID-3: two national numbers in one list' }],
    });
  });

  it('one number in two series is two identities', () => {
    expect(identified('4711^^^LAB').who).toEqual(['source:journal/LAB 4711']);
    expect(identified('4711^^^SJH').who).toEqual(['source:journal/SJH 4711']);
    expect(identified('4711').who).toEqual(['source:journal 4711']);
  });

  it('reserve numbers keep their region’s series, in one spelling', () => {
    expect(identified('20210325k069^^^1.2.752.113.11.0.2.1.1.1').who).toEqual([
      '1.2.752.113.11.0.2.1.1.1 20210325K069',
    ]);
    expect(identified('98240301AA06^^^NRID').who).toEqual(['1.2.752.74.9.1 98240301AA06']);
    expect(identified('51123456^^^LMA').who).toEqual([`${LMA_NUMBER} 51123456`]);
    expect(identified('XYZ^^^1.2.752.74.9.2')).toMatchObject({
      who: ['1.2.752.74.9.2 XYZ'],
      alarms: [{ code: 'other', detail: 'PID-3: reserve number of an unexpected form' }],
    });
  });

  it('numbers that are nobody’s alone are not a person: accounts, visits, insurance, fillers', () => {
    expect(identified('K1^^^SJH^AN~V1^^^SJH^VN~F1^^^SJH^MC~4711^^^SJH^MR').who).toEqual(['source:journal/SJH 4711']);
    for (const filler of ['0000000000', '999-99-9999', '3333333333', 'UNKNOWN', 'okänd', '------']) {
      expect(identified(filler).who).toBe('no usable patient identifier');
    }
    // A counter does come to 5555 one day.
    expect(identified('5555').who).toEqual(['source:journal 5555']);
  });

  it('numbers of old versions stand in where PID-3 is empty, each field a series of its own', () => {
    const old = (pid2: string, pid3: string, pid4: string) => {
      const reading = read([header('ADT^A31'), 'EVN|A31', `PID|1|${pid2}|${pid3}|${pid4}`]);
      return reading.outcome === 'understood' ? only(reading, 'person').identifiers : reading.reason;
    };
    expect(old('E1', '', '')).toEqual([{ domain: 'source:journal/PID-2', id: 'E1' }]);
    expect(old('', '', 'A1')).toEqual([{ domain: 'source:journal/PID-4', id: 'A1' }]);
    expect(old('E1', '4711', 'A1')).toEqual([{ domain: 'source:journal', id: '4711' }]);
    // v2.1 CM: id^check digit^scheme^facility.
    expect(old('', '4711^5^M10^SJH', '')).toEqual([{ domain: 'source:journal/SJH', id: '4711' }]);
  });

  it('PID-19 counts as a personnummer only where the source says so', () => {
    const ssn = `|||||||||||||||${KARIN}`;
    expect(identified('4711', ssn).who).toEqual(['source:journal 4711']);
    const source = { ...JOURNAL, identityDomains: { 'PID-19': PERSONNUMMER } };
    expect(identified('4711', ssn, source).who).toEqual([`${PERSONNUMMER} ${KARIN}`, 'source:journal 4711']);
  });

  it('a deleted identifier is no identifier', () => {
    expect(identified('""').who).toBe('no usable patient identifier');
    expect(identified('^""^""').who).toBe('no usable patient identifier');
  });
});
