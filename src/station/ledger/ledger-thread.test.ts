import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { EntryDraft } from '../../domain/ledger-entry.ts';
import { LedgerReader } from '../../ledger/ledger-reader.ts';
import { readJson } from '../../ledger/opening.ts';
import { limits } from '../../limits.ts';
import { SystemClock } from '../clock.ts';
import { StationKeys } from '../files/keys.ts';
import { openDatabase } from '../files/open-database.ts';
import { LedgerThread } from './ledger-thread.ts';

const keys = new StationKeys(Buffer.alloc(32, 7));
let folder: string;
let told: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reservkraft-ledger-'));
  told = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

const draft = (number: number): EntryDraft => ({
  ...{ kind: 'chart.read', eventAt: number, author: 'prov', unit: null, patient: null },
  body: {},
});
const start = (dataFolder: string, faultModule?: string) =>
  LedgerThread.start({
    ...(faultModule === undefined ? {} : { faultModule }),
    ...{ dataFolder, keys, station: 'prov', clock: new SystemClock() },
    onNote: ({ code, detail }) => told.push(`${code} ${detail}`),
    onDied: (error) => told.push(`died ${error instanceof Error ? error.name : ''}`),
  });

function kept() {
  const db = openDatabase({
    file: join(folder, 'ledger.db'),
    key: keys.database('ledger'),
    role: 'ledger',
    readonly: true,
  });
  return { reader: new LedgerReader(db), close: () => db.close() };
}

/** Asks in turns of the event loop until it is so; the test's own limit ends it otherwise. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 10));
}

it('while the disk refuses, entries wait in a bounded queue; what is beyond it is counted in an entry of its own afterwards', {
  timeout: 60_000,
}, async () => {
  const inTheWay = join(folder, 'ledger.db');
  mkdirSync(inTheWay);
  const ledger = await start(folder);
  expect(ledger.remark).toMatch(/^Läsningen kan inte loggas just nu/);
  const beyond = 5;
  const answers: Promise<boolean>[] = [];
  for (let number = 0; number < limits.ledgerQueueMax + beyond; number++) answers.push(ledger.append(draft(number)));
  expect(new Set(await Promise.all(answers))).toEqual(new Set([false]));
  expect(ledger.status).toMatchObject({ state: 'waiting', waiting: limits.ledgerQueueMax, lost: beyond });
  rmSync(inTheWay, { recursive: true });
  await until(() => ledger.status.waiting === 0 && ledger.status.lost === 0);
  expect(ledger.remark).toBeNull();
  expect(await ledger.append(draft(1))).toBe(true);
  await ledger.stop();
  expect(told).toEqual([`ledger.gap ${beyond} poster`]);
  const { reader, close } = kept();
  // Opening, what waited, the gap, and one more.
  expect(reader.count()).toBe(limits.ledgerQueueMax + 3);
  const [gap] = reader.show({ kind: 'ledger.gap' });
  expect(readJson(gap?.body?.content ?? Buffer.alloc(0))).toEqual({
    from: limits.ledgerQueueMax,
    to: limits.ledgerQueueMax + beyond - 1,
    lost: { 'chart.read': beyond },
  });
  expect(reader.check(null).faults).toEqual([]);
  close();
});

it('a fault of ours in the thread keeps nobody from reading: it is begun again, and what it had is counted', async () => {
  process.env['RESERVKRAFT_THROW'] = 'after-ledger-commit';
  const ledger = await start(folder, new URL('../../../test/children/throw-at.ts', import.meta.url).href);
  expect(await ledger.append(draft(1))).toBe(false);
  delete process.env['RESERVKRAFT_THROW'];
  expect(ledger.remark).not.toBeNull();
  expect(await ledger.append(draft(2))).toBe(false);
  await until(() => ledger.remark === null && ledger.status.waiting === 0);
  await ledger.stop();
  expect(told).toEqual(['died RangeError', 'ledger.gap 1 poster']);
  const { reader, close } = kept();
  expect(reader.show({ kind: 'chart.read' }).map(({ entry }) => entry.eventAt)).toEqual([2, 1]);
  expect(reader.show({ kind: 'ledger.gap' })).toHaveLength(1);
  expect(reader.check(null).faults).toEqual([]);
  close();
});

it('what a device tells again is no gap, however often it found no place or met a thread that ended', {
  timeout: 60_000,
}, async () => {
  const read = { ...draft(1), body: { told: '5f8d1c1e-0000-4000-8000-000000000001', readBy: 'N1' } };
  process.env['RESERVKRAFT_THROW'] = 'after-ledger-commit';
  const first = await start(folder, new URL('../../../test/children/throw-at.ts', import.meta.url).href);
  expect(await first.append(read)).toBe(false);
  delete process.env['RESERVKRAFT_THROW'];
  await until(() => first.remark === null);
  expect(first.status.lost).toBe(0);
  expect(await first.append(read)).toBe(true);
  await first.stop();
  const elsewhere = join(folder, 'full');
  mkdirSync(join(elsewhere, 'ledger.db'), { recursive: true });
  const full = await start(elsewhere);
  for (let number = 0; number < limits.ledgerQueueMax; number++) void full.append(draft(number));
  expect(full.isCrowded).toBe(true);
  expect([await full.append(read), await full.append(read)]).toEqual([false, false]);
  expect(full.status).toMatchObject({ waiting: limits.ledgerQueueMax, lost: 0 });
  rmSync(join(elsewhere, 'ledger.db'), { recursive: true });
  await until(() => full.status.waiting === 0);
  expect(await full.append(read)).toBe(true);
  await full.stop();
  expect(told).toEqual(['died RangeError']);
});

it('read through at night it is found whole, not whole, or damaged; and a damaged file is replaced', async () => {
  const ledger = await start(folder);
  for (let number = 1; number <= 3; number++) await ledger.append(draft(number));
  expect(await ledger.check()).toBe('whole');
  const file = join(folder, 'ledger.db');
  const db = openDatabase({ file, key: keys.database('ledger'), role: 'ledger' });
  db.exec('DELETE FROM body WHERE position = 2');
  expect(await ledger.check()).toBe('broken');
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
  const bytes = readFileSync(file);
  bytes.fill(0x5a, bytes.length - 3_000, bytes.length - 2_000);
  writeFileSync(file, bytes);
  expect(await ledger.check()).toBe('damaged');
  await until(() => told.length > 0);
  expect(told).toEqual([expect.stringMatching(/^ledger.damaged \d poster lästa, skrivna till nummer 4/)]);
  expect(await ledger.append(draft(4))).toBe(true);
  await ledger.stop();
});

it('after its end nothing is promised', async () => {
  const ledger = await start(folder);
  expect(await ledger.append(draft(1))).toBe(true);
  await ledger.stop();
  expect(await ledger.append(draft(2))).toBe(false);
});

it('what a device tells again while the disk refuses waits once, and is answered as not written yet', async () => {
  const inTheWay = join(folder, 'ledger.db');
  mkdirSync(inTheWay);
  const ledger = await start(folder);
  const read = { ...draft(1), body: { told: '5f8d1c1e-0000-4000-8000-000000000001', readBy: 'N1' } };
  expect([await ledger.append(read), await ledger.append(read)]).toEqual([false, false]);
  expect(ledger.status.waiting).toBe(1);
  rmSync(inTheWay, { recursive: true });
  await until(() => ledger.status.waiting === 0);
  expect(await ledger.append(read)).toBe(true);
  await ledger.stop();
  const { reader, close } = kept();
  expect(reader.show({ kind: 'chart.read' })).toHaveLength(1);
  close();
});
