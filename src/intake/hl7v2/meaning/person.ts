// The person: who somebody is, as this message now says. Only what is said is said on: an absent field leaves what is kept,
// `""` removes it (HL7 v2.5 ch. 2.5.3), and a list of names or addresses replaces the former list whole.

import type { CodeableConcept, Coding, Patient } from 'fhir/r4';
import type { PersonChange } from '../../../domain/changes.ts';
import type { Hl7Message, Hl7Segment } from '../message.ts';
import type { MeaningContext } from './context.ts';
import { type PatientIdentities, readIdentities } from './identities.ts';
import { readAddress, readList, readName, readPhone, wholeOf } from './person-values.ts';
import { readProtection } from './protection.ts';
import { caregiverReference, readCaregivers, readCoded, readTimeField } from './values.ts';

type Elements = PersonChange['elements'];

/** Table 0001, what Swedish senders write instead, and ISO 5218 (KV kön): 0 not known, 1 man, 2 woman, 9 not applicable. */
const GENDERS = new Map(
  Object.entries<Patient['gender']>({
    F: 'female',
    K: 'female',
    M: 'male',
    O: 'other',
    A: 'other',
    N: 'other',
    X: 'other',
    U: 'unknown',
    C: 'unknown',
    1: 'male',
    2: 'female',
    0: 'unknown',
    9: 'unknown',
    MALE: 'male',
    MAN: 'male',
    FEMALE: 'female',
    KVINNA: 'female',
    OTHER: 'other',
    UNKNOWN: 'unknown',
    OKÄNT: 'unknown',
  }),
);

const BIRTH_TIME = 'http://hl7.org/fhir/StructureDefinition/patient-birthTime';

/** The segments of one patient within a message: from its PID to the next; all of them where there is one patient. */
export interface PatientGroup {
  readonly pid: Hl7Segment;
  readonly segments: readonly Hl7Segment[];
  readonly identities: PatientIdentities;
}

/** Null in place of a group whose PID has no usable identifier. */
export function patientGroups(message: Hl7Message, context: MeaningContext): (PatientGroup | null)[] {
  const groups: (PatientGroup | null)[] = [];
  const starts: number[] = [];
  message.segments.forEach((segment, index) => {
    if (segment.name === 'PID') starts.push(index);
  });
  starts.forEach((start, index) => {
    const pid = message.segments[start];
    // Some senders write PV1 before PID. With one patient in the message there is no doubt whose it is.
    const segments = starts.length === 1 ? message.segments : message.segments.slice(start, starts[index + 1]);
    const identities = pid === undefined ? null : readIdentities(pid, context);
    groups.push(pid === undefined || identities === null ? null : { pid, segments, identities });
  });
  return groups;
}

function gender(pid: Hl7Segment, context: MeaningContext): Patient['gender'] | null | undefined {
  const code = pid.value(8);
  if (code === undefined || code === null) return code;
  const known = GENDERS.get(code.toUpperCase());
  if (known === undefined) context.alarm({ code: 'unknown-code', detail: 'PID-8' });
  return known ?? 'unknown';
}

/** Birth date, and the hour for the newborn whose first days are counted in hours. */
function birth(pid: Hl7Segment, context: MeaningContext): Elements {
  const time = readTimeField(pid, 7, context);
  if (time === undefined) return {};
  if (time === null) return { birthDate: null, _birthDate: null };
  const hasClock = time.precision === 'minute' || time.precision === 'second';
  return {
    birthDate: time.fhir.slice(0, 10),
    _birthDate: hasClock ? { extension: [{ url: BIRTH_TIME, valueDateTime: time.fhir }] } : null,
  };
}

/** PID-29 and PID-30. A time of death is a death, also where the indicator is missing; `N` takes both back. */
function death(pid: Hl7Segment, context: MeaningContext): Elements {
  const time = readTimeField(pid, 29, context);
  const indicator = pid.value(30)?.toUpperCase() ?? pid.value(30);
  const isStated = indicator === 'Y' || indicator === 'N';
  if (indicator === 'N') return { deceasedBoolean: false, deceasedDateTime: null };
  if (time !== undefined && time !== null) return { deceasedDateTime: time.fhir, deceasedBoolean: null };
  if (isStated) return { deceasedBoolean: true };
  return {
    ...(time === null ? { deceasedDateTime: null } : {}),
    ...(indicator === null ? { deceasedBoolean: null } : {}),
  };
}

