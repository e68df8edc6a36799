// The copy as FHIR R4 resources of our facade: what a source sent, under ids of our own that say nothing of the person,
// with `meta.source` and `meta.lastUpdated` telling where from and when received. Withdrawn values never leave here.

import type {
  DiagnosticReport,
  Encounter,
  Extension,
  FhirResource,
  Identifier,
  Observation,
  Patient,
  Reference,
} from 'fhir/r4';
import type { ValueState } from '../../domain/changes.ts';
import { type Identity, type PatientKey, patientKey } from '../../domain/identity.ts';
import { fhirSystemOf } from '../../domain/identity-domains.ts';
import type { Entry, PatientCopy, Stay, StayStatus } from '../../domain/patient-copy.ts';

/** Makes the part of a resource's id that follows the patient's: opaque, the same at every reading of the same row. */
export type HandleOf = (identity: Identity) => PatientKey;

const AGE_EXTENSION = 'urn:reservkraft:received-under';

export interface PatientResources {
  readonly patient: Patient;
  readonly encounters: readonly Encounter[];
  /** Everything else, newest first within its type. */
  readonly clinical: readonly FhirResource[];
}

/** A resource id of ours: `<patient key>.<handle>`. At most 53 letters of `[a-z2-7.]`, within FHIR's id. */
export const resourceId = (key: PatientKey, handle: string): string => `${key}.${handle}`;

/** The patient a resource id belongs to; null when it is not one of ours. */
export function patientOfResourceId(id: string): PatientKey | null {
  const dot = id.indexOf('.');
  return dot > 0 && id.length <= 64 ? patientKey(id.slice(0, dot)) : null;
}

export function toResources(copy: PatientCopy, handleOf: HandleOf): PatientResources {
  const subject: Reference = { reference: `Patient/${copy.key}` };
  const clinical: FhirResource[] = [];
  for (const part of Object.values(copy.parts)) {
    for (const entry of part.entries) {
      if (entry.part === 'stay' || entry.part === 'person') continue;
      clinical.push(...entryResources(copy.key, entry, subject, handleOf));
    }
  }
  return {
    patient: toPatient(copy),
    encounters: copy.stays.map((stay) => toEncounter(copy.key, stay, subject, handleOf)),
    clinical,
  };
}

function toPatient(copy: PatientCopy): Patient {
  const identifiers = copy.identities.map(
    ({ identity, how }): Identifier => ({
      ...(how === 'merged' ? { use: 'old' as const } : {}),
      system: fhirSystemOf(identity.domain),
      value: identity.id,
    }),
  );
  const { id: _id, ...person } = copy.person ?? { resourceType: 'Patient' as const, id: undefined };
  const patient: Patient = { ...person, resourceType: 'Patient', id: copy.key, identifier: identifiers };
  if (copy.isProtected) {
    delete patient.address;
    delete patient.telecom;
    delete patient.contact;
  }
  return patient;
}

const ENCOUNTER_STATUS: Readonly<Record<StayStatus, Encounter['status']>> = {
  planned: 'planned',
  present: 'in-progress',
  'on-leave': 'onleave',
  discharged: 'finished',
  cancelled: 'cancelled',
  unknown: 'unknown',
};

/** v3 ActCode for each class of stay. */
const ENCOUNTER_CLASS = {
  inpatient: 'IMP',
  emergency: 'EMER',
  outpatient: 'AMB',
  'pre-admit': 'PRENC',
  'day-care': 'SS',
  birth: 'IMP',
  unknown: 'AMB',
} as const;

function toEncounter(key: PatientKey, stay: Stay, subject: Reference, handleOf: HandleOf): Encounter {
  const visit = stay.visit ?? { domain: `stay:${stay.source}`, id: `${stay.subject.domain}|${stay.subject.id}` };
  const place = [stay.unit, stay.room, stay.bed].filter((piece) => piece !== null).join(' ');
  return {
    resourceType: 'Encounter',
    id: resourceId(key, handleOf({ domain: `encounter:${stay.source}:${visit.domain}`, id: visit.id })),
    meta: { source: `urn:reservkraft:source:${stay.source}` },
    ...(stay.visit === null ? {} : { identifier: [{ system: fhirSystemOf(visit.domain), value: visit.id }] }),
    status: ENCOUNTER_STATUS[stay.status],
    class: {
      system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode',
      code: ENCOUNTER_CLASS[stay.class],
    },
    subject,
    ...(stay.admittedAt === null && stay.dischargedAt === null
      ? {}
      : {
          period: {
            ...(stay.admittedAt === null ? {} : { start: new Date(stay.admittedAt).toISOString() }),
            ...(stay.dischargedAt === null ? {} : { end: new Date(stay.dischargedAt).toISOString() }),
          },
        }),
    ...(place === '' ? {} : { location: [{ location: { display: place } }] }),
    ...(stay.reason === null ? {} : { reasonCode: [{ text: stay.reason }] }),
    ...(stay.caregivers.length === 0
      ? {}
      : { participant: stay.caregivers.map((caregiver) => ({ individual: { display: caregiver.name } })) }),
  };
}

