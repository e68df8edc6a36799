// What the facade says of itself (FHIR R4 CapabilityStatement): a copy to read, never a place to write.

import type { CapabilityStatement, CapabilityStatementRestResource } from 'fhir/r4';

/** What a source may have sent about a patient (R4 patient compartment, as far as the copy keeps it): searched by patient, read by id. */
const PATIENT_TYPES = [
  'AdverseEvent',
  'AllergyIntolerance',
  'Appointment',
  'AppointmentResponse',
  'CarePlan',
  'CareTeam',
  'Claim',
  'ClinicalImpression',
  'Communication',
  'CommunicationRequest',
  'Composition',
  'Condition',
  'Consent',
  'Coverage',
  'DetectedIssue',
  'Device',
  'DeviceRequest',
  'DeviceUseStatement',
  'DiagnosticReport',
  'DocumentReference',
  'Encounter',
  'EpisodeOfCare',
  'ExplanationOfBenefit',
  'FamilyMemberHistory',
  'Flag',
  'Goal',
  'ImagingStudy',
  'Immunization',
  'ImmunizationRecommendation',
  'List',
  'Media',
  'MedicationAdministration',
  'MedicationDispense',
  'MedicationRequest',
  'MedicationStatement',
  'NutritionOrder',
  'Observation',
  'Procedure',
  'Provenance',
  'QuestionnaireResponse',
  'RelatedPerson',
  'RequestGroup',
  'RiskAssessment',
  'ServiceRequest',
  'Specimen',
  'SupplyDelivery',
  'SupplyRequest',
  'Task',
  'VisionPrescription',
] as const;

export const isPatientType = (type: string): boolean => (PATIENT_TYPES as readonly string[]).includes(type);

const byPatient = (type: (typeof PATIENT_TYPES)[number]): CapabilityStatementRestResource => ({
  type,
  interaction: [{ code: 'read' }, { code: 'search-type' }],
  searchParam: [
    { name: 'patient', type: 'reference', documentation: 'required; our own patient id' },
    { name: '_count', type: 'number' },
    { name: '_lastUpdated', type: 'date' },
    ...(type === 'Observation'
      ? [
          { name: 'category', type: 'token' as const },
          { name: 'code', type: 'token' as const },
        ]
      : []),
  ],
});

export function capabilityStatement(date: string): CapabilityStatement {
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date,
    kind: 'instance',
    software: { name: 'Reservkraft' },
    implementation: { description: 'Kopian av enheternas journaler. Endast läsning.' },
    fhirVersion: '4.0.1',
    format: ['application/fhir+json', 'json'],
    rest: [
      {
        mode: 'server',
        documentation:
          'Read only. Person numbers are never part of an address: search a patient by identifier with POST Patient/_search.',
        security: { description: 'Bearer token of the station; loopback only until sign-in exists.' },
        resource: [
          {
            type: 'Patient',
            interaction: [{ code: 'read' }, { code: 'search-type' }],
            searchParam: [
              { name: 'identifier', type: 'token', documentation: 'by POST Patient/_search only' },
              { name: 'name', type: 'string', documentation: 'by POST Patient/_search only' },
              { name: '_id', type: 'token' },
            ],
            operation: [
              { name: 'summary', definition: 'http://hl7.org/fhir/uv/ips/OperationDefinition/summary' },
              { name: 'everything', definition: 'http://hl7.org/fhir/OperationDefinition/Patient-everything' },
            ],
          },
          ...PATIENT_TYPES.map(byPatient),
        ],
      },
    ],
  };
}
