// ADT: who comes, moves, is away, leaves; and what was told wrongly about it. One table says what each event does to a stay
// (HL7 v2.5 ch. 3; knowledge c2). What an event is not about it never touches: an update (A08) never changes whether
// somebody is in the ward, a person update (A31) never changes the stay at all.

import type { CarePlan } from 'fhir/r4';
import type { Change, StayAction, StayChange } from '../../../domain/changes.ts';
import { sameIdentity } from '../../../domain/identity.ts';
import type { Hl7Message, Hl7Segment } from '../message.ts';
import { readAllergies } from './allergies.ts';
import type { MeaningContext } from './context.ts';
import { readFindings } from './findings.ts';
import { readIdentity, readVisit } from './identities.ts';
import { readKin } from './kin.ts';
import { readUnit } from './locations.ts';
import { MERGE_EVENTS, readLink, readMerges } from './merges.ts';
import { type PatientGroup, patientGroups, readPerson } from './person.ts';
import { readResults } from './results.ts';
import { readStayFields, type StaySegments, staySegments } from './stay.ts';
import { readTimeField } from './values.ts';

const STAY_EVENTS: Readonly<Record<string, StayAction>> = {
  A01: 'admit',
  A02: 'transfer',
  A03: 'discharge',
  A04: 'register',
  A05: 'pre-admit',
  A06: 'change-class',
  A07: 'change-class',
  A08: 'update',
  A09: 'update',
  A10: 'update',
  A11: 'cancel',
  A12: 'cancel-transfer',
  A13: 'cancel-discharge',
  A14: 'pre-admit',
  A15: 'plan',
  A16: 'plan',
  A21: 'leave',
  A22: 'return',
  A23: 'cancel',
  A25: 'plan',
  A26: 'plan',
  A27: 'cancel',
  A32: 'update',
  A33: 'update',
  A38: 'cancel',
  A52: 'return',
  A53: 'leave',
  A54: 'update',
  A55: 'update',
  A61: 'update',
  A62: 'update',
};

/** Events that tell the stay as it is; a discharge or a cancel may well leave the bed out. */
const WHOLE_STAY: ReadonlySet<StayAction> = new Set(['admit', 'register', 'update', 'change-class', 'transfer']);

/** About the person alone. A51 changes a visit number we do not keep, A48 an alternate patient number. */
const PERSON_EVENTS = new Set(['A28', 'A31', 'A48', 'A51', 'A60']);

/** Null when the event is not one the copy reads. */
export function readAdt(message: Hl7Message, context: MeaningContext): Change[] | null {
  const { event } = context;
  const action = STAY_EVENTS[event];
  const mergeKind = MERGE_EVENTS[event];
  const isSwap = event === 'A17';
  const isLink = event === 'A24' || event === 'A37';
  const isPersonOnly = PERSON_EVENTS.has(event) || event === 'A29';
  if (action === undefined && mergeKind === undefined && !isSwap && !isLink && !isPersonOnly) return null;

  const groups = readGroups(message, context);
  if (groups === null) return [];
  if (isLink || mergeKind !== undefined) {
    const people = groups.map((group) => readPerson(group, context, { absentMeansDeleted: false }));
    const said = isLink
      ? readLink(event === 'A24' ? 'link' : 'unlink', groups, context)
      : mergeKind === undefined
        ? []
        : readMerges(mergeKind, groups, context);
    return [...people, ...said];
  }
  if (isSwap) return readSwap(groups, message, context);
  const group = onePatient(groups, message, context);
  if (group === null) return [];
  if (event === 'A29') return [{ kind: 'delete-person', subject: group.identities.subject }];
  return [
    ...readPersonParts(group, context),
    ...(action === undefined ? [] : readStay(group, action, message, context)),
    ...(message.first('OBX') === undefined ? [] : readResults(message, context)),
  ];
}

