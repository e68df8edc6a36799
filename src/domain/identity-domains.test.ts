import { describe, expect, it } from 'vitest';
import {
  canonicalDomain,
  domainPreference,
  fhirSystemOf,
  identityDomain,
  LMA_NUMBER,
  NATIONAL_RESERVE,
  PERSONNUMMER,
  SAMORDNINGSNUMMER,
} from './identity-domains.ts';

describe('number series', () => {
  it.each([
    ['1.2.752.129.2.1.3.1', PERSONNUMMER],
    ['urn:oid:1.2.752.129.2.1.3.1', PERSONNUMMER],
    ['URN:OID:1.2.752.129.2.1.3.1', PERSONNUMMER],
    ['http://electronichealth.se/identifier/personnummer', PERSONNUMMER],
    ['Personnummer', PERSONNUMMER],
    [' SKV ', PERSONNUMMER],
    ['http://electronichealth.se/identifier/samordningsnummer', SAMORDNINGSNUMMER],
    ['NRID', NATIONAL_RESERVE],
    ['http://electronichealth.se/identifier/LMA-nummer', LMA_NUMBER],
    ['urn:oid:1.2.752.29.4.19', '1.2.752.129.2.1.4.1'],
    ['1.2.752.29.4.19', '1.2.752.129.2.1.4.1'],
    ['2.16.840.1.113883.4.1', '2.16.840.1.113883.4.1'],
    ['urn:oid:2.16.840.1.113883.4.1', '2.16.840.1.113883.4.1'],
    ['https://sjukhus.example/mrn', 'https://sjukhus.example/mrn'],
    ['source:lab', 'source:lab'],
  ])('%s is one series in every spelling', (written, canonical) => {
    expect(canonicalDomain(written)).toBe(canonical);
  });

  it.each(['', ' ', 'SJH', '4711', '1', 'MR', 'constructor', '__proto__', '1.2.752.'])(
    '%s names no series by itself',
    (written) => {
      expect(canonicalDomain(written)).toBeNull();
    },
  );

  it('a chart is headed by the personnummer before all others, and by a known series before an unknown', () => {
    const sorted = ['source:lab', NATIONAL_RESERVE, SAMORDNINGSNUMMER, PERSONNUMMER].sort(
      (a, b) => domainPreference(a) - domainPreference(b),
    );
    expect(sorted).toEqual([PERSONNUMMER, SAMORDNINGSNUMMER, NATIONAL_RESERVE, 'source:lab']);
  });

  it('FHIR gets the base profiles’ URI, other OIDs as urn:oid, everything else as it is', () => {
    expect(fhirSystemOf(PERSONNUMMER)).toBe('http://electronichealth.se/identifier/personnummer');
    expect(fhirSystemOf('1.2.752.97.3.1.3')).toBe('urn:oid:1.2.752.97.3.1.3');
    expect(fhirSystemOf('2.16.840.1.113883.4.1')).toBe('urn:oid:2.16.840.1.113883.4.1');
    expect(fhirSystemOf('source:lab')).toBe('source:lab');
    expect(canonicalDomain(fhirSystemOf(SAMORDNINGSNUMMER))).toBe(SAMORDNINGSNUMMER);
  });

  it('says which series follow a person for life', () => {
    expect(identityDomain(PERSONNUMMER)?.kind).toBe('national');
    expect(identityDomain(NATIONAL_RESERVE)?.kind).toBe('reserve');
    expect(identityDomain('source:lab')).toBeNull();
  });
});
