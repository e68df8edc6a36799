// Answers from laboratories and devices (ORU, OUL) as changes of the chart. Laboratory answers are kept as one report an
// order, its values merged by key so that a partial resend takes nothing away; vital signs as one set a measuring moment.
//
// What is withdrawn (OBX-11 W: it was another patient's) leaves view by the same key it came under. Keys therefore hold only
// what a sender repeats when it corrects: the filler's order number, the observation's code and group, and the time only
// where the same message needs it to tell two values apart.

import type { Change, ResourceChange, ValueState } from '../../../domain/changes.ts';
import type { Identity } from '../../../domain/identity.ts';
import type { PartName } from '../../../domain/parts.ts';
import type { Hl7Message, Hl7Segment } from '../message.ts';
import { type MeaningContext, tellEmpty } from './context.ts';
import { readSubject } from './identities.ts';
import { asOrderNumbers } from './orders-numbers.ts';
import { ResultFields } from './results-fields.ts';
import { type FoundMember, membersOf } from './results-members.ts';
import { continues, type ObservationLines, readObservation } from './results-observation.ts';
import { isKeptByMoment, partOfObservation, partOfReport } from './results-part.ts';
import { type ReportHead, type ReportSegments, readHead, reportResource } from './results-report.ts';
import { isCancelled, reportState } from './results-states.ts';

/** Services named in the title of a report that answers several. */
const TITLES_MAX = 8;

/** One OBR with what follows it, in the order received. */
interface ReportGroup extends ReportSegments {
  readonly subject: Identity;
  readonly observations: ObservationLines[];
}

/** ORU R01, R30, R31, R32 and OUL R21 to R24. */
export function readResults(message: Hl7Message, context: MeaningContext): Change[] {
  const fields = new ResultFields(message, context);
  const reports = new Map<string, ReportInProgress>();
  const groups = groupsOf(message, context);
  if (groups.length === 0 && isResultMessage(context)) tellEmpty(context);
  for (const group of groups) addGroup(reports, group, fields);
  const changes: Change[] = [];
  for (const report of reports.values()) changes.push(finish(report, fields));
  return changes;
}

/** An ADT may bring observations, and need not. */
const isResultMessage = ({ type }: MeaningContext): boolean => !type.startsWith('ADT');

/** Cuts the message by its OBRs. The standard's grouping is not enforced: senders leave out what they don't use. */
function groupsOf(message: Hl7Message, context: MeaningContext): ReportGroup[] {
  const groups: ReportGroup[] = [];
  const isBySpecimen = context.event === 'R22' || context.event === 'R23';
  const isOul = context.type.startsWith('OUL');
  let subject = context.subject;
  let patients = 0;
  let orc: Hl7Segment | null = null;
  let specimen: Hl7Segment | null = null;
  let current: ReportGroup | null = null;
  let notes: string[] | null = null;
  let orderNotes: string[] = [];
  const open = (obr: Hl7Segment | null): ReportGroup | null => {
    if (subject === null) return null;
    const group: ReportGroup = { subject, obr, orc, specimen, notes: orderNotes, observations: [] };
    orderNotes = [];
    groups.push(group);
    return group;
  };
  for (const segment of message.segments) {
    switch (segment.name) {
      case 'PID':
        patients += 1;
        // A further patient in the message is read under its own identity or not at all: never under the first one's.
        if (patients > 1) subject = readSubject(segment, context);
        if (subject === null) context.setAside('results for a patient without a usable identity');
        [orc, specimen, current, notes] = [null, null, null, null];
        orderNotes = [];
        break;
      case 'ORC':
        if (isOul && current !== null && current.orc === null && current.observations.length === 0) {
          current.orc = segment;
          notes = current.notes;
        } else {
          // What is noted of the order belongs to the report that follows, never to the value before.
          orc = segment;
          orderNotes = [];
          notes = orderNotes;
        }
        break;
      case 'OBR':
        current = open(segment);
        orc = null;
        notes = current?.notes ?? null;
        break;
      case 'SPM':
        if (isBySpecimen) {
          specimen = segment;
          current = null;
        } else if (current !== null) current.specimen ??= segment;
        notes = current?.notes ?? null;
        break;
      case 'OBX': {
        current ??= open(null);
        const last = current?.observations.at(-1);
        if (last !== undefined && continues(segment, last)) last.lines.push(segment);
        else {
          const observation: ObservationLines = { obx: segment, lines: [], notes: [] };
          current?.observations.push(observation);
          notes = observation.notes;
        }
        break;
      }
      case 'NTE': {
        const text = segment.freeText(3);
        if (typeof text === 'string') notes?.push(text);
        break;
      }
      default:
        break;
    }
  }
  return groups;
}

interface ReportInProgress {
  readonly key: string;
  readonly subject: Identity;
  readonly part: PartName;
  /** Of a set: the moment measured. */
  readonly at: number | null;
  readonly group: ReportGroup;
  readonly head: ReportHead;
  /** OBR-25 of the whole: cancelled only where each order that makes it is. */
  stateCode: string;
  readonly members: FoundMember[];
  readonly codeTexts: string[];
}

