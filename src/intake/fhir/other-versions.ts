// Resources as other versions of FHIR write them (DSTU2, STU3, R5), turned into the R4 words that the chart reads, in place and
// with what was sent left beside. Only what would otherwise be read as its opposite or not be found: a dose that was not
// given, an allergy entered in error, an order whose drug or dose has another name.

import { asList, element, isObject, type JsonObject, listAt, textAt } from './elements.ts';

/** Types that have got another name since. */
const RENAMED: Readonly<Record<string, string>> = {
  __proto__: null as never,
  MedicationOrder: 'MedicationRequest',
  ProcedureRequest: 'ServiceRequest',
};

export const typeInR4 = (type: string): string => RENAMED[type] ?? type;

export function asR4(resource: JsonObject): void {
  const type = typeInR4(textAt(resource, 'resourceType'));
  if (type !== textAt(resource, 'resourceType')) resource['resourceType'] = type;
  for (const name of ['clinicalStatus', 'verificationStatus']) {
    const code = resource[name];
    if (typeof code === 'string') resource[name] = { coding: [{ code }] };
  }
  READERS[type]?.(resource);
  negate(resource);
}

const READERS: Readonly<Record<string, (resource: JsonObject) => void>> = {
  __proto__: null as never,
  AllergyIntolerance: allergyAsR4,
  Encounter: encounterAsR4,
  MedicationRequest: medicationAsR4,
  MedicationStatement: medicationAsR4,
  MedicationDispense: medicationAsR4,
  MedicationAdministration: medicationAsR4,
};

/** Elements by which older versions say that it was not done; each modifies all the rest of the resource. */
const NEGATIONS = ['notGiven', 'wasNotGiven', 'notDone', 'notPerformed', 'wasNotTaken'];

function negate(resource: JsonObject): void {
  const isStatement = textAt(resource, 'resourceType') === 'MedicationStatement';
  const taken = isStatement ? textAt(resource, 'taken') : '';
  const isWithdrawn = textAt(resource, 'status') === 'entered-in-error';
  if (isWithdrawn) return;
  if (taken === 'unk') resource['status'] = 'unknown';
  if (taken !== 'n' && !NEGATIONS.some((name) => resource[name] === true)) return;
  resource['status'] = isStatement ? 'not-taken' : 'not-done';
  const reasons = ['reasonNotGiven', 'reasonNotPerformed', 'notDoneReason', 'reasonNotTaken'].flatMap((name) =>
    listAt(resource, name),
  );
  if (reasons.length > 0) resource['statusReason'] ??= reasons;
}

function move(resource: JsonObject, from: string, to: string): void {
  if (resource[from] !== undefined) resource[to] ??= resource[from];
}

/** R5 CodeableReference: a concept or a reference in one element. */
const conceptOf = (value: unknown): unknown => element(value, 'concept') ?? value;

/** DSTU2 AllergyIntolerance.status: one word for two questions. */
const DSTU2_ALLERGY: Readonly<Record<string, readonly [clinical: string | null, verification: string]>> = {
  __proto__: null as never,
  active: ['active', 'unconfirmed'],
  unconfirmed: ['active', 'unconfirmed'],
  confirmed: ['active', 'confirmed'],
  inactive: ['inactive', 'confirmed'],
  resolved: ['resolved', 'confirmed'],
  refuted: [null, 'refuted'],
};

function allergyAsR4(resource: JsonObject): void {
  move(resource, 'substance', 'code');
  const said = resource['verificationStatus'] === undefined ? DSTU2_ALLERGY[textAt(resource, 'status')] : undefined;
  if (said !== undefined) {
    const [clinical, verification] = said;
    resource['verificationStatus'] = { coding: [{ code: verification }] };
    if (clinical !== null) resource['clinicalStatus'] ??= { coding: [{ code: clinical }] };
  }
  if (resource['criticality'] === 'CRITH') resource['criticality'] = 'high';
  if (resource['criticality'] === 'CRITL') resource['criticality'] = 'low';
  for (const reaction of listAt(resource, 'reaction')) {
    if (isObject(reaction) && reaction['manifestation'] !== undefined) {
      reaction['manifestation'] = asList(reaction['manifestation']).map(conceptOf);
    }
  }
}

const CLASS_WORDS: Readonly<Record<string, string>> = {
  __proto__: null as never,
  ambulatory: 'AMB',
  daytime: 'SS',
  home: 'HH',
  virtual: 'VR',
  field: 'FLD',
};
const STATUS_SINCE_R5: Readonly<Record<string, string>> = {
  __proto__: null as never,
  completed: 'finished',
  discharged: 'finished',
  'on-hold': 'in-progress',
};

function encounterAsR4(resource: JsonObject): void {
  const held = resource['class'];
  if (typeof held === 'string') resource['class'] = { code: CLASS_WORDS[held] ?? held };
  else if (Array.isArray(held)) resource['class'] = listAt(held[0], 'coding')[0] ?? held[0];
  move(resource, 'actualPeriod', 'period');
  const status = STATUS_SINCE_R5[textAt(resource, 'status')];
  if (status !== undefined) resource['status'] = status;
  for (const participant of listAt(resource, 'participant')) {
    if (isObject(participant)) move(participant, 'actor', 'individual');
  }
  for (const place of listAt(resource, 'location')) if (isObject(place)) move(place, 'form', 'physicalType');
  const reasons = listAt(resource, 'reason').flatMap((reason) => listAt(reason, 'value').map(conceptOf));
  if (reasons.length > 0) resource['reasonCode'] ??= reasons;
}

const DOSE = ['doseQuantity', 'doseRange', 'rateQuantity', 'rateRatio', 'rateRange'];

function medicationAsR4(resource: JsonObject): void {
  const medication = resource['medication'];
  const concept = element(medication, 'concept');
  if (concept !== undefined) resource['medicationCodeableConcept'] ??= concept;
  const reference = element(medication, 'reference');
  if (reference !== undefined) resource['medicationReference'] ??= reference;
  move(resource, 'prescriber', 'requester');
  move(resource, 'dateWritten', 'authoredOn');
  // (R5 spells the first two so.)
  for (const name of ['occurenceDateTime', 'occurrenceDateTime', 'effectiveTimeDateTime']) {
    move(resource, name, 'effectiveDateTime');
  }
  for (const name of ['occurencePeriod', 'occurrencePeriod', 'effectiveTimePeriod']) {
    move(resource, name, 'effectivePeriod');
  }
  if (textAt(resource, 'resourceType') === 'MedicationAdministration') {
    const dosage = resource['dosage'];
    if (isObject(dosage)) move(dosage, 'quantity', 'dose');
    return;
  }
  for (const dosage of [...listAt(resource, 'dosageInstruction'), ...listAt(resource, 'dosage')]) {
    if (isObject(dosage)) dosageAsR4(dosage);
  }
}

/** Before R4 dose and rate lay in the dosage itself. */
function dosageAsR4(dosage: JsonObject): void {
  move(dosage, 'quantityQuantity', 'doseQuantity');
  move(dosage, 'quantityRange', 'doseRange');
  if (dosage['doseAndRate'] !== undefined) return;
  const found = DOSE.filter((name) => dosage[name] !== undefined).map((name) => [name, dosage[name]] as const);
  if (found.length > 0) dosage['doseAndRate'] = [Object.fromEntries(found)];
}
