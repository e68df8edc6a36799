// Ordered medicines (RXE as the pharmacy encoded them, else RXO as prescribed) and planned gives (RXG). A planned give is
// never read as a given one, and nothing here says whether a dose is late, due or missed (design §5.19).

import type { CodeableConcept, Extension, FhirResource, MedicationRequest } from 'fhir/r4';
import type { ResourceChange } from '../../../domain/changes.ts';
import { EXTENSION } from '../../../domain/extensions.ts';
import { limits } from '../../../limits.ts';
import type { Hl7Segment } from '../message.ts';
import type { OrderStatus, OrderWord } from './orders-control.ts';
import type { OrderGroup } from './orders-groups.ts';
import { type OrderNumbers, readNumber, readOrderNumbers } from './orders-numbers.ts';
import { type OrderTiming, priorityOf, readTimings } from './orders-timing.ts';
import { isNewOrder, type Order, type OrderKindRule, orderChange, readEachOrder } from './orders-walk.ts';
import { amountOf, dosagesOf, type GivenHow, UNNAMED_DRUG, wordOf } from './pharmacy-dosage.ts';
import { type ResultFields, textOf } from './results-fields.ts';
import { caregiverReference, type ReadTime, readCaregiver } from './values.ts';

export const readMedicationOrders = (groups: readonly OrderGroup[], fields: ResultFields): ResourceChange[] =>
  readEachOrder(groups, MEDICINES, fields);

/** The prescription number (RXE-15) stands in for a filler's number. */
export const medicationNumbers = ({ orc, obr, rxe }: OrderGroup): OrderNumbers => {
  const numbers = readOrderNumbers(orc, obr);
  return numbers.filler === null ? { ...numbers, filler: readNumber(rxe, 15) } : numbers;
};

const drugKey = ({ rxe, rxo }: OrderGroup): string =>
  (rxe === null ? null : (textOf(rxe, 2) ?? wordOf(rxe, 2))) ?? (rxo === null ? null : textOf(rxo, 1)) ?? '';

const MEDICINES: OrderKindRule = {
  kind: 'medication',
  numbersOf: medicationNumbers,
  nameOf: drugKey,
  changeOf: medicationChange,
  effectiveWord,
};

const STOPPED_LATER: Partial<Record<OrderStatus, string>> = { stopped: 'Sätts ut', 'on-hold': 'Pausas' };

/** A stop or pause that takes effect later (ORC-15) is shown as coming: until then the medicine is ordered. */
function effectiveWord(group: OrderGroup, word: OrderWord, fields: ResultFields): OrderWord {
  const later = word.status === null ? undefined : STOPPED_LATER[word.status];
  const effective = later === undefined || group.orc === null ? null : fields.time(group.orc, 15);
  const { eventAt } = fields.context;
  if (effective === null || effective.ms <= eventAt + limits.futureEventToleratedMs) return word;
  const text = `${later} ${effective.fhir.slice(0, 16).replace('T', ' kl. ')}`;
  const extensions: Extension[] = [
    { url: EXTENSION.statusText, valueString: text },
    { url: EXTENSION.holdsUntil, valueDateTime: effective.fhir },
    ...word.extensions.filter(({ url }) => url !== EXTENSION.statusText),
  ];
  return { ...word, status: null, extensions };
}

function howOf(group: OrderGroup): GivenHow {
  const { rxe, rxo, asked, encoded } = group;
  const strengthened = amountOf(rxe, 25, 26) ?? amountOf(rxo, 18, 19);
  // The encoded dose stands whole or not at all: an encoded minimum never meets a requested maximum.
  const isEncoded = rxe !== null && (rxe.raw(3) !== '' || rxe.raw(4) !== '');
  const least = isEncoded ? amountOf(rxe, 3, 5) : amountOf(rxo, 2, 4);
  const most = isEncoded ? amountOf(rxe, 4, 5) : amountOf(rxo, 3, 4);
  return {
    least,
    most,
    rate: amountOf(rxe, 23, 24) ?? amountOf(rxo, 21, 22),
    per: rxe === null ? (rxo === null ? null : textOf(rxo, 17)) : textOf(rxe, 22),
    perDay: rxe === null ? cqAmount(rxo, 23) : cqAmount(rxe, 19),
    strength: strengthened,
    form: wordOf(rxe, 6) ?? wordOf(rxo, 5),
    routes: encoded.rxr.length > 0 ? encoded.rxr : asked.rxr,
    mixture: encoded.rxc.length > 0 ? encoded.rxc : asked.rxc,
    instructions: [...wordsOf(rxe, 7), ...wordsOf(rxo, 7)].filter((text, at, all) => all.indexOf(text) === at),
  };
}

