// Personal numbers against Skatteverket's published test numbers and the forms of knowledge b1.

import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  CARELINK_RESERVE,
  LMA_NUMBER,
  NATIONAL_RESERVE,
  PERSONNUMMER,
  SAMORDNINGSNUMMER,
  STOCKHOLM_RESERVE,
  VARMLAND_RESERVE,
  VGR_RESERVE,
} from './identity-domains.ts';
import { ageOn, ageWords, formatPersonId, luhnHolds, personIdOf, readPersonId } from './person-id.ts';

const DATA = new URL('../../../shared/data/se-personnummer/', import.meta.url);
const hasData = existsSync(DATA);
const data = (file: string): unknown => JSON.parse(readFileSync(new URL(file, DATA), 'utf8'));
const outcome = (written: string, domain?: string): string => {
  const reading = readPersonId(written, domain);
  return reading.kind === 'valid' ? reading.personId.identity.domain : reading.problem;
};

describe.skipIf(!hasData)('published test numbers (skipped when ../shared/data is absent)', () => {
  test('each of the tax agency’s test numbers is a personnummer', () => {
    const pins = data('allPins.json') as string[];
    expect(pins.length).toBeGreaterThan(10_000);
    expect(pins.filter((pin) => outcome(pin) !== PERSONNUMMER)).toEqual([]);
  });
  test('each test coordination number is a samordningsnummer, also where its day is unknown', () => {
    const numbers = data('allCoords.json') as string[];
    expect(numbers.filter((number) => outcome(number) !== SAMORDNINGSNUMMER)).toEqual([]);
  });
  test('valid and invalid numbers of the list, twelve digits always and ten never', () => {
    const list = data('list.json') as {
      long_format: string;
      short_format: string;
      separated_format: string;
      separated_long: string;
      valid: boolean;
    }[];
    for (const one of list) {
      const valid = one.valid ? [PERSONNUMMER, SAMORDNINGSNUMMER] : ['date', 'check-digit', 'form'];
      expect(valid).toContain(outcome(one.long_format));
      expect(valid).toContain(outcome(one.separated_long));
      expect(readPersonId(one.short_format).kind).toBe('invalid');
      expect(readPersonId(one.separated_format).kind).toBe('invalid');
    }
  });
  test('the structured lists agree', () => {
    const lists = data('structured.json') as Record<
      string,
      Record<string, { valid: (string | number)[]; invalid: (string | number)[] }>
    >;
    for (const { string } of Object.values(lists)) {
      for (const written of string?.invalid ?? []) expect(readPersonId(String(written)).kind).toBe('invalid');
      for (const written of string?.valid ?? []) {
        const digits = String(written).replace(/\D/g, '').length;
        expect([written, readPersonId(String(written)).kind]).toEqual([written, digits === 12 ? 'valid' : 'invalid']);
      }
    }
  });
  test('an organisation’s number is nobody’s personal number', () => {
    for (const one of data('orgnumber.json') as { long_format?: string; short_format?: string }[]) {
      for (const written of [one.long_format, one.short_format]) {
        if (written !== undefined) expect(readPersonId(written).kind).toBe('invalid');
      }
    }
  });
});

describe('ten digits are never accepted, because nobody knows which century', () => {
  test.each(['121212-1212', '1212121212', '121212+1212'])('%s', (written) => {
    expect(outcome(written)).toBe('ten-digits');
    expect(outcome(written, PERSONNUMMER)).not.toBe(PERSONNUMMER);
  });
});

describe('each series of knowledge b1', () => {
  test.each([
    ['195009072553', PERSONNUMMER],
    ['196109732393', SAMORDNINGSNUMMER],
    ['20210325K069', VGR_RESERVE],
    ['20210325-k069', VGR_RESERVE],
    ['98240301AA06', NATIONAL_RESERVE],
    ['19701231SF1B', VARMLAND_RESERVE],
  ])('%s is recognised by itself', (written, domain) => {
    expect(outcome(written)).toBe(domain);
    expect(outcome(written, domain)).toBe(domain);
  });
  test('a number is read only as the series that was said', () => {
    expect(outcome('195009072553', SAMORDNINGSNUMMER)).toBe('form');
    expect(outcome('20210325K069', PERSONNUMMER)).toBe('form');
    expect(outcome('12345678', LMA_NUMBER)).toBe(LMA_NUMBER);
    expect(outcome('12345678')).toBe('form');
  });
  test('one wrong digit is found where the series has a check digit', () => {
    expect(outcome('195009072554')).toBe('check-digit');
    expect(outcome('20210325K068')).toBe('check-digit');
  });
  test('no such day', () => {
    expect(outcome('195002302554')).toBe('date');
    expect(outcome('19701331SF1B')).toBe('date');
  });
  test('Värmland’s last letter is never V, and NRID has no I, O, Q, V or W', () => {
    expect(outcome('19701231SF1V')).toBe('form');
    for (const letter of 'IOQVW') expect(outcome(`98240301A${letter}06`, NATIONAL_RESERVE)).toBe('form');
    for (const begin of ['18', '19', '20', '21']) expect(outcome(`${begin}240301AA06`, NATIONAL_RESERVE)).toBe('form');
  });
  test('Stockholm counts its check digit over positions 5 to 11, Carelink has days no calendar has', () => {
    const payload = '9920260000';
    const checked = [...'0123456789'].map((digit) => `${payload}1${digit}`).filter((id) => luhnHolds(id.slice(4)));
    expect(checked).toHaveLength(1);
    expect(outcome(checked[0] ?? '')).toBe(STOCKHOLM_RESERVE);
    expect(outcome('198503451234', CARELINK_RESERVE)).toBe(CARELINK_RESERVE);
    expect(outcome('198503601234', CARELINK_RESERVE)).toBe('form');
  });
});

