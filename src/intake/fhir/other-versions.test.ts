// What other versions of FHIR write, and what each must never be read as: given where it was not, standing where it was taken
// back, ordered where it is forbidden.

import { describe, expect, test } from 'vitest';
import type { ResourceChange } from '../../domain/changes.ts';
import { at, bundle, PNR, peopleOf, put, read, resourcesOf, source } from './reading.fixture.ts';

const karin = { resourceType: 'Patient', id: 'p1', identifier: [{ system: PNR, value: '189001019802' }] };
const subject = { reference: 'Patient/p1' };
const alvedon = { text: 'Alvedon' };

function only(resource: Record<string, unknown>): ResourceChange {
  const reading = read(bundle('transaction', put(karin), put({ resourceType: '', id: 'x', subject, ...resource })));
  const [found, ...more] = resourcesOf(reading);
  if (found === undefined || more.length > 0) throw new Error(`${more.length} more`);
  return found;
}

describe('what was not done is never read as done', () => {
  test.each([
    ['MedicationAdministration', { notGiven: true }, 'not-done'],
    ['MedicationAdministration', { wasNotGiven: true }, 'not-done'],
    ['Immunization', { notGiven: true }, 'not-done'],
    ['Immunization', { wasNotGiven: true }, 'not-done'],
    ['Procedure', { notDone: true }, 'not-done'],
    ['Procedure', { notPerformed: true }, 'not-done'],
    ['MedicationStatement', { taken: 'n' }, 'not-taken'],
    ['MedicationStatement', { wasNotTaken: true }, 'not-taken'],
    ['MedicationStatement', { taken: 'unk' }, 'unknown'],
    ['MedicationStatement', { taken: 'y' }, 'completed'],
    ['MedicationAdministration', { notGiven: false }, 'completed'],
  ])('%s %j is %s', (resourceType, said, status) => {
    const { resource } = only({ resourceType, status: 'completed', ...said });
    expect(at(resource, 'status')).toBe(status);
  });

  test('and why it was not stands with it', () => {
    const refused = { notGiven: true, reasonNotGiven: [{ text: 'kräks' }] };
    const { resource } = only({ resourceType: 'MedicationAdministration', status: 'completed', ...refused });
    expect(at(resource, 'statusReason')).toEqual([{ text: 'kräks' }]);
  });

  test('what was entered in error stays so', () => {
    const { mode } = only({ resourceType: 'Procedure', status: 'entered-in-error', notDone: true });
    expect(mode).toBe('withdraw');
  });
});

describe('an allergy that was taken back is not shown as standing', () => {
  test.each([
    [{ verificationStatus: 'entered-in-error' }, 'withdrawn'],
    [{ verificationStatus: 'refuted' }, 'deleted'],
    [{ status: 'refuted' }, 'deleted'],
    [{ status: 'entered-in-error' }, 'withdrawn'],
    [{ verificationStatus: 'confirmed', clinicalStatus: 'active' }, 'final'],
    [{ status: 'confirmed' }, 'final'],
  ])('%j', (said, state) => {
    const allergy = only({ resourceType: 'AllergyIntolerance', code: { text: 'Penicillin' }, ...said });
    expect(allergy.state).toBe(state);
  });

  test('and one of DSTU2 has its substance, its danger and its reaction', () => {
    const { resource } = only({
      resourceType: 'AllergyIntolerance',
      substance: { text: 'Penicillin' },
      criticality: 'CRITH',
      status: 'confirmed',
      reaction: [{ manifestation: [{ concept: { text: 'Andnöd' } }] }],
    });
    expect(resource).toMatchObject({
      code: { text: 'Penicillin' },
      criticality: 'high',
      clinicalStatus: { coding: [{ code: 'active' }] },
      reaction: [{ manifestation: [{ text: 'Andnöd' }] }],
    });
  });
});

describe('an order is found, with its drug and dose', () => {
  test('as DSTU2 names it, also when it is deleted', () => {
    const order = only({
      resourceType: 'MedicationOrder',
      status: 'active',
      medicationCodeableConcept: alvedon,
      dateWritten: '2026-11-20',
    });
    expect([order.part, order.key]).toEqual(['medication-orders', 'MedicationRequest/x']);
    expect(at(order.resource, 'authoredOn')).toBe('2026-11-20');
    const gone = read(bundle('history', { request: { method: 'DELETE', url: 'MedicationOrder/x' } }));
    expect(gone.changes).toEqual([{ kind: 'withdraw-key', key: 'MedicationRequest/x' }]);
  });

  test('as STU3 writes the dose, and R5 the drug', () => {
    const dose = { value: 500, unit: 'mg' };
    const { resource } = only({
      resourceType: 'MedicationRequest',
      status: 'active',
      medication: { concept: alvedon },
      dosageInstruction: [{ doseQuantity: dose }],
    });
    expect(resource).toMatchObject({
      medicationCodeableConcept: alvedon,
      dosageInstruction: [{ doseAndRate: [{ doseQuantity: dose }] }],
    });
  });

  test('as STU3 names a requested examination', () => {
    expect(only({ resourceType: 'ProcedureRequest', status: 'active', code: { text: 'DT buk' } }).part).toBe('orders');
  });
});

