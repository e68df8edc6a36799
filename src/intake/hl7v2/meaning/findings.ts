// What comes along in an ADT message besides person and place: diagnoses (DG1), procedures (PR1), isolation (the bed status).

import type { CodeableConcept, Condition, Flag, Procedure } from 'fhir/r4';
import type { Change, ResourceChange } from '../../../domain/changes.ts';
import { timeNotOwnExtension } from '../../../domain/own-time.ts';
import type { PartName } from '../../../domain/parts.ts';
import { knownBy } from '../../known-by.ts';
import type { Hl7Segment } from '../message.ts';
import type { MeaningContext } from './context.ts';
import type { PatientGroup } from './person.ts';
import { readCoded, readTimeField } from './values.ts';

const VERIFICATION = 'http://terminology.hl7.org/CodeSystem/condition-ver-status';

/** DG1-3 and PR1-3; older versions put the words in field 4 and the coding method in field 2. */
function codeOf(segment: Hl7Segment): CodeableConcept | null {
  const concept = readCoded(segment, 3) ?? {};
  const words = segment.value(4);
  const text = typeof words === 'string' && concept.text === concept.coding?.[0]?.code ? words : concept.text;
  if (concept.coding === undefined && text === undefined && typeof words !== 'string') return null;
  return { ...concept, ...(text === undefined ? { text: words ?? '' } : { text }) };
}

function keyOf(type: string, segment: Hl7Segment, idField: number, code: CodeableConcept): string {
  const id = segment.value(idField);
  const [coding] = code.coding ?? [];
  if (typeof id === 'string') return `${type}/id:${id}`;
  return coding?.code === undefined
    ? `${type}/${(code.text ?? '').toLowerCase()}`
    : `${type}/${coding.system ?? ''}|${coding.code}`;
}

function resourceChange(
  group: PatientGroup,
  part: PartName,
  at: number,
  rest: Pick<ResourceChange, 'key' | 'state' | 'mode' | 'resource'>,
): ResourceChange {
  return { kind: 'resource', subject: group.identities.subject, part, at, ...rest };
}

/** DG1-6 says how sure the diagnosis is (admitting, working, final), DG1-21 whether the line is taken back. */
function readDiagnosis(dg1: Hl7Segment, group: PatientGroup, context: MeaningContext): Change[] {
  const code = codeOf(dg1);
  if (code === null) return [];
  const time = readTimeField(dg1, 5, context);
  const isFinal = dg1.value(6) === 'F';
  const resource: Condition = {
    resourceType: 'Condition',
    subject: {},
    ...(isFinal ? { verificationStatus: { coding: [{ system: VERIFICATION, code: 'confirmed' }] } } : {}),
    category: [
      { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-category', code: 'encounter-diagnosis' }] },
    ],
    code,
    ...(time ? { recordedDate: time.fhir } : {}),
  };
  const isTakenBack = dg1.value(21) === 'D';
  return [
    resourceChange(group, 'problems', time?.ms ?? context.eventAt, {
      key: keyOf('Condition', dg1, 20, code),
      state: isTakenBack ? 'deleted' : isFinal ? 'final' : 'preliminary',
      mode: isTakenBack ? 'withdraw' : 'replace',
      resource,
    }),
  ];
}

function readProcedure(pr1: Hl7Segment, group: PatientGroup, context: MeaningContext): Change[] {
  const code = codeOf(pr1);
  if (code === null) return [];
  const time = readTimeField(pr1, 5, context);
  // A procedure whose time has not come is a plan: it is not said to have been done.
  const bound = knownBy([], context);
  const isDone = time !== undefined && time !== null && time.ms <= context.eventAt;
  const isTakenBack = pr1.value(20) === 'D';
  const resource: Procedure = {
    resourceType: 'Procedure',
    subject: {},
    status: isTakenBack ? 'entered-in-error' : isDone ? 'completed' : 'unknown',
    code,
    ...(time ? { performedDateTime: time.fhir } : { extension: [timeNotOwnExtension(bound)] }),
  };
  return [
    resourceChange(group, 'procedures', time?.ms ?? bound.ms, {
      key: keyOf('Procedure', pr1, 19, code),
      state: isTakenBack ? 'deleted' : isDone ? 'final' : 'unknown',
      mode: isTakenBack ? 'withdraw' : 'replace',
      resource,
    }),
  ];
}

/** PV1-40 (table 0116): `I` is an isolated bed. Another status, or `""`, takes the isolation back; silence does not. */
function readIsolation(pv1: Hl7Segment, group: PatientGroup, context: MeaningContext): Change[] {
  const status = pv1.value(40);
  if (status === undefined) return [];
  const isIsolated = status === 'I';
  const resource: Flag = {
    resourceType: 'Flag',
    subject: {},
    status: isIsolated ? 'active' : 'inactive',
    category: [{ coding: [{ code: 'infection' }], text: 'Smitta och isolering' }],
    code: {
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0116', code: 'I' }],
      text: 'Isolerad vårdplats',
    },
  };
  return [
    resourceChange(group, 'infection', context.eventAt, {
      key: 'Flag/bed-isolation',
      state: isIsolated ? 'final' : 'deleted',
      mode: isIsolated ? 'replace' : 'withdraw',
      resource,
    }),
  ];
}

export function readFindings(group: PatientGroup, context: MeaningContext): Change[] {
  return group.segments.flatMap((segment): Change[] => {
    if (segment.name === 'DG1') return readDiagnosis(segment, group, context);
    if (segment.name === 'PR1') return readProcedure(segment, group, context);
    return segment.name === 'PV1' ? readIsolation(segment, group, context) : [];
  });
}
