// Orders of examinations, tests and diets as changes of the chart, so that the ward sees what is asked for and not yet
// answered. A medicine ordered in the old general message (ORM with RXO or RXE) is read as one (pharmacy.ts).
//
// Key: the placer's order number, else the filler's, with what is ordered. Which of a source's statements are about the same order
// is decided when the chart is read, over all the person's numbers (copy/read/join-orders.ts).

import type { CodeableConcept, Extension, FhirResource, ServiceRequest } from 'fhir/r4';
import type { Change, ResourceChange } from '../../../domain/changes.ts';
import { partOfResource } from '../../../domain/part-of-resource.ts';
import type { Hl7Message, Hl7Segment } from '../message.ts';
import { type MeaningContext, tellEmpty } from './context.ts';
import type { OrderStatus } from './orders-control.ts';
import { isMedication, type OrderGroup, orderGroups } from './orders-groups.ts';
import { readOrderNumbers } from './orders-numbers.ts';
import { asTiming, type OrderTiming, priorityOf, readTimings } from './orders-timing.ts';
import { isNewOrder, type Order, type OrderKindRule, orderChange, readEachOrder } from './orders-walk.ts';
import { readMedicationOrders } from './pharmacy-orders.ts';
import { ResultFields, textOf } from './results-fields.ts';
import { caregiverReference, readCaregiver } from './values.ts';

/** ORM O01, OMG O19, OML O21, O33, O35, OMI O23. */
export function readOrders(message: Hl7Message, context: MeaningContext): Change[] {
  const groups = orderGroups(message, context);
  if (groups.length === 0) tellEmpty(context);
  const services = groups.filter((group) => !isMedication(group));
  const medicines = groups.filter(isMedication);
  const changes: Change[] = readEachOrder(services, SERVICES, new ResultFields(message, context));
  if (medicines.length > 0) changes.push(...readMedicationOrders(medicines, new ResultFields(message, context)));
  return changes;
}

const STATUS: Readonly<Record<OrderStatus, ServiceRequest['status']>> = {
  active: 'active',
  'on-hold': 'on-hold',
  cancelled: 'revoked',
  stopped: 'revoked',
  completed: 'completed',
  unknown: 'unknown',
};

const codeKeyOf = ({ obr }: OrderGroup): string =>
  obr === null ? '' : (textOf(obr, 4) ?? textOf(obr, 4, 2) ?? textOf(obr, 4, 4) ?? '');

const SERVICES: OrderKindRule = {
  kind: 'service',
  numbersOf: ({ orc, obr }) => readOrderNumbers(orc, obr),
  nameOf: codeKeyOf,
  changeOf: serviceChange,
};

function serviceChange(group: OrderGroup, order: Order, fields: ResultFields): ResourceChange {
  const { context } = fields;
  const { orc, obr } = group;
  const timings = readTimings(
    group.asked.tq1,
    [
      [orc, 7],
      [obr, 27],
    ],
    context,
  );
  const resource = serviceRequest(group, order, timings, fields);
  const written = orc === null ? null : fields.time(orc, 9);
  const asked = obr === null ? null : (fields.time(obr, 6) ?? fields.time(obr, 7));
  const at = (written ?? asked ?? timings[0]?.start)?.ms ?? context.claimedAt;
  return {
    ...orderChange(group, order, fields),
    part: partOfResource(resource, context.source.hl7.partOfCode),
    key: `ServiceRequest/${order.keyAt(at)}`,
    at,
    resource,
  };
}