/** R4 statuses of Observation and DiagnosticReport for what happened to a value. */
const RESULT_STATUS: Readonly<Record<ValueState, Observation['status']>> = {
  registered: 'registered',
  preliminary: 'preliminary',
  unverified: 'preliminary',
  final: 'final',
  corrected: 'corrected',
  'cannot-be-done': 'cancelled',
  deleted: 'entered-in-error',
  withdrawn: 'entered-in-error',
  unknown: 'unknown',
};

function entryResources(key: PatientKey, entry: Entry, subject: Reference, handleOf: HandleOf): FhirResource[] {
  if (entry.state === 'withdrawn' || entry.state === 'deleted') return [];
  const base = `${entry.source}|${entry.subject.domain}|${entry.subject.id}|${entry.key}`;
  const id = resourceId(key, handleOf({ domain: 'resource', id: base }));
  const receivedUnder: Extension = {
    url: AGE_EXTENSION,
    valueIdentifier: { system: fhirSystemOf(entry.subject.domain), value: entry.subject.id },
  };
  const members = entry.members
    .filter((member) => member.state !== 'withdrawn' && member.state !== 'deleted')
    .map((member): FhirResource => {
      const memberId = resourceId(key, handleOf({ domain: 'member', id: `${base}|${member.key}` }));
      const resource = own(member.resource, memberId, member.receivedAt, entry.source, subject);
      return resource.resourceType === 'Observation' ? { ...resource, status: RESULT_STATUS[member.state] } : resource;
    });
  const resource = own(entry.resource, id, entry.receivedAt, entry.source, subject);
  withExtension(resource, receivedUnder);
  if (resource.resourceType === 'Observation' || resource.resourceType === 'DiagnosticReport') {
    if (entry.resource.resourceType !== 'Observation' || entry.state !== 'final')
      (resource as Observation).status = RESULT_STATUS[entry.state];
  }
  if (resource.resourceType === 'DiagnosticReport' && members.length > 0)
    (resource as DiagnosticReport).result = members.map((member) => ({ reference: `Observation/${member.id}` }));
  return [resource, ...members];
}

/** A received resource under our id and our subject; everything else as the source sent it. */
function own(resource: FhirResource, id: string, receivedAt: number, source: string, subject: Reference): FhirResource {
  const copy = {
    ...resource,
    id,
    meta: {
      ...resource.meta,
      lastUpdated: new Date(receivedAt).toISOString(),
      source: `urn:reservkraft:source:${source}`,
    },
  } as FhirResource & { subject?: Reference; patient?: Reference };
  if (PATIENT_ELEMENT.has(copy.resourceType)) copy.patient = subject;
  else if (SUBJECT_ELEMENT.has(copy.resourceType)) copy.subject = subject;
  return copy;
}

function withExtension(resource: FhirResource, extension: Extension): void {
  const carrier = resource as { extension?: Extension[] };
  carrier.extension = [...(carrier.extension ?? []), extension];
}

/** The element that names the patient (FHIR R4, each resource's definition). */
const PATIENT_ELEMENT: ReadonlySet<string> = new Set([
  'AllergyIntolerance',
  'Immunization',
  'RelatedPerson',
  'NutritionOrder',
  'Consent',
  'Claim',
  'ExplanationOfBenefit',
]);
const SUBJECT_ELEMENT: ReadonlySet<string> = new Set([
  'Observation',
  'DiagnosticReport',
  'Condition',
  'Procedure',
  'MedicationRequest',
  'MedicationAdministration',
  'MedicationStatement',
  'ServiceRequest',
  'DocumentReference',
  'Composition',
  'Flag',
  'CarePlan',
  'CareTeam',
  'Goal',
  'RiskAssessment',
  'ClinicalImpression',
  'ImagingStudy',
  'Media',
  'DeviceUseStatement',
  'QuestionnaireResponse',
  'Specimen',
]);
