// A thread that reads the whole ledger through and checks every entry: minutes for a large one, and in nobody's way.

import { parentPort, workerData } from 'node:worker_threads';
import { LedgerReader } from '../../ledger/ledger-reader.ts';
import { stationFiles } from '../files/data-folder.ts';
import { isDamage, openDatabase } from '../files/open-database.ts';
import { storageFailure } from '../files/storage-failure.ts';
import { readWitness } from '../files/witness.ts';
import { epochHead } from './ledger-store.ts';

export interface LedgerCheckTask {
  readonly dataFolder: string;
  readonly ledgerKey: Uint8Array;
}

/** `damaged`: its file; `broken`: `reservkraft ledger verify` says which entries; `unread`: the disk did not let it be read. */
export type LedgerState = 'whole' | 'damaged' | 'broken' | 'unread';

const given = workerData as LedgerCheckTask;

function check(): LedgerState {
  const files = stationFiles(given.dataFolder);
  try {
    // First: what is written meanwhile is then only more than the witness saw.
    const seen = readWitness(files.ledgerWitness);
    const db = openDatabase({ file: files.ledger, key: Buffer.from(given.ledgerKey), role: 'ledger', readonly: true });
    try {
      if (db.pragma('integrity_check(1)', { simple: true }) !== 'ok') return 'damaged';
      const { faults } = new LedgerReader(db).check(seen === null ? null : epochHead(seen));
      return faults.length === 0 ? 'whole' : 'broken';
    } finally {
      db.close();
    }
  } catch (error) {
    if (isDamage(error)) return 'damaged';
    if (storageFailure(error) === null) throw error;
    return 'unread';
  }
}

parentPort?.postMessage(check());
