// An order of furosemide, its doses, and the medication block of a chart: what tests of drugs share.

import type { Entry } from '../patient-copy.ts';
import { DAY_MS, entry, HOUR_MS, NOW_MS, now, patientCopy, SOURCE_NAMES } from './chart.fixture.ts';
import type { Chart, MedicationView } from './chart.ts';
import { composeChart } from './compose.ts';

export const order = (change: object = {}, rest: Partial<Entry> = {}): Entry =>
  entry(
    'medication-orders',
    {
      resourceType: 'MedicationRequest',
      status: 'active',
      medicationCodeableConcept: { text: 'Furosemid' },
      dosageInstruction: [
        {
          text: 'inj 10 mg/ml, 20 mg iv kl 10 och 16',
          timing: { repeat: { timeOfDay: ['10:00:00', '16:00:00'] } },
          route: { text: 'iv' },
          doseAndRate: [{ doseQuantity: { value: 20, unit: 'mg' } }],
        },
      ],
      ...change,
    },
    { key: 'MedicationRequest/1', at: NOW_MS - DAY_MS, orderNumbers: { placer: 'P1' }, ...rest },
  );
export const dose = (atMs: number, change: object = {}, rest: Partial<Entry> = {}): Entry =>
  entry(
    'doses-given',
    {
      resourceType: 'MedicationAdministration',
      status: 'completed',
      medicationCodeableConcept: { text: 'Furosemid' },
      effectiveDateTime: new Date(atMs).toISOString(),
      dosage: { dose: { value: 20, unit: 'mg' }, route: { text: 'iv' } },
      performer: [{ actor: { display: 'E. Lund' } }],
      ...change,
    },
    { key: `MedicationAdministration/${atMs}`, at: atMs, orderNumbers: { placer: 'P1' }, ...rest },
  );
export const viewOf = (chart: Chart): MedicationView => {
  const view = chart.blocks.find(({ name }) => name === 'medication')?.view;
  if (view?.kind !== 'medication') throw new Error('no medication view');
  return view;
};
export const compose = (parts: Parameters<typeof patientCopy>[0], options = {}): MedicationView =>
  viewOf(composeChart(patientCopy(parts), now, { sourceNames: SOURCE_NAMES, ...options }));
export const given = [dose(NOW_MS - 5 * HOUR_MS), dose(NOW_MS - 19 * HOUR_MS)];
