// The report around the answers: which order it answers, when the sample was taken, what it was, who has signed it.

import type { CodeableConcept, DiagnosticReport, Extension } from 'fhir/r4';
import type { ValueState } from '../../../domain/changes.ts';
import { EXTENSION } from '../../../domain/extensions.ts';
import { type Bound, knownBy, type ToldMoment } from '../../known-by.ts';
import type { Hl7Segment } from '../message.ts';
import { type OrderNumbers, readOrderNumbers } from './orders-numbers.ts';
import { type ResultFields, textOf } from './results-fields.ts';
import { FHIR_STATUS } from './results-states.ts';
import type { ReadTime } from './values.ts';

/** The segments one report is made of. `obr` is null for observations sent without an order. */
export interface ReportSegments {
  obr: Hl7Segment | null;
  orc: Hl7Segment | null;
  specimen: Hl7Segment | null;
  readonly notes: string[];
}

export interface ReportHead {
  readonly numbers: OrderNumbers;
  readonly code: CodeableConcept;
  /** OBR-4.1, else its words: what tells two reports of one order number apart. */
  readonly codeKey: string;
  /** OBR-24, HL7 table 0074. */
  readonly section: string;
  /** OBR-25 as written. */
  readonly stateCode: string;
  /**
   * When the sample was taken or the observation made: OBR-7, else SPM-17. OBR-14 is when the sample reached the laboratory, OBR-22
   * when its answer was given: both may be hours or days later, and are only the latest it can have been.
   */
  readonly time: ReadTime | null;
  /** What is known of the time of a value that has none of its own. */
  readonly bound: Bound;
  /** Any time at all that the sender gives: tells reports without numbers apart. Null when there is none. */
  readonly keyMs: number | null;
}

const moment = (is: ToldMoment['is'], time: ReadTime | null): ToldMoment | null =>
  time === null ? null : { is, ms: time.ms, fhir: time.fhir };

const WITHOUT_ORDER: CodeableConcept = Object.freeze({ text: 'Utan beställning' });

export function readHead(segments: ReportSegments, fields: ResultFields): ReportHead {
  const { obr, orc, specimen } = segments;
  const numbers = readOrderNumbers(orc, obr);
  const taken = specimen === null ? null : fields.happened(specimen, 17);
  if (obr === null) {
    const code = (specimen === null ? null : fields.coded(specimen, 4)) ?? WITHOUT_ORDER;
    const bound = knownBy([], fields.context);
    return { numbers, code, codeKey: '', section: '', stateCode: '', time: taken, bound, keyMs: taken?.ms ?? null };
  }
  const time = fields.happened(obr, 7) ?? taken;
  const arrived = time === null ? fields.time(obr, 14) : null;
  const reported = time === null ? fields.time(obr, 22) : null;
  return {
    numbers,
    code: fields.coded(obr, 4) ?? WITHOUT_ORDER,
    codeKey: textOf(obr, 4) ?? textOf(obr, 4, 2) ?? textOf(obr, 4, 4) ?? '',
    section: textOf(obr, 24) ?? '',
    stateCode: textOf(obr, 25) ?? '',
    time,
    bound: knownBy([moment('specimen-received', arrived), moment('reported', reported)], fields.context),
    keyMs: (time ?? arrived ?? reported)?.ms ?? null,
  };
}

/** Only what this message says: absent elements stay as they were (a partial resend must not take anything away). */
export function reportResource(
  segments: ReportSegments,
  head: ReportHead,
  state: ValueState,
  fields: ResultFields,
  parentResult: string | null,
): DiagnosticReport {
  const { obr, specimen, notes } = segments;
  const report: DiagnosticReport = { resourceType: 'DiagnosticReport', status: FHIR_STATUS[state], code: head.code };
  const extensions: Extension[] = [];
  if (head.time !== null) report.effectiveDateTime = head.time.fhir;
  if (head.section !== '') {
    report.category = [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0074', code: head.section }] }];
  }
  const { placer, filler } = head.numbers;
  if (placer !== null) report.basedOn = [{ identifier: { value: placer.number } }];
  if (filler !== null) report.identifier = [{ value: filler.number }];
  // Comments about the whole report (NTE) have no element of their own in FHIR R4.
  if (notes.length > 0) report.conclusion = notes.join('\n');
  const material = specimenOf(obr, specimen, fields);
  if (material !== null) report.specimen = [material];
  if (obr !== null) {
    const issued = fields.time(obr, 22);
    if (issued !== null && issued.fhir.length > 10) report.issued = issued.fhir;
    const interpreter = interpreterOf(obr);
    if (interpreter !== null) report.resultsInterpreter = [{ display: interpreter }];
    if (state === 'unknown' && head.stateCode !== '') {
      extensions.push({ url: EXTENSION.statusAsReceived, valueString: head.stateCode });
    }
  }
  if (parentResult !== null) extensions.push({ url: EXTENSION.parentResult, valueString: parentResult });
  if (extensions.length > 0) report.extension = extensions;
  return report;
}

/** SPM-4 with SPM-8 (site), else OBR-15 of older versions. The specimen's own number is what a label shows. */
function specimenOf(
  obr: Hl7Segment | null,
  specimen: Hl7Segment | null,
  fields: ResultFields,
): { display?: string; identifier?: { value: string } } | null {
  const number = specimen === null ? null : (textOf(specimen, 2, 2) ?? textOf(specimen, 2));
  const words =
    specimen === null
      ? [obr === null ? null : (textOf(obr, 15, 1, 2) ?? textOf(obr, 15))]
      : [fields.coded(specimen, 4)?.text ?? null, fields.coded(specimen, 8)?.text ?? null];
  const display = words.filter((word) => word !== null).join(', ');
  if (number === null && display === '') return null;
  return { ...(display === '' ? {} : { display }), ...(number === null ? {} : { identifier: { value: number } }) };
}

/** OBR-32 (NDL): id & family & given, or a name alone. */
function interpreterOf(obr: Hl7Segment): string | null {
  if (obr.raw(32) === '') return null;
  const name = [textOf(obr, 32, 1, 3), textOf(obr, 32, 1, 2)].filter((part) => part !== null).join(' ');
  return name === '' ? textOf(obr, 32) : name;
}
