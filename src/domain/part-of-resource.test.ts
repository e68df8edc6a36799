import type { FhirResource } from 'fhir/r4';
import { describe, expect, it } from 'vitest';
import { KIND_OF_CODE } from './chart/vital-codes.ts';
import { partOfResource } from './part-of-resource.ts';
import { statedNonePart } from './stated-none.ts';

const LOINC = 'http://loinc.org';
const SNOMED = 'http://snomed.info/sct';
const part = (resource: object, partOfCode = {}): string => partOfResource(resource as FhirResource, partOfCode);
const coded = (code: string, system = LOINC): object => ({ coding: [{ system, code }] });
const observation = (code: string, category?: string): object => ({
  resourceType: 'Observation',
  code: coded(code),
  ...(category === undefined
    ? {}
    : { category: [coded(category, 'http://terminology.hl7.org/CodeSystem/observation-category')] }),
});

describe('an observation stands', () => {
  it.each([
    ['a pulse among the vital signs, also without category', observation('8867-4'), 'vitals'],
    ['a potassium among the answers', observation('2823-3', 'laboratory'), 'results'],
    ['something unknown among the answers, where it is looked for', { resourceType: 'Observation' }, 'results'],
    ['a blood group with the blood, though the laboratory sent it', observation('882-1', 'laboratory'), 'blood'],
    [
      'urine output in the fluid balance, though sent as a vital sign',
      observation('9192-6', 'vital-signs'),
      'fluid-balance',
    ],
    ['a pregnancy in the history', observation('82810-3', 'laboratory'), 'history'],
    ['smoking in the history', observation('72166-2', 'survey'), 'history'],
    ['a fall risk among the risks', observation('59460-6', 'survey'), 'risks'],
    ['a resuscitation status with the limits', observation('100822-6', 'exam'), 'limits'],
  ])('%s', (_what, resource, expected) => {
    expect(part(resource)).toBe(expected);
  });

  it('where the region has declared its own code to stand, before all else', () => {
    const local = { resourceType: 'Observation', code: coded('RAPS', 'urn:local'), category: [coded('vital-signs')] };
    expect([part(local, { RAPS: 'risks' }), part(local, { 'urn:local|RAPS': 'devices' }), part(local)]).toEqual([
      'risks',
      'devices',
      'vitals',
    ]);
  });
});

describe('a flag or consent stands', () => {
  const flag = (category: object, code: object = { text: 'Se journal' }): object => ({
    resourceType: 'Flag',
    category: [category],
    code,
  });
  it.each([
    ['with infections by its category', flag({ coding: [{ code: 'infection' }] }), 'infection'],
    ['with infections by its word', flag({ text: 'Övrigt' }, { text: 'MRSA-bärare' }), 'infection'],
    ['with the limits for 0-HLR', flag({ text: 'Övrigt' }, { text: '0-HLR' }), 'limits'],
    ['with the limits by category', flag({ coding: [{ code: 'advance-directive' }] }), 'limits'],
    ['with the alerts otherwise', flag({ coding: [{ code: 'safety' }] }), 'alerts'],
    [
      'with the limits when it is an advance directive',
      { resourceType: 'Consent', category: [coded('42348-3')] },
      'limits',
    ],
    [
      'with the rest when it is about research',
      { resourceType: 'Consent', scope: { coding: [{ code: 'research' }] } },
      'other',
    ],
  ])('%s', (_what, resource, expected) => {
    expect(part(resource)).toBe(expected);
  });
});

describe('medicines, orders and bookings stand', () => {
  it.each([
    [
      'a dose among doses given',
      { resourceType: 'MedicationAdministration', dosage: { dose: { value: 1 } } },
      'doses-given',
    ],
    [
      'a running infusion among infusions',
      { resourceType: 'MedicationAdministration', dosage: { rateQuantity: { value: 5 } } },
      'infusions',
    ],
    [
      'an ordered infusion too',
      { resourceType: 'MedicationRequest', dosageInstruction: [{ doseAndRate: [{ rateRatio: {} }] }] },
      'infusions',
    ],
    ['an order among orders', { resourceType: 'MedicationRequest' }, 'medication-orders'],
    [
      'a planned operation among surgeries',
      { resourceType: 'Appointment', serviceType: [{ text: 'Operation höft' }] },
      'surgery',
    ],
    [
      'a visit to the surgeon among visits',
      { resourceType: 'Appointment', serviceType: [{ text: 'Kirurgmottagning' }] },
      'visits',
    ],
    [
      'an order of surgery among surgeries',
      { resourceType: 'ServiceRequest', category: [coded('387713003', SNOMED)] },
      'surgery',
    ],
    ['what nobody knows among the rest', { resourceType: 'Later' }, 'other'],
    ['a type called like a property of objects among the rest', { resourceType: 'constructor' }, 'other'],
  ])('%s', (_what, resource, expected) => {
    expect(part(resource)).toBe(expected);
  });
});

describe('"none" is stated', () => {
  const allergy = (system: string, code: string): FhirResource =>
    ({ resourceType: 'AllergyIntolerance', code: coded(code, system), patient: {} }) as FhirResource;
  const ips = 'http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips';
  it.each([
    ['by no known allergy', allergy(SNOMED, '716186003'), 'allergies'],
    ['by the older IPS code', allergy(ips, 'no-known-allergies'), 'allergies'],
    ['not by no information', allergy(ips, 'no-allergy-info'), null],
    ['not by no known drug allergy', allergy(SNOMED, '409137002'), null],
    ['not by no known latex allergy', allergy(SNOMED, '1003774007'), null],
    [
      'of procedures, not of allergies, by no known procedures',
      { resourceType: 'Procedure', status: 'not-done', code: coded('787480003', SNOMED) } as FhirResource,
      'procedures',
    ],
  ])('%s', (_what, resource, expected) => {
    expect(statedNonePart(resource)).toBe(expected);
  });
});

it('every code of a vital sign that is scored stands among the vital signs', () => {
  for (const code of KIND_OF_CODE.keys()) {
    const system = /^\d+-\d$/.test(code) ? 'http://loinc.org' : 'http://snomed.info/sct';
    const resource = { resourceType: 'Observation', status: 'final', code: { coding: [{ system, code }] } };
    expect([code, partOfResource(resource as never, {})]).toEqual([code, 'vitals']);
  }
});
