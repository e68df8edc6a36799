// Who each resource of a bundle is about. The one rule above all: a resource whose person is not certain belongs to nobody
// here. It is never given to "the patient of the bundle".

import { type Identity, sameIdentity } from '../../domain/identity.ts';
import type { SourceDeclaration } from '../../domain/source.ts';
import type { Contents, Item } from './bundle.ts';
import { asList, element, isObject, type JsonObject, listAt, textAt } from './elements.ts';
import { readCriteria, readIdentifier, readIdentifiers } from './identifiers.ts';
import { baseOf, readReference, referencedType, referenceText } from './references.ts';

export interface Person {
  /** The identity that resources are filed under, and the person's own change. */
  readonly head: Identity;
  /** Everything the resource says the person is known by, the head first. */
  readonly identities: readonly Identity[];
  readonly item: Item;
}

/** `Patient/123` of a source's server: the source's own number series. */
export const serverDomain = (source: SourceDeclaration): string => `fhir:${source.id}`;

export class People {
  readonly #source: SourceDeclaration;
  readonly #contents: Contents;
  readonly #bundleDomain: string;
  /** By fullUrl, urn, and `Patient/id`; null where two different people answer to the same. */
  readonly #byReference = new Map<string, Person | null>();
  readonly #byItem = new Map<Item, Person>();
  readonly #byIdentity = new Map<string, Person>();
  readonly #resolved = new Map<string, Identity | null>();
  /** Identifiers that look like placeholders or wrong numbers. */
  refusedIdentifiers = 0;
  /** References whose own identifier says somebody else than the person they lead to. */
  conflicts = 0;

  constructor(options: { source: SourceDeclaration; contents: Contents; digest: string }) {
    this.#source = options.source;
    this.#contents = options.contents;
    this.#bundleDomain = `bundle:${options.digest}`;
    for (const item of options.contents.items) {
      if (item.type === 'Patient' && item.resource !== null) this.#add(item, item.resource);
    }
  }

