// Orders and given doses in words, as the source wrote them. Doses are never recomputed and order status never guessed: an
// unknown order control is shown as *okänd status* (knowledge c3.14).

import { tellsClockTimes } from '../clock-words.ts';
import { EXTENSION } from '../extensions.ts';
import { type Description, description, details, joined } from './description.ts';
import {
  conceptText,
  conceptTexts,
  containedOf,
  extensionText,
  field,
  flag,
  list,
  listOfText,
  notesOf,
  numberAt,
  path,
  referenceText,
  text,
  textAt,
} from './fhir-read.ts';
import { doseQuantityText, ratioText } from './value-text.ts';

const ORDER_STATUS: Readonly<Record<string, string>> = {
  active: 'aktiv',
  'on-hold': 'pausad',
  cancelled: 'makulerad',
  revoked: 'makulerad',
  completed: 'avslutad',
  'entered-in-error': 'felregistrerad',
  stopped: 'utsatt',
  draft: 'utkast',
  unknown: 'okänd status',
  intended: 'planerad',
  'not-taken': 'tas inte',
  'not-done': 'inte gjord',
  declined: 'avböjd',
  'in-progress': 'pågår',
  preparation: 'förbereds',
};

const receivedStatus = (resource: unknown): string | null => {
  const received = extensionText(resource, EXTENSION.statusAsReceived);
  return received === null ? null : `källans kod ${received}`;
};

/** The status in Swedish, with the code nobody knows and the words the order control means (*Makulering begärd*). */
export function statusOf(resource: unknown): string {
  return joined(
    orderStatusWords(textAt(resource, 'status')),
    receivedStatus(resource),
    isForbidden(resource) ? 'SKA INTE GES ELLER UTFÖRAS' : null,
    extensionText(resource, EXTENSION.statusText),
  );
}

/** FHIR's `doNotPerform`: an order not to. */
export const isForbidden = (resource: unknown): boolean => flag(field(resource, 'doNotPerform'));

/** The source adds something that changes what the rest means, and that we do not know (FHIR R4 `modifierExtension`). */
export const isAltered = (resource: unknown): boolean =>
  [resource, ...dosagesOf(resource)].some((one) => list(field(one, 'modifierExtension')).length > 0);

export const orderStatusWords = (status: string | null): string =>
  status === null
    ? 'okänd status'
    : Object.hasOwn(ORDER_STATUS, status)
      ? (ORDER_STATUS[status] ?? status)
      : `okänd status (${status})`;

export function medicationName(resource: unknown): string | null {
  const concept = conceptText(field(resource, 'medicationCodeableConcept'));
  if (concept !== null) return concept;
  const reference = field(resource, 'medicationReference');
  return conceptText(field(containedOf(reference, resource), 'code')) ?? referenceText(reference, resource);
}

export const medicationConcept = (resource: unknown): unknown =>
  field(resource, 'medicationCodeableConcept') ??
  field(containedOf(field(resource, 'medicationReference'), resource), 'code');

/** `dosageInstruction` of an order, `dosage` of a statement: always lists. */
export const dosagesOf = (resource: unknown): readonly unknown[] =>
  list(field(resource, 'dosageInstruction') ?? field(resource, 'dosage'));

export function dosageDose(dosage: unknown): string | null {
  const doseAndRate = list(field(dosage, 'doseAndRate'))[0];
  const low = doseQuantityText(field(field(doseAndRate, 'doseRange'), 'low'));
  const high = doseQuantityText(field(field(doseAndRate, 'doseRange'), 'high'));
  const range = low === null || high === null ? (low ?? high) : `${low}–${high}`;
  return doseQuantityText(field(doseAndRate, 'doseQuantity')) ?? range;
}

export function dosageRate(dosage: unknown): string | null {
  const holder = list(field(dosage, 'doseAndRate'))[0] ?? dosage;
  return doseQuantityText(field(holder, 'rateQuantity')) ?? ratioText(field(holder, 'rateRatio'));
}

export const dosageRoute = (dosage: unknown): string | null => conceptText(field(dosage, 'route'));

export function isAsNeeded(dosage: unknown): boolean {
  return flag(field(dosage, 'asNeededBoolean')) || field(dosage, 'asNeededCodeableConcept') !== undefined;
}

