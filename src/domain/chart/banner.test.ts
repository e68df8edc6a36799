// Who the chart is of, at the top of each screenful, and where somebody with protected identity is not told.

import { describe, expect, test } from 'vitest';
import { SAMORDNINGSNUMMER, VARMLAND_RESERVE } from '../identity-domains.ts';
import type { PatientCopy } from '../patient-copy.ts';
import { entry, JOURNAL, now, patientCopy, stringsOf } from './chart.fixture.ts';
import { composeChart } from './compose.ts';
import { renderChartText } from './text.ts';

const unidentified = (person: object | null): PatientCopy =>
  patientCopy({
    identities: [
      { identity: { domain: VARMLAND_RESERVE, id: '20261117SX1A' }, how: 'head', source: JOURNAL, since: 0 },
    ],
    person: person === null ? null : { resourceType: 'Patient', ...person },
  });

describe('§5.6 two identifiers, always', () => {
  test('name and number, and the birth date when it is known', () => {
    const { banner } = composeChart(patientCopy(), now);
    expect(banner).toMatchObject({ name: 'Lind, Karin', number: '18900101-9802', age: '84 år', sex: 'kvinna' });
    expect(banner.identifiers).toEqual(['Lind, Karin', '18900101-9802', 'född 1942-06-08']);
  });
  test('without a name the banner says so and keeps the number', () => {
    const { banner } = composeChart(patientCopy({ person: null }), now);
    expect(banner.identifiers).toEqual(['Namn saknas i kopian', '18900101-9802', 'född 1890-01-01']);
  });
  test('an unidentified adult with a reserve number of today is no new-born: age and birth date are unknown', () => {
    const { banner } = composeChart(unidentified({ gender: 'female' }), now);
    expect(banner).toMatchObject({
      age: 'ålder okänd',
      ageYears: null,
      birthDate: 'födelsedatum okänt',
      sex: 'kvinna',
    });
    expect(banner.identifiers).toEqual([
      'Namn saknas i kopian',
      '20261117-SX1A (Reservnummer Region Värmland)',
      'födelsedatum okänt',
      'K2 · 1:1',
    ]);
    expect(composeChart(unidentified(null), now).banner.sex).toBe('kön ej angivet');
  });
  test('a birth date the source says counts as said, also beside a reserve number', () => {
    const { banner } = composeChart(unidentified({ birthDate: '1960' }), now);
    expect(banner).toMatchObject({ birthDate: '1960', age: 'ålder okänd', remarks: [] });
  });
  test('without a name every screenful carries number, birth date and place', () => {
    const text = renderChartText(composeChart(unidentified(null), now), 120, { screenLines: 20 });
    expect(text.match(/20261117-SX1A.*födelsedatum okänt · K2 · 1:1/g)?.length).toBeGreaterThan(1);
  });
  test('a number says which series it is of, besides the personnummer everyone knows', () => {
    const identity = { domain: SAMORDNINGSNUMMER, id: '196109732393' };
    const { banner } = composeChart(
      patientCopy({ identities: [{ identity, how: 'head', source: JOURNAL, since: 0 }] }),
      now,
    );
    expect(banner.number).toBe('19610973-2393 (Samordningsnummer)');
  });
  test('a birth date that does not agree with the number is told', () => {
    expect(composeChart(patientCopy(), now).banner.remarks.join()).toContain('stämmer inte med numret');
  });
  test('the text repeats them at the top of each screenful', () => {
    const lines = renderChartText(composeChart(patientCopy(), now), 100, { screenLines: 24 }).split('\n');
    for (let top = 24; top < lines.length - 1; top += 24) {
      expect(lines[top]).toMatch(/^Lind, Karin · 18900101-9802/);
    }
  });
  test('look-alikes are named, and the warning can be switched off', () => {
    const nearPatients = [{ kind: 'name', name: 'Lind, Karen', number: '18900102-9819', bed: '2:2' }] as const;
    const chips = (nearName: boolean): readonly string[] =>
      composeChart(patientCopy(), now, { nearPatients, functions: { nearName } }).banner.chips.map(
        ({ words }) => words,
      );
    expect(chips(true)).toContain('Namnlik patient i 2:2: Lind, Karen 18900102-9819');
    expect(chips(false).join()).not.toContain('Namnlik');
  });
  test('like numbers are told once, each person by name, so that the warning is read', () => {
    const near = (name: string, number: string, bed: string) => ({ kind: 'number', name, number, bed }) as const;
    const ek = near('Ek, Bo', '18900101-9803', '1:1');
    const nearPatients = [ek, ek, near('Alm, Siv', '18900101-9804', '')];
    const { chips } = composeChart(patientCopy(), now, { nearPatients }).banner;
    expect(chips.filter(({ kind }) => kind === 'near-name').map(({ words }) => words)).toEqual([
      'Liknande nummer: Ek, Bo 18900101-9803 (1:1); Alm, Siv 18900101-9804 (plats saknas). Jämför alla tolv siffror.',
    ]);
  });
});

describe('protected identity', () => {
  test('address, telephone and relatives are nowhere in the chart', () => {
    const person = {
      resourceType: 'Patient',
      name: [{ family: 'Lind', given: ['Karin'] }],
      address: [{ text: 'Hemliga gatan 1' }],
      telecom: [{ value: '070-000000' }],
      contact: [{ name: { family: 'Lind', given: ['Sixten'] }, telecom: [{ value: '070-111111' }] }],
    } as const;
    const kin = entry('kin', { resourceType: 'RelatedPerson', name: [{ family: 'Lind', given: ['Olle'] }] });
    const strings = (isProtected: boolean): string =>
      stringsOf(
        composeChart(
          patientCopy({ person: structuredClone(person) as never, isProtected, parts: { kin: { entries: [kin] } } }),
          now,
        ),
      ).join('\n');
    for (const secret of ['Hemliga gatan', '070-000000', '070-111111', 'Sixten', 'Olle']) {
      expect(strings(false)).toContain(secret);
      expect(strings(true)).not.toContain(secret);
    }
    expect(strings(true)).toContain('Skyddad identitet: adress och närstående visas inte');
  });
});
