// What a station that starts goes on from comes as it was written, whatever its clock said and however many kinds are asked for.

import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { patientKey, unitId } from '../../domain/identity.ts';
import type { EntryDraft, LedgerHead } from '../../domain/ledger-entry.ts';
import { PRINT_KINDS, type PrintedAct, PrintLedger, printedDraft, sheetClosedDraft } from '../../paper/print-ledger.ts';
import { loadStationKeys } from '../files/keys.ts';
import { openDatabase } from '../files/open-database.ts';
import { entriesAfter, entriesBefore } from './entries-before.ts';
import { LedgerStore } from './ledger-store.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reservkraft-before-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function written(...drafts: readonly EntryDraft[]) {
  const settings = { dataFolder: join(folder, 'data'), keyFile: join(folder, 'station.key') };
  mkdirSync(settings.dataFolder);
  const keys = loadStationKeys({ file: settings.keyFile, dataFolder: settings.dataFolder });
  const store = new LedgerStore({
    dataFolder: settings.dataFolder,
    ledgerKey: keys.database('ledger'),
    seed: keys.ledgerSeed(),
    chain: keys.ledgerChain(),
    station: 'prov',
    clock: { now: () => ({ wallMs: 1_000, boot: 'test', monotonicMs: 0 }) },
    onNote: () => {},
  });
  store.open();
  store.ledger?.append(drafts, 1_000);
  store.record();
  store.close();
  return settings;
}

describe('what was done after a place in the ledger', () => {
  const closed = (account: string): EntryDraft => ({
    ...{ kind: 'access.account-closed', eventAt: 1_000, author: 'x', unit: null, patient: null },
    body: { account },
  });
  const kinds = ['access.account-closed'] as const;
  const opened = (settings: ReturnType<typeof written>, wallMs: number) => {
    const keys = loadStationKeys({ file: settings.keyFile, dataFolder: settings.dataFolder });
    const store = new LedgerStore({
      ...{ dataFolder: settings.dataFolder, ledgerKey: keys.database('ledger'), seed: keys.ledgerSeed() },
      ...{ chain: keys.ledgerChain(), station: 'prov', onNote: () => {} },
      clock: { now: () => ({ wallMs, boot: 'test', monotonicMs: 0 }) },
    });
    store.open();
    return store;
  };
  const placeIn = (store: LedgerStore): LedgerHead => {
    if (store.ledger === null) throw new Error('not open');
    return { chain: store.ledger.chain, ...store.ledger.head };
  };
  function begun() {
    const settings = written(closed('1'));
    const store = opened(settings, 2_000);
    const place = placeIn(store);
    store.ledger?.append([closed('2'), closed('3')], 2_000);
    store.record();
    store.close();
    return { settings, place };
  }
  const told = (settings: ReturnType<typeof written>, place: LedgerHead) =>
    entriesAfter(settings, kinds, place)?.map(({ body }) => body['account']) ?? null;

  it('is all of it, or nobody can say: not where another entry stands at the place, or one after it is missing', () => {
    const { settings, place } = begun();
    expect(told(settings, place)).toEqual(['2', '3']);
    expect(told(settings, { ...place, hash: '0'.repeat(64) })).toBeNull();
    expect(told(settings, { ...place, sequence: place.sequence + 9 })).toBeNull();
    const keys = loadStationKeys({ file: settings.keyFile, dataFolder: settings.dataFolder });
    const file = join(settings.dataFolder, 'ledger.db');
    const db = openDatabase({ file, key: keys.database('ledger'), role: 'ledger' });
    db.pragma('foreign_keys=0');
    db.prepare('DELETE FROM entry WHERE sequence = ?').run(place.sequence + 1);
    db.close();
    expect(told(settings, place)).toBeNull();
  });

  it('nobody can say in a ledger that was begun anew after damage, or is shorter than its witness saw', () => {
    const { settings, place } = begun();
    const file = join(settings.dataFolder, 'ledger.db');
    copyFileSync(file, join(folder, 'whole'));
    const after = opened(settings, 3_000);
    after.ledger?.append([closed('4')], 3_000);
    after.record();
    after.close();
    for (const end of ['', '-wal', '-shm']) rmSync(`${file}${end}`, { force: true });
    copyFileSync(join(folder, 'whole'), file);
    expect(told(settings, place)).toBeNull();
    writeFileSync(file, Buffer.alloc(8_192, 0x5a));
    opened(settings, 4_000).close();
    expect(told(settings, place)).toBeNull();
  });
});

it('§5.26 a signing sheet printed once more after it was closed is out, also in a station that starts anew', () => {
  const act: PrintedAct = {
    ...({
      print: 'a',
      what: 'pack',
      unit: unitId('K2'),
      version: 36,
      printer: 'exp',
      copies: 1,
      opened: null,
    } as const),
    ...{ by: { author: 'SE1', name: 'Anna Berg, ssk' }, at: 9_000 },
    sheets: [{ kind: 'signing', patient: patientKey('a'.repeat(26)), number: 'K2-36-01' }],
  };
  const sheet = { number: 'K2-36-01', patient: patientKey('a'.repeat(26)), unit: unitId('K2') };
  const settings = written(
    printedDraft(act),
    sheetClosedDraft(sheet, { by: 'Elin Ek', how: 'införd', at: 10_000 }),
    printedDraft({ ...act, print: 'b', at: 500 }),
  );
  const told = entriesBefore(settings, PRINT_KINDS);
  expect(told.map(({ kind }) => kind)).toEqual(['paper.printed', 'paper.sheet-closed', 'paper.printed']);
  const ledger = new PrintLedger();
  for (const one of told) ledger.follow(one);
  expect(ledger.openSheet('K2-36-01')).toMatchObject({ papers: 1, at: 500 });
});