function addGroup(reports: Map<string, ReportInProgress>, group: ReportGroup, fields: ResultFields): void {
  const { partOfCode } = fields.context.source.hl7;
  const head = readHead(group, fields);
  const report = { part: partOfReport(head.code, head.section, partOfCode), section: head.section };
  const reportKey = keyOfReport(group, head, fields.context);
  const filler = head.numbers.filler?.key ?? head.numbers.placer?.key ?? '';
  const enter = (part: PartName, key: string, at: number | null): ReportInProgress => {
    const whole = `${group.subject.domain}|${group.subject.id}|${key}`;
    let entered = reports.get(whole);
    if (entered === undefined) {
      entered = {
        key,
        subject: group.subject,
        part,
        at,
        group,
        head,
        stateCode: head.stateCode,
        members: [],
        codeTexts: [],
      };
      reports.set(whole, entered);
    } else if (isCancelled(entered.stateCode)) entered.stateCode = head.stateCode;
    const text = head.code.text ?? '';
    if (text !== '' && entered.codeTexts.length < TITLES_MAX && !entered.codeTexts.includes(text))
      entered.codeTexts.push(text);
    return entered;
  };
  const keyMs = head.keyMs ?? fields.context.claimedAt;
  // Nearly always the same as for the line before: most reports have one part and one time.
  let last: { readonly part: PartName; readonly moment: number | null; readonly entered: ReportInProgress } | null =
    null;
  for (const lines of group.observations) {
    const read = readObservation(lines, fields, head);
    const part = partOfObservation(read.resource.code, report, partOfCode);
    const isMoment = isKeptByMoment(part);
    const moment = isMoment ? (read.time?.ms ?? keyMs) : null;
    if (last === null || last.part !== part || last.moment !== moment) {
      const key = part === report.part ? reportKey : `${reportKey}/${part}`;
      const entered: ReportInProgress = isMoment
        ? enter(part, `Set/${part}/${moment}`, read.time?.ms ?? timeOfReport(head))
        : enter(part, key, null);
      last = { part, moment, entered };
    }
    const baseKey = isMoment && filler !== '' ? `${read.key}/${filler}` : read.key;
    last.entered.members.push({ baseKey, codeKey: head.codeKey, read });
  }
  // A word about the report alone: not possible, withdrawn, now final.
  if (group.observations.length === 0) enter(report.part, reportKey, null);
}

const timeOfReport = ({ time, bound }: ReportHead): number => time?.ms ?? bound.ms;

/** A report that says no time is as old as the oldest of its values. */
function oldestOf({ members, head }: ReportInProgress): number {
  const times = members.flatMap(({ read }) => read.time?.ms ?? []);
  return head.time?.ms ?? (times.length === 0 ? head.bound.ms : Math.min(...times));
}

/** The filler's number, else the placer's with the service; without numbers the service and when it was done. */
function keyOfReport(group: ReportGroup, { numbers, codeKey, keyMs }: ReportHead, context: MeaningContext): string {
  if (numbers.filler !== null) return `DiagnosticReport/${numbers.filler.key}`;
  if (numbers.placer !== null) return `DiagnosticReport/placer:${numbers.placer.key}/${codeKey}`;
  const specimen = group.specimen?.raw(2) ?? '';
  const which = specimen === '' ? String(keyMs ?? context.claimedAt) : specimen;
  return `DiagnosticReport/unnumbered:${codeKey}/${which}`;
}

function finish(report: ReportInProgress, fields: ResultFields): ResourceChange {
  const { key, subject, part, group, head } = report;
  const state = stateOf(report);
  const resource = reportResource(group, head, state, fields, parentResultOf(group));
  if (report.codeTexts.length > 1) resource.code = { ...head.code, text: report.codeTexts.join(', ') };
  const leavesView = state === 'withdrawn' || state === 'deleted';
  return {
    kind: 'resource',
    subject,
    part,
    key,
    at: report.at ?? oldestOf(report),
    state,
    resource,
    mode: leavesView ? 'withdraw' : 'merge',
    members: membersOf(report.members, isKeptByMoment(part)),
    orderNumbers: asOrderNumbers(head.numbers),
  };
}

/** A set of one moment holds what several orders asked for: that one was cancelled is said of its own values, never of the others'. */
function stateOf({ members, part, stateCode }: ReportInProgress): ValueState {
  const states = members.map(({ read }) => read.state);
  const isOfOthersToo = members.length > 0 && isKeptByMoment(part);
  return isOfOthersToo && isCancelled(stateCode) ? 'unknown' : reportState(stateCode, states);
}

/** OBR-26: the parent's observation ^ its group ^ its value in words. Says which organism a susceptibility belongs to. */
function parentResultOf({ obr }: ReportGroup): string | null {
  if (obr === null || obr.raw(26) === '') return null;
  const words = obr.value(26, 3) ?? obr.value(26, 1, 2) ?? obr.value(26, 1);
  return typeof words === 'string' ? words : null;
}
