// Resources that say "there is nothing": *inga kända*. An empty list never says that, and "not asked" and "no information"
// say the opposite. A statement about one kind only (no known drug allergy, no known latex allergy) is not one about all.

import type { FhirResource } from 'fhir/r4';
import type { PartName } from './parts.ts';

const SNOMED = 'http://snomed.info/sct';
/** The IPS code system of absent and unknown data, removed in IPS 2.0 but still sent. */
const IPS_ABSENT = 'http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips';

const NONE_OF_ALL: ReadonlyMap<string, PartName> = new Map<string, PartName>([
  [`${SNOMED}|716186003`, 'allergies'],
  [`${SNOMED}|160244002`, 'allergies'],
  [`${IPS_ABSENT}|no-known-allergies`, 'allergies'],
  [`${SNOMED}|787481004`, 'medication-orders'],
  [`${SNOMED}|1234391000168107`, 'medication-orders'],
  [`${IPS_ABSENT}|no-known-medications`, 'medication-orders'],
  [`${SNOMED}|160245001`, 'problems'],
  [`${IPS_ABSENT}|no-known-problems`, 'problems'],
  [`${SNOMED}|787482006`, 'immunizations'],
  [`${IPS_ABSENT}|no-known-immunizations`, 'immunizations'],
  [`${SNOMED}|787480003`, 'procedures'],
  [`${IPS_ABSENT}|no-known-procedures`, 'procedures'],
  [`${SNOMED}|787483001`, 'devices'],
  [`${IPS_ABSENT}|no-known-devices`, 'devices'],
]);

/** The only elements a statement stands in: what the resource is about, never a reason or a finding beside it. */
const ELEMENT_OF_TYPE: Readonly<Record<string, string>> = {
  AllergyIntolerance: 'code',
  Condition: 'code',
  Procedure: 'code',
  MedicationStatement: 'medicationCodeableConcept',
  MedicationRequest: 'medicationCodeableConcept',
  Immunization: 'vaccineCode',
};

/** The part of which this resource states that there is nothing; null for every other resource. */
export function statedNonePart(resource: FhirResource): PartName | null {
  const element = Object.hasOwn(ELEMENT_OF_TYPE, resource.resourceType) ? ELEMENT_OF_TYPE[resource.resourceType] : null;
  const concept = element ? (resource as unknown as Record<string, unknown>)[element] : null;
  const codings = (concept as { coding?: unknown } | null | undefined)?.coding;
  if (!Array.isArray(codings)) return null;
  for (const coding of codings as ({ system?: unknown; code?: unknown } | null)[]) {
    const part = NONE_OF_ALL.get(`${String(coding?.system)}|${String(coding?.code)}`);
    if (part !== undefined) return part;
  }
  return null;
}
