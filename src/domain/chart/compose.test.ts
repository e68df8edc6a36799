// The chart's promises, each named after the invariant of design §5 that it keeps.

import { describe, expect, test } from 'vitest';
import { sourceId } from '../identity.ts';
import { PART_NAMES } from '../parts.ts';
import { BLOCKS } from './blocks.ts';
import {
  ago,
  contentOf,
  DAY_MS,
  entry,
  feed,
  HOUR_MS,
  JOURNAL,
  LAB,
  member,
  NOW_MS,
  now,
  observation,
  partOf,
  patientCopy,
  SOURCE_NAMES,
  stringsOf,
} from './chart.fixture.ts';
import { composeChart } from './compose.ts';
import { renderChartText } from './text.ts';

test('every part stands in exactly one block', () => {
  expect(
    Object.values(BLOCKS)
      .flatMap(({ parts }) => parts)
      .sort(),
  ).toEqual([...PART_NAMES].sort());
});

describe('§5.24 blocked data is never a silently shorter list', () => {
  test('no part says none while blocked data exists, also where the source said none', () => {
    const statedNone = [{ source: JOURNAL, at: NOW_MS }];
    const parts = Object.fromEntries(PART_NAMES.map((part) => [part, { statedNone }]));
    const chart = composeChart(patientCopy({ parts, stays: [], person: null }), now, { blocked: 'all' });
    for (const part of PART_NAMES) {
      expect(contentOf(chart, part)).toMatchObject({ kind: 'empty', reason: 'blocked' });
      expect(partOf(chart, part).remarks).toContain('Spärrade uppgifter finns');
    }
    const everything = stringsOf(chart).join('\n');
    expect(everything).not.toMatch(/inga kända|inga registrerade|inget väntar/i);
    expect(chart.banner.chips.map(({ words }) => words)).toContain('Spärrade uppgifter finns');
  });
});

describe('a sender nobody has declared', () => {
  const stranger = sourceId('unknown:X|Y');
  test('says so on everything it has said: warnings, orders, doses, values', () => {
    const chart = composeChart(
      patientCopy({
        parts: {
          allergies: {
            entries: [
              entry('allergies', { resourceType: 'AllergyIntolerance', code: { text: 'Latex' } }, { source: stranger }),
            ],
          },
          'medication-orders': {
            entries: [
              entry(
                'medication-orders',
                { resourceType: 'MedicationRequest', status: 'active', medicationCodeableConcept: { text: 'Waran' } },
                { source: stranger },
              ),
            ],
          },
          'doses-given': {
            entries: [
              entry(
                'doses-given',
                {
                  resourceType: 'MedicationAdministration',
                  status: 'completed',
                  medicationCodeableConcept: { text: 'Heparin' },
                },
                { source: stranger },
              ),
            ],
          },
          vitals: { entries: [entry('vitals', observation('8867-4', 'Puls', '88', '/min'), { source: stranger })] },
        },
      }),
      now,
    );
    expect(chart.banner.chips.find(({ kind }) => kind === 'allergy')?.words).toContain('«okänd avsändare»');
    const text = renderChartText(chart, 160);
    for (const said of [/Latex.*«okänd avsändare»/, /† Puls.*«okänd avsändare»/, /Heparin.*«okänd avsändare»/])
      expect(text).toMatch(said);
    expect(text).toMatch(/Waran[\s\S]*?! +«okänd avsändare»/);
    expect(renderChartText(composeChart(patientCopy(), now), 160)).not.toContain('okänd avsändare');
  });
});

describe('conflicts are shown, never decided', () => {
  const penicillin = (source = JOURNAL, verification = 'confirmed') =>
    entry(
      'allergies',
      {
        resourceType: 'AllergyIntolerance',
        code: { text: 'Penicillin' },
        criticality: 'high',
        verificationStatus: { coding: [{ code: verification }] },
        reaction: [{ manifestation: [{ text: 'anafylaxi' }] }],
      },
      { source },
    );
  test('an allergy stands in red in the banner', () => {
    const chart = composeChart(patientCopy({ parts: { allergies: { entries: [penicillin()] } } }), now);
    expect(chart.banner.chips[0]).toEqual({
      kind: 'allergy',
      tone: 'danger',
      words: 'Penicillin – anafylaxi · livshotande',
    });
  });
  test('one source denies what another says: both stand there, with a question', () => {
    const parts = {
      allergies: { entries: [penicillin(), penicillin(LAB, 'refuted')], statedNone: [{ source: LAB, at: NOW_MS }] },
    };
    const part = partOf(composeChart(patientCopy({ parts }), now, { sourceNames: SOURCE_NAMES }), 'allergies');
    expect(part.entries).toHaveLength(2);
    expect(part.remarks).toEqual([
      'Två versioner – välj inte, fråga: Labbet uppger "inga kända" 11:20',
      'Två versioner – välj inte, fråga: Penicillin gäller enligt Journalen 10:20, inte enligt Labbet 10:20',
    ]);
  });
  test('blood group is information only, and two groups are both told', () => {
    const group = (value: string, source = JOURNAL) =>
      entry(
        'blood',
        {
          resourceType: 'Observation',
          code: { coding: [{ system: 'http://loinc.org', code: '883-9' }] },
          valueString: value,
        },
        { source },
      );
    const part = partOf(
      composeChart(patientCopy({ parts: { blood: { entries: [group('A'), group('0', LAB)] } } }), now, {
        sourceNames: SOURCE_NAMES,
      }),
      'blood',
    );
    expect(part.remarks).toEqual([
      'Endast information – bastest krävs',
      'Två versioner – välj inte, fråga: blodgrupp A (Journalen 10:20) och 0 (Labbet 10:20)',
    ]);
  });
  test('a blood group among the answers is information only there too', () => {
    const group = entry('results', {
      resourceType: 'Observation',
      code: { text: 'ABO', coding: [{ system: 'http://loinc.org', code: '882-1' }] },
      valueString: 'A Rh+',
    });
    const chart = composeChart(patientCopy({ parts: { results: { entries: [group] } } }), now);
    expect(partOf(chart, 'results').entries[0]?.values[0]?.remarks).toEqual(['Endast information – bastest krävs']);
  });
  test('what came under a merged number says so', () => {
    const old = { domain: 'source:journal', id: 'RES-K2-0007-4' };
    const part = partOf(
      composeChart(patientCopy({ parts: { allergies: { entries: [{ ...penicillin(), subject: old }] } } }), now),
      'allergies',
    );
    expect(part.entries[0]?.receivedUnder).toBe('RES-K2-0007-4 (Källans eget nummer)');
  });
});