function multipleBirth(pid: Hl7Segment): Elements {
  const order = pid.value(25);
  const indicator = pid.value(24);
  const number = typeof order === 'string' ? Number(order) : Number.NaN;
  if (Number.isInteger(number) && number > 0) return { multipleBirthInteger: number, multipleBirthBoolean: null };
  if (indicator === 'Y' || indicator === 'N') return { multipleBirthBoolean: indicator === 'Y' };
  return indicator === null ? { multipleBirthBoolean: null, multipleBirthInteger: null } : {};
}

function languages(pid: Hl7Segment): Patient['communication'] | null | undefined {
  const language = readCoded(pid, 15);
  return language === undefined || language === null ? language : [{ language, preferred: true }];
}

const phones = (pid: Hl7Segment, field: number, where: 'home' | 'work'): unknown[] | null | undefined =>
  readList(pid, field, (repetition) => readPhone(pid, field, where, repetition));

function put(into: Record<string, unknown>, key: keyof Elements, value: unknown): void {
  if (value !== undefined) into[key] = value;
}

/** What PID and PD1 say of the person, and whatever in the group marks protected identity. */
export function readPerson(
  group: PatientGroup,
  context: MeaningContext,
  options: { readonly absentMeansDeleted: boolean },
): PersonChange {
  const { pid, segments, identities } = group;
  const elements: Record<string, unknown> = {};
  if (options.absentMeansDeleted) for (const key of FIELDS_OF_PID) elements[key] = null;
  const names = readList(pid, 5, (repetition) => readName(pid, 5, repetition));
  const aliases = names ? (readList(pid, 9, (repetition) => readName(pid, 9, repetition)) ?? []) : [];
  put(elements, 'name', names ? [...names, ...aliases] : names);
  Object.assign(elements, birth(pid, context), death(pid, context), multipleBirth(pid));
  put(elements, 'gender', gender(pid, context));
  put(
    elements,
    'address',
    readList(pid, 11, (repetition) => readAddress(pid, 11, repetition)),
  );
  put(elements, 'telecom:home', phones(pid, 13, 'home'));
  put(elements, 'telecom:work', phones(pid, 14, 'work'));
  put(elements, 'telecom', wholeOf([elements['telecom:home'], elements['telecom:work']]));
  put(elements, 'communication', languages(pid));
  put(elements, 'maritalStatus', coded(pid, 16, MARITAL_SYSTEM));
  const pd1 = segments.find((segment) => segment.name === 'PD1');
  if (pd1 !== undefined) {
    const doctors = readCaregivers(pd1, 4, 'other');
    put(elements, 'generalPractitioner', doctors ? doctors.map(caregiverReference) : doctors);
  }
  put(elements, 'meta', readProtection(segments));
  return {
    kind: 'person',
    subject: identities.subject,
    identifiers: identities.all,
    elements: elements as Elements,
    mode: 'patch',
  };
}

const FIELDS_OF_PID = [
  'name',
  'birthDate',
  '_birthDate',
  'gender',
  'address',
  'telecom:home',
  'telecom:work',
  'communication',
  'maritalStatus',
  'deceasedBoolean',
  'deceasedDateTime',
  'multipleBirthBoolean',
  'multipleBirthInteger',
];
const MARITAL_SYSTEM = 'http://terminology.hl7.org/CodeSystem/v2-0002';

/** A coded field that mostly comes as a bare table code: it gets the table as its system. */
function coded(segment: Hl7Segment, field: number, system: string): CodeableConcept | null | undefined {
  const concept = readCoded(segment, field);
  if (concept === undefined || concept === null) return concept;
  const codings = concept.coding?.map((each): Coding => (each.system === undefined ? { system, ...each } : each));
  return codings === undefined ? concept : { ...concept, coding: codings };
}
