// Bundles by other people's systems (../shared/data, see the NOTICE of each folder): nothing of a patient may be lost, given
// to another, or make the reader fall.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Change, ResourceChange } from '../../domain/changes.ts';
import { interpretFhir } from './interpret.ts';
import { at, peopleOf, read, received, resourcesOf, source } from './reading.fixture.ts';
import { splitFhir } from './split.ts';

const DATA = fileURLToPath(new URL('../../../../shared/data/', import.meta.url));

function filesOf(folder: string, ending: RegExp): string[] {
  const root = join(DATA, folder);
  if (!existsSync(root)) return [];
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && ending.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

const synthea = filesOf('fhir-synthea-r4', /\.ndjson\.gz$/);
const summaries = filesOf('fhir-ips-viewer-samples', /\.json$/);
const messages = filesOf('fhir-cdc-reportstream', /\.fhir$/);
const odd = filesOf('fhir-ms-server', /\.json$/);
const absent = 'the shared data folder is not here';

interface Parsed {
  readonly type?: string;
  readonly entry?: readonly {
    readonly fullUrl?: string;
    readonly resource?: { readonly resourceType: string; readonly id?: string; readonly [name: string]: unknown };
  }[];
}

/** Every resource a reading keeps, with the members of reports and panels. */
function keptOf(changes: readonly Change[]): { type: string; id: string | undefined }[] {
  return changes.flatMap((change): { type: string; id: string | undefined }[] => {
    if (change.kind === 'person') return [{ type: 'Patient', id: change.subject.id }];
    if (change.kind !== 'resource') return [];
    return [change.resource, ...(change.members ?? []).map(({ resource }) => resource)].map(({ resourceType, id }) => ({
      type: resourceType,
      id,
    }));
  });
}

function countByType(resources: readonly { type: string; id: string | undefined }[]): Record<string, number> {
  const counts: Record<string, number> = {};
  const seen = new Set<string>();
  for (const { type, id } of resources) {
    if (id !== undefined && seen.has(`${type}/${id}`)) continue;
    seen.add(`${type}/${id}`);
    counts[type] = (counts[type] ?? 0) + 1;
  }
  return counts;
}

describe.skipIf(synthea.length === 0)(`whole lives by Synthea (skipped when ${absent})`, () => {
  it.each(synthea)('%s: every resource of every patient is kept, under that patient and nobody else', (file) => {
    const pieces = splitFhir(readFileSync(file));
    if (typeof pieces === 'string') throw new Error(pieces);
    expect(pieces.length).toBeGreaterThan(0);
    for (const piece of pieces) {
      const bundle = JSON.parse(Buffer.from(piece).toString()) as Parsed;
      const reading = interpretFhir(received(piece), source);
      const expected = (bundle.entry ?? [])
        .map(({ resource }) => ({ type: resource?.resourceType ?? '', id: resource?.id }))
        .filter(({ type }) => type !== 'Organization' && type !== 'Practitioner');
      expect(countByType(keptOf(reading.changes))).toEqual(countByType(expected));
      expect(reading.alarms).toEqual([]);
      const people = peopleOf(reading).map(({ subject }) => subject);
      for (const change of resourcesOf(reading)) expect(people).toContainEqual(change.subject);
      expect(people).toHaveLength(1);
    }
  });
});

describe.skipIf(summaries.length === 0)(`patient summaries of sixteen countries (skipped when ${absent})`, () => {
  it.each(summaries)(
    '%s: every section is kept with its text, and each entry with its person or told as missing',
    (file) => {
      const text = readFileSync(file, 'utf8');
      const bundle = JSON.parse(text) as Parsed;
      const reading = read(text);
      const original = bundle.entry?.find(({ resource }) => resource?.resourceType === 'Composition')?.resource;
      const kept = resourcesOf(reading).find(({ resource }) => resource.resourceType === 'Composition');
      expect(kept?.part).toBe('notes');
      const titles = (sections: unknown): unknown =>
        (sections as { title?: string; code?: unknown; text?: unknown }[]).map(({ title, code, text }) => ({
          title,
          code,
          text,
        }));
      expect(titles(at(kept?.resource, 'section'))).toEqual(titles(original?.['section']));
      const about = (bundle.entry ?? []).filter(
        ({ resource }) => resource?.['patient'] !== undefined || resource?.['subject'] !== undefined,
      );
      const told = reading.alarms.map(({ detail }) => Number(/: (\d+) \w+ without a patient/.exec(detail)?.[1] ?? 0));
      const others = keptOf(reading.changes).filter(({ type }) => type !== 'Patient').length;
      expect(others + told.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(about.length);
    },
  );

  it('state no allergies only where a code or reason says so', () => {
    const stated = summaries.filter((file) =>
      read(readFileSync(file, 'utf8')).changes.some(
        (change) => change.kind === 'part-snapshot' && change.part === 'allergies' && change.statedNone,
      ),
    );
    for (const file of stated) expect(readFileSync(file, 'utf8')).toMatch(/716186003|no-known-allergies|nilknown/);
    expect(stated.length).toBeGreaterThan(3);
  });

  it('never give one relative’s allergy to the patient', () => {
    const file = summaries.find((name) => name.endsWith('CY_Andreas_Ioannou_01.json'));
    if (file === undefined) return expect(summaries).not.toEqual([]);
    const reading = read(readFileSync(file, 'utf8'));
    expect(peopleOf(reading)).toHaveLength(10);
    const subjects = new Set(resourcesOf(reading).map(({ subject }) => `${subject.domain}|${subject.id}`));
    expect(subjects.size).toBeGreaterThan(1);
  });
});

describe.skipIf(messages.length === 0)(`laboratory messages (skipped when ${absent})`, () => {
  it.each(messages)('%s: nothing of a patient is passed by in silence', (file) => {
    const pieces = splitFhir(readFileSync(file));
    if (typeof pieces === 'string') throw new Error(pieces);
    for (const piece of pieces) {
      const reading = interpretFhir(received(piece), source);
      expect(reading.type).toBe('Bundle/message');
      const bundle = JSON.parse(Buffer.from(piece).toString()) as Parsed;
      const reports = (bundle.entry ?? []).filter(
        ({ resource }) => resource?.resourceType === 'DiagnosticReport',
      ).length;
      const told = reading.alarms.map(({ detail }) =>
        Number(/: (\d+) DiagnosticReport without/.exec(detail)?.[1] ?? 0),
      );
      const kept = resourcesOf(reading).filter(({ resource }) => resource.resourceType === 'DiagnosticReport').length;
      expect(kept + told.reduce((sum, count) => sum + count, 0)).toBe(reports);
      const patients = new Set(peopleOf(reading).map(({ subject }) => JSON.stringify(subject)));
      for (const { subject } of resourcesOf(reading)) expect(patients.has(JSON.stringify(subject))).toBe(true);
    }
  });

  it.each(['bundle_multiple_bundles.fhir', 'batch_valid_data.fhir'])(
    '%s holds two bundles, and laid end to end they are the file',
    (name) => {
      const file = messages.find((path) => path.endsWith(name));
      const bytes = readFileSync(file ?? '');
      const pieces = splitFhir(bytes);
      expect(pieces).toHaveLength(2);
      expect(Buffer.concat(pieces as Uint8Array[])).toEqual(bytes);
    },
  );
});

describe.skipIf(odd.length === 0)(
  `odd and wrong resources of a FHIR server’s own tests (skipped when ${absent})`,
  () => {
    it.each(odd)('%s is read, kept unread or set aside', (file) => {
      const reading = interpretFhir(received(readFileSync(file)), source);
      expect(['understood', 'unread', 'set-aside']).toContain(reading.outcome);
      if (reading.outcome !== 'understood') expect(reading.reason).toMatch(/\w/);
    });
  },
);

/** Names at which a bundle is cut, bent or filled with something else. */
const ODD_VALUES: readonly unknown[] = [
  null,
  [],
  {},
  [null],
  [[]],
  '',
  'Patient/1',
  7,
  true,
  { reference: 7 },
  { coding: [null] },
  { coding: 'x' },
];

function mutate(value: unknown, choices: Iterator<number>): unknown {
  const pick = (): number => choices.next().value as number;
  if (pick() % 40 === 0) return ODD_VALUES[pick() % ODD_VALUES.length];
  if (Array.isArray(value)) return value.map((item) => mutate(item, choices));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inside]) => [pick() % 60 === 0 ? 'entry' : name, mutate(inside, choices)]),
  );
}

