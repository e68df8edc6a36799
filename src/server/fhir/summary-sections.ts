// The sections of an International Patient Summary (HL7 IPS 2.0.0, knowledge a1): which kept resources go where, and how a
// required section says that it is empty. LOINC section codes: content from LOINC, copyright Regenstrief Institute, free with
// attribution.

import type {
  AllergyIntolerance,
  CodeableConcept,
  Condition,
  FhirResource,
  MedicationStatement,
  Reference,
} from 'fhir/r4';
import type { PartName } from '../../domain/parts.ts';

export interface SectionRule {
  readonly code: string;
  readonly title: string;
  readonly isRequired: boolean;
  /** The chart's parts whose state speaks for the section. */
  readonly parts: readonly PartName[];
  takes(resource: FhirResource, part: PartName): boolean;
}

const isResolved = (condition: Condition): boolean =>
  (condition.clinicalStatus?.coding ?? []).some((coding) =>
    ['resolved', 'inactive', 'remission'].includes(coding.code ?? ''),
  );

const LOINC_PREGNANCY = new Set(['82810-3', '11778-8', '11779-6', '11780-4', '57064-0', '11996-6', '11640-0']);
const isPregnancy = (resource: FhirResource): boolean =>
  resource.resourceType === 'Observation' &&
  (resource.code?.coding ?? []).some((coding) => LOINC_PREGNANCY.has(coding.code ?? ''));
/** The copy has already decided where a value belongs, by code and category; it stands in the same place here. */
const isVital = (resource: FhirResource, part: PartName): boolean =>
  resource.resourceType === 'Observation' && (part === 'vitals' || part === 'fluid-balance');
const isSocial = (resource: FhirResource, part: PartName): boolean =>
  resource.resourceType === 'Observation' && part === 'history' && !isPregnancy(resource);

export const SECTIONS: readonly SectionRule[] = [
  {
    code: '11450-4',
    title: 'Aktuella problem',
    isRequired: true,
    parts: ['problems'],
    takes: (resource) => resource.resourceType === 'Condition' && !isResolved(resource),
  },
  {
    code: '48765-2',
    title: 'Överkänslighet',
    isRequired: true,
    parts: ['allergies'],
    takes: (resource) => resource.resourceType === 'AllergyIntolerance',
  },
  {
    code: '10160-0',
    title: 'Läkemedel',
    isRequired: true,
    parts: ['medication-orders', 'doses-given', 'infusions'],
    takes: (resource) =>
      ['MedicationRequest', 'MedicationStatement', 'MedicationAdministration', 'MedicationDispense'].includes(
        resource.resourceType,
      ),
  },
  {
    code: '104605-1',
    title: 'Varningar och begränsningar',
    isRequired: false,
    parts: ['alerts', 'infection', 'limits'],
    takes: (resource) => resource.resourceType === 'Flag',
  },
  {
    code: '42348-3',
    title: 'Ställningstaganden',
    isRequired: false,
    parts: ['limits'],
    takes: (resource) => resource.resourceType === 'Consent',
  },
  {
    code: '8716-3',
    title: 'Vitalparametrar',
    isRequired: false,
    parts: ['vitals'],
    takes: isVital,
  },
  {
    code: '30954-2',
    title: 'Provsvar',
    isRequired: false,
    parts: ['results', 'blood'],
    takes: (resource, part) =>
      resource.resourceType === 'DiagnosticReport' ||
      (resource.resourceType === 'Observation' &&
        !isVital(resource, part) &&
        !isSocial(resource, part) &&
        !isPregnancy(resource)),
  },
  {
    code: '47519-4',
    title: 'Utförda åtgärder',
    isRequired: false,
    parts: ['procedures'],
    takes: (resource) => resource.resourceType === 'Procedure',
  },
  {
    code: '46264-8',
    title: 'Infarter och utrustning',
    isRequired: false,
    parts: ['devices'],
    takes: (resource) => resource.resourceType === 'DeviceUseStatement',
  },
  {
    code: '11369-6',
    title: 'Vaccinationer',
    isRequired: false,
    parts: ['immunizations'],
    takes: (resource) => resource.resourceType === 'Immunization',
  },
  {
    code: '11348-0',
    title: 'Tidigare sjukdomar',
    isRequired: false,
    parts: ['problems'],
    takes: (resource) => resource.resourceType === 'Condition' && isResolved(resource),
  },
  {
    code: '10162-6',
    title: 'Graviditet',
    isRequired: false,
    parts: ['history'],
    takes: isPregnancy,
  },
  {
    code: '29762-2',
    title: 'Socialt',
    isRequired: false,
    parts: ['history'],
    takes: isSocial,
  },
  {
    code: '47420-5',
    title: 'Funktion',
    isRequired: false,
    parts: ['history'],
    takes: (resource) => resource.resourceType === 'ClinicalImpression',
  },
  {
    code: '18776-5',
    title: 'Vårdplan',
    isRequired: false,
    parts: ['history', 'discharge'],
    takes: (resource) => resource.resourceType === 'CarePlan',
  },
];

/** R4 list-empty-reason. `nilknown` only on a stated or proven none; everything else says that we do not know. */
export function emptyReason(code: 'nilknown' | 'withheld' | 'unavailable', text: string): CodeableConcept {
  return { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/list-empty-reason', code }], text };
}

const IPS_ABSENT = 'http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips';

/**
 * IPS 1.1 has no empty required section: a resource says that nothing is known to exist, or that nobody knows. IPS 2.0 says
 * it with `emptyReason`. `null` for a section that is not required.
 */
export function absenceResource(
  section: string,
  isNone: boolean,
  id: string,
  subject: Reference,
  words: string,
  at: string,
): AllergyIntolerance | Condition | MedicationStatement | null {
  const code = (none: string, unknown: string): CodeableConcept => ({
    coding: [{ system: IPS_ABSENT, code: isNone ? none : unknown }],
    text: words,
  });
  switch (section) {
    case '48765-2':
      return {
        resourceType: 'AllergyIntolerance',
        id,
        clinicalStatus: {
          coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }],
        },
        code: code('no-known-allergies', 'no-allergy-info'),
        patient: subject,
      };
    case '11450-4':
      return {
        resourceType: 'Condition',
        id,
        clinicalStatus: {
          coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }],
        },
        code: code('no-known-problems', 'no-problem-info'),
        subject,
      };
    case '10160-0':
      return {
        resourceType: 'MedicationStatement',
        id,
        status: 'unknown',
        medicationCodeableConcept: code('no-known-medications', 'no-medication-info'),
        subject,
        effectiveDateTime: at,
      };
    default:
      return null;
  }
}
