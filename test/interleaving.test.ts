// Messages of many systems, each in its own order, come in between each other in any way: what readers see is the same.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CopyReader } from '../src/copy/read/copy-reader.ts';
import { prepareCopySchema } from '../src/copy/schema.ts';
import { CopyWriter } from '../src/copy/write/copy-writer.ts';
import type { PatientKey } from '../src/domain/identity.ts';
import type { Received } from '../src/domain/received.ts';
import { realFiles, whyNoRealFiles } from '../src/intake/hl7v2/real-files.fixture.ts';
import { interpret } from '../src/intake/interpret.ts';
import { StationKeys } from '../src/station/files/keys.ts';
import { openDatabase } from '../src/station/files/open-database.ts';
import { TEST_KEY } from './station-fixture.ts';
import { DATA } from './support/corpus.ts';
import { House } from './support/house.ts';

const RUNS = 4;
const keys = new StationKeys(TEST_KEY);
/** One moment for all: when something came differs between interleavings, what was said does not. */
const ARRIVAL = { wallMs: Date.UTC(2026, 10, 22, 10), monotonicMs: 1_000_000, boot: 'test' };

describe.skipIf(whyNoRealFiles !== null)('messages of a hundred systems', () => {
  let folder: string;
  let received: readonly Received[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'reservkraft-interleaved-'));
    const house = await House.start();
    const folders = [...new Set(realFiles().map(({ name }) => join(DATA, name.split('/')[0] ?? '')))];
    await house.run(['send', ...folders, '--to', house.mllp, '--quiet']);
    await house.settled();
    const kept = house.kept();
    received = kept.station
      .inbox()
      .read(1, 10_000)
      .filter(({ format }) => format === 'hl7v2');
    kept.close();
    await house.end();
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('give the same charts however they come in between each other', () => {
    const sources = [...new Set(received.map(({ source }) => source))];
    expect(sources.length).toBeGreaterThan(50);
    const asTheyCame = copyOf(received);
    expect(asTheyCame.size).toBeGreaterThan(150);
    let run = 0;
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat(1_000_000)), (choices) => {
        const queues = new Map(sources.map((source) => [source, received.filter((row) => row.source === source)]));
        const mixed: Received[] = [];
        for (const choice of choices) {
          const waiting = [...queues].filter(([, rows]) => rows.length > 0);
          const [, rows] = waiting[choice % waiting.length] ?? [];
          const row = rows?.shift();
          if (row === undefined) break;
          mixed.push(row);
        }
        const copy = copyOf(mixed, ++run);
        for (const [key, patient] of asTheyCame) expect(copy.get(key)).toEqual(patient);
        expect(copy.size).toBe(asTheyCame.size);
      }),
      { numRuns: RUNS, seed: 20261122 },
    );
  });

  /** Every patient as a reader gets them, from a copy made of these rows; without the numbers of the rows. */
  function copyOf(rows: readonly Received[], run = 0): Map<PatientKey, unknown> {
    const options = { file: join(folder, `${run}.db`), key: keys.database('copy'), role: 'copy' as const };
    const db = openDatabase(options);
    prepareCopySchema(db);
    const numbered = rows.map((row, index) => ({ ...row, seq: index + 1, arrival: ARRIVAL }));
    const writer = new CopyWriter({
      db,
      interpret,
      received: (seq) => numbered[seq - 1],
      handleOf: (identity) => keys.handle(identity),
    });
    writer.applyBatch(numbered);
    const reader = new CopyReader({ db, units: [] });
    const handles = db.prepare<[], PatientKey>('SELECT DISTINCT handle FROM identity').pluck().all();
    const patients = new Map<PatientKey, unknown>();
    for (const handle of handles) {
      const patient = reader.patient(handle);
      if (patient !== null) patients.set(handle, { ...patient, sequence: 0, identities: new Set(patient.identities) });
    }
    db.close();
    return patients;
  }
});
