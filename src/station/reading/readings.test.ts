import { closeSync, copyFileSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CopyReader } from '../../copy/read/copy-reader.ts';
import { prepareCopySchema } from '../../copy/schema.ts';
import { CopyWriter } from '../../copy/write/copy-writer.ts';
import { Failure } from '../../domain/failures.ts';
import { sourceId, unitId } from '../../domain/identity.ts';
import { PERSONNUMMER } from '../../domain/identity-domains.ts';
import { unmarked } from '../../domain/unit-use/unit-use.fixture.ts';
import { interpret } from '../../intake/interpret.ts';
import { StationKeys } from '../files/keys.ts';
import { openDatabase } from '../files/open-database.ts';
import { Readings } from './readings.ts';

/** Skatteverket's published test number. */
const ANNA = { domain: PERSONNUMMER, id: '189001019802' };
const keys = new StationKeys(Buffer.alloc(32, 7));
const key = keys.database('copy');

let folder: string;
let readings: Readings;
let reader: CopyReader;
let open: { close(): void }[];
let told: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'readings-'));
  open = [];
  told = [];
  makeCopy('copy.db', 'Övning');
  start();
});
afterEach(async () => {
  await readings.stop();
  for (const db of open) db.close();
  rmSync(folder, { recursive: true });
});

function start(worker?: URL): void {
  const db = openDatabase({ file: join(folder, 'copy.db'), key, role: 'copy', readonly: true });
  open.push(db);
  reader = new CopyReader({ db, units: [] });
  readings = new Readings({
    station: 'test',
    dataFolder: folder,
    keys,
    boot: 'test',
    units: [{ id: unitId('KIR2'), name: 'Kirurgen 2', listKind: 'bed' }],
    names: { unitNames: {}, sourceNames: {} },
    reader: () => reader,
    marks: () => unmarked('KIR2'),
    onDamage: () => told.push('damage'),
    onEnded: (thread, why) => told.push(`${thread} ${why}`),
    ...(worker === undefined ? {} : { worker }),
  });
}

/** A copy in which Anna has this family name and lies on KIR2. */
function makeCopy(name: string, family: string): void {
  const db = openDatabase({ file: join(folder, name), key, role: 'copy' });
  prepareCopySchema(db);
  const handleOf = (identity: Parameters<StationKeys['handle']>[0]) => keys.handle(identity);
  const writer = new CopyWriter({ db, interpret, received: () => undefined, handleOf });
  const raw = [
    'MSH|^~\\&|JOURNAL|HUS|RK|RK|20261122090100+0000||ADT^A01^ADT_A01|A1|P|2.5|||||SWE|UNICODE UTF-8',
    'EVN|A01|20261122090100+0000',
    `PID|1||${ANNA.id}^^^SKV^NNSWE||${family}^Anna||18900101|F`,
    'PV1|1|I|KIR2^1^2||||||||||||||||V100',
  ].join('\r');
  const arrival = { wallMs: Date.UTC(2026, 10, 22, 10), boot: 'test', monotonicMs: 0 };
  writer.applyBatch([{ seq: 1, source: sourceId('journal'), format: 'hl7v2', arrival, raw: Buffer.from(raw) }]);
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
}

const families = async (text: string) =>
  (await readings.search(text, {})).hits.map(({ person }) => person?.name?.[0]?.family);
const question = { parameters: new Map(), base: 'http://127.0.0.1/fhir' };

describe('reading beside the main thread', () => {
  it('a name, an overview of units and a whole chart are answered from the same copy', async () => {
    readings.warm();
    expect(await families('övn anna')).toEqual(['Övning']);
    expect(await readings.unitSummaries(undefined)).toMatchObject([{ unit: 'KIR2', counts: { present: 1 } }]);
    expect(await readings.unitList(unitId('KIR2'), undefined, null)).toMatchObject({
      name: 'Kirurgen 2',
      rows: [{ kind: 'present' }],
    });
    await expect(readings.unitList(unitId('KIR9'), undefined, null)).rejects.toMatchObject({ code: 'unit.not-found' });
    const handle = keys.handle(ANNA);
    const asked = { ...question, what: 'everything', id: handle } as const;
    const bundle: unknown = JSON.parse(await readings.facade(asked));
    expect(bundle).toMatchObject({ resourceType: 'Bundle', entry: [{ resource: { resourceType: 'Patient' } }, {}] });
    const summary: unknown = JSON.parse(await readings.facade({ ...question, what: 'summary', id: handle }));
    expect(summary).toMatchObject({ resourceType: 'Bundle', type: 'document' });
    await expect(readings.facade({ ...question, what: 'patient', id: 'a'.repeat(26) })).rejects.toMatchObject({
      code: 'patient.not-found',
    });
    expect(told).toEqual([]);
  });

  it('a number is found and a chart is read while a search hangs', async () => {
    await readings.stop();
    start(new URL('./reading-worker.fixture.ts', import.meta.url));
    const hanging = readings.search('hang', {}).catch((error: unknown) => error);
    expect(await families(ANNA.id)).toEqual(['Övning']);
    expect(reader.patient(keys.handle(ANNA))?.stays).toHaveLength(1);
    await readings.stop();
    expect(await hanging).toBeInstanceOf(Failure);
  });

  it('when the copy has been made again it is the new one that is read', async () => {
    expect(await families('anna')).toEqual(['Övning']);
    makeCopy('new.db', 'Öhman');
    replaceCopy('new.db');
    readings.reopen();
    expect(await families('anna')).toEqual(['Öhman']);
  });

  it('a damaged page is told, refused with words, and forgotten when the copy is whole again', async () => {
    copyFileSync(join(folder, 'copy.db'), join(folder, 'whole.db'));
    damageNames();
    await expect(readings.search('anna', {})).rejects.toMatchObject({ code: 'copy.starting' });
    expect(told).toEqual(['damage']);
    replaceCopy('whole.db');
    readings.reopen();
    await vi.waitFor(async () => expect(await families('anna')).toEqual(['Övning']), { timeout: 20_000 });
  });
});

/** Not the first pages: that a file can't be opened at all is what a copy being made again looks like too. */
function damageNames(): void {
  const db = openDatabase({ file: join(folder, 'copy.db'), key, role: 'copy', readonly: true });
  const page = db.prepare<[], number>("SELECT rootpage FROM sqlite_schema WHERE name = 'name'").pluck().get() ?? 0;
  db.close();
  const file = openSync(join(folder, 'copy.db'), 'r+');
  writeSync(file, Buffer.alloc(16, 1), 0, 16, (page - 1) * 4096 + 200);
  closeSync(file);
}

function replaceCopy(name: string): void {
  for (const beside of ['', '-wal', '-shm']) rmSync(join(folder, `copy.db${beside}`), { force: true });
  copyFileSync(join(folder, name), join(folder, 'copy.db'));
}
