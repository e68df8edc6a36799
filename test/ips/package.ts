// An IPS package as published (FHIR NPM package, `.tgz`): its profiles, read without unpacking to disk.

import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

export interface ElementType {
  readonly code: string;
  readonly profile?: readonly string[];
  readonly targetProfile?: readonly string[];
}

export interface ElementDefinition {
  readonly id: string;
  readonly path: string;
  readonly min: number;
  readonly max: string;
  readonly base?: { readonly max: string };
  readonly sliceName?: string;
  readonly slicing?: { readonly discriminator?: readonly { readonly type: string; readonly path: string }[] };
  readonly contentReference?: string;
  readonly type?: readonly ElementType[];
  readonly [fixedOrPattern: string]: unknown;
}

export interface Profile {
  readonly url: string;
  readonly type: string;
  readonly snapshot: { readonly element: readonly ElementDefinition[] };
}

export type Profiles = ReadonlyMap<string, Profile>;

/** Every StructureDefinition in a package, by url; null when the file is not there. */
export function readProfiles(file: string): Profiles | null {
  if (!existsSync(file)) return null;
  const profiles = new Map<string, Profile>();
  for (const [name, bytes] of tarEntries(gunzipSync(readFileSync(file)))) {
    if (!/^package\/StructureDefinition-[^/]+\.json$/.test(name)) continue;
    const profile = JSON.parse(bytes.toString('utf8')) as Profile;
    profiles.set(profile.url, profile);
  }
  return profiles;
}

/** The examples published with a package, by file name. */
export function readExamples(file: string): ReadonlyMap<string, unknown> {
  const examples = new Map<string, unknown>();
  for (const [name, bytes] of tarEntries(gunzipSync(readFileSync(file))))
    if (/^package\/example\/.+\.json$/.test(name) && !name.endsWith('.index.json'))
      examples.set(name.slice('package/example/'.length), JSON.parse(bytes.toString('utf8')));
  return examples;
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
