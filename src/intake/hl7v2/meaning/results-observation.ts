// One OBX as a member of its report: what was measured, the answer as sent, and what the laboratory says of it.

import type { CodeableConcept, Observation } from 'fhir/r4';
import type { ValueState } from '../../../domain/changes.ts';
import { EXTENSION } from '../../../domain/extensions.ts';
import { timeNotOwnExtension } from '../../../domain/own-time.ts';
import type { Bound } from '../../known-by.ts';
import type { Hl7Segment } from '../message.ts';
import { type ResultFields, textOf } from './results-fields.ts';
import { FHIR_STATUS, isCancelled, isKnownValueCode, valueState } from './results-states.ts';
import { hasValue, type ObservationDraft, setValue } from './results-value.ts';
import { caregiverReference, type ReadTime, readCaregiver } from './values.ts';

export interface ReadObservation {
  /** OBX-3 (+ OBX-4): tells the answers of one report apart in most messages; results-members.ts adds what more is needed. */
  readonly key: string;
  /** OBX-14 as written, for senders that repeat a code at several times; '' when absent. */
  readonly timeText: string;
  /** When it was observed: OBX-14. */
  readonly time: ReadTime | null;
  readonly state: ValueState;
  readonly resource: Observation;
}

/** An OBX with what follows it: further lines of the same text, and its comments. */
export interface ObservationLines {
  readonly obx: Hl7Segment;
  readonly lines: Hl7Segment[];
  readonly notes: string[];
}

const isText = (obx: Hl7Segment): boolean => {
  const type = obx.raw(2);
  return (type === 'TX' || type === 'FT' || type === 'ST') && obx.raw(6) === '';
};

/**
 * Long answers come with one OBX a line under one code. They are one text: apart they could not be read, and a shorter
 * correction would leave the last lines of the wrong answer standing. A comment (NTE) between two OBX ends the text.
 */
export function continues(obx: Hl7Segment, { obx: first, notes }: ObservationLines): boolean {
  if (notes.length > 0 || obx.raw(3) !== first.raw(3) || !isText(obx) || !isText(first)) return false;
  return (
    obx.raw(4) === first.raw(4) && obx.raw(11) === first.raw(11) && obx.raw(14) === first.raw(14) && hasValue(first)
  );
}

const UNNAMED: CodeableConcept = Object.freeze({ text: 'Utan beteckning' });

const DATA_ABSENT = 'http://terminology.hl7.org/CodeSystem/data-absent-reason';

/**
 * Why a value is missing, said wherever one could be expected. Not for `U` (status only: the former value stands) and
 * not for what leaves view.
 */
function absentReason(state: ValueState, code: string): string | null {
  if (code === 'U' || state === 'deleted' || state === 'withdrawn') return null;
  if (state === 'cannot-be-done') return 'not-performed';
  return state === 'registered' ? 'temp-unknown' : 'unknown';
}

/** `around`: what the report says of when, for a value that does not say it itself, and whether the order was cancelled. */
export function readObservation(
  { obx, lines, notes }: ObservationLines,
  fields: ResultFields,
  around: { readonly time: ReadTime | null; readonly bound: Bound; readonly stateCode: string },
): ReadObservation {
  const isValued = hasValue(obx);
  const code = textOf(obx, 11) ?? '';
  const own = valueState(code, isValued);
  // A value posted to the wrong patient, or deleted, is not kept once more.
  const leavesView = own === 'withdrawn' || own === 'deleted';
  const state = isCancelled(around.stateCode) && !leavesView ? 'cannot-be-done' : own;
  const observation: Observation = {
    resourceType: 'Observation',
    status: FHIR_STATUS[state],
    code: fields.coded(obx, 3) ?? UNNAMED,
  };
  const draft: ObservationDraft = { observation, extensions: [] };
  const time = fields.happened(obx, 14);
  const effective = time ?? around.time;
  if (effective !== null) observation.effectiveDateTime = effective.fhir;
  else if (!leavesView) draft.extensions.push(timeNotOwnExtension(around.bound));
  if (isValued && !leavesView) {
    setValue(draft, obx, fields);
    if (lines.length > 0) observation.valueString = [obx, ...lines].map((line) => line.freeText(5) ?? '').join('\n');
  } else if (!isValued) {
    const reason = absentReason(state, code);
    if (reason !== null) observation.dataAbsentReason = { coding: [{ system: DATA_ABSENT, code: reason }] };
  }
  const finding = obx.value(4);
  if (!leavesView && typeof finding === 'string' && finding !== '')
    draft.extensions.push({ url: EXTENSION.finding, valueString: finding });
  if (!leavesView) setContext(observation, obx, fields);
  if (notes.length > 0 && !leavesView) observation.note = [{ text: notes.join('\n') }];
  if ((own === 'unknown' || own !== state) && code !== '') {
    draft.extensions.push({ url: EXTENSION.statusAsReceived, valueString: code });
    if (own === 'unknown' && !isKnownValueCode(code)) fields.context.alarm({ code: 'unknown-code', detail: 'OBX-11' });
  }
  if (draft.extensions.length > 0) observation.extension = draft.extensions;
  return { key: observationKey(obx), timeText: obx.raw(14), time, state, resource: observation };
}

/** Range, flags, and who, how and with what. Each is looked at only where the sender wrote something. */
function setContext(observation: Observation, obx: Hl7Segment, fields: ResultFields): void {
  const range = fields.referenceRange(obx);
  if (range !== null) observation.referenceRange = range;
  const interpretation = fields.interpretation(obx);
  if (interpretation !== null) observation.interpretation = interpretation;
  if (obx.fieldCount < 15) return;
  const performers = [producerOf(obx, 23), producerOf(obx, 15), observerOf(obx)].filter((each) => each !== null);
  if (performers.length > 0) observation.performer = performers;
  const method = fields.coded(obx, 17);
  if (method !== null) observation.method = method;
  const device = textOf(obx, 18);
  if (device !== null) observation.device = { display: device };
  const analysed = obx.raw(19) === '' ? null : fields.time(obx, 19);
  if (analysed !== null && analysed.precision !== 'day' && analysed.fhir.length > 10)
    observation.issued = analysed.fhir;
  const site = fields.coded(obx, 20);
  if (site !== null) observation.bodySite = site;
}

/** OBX-15 (CWE: id ^ name) and OBX-23 (XON: name ^ … ^ id): which laboratory answers for the value. */
function producerOf(obx: Hl7Segment, field: 15 | 23): { display: string } | null {
  if (obx.raw(field) === '') return null;
  const display = field === 15 ? (textOf(obx, 15, 2) ?? textOf(obx, 15)) : textOf(obx, 23);
  return display === null ? null : { display };
}

function observerOf(obx: Hl7Segment): ReturnType<typeof caregiverReference> | null {
  if (obx.raw(16) === '') return null;
  const caregiver = readCaregiver(obx, 16, 'other');
  return caregiver === null ? null : caregiverReference(caregiver);
}

/** OBX-3 by its code, else its words; OBX-4 apart, so that `1` under one code never meets `1` under another. */
function observationKey(obx: Hl7Segment): string {
  const code = textOf(obx, 3) ?? textOf(obx, 3, 2) ?? textOf(obx, 3, 4) ?? textOf(obx, 3, 5) ?? '';
  const group = obx.raw(4);
  return group === '' || group === '""' ? code : `${code}|${group}`;
}
