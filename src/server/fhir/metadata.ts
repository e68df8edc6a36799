// What the facade says of itself (FHIR R4 CapabilityStatement): a copy to read, never a place to write.

import type { CapabilityStatement, CapabilityStatementRestResource } from 'fhir/r4';

/** The chart's types: each can be searched by patient and read by id. */
export const CLINICAL_TYPES = [
  'AllergyIntolerance',
  'Appointment',
  'CarePlan',
  'CareTeam',
  'Composition',
  'Condition',
  'Consent',
  'Device',
  'DeviceUseStatement',
  'DiagnosticReport',
  'DocumentReference',
  'Flag',
  'Goal',
  'Immunization',
  'MedicationAdministration',
  'MedicationRequest',
  'MedicationStatement',
  'NutritionOrder',
  'Observation',
  'Procedure',
  'RelatedPerson',
  'RiskAssessment',
  'ServiceRequest',
] as const;

export const isClinicalType = (type: string): boolean => (CLINICAL_TYPES as readonly string[]).includes(type);

const byPatient = (type: string): CapabilityStatementRestResource => ({
  type: type as CapabilityStatementRestResource['type'],
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
    format: ['application/fhir+json'],
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
          byPatient('Encounter'),
          ...CLINICAL_TYPES.map(byPatient),
        ],
      },
    ],
  };
}
