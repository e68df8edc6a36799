// Checks a resource against a profile's snapshot as published in an IPS package: cardinalities (also of slices), fixed values
// and patterns, types of choices, elements that do not exist, profiles of data types, types of referenced resources. Not a whole
// validator: terminology and FHIRPath are left out; the invariants that matter here are in document.ts.

import type { ElementDefinition, ElementType, Profile, Profiles } from './package.ts';

export type Json = Readonly<Record<string, unknown>>;
export const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export interface Checking {
  readonly profiles: Profiles;
  /** The resource a reference in the document leads to. */
  readonly resolve: (reference: string) => Json | undefined;
  /** What has been found to fit which profile: a document asks the same of each of its thousands of entries, slice by slice. */
  readonly fits: Map<Profile, Map<Json, boolean>>;
}

interface Held {
  /** The JSON name: tells which type of a choice it is. */
  readonly name: string;
  readonly value: unknown;
}

/** Everything in `resource` that breaks the profile, one line each: `Composition.section:sectionAllergies: 0 of at least 1`. */
export function faultsAgainst(profile: Profile, resource: unknown, checking: Checking): string[] {
  const [root] = profile.snapshot.element;
  if (root === undefined || !isJson(resource)) return [`${profile.type}: not a resource`];
  const faults: string[] = [];
  new ProfileCheck(profile.snapshot.element, checking, faults).children(root, resource);
  return faults;
}

interface Rule {
  /** The value or the pattern it must have; undefined where it may be anything. */
  readonly fixed: unknown;
  readonly pattern: unknown;
}

interface Index {
  readonly byId: ReadonlyMap<string, ElementDefinition>;
  readonly children: ReadonlyMap<string, readonly ElementDefinition[]>;
}

const indexes = new WeakMap<readonly ElementDefinition[], Index>();

/** A document has thousands of resources of a few profiles: each profile is sorted once. */
function indexOf(definitions: readonly ElementDefinition[]): Index {
  const known = indexes.get(definitions);
  if (known !== undefined) return known;
  const children = new Map<string, ElementDefinition[]>();
  for (const definition of definitions) {
    const holder = definition.id.split('.').slice(0, -1).join('.');
    children.set(holder, [...(children.get(holder) ?? []), definition]);
  }
  const index = { byId: new Map(definitions.map((definition) => [definition.id, definition])), children };
  indexes.set(definitions, index);
  return index;
}

const rules = new WeakMap<ElementDefinition, Rule>();

function ruleOf(definition: ElementDefinition): Rule {
  const known = rules.get(definition);
  if (known !== undefined) return known;
  const told = (kind: string): unknown => Object.entries(definition).find(([key]) => key.startsWith(kind))?.[1];
  const rule = { fixed: told('fixed'), pattern: told('pattern') };
  rules.set(definition, rule);
  return rule;
}

class ProfileCheck {
  readonly #index: Index;
  readonly #checking: Checking;
  readonly #faults: string[];

  constructor(definitions: readonly ElementDefinition[], checking: Checking, faults: string[]) {
    this.#index = indexOf(definitions);
    this.#checking = checking;
    this.#faults = faults;
  }

  children(parent: ElementDefinition, node: Json): void {
    const children = this.#childrenOf(parent);
    for (const child of children) {
      const all = heldBy(node, child);
      const mine = child.sliceName === undefined ? all : all.filter((held) => this.#isInSlice(child, held));
      if (mine.length < child.min) this.#faults.push(`${child.id}: ${mine.length} of at least ${child.min}`);
      if (child.max !== '*' && mine.length > Number(child.max))
        this.#faults.push(`${child.id}: ${mine.length} of at most ${child.max}`);
      if (child.sliceName === undefined) this.#requireList(child, node);
      for (const held of mine) this.#value(child, held);
    }
    // What is unfolded under a data type is a part of it; only a resource, a data type's own profile or a backbone is whole.
    const isWhole = !parent.id.includes('.') || parent.type?.[0]?.code === 'BackboneElement';
    if (isWhole && children.length > 0) this.#refuseStrangers(parent, node, children);
  }

  #childrenOf(parent: ElementDefinition): readonly ElementDefinition[] {
    const holder = parent.contentReference === undefined ? parent.id : parent.contentReference.replace(/^.*#/, '');
    return this.#index.children.get(holder) ?? [];
  }

  #value(definition: ElementDefinition, { name, value }: Held): void {
    const { fixed, pattern } = ruleOf(definition);
    if (fixed !== undefined && JSON.stringify(value) !== JSON.stringify(fixed))
      this.#faults.push(`${definition.id}: not ${JSON.stringify(fixed)}`);
    if (pattern !== undefined && !contains(value, pattern))
      this.#faults.push(`${definition.id}: not as ${JSON.stringify(pattern)}`);
    const type = this.#typeOf(definition, name);
    if (type === undefined) this.#faults.push(`${definition.id}: ${name} is of a type that is not allowed`);
    else if (!name.startsWith('_')) this.#ofType(definition, type, value);
    if (isJson(value) && !name.startsWith('_')) this.children(definition, value);
  }

