// What a FHIR sender changes in ways that are not followed: never applied by guess, never passed by in silence.

import { describe, expect, it } from 'vitest';
import { bundle, PNR, put, read, resourcesOf } from './reading.fixture.ts';

const patient = { resourceType: 'Patient', id: '1', identifier: [{ system: PNR, value: '189001019802' }] };
const allergy = (more: object = {}) => ({
  resourceType: 'AllergyIntolerance',
  code: { text: 'Penicillin' },
  patient: { reference: 'Patient/1' },
  ...more,
});
const patch = (url: string) => ({ request: { method: 'PATCH', url }, resource: { resourceType: 'Parameters' } });
const remove = (url: string) => ({ request: { method: 'DELETE', url } });
const doubtsOf = (...entries: unknown[]) => read(bundle('transaction', ...entries)).doubts;

describe('a patch', () => {
  it('is not applied: what it was of is in doubt, and the rest of the bundle is read', () => {
    const reading = read(bundle('transaction', put(patient), patch('MedicationRequest/7')));
    expect(reading.outcome).toBe('understood');
    expect(resourcesOf(reading)).toEqual([]);
    expect(reading.doubts).toEqual([
      { detail: 'PATCH MedicationRequest', key: 'MedicationRequest/7', subject: null, parts: [] },
    ]);
    expect(reading.alarms).toEqual([{ code: 'other', detail: expect.stringContaining('1 patches') }]);
  });

  it('alone in its bundle is counted as unread', () => {
    expect(read(bundle('batch', patch('MedicationRequest/7')))).toMatchObject({
      outcome: 'unread',
      reason: 'changes of a kind that is not read',
      doubts: [{ key: 'MedicationRequest/7' }],
    });
  });

  it('in one document of several is in doubt like in one of its own', () => {
    const documents = [bundle('batch', put(patient)), bundle('batch', patch('MedicationRequest/7'))];
    const reading = read(documents.map((one) => JSON.stringify(one)).join('\n'));
    expect(reading).toMatchObject({ outcome: 'understood', doubts: [{ key: 'MedicationRequest/7' }] });
  });

  it('of a person puts in doubt who that is', () => {
    expect(doubtsOf(patch('Patient/1'))).toMatchObject([
      { key: null, subject: { domain: 'fhir:ehr', id: '1' }, parts: ['person'] },
    ]);
  });

  it('in a history stands as the whole resource it left', () => {
    const entry = { request: { method: 'PATCH', url: 'AllergyIntolerance/7' }, resource: allergy({ id: '7' }) };
    const reading = read(bundle('history', entry));
    expect(resourcesOf(reading)).toMatchObject([{ key: 'AllergyIntolerance/7', keyScope: 'source' }]);
    expect(reading.doubts).toBeUndefined();
  });
});

describe('a delete by criteria', () => {
  it.each([
    ['AllergyIntolerance?patient=Patient/1&code=x', { domain: 'fhir:ehr', id: '1' }],
    ['AllergyIntolerance?patient=1', { domain: 'fhir:ehr', id: '1' }],
    [
      `AllergyIntolerance?patient.identifier=${PNR}|189001019802`,
      { domain: '1.2.752.129.2.1.3.1', id: '189001019802' },
    ],
    ['AllergyIntolerance?code=x', null],
  ])('%s takes nothing away, and puts in doubt whom it names', (url, subject) => {
    const reading = read(bundle('transaction', remove(url)));
    expect(reading.changes).toEqual([]);
    expect(reading.doubts).toEqual([{ detail: 'DELETE AllergyIntolerance', key: null, subject, parts: ['allergies'] }]);
  });
});

describe('an update by criteria', () => {
  const update = (criteria: string, resource: object) => ({
    request: { method: 'PUT', url: `AllergyIntolerance?${criteria}` },
    resource,
  });
  const keyOf = (criteria: string, resource = allergy()) =>
    resourcesOf(read(bundle('transaction', put(patient), update(criteria, resource))))[0]?.key;

  it('twice by the same criteria is of the same resource, and not one more each time', () => {
    const first = keyOf('identifier=a|1&_x=2');
    expect(first).toBe('AllergyIntolerance?_x=2&identifier=a|1');
    expect(keyOf('_x=2&identifier=a|1', allergy({ criticality: 'high' }))).toBe(first);
    expect(keyOf('identifier=a|2')).not.toBe(first);
  });
});