  get all(): readonly Person[] {
    return [...this.#byItem.values()];
  }

  personOf(item: Item): Person | undefined {
    return this.#byItem.get(item);
  }

  #add(item: Item, resource: JsonObject): void {
    const { identities, refused } = readIdentifiers(resource, this.#source);
    this.refusedIdentifiers += refused;
    const local = this.#localIdentity(item);
    if (local !== null) identities.push(local);
    const criteria = item.criteria === '' ? null : readCriteria(item.criteria, this.#source);
    if (criteria !== null && criteria !== 'refused' && !identities.some((known) => sameIdentity(known, criteria))) {
      identities.push(criteria);
    }
    // Without anything that lasts, the person exists in this bundle only.
    const [head = { domain: this.#bundleDomain, id: item.fullUrl || textAt(resource, 'id') || 'patient' }] = identities;
    const person: Person = { head, identities: identities.length > 0 ? identities : [head], item };
    this.#byItem.set(item, person);
    for (const { domain, id } of person.identities) this.#byIdentity.set(`${domain} ${id}`, person);
    const id = item.id ?? textAt(resource, 'id');
    const names = new Set([item.fullUrl, id === '' ? '' : `Patient/${id}`]);
    // Some senders write the uuid of a urn as if it were a server's id.
    const uuid = /^urn:uuid:(.+)$/i.exec(item.fullUrl)?.[1];
    if (uuid !== undefined) names.add(`Patient/${uuid}`);
    for (const name of names) {
      if (name === '') continue;
      const known = this.#byReference.get(name);
      const isSame = known === undefined || (known !== null && sameIdentity(known.head, person.head));
      this.#byReference.set(name, isSame ? person : null);
    }
  }

  /** What the source's own numbering calls the person, where that numbering lasts. */
  #localIdentity(item: Item): Identity | null {
    if (this.#contents.idScope === 'server') {
      return item.id === null ? null : { domain: serverDomain(this.#source), id: item.id };
    }
    const fullUrl = readReference(item.fullUrl);
    return fullUrl.to === 'absolute' ? { domain: fullUrl.base, id: fullUrl.id } : null;
  }

  /** Whom a resource is about; null when it names nobody, several, or nobody who can be told apart. */
  subjectOf(item: Item): Identity | null {
    const resource = item.resource;
    if (resource === null) return null;
    let found: Identity | null = null;
    for (const reference of subjectReferences(resource)) {
      const identity = this.identityOf(reference, item);
      if (identity === null) return null;
      if (found !== null && !sameIdentity(found, identity)) return null;
      found = identity;
    }
    return found;
  }

  /** The resource says it is about somebody, whoever that is. */
  namesSomebody(resource: JsonObject): boolean {
    return subjectReferences(resource).length > 0;
  }

  /** The patient a reference in an item leads to. */
  identityOf(reference: unknown, item: Item): Identity | null {
    const text = referenceText(reference);
    if (text.startsWith('#')) return this.#contained(text.slice(1), item.resource);
    const type = referencedType(reference);
    if (type !== '' && type !== 'Patient') return null;
    const written = readIdentifier(element(reference, 'identifier'), this.#source);
    if (text === '') return written === 'refused' ? null : written;
    const cacheKey = `${baseOf(item.fullUrl) ?? ''} ${text}`;
    let identity = this.#resolved.get(cacheKey);
    if (identity === undefined) {
      identity = this.#resolve(text, item);
      this.#resolved.set(cacheKey, identity);
    }
    if (identity !== null && written !== null && written !== 'refused' && this.#contradicts(identity, written)) {
      this.conflicts += 1;
      return null;
    }
    return identity;
  }

  #resolve(text: string, item: Item): Identity | null {
    const reference = readReference(text);
    const base = baseOf(item.fullUrl);
    if (reference.to === 'conditional') {
      if (reference.type !== 'Patient') return null;
      const identity = readCriteria(reference.criteria, this.#source);
      return identity === 'refused' ? null : identity;
    }
    if (this.#contents.idScope === 'server') {
      if (reference.to === 'relative') return this.#onServer(reference.id);
      if (reference.to === 'absolute' && reference.base === base) return this.#onServer(reference.id);
    }
    const absolute = reference.to === 'relative' && base !== null ? `${base}/${text}` : text;
    for (const name of [absolute, text]) {
      const person = this.#byReference.get(name);
      if (person === null) return null;
      if (person !== undefined) return person.head;
    }
    if (reference.to === 'absolute') return { domain: reference.base, id: reference.id };
    return reference.to === 'relative' && base !== null ? { domain: base, id: reference.id } : null;
  }

  /** A person the same bundle creates (POST) is not yet known by its id; all others of a server are. */
  #onServer(id: string): Identity {
    const created = this.#byReference.get(`Patient/${id}`);
    if (created != null && created.item.id === null) return created.head;
    return { domain: serverDomain(this.#source), id };
  }

  #contained(id: string, resource: JsonObject | null): Identity | null {
    return readIdentifiers(containedPatient(id, resource), this.#source).identities[0] ?? null;
  }

  /** The patient that stands inside a resource, where it is the one the resource is about and has a number. */
  containedPerson(resource: JsonObject): { readonly person: Person; readonly patient: JsonObject } | null {
    const [reference] = subjectReferences(resource).map(referenceText);
    const patient = reference?.startsWith('#') === true ? containedPatient(reference.slice(1), resource) : null;
    const { identities } = readIdentifiers(patient, this.#source);
    const [head] = identities;
    if (patient === null || head === undefined) return null;
    const item: Item = { verb: 'store', type: 'Patient', id: null, fullUrl: '', resource: patient, criteria: '' };
    return { person: { head, identities, item }, patient };
  }

  /** Two different numbers of one series are two people. */
  #contradicts(identity: Identity, written: Identity): boolean {
    const person = this.#byIdentity.get(`${identity.domain} ${identity.id}`);
    const known = person?.identities ?? [identity];
    return known.some(({ domain }) => domain === written.domain) && !known.some((one) => sameIdentity(one, written));
  }
}

/** Null also where two contained resources share the id. */
function containedPatient(id: string, resource: JsonObject | null): JsonObject | null {
  const inside = listAt(resource, 'contained').filter((one) => textAt(one, 'id') === id);
  const [patient] = inside;
  return inside.length === 1 && isObject(patient) && textAt(patient, 'resourceType') === 'Patient' ? patient : null;
}

const SUBJECT_ELEMENTS = ['subject', 'patient', 'for', 'beneficiary', 'individual'] as const;

/** The references that say whom a resource is about (the Patient compartment's own element for each type). */
function subjectReferences(resource: JsonObject): readonly unknown[] {
  if (textAt(resource, 'resourceType') === 'Appointment') {
    return listAt(resource, 'participant')
      .map((participant) => element(participant, 'actor'))
      .filter((actor) => referencedType(actor) === 'Patient');
  }
  for (const name of SUBJECT_ELEMENTS) {
    const references = asList(element(resource, name));
    if (references.length > 0) return references;
  }
  return [];
}