  #typeOf(definition: ElementDefinition, name: string): ElementType | undefined {
    const types = definition.type ?? [{ code: 'BackboneElement' }];
    if (!definition.path.endsWith('[x]')) return types[0];
    const stem = (definition.path.split('.').at(-1) ?? '').slice(0, -3);
    const said = name.replace(/^_/, '').slice(stem.length);
    return types.find(({ code }) => code.charAt(0).toUpperCase() + code.slice(1) === said);
  }

  #ofType(definition: ElementDefinition, type: ElementType, value: unknown): void {
    const primitive = PRIMITIVES[type.code.replace('http://hl7.org/fhirpath/System.', '').toLowerCase()];
    if (primitive !== undefined && !primitive(value)) this.#faults.push(`${definition.id}: not a ${type.code}`);
    if (primitive === undefined && !isJson(value))
      this.#faults.push(`${definition.id}: not a ${type.code} but a bare value`);
    if (type.code === 'Reference' && isJson(value)) this.#reference(definition, type, value);
    const [profile] = (type.profile ?? []).flatMap((url) => this.#checking.profiles.get(url) ?? []);
    if (profile !== undefined && isJson(value) && definition.sliceName === undefined && type.code !== 'Extension') {
      for (const fault of faultsAgainst(profile, value, this.#checking))
        this.#faults.push(`${definition.id} > ${fault}`);
    }
  }

  #reference(definition: ElementDefinition, type: ElementType, value: Json): void {
    const { reference } = value;
    if (typeof reference !== 'string' || reference.startsWith('#')) return;
    const target = this.#checking.resolve(reference);
    if (target === undefined) {
      this.#faults.push(`${definition.id}: leads nowhere`);
      return;
    }
    const allowed = (type.targetProfile ?? []).map((url) => this.#typeOfProfile(url));
    const isAllowed =
      allowed.length === 0 || allowed.includes('Resource') || allowed.includes(String(target['resourceType']));
    if (!isAllowed) this.#faults.push(`${definition.id}: leads to ${String(target['resourceType'])}`);
  }

  #typeOfProfile(url: string): string {
    return (
      this.#checking.profiles.get(url)?.type ??
      (/vitalsigns$/.test(url) ? 'Observation' : (url.split('/').at(-1) ?? ''))
    );
  }

  /** R4 slicing: by a pattern, by the type of a choice, by an extension's url, by what a reference leads to. */
  #isInSlice(slice: ElementDefinition, held: Held): boolean {
    const sliced = this.#index.byId.get(slice.id.slice(0, slice.id.lastIndexOf(':')));
    const discriminators = sliced?.slicing?.discriminator ?? [];
    return discriminators.every(({ type, path }) => {
      if (path === 'url')
        return isJson(held.value) && (slice.type?.[0]?.profile ?? []).includes(String(held.value['url']));
      if (path === 'resolve()' || path === 'resource') return this.#leadsInto(slice, type, path, held.value);
      if (type === 'type') return this.#typeOf(slice, held.name) !== undefined;
      const at = path === '$this' ? slice : this.#index.byId.get(`${slice.id}.${path}`);
      const wanted = Object.entries(at ?? {}).find(
        ([key]) => key.startsWith('pattern') || key.startsWith('fixed'),
      )?.[1];
      const value = path === '$this' || !isJson(held.value) ? held.value : held.value[path];
      return wanted !== undefined && contains(value, wanted);
    });
  }

  #leadsInto(slice: ElementDefinition, discriminator: string, path: string, value: unknown): boolean {
    if (!isJson(value)) return false;
    const target = path === 'resource' ? value['resource'] : this.#checking.resolve(String(value['reference'] ?? ''));
    const held = path === 'resource' ? this.#index.byId.get(`${slice.id}.resource`) : slice;
    const urls = (held?.type ?? []).flatMap(({ code, profile = [], targetProfile = [] }) =>
      path === 'resource' ? (profile.length > 0 ? profile : [code]) : targetProfile,
    );
    return (
      isJson(target) &&
      urls.some((url) => {
        if (this.#typeOfProfile(url) !== target['resourceType']) return false;
        const profile = this.#checking.profiles.get(url);
        return discriminator === 'type' || profile === undefined || this.#fits(target, profile);
      })
    );
  }

  #fits(target: Json, profile: Profile): boolean {
    const judged = this.#checking.fits.get(profile) ?? new Map<Json, boolean>();
    const isFit = judged.get(target) ?? faultsAgainst(profile, target, this.#checking).length === 0;
    this.#checking.fits.set(profile, judged.set(target, isFit));
    return isFit;
  }

  #requireList(definition: ElementDefinition, node: Json): void {
    const value = node[definition.path.split('.').at(-1) ?? ''];
    if (value === undefined) return;
    const isList = (definition.base?.max ?? definition.max) !== '1';
    if (isList !== Array.isArray(value)) this.#faults.push(`${definition.id}: ${isList ? 'not a list' : 'a list'}`);
    if (Array.isArray(value) && value.length === 0) this.#faults.push(`${definition.id}: an empty list`);
  }

  #refuseStrangers(parent: ElementDefinition, node: Json, children: readonly ElementDefinition[]): void {
    const names = children.map(({ path }) => path.split('.').at(-1) ?? '');
    const isKnown = (name: string): boolean =>
      names.includes(name) || names.some((one) => one.endsWith('[x]') && name.startsWith(one.slice(0, -3)));
    for (const name of Object.keys(node))
      if (name !== 'resourceType' && !isKnown(name.replace(/^_/, '')))
        this.#faults.push(`${parent.id}: has no element ${name}`);
  }
}

