// Doses as the source says they were given, not given or refused (RAS), and gives that are planned (RGV). Only a stated
// completion makes a dose given; an administration without one stays *okänd status* with all that was said of it (H6).

import type {
  Annotation,
  Extension,
  FhirResource,
  MedicationAdministration,
  MedicationRequest,
  Quantity,
} from 'fhir/r4';
import type { ResourceChange, ValueState } from '../../../domain/changes.ts';
import { EXTENSION } from '../../../domain/extensions.ts';
import { timeNotOwnExtension } from '../../../domain/own-time.ts';
import { type Bound, knownBy } from '../../known-by.ts';
import type { Hl7Segment } from '../message.ts';
import { readControl } from './orders-control.ts';
import type { OrderGroup } from './orders-groups.ts';
import { orderMembers } from './orders-members.ts';
import { asOrderNumbers, orderKey } from './orders-numbers.ts';
import { readTimings } from './orders-timing.ts';
import { type Amount, amountOf, amountText, asQuantity, dosagesOf, UNNAMED_DRUG, wordOf } from './pharmacy-dosage.ts';
import { medicationNumbers } from './pharmacy-orders.ts';
import { type ResultFields, textOf } from './results-fields.ts';
import { caregiverReference, readCaregivers } from './values.ts';

type Dose = OrderGroup['doses'][number];

export function readAdministrations(groups: readonly OrderGroup[], fields: ResultFields): ResourceChange[] {
  const changes: ResourceChange[] = [];
  for (const group of groups) {
    const doses = group.doses.filter(({ dose }) => dose.name === 'RXA');
    for (const dose of doses) {
      const isLast = dose === doses.at(-1);
      changes.push(administrationChange(group, dose, isLast, fields));
    }
  }
  return changes;
}

interface Completion {
  readonly status: MedicationAdministration['status'];
  readonly state: ValueState;
  /** Said beside the status where FHIR has no word for it. */
  readonly reason?: string;
}

/**
 * RXA-20, HL7 table 0322. A reason for refusal (RXA-18) says by itself that the dose was not taken. *Partially* of a rate
 * (RXA-12) with no end (RXA-4) is a drip that runs, told from hour to hour: *avbruten* there would be the opposite of what was said.
 */
function completionOf(rxa: Hl7Segment): Completion {
  const code = (textOf(rxa, 20) ?? '').trim().toUpperCase();
  switch (code) {
    case 'CP':
      return { status: 'completed', state: 'final' };
    case 'PA':
      if (textOf(rxa, 12) !== null && textOf(rxa, 4) === null) return { status: 'in-progress', state: 'final' };
      // FHIR's word for what was begun and not given to the end; *given* alone would say too much.
      return { status: 'stopped', state: 'final', reason: 'Delvis given' };
    case 'RE':
      return { status: 'not-done', state: 'final', reason: 'Patienten avböjde' };
    case 'NA':
      return { status: 'not-done', state: 'final', reason: 'Inte given' };
    default:
      if (code === '' && wordOf(rxa, 18) !== null)
        return { status: 'not-done', state: 'final', reason: 'Patienten avböjde' };
      return { status: 'unknown', state: 'unknown' };
  }
}

/**
 * The administration's own numbers tell doses of one order apart (RXA-1 give, RXA-2 administration). Senders that always
 * write 0 or 1 there would overwrite each dose with the next: for them the time is part of the key.
 */
function doseKey(group: OrderGroup, rxa: Hl7Segment, fields: ResultFields): string {
  const order = orderKey(medicationNumbers(group)) ?? `unnumbered:${textOf(rxa, 5) ?? ''}`;
  const give = textOf(rxa, 1) ?? '';
  const administration = textOf(rxa, 2) ?? '';
  const counts = ['', '0', '1'].includes(administration) ? `@${fields.time(rxa, 3)?.ms ?? rxa.raw(3)}` : '';
  const drug = group.doses.length > 1 && counts !== '' ? `/${textOf(rxa, 5) ?? wordOf(rxa, 5) ?? ''}` : '';
  return `MedicationAdministration/${order}/${give}/${administration}${counts}${drug}`;
}

/** `999` without unit is HL7's way of saying that the amount was not noted. */
function amountGiven(rxa: Hl7Segment): Amount | null {
  const amount = amountOf(rxa, 6, 7);
  return amount?.written === '999' && amount.unit === null ? null : amount;
}

