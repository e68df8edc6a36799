// Which part of the chart a FHIR R4 resource belongs to. A value under the wrong heading is a value nobody finds, so the
// order is: what the region has declared for a code, then what the code itself says, then the category, then the type.
// What is not recognised goes to `other`, where it is still shown.

import type { FhirResource } from 'fhir/r4';
import type { PartName } from './parts.ts';

export function partOfResource(resource: FhirResource, partOfCode: Readonly<Record<string, PartName>>): PartName {
  const element = elementsOf(resource);
  return (
    declaredPart(element, partOfCode) ??
    partOfCodedElement(element) ??
    PART_OF_TYPE[resource.resourceType as string]?.(element) ??
    'other'
  );
}

type Element = (name: string) => unknown;

/** Resources come from outside: any element may be missing or of another shape than the type says. */
function elementsOf(resource: FhirResource): Element {
  const own = resource as unknown as Readonly<Record<string, unknown>>;
  return (name) => (Object.hasOwn(own, name) ? own[name] : undefined);
}

const asRecord = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
const asList = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value];
const asText = (value: unknown): string => (typeof value === 'string' ? value : '');

interface Coding {
  readonly system: string;
  readonly code: string;
}

/** The codings of a CodeableConcept, of a list of them, or of a bare Coding (Encounter.class, meta.security). */
function codingsOf(value: unknown): Coding[] {
  return asList(value).flatMap((item) => {
    const concept = asRecord(item);
    const codings = Object.hasOwn(concept, 'coding') ? asList(concept['coding']) : [concept];
    return codings.map((coding) => ({
      system: asText(asRecord(coding)['system']),
      code: asText(asRecord(coding)['code']),
    }));
  });
}

/** Everything of a concept that a person could read. */
function wordsOf(value: unknown): string {
  return asList(value)
    .flatMap((item) => {
      const concept = asRecord(item);
      return [concept['text'], ...asList(concept['coding']).map((coding) => asRecord(coding)['display'])].map(asText);
    })
    .join(' ');
}

function declaredPart(element: Element, partOfCode: Readonly<Record<string, PartName>>): PartName | undefined {
  for (const { system, code } of codingsOf(element('code'))) {
    for (const key of [`${system}|${code}`, code]) {
      if (key !== '' && Object.hasOwn(partOfCode, key)) return partOfCode[key];
    }
  }
  return undefined;
}

const LOINC = 'http://loinc.org';
const SNOMED = 'http://snomed.info/sct';

function codesTo(part: PartName, system: string, codes: string): [string, PartName][] {
  return codes.split(/\s+/).map((code) => [`${system}|${code}`, part]);
}

/** Single codes whose place is the same whoever sends them and whatever category they carry. */
const PART_OF_CODE: ReadonlyMap<string, PartName> = new Map([
  // ABO and Rh, antibody screen, direct antiglobulin test, crossmatch.
  ...codesTo('blood', LOINC, '882-1 883-9 10331-7 34530-6 34532-2 884-7 890-4 1007-4 1250-0 933-2 934-0'),
  ...codesTo('blood', SNOMED, '365636006 365637002 112143006 278147001 278148006'),
  // Advance directives, orders and thoughts on resuscitation, resuscitation status.
  ...codesTo('limits', LOINC, '42348-3 75320-2 100822-6 75779-9 78823-2 81378-2 84095-9'),
  ...codesTo('limits', SNOMED, '304251008 304252001 304253006 450475007 450476008'),
  // Intake and output.
  ...codesTo('fluid-balance', LOINC, '9103-3 9107-4 9108-2 9000-1 9256-9 9262-7 9187-6 9192-6 75301-2 104103-7'),
  ...codesTo('fluid-balance', SNOMED, '251840008 251992000'),
  // Pregnancy status, expected date, outcomes (IPS pregnancy section).
  ...codesTo('history', LOINC, '82810-3 11778-8 11779-6 11780-4 11636-8 11637-6 11638-4 11639-2 11640-0 11612-9'),
  ...codesTo('history', LOINC, '11613-7 11614-5 33065-4 11996-6 63895-7'),
  // Tobacco, alcohol, occupation.
  ...codesTo('history', LOINC, '72166-2 74013-4 11367-0 11331-6 11341-5 74011-8'),
  // Falls (Morse), pressure ulcers (Braden), fall risk assessment.
  ...codesTo('risks', LOINC, '59460-6 38227-5 73830-2 38229-1'),
  // Vital signs (FHIR vital signs profile), oxygen, consciousness, pain, weight and length.
  ...codesTo('vitals', LOINC, '85353-1 85354-9 8480-6 8462-4 8478-0 8867-4 9279-1 8310-5 8331-1 59408-5 2708-6'),
  ...codesTo('vitals', LOINC, '3150-0 3151-8 67775-7 80288-4 9269-2 72514-3 38208-5 29463-7 3141-9 8302-2'),
  ...codesTo('vitals', LOINC, '3150-6 39156-5 9843-4 8287-5 8306-3 8308-9 55284-4'),
  ...codesTo('vitals', SNOMED, '364075005 86290005 431314004 75367002 386725007 271649006 271650006 27113001'),
  // What NEWS2 is made of stands where it is looked for (chart/vital-codes.ts).
  ...codesTo('vitals', SNOMED, '57485005 103228002 427081008 250774007 78564009 276885007'),
  ...codesTo('vitals', SNOMED, '1104441000000107 1104051000000101'),
]);