/** Values of an element, choices (`value[x]`) and primitives that only have extensions (`_birthDate`) included. */
function heldBy(node: Json, definition: ElementDefinition): readonly Held[] {
  const last = definition.path.split('.').at(-1) ?? '';
  const held = (name: string): Held[] => {
    const value = node[name];
    return value === undefined ? [] : (Array.isArray(value) ? value : [value]).map((one) => ({ name, value: one }));
  };
  if (!last.endsWith('[x]')) {
    const plain = held(last);
    return plain.length > 0 ? plain : held(`_${last}`);
  }
  const choice = new RegExp(`^_?${last.slice(0, -3)}[A-Z]`);
  const names = Object.keys(node).filter((name) => choice.test(name));
  return names.filter((name) => !name.startsWith('_') || !names.includes(name.slice(1))).flatMap(held);
}

/** Pattern matching as in ElementDefinition.pattern[x]: everything in the pattern is in the value. */
function contains(value: unknown, pattern: unknown): boolean {
  if (Array.isArray(pattern))
    return Array.isArray(value) && pattern.every((wanted) => value.some((item) => contains(item, wanted)));
  if (isJson(pattern))
    return isJson(value) && Object.entries(pattern).every(([key, wanted]) => contains(value[key], wanted));
  return value === pattern;
}

const matches =
  (form: RegExp): ((value: unknown) => boolean) =>
  (value) =>
    typeof value === 'string' && form.test(value);
const text = matches(/\S/);
const number = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value);
const dateTime =
  /^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01])(T([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?(Z|[+-]((0\d|1[0-3]):[0-5]\d|14:00)))?)?)?$/;

/** R4 datatypes.html, the forms of primitives. */
const PRIMITIVES: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: text,
  markdown: text,
  boolean: (value) => typeof value === 'boolean',
  integer: Number.isInteger,
  positiveint: (value) => Number.isInteger(value) && Number(value) > 0,
  unsignedint: (value) => Number.isInteger(value) && Number(value) >= 0,
  decimal: number,
  code: matches(/^\S+( \S+)*$/),
  id: matches(/^[A-Za-z0-9\-.]{1,64}$/),
  uri: matches(/^\S+$/),
  url: matches(/^\S+$/),
  canonical: matches(/^\S+$/),
  date: matches(/^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$/),
  datetime: matches(dateTime),
  instant: matches(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/),
  time: matches(/^\d\d:\d\d:\d\d(\.\d+)?$/),
  base64binary: matches(/^[A-Za-z0-9+/=\s]*$/),
  xhtml: text,
};
