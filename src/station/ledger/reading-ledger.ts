// Opens what a station has written in its ledger, for reading only, whether the station runs or not.

import { existsSync } from 'node:fs';
import { Failure } from '../../domain/failures.ts';
import { type Signer, signerFromSeed } from '../../ledger/chain-key.ts';
import { LedgerReader } from '../../ledger/ledger-reader.ts';
import type { EpochHead } from '../../ledger/opening.ts';
import { isLedgerReady } from '../../ledger/schema.ts';
import { stationFiles } from '../files/data-folder.ts';
import { loadStationKeys, type StationKeys } from '../files/keys.ts';
import { openDatabase } from '../files/open-database.ts';
import { readWitness } from '../files/witness.ts';
import type { Settings } from '../settings/settings.ts';
import { epochHead } from './ledger-store.ts';

export interface KeptLedger {
  readonly reader: LedgerReader;
  readonly signer: Signer;
  readonly keys: StationKeys;
  /** How far the station's own chain had come at least; null without a readable witness. */
  readonly witness: EpochHead | null;
  close(): void;
}

/** @throws {Failure} `ledger.missing` when nothing has been written here, and what `openDatabase` throws. */
export function openLedgerForReading(settings: Pick<Settings, 'dataFolder' | 'keyFile'>): KeptLedger {
  const files = stationFiles(settings.dataFolder);
  if (!existsSync(files.ledger)) throw new Failure('ledger.missing', settings.dataFolder);
  const keys = loadStationKeys({ file: settings.keyFile, dataFolder: settings.dataFolder });
  // Before the ledger is opened: what a running station writes meanwhile is then only more than the witness saw.
  const seen = readWitness(files.ledgerWitness);
  const db = openDatabase({ file: files.ledger, key: keys.database('ledger'), role: 'ledger', readonly: true });
  if (!isLedgerReady(db)) {
    db.close();
    throw new Failure('ledger.missing', settings.dataFolder);
  }
  return {
    reader: new LedgerReader(db),
    signer: signerFromSeed(keys.ledgerSeed()),
    keys,
    witness: seen === null ? null : epochHead(seen),
    close: () => db.close(),
  };
}
