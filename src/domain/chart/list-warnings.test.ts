// What a unit's list says of each patient, and that nothing on it reads as *none* when nobody has said so.

import { expect, test } from 'vitest';
import { VARMLAND_RESERVE } from '../identity-domains.ts';
import {
  type CopyChange,
  entry,
  feedsInDoubt,
  JOURNAL,
  now,
  observation,
  patientCopy,
  SOURCE_NAMES,
} from './chart.fixture.ts';
import { composeChart } from './compose.ts';
import { listWarnings } from './list-warnings.ts';

const said = (parts: CopyChange['parts'] = {}): readonly string[] =>
  listWarnings(composeChart(patientCopy({ parts }), now, { sourceNames: SOURCE_NAMES }));
const allergy = entry('allergies', {
  resourceType: 'AllergyIntolerance',
  code: { text: 'Penicillin' },
  criticality: 'high',
  clinicalStatus: { coding: [{ code: 'active' }] },
});

test('a warning stands with its words, and what nobody has said is asked for together', () => {
  expect(said({ allergies: { entries: [allergy] } })).toEqual([
    'Allergi: ▲ Penicillin – livshotande',
    'NEWS2 räknas inte: inga mätvärden i kopian',
    'Okänt – fråga: begränsning, smitta',
  ]);
});

test('an unidentified patient’s NEWS2 is refused because the age is unknown, never as a child’s', () => {
  const identity = { domain: VARMLAND_RESERVE, id: '20261117SX1A' };
  const pulse = observation('8867-4', 'Puls', '104', '/min');
  const copy = patientCopy({
    identities: [{ identity, how: 'head', source: JOURNAL, since: 0 }],
    person: null,
    parts: { vitals: { entries: [entry('vitals', pulse)] } },
  });
  const warnings = listWarnings(composeChart(copy, now, { sourceNames: SOURCE_NAMES })).join('\n');
  expect(warnings).toContain('NEWS2 räknas inte: ålder okänd');
  expect(warnings).not.toContain('16 år');
});

test('only a source that has said so makes it none known', () => {
  expect(said({ allergies: { statedNone: [{ source: allergy.source, at: allergy.at }] } })[0]).toBe(
    'Allergi: inga kända',
  );
  expect(said().join()).not.toMatch(/inga kända/);
});

test('a silent or missing feed never leaves an empty cell, nor a warning without its doubt', () => {
  const silent = said({ allergies: { entries: [allergy], feeds: feedsInDoubt('allergies', 'silent') } });
  expect(silent[0]).toBe('Allergi: ▲ Penicillin – livshotande (tyst sedan 01:20 – fråga)');
  const nothing = Object.fromEntries(
    (['allergies', 'limits', 'infection', 'vitals', 'doses-given'] as const).map((part) => [part, { feeds: [] }]),
  );
  expect(said(nothing)).toEqual(['Ej i kopian: allergi, begränsning, smitta, NEWS2, givna doser']);
  expect(said({ 'doses-given': { feeds: feedsInDoubt('doses-given', 'silent') } })).toContain(
    'Givna doser okända sedan 01:20',
  );
});