function administrationChange(group: OrderGroup, dose: Dose, isLast: boolean, fields: ResultFields): ResourceChange {
  const rxa = dose.dose;
  const completion = completionOf(rxa);
  const action = (textOf(rxa, 21) ?? '').trim().toUpperCase();
  const isDeleted = action === 'D';
  const state: ValueState = isDeleted
    ? 'deleted'
    : action === 'U' && completion.state === 'final'
      ? 'corrected'
      : completion.state;
  const amount = amountGiven(rxa);
  const per = textOf(rxa, 12);
  const numbers = medicationNumbers(group);
  const when = fields.happened(rxa, 3) ?? fields.happened(rxa, 4);
  const bound = knownBy([], fields.context);
  return {
    kind: 'resource',
    subject: group.subject,
    part: per !== null && amount !== null ? 'infusions' : 'doses-given',
    key: doseKey(group, rxa, fields),
    at: when?.ms ?? bound.ms,
    state,
    resource: administration(
      group,
      dose,
      { completion, isDeleted, amount, per, bound: when === null ? bound : null },
      fields,
    ),
    mode: isDeleted ? 'withdraw' : 'replace',
    ...(isLast && group.observations.length > 0 ? { members: orderMembers(group, fields) } : {}),
    orderNumbers: asOrderNumbers(numbers),
  };
}

interface Given {
  readonly completion: Completion;
  readonly isDeleted: boolean;
  readonly amount: Amount | null;
  readonly per: string | null;
  /** Set where the message does not say when it was given: neither RXA-3 nor RXA-4. */
  readonly bound: Bound | null;
}

function administration(
  group: OrderGroup,
  { dose: rxa, rxr, notes }: Dose,
  { completion, isDeleted, amount, per, bound }: Given,
  fields: ResultFields,
): FhirResource {
  const given: Partial<MedicationAdministration> & { resourceType: 'MedicationAdministration' } = {
    resourceType: 'MedicationAdministration',
    status: isDeleted ? 'entered-in-error' : completion.status,
    medicationCodeableConcept: fields.coded(rxa, 5) ?? UNNAMED_DRUG,
  };
  const [start, end] = [fields.happened(rxa, 3), fields.happened(rxa, 4)];
  if (start !== null && end !== null && end.ms > start.ms) given.effectivePeriod = { start: start.fhir, end: end.fhir };
  else if (start !== null) given.effectiveDateTime = start.fhir;
  else if (end !== null) given.effectivePeriod = { end: end.fhir };
  const reason = fields.coded(rxa, 18) ?? (completion.reason === undefined ? null : { text: completion.reason });
  if (reason !== null) given.statusReason = [reason];
  const givers = readCaregivers(rxa, 10, 'other') ?? [];
  if (givers.length > 0) given.performer = givers.map((giver) => ({ actor: caregiverReference(giver) }));
  const indication = fields.coded(rxa, 19);
  if (indication !== null) given.reasonCode = [indication];
  const numbers = medicationNumbers(group);
  const order = numbers.placer ?? numbers.filler;
  if (order !== null) given.request = { identifier: { value: order.number } };
  const dosage = dosageOf(rxa, rxr, amount, per, fields);
  if (dosage !== null) given.dosage = dosage;
  const remarks = remarksOf(rxa, [...group.notes, ...notes]);
  if (remarks.length > 0) given.note = remarks;
  const extensions: Extension[] = bound === null ? [] : [timeNotOwnExtension(bound)];
  if (completion.status === 'unknown') {
    extensions.push({ url: EXTENSION.statusAsReceived, valueString: textOf(rxa, 20) ?? 'saknas' });
  }
  if (extensions.length > 0) given.extension = extensions;
  return given as FhirResource;
}

function dosageOf(
  rxa: Hl7Segment,
  rxr: readonly Hl7Segment[],
  amount: Amount | null,
  per: string | null,
  fields: ResultFields,
): MedicationAdministration['dosage'] | null {
  const [routeSegment] = rxr;
  const route = routeSegment === undefined ? null : fields.coded(routeSegment, 1);
  const site = routeSegment === undefined ? null : fields.coded(routeSegment, 2);
  const strength = amountOf(rxa, 13, 14);
  const words = [
    amount === null ? null : `${amountText(amount)}${per === null ? '' : ` per ${per}`}`,
    strength === null ? null : `styrka ${amountText(strength)}`,
    wordOf(rxa, 8),
    route?.text ?? null,
    site?.text ?? null,
  ].filter((word) => word !== null);
  if (words.length === 0) return null;
  const quantity = asQuantity(amount);
  return {
    text: words.join(', '),
    ...(route === null ? {} : { route }),
    ...(site === null ? {} : { site }),
    ...(quantity === null ? {} : per === null ? { dose: quantity } : { rateQuantity: perTime(quantity, per) }),
  };
}

