// One patient of the copy as FHIR R4 resources of our facade: what a source sent, under ids of our own that say nothing of the
// person, with `meta.source` and `meta.lastUpdated` telling where from and when received. Withdrawn and deleted values never
// leave here. A resource is made when it is asked for: a page of fifty costs fifty, also for a long life.

import type {
  DiagnosticReport,
  Encounter,
  Extension,
  FhirResource,
  Identifier,
  Observation,
  Patient,
  Reference,
} from 'fhir/r4';
import type { ValueState } from '../../domain/changes.ts';
import { type Identity, type PatientKey, patientKey, type SourceId, sameIdentity } from '../../domain/identity.ts';
import { fhirSystemOf } from '../../domain/identity-domains.ts';
import { happens, ownTime } from '../../domain/own-time.ts';
import type { PartName } from '../../domain/parts.ts';
import { type Entry, type Member, type PatientCopy, type Stay, stateWithin } from '../../domain/patient-copy.ts';
import { identifyingOnly } from '../../domain/protected-identity.ts';
import { toEncounter } from './encounter.ts';
import { type Place, rewriteReferences } from './references.ts';

/** Makes the part of a resource's id that follows the patient's: opaque, the same at every reading of the same row. */
export type HandleOf = (identity: Identity) => PatientKey;

/** On any resource: when a full load of its source ended that did not contain it (decision 0006). */
const NOT_IN_FULL_LOAD = 'urn:reservkraft:not-in-full-load';
const RECEIVED_UNDER = 'urn:reservkraft:received-under';

/** A resource that can be had: enough to find, filter and order it without making it. */
export interface ResourceRow {
  readonly type: string;
  readonly part: PartName;
  /** The entry it stands in, as the chart knows it; empty for a stay. */
  readonly source: SourceId;
  readonly entryKey: string;
  /** Clinical time, ms UTC. */
  readonly at: number;
  /** When it was received, or for a stay when it last changed. */
  readonly updatedAt: number;
  /** As received: for filters only, never sent. */
  readonly received: FhirResource | null;
  readonly handle: () => string;
  readonly make: () => FhirResource;
}

/** A resource id of ours: `<patient key>.<handle>`. At most 53 letters of `[a-z2-7.]`, within FHIR's id. */
const resourceId = (key: PatientKey, handle: string): string => `${key}.${handle}`;

/** The patient and the handle of a resource id; null when it is not one of ours. */
export function readResourceId(id: string): { readonly key: PatientKey; readonly handle: string } | null {
  const match = /^([a-z2-7]{26})\.([a-z2-7]{26})$/.exec(id);
  return match === null ? null : { key: patientKey(match[1] ?? ''), handle: match[2] ?? '' };
}

export class PatientResources {
  readonly copy: PatientCopy;
  readonly #handleOf: HandleOf;
  readonly #subject: Reference;
  readonly #head: Identity | null;
  #rows: readonly ResourceRow[] | null = null;
  /** Our `Type/id` by source and key, made when first pointed at. */
  readonly #places = new Map<string, () => string>();

  constructor(copy: PatientCopy, handleOf: HandleOf) {
    this.copy = copy;
    this.#handleOf = handleOf;
    this.#subject = { reference: `Patient/${copy.key}` };
    this.#head = copy.identities.find(({ how }) => how === 'head')?.identity ?? null;
  }

  get patient(): Patient {
    return this.patientAs(this.copy.key);
  }

  /** The person under the key asked for: another number of theirs, or one that a merge ended, says where the chart is. */
  patientAs(asked: PatientKey): Patient {
    const { copy } = this;
    const { id: _id, ...person } = copy.person ?? { resourceType: 'Patient' as const, id: undefined };
    const shown = copy.isProtected ? identifyingOnly(person) : person;
    const rewritten = this.#rewritten(shown as FhirResource, { source: '' as SourceId, key: '', subjects: new Set() });
    const patient: Patient = {
      ...(rewritten as Patient),
      resourceType: 'Patient',
      id: asked,
      identifier: copy.identities.map(
        ({ identity, how }): Identifier => ({
          ...(how === 'merged' ? { use: 'old' as const } : {}),
          system: fhirSystemOf(identity.domain),
          value: identity.id,
        }),
      ),
    };
    const link = asked === copy.key ? this.#replaced() : [this.#leadsOn(asked)];
    if (link.length > 0) patient.link = link;
    if (link.some(({ type }) => type === 'replaced-by')) patient.active = false;
    return patient;
  }