/** Set aside when a patient can't be told: what follows that PID must never land on the one before. */
function readGroups(message: Hl7Message, context: MeaningContext): PatientGroup[] | null {
  const groups = patientGroups(message, context);
  const known = groups.filter((group) => group !== null);
  if (known.length > 0 && known.length === groups.length) return known;
  context.setAside(groups.length === 0 ? 'no PID' : 'no usable patient identifier');
  return null;
}

/** Events about one patient may repeat the PID, never with somebody else's number. */
function onePatient(
  groups: readonly PatientGroup[],
  message: Hl7Message,
  context: MeaningContext,
): PatientGroup | null {
  const [first] = groups;
  if (first === undefined || groups.length === 1) return first ?? null;
  if (groups.every((group) => sameIdentity(group.identities.subject, first.identities.subject))) {
    return { ...first, segments: message.segments.slice(message.segments.indexOf(first.pid)) };
  }
  context.setAside('two patients in an event about one');
  return null;
}

function readPersonParts(group: PatientGroup, context: MeaningContext): Change[] {
  const { hl7 } = context.source;
  return [
    readPerson(group, context, { absentMeansDeleted: hl7.absentMeansDeleted }),
    ...readKin(group, context),
    ...readAllergies(group, context, { isWholeList: hl7.allergies === 'snapshot' }),
    ...readFindings(group, context),
  ];
}

/** A17: both get each other's place in one message, applied whole or not at all. */
function readSwap(groups: readonly PatientGroup[], message: Hl7Message, context: MeaningContext): Change[] {
  const [first, second] = groups;
  if (groups.length !== 2 || !first || !second || sameIdentity(first.identities.subject, second.identities.subject)) {
    context.setAside('bed swap without two different patients');
    return [];
  }
  return groups.flatMap((group) => [
    readPerson(group, context, { absentMeansDeleted: false }),
    ...readStay(group, 'transfer', message, context),
  ]);
}

type Fields = Record<string, unknown>;

/** What the event itself says besides PV1: the time it happened, the place planned, that somebody is back. */
function eventFields(stay: StaySegments, action: StayAction, fields: Fields, context: MeaningContext): Fields {
  const { claimedAt, event } = context;
  switch (action) {
    case 'admit':
    case 'register':
      return { ...without(fields, 'dischargedAt'), admittedAt: fields['admittedAt'] ?? claimedAt };
    case 'pre-admit': {
      const planned = fields['expectedAdmitAt'] ?? plannedAt(context, stay) ?? fields['admittedAt'];
      const rest = without(fields, 'dischargedAt', 'admittedAt');
      return planned === undefined ? rest : { ...rest, expectedAdmitAt: planned };
    }
    case 'discharge':
      return { ...fields, dischargedAt: fields['dischargedAt'] ?? claimedAt };
    case 'cancel-discharge':
      return { ...fields, dischargedAt: null };
    case 'change-class':
      return {
        ...without(fields, 'dischargedAt'),
        class: fields['class'] ?? (event === 'A06' ? 'inpatient' : 'outpatient'),
      };
    case 'leave':
      return event === 'A21' ? { ...without(fields, 'dischargedAt'), leaveSince: claimedAt } : fields;
    case 'return':
      return { ...without(fields, 'dischargedAt'), leaveSince: null };
    case 'plan':
      return planFields(stay, fields, context);
    case 'update':
      return fields;
    case 'transfer':
    case 'cancel-transfer':
    case 'cancel':
      return without(fields, 'dischargedAt');
  }
}

/** `fields` belongs to this one message: nobody else holds it. */
function without(fields: Fields, ...keys: string[]): Fields {
  for (const key of keys) delete fields[key];
  return fields;
}

/** EVN-3: the time a planned event is planned for. */
function plannedAt(context: MeaningContext, { evn }: StaySegments): number | null | undefined {
  if (evn === undefined) return undefined;
  const time = readTimeField(evn, 3, context);
  return time === undefined || time === null ? time : time.ms;
}