const perTime = (quantity: Quantity, per: string): Quantity => ({ ...quantity, unit: `${quantity.unit ?? ''}/${per}` });

/** Notes (RXA-9, NTE), batch and where it was given: traceability that FHIR R4 has no element for here. */
function remarksOf(rxa: Hl7Segment, notes: readonly string[]): Annotation[] {
  const found: string[] = [];
  for (let repetition = 1; repetition <= rxa.repetitions(9); repetition += 1) {
    const text = rxa.value(9, 2, 1, repetition) ?? rxa.value(9, 1, 1, repetition);
    if (typeof text === 'string') found.push(text);
  }
  const lot = rxa.freeText(15);
  if (typeof lot === 'string') found.push(`Batch ${lot.replaceAll('\n', ', ')}`);
  return [...found, ...notes].map((text) => ({ text }));
}

/** RGV: what is planned to be given. An order of one occasion, shown with its order, never among the given doses. */
export function readPlannedGives(groups: readonly OrderGroup[], fields: ResultFields): ResourceChange[] {
  return groups.flatMap((group) => {
    const planned = group.doses.filter(({ dose }) => dose.name === 'RXG');
    const last = planned.at(-1);
    return planned.map((dose) => plannedChange(group, dose, dose === last, fields));
  });
}

function plannedChange(
  group: OrderGroup,
  { dose: rxg, rxr, tq1, notes }: Dose,
  isLast: boolean,
  fields: ResultFields,
): ResourceChange {
  const { context } = fields;
  const word = readControl(group.orc, 'medication', context);
  const numbers = medicationNumbers(group);
  const timings = readTimings([...tq1, ...(tq1.length === 0 ? group.asked.tq1 : [])], [[rxg, 3]], context);
  const start = timings[0]?.start ?? null;
  const rate = amountOf(rxg, 15, 16);
  const instruction = wordOf(rxg, 13);
  const dosages = dosagesOf(
    {
      least: amountOf(rxg, 5, 7),
      most: amountOf(rxg, 6, 7),
      rate,
      per: textOf(rxg, 14),
      perDay: null,
      strength: amountOf(rxg, 17, 18),
      form: wordOf(rxg, 8),
      routes: rxr,
      mixture: [],
      instructions: instruction === null ? [] : [instruction],
    },
    timings,
    fields,
  );
  const [dosage] = dosages;
  const request: Partial<MedicationRequest> & { resourceType: 'MedicationRequest' } = {
    resourceType: 'MedicationRequest',
    intent: 'instance-order',
    medicationCodeableConcept: fields.coded(rxg, 4) ?? UNNAMED_DRUG,
    dosageInstruction: [
      {
        ...dosage,
        text: `Planerad: ${dosage?.text ?? 'dos står inte i meddelandet'}`,
        ...(start === null ? {} : { timing: { ...dosage?.timing, event: [start.fhir] } }),
      },
    ],
  };
  if (word.status !== null) request.status = word.status;
  if (word.extensions.length > 0) request.extension = [...word.extensions];
  const order = numbers.placer ?? numbers.filler;
  if (order !== null) request.basedOn = [{ identifier: { value: order.number } }];
  const remarks = [...group.notes, ...notes];
  if (remarks.length > 0) request.note = remarks.map((text) => ({ text }));
  const give = textOf(rxg, 1) ?? String(start?.ms ?? '');
  return {
    kind: 'resource',
    subject: group.subject,
    part: rate === null ? 'medication-orders' : 'infusions',
    key: `MedicationRequest/${orderKey(numbers) ?? `unnumbered:${textOf(rxg, 4) ?? ''}`}/give/${give}`,
    at: start?.ms ?? context.claimedAt,
    state: word.status === 'unknown' ? 'unknown' : 'final',
    resource: request as FhirResource,
    mode: 'merge',
    ...(isLast && group.observations.length > 0 ? { members: orderMembers(group, fields) } : {}),
    orderNumbers: asOrderNumbers(numbers),
  };
}
