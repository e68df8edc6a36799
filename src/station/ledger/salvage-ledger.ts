// A damaged ledger is put aside and what can be read of it is taken into the new one. Each entry shows by its own signature that it is
// as it was written, so nothing of a damaged file has to be trusted.

import { existsSync, renameSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { EntryStore } from '../../ledger/entry-store.ts';
import { Erasures } from '../../ledger/erasures.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { dropOldDamaged } from '../files/damaged-files.ts';
import { isDamage, openDatabase } from '../files/open-database.ts';
import { syncFolder } from '../files/witness.ts';

const BATCH = 256;

/** Returns the file as it is named now; null when there was none. */
export function setLedgerAside(file: string, wallMs: number): string | null {
  if (!existsSync(file)) return null;
  const damaged = `${file}.damaged-${wallMs}`;
  for (const beside of ['-wal', '-shm', ''])
    if (existsSync(`${file}${beside}`)) renameSync(`${file}${beside}`, `${damaged}${beside}`);
  syncFolder(dirname(file));
  dropOldDamaged(dirname(file));
  return damaged;
}

export interface SalvagedLedger {
  readonly taken: number;
  readonly setAside: string;
}

/** Entry by entry: one that can't be had keeps only those after it in its own chain from being taken. */
export function salvageLedger(damaged: string, key: Buffer, ledger: Ledger, at: number): SalvagedLedger {
  let taken = 0;
  // Whose chains these are was decided when they were taken; the file is sealed with the station's own key.
  for (const { item, isUnreturned } of readable(damaged, key)) {
    taken += ledger.take([item], at, () => true).taken;
    // Before what says that it is erased is taken, which comes later in the file.
    if (isUnreturned) ledger.markUnreturned(item.entry);
  }
  return { taken, setAside: basename(damaged) };
}

function* readable(file: string, key: Buffer) {
  try {
    const db = openDatabase({ file, key, role: 'ledger', readonly: true });
    try {
      const store = new EntryStore(db);
      const unreturned = new Set(new Erasures(db, store, () => {}).unreturned());
      for (let position = 0; ; ) {
        const items = readBatch(store, position);
        for (const item of items) yield { item, isUnreturned: unreturned.has(item.position) };
        position += BATCH;
        if (items.length === 0) return;
      }
    } finally {
      db.close();
    }
  } catch (error) {
    if (!isDamage(error)) throw error;
  }
}

/** The next positions, those among them that can be read. */
function readBatch(store: EntryStore, after: number) {
  const positions = Array.from({ length: BATCH }, (_, index) => after + index + 1);
  return positions.flatMap((position) => {
    try {
      return store.atPosition(position) ?? [];
    } catch (error) {
      if (isDamage(error)) return [];
      throw error;
    }
  });
}
