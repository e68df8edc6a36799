// Words erased by lawful decision, at the station's own files: what goes, what stays, and what never may.

import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3-multiple-ciphers';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { EntryKind } from '../../domain/entry-kinds.ts';
import { patientKey, unitId } from '../../domain/identity.ts';
import type { EntryDraft } from '../../domain/ledger-entry.ts';
import { CHECK_KINDS, DailyChecks } from '../checks/daily-checks.ts';
import { SystemClock } from '../clock.ts';
import { prepareDataFolder } from '../files/data-folder.ts';
import { loadStationKeys, type StationKeys } from '../files/keys.ts';
import { entriesBefore } from './entries-before.ts';
import { LedgerThread } from './ledger-thread.ts';
import { NamedEntries } from './named-entries.ts';
import { openLedgerForReading } from './reading-ledger.ts';

const WORDS = 'medvetslös på akuten';
const PATIENT = 'p'.repeat(26);
const NURSE = 'SE0000000000-N1';
const EVA = { id: 'SE0000000000-L1', name: 'Eva Ek', title: 'vårdenhetschef' } as never;
const BO = { id: 'SE0000000000-D1', name: 'Bo Alm', title: 'överläkare' } as never;
const clock = new SystemClock();

let settings: { dataFolder: string; keyFile: string };
let keys: StationKeys;
let ledger: LedgerThread;
let checks: DailyChecks;
let entries: NamedEntries;
beforeEach(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'reservkraft-named-'));
  settings = { dataFolder: join(folder, 'data'), keyFile: join(folder, 'station.key') };
  prepareDataFolder(settings.dataFolder);
  keys = loadStationKeys({ file: settings.keyFile, dataFolder: settings.dataFolder });
  ledger = await LedgerThread.start({
    ...{ dataFolder: settings.dataFolder, keys, station: 'prov', clock },
    ...{ onNote: () => {}, onDied: () => {} },
  });
  checks = new DailyChecks({ clock, ledger, told: [], keysOf: (patient) => [patient] });
  entries = new NamedEntries({ settings, ledger, checks, now: () => clock.now().wallMs });
});
afterEach(async () => {
  await ledger.stop();
  rmSync(join(settings.dataFolder, '..'), { recursive: true });
});

/** @returns the entry's id. */
async function write(kind: EntryKind, over: Partial<EntryDraft> = {}): Promise<string> {
  const draft = { eventAt: clock.now().wallMs, author: NURSE, unit: 'KIR', patient: PATIENT, body: { reason: WORDS } };
  await ledger.append({ kind, ...draft, ...over });
  return reading((reader) => reader.show({ kind })[0]?.entry.id ?? '');
}

function reading<T>(read: (reader: ReturnType<typeof openLedgerForReading>['reader']) => T): T {
  const kept = openLedgerForReading(settings);
  try {
    return read(kept.reader);
  } finally {
    kept.close();
  }
}

const reviewed = (entry: string) =>
  write('access.reviewed', { author: 'SE0000000000-L1', patient: null, body: { entry, finding: 'rätt' } });

/** Every byte of the file and its log, without the cipher. */
function lyingThere(): string {
  const copy = join(settings.dataFolder, '..', 'clear.db');
  for (const beside of ['', '-wal']) copyFileSync(join(settings.dataFolder, `ledger.db${beside}`), `${copy}${beside}`);
  const db = new Sqlite(copy);
  db.pragma("cipher='aegis'");
  db.pragma(`key='raw:${keys.database('ledger').toString('hex')}'`);
  db.pragma('journal_mode=delete');
  db.pragma("rekey=''");
  db.close();
  return readFileSync(copy).toString('utf8');
}

