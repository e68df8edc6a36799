// The stay: where the patient is cared for and by whom, from PV1, PV2, ROL and PRT. What happened to it (admitted, moved,
// discharged …) is the event's to say (adt.ts); here are only the fields, each with its three states.

import type { Caregiver, StayChange, StayClass, StayFields } from '../../../domain/changes.ts';
import type { Hl7Segment } from '../message.ts';
import type { MeaningContext } from './context.ts';
import { readPlace } from './locations.ts';
import { wholeOf } from './person-values.ts';
import { readCaregiver, readCaregivers, readCoded, readTimeField } from './values.ts';

type Fields = StayChange['fields'];

/** PV1-2 (table 0004) and what Swedish senders write instead. `N` says the class does not apply: nothing is said. */
const CLASSES = new Map(
  Object.entries<StayClass | null>({
    I: 'inpatient',
    E: 'emergency',
    O: 'outpatient',
    P: 'pre-admit',
    R: 'outpatient',
    B: 'birth',
    D: 'day-care',
    C: 'unknown',
    U: 'unknown',
    N: null,
    IMP: 'inpatient',
    AMB: 'outpatient',
    EMER: 'emergency',
    SV: 'inpatient',
    S: 'inpatient',
    SLUTENVÅRD: 'inpatient',
    ÖV: 'outpatient',
    Ö: 'outpatient',
    ÖPPENVÅRD: 'outpatient',
    A: 'emergency',
    AKUT: 'emergency',
    DV: 'day-care',
    DAGVÅRD: 'day-care',
    FV: 'birth',
    FÖRLOSSNING: 'birth',
  }),
);

function readClass(pv1: Hl7Segment, context: MeaningContext): StayClass | null | undefined {
  const code = pv1.value(2);
  if (code === undefined || code === null) return code;
  const word = code.toUpperCase();
  const known = CLASSES.get(word);
  if (known === undefined) context.alarm({ code: 'unknown-code', detail: 'PV1-2' });
  return known === null ? undefined : (known ?? 'unknown');
}

const milliseconds = (segment: Hl7Segment, field: number, context: MeaningContext): number | null | undefined => {
  const time = readTimeField(segment, field, context);
  return time === undefined || time === null ? time : time.ms;
};

const words = (segment: Hl7Segment, field: number): string | null | undefined => {
  const concept = readCoded(segment, field);
  return concept === undefined || concept === null ? concept : (concept.text ?? null);
};

/** ROL-3 and PRT-4 (tables 0443, 0912) and the words Swedish senders use for the nurse responsible. */
const ROLES = new Map(
  Object.entries<Caregiver['role']>({
    AT: 'attending',
    ATTENDING: 'attending',
    AD: 'admitting',
    CP: 'consulting',
    RP: 'referring',
    RO: 'referring',
    NURSE: 'nurse',
    RN: 'nurse',
    SSK: 'nurse',
    PAS: 'nurse',
    OSSK: 'nurse',
  }),
);

interface RoleFields {
  readonly action: number;
  readonly role: number;
  readonly person: number;
}
const ROLE_SEGMENTS = new Map(
  Object.entries<RoleFields>({
    ROL: { action: 2, role: 3, person: 4 },
    PRT: { action: 2, role: 4, person: 5 },
  }),
);

function readRoles(segments: readonly Hl7Segment[]): Caregiver[] | null | undefined {
  let isSaid = false;
  const found: Caregiver[] = [];
  for (const segment of segments) {
    const fields = ROLE_SEGMENTS.get(segment.name);
    if (fields === undefined) continue;
    isSaid = true;
    const action = segment.value(fields.action);
    if (action === 'DE' || action === 'D' || action === 'X') continue;
    const role = ROLES.get((segment.value(fields.role) ?? '').toUpperCase()) ?? 'other';
    for (let repetition = 1; repetition <= segment.repetitions(fields.person); repetition += 1) {
      const caregiver = readCaregiver(segment, fields.person, role, repetition);
      if (caregiver !== null) found.push(caregiver);
    }
  }
  if (!isSaid) return undefined;
  return found.length === 0 ? null : found;
}

function put(into: Record<string, unknown>, key: keyof Fields, value: unknown): void {
  if (value !== undefined) into[key] = value;
}

const FIELDS_OF_PV1: readonly (keyof StayFields | `caregivers:${string}`)[] = [
  'class',
  'unit',
  'room',
  'bed',
  'location',
  'service',
  'caregivers:attending',
  'caregivers:referring',
  'caregivers:consulting',
  'caregivers:admitting',
];

const CAREGIVER_SLICES = [
  'caregivers:attending',
  'caregivers:referring',
  'caregivers:consulting',
  'caregivers:admitting',
  'caregivers:role',
] as const;

/** One patient's part of a message that tells of a stay. */
export interface StaySegments {
  readonly pid: Hl7Segment | undefined;
  readonly pv1: Hl7Segment | undefined;
  readonly pv2: Hl7Segment | undefined;
  /** The message's EVN, of one event about one or two patients. */
  readonly evn: Hl7Segment | undefined;
  readonly segments: readonly Hl7Segment[];
}

export function staySegments(segments: readonly Hl7Segment[], evn?: Hl7Segment): StaySegments {
  const named = (name: string): Hl7Segment | undefined => segments.find((segment) => segment.name === name);
  return { pid: named('PID'), pv1: named('PV1'), pv2: named('PV2'), evn, segments };
}

export function readStayFields(
  stay: StaySegments,
  context: MeaningContext,
  options: { readonly absentMeansDeleted: boolean },
): Record<string, unknown> {
  const { pid, pv1, pv2 } = stay;
  const fields: Record<string, unknown> = {};
  if (pv1 !== undefined) {
    if (options.absentMeansDeleted) for (const key of FIELDS_OF_PV1) fields[key] = null;
    put(fields, 'class', readClass(pv1, context));
    Object.assign(fields, readPlace(pv1, 3, context.source));
    put(fields, 'service', words(pv1, 10));
    put(fields, 'caregivers:attending', readCaregivers(pv1, 7, 'attending'));
    put(fields, 'caregivers:referring', readCaregivers(pv1, 8, 'referring'));
    put(fields, 'caregivers:consulting', readCaregivers(pv1, 9, 'consulting'));
    put(fields, 'caregivers:admitting', readCaregivers(pv1, 17, 'admitting'));
    put(fields, 'admittedAt', milliseconds(pv1, 44, context));
    put(fields, 'dischargedAt', milliseconds(pv1, 45, context));
  }
  put(fields, 'caregivers:role', readRoles(stay.segments));
  put(fields, 'caregivers', wholeOf(CAREGIVER_SLICES.map((slice) => fields[slice])));
  if (pv2 !== undefined) {
    put(fields, 'reason', words(pv2, 3));
    put(fields, 'expectedAdmitAt', milliseconds(pv2, 8, context));
    put(fields, 'expectedDischargeAt', milliseconds(pv2, 9, context));
  }
  put(fields, 'account', pid?.value(18));
  return fields;
}