describe('§5.5 no value without its time and its source’s age', () => {
  test('a corrected value tells what it was; a preliminary one is never plain', () => {
    const report = (state: 'corrected' | 'preliminary' | 'unverified' | 'unknown') =>
      entry(
        'results',
        { resourceType: 'DiagnosticReport', code: { text: 'Elektrolyter' } },
        {
          members: [
            member('K', observation('2823-3', 'Kalium', '3.10', 'mmol/l'), state, [
              {
                resource: observation('2823-3', 'Kalium', '4.1', 'mmol/l'),
                state: 'preliminary',
                replacedAt: Date.UTC(2026, 10, 17, 9, 58),
              },
            ]),
          ],
        },
      );
    const shownAs = (state: Parameters<typeof report>[0]) =>
      partOf(composeChart(patientCopy({ parts: { results: { entries: [report(state)] } } }), now), 'results').entries[0]
        ?.values[0];
    expect(shownAs('corrected')).toMatchObject({
      text: '3,10',
      written: '3.10',
      remarks: ['Rättat 10:58, var 4,1'],
      time: { text: '10:20' },
    });
    expect(shownAs('preliminary')?.remarks).toContain('Preliminärt');
    expect(shownAs('unverified')?.remarks).toContain('Ej verifierat');
    expect(shownAs('unknown')?.remarks).toContain('Okänd status');
  });
  test('a withdrawn value is nowhere, and the notice tells', () => {
    const report = entry(
      'results',
      { resourceType: 'DiagnosticReport', code: { text: 'Elektrolyter' } },
      {
        members: [member('K', observation('2823-3', 'Kalium', '7.77', 'mmol/l'), 'withdrawn')],
      },
    );
    const notice = { kind: 'value-withdrawn', source: LAB, at: NOW_MS, detail: 'Kalium', part: 'results' } as const;
    const chart = composeChart(patientCopy({ parts: { results: { entries: [report] } }, notices: [notice] }), now);
    expect(stringsOf(chart).filter((words) => words.includes('7,77') || words.includes('7.77'))).toEqual([]);
    expect(chart.notices[0]?.words).toContain('gällde en annan patient');
  });
  test('the copy is no younger than its oldest critical feed', () => {
    const chart = composeChart(
      patientCopy({ parts: { 'doses-given': { feeds: [feed('doses-given', { proof: ago(3 * HOUR_MS) })] } } }),
      now,
    );
    expect(chart.banner.copyFrom).toBe('Kopia från 08:20');
    expect(chart.worstFeed?.part).toBe('doses-given');
  });
});

describe('§5.15 the chart as it was', () => {
  test('says which moment is read, and counts ages from there', () => {
    const asOf = NOW_MS - 5 * HOUR_MS;
    const feeds = PART_NAMES.map((part) => [part, { feeds: [feed(part, { proof: ago(5 * HOUR_MS + 60_000) })] }]);
    const chart = composeChart(patientCopy({ asOf, parts: Object.fromEntries(feeds) }), now);
    expect(chart.asOfWords).toBe('Du läser journalkopian som den var 06:20. Nyare uppgifter visas inte.');
    expect(partOf(chart, 'notes').state.state).toBe('fresh');
  });
  test('a moment of another day carries its date, and so does every time of that day', () => {
    const asOf = NOW_MS - 2 * DAY_MS;
    const feeds = PART_NAMES.map((part) => [part, { feeds: [feed(part, { proof: ago(2 * DAY_MS + 60_000) })] }]);
    const chart = composeChart(patientCopy({ asOf, parts: Object.fromEntries(feeds) }), now);
    expect(chart.asOfWords).toBe('Du läser journalkopian som den var sön 15/11 11:20. Nyare uppgifter visas inte.');
    expect(partOf(chart, 'notes').state).toMatchObject({ state: 'fresh', short: 'sön 15/11 11:19' });
    expect(chart.banner.copyFrom).toBe('Kopia från sön 15/11 11:19');
  });
});