it('what somebody wrote goes from the file, its log and what is derived; the rest of the entry stays, and the ledger is whole', async () => {
  const opening = await write('access.emergency', { body: { name: 'Anna', reason: WORDS, consent: 'cannot-ask' } });
  await expect(entries.erase(opening, [EVA, BO], 'IVO 1')).rejects.toThrow(/inte granskad/);
  await reviewed(opening);
  expect(entries.erasable(opening)).toMatchObject({ kind: 'access.emergency', author: NURSE, isOfPatient: true });
  expect(lyingThere()).toContain(WORDS);
  const { entry: said, isInLog } = await entries.erase(opening, [EVA, BO], 'IVO 1');
  expect([isInLog, lyingThere().includes(WORDS), lyingThere().includes('Eva Ek')]).toEqual([false, false, true]);
  reading((reader) => {
    expect(reader.check(null).faults).toEqual([]);
    expect(reader.named(opening)).toMatchObject({ body: null, entry: { author: NURSE, patient: PATIENT } });
    const [last] = reader.show({ kind: 'ledger.erased' });
    expect(last?.entry).toMatchObject({ id: said, author: 'SE0000000000-L1', patient: PATIENT });
    expect(JSON.parse(String(last?.body?.content))).toMatchObject({
      by: ['Eva Ek, vårdenhetschef (SE0000000000-L1)', 'Bo Alm, överläkare (SE0000000000-D1)'],
      decision: 'IVO 1',
    });
  });
  await expect(entries.erase(opening, [EVA, BO], 'IVO 1')).rejects.toThrow(/redan utplånad/);
  expect(entries.opening(opening)).toMatchObject({ reason: 'utplånat', review: { finding: 'rätt' } });
});

it('while somebody reads the ledger it is said to lie in its log yet, and goes when they are done', async () => {
  const note = await write('note');
  const reader = openLedgerForReading(settings);
  const pages = reader.reader.items();
  pages.next();
  expect(await entries.erase(note, [EVA, BO], 'IVO 1')).toMatchObject({ isInLog: true });
  expect(await ledger.append({ kind: 'note', eventAt: 1, author: 'x', unit: null, patient: null, body: {} })).toBe(
    true,
  );
  pages.return(undefined);
  reader.close();
  await expect.poll(() => lyingThere().includes(WORDS), { timeout: 20_000 }).toBe(false);
});

it('nobody erases who read, who was let in, what a unit’s state is counted from, or what they wrote themselves', async () => {
  const kinds = ['chart.read', 'access.account-opened', 'access.blocked', 'unit.put-in-use', 'ledger.gap'] as const;
  for (const kind of kinds) {
    const id = await write(kind);
    await expect(entries.erase(id, [EVA, BO], 'IVO 1')).rejects.toThrow(/ingen post med det numret kan utplånas/);
  }
  expect(() => entries.erasable('01890000-0000-7000-8000-000000000000')).toThrow(/ingen post med det numret/);
  const note = await write('note', { author: 'SE0000000000-D1' });
  await expect(entries.erase(note, [EVA, BO], 'IVO 1')).rejects.toThrow(/den som skrev posten/);
  expect(reading((reader) => reader.show({ kind: 'ledger.erased' }))).toEqual([]);
});

it('a block that was settled in words that are erased is under inquiry again, at once as after a restart', async () => {
  const [unit, patient] = [unitId('KIR'), patientKey(PATIENT)];
  const by = { author: NURSE, name: 'Anna' };
  await checks.made({ unit, patient, agrees: [], differs: ['results'] }, by);
  await checks.settled({ unit, patient, block: 'results', how: WORDS }, by);
  const id = reading((reader) => reader.show({ kind: 'check.settled' })[0]?.entry.id ?? '');
  expect(checks.of(patient)).toEqual([]);
  await entries.erase(id, [EVA, BO], 'IVO 1');
  const anew = new DailyChecks({
    ...{ clock, ledger, keysOf: (one) => [one] },
    told: entriesBefore(settings, CHECK_KINDS),
  });
  expect(checks.of(patient)).toMatchObject([{ block: 'results', by: 'Anna' }]);
  expect(anew.of(patient)).toEqual(checks.of(patient));
});

it('nothing goes while the ledger can’t be written, and it is said', async () => {
  const note = await write('note');
  const damaged = join(settings.dataFolder, 'ledger.db.damaged-1');
  writeFileSync(damaged, '');
  const whole = openLedgerForReading(settings);
  await ledger.stop();
  const silent = new NamedEntries({ settings, ledger, checks, now: () => 1 });
  await expect(silent.erase(note, [EVA, BO], 'IVO 1')).rejects.toThrow(/liggaren svarade inte/);
  whole.close();
  ledger = await LedgerThread.start({
    ...{ dataFolder: settings.dataFolder, keys, station: 'prov', clock },
    ...{ onNote: () => {}, onDied: () => {} },
  });
  entries = new NamedEntries({ settings, ledger, checks, now: () => clock.now().wallMs });
  expect(await entries.erase(note, [EVA, BO], 'IVO 1')).toMatchObject({ setAside: ['ledger.db.damaged-1'] });
});