  /** Numbers that were merged into this person (R4 Patient.link `replaces`). */
  #replaced(): NonNullable<Patient['link']> {
    return this.copy.identities
      .filter(({ how }) => how === 'merged')
      .map(({ identity }) => ({ other: { reference: `Patient/${this.#handleOf(identity)}` }, type: 'replaces' }));
  }

  #leadsOn(asked: PatientKey): NonNullable<Patient['link']>[number] {
    const own = this.copy.identities.find(({ identity }) => this.#handleOf(identity) === asked);
    return { other: this.#subject, type: own?.how === 'merged' ? 'replaced-by' : 'refer' };
  }

  /** Everything but the patient: encounters first, then part by part, newest first in each. */
  get rows(): readonly ResourceRow[] {
    this.#rows ??= this.#makeRows();
    return this.#rows;
  }

  idOf(row: ResourceRow): string {
    return resourceId(this.copy.key, row.handle());
  }

  #makeRows(): readonly ResourceRow[] {
    const { copy } = this;
    const shown = Object.values(copy.parts).flatMap((part) => part.entries.filter((entry) => isShown(entry, copy)));
    const received = shown.filter(({ resource }) => resource.resourceType === 'Encounter');
    const sent = new Set(received.map(({ source, key }) => `${source}\n${key}`));
    const stays = copy.stays.filter(({ source, visit }) => {
      // The same visit as its own Encounter resource: one visit, one Encounter.
      const id = visit?.id ?? '';
      return !sent.has(`${source}\n${id}`) && !sent.has(`${source}\nEncounter/${id}`);
    });
    const others = shown.filter(({ resource }) => resource.resourceType !== 'Encounter');
    return [
      ...stays.map((stay) => this.#stayRow(stay)),
      ...received.flatMap((entry) => this.#entryRows(entry)),
      ...others.flatMap((entry) => this.#entryRows(entry)),
    ];
  }

  #stayRow(stay: Stay): ResourceRow {
    const visit = stay.visit ?? { domain: `stay:${stay.source}`, id: `${stay.subject.domain}|${stay.subject.id}` };
    const handle = once(() => this.#handleOf({ domain: `encounter:${stay.source}:${visit.domain}`, id: visit.id }));
    return {
      type: 'Encounter',
      part: 'stay',
      source: stay.source,
      entryKey: '',
      at: stay.admittedAt ?? stay.expectedAdmitAt ?? stay.changedAt,
      updatedAt: stay.changedAt,
      received: null,
      handle,
      make: once(
        (): Encounter =>
          toEncounter(stay, {
            id: resourceId(this.copy.key, handle()),
            subject: this.#subject,
            isProtected: this.copy.isProtected,
          }),
      ),
    };
  }

  #entryRows(entry: Entry): ResourceRow[] {
    const base = `${entry.source}|${entry.subject.domain}|${entry.subject.id}|${entry.key}`;
    const members = entry.members.filter(({ state }) => state !== 'withdrawn' && state !== 'deleted');
    const rows = members.map((member) => this.#memberRow(entry, member, base));
    const handle = once(() => this.#handleOf({ domain: 'resource', id: base }));
    const type = entry.resource.resourceType;
    this.#place(entry.source, entry.key, () => `${type}/${resourceId(this.copy.key, handle())}`);
    const make = once((): FhirResource => {
      const resource = this.#own(entry.resource, handle(), entry, entry.receivedAt);
      setResultStatus(resource, entry.state);
      pointToMembers(resource, entry.resource, rows, (row) => `${row.type}/${resourceId(this.copy.key, row.handle())}`);
      return resource;
    });
    const place = { part: entry.part, source: entry.source, entryKey: entry.key, at: entry.at };
    return [{ ...place, type, updatedAt: entry.receivedAt, received: entry.resource, handle, make }, ...rows];
  }

  #memberRow(entry: Entry, member: Member, base: string): ResourceRow {
    const handle = once(() => this.#handleOf({ domain: 'member', id: `${base}|${member.key}` }));
    const type = member.resource.resourceType;
    this.#place(entry.source, member.key, () => `${type}/${resourceId(this.copy.key, handle())}`);
    const make = once((): FhirResource => {
      const resource = this.#own(member.resource, handle(), entry, member.receivedAt);
      setResultStatus(resource, stateWithin(entry, member.state));
      return resource;
    });
    const place = { part: entry.part, source: entry.source, entryKey: entry.key, at: entry.at };
    return { ...place, type, updatedAt: member.receivedAt, received: member.resource, handle, make };
  }

  #place(source: SourceId, key: string, address: () => string): void {
    const made = once(address);
    this.#places.set(`${source}\n${key}`, made);
    // A reference inside a bundle names the entry alone, without its type.
    const slash = key.indexOf('/');
    if (slash > 0) this.#places.set(`${source}\nurn:uuid:${key.slice(slash + 1).toLowerCase()}`, made);
  }

  /** A received resource under our id and our subject, pointing only at what can be had here. */
  #own(resource: FhirResource, handle: string, entry: Entry, receivedAt: number): FhirResource {
    const has = resource as { subject?: Reference; patient?: Reference; extension?: Extension[]; id?: string };
    const subjects = new Set([has.subject?.reference, has.patient?.reference].filter((text) => text !== undefined));
    const copy = this.#rewritten(resource, { source: entry.source, key: entry.key, subjects }) as typeof has &
      FhirResource;
    copy.id = resourceId(this.copy.key, handle);
    copy.meta = {
      ...copy.meta,
      lastUpdated: new Date(receivedAt).toISOString(),
      source: `urn:reservkraft:source:${entry.source}`,
    };
    delete copy.meta.versionId;
    if (PATIENT_ELEMENT.has(copy.resourceType)) copy.patient = this.#subject;
    else if (SUBJECT_ELEMENT.has(copy.resourceType)) copy.subject = this.#subject;
    nameMedication(copy);
    sayTimeUnknown(copy);
    if (this.copy.isProtected && copy.resourceType === 'Encounter') delete copy.participant;
    if (this.#head === null || !sameIdentity(entry.subject, this.#head)) {
      const { domain, id } = entry.subject;
      const under = { url: RECEIVED_UNDER, valueIdentifier: { system: fhirSystemOf(domain), value: id } };
      copy.extension = [...(copy.extension ?? []), under];
    }
    if (entry.unlistedAt !== null) {
      const valueDateTime = new Date(entry.unlistedAt).toISOString();
      copy.extension = [...(copy.extension ?? []), { url: NOT_IN_FULL_LOAD, valueDateTime }];
      doubtOrder(copy);
    }
    return copy;
  }

  #rewritten(resource: FhirResource, place: Place): FhirResource {
    return rewriteReferences(resource as unknown as Record<string, unknown>, place, {
      resolve: (reference, from) => this.#resolve(reference, from),
      isProtected: this.copy.isProtected,
    }) as unknown as FhirResource;
  }

  #resolve(reference: string, { source, key, subjects }: Place): string | null {
    if (subjects.has(reference)) return this.#subject.reference ?? null;
    const bare = reference.replace(/\/_history\/.*$/, '');
    const person = /^Patient\/(.+)$/.exec(bare)?.[1];
    if (person !== undefined) {
      const isOurs = this.copy.identities.some(
        ({ identity }) => identity.domain === `fhir:${source}` && identity.id === person,
      );
      return isOurs ? (this.#subject.reference ?? null) : null;
    }
    const mark = /@[0-9a-f]{16}$/.exec(key)?.[0] ?? '';
    const absolute = /^https?:\/\/.+\/([A-Z][A-Za-z]+)\/[^/]+$/.exec(bare)?.[1];
    for (const name of [
      bare,
      `${bare}${mark}`,
      bare.toLowerCase(),
      ...(absolute === undefined ? [] : [`${absolute}/${bare}`]),
    ]) {
      const found = this.#places.get(`${source}\n${name}`);
      if (found !== undefined) return found();
    }
    return null;
  }
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** A person's own rows stand in Patient; relatives of a protected person are nobody's outside (hazard H27). */
function isShown(entry: Entry, copy: PatientCopy): boolean {
  if (entry.state === 'withdrawn' || entry.state === 'deleted' || entry.part === 'person') return false;
  return !copy.isProtected || (entry.part !== 'kin' && entry.resource.resourceType !== 'RelatedPerson');
}

/** R4 statuses of Observation and DiagnosticReport that say what happened to a value; the first stands where the source's own does not fit. */
const RESULT_STATUS: Readonly<Record<ValueState, readonly string[]>> = {
  registered: ['registered'],
  preliminary: ['preliminary', 'partial'],
  unverified: ['preliminary'],
  final: ['final', 'appended'],
  corrected: ['corrected', 'amended'],
  'cannot-be-done': ['cancelled'],
  deleted: ['entered-in-error'],
  withdrawn: ['entered-in-error'],
  unknown: ['unknown'],
};

function setResultStatus(resource: FhirResource, state: ValueState): void {
  if (resource.resourceType !== 'Observation' && resource.resourceType !== 'DiagnosticReport') return;
  const fitting = RESULT_STATUS[state];
  if (!fitting.includes(resource.status)) (resource as { status: string }).status = fitting[0] ?? 'unknown';
}

/** An order its source no longer tells is not said to be in force: whoever reads it without us would give the drug (hazard H8). */
function doubtOrder(resource: FhirResource): void {
  const isOrder = /^(MedicationRequest|MedicationStatement|ServiceRequest)$/.test(resource.resourceType);
  const has = resource as { status?: string };
  if (isOrder && has.status === 'active') has.status = 'unknown';
}

/** A report or panel that came as one message says which values are its own. */
function pointToMembers(
  resource: FhirResource,
  received: FhirResource,
  rows: readonly ResourceRow[],
  addressOf: (row: ResourceRow) => string,
): void {
  if (rows.length === 0) return;
  const references = (): Reference[] => rows.map((row) => ({ reference: addressOf(row) }));
  if (resource.resourceType === 'DiagnosticReport') {
    if ((received as DiagnosticReport).result === undefined) resource.result = references();
  } else if (resource.resourceType === 'Observation') {
    if ((received as Observation).hasMember === undefined) resource.hasMember = references();
  }
}

/** A drug that was a resource of the source's, and is now only a name, is said as a name. */
function nameMedication(resource: FhirResource): void {
  const order = resource as { medicationReference?: Reference; medicationCodeableConcept?: { text: string } };
  const { medicationReference } = order;
  if (medicationReference?.display === undefined || medicationReference.reference !== undefined) return;
  order.medicationCodeableConcept = { text: medicationReference.display };
  delete order.medicationReference;
}

/**
 * What R4 wants a time of and nobody has timed says that it is unknown, and a time that cannot be read is not passed on as one: when it
 * was sent or came here stands beside (EXTENSION.timeNotOwn, meta.lastUpdated) and is never the time it happened.
 */
function sayTimeUnknown(resource: FhirResource): void {
  if (!happens(resource) || ownTime(resource) !== null) return;
  const has = resource as unknown as Record<string, unknown>;
  const unreadable = TIME_ELEMENTS_READ.filter((name) => typeof has[name] === 'string');
  for (const name of unreadable) delete has[name];
  const name = unreadable[0] ?? REQUIRED_TIME[resource.resourceType];
  const isSaidOtherwise = TIMES_IN_OTHER_WORDS.some((other) => has[other] !== undefined);
  if (name !== undefined && !isSaidOtherwise)
    has[`_${name}`] ??= { extension: [{ url: DATA_ABSENT, valueCode: 'unknown' }] };
}

const DATA_ABSENT = 'http://hl7.org/fhir/StructureDefinition/data-absent-reason';
const TIME_ELEMENTS_READ = ['effectiveDateTime', 'effectiveInstant', 'performedDateTime', 'occurrenceDateTime'];
const TIMES_IN_OTHER_WORDS = [
  'effectivePeriod',
  'effectiveTiming',
  'performedPeriod',
  'performedAge',
  'performedRange',
];
/** R4 types that may not be without a time: `effective[x]` and `occurrence[x]` are 1..1. */
const REQUIRED_TIME: Readonly<Record<string, string>> = {
  MedicationAdministration: 'effectiveDateTime',
  Immunization: 'occurrenceDateTime',
};

/** The element that names the patient (FHIR R4, each resource's definition). */
const PATIENT_ELEMENT: ReadonlySet<string> = new Set([
  'AllergyIntolerance',
  'Claim',
  'ClaimResponse',
  'Consent',
  'DetectedIssue',
  'Device',
  'EpisodeOfCare',
  'ExplanationOfBenefit',
  'FamilyMemberHistory',
  'Immunization',
  'ImmunizationEvaluation',
  'ImmunizationRecommendation',
  'NutritionOrder',
  'RelatedPerson',
  'VisionPrescription',
]);
const SUBJECT_ELEMENT: ReadonlySet<string> = new Set([
  'AdverseEvent',
  'CarePlan',
  'CareTeam',
  'ClinicalImpression',
  'Communication',
  'CommunicationRequest',
  'Composition',
  'Condition',
  'DeviceRequest',
  'DeviceUseStatement',
  'DiagnosticReport',
  'DocumentReference',
  'Encounter',
  'Flag',
  'Goal',
  'ImagingStudy',
  'List',
  'Media',
  'MedicationAdministration',
  'MedicationDispense',
  'MedicationRequest',
  'MedicationStatement',
  'Observation',
  'Procedure',
  'QuestionnaireResponse',
  'RequestGroup',
  'RiskAssessment',
  'ServiceRequest',
  'Specimen',
]);
