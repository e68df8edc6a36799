// Whole lives of generated patients, imported as FHIR files: everything that is in the files is in the charts, once.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { gunzipSync } from 'node:zlib';
import type { FhirResource } from 'fhir/r4';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type KeptText, readText } from '../src/copy/kept-text.ts';
import { HIDDEN, PERSON_ROW, partCode } from '../src/copy/part-codes.ts';
import { FOREVER } from '../src/copy/schema.ts';
import type { PatientKey } from '../src/domain/identity.ts';
import type { PatientCopy } from '../src/domain/patient-copy.ts';
import { dataFolder } from './support/corpus.ts';
import { House } from './support/house.ts';

const FOLDER = dataFolder('fhir-synthea-r4');
const files = existsSync(FOLDER) ? readdirSync(FOLDER).filter((name) => name.endsWith('.gz')) : [];
/** Hospitals and caregivers are no patients' data: they stand in the entries that name them. */
const OF_NO_PATIENT = new Set(['Organization', 'Practitioner']);
/** Reading a whole life takes a tenth of a second: every so manieth patient is compared one by one. */
const COMPARED_EVERY = process.env['RESERVKRAFT_TEST_LONG'] === '1' ? 1 : 20;

interface GeneratedBundle {
  readonly entry: readonly {
    readonly resource: { readonly resourceType: string; readonly identifier: readonly [{ readonly value: string }] };
  }[];
}
type Counts = Record<string, number>;
const count = (counts: Counts, type: string, by = 1): void => {
  counts[type] = (counts[type] ?? 0) + by;
};

/** What the files hold: of all patients, and of each by the number of the system that made them. */
function inFiles(): { all: Counts; each: Map<string, Counts> } {
  const all: Counts = {};
  const each = new Map<string, Counts>();
  for (const name of files)
    for (const line of gunzipSync(readFileSync(`${FOLDER}/${name}`))
      .toString('utf8')
      .split('\n')) {
      if (line === '') continue;
      const own: Counts = {};
      for (const { resource } of (JSON.parse(line) as GeneratedBundle).entry) {
        if (OF_NO_PATIENT.has(resource.resourceType)) continue;
        count(all, resource.resourceType);
        count(own, resource.resourceType);
        if (resource.resourceType === 'Patient') each.set(resource.identifier[0].value, own);
      }
    }
  return { all, each };
}

describe.skipIf(files.length === 0)('every patient of ../shared/data/fhir-synthea-r4', () => {
  let house: House;
  beforeAll(async () => {
    const feeds = [{ parts: ['person', 'stay', 'results', 'problems'] }];
    house = await House.start({ settings: { sources: [{ id: 'synthea', transport: 'fhir', feeds }] } });
  });
  afterAll(() => house.end());

  it('is taken in, and nothing is refused, set aside or unread', async () => {
    const { code, out } = await house.run(['import', FOLDER, '--source', 'synthea', '--json']);
    expect(JSON.parse(out)).toMatchObject({
      files: files.length,
      refused: 0,
      repeated: 0,
      received: inFiles().each.size,
    });
    expect(code).toBe(0);
    const [source] = (await house.settled()).sources;
    expect(source).toMatchObject({ setAside: 0, unread: 0, held: 0, waiting: 0 });
  }, 180_000);

  it('has every resource of the files in the copy, type by type', () => {
    const { copy, close } = house.kept();
    const rows = copy.prepare<[], { part: number; body: KeptText; members: KeptText | null }>(
      `SELECT part, body, members FROM fact WHERE until = ${FOREVER} AND (part < ${HIDDEN} OR part = ${PERSON_ROW})`,
    );
    const kept: Counts = {};
    for (const { part, body, members } of rows.iterate()) {
      if (part === partCode('stay')) count(kept, 'Encounter');
      else if (part === PERSON_ROW) count(kept, 'Patient');
      else count(kept, (JSON.parse(readText(body)) as FhirResource).resourceType);
      if (members !== null)
        for (const { resource } of JSON.parse(readText(members)) as { resource: FhirResource }[])
          count(kept, resource.resourceType);
    }
    close();
    expect(kept).toEqual(inFiles().all);
  });

  it('has its own resources and no other patient’s', () => {
    const { copy, station, close } = house.kept();
    const numbers = copy
      .prepare<[string], PatientKey>('SELECT handle FROM identity WHERE id = ? ORDER BY no LIMIT 1')
      .pluck();
    for (const [number, own] of [...inFiles().each].filter((_, index) => index % COMPARED_EVERY === 0)) {
      const patient = station.reader.patient(numbers.get(number) ?? ('' as PatientKey), { everything: true });
      expect(patient && countsOf(patient)).toEqual(own);
    }
    close();
  }, 180_000);

  it('handed in once more changes nothing that anybody reads', async () => {
    const before = rows(house);
    expect(before.length).toBeGreaterThan(10_000);
    const { out } = await house.run(['import', `${FOLDER}/${files[0]}`, '--source', 'synthea', '--json']);
    expect(JSON.parse(out)).toMatchObject({ refused: 0 });
    await house.settled();
    expect(isDeepStrictEqual(rows(house), before)).toBe(true);
  });
});

function countsOf(patient: PatientCopy): Counts {
  const counts: Counts = {};
  if (patient.person !== null) count(counts, 'Patient');
  if (patient.stays.length > 0) count(counts, 'Encounter', patient.stays.length);
  for (const { part, entries } of Object.values(patient.parts))
    for (const { resource, members } of part === 'stay' ? [] : entries)
      for (const one of [resource, ...members.map((member) => member.resource)]) count(counts, one.resourceType);
  return counts;
}

/** What a reader can see. A goal without a time of its own stands at its last arrival. */
function rows(house: House): unknown[] {
  const { copy, close } = house.kept();
  const all = copy
    .prepare(
      `SELECT identity, part, at, key, source, state, CASE WHEN part < ${HIDDEN} THEN body END, members FROM fact
       WHERE until = ${FOREVER} AND key NOT LIKE 'Goal/%' ORDER BY identity, part, key, source`,
    )
    .raw()
    .all();
  close();
  return all;
}
