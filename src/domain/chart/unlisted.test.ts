// What a source's full load left out stands in the chart with the doubt beside it.

import { describe, expect, test } from 'vitest';
import { entry, HOUR_MS, NOW_MS, now, partOf, patientCopy, stay } from './chart.fixture.ts';
import type { MedicationView } from './chart.ts';
import { composeChart } from './compose.ts';

const UNLISTED = NOW_MS - HOUR_MS;
const DOUBT = 'Saknades i källans fulla laddning 10:20, kan vara avslutat – fråga';
const allergy = (unlistedAt: number | null) =>
  entry(
    'allergies',
    { resourceType: 'AllergyIntolerance', criticality: 'high', code: { text: 'Penicillin' } },
    { unlistedAt },
  );
const order = (unlistedAt: number | null, status = 'active') =>
  entry(
    'medication-orders',
    {
      resourceType: 'MedicationRequest',
      status,
      medicationCodeableConcept: { text: 'Waran' },
      dosageInstruction: [{ text: '1 x 1 kl 18', timing: { repeat: { timeOfDay: ['18:00:00'] } } }],
    },
    { unlistedAt },
  );
const medication = (unlistedAt: number | null, status?: string): MedicationView => {
  const copy = patientCopy({ parts: { 'medication-orders': { entries: [order(unlistedAt, status)] } } });
  const view = composeChart(copy, now).blocks.find(({ name }) => name === 'medication')?.view;
  if (view?.kind !== 'medication') throw new Error('no medication');
  return view;
};

describe('what the full load of its source did not contain', () => {
  test('an allergy stays in red in the banner, with the doubt beside it', () => {
    const chart = composeChart(patientCopy({ parts: { allergies: { entries: [allergy(UNLISTED)] } } }), now);
    expect(partOf(chart, 'allergies').entries[0]?.remarks).toEqual([DOUBT]);
    const chip = chart.banner.chips.find(({ kind }) => kind === 'allergy');
    expect(chip).toMatchObject({ tone: 'danger' });
    expect(chip?.words).toContain('Penicillin');
    expect(chip?.words).toContain(DOUBT);
  });

  test('an order no longer stands among those that hold, and has no next time', () => {
    expect(medication(null).rows[0]).toMatchObject({ group: 'scheduled' });
    expect(medication(UNLISTED).rows[0]).toMatchObject({
      group: 'unclear',
      substance: 'Waran',
      status: 'tidigare aktiv',
      next: null,
      nextWords: 'oklart om den gäller',
      remarks: [DOUBT],
    });
  });

  test('an order that has ended has ended, without doubt', () => {
    expect(medication(UNLISTED, 'stopped').rows[0]).toMatchObject({ group: 'stopped', remarks: [] });
  });

  test('a patient stays on the list and in the chart, to be looked for', () => {
    const chart = composeChart(patientCopy({ stays: [stay({ unlistedAt: UNLISTED })] }), now);
    expect(partOf(chart, 'stay').entries[0]?.remarks).toEqual([
      'Saknades i källans fulla laddning 10:20 – kontrollera om patienten är kvar',
    ]);
  });
});