/** A15, A16, A25, A26 plan and take plans back; the patient stays where he is. */
function planFields(stay: StaySegments, fields: Fields, context: MeaningContext): Fields {
  switch (context.event) {
    case 'A15': {
      const unit = stay.pv1 === undefined ? undefined : readUnit(stay.pv1, 42, context.source);
      return unit === undefined ? {} : { plannedUnit: unit };
    }
    case 'A26':
      return { plannedUnit: null };
    case 'A16': {
      const expected = fields['expectedDischargeAt'] ?? plannedAt(context, stay);
      return expected === undefined ? {} : { expectedDischargeAt: expected };
    }
    default:
      return { expectedDischargeAt: null };
  }
}

function readStay(group: PatientGroup, action: StayAction, message: Hl7Message, context: MeaningContext): Change[] {
  const stay = staySegments(group.segments, message.first('EVN'));
  const { pid, pv1 } = stay;
  const { subject } = group.identities;
  if (
    (action === 'transfer' || action === 'cancel-transfer') &&
    (pv1 === undefined || !/[\p{L}\p{N}"]/u.test(pv1.raw(3)))
  ) {
    // The place after a cancelled move stands in the cancel's own PV1-3; without it nobody knows where the patient is.
    context.setAside('move without a place (PV1-3)');
    return [];
  }
  const absentMeansDeleted = context.source.hl7.absentMeansDeleted && WHOLE_STAY.has(action);
  const fields = readStayFields(stay, context, { absentMeansDeleted });
  const visit = readVisit(pid, pv1, context);
  const change: StayChange = {
    kind: 'stay',
    subject,
    visit,
    action,
    fields: eventFields(stay, action, fields, context) as StayChange['fields'],
    at: context.eventAt,
  };
  return [...renumbered(group, stay, context), change, ...dischargePlan(change, stay, context)];
}

/** A06 and A07 may give the stay a new number and tell the former in MRG: it is the same stay all the same. */
function renumbered(group: PatientGroup, stay: StaySegments, context: MeaningContext): Change[] {
  const mrg = group.segments.find((segment) => segment.name === 'MRG');
  if (mrg === undefined || stay.pv1 === undefined) return [];
  const survivor = readIdentity(stay.pv1, 19, 1, context.source);
  const former = readIdentity(mrg, 5, 1, context.source);
  if (survivor === null || former === null || survivor.id === former.id) return [];
  const subsumed = mrg.value(5, 4) === undefined ? { domain: survivor.domain, id: former.id } : former;
  return [{ kind: 'merge-visit', subject: group.identities.subject, survivor, subsumed }];
}

/** A16 and A25 also as a line of the discharge plan: when, and where to (PV1-36, PV1-37). */
function dischargePlan(change: StayChange, { pv1, pv2 }: StaySegments, context: MeaningContext): Change[] {
  if (context.event !== 'A16' && context.event !== 'A25') return [];
  const expected = change.fields.expectedDischargeAt;
  const words = [text(pv1, 36), text(pv1, 37), text(pv2, 27)].filter((word) => word !== '');
  const isPlanned = context.event === 'A16';
  const resource: CarePlan = {
    resourceType: 'CarePlan',
    subject: {},
    status: isPlanned ? 'active' : 'revoked',
    intent: 'plan',
    title: 'Planerad utskrivning',
    ...(words.length === 0 ? {} : { description: words.join(', ') }),
    ...(typeof expected === 'number' ? { period: { end: new Date(expected).toISOString() } } : {}),
  };
  return [
    {
      kind: 'resource',
      subject: change.subject,
      part: 'discharge',
      key: `CarePlan/discharge${change.visit === null ? '' : `/${change.visit.id}`}`,
      at: context.eventAt,
      state: isPlanned ? 'final' : 'deleted',
      resource,
      mode: isPlanned ? 'replace' : 'withdraw',
    },
  ];
}

const text = (segment: Hl7Segment | undefined, field: number): string =>
  segment?.value(field, 2) ?? segment?.value(field) ?? '';