test('a stay as R5 writes it is where and since when it says', () => {
  const reading = read(
    bundle(
      'transaction',
      put(karin),
      put({
        resourceType: 'Encounter',
        id: 'e',
        status: 'in-progress',
        class: [{ coding: [{ code: 'IMP' }] }],
        actualPeriod: { start: '2026-11-22T08:00:00Z' },
        subject,
      }),
    ),
    source,
  );
  expect(reading.changes.find(({ kind }) => kind === 'stay')).toMatchObject({
    action: 'admit',
    fields: { class: 'inpatient', admittedAt: Date.UTC(2026, 10, 22, 8) },
  });
});

test('what the source has added and nobody here knows makes a resource uncertain, and says so', () => {
  const modifierExtension = [{ url: 'https://other.example/stop-type', valueBoolean: true }];
  for (const resource of [{ modifierExtension }, { dosageInstruction: [{ text: '1 tablett', modifierExtension }] }]) {
    const order = only({
      resourceType: 'MedicationRequest',
      status: 'active',
      medicationCodeableConcept: alvedon,
      ...resource,
    });
    expect(order.state).toBe('unknown');
    expect(JSON.stringify(order.resource)).toContain('kan ändra betydelsen');
  }
});

describe('documents within documents', () => {
  const http = (resource: { resourceType: string; id: string }): unknown => ({
    ...(put(resource) as object),
    request: undefined,
  });
  const potassium = { resourceType: 'Observation', id: 'o1', status: 'final', code: { text: 'Kalium' }, subject };
  const answer = bundle('searchset', http(karin), http(potassium));

  test.each([
    ['the answers of a batch', bundle('batch-response', { resource: answer, response: { status: '200' } })],
    ['a collection of bundles', bundle('collection', { resource: bundle('collection', { resource: answer }) })],
    [
      'the body of an operation',
      { resourceType: 'Parameters', parameter: [{ name: 'result', part: [{ name: 'x', resource: answer }] }] },
    ],
  ])('%s: nothing in them is passed by', (_, body) => {
    const reading = read(body);
    expect(reading.outcome).toBe('understood');
    expect(peopleOf(reading)).toHaveLength(1);
    expect(resourcesOf(reading).map(({ key, subject: whose }) => [key, whose.id])).toEqual([['Observation/o1', 'p1']]);
  });

  test('a bundle that states no type is a collection; its ids reach no further than itself', () => {
    const reading = read({ resourceType: 'Bundle', entry: [{ resource: karin }, { resource: potassium }] });
    expect(reading).toMatchObject({ outcome: 'understood', type: 'Bundle/unknown' });
    expect(resourcesOf(reading)[0]).toMatchObject({ subject: { id: '189001019802' } });
    expect(resourcesOf(reading)[0]?.keyScope).toBeUndefined();
    expect(reading.alarms).toEqual([{ code: 'other', detail: 'a bundle that states no type, read as a collection' }]);
  });

  test('a patient sent only inside a result has a name in the chart', () => {
    const reading = read({
      resourceType: 'Observation',
      status: 'final',
      code: { text: 'Kalium' },
      subject: { reference: '#pat' },
      contained: [{ ...karin, id: 'pat', name: [{ family: 'Lind' }] }],
    });
    expect(peopleOf(reading)).toMatchObject([
      { subject: { id: '189001019802' }, elements: { name: [{ family: 'Lind' }] }, mode: 'patch' },
    ]);
  });
});

describe('a reference leads to the same patient in every form', () => {
  test.each([
    'Patient/p1',
    'Patient/p1/',
    '/Patient/p1',
    ' Patient/p1 ',
    'Patient/p1/_history/3',
    'Patient/p1#name',
    'https://ehr.example/fhir/Patient/p1/_history/2',
  ])('%s', (reference) => {
    const result = { resourceType: 'Observation', id: 'o', status: 'final', code: {}, subject: { reference } };
    for (const kind of ['transaction', 'document']) {
      const reading = read(bundle(kind, put(karin), put(result)));
      expect(reading.alarms).toEqual([]);
      expect(resourcesOf(reading)[0]?.subject.id).toBe(kind === 'document' ? '189001019802' : 'p1');
    }
  });

  test('the letters of a uuid are the same large and small', () => {
    const entry = [
      { fullUrl: 'urn:uuid:AB-1', resource: karin },
      {
        fullUrl: 'urn:uuid:2',
        resource: { resourceType: 'Observation', status: 'final', code: {}, subject: { reference: 'urn:uuid:ab-1' } },
      },
    ];
    expect(resourcesOf(read(bundle('document', ...entry)))).toHaveLength(1);
  });
});