/** CQ: quantity ^ units. */
function cqAmount(segment: Hl7Segment | null, field: number): ReturnType<typeof amountOf> {
  const written = segment === null ? null : textOf(segment, field);
  if (segment === null || written === null) return null;
  return { written, unit: textOf(segment, field, 2, 2) ?? textOf(segment, field, 2) };
}

function wordsOf(segment: Hl7Segment | null, field: number): string[] {
  const found: string[] = [];
  const count = segment?.repetitions(field) ?? 0;
  for (let repetition = 1; segment !== null && repetition <= count; repetition += 1) {
    const text = segment.value(field, 2, 1, repetition) ?? segment.value(field, 1, 1, repetition);
    if (typeof text === 'string') found.push(text);
  }
  return found;
}

function drugOf({ rxe, rxo }: OrderGroup, fields: ResultFields): CodeableConcept | null {
  const encoded = rxe === null ? null : fields.coded(rxe, 2);
  return encoded ?? (rxo === null ? null : (fields.coded(rxo, 1) ?? fields.coded(rxo, 10)));
}

function medicationChange(group: OrderGroup, order: Order, fields: ResultFields): ResourceChange {
  const { orc, rxe, asked, encoded } = group;
  const { context } = fields;
  const tq1 = encoded.tq1.length > 0 ? encoded.tq1 : asked.tq1;
  const timings = readTimings(
    tq1,
    [
      [rxe, 1],
      [orc, 7],
    ],
    context,
  );
  const how = howOf(group);
  const written = orc === null ? null : fields.time(orc, 9);
  const at = (timings[0]?.start ?? written)?.ms ?? context.claimedAt;
  return {
    ...orderChange(group, order, fields),
    part: how.rate === null ? 'medication-orders' : 'infusions',
    key: `MedicationRequest/${order.keyAt(at)}`,
    at,
    resource: medicationRequest(group, order, { how, timings, written }, fields),
  };
}

interface Said {
  readonly how: GivenHow;
  readonly timings: readonly OrderTiming[];
  readonly written: ReadTime | null;
}

/** Only what the message says: a stop that names neither dose nor times leaves them as they were. */
function medicationRequest(
  group: OrderGroup,
  { word, numbers, replaces }: Order,
  { how, timings, written }: Said,
  fields: ResultFields,
): FhirResource {
  const { orc, rxe, rxo } = group;
  const isNew = isNewOrder(word.control);
  const request: Partial<MedicationRequest> & { resourceType: 'MedicationRequest' } = {
    resourceType: 'MedicationRequest',
    intent: 'order',
  };
  if (word.status !== null) request.status = word.status;
  const drug = drugOf(group, fields) ?? (isNew ? UNNAMED_DRUG : null);
  if (drug !== null) request.medicationCodeableConcept = drug;
  const dosages = dosagesOf(how, timings, fields);
  if (dosages.length > 0) request.dosageInstruction = dosages;
  else if (isNew) request.dosageInstruction = [{ text: 'Dosering står inte i meddelandet' }];
  const identifiers = [numbers.placer, numbers.filler].filter((number) => number !== null);
  if (identifiers.length > 0) request.identifier = identifiers.map(({ number }) => ({ value: number }));
  const [replacedNumbers] = replaces;
  const former = replacedNumbers?.placer ?? replacedNumbers?.filler ?? null;
  if (former !== null) request.priorPrescription = { identifier: { value: former.number } };
  if (numbers.parent !== null) request.basedOn = [{ identifier: { value: numbers.parent.number } }];
  const group4 = orc === null ? null : textOf(orc, 4);
  if (group4 !== null) request.groupIdentifier = { value: group4 };
  if (isNew && written !== null) request.authoredOn = written.fhir;
  const prescriber = orc === null ? null : readCaregiver(orc, 12, 'other');
  if (prescriber !== null) request.requester = caregiverReference(prescriber);
  const priority = priorityOf(timings[0]?.priority ?? null);
  if (priority !== null) request.priority = priority;
  const indications = [...conceptsOf(rxe, 27, fields), ...conceptsOf(rxo, 20, fields)];
  if (indications.length > 0) request.reasonCode = indications;
  const reason = orc === null ? null : fields.coded(orc, 16);
  if (reason !== null && !isNew) request.statusReason = reason;
  const notes = [...wordsOf(rxo, 6), ...wordsOf(rxe, 21), ...group.notes];
  if (notes.length > 0) request.note = notes.map((text) => ({ text }));
  if (word.extensions.length > 0) request.extension = [...word.extensions];
  return request as FhirResource;
}

function conceptsOf(segment: Hl7Segment | null, field: number, fields: ResultFields): CodeableConcept[] {
  const found: CodeableConcept[] = [];
  const count = segment?.repetitions(field) ?? 0;
  for (let repetition = 1; segment !== null && repetition <= count; repetition += 1) {
    const concept = fields.codedUncut(segment, field, repetition);
    if (concept !== null) found.push(concept);
  }
  return found;
}