describe('what a number tells', () => {
  test('birth date and sex; a coordination number’s day is 60 too many', () => {
    expect(personIdOf({ domain: PERSONNUMMER, id: '195009072553' })).toMatchObject({
      birthDate: { year: 1950, month: 9, day: 7 },
      sex: 'male',
    });
    expect(personIdOf({ domain: SAMORDNINGSNUMMER, id: '196109732393' })?.birthDate).toEqual({
      year: 1961,
      month: 9,
      day: 13,
    });
    expect(personIdOf({ domain: NATIONAL_RESERVE, id: '98240301AA06' })?.birthDate).toEqual({
      year: 2024,
      month: 3,
      day: 1,
    });
    expect(personIdOf({ domain: NATIONAL_RESERVE, id: '00002040AA06' })?.birthDate).toBeNull();
    expect(personIdOf({ domain: 'source:x', id: '195009072553' })).toBeNull();
  });
  test.each([
    ['an unidentified patient (Värmland X)', VARMLAND_RESERVE, '20261125SX1A'],
    ['a patient without a birth date (Värmland U)', VARMLAND_RESERVE, '20261125SU3A'],
    ['a laboratory sample (Värmland L)', VARMLAND_RESERVE, '20261125SL0A'],
    ['staff (Värmland P)', VARMLAND_RESERVE, '20261125SP2A'],
    ['Västra Götaland, whose date may be the day it was given', VGR_RESERVE, '20210325K069'],
  ])('the date in a number of %s is nobody’s birth date', (_who, domain, id) => {
    expect(personIdOf({ domain, id })).toMatchObject({ birthDate: null });
  });
  test('the year in Stockholm’s is the year it was given, and only Värmland’s F has a known birth date', () => {
    const [stockholm = ''] = [...'0123456789']
      .map((digit) => `99202600001${digit}`)
      .filter((id) => luhnHolds(id.slice(4)));
    expect(personIdOf({ domain: STOCKHOLM_RESERVE, id: stockholm })).toMatchObject({ birthDate: null });
    expect(personIdOf({ domain: VARMLAND_RESERVE, id: '19701231SF1B' })).toMatchObject({
      birthDate: { year: 1970, month: 12, day: 31 },
    });
  });
  test('sex only where the series says it: Västra Götaland’s X and 80–89 say that it is not known', () => {
    const sexOf = (begin: string) =>
      [...'0123456789'].flatMap((digit) => personIdOf({ domain: VGR_RESERVE, id: `${begin}${digit}` }) ?? [])[0]?.sex;
    expect(sexOf('19810829M07')).toBe('male');
    expect(sexOf('19450829K08')).toBe('female');
    expect(sexOf('19930829X80')).toBeNull();
    expect(sexOf('19930829X06')).toBeNull();
  });
  test('it is written ÅÅÅÅMMDD-NNNN, and other numbers as they are', () => {
    expect(formatPersonId({ domain: PERSONNUMMER, id: '189001019802' })).toBe('18900101-9802');
    expect(formatPersonId({ domain: VGR_RESERVE, id: '20210325K069' })).toBe('20210325-K069');
    expect(formatPersonId({ domain: 'source:journal', id: '189001019802' })).toBe('189001019802');
  });
  test('age turns on the birthday by the Swedish calendar', () => {
    const born = { year: 2010, month: 11, day: 18 };
    // 23:30 on the 17th in Sweden is 22:30 UTC; half an hour later it is her birthday.
    expect(ageOn(born, Date.UTC(2026, 10, 17, 22, 30))?.years).toBe(15);
    expect(ageOn(born, Date.UTC(2026, 10, 17, 23, 0))?.years).toBe(16);
    expect(ageOn(born, Date.UTC(2009, 0, 1))).toBeNull();
    expect(ageOn({ year: 1942, month: null, day: null }, Date.UTC(2026, 0, 1))).toBeNull();
  });
  test('small children are counted in months and days', () => {
    const words = (year: number, month: number, day: number): string => {
      const age = ageOn({ year, month, day }, Date.UTC(2026, 10, 17, 12));
      return age === null ? '' : ageWords(age);
    };
    expect(words(2026, 11, 16)).toBe('1 dag');
    expect(words(2026, 11, 1)).toBe('16 dagar');
    expect(words(2026, 9, 17)).toBe('2 mån');
    expect(words(2024, 11, 18)).toBe('23 mån');
    expect(words(2024, 11, 17)).toBe('2 år');
  });
});