function* numbersFrom(seed: number): Generator<number, number> {
  let state = seed;
  for (;;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state >>> 8;
  }
}

describe('anything at all', () => {
  const samples = [...summaries.slice(0, 12), ...messages.slice(0, 12), ...odd.slice(0, 40)]
    .map((file) => readFileSync(file, 'utf8'))
    .filter((text) => text.length < 120_000);
  const bodies =
    samples.length > 0
      ? samples
      : [
          JSON.stringify({
            resourceType: 'Bundle',
            type: 'batch',
            entry: [{ resource: { resourceType: 'Patient', id: '1' } }],
          }),
        ];

  it('never throws: bundles with elements bent out of shape', () => {
    const parsed = bodies.flatMap((text): unknown[] => {
      try {
        return [JSON.parse(text)];
      } catch {
        return [];
      }
    });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: parsed.length - 1 }), fc.nat(), (index, seed) => {
        const reading = read(mutate(parsed[index], numbersFrom(seed)));
        expect(reading.changes.every(({ kind }) => typeof kind === 'string')).toBe(true);
      }),
      { seed: 20261122, numRuns: 600 },
    );
  });

  it('never throws: bytes cut, swapped and inserted; and the pieces are always the bytes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: bodies.length - 1 }),
        fc.nat(),
        fc.uint8Array({ maxLength: 12 }),
        fc.boolean(),
        (index, where, bytes, isCut) => {
          const original = Buffer.from(bodies[index] ?? '');
          const cut = where % (original.length + 1);
          const mutated = Buffer.concat([
            original.subarray(0, cut),
            bytes,
            isCut ? Buffer.alloc(0) : original.subarray(cut + bytes.length),
          ]);
          expect(typeof interpretFhir(received(mutated), source).outcome).toBe('string');
          const pieces = splitFhir(mutated);
          if (typeof pieces !== 'string') expect(Buffer.concat(pieces).equals(mutated)).toBe(true);
        },
      ),
      { seed: 20261122, numRuns: 600 },
    );
  });

  it('never gives a patient of one bundle a resource of another’s: mutated references only ever lead to somebody named', () => {
    const kept = (changes: readonly ResourceChange[]): boolean =>
      changes.every(({ subject }) => subject.id !== '' && subject.domain !== '');
    fc.assert(
      fc.property(fc.string(), (reference) =>
        kept(resourcesOf(read({ resourceType: 'Observation', id: 'o', subject: { reference } }))),
      ),
      { seed: 20261122, numRuns: 2000 },
    );
  });
});
