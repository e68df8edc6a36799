// One document: a bundle or a single resource, from what it claims to be to the changes it makes. The order of things: whose
// is each resource, what belongs together, what is taken back, what is stated to be none.

import { createHash } from 'node:crypto';
import type { Change, Doubt, FeedAlarm, Reading, ResourceChange } from '../../domain/changes.ts';
import { type Identity, sameIdentity } from '../../domain/identity.ts';
import type { Received } from '../../domain/received.ts';
import type { SourceDeclaration } from '../../domain/source.ts';
import { limits } from '../../limits.ts';
import type { Told } from '../known-by.ts';
import { type Contents, contentsOf, type Item, indexItems } from './bundle.ts';
import { element, isObject, type JsonObject, listAt, textAt } from './elements.ts';
import { readCriteria } from './identifiers.ts';
import { namesOf, writeNames } from './names-of-others.ts';
import { People, serverDomain } from './people.ts';
import { readPerson } from './person-change.ts';
import { markBookedUnit } from './places.ts';
import { partsOfType } from './poll-parts.ts';
import { referenceText } from './references.ts';
import { readResource } from './resource-change.ts';
import { readStay } from './stay.ts';
import { readSummary } from './summary.ts';
import { lastUpdated, readFhirTime } from './times.ts';

/** Values of one report, and panels within panels: more is a fault or an attack, and stays as rows of its own. */
const MEMBERS_MAX = 5_000;
const PANEL_NESTING_MAX = 5;

export function nothingRead(
  received: Received,
  outcome: 'set-aside' | 'unread',
  type: string,
  reason: string,
): Reading {
  return {
    outcome,
    type,
    reason,
    eventAt: received.arrival.wallMs,
    sequence: null,
    changes: [],
    subjects: [],
    alarms: [],
  };
}

/** Resources that are always about a patient: without one they are counted, not just passed by. */
const ABOUT_A_PATIENT: ReadonlySet<string> = new Set([
  'AllergyIntolerance',
  'CarePlan',
  'ClinicalImpression',
  'Composition',
  'Condition',
  'DiagnosticReport',
  'DocumentReference',
  'Encounter',
  'Flag',
  'ImagingStudy',
  'Immunization',
  'MedicationAdministration',
  'MedicationDispense',
  'MedicationRequest',
  'MedicationStatement',
  'Observation',
  'Procedure',
  'RiskAssessment',
  'ServiceRequest',
]);

interface DocumentOptions {
  readonly resource: JsonObject;
  readonly raw: Uint8Array;
  readonly received: Received;
  readonly source: SourceDeclaration;
  readonly alarms: readonly FeedAlarm[];
}

export class DocumentReader {
  readonly #resource: JsonObject;
  readonly #received: Received;
  readonly #source: SourceDeclaration;
  readonly #contents: Contents;
  readonly #people: People;
  readonly #itemAt: (reference: string) => Item | undefined;
  readonly #bundleMark: string;
  readonly #alarms: FeedAlarm[];
  readonly #eventAt: number;
  readonly #told: Told & { readonly eventAt: number };
  /** Patient resources nobody could be found for, by type. */
  readonly #unattached = new Map<string, number>();
  readonly #changeOf = new Map<Item, ResourceChange>();
  readonly #members = new Map<Item, { item: Item; resource: JsonObject }[]>();
  #unreadDeletes = 0;
  readonly #doubts: Doubt[] = [];

  constructor(options: DocumentOptions) {
    this.#resource = options.resource;
    this.#received = options.received;
    this.#source = options.source;
    this.#contents = contentsOf(options.resource);
    const digest = createHash('sha256').update(options.raw).digest('hex');
    this.#people = new People({ source: options.source, contents: this.#contents, digest });
    this.#itemAt = indexItems(this.#contents);
    this.#bundleMark = digest.slice(0, 16);
    this.#alarms = [...options.alarms];
    this.#eventAt = this.#readEventAt();
    const sentMs = readFhirTime(textAt(options.resource, 'timestamp'), options.source.hl7.timeZone);
    this.#told = { eventAt: this.#eventAt, arrivalMs: options.received.arrival.wallMs, sentMs };
  }