/** Only what the message says, so that a status change takes nothing away from the order it is about. */
function serviceRequest(
  group: OrderGroup,
  { word, numbers, replaces }: Order,
  timings: readonly OrderTiming[],
  fields: ResultFields,
): FhirResource {
  const { orc, obr, specimen } = group;
  const request: Partial<ServiceRequest> & { resourceType: 'ServiceRequest' } = {
    resourceType: 'ServiceRequest',
    intent: word.control === 'CH' ? 'instance-order' : 'order',
  };
  if (word.status !== null) request.status = STATUS[word.status];
  const extensions: Extension[] = [...word.extensions];
  const code = serviceCode(group, fields);
  if (code !== null) request.code = code;
  const category = categoryOf(group);
  if (category !== null) request.category = [category];
  const identifiers = [numbers.placer, numbers.filler].filter((number) => number !== null);
  if (identifiers.length > 0) request.identifier = identifiers.map(({ number }) => ({ value: number }));
  const requisition = orc === null ? null : textOf(orc, 4);
  if (requisition !== null) request.requisition = { value: requisition };
  if (numbers.parent !== null) request.basedOn = [{ identifier: { value: numbers.parent.number } }];
  const replacedNumbers = replaces.flatMap(({ placer, filler }) => placer ?? filler ?? []);
  if (replacedNumbers.length > 0)
    request.replaces = replacedNumbers.map(({ number }) => ({ identifier: { value: number } }));
  const authored = orc === null || !isNewOrder(word.control) ? null : fields.time(orc, 9);
  if (authored !== null) request.authoredOn = authored.fhir;
  const requester = requesterOf(orc, obr);
  if (requester !== null) request.requester = caregiverReference(requester);
  const [timing] = timings;
  const priority = priorityOf(timing?.priority ?? (obr === null ? null : textOf(obr, 5)));
  if (priority !== null) request.priority = priority;
  const planned = timing?.start ?? (obr === null ? null : (fields.time(obr, 36) ?? fields.time(obr, 6)));
  const repeated = timing === undefined ? null : asTiming(timing);
  if (timing !== undefined && repeated !== null && timing.pattern !== null) request.occurrenceTiming = repeated;
  else if (planned !== null) request.occurrenceDateTime = planned.fhir;
  const reasons = reasonsOf(group, fields);
  if (reasons.length > 0) request.reasonCode = reasons;
  const material = specimen === null ? null : fields.coded(specimen, 4);
  const specimenNumber = specimen === null ? null : (textOf(specimen, 2) ?? textOf(specimen, 2, 2));
  if (material !== null || specimenNumber !== null) {
    request.specimen = [
      {
        ...(material?.text === undefined ? {} : { display: material.text }),
        ...(specimenNumber === null ? {} : { identifier: { value: specimenNumber } }),
      },
    ];
  }
  const words = [...notesOf(group), ...timings.flatMap(({ condition, instruction }) => [condition, instruction])];
  const notes = words.filter((text) => text !== null && text !== '');
  if (notes.length > 0) request.note = notes.map((text) => ({ text: text ?? '' }));
  if (extensions.length > 0) request.extension = extensions;
  return request as FhirResource;
}

function serviceCode({ obr, diets }: OrderGroup, fields: ResultFields): CodeableConcept | null {
  const service = obr === null ? null : fields.coded(obr, 4);
  if (service !== null || diets.length === 0) return service;
  const found: CodeableConcept[] = [];
  for (const ods of diets) {
    for (let repetition = 1; repetition <= ods.repetitions(3); repetition += 1) {
      const concept = fields.codedUncut(ods, 3, repetition);
      if (concept !== null) found.push(concept);
    }
  }
  const [first] = found;
  if (first === undefined) return { text: 'Kost' };
  return found.length === 1 ? first : { text: found.map(({ text }) => text ?? '').join(', ') };
}

const HL7_0074 = 'http://terminology.hl7.org/CodeSystem/v2-0074';

function categoryOf({ obr, diets }: OrderGroup): CodeableConcept | null {
  if (obr === null) return diets.length === 0 ? null : { text: 'Kost' };
  const section = textOf(obr, 24);
  return section === null ? null : { coding: [{ system: HL7_0074, code: section }] };
}

function requesterOf(orc: Hl7Segment | null, obr: Hl7Segment | null): ReturnType<typeof readCaregiver> {
  const byOrder = orc === null ? null : readCaregiver(orc, 12, 'other');
  return byOrder ?? (obr === null ? null : readCaregiver(obr, 16, 'other'));
}

function reasonsOf({ obr, diagnoses }: OrderGroup, fields: ResultFields): CodeableConcept[] {
  const reasons: (CodeableConcept | null)[] = [];
  const count = obr?.repetitions(31) ?? 0;
  for (let repetition = 1; obr !== null && repetition <= count; repetition += 1) {
    reasons.push(fields.codedUncut(obr, 31, repetition));
  }
  for (const dg1 of diagnoses) {
    const text = textOf(dg1, 4);
    reasons.push(fields.coded(dg1, 3) ?? (text === null ? null : { text }));
  }
  return reasons.filter((reason) => reason !== null);
}

/** Comments, the clinical question (OBR-13) and a diet's instructions (ODS-4). */
function notesOf({ obr, diets, notes }: OrderGroup): string[] {
  const question = obr?.freeText(13) ?? null;
  const instructions = diets.map((ods) => ods.freeText(4) ?? null);
  return [question, ...instructions, ...notes].filter((text) => text !== null);
}