/** Only these carry findings; the same code on a Condition or a Procedure must not move it. */
const CODED_TYPES: ReadonlySet<string> = new Set(['Observation', 'DiagnosticReport', 'Flag']);

function partOfCodedElement(element: Element): PartName | undefined {
  if (!CODED_TYPES.has(asText(element('resourceType')))) return undefined;
  for (const { system, code } of codingsOf(element('code'))) {
    const part = PART_OF_CODE.get(`${system}|${code}`);
    if (part !== undefined) return part;
  }
  return undefined;
}

/** Codes of http://terminology.hl7.org/CodeSystem/observation-category and what senders write instead. */
const PART_OF_OBSERVATION_CATEGORY: ReadonlyMap<string, PartName> = new Map([
  ['vital-signs', 'vitals'],
  ['vital-sign', 'vitals'],
  ['laboratory', 'results'],
  ['lab', 'results'],
  ['imaging', 'results'],
  ['procedure', 'results'],
  ['exam', 'results'],
  ['social-history', 'history'],
  ['activity', 'history'],
  ['therapy', 'history'],
  ['survey', 'risks'],
  ['fluid-balance', 'fluid-balance'],
  ['infection', 'infection'],
]);

/** An observation without any sign of what it is stands among the results: there it is looked for. */
function partOfObservation(element: Element): PartName {
  for (const { code } of codingsOf(element('category'))) {
    const part = PART_OF_OBSERVATION_CATEGORY.get(code);
    if (part !== undefined) return part;
  }
  return 'results';
}

const INFECTION_WORDS = /infe[ck]t|isol(?:ation|er)|smitt|barriärvård|\b(?:MRSA|MRB|VRE|ESBL|CPE)\b/i;
const LIMITS_WORDS =
  /HLR|behandlingsbegränsning|vårdbegränsning|begränsning av|livsuppehållande|code.?status|resuscit|\bDNA?R\b|advance.?directive|care.?limit|restrictionOfCare/i;

/** A flag's category first; a code alone decides only where the category is silent or general. */
function partOfFlag(element: Element): PartName {
  for (const name of ['category', 'code']) {
    const concept = element(name);
    const words = `${wordsOf(concept)} ${codingsOf(concept)
      .map(({ code }) => code)
      .join(' ')}`;
    if (LIMITS_WORDS.test(words)) return 'limits';
    if (INFECTION_WORDS.test(words)) return 'infection';
  }
  return 'alerts';
}

/** consentcategorycodes and consent scope `adr`; LOINC 42348-3, advance directives (IPS). */
const LIMITING_CONSENT: ReadonlySet<string> = new Set(['acd', 'dnr', 'emrgonly', 'hcd', 'polst', 'adr', '42348-3']);

function partOfConsent(element: Element): PartName {
  const concepts = [...asList(element('category')), element('scope')];
  if (codingsOf(concepts).some(({ code }) => LIMITING_CONSENT.has(code))) return 'limits';
  return LIMITS_WORDS.test(wordsOf(concepts)) ? 'limits' : 'other';
}