  read(): Reading {
    const { type, items, unread } = this.#contents;
    if (items.length > limits.fhirBundleEntriesMax) {
      return nothingRead(this.#received, 'set-aside', type, 'the bundle has too many entries');
    }
    if (unread !== null) return this.#reading('unread', [], unread);
    const changes = this.#changes();
    this.#tellTroubles();
    const hasUnread = this.#unattached.size > 0 || this.#contents.unreadEntries + this.#doubts.length > 0;
    if (changes.length === 0 && hasUnread) {
      const why =
        this.#doubts.length > 0 ? 'changes of a kind that is not read' : 'nothing in it could be tied to a patient';
      return this.#reading('unread', [], why);
    }
    if (changes.length === 0 && !type.startsWith('Bundle')) return this.#reading('unread', [], 'not about a patient');
    return this.#reading('understood', changes);
  }

  #reading(outcome: Reading['outcome'], changes: readonly Change[], reason?: string): Reading {
    return {
      outcome,
      type: this.#contents.type,
      ...(reason === undefined ? {} : { reason }),
      eventAt: this.#eventAt,
      sequence: this.#sequence(),
      changes,
      subjects: outcome === 'unread' ? this.#people.all.map(({ head }) => head) : [],
      ...(this.#doubts.length === 0 ? {} : { doubts: this.#doubts }),
      alarms: this.#alarms,
    };
  }

  #sequence(): number | null {
    const version = textAt(element(this.#resource, 'meta'), 'versionId');
    return this.#contents.type.startsWith('Bundle') || !/^\d{1,15}$/.test(version) ? null : Number(version);
  }

  /** When the sender said it. A sender's clock ahead of ours would win over every later message, so arrival stands in. */
  #readEventAt(): number {
    const arrivalMs = this.#received.arrival.wallMs;
    const timeZone = this.#source.hl7.timeZone;
    const saidMs = readFhirTime(textAt(this.#resource, 'timestamp'), timeZone) ?? lastUpdated(this.#resource, timeZone);
    if (saidMs === null || saidMs <= arrivalMs + limits.futureEventToleratedMs) return saidMs ?? arrivalMs;
    this.#alarms.push({ code: 'clock-ahead', detail: `${this.#contents.type} is from the future` });
    return arrivalMs;
  }

  #changes(): Change[] {
    const names = namesOf(this.#contents);
    const absorbed = this.#absorbed();
    const rest: Change[] = [];
    // People first, so that what follows is about somebody known; in a history only the order of events counts.
    const people: Change[] = this.#contents.type === 'Bundle/history' ? rest : [];
    const resources: ResourceChange[] = [];
    for (const item of this.#contents.items) {
      if (item.verb === 'patch') {
        this.#doubts.push(this.#doubtOf(item, 'PATCH'));
        continue;
      }
      if (item.verb === 'delete') {
        for (const change of this.#deleted(item)) rest.push(change);
        continue;
      }
      const { resource } = item;
      if (resource === null) continue;
      if (names !== undefined) writeNames(resource, names);
      const person = this.#people.personOf(item);
      if (person !== undefined) {
        for (const change of readPerson(person, resource, (link) => this.#linked(link, item))) people.push(change);
        continue;
      }
      if (absorbed.has(item)) continue;
      const subject = this.#subjectOf(item, resource);
      if (subject === null) continue;
      for (const change of this.#containedPerson(resource)) people.push(change);
      const change = this.#resourceChange(item, resource, subject);
      resources.push(change);
      rest.push(change);
      if (item.type === 'Encounter' && this.#feedsStay()) rest.push(this.#stay(item, resource, change));
    }
    return [...(people === rest ? [] : people), ...rest, ...this.#statements(resources)];
  }

  #subjectOf(item: Item, resource: JsonObject): Identity | null {
    const subject = this.#people.subjectOf(item);
    if (subject === null && (ABOUT_A_PATIENT.has(item.type) || this.#people.namesSomebody(resource))) {
      this.#unattached.set(item.type, (this.#unattached.get(item.type) ?? 0) + 1);
    }
    return subject;
  }

  /** A patient sent only inside another resource: so much as stands there, so that the chart has a name. */
  #containedPerson(resource: JsonObject): Change[] {
    const found = this.#people.containedPerson(resource);
    if (found === null) return [];
    const [said] = readPerson(found.person, found.patient, () => null);
    return said?.kind === 'person' ? [{ ...said, mode: 'patch' }] : [];
  }

  #linked(link: unknown, item: Item): Identity | null {
    return this.#people.identityOf(element(link, 'other'), item);
  }

  /** The ids of resources that a POST is about to create mean nothing yet, nor do those of a document or message. */
  #isServerId(item: Item): boolean {
    return this.#contents.idScope === 'server' && item.id !== null;
  }

  #resourceChange(item: Item, resource: JsonObject, subject: Identity): ResourceChange {
    this.#embedBinaries(item, resource);
    if (item.type === 'Appointment') markBookedUnit(resource, this.#source, this.#itemAt);
    const isServerId = this.#isServerId(item);
    const members = isServerId ? [] : this.#membersOf(item, resource);
    const change = readResource({
      item,
      resource,
      subject,
      source: this.#source,
      isServerId,
      bundleMark: isServerId ? '' : this.#bundleMark,
      told: this.#told,
      members,
    });
    this.#changeOf.set(item, change);
    for (const member of members) this.#changeOf.set(member.item, change);
    return change;
  }

  /** Observations of a report or panel in the same bundle, of the same person; panels within panels are laid flat. */
  #membersOf(item: Item, resource: JsonObject): { item: Item; resource: JsonObject }[] {
    const known = this.#members.get(item);
    if (known !== undefined) return known;
    const found = new Map<Item, JsonObject>();
    const subject = this.#people.subjectOf(item);
    const visit = (holder: JsonObject, depth: number): void => {
      for (const reference of [...listAt(holder, 'result'), ...listAt(holder, 'hasMember')]) {
        if (found.size >= MEMBERS_MAX) return;
        const member = this.#itemAt(referenceText(reference));
        if (member === undefined || member === item || member.resource === null || found.has(member)) continue;
        if (member.type !== 'Observation' || this.#isServerId(member)) continue;
        const owner = this.#people.subjectOf(member);
        if (owner === null || subject === null || !sameIdentity(owner, subject)) continue;
        found.set(member, member.resource);
        if (depth < PANEL_NESTING_MAX) visit(member.resource, depth + 1);
      }
    };
    if (item.type === 'DiagnosticReport' || item.type === 'Observation') visit(resource, 1);
    const members = [...found].map(([member, inside]) => ({ item: member, resource: inside }));
    this.#members.set(item, members);
    return members;
  }

  /** Observations that stand in a report or panel and not also by themselves. */
  #absorbed(): ReadonlySet<Item> {
    const absorbed = new Set<Item>();
    for (const type of ['DiagnosticReport', 'Observation']) {
      for (const item of this.#contents.items) {
        if (item.type !== type || item.resource === null || absorbed.has(item) || this.#isServerId(item)) continue;
        for (const member of this.#membersOf(item, item.resource)) absorbed.add(member.item);
      }
    }
    return absorbed;
  }

  /** A document whose content lies in a Binary of the same bundle carries it, so that it can be opened later. */
  #embedBinaries(item: Item, resource: JsonObject): void {
    if (item.type !== 'DocumentReference') return;
    for (const content of listAt(resource, 'content')) {
      const attachment = element(content, 'attachment');
      const binary = isObject(attachment) ? this.#itemAt(textAt(attachment, 'url'))?.resource : undefined;
      if (!isObject(attachment) || binary?.['resourceType'] !== 'Binary' || 'data' in attachment) continue;
      attachment['data'] = binary['data'];
      attachment['contentType'] ??= binary['contentType'];
    }
  }

  #feedsStay(): boolean {
    return this.#source.feeds.some(({ part }) => part === 'stay');
  }

  #stay(item: Item, resource: JsonObject, change: ResourceChange): Change {
    const visit = { domain: serverDomain(this.#source), id: this.#isServerId(item) ? (item.id ?? '') : change.key };
    return readStay({
      resource,
      subject: change.subject,
      visit,
      source: this.#source,
      itemAt: this.#itemAt,
      at: lastUpdated(resource, this.#source.hl7.timeZone) ?? this.#eventAt,
    });
  }

  #deleted(item: Item): Change[] {
    if (item.type === 'Patient') {
      const named = item.id === null ? readCriteria(item.criteria, this.#source) : null;
      const subject = item.id === null ? named : { domain: serverDomain(this.#source), id: item.id };
      if (subject !== null && subject !== 'refused') return [{ kind: 'delete-person', subject }];
    } else if (item.id !== null && this.#contents.idScope === 'server') {
      return [{ kind: 'withdraw-key', key: `${item.type}/${item.id}` }];
    }
    this.#unreadDeletes += 1;
    this.#doubts.push(this.#doubtOf(item, 'DELETE'));
    return [];
  }

  /** Whose it is, as far as it says: by the key it may be kept under, or by the patient its criteria name. */
  #doubtOf(item: Item, verb: string): Doubt {
    const detail = `${verb} ${item.type}`;
    const isServerId = item.id !== null && this.#contents.idScope === 'server';
    if (isServerId && item.type === 'Patient') {
      return {
        detail,
        key: null,
        subject: { domain: serverDomain(this.#source), id: item.id ?? '' },
        parts: ['person'],
      };
    }
    if (isServerId) return { detail, key: `${item.type}/${item.id}`, subject: null, parts: [] };
    const named = item.type === 'Patient' ? readCriteria(item.criteria, this.#source) : this.#patientIn(item.criteria);
    const subject = named === 'refused' ? null : named;
    return { detail, key: null, subject, parts: item.type === 'Patient' ? ['person'] : partsOfType(item.type) };
  }

  /** `patient=Patient/1`, `subject=1`, `patient.identifier=system|number`. */
  #patientIn(criteria: string): Identity | 'refused' | null {
    for (const [name, value] of new URLSearchParams(criteria)) {
      if (name === 'patient.identifier' || name === 'subject.identifier' || name === 'subject:Patient.identifier') {
        return readCriteria(`identifier=${encodeURIComponent(value)}`, this.#source);
      }
      const id = /^(?:Patient\/)?([A-Za-z0-9.-]{1,64})$/.exec(value)?.[1];
      if ((name === 'patient' || name === 'subject' || name === 'subject:Patient') && id !== undefined) {
        return this.#contents.idScope === 'server' ? { domain: serverDomain(this.#source), id } : null;
      }
    }
    return null;
  }

  #statements(resources: readonly ResourceChange[]): Change[] {
    if (this.#contents.type !== 'Bundle/document') return [];
    return this.#contents.items.flatMap((item) => {
      const subject = item.type === 'Composition' ? this.#people.subjectOf(item) : null;
      if (item.resource === null || subject === null) return [];
      const changeAt = (reference: string): ResourceChange | undefined => {
        const entry = this.#itemAt(reference);
        return entry === undefined ? undefined : this.#changeOf.get(entry);
      };
      return readSummary({ composition: item.resource, subject, changes: resources, changeAt });
    });
  }

  #tellTroubles(): void {
    const tell = (code: FeedAlarm['code'], count: number, what: string): void => {
      if (count > 0) this.#alarms.push({ code, detail: `${this.#contents.type}: ${count} ${what}` });
    };
    tell('other', this.#people.refusedIdentifiers, 'patient identifiers that cannot be a person');
    tell('identity-conflict', this.#people.conflicts, 'references whose identifier is another person');
    tell('other', this.#contents.unreadEntries, 'entries of a kind that is not read');
    const patches = this.#doubts.length - this.#unreadDeletes;
    tell('other', patches, 'patches, which are not followed');
    tell('other', this.#unreadDeletes, 'deletes of something unknown');
    if (this.#contents.type === 'Bundle/unknown')
      this.#alarms.push({ code: 'other', detail: 'a bundle that states no type, read as a collection' });
    for (const [type, count] of this.#unattached) tell('other', count, `${type} without a patient that can be told`);
  }
}
