// Checks a resource against a profile's snapshot as published in an IPS package: cardinalities (also of slices told by a
// pattern), fixed values, allowed types of references. Not a whole validator: terminology and FHIRPath are left out.

import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

interface ElementDefinition {
  readonly id: string;
  readonly path: string;
  readonly min: number;
  readonly max: string;
  readonly sliceName?: string;
  readonly contentReference?: string;
  readonly type?: readonly { readonly code: string; readonly targetProfile?: readonly string[] }[];
  readonly [fixedOrPattern: string]: unknown;
}

export interface Profile {
  readonly url: string;
  readonly type: string;
  readonly snapshot: { readonly element: readonly ElementDefinition[] };
}

/** Every StructureDefinition in a package `.tgz` (FHIR NPM package), by url; null when the file is not there. */
export function readProfiles(file: string): ReadonlyMap<string, Profile> | null {
  if (!existsSync(file)) return null;
  const profiles = new Map<string, Profile>();
  for (const [name, bytes] of tarEntries(gunzipSync(readFileSync(file)))) {
    if (!/^package\/StructureDefinition-[^/]+\.json$/.test(name)) continue;
    const profile = JSON.parse(bytes.toString('utf8')) as Profile;
    profiles.set(profile.url, profile);
  }
  return profiles;
}

/** Files of a ustar archive. */
function* tarEntries(archive: Buffer): Generator<[string, Buffer]> {
  const field = (at: number, from: number, to: number): string =>
    archive.toString('latin1', at + from, at + to).replace(/\0.*$/s, '');
  for (let at = 0; at + 512 <= archive.length; ) {
    const name = field(at, 0, 100);
    if (name === '') return;
    const size = Number.parseInt(field(at, 124, 136).trim(), 8);
    const prefix = field(at, 345, 500);
    yield [prefix === '' ? name : `${prefix}/${name}`, archive.subarray(at + 512, at + 512 + size)];
    at += 512 + Math.ceil(size / 512) * 512;
  }
}

type Node = Readonly<Record<string, unknown>>;
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Everything in `resource` that breaks the profile, one line each: `Composition.section:sectionAllergies: 0 of at least 1`. */
export function faultsAgainst(profile: Profile, resource: unknown): string[] {
  const faults: string[] = [];
  const definitions = profile.snapshot.element;
  const root = definitions[0];
  if (root === undefined || !isNode(resource)) return [`${profile.type}: not a resource`];
  checkChildren(root, resource, definitions, faults);
  return faults;
}

function checkChildren(
  parent: ElementDefinition,
  node: Node,
  definitions: readonly ElementDefinition[],
  faults: string[],
): void {
  const depth = parent.id.split('.').length + 1;
  const children = definitions.filter(
    (definition) => definition.id.startsWith(`${parent.id}.`) && definition.id.split('.').length === depth,
  );
  for (const child of children) {
    const name = child.path.split('.').at(-1) ?? '';
    const all = valuesOf(node, name);
    const mine = child.sliceName === undefined ? all : all.filter((value) => isInSlice(child, value, definitions));
    if (mine.length < child.min) faults.push(`${child.id}: ${mine.length} of at least ${child.min}`);
    if (child.max !== '*' && mine.length > Number(child.max))
      faults.push(`${child.id}: ${mine.length} of at most ${child.max}`);
    for (const value of mine) {
      const fixed = Object.entries(child).find(([key]) => key.startsWith('fixed'))?.[1];
      if (fixed !== undefined && JSON.stringify(value) !== JSON.stringify(fixed))
        faults.push(`${child.id}: not ${JSON.stringify(fixed)}`);
      const pattern = Object.entries(child).find(([key]) => key.startsWith('pattern'))?.[1];
      if (pattern !== undefined && !contains(value, pattern))
        faults.push(`${child.id}: not as ${JSON.stringify(pattern)}`);
      if (isNode(value) && child.contentReference === undefined) checkChildren(child, value, definitions, faults);
    }
  }
}

/** Values of an element, choices (`value[x]`) and primitives that only have extensions (`_birthDate`) included. */
function valuesOf(node: Node, name: string): unknown[] {
  const asList = (value: unknown): unknown[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);
  if (!name.endsWith('[x]')) {
    const values = asList(node[name]);
    return values.length > 0 ? values : asList(node[`_${name}`]);
  }
  const stem = name.slice(0, -3);
  const key = Object.keys(node).find((candidate) => new RegExp(`^_?${stem}[A-Z]`).test(candidate));
  return key === undefined ? [] : asList(node[key]);
}

/** Slices told by the pattern of their `code`; slices told by profile are checked through the entries' own profiles instead. */
function isInSlice(slice: ElementDefinition, value: unknown, definitions: readonly ElementDefinition[]): boolean {
  const code = definitions.find((definition) => definition.id === `${slice.id}.code`);
  const pattern = code === undefined ? undefined : Object.entries(code).find(([key]) => key.startsWith('pattern'))?.[1];
  if (pattern === undefined) return isBundleSlice(slice, value) || slice.min > 0;
  return isNode(value) && contains(value['code'], pattern);
}

/** `Bundle.entry:composition` and its like are told by the resource's type. */
function isBundleSlice(slice: ElementDefinition, value: unknown): boolean {
  if (!slice.id.startsWith('Bundle.entry:') || !isNode(value) || !isNode(value['resource'])) return false;
  return String(value['resource']['resourceType']).toLowerCase() === slice.sliceName;
}

/** Pattern matching as in ElementDefinition.pattern[x]: everything in the pattern is in the value. */
function contains(value: unknown, pattern: unknown): boolean {
  if (Array.isArray(pattern))
    return Array.isArray(value) && pattern.every((wanted) => value.some((item) => contains(item, wanted)));
  if (isNode(pattern))
    return isNode(value) && Object.entries(pattern).every(([key, wanted]) => contains(value[key], wanted));
  return value === pattern;
}