export function dosageWords(dosage: unknown): string {
  const asNeeded = isAsNeeded(dosage)
    ? `vid behov${suffix(conceptText(field(dosage, 'asNeededCodeableConcept')))}`
    : null;
  const written = text(field(dosage, 'text'));
  const most = ratioText(field(dosage, 'maxDosePerPeriod'));
  const times = listOfText(path(dosage, 'timing', 'repeat', 'timeOfDay')).map((time) => time.slice(0, 5));
  return joined(
    written ??
      joined(dosageDose(dosage), dosageRate(dosage), dosageRoute(dosage), conceptText(path(dosage, 'timing', 'code'))),
    written === null || !tellsClockTimes(written, times) ? times.join(', ') : null,
    asNeeded !== null && (written === null || !/vid behov/i.test(written)) ? asNeeded : null,
    most === null ? null : `högst ${most}`,
    textAt(dosage, 'patientInstruction'),
  );
}

const suffix = (reason: string | null): string => (reason === null ? '' : ` mot ${reason}`);

export function describeMedicationOrder(resource: unknown): Description {
  const dosages = dosagesOf(resource);
  return description('medication-order', medicationName(resource), {
    text:
      dosages
        .map(dosageWords)
        .filter((words) => words !== '')
        .join(' + ') || 'dosering saknas i källan',
    status: statusOf(resource),
    details: details(
      ['Ordinerat av', referenceText(field(resource, 'requester'), resource)],
      ['Orsak', conceptTexts(field(resource, 'reasonCode')).join(', ')],
      ['Orsak till status', conceptText(field(resource, 'statusReason'))],
      ['Kommentar', notesOf(resource)],
    ),
    written:
      textAt(resource, 'authoredOn') ??
      textAt(resource, 'effectiveDateTime') ??
      textAt(resource, 'effectivePeriod', 'start'),
  });
}

export function describeAdministration(resource: unknown, kind: 'dose' | 'infusion'): Description {
  const dosage = field(resource, 'dosage');
  return description(kind, medicationName(resource), {
    text: joined(administeredDose(dosage), stoppedLater(resource) ?? doseOutcome(resource).words),
    details: details(
      ['Givet av', performers(resource)],
      ['Infart', conceptText(field(dosage, 'site'))],
      ['Kommentar', notesOf(resource)],
    ),
  });
}

/** Its time is when it began: of one told with both ends *avbruten* alone would stand beside the wrong one. */
const stoppedLater = (resource: unknown): string | null =>
  textAt(resource, 'status') === 'stopped' && textAt(resource, 'effectivePeriod', 'end') !== null
    ? `påbörjad, senare ${doseOutcome(resource).words}`
    : null;

/** Amount or rate with the way it was given; the source's own sentence where it states neither. */
export function administeredDose(dosage: unknown): string {
  const rate = dosageRate(dosage);
  const amount = joined(doseQuantityText(field(dosage, 'dose')), rate === null ? null : `takt ${rate}`);
  const written = text(field(dosage, 'text')) ?? '';
  const route = dosageRoute(dosage);
  if (amount === '') return route === null || written.includes(route) ? written : joined(written, route);
  return joined(amount, route);
}

export const performers = (resource: unknown): string =>
  list(field(resource, 'performer'))
    .flatMap((one) => referenceText(field(one, 'actor'), resource) ?? [])
    .join(', ');

export const rateOf = (resource: unknown): number | null => numberAt(path(resource, 'dosage', 'rateQuantity'), 'value');

export interface DoseOutcome {
  readonly outcome: 'given' | 'not-given' | 'ongoing' | 'stopped' | 'unclear';
  readonly words: string;
}

/** What the source says became of a dose; a status that says neither yes nor no is unclear, never given. */
export function doseOutcome(resource: unknown): DoseOutcome {
  const reason = conceptTexts(field(resource, 'statusReason')).join(', ');
  const because = reason === '' ? '' : `: ${reason}`;
  const status = textAt(resource, 'status');
  if (isAltered(resource))
    return { outcome: 'unclear', words: 'oklart om given: källans tillägg kan ändra betydelsen' };
  // A drip told as running at no millilitres an hour was not given: it stood still at that moment.
  if ((status === 'completed' || status === 'in-progress') && rateOf(resource) === 0)
    return { outcome: 'stopped', words: 'stod stilla' };
  switch (status) {
    case 'completed':
      return { outcome: 'given', words: 'given' };
    case 'not-done':
      return { outcome: 'not-given', words: `ej given${because}` };
    case 'in-progress':
      return { outcome: 'ongoing', words: 'pågick' };
    case 'on-hold':
      return { outcome: 'stopped', words: `pausad${because}` };
    case 'stopped':
      return { outcome: 'stopped', words: `avbruten${because}` };
    case 'entered-in-error':
      return { outcome: 'unclear', words: 'felregistrerad' };
    default:
      return { outcome: 'unclear', words: joined('oklart om given', receivedStatus(resource)) };
  }
}
