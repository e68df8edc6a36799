// Which parts of a chart a polled resource type feeds: what stays without proof when that type could not be fetched.

import type { FhirResource } from 'fhir/r4';
import { partOfResource } from '../../domain/part-of-resource.ts';
import type { PartName } from '../../domain/parts.ts';

/** Types whose resources go to several parts, by what they say. */
const SEVERAL: Readonly<Record<string, readonly PartName[]>> = {
  Observation: ['vitals', 'results', 'fluid-balance', 'blood', 'history', 'risks', 'limits', 'infection'],
  DiagnosticReport: ['results', 'blood'],
  Flag: ['alerts', 'infection', 'limits'],
  Consent: ['limits', 'other'],
  MedicationRequest: ['medication-orders', 'infusions'],
  MedicationAdministration: ['doses-given', 'infusions'],
  ServiceRequest: ['orders', 'surgery'],
  Appointment: ['visits', 'surgery'],
  Procedure: ['procedures', 'surgery'],
  Encounter: ['stay', 'responsible'],
  DocumentReference: ['notes', 'limits'],
  Composition: ['notes', 'limits'],
  Patient: ['person'],
};

/** `MedicationRequest?_include=…` or a bare type name. */
export function partsOfType(type: string): readonly PartName[] {
  const name = type.split('?', 1)[0] ?? '';
  const several = Object.hasOwn(SEVERAL, name) ? SEVERAL[name] : undefined;
  return several ?? [partOfResource({ resourceType: name } as FhirResource, {})];
}
