// What a station that starts goes on from comes as it was written, whatever its clock said and however many kinds are asked for.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { patientKey, unitId } from '../../domain/identity.ts';
import type { EntryDraft } from '../../domain/ledger-entry.ts';
import { PRINT_KINDS, type PrintedAct, PrintLedger, printedDraft, sheetClosedDraft } from '../../paper/print-ledger.ts';
import { loadStationKeys } from '../files/keys.ts';
import { entriesBefore } from './entries-before.ts';
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