const hasRate = (doseAndRate: unknown): boolean =>
  Object.keys(asRecord(doseAndRate)).some((name) => /^rate(?:Ratio|Quantity|Range)$/.test(name));

const partOfAdministration = (element: Element): PartName => (hasRate(element('dosage')) ? 'infusions' : 'doses-given');

function partOfMedicationRequest(element: Element): PartName {
  const rates = asList(element('dosageInstruction')).flatMap((dosage) => asList(asRecord(dosage)['doseAndRate']));
  return rates.some(hasRate) ? 'infusions' : 'medication-orders';
}

/** SNOMED CT 387713003 Surgical procedure; appointments of theatres otherwise say it in words. */
function isSurgical(...concepts: readonly unknown[]): boolean {
  return concepts.some(
    (concept) =>
      codingsOf(concept).some(({ code }) => code === '387713003' || /^(?:OP|OPERATION|SURGERY)$/i.test(code)) ||
      /\b(?:operation|surgery|surgical procedure|op)\b/i.test(wordsOf(concept)),
  );
}

const partOfAppointment = (element: Element): PartName =>
  isSurgical(element('serviceCategory'), element('serviceType'), element('appointmentType')) ? 'surgery' : 'visits';

const partOfServiceRequest = (element: Element): PartName => (isSurgical(element('category')) ? 'surgery' : 'orders');

const partOfProcedure = (element: Element): PartName =>
  element('status') === 'preparation' && isSurgical(element('category')) ? 'surgery' : 'procedures';

/** LOINC document types of advance directives stand with the limits, all other documents among the notes. */
function partOfDocument(element: Element): PartName {
  return codingsOf([element('type'), ...asList(element('category'))]).some(
    ({ system, code }) => PART_OF_CODE.get(`${system}|${code}`) === 'limits',
  )
    ? 'limits'
    : 'notes';
}

/** v2-0074 `BLB`: blood bank. */
const partOfReport = (element: Element): PartName =>
  codingsOf(element('category')).some(({ code }) => code === 'BLB') ? 'blood' : 'results';

const always =
  (part: PartName): ((element: Element) => PartName) =>
  () =>
    part;

const PART_OF_TYPE: Readonly<Record<string, (element: Element) => PartName>> = {
  __proto__: null as never,
  Patient: always('person'),
  RelatedPerson: always('kin'),
  Encounter: always('stay'),
  EpisodeOfCare: always('stay'),
  CareTeam: always('responsible'),
  AllergyIntolerance: always('allergies'),
  Flag: partOfFlag,
  DetectedIssue: always('alerts'),
  AdverseEvent: always('alerts'),
  Consent: partOfConsent,
  MedicationRequest: partOfMedicationRequest,
  MedicationStatement: always('medication-orders'),
  MedicationDispense: always('medication-orders'),
  MedicationAdministration: partOfAdministration,
  Observation: partOfObservation,
  DiagnosticReport: partOfReport,
  ImagingStudy: always('results'),
  Media: always('results'),
  Specimen: always('results'),
  MolecularSequence: always('results'),
  ServiceRequest: partOfServiceRequest,
  DeviceRequest: always('orders'),
  NutritionOrder: always('orders'),
  SupplyRequest: always('orders'),
  CommunicationRequest: always('orders'),
  RequestGroup: always('orders'),
  VisionPrescription: always('orders'),
  Task: always('orders'),
  Appointment: partOfAppointment,
  AppointmentResponse: always('visits'),
  Condition: always('problems'),
  Procedure: partOfProcedure,
  Immunization: always('immunizations'),
  ImmunizationRecommendation: always('immunizations'),
  ImmunizationEvaluation: always('immunizations'),
  Device: always('devices'),
  DeviceUseStatement: always('devices'),
  RiskAssessment: always('risks'),
  BiologicallyDerivedProduct: always('blood'),
  DocumentReference: partOfDocument,
  Composition: partOfDocument,
  ClinicalImpression: always('notes'),
  Communication: always('notes'),
  QuestionnaireResponse: always('notes'),
  CarePlan: always('history'),
  Goal: always('history'),
  FamilyMemberHistory: always('history'),
};
