// A stay of the copy as a FHIR Encounter: where a person is or was, in the words of the source that moved them.

import type { Encounter, Reference } from 'fhir/r4';
import { fhirSystemOf } from '../../domain/identity-domains.ts';
import type { Stay, StayStatus } from '../../domain/patient-copy.ts';

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
} as const;

const iso = (ms: number): string => new Date(ms).toISOString();

interface EncounterOptions {
  readonly id: string;
  readonly subject: Reference;
  /** Protected identity: neither place, presence nor times, nor a number or people who would tell them. */
  readonly isProtected: boolean;
}

export function toEncounter(stay: Stay, { id, subject, isProtected }: EncounterOptions): Encounter {
  const place = [stay.unit, stay.room, stay.bed].filter((piece) => piece !== null).join(' ');
  const { admittedAt, dischargedAt } = stay;
  return {
    resourceType: 'Encounter',
    id,
    meta: {
      source: `urn:reservkraft:source:${stay.source}`,
      ...(isProtected ? {} : { lastUpdated: iso(stay.changedAt) }),
    },
    ...(stay.visit === null || isProtected
      ? {}
      : { identifier: [{ system: fhirSystemOf(stay.visit.domain), value: stay.visit.id }] }),
    status: isProtected ? 'unknown' : ENCOUNTER_STATUS[stay.status],
    class:
      stay.class === 'unknown'
        ? { system: 'http://terminology.hl7.org/CodeSystem/v3-NullFlavor', code: 'UNK' }
        : { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: ENCOUNTER_CLASS[stay.class] },
    subject,
    ...(isProtected || (admittedAt === null && dischargedAt === null)
      ? {}
      : {
          period: {
            ...(admittedAt === null ? {} : { start: iso(admittedAt) }),
            ...(dischargedAt === null ? {} : { end: iso(dischargedAt) }),
          },
        }),
    ...(place === '' || isProtected ? {} : { location: [{ location: { display: place } }] }),
    ...(stay.reason === null ? {} : { reasonCode: [{ text: stay.reason }] }),
    ...(stay.caregivers.length === 0 || isProtected
      ? {}
      : { participant: stay.caregivers.map(({ name }) => ({ individual: { display: name } })) }),
  };
}
