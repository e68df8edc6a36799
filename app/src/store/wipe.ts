// This device was reported lost, and a station has said so: what was read here is told, and everything kept here goes, the app's files with it.

import type { OtherStation } from '../../../src/domain/access/routes.ts';
import { NAME } from './database.ts';
import { tellLastReads } from './last-reads.ts';

export async function wipe(lostAt: OtherStation | null): Promise<void> {
  for (const act of [() => tellLastReads(lostAt), wipeDatabase, wipeFiles, async () => localStorage.clear()])
    await act().catch(() => undefined);
}

/** Emptied first: another window may hold the database itself open. */
async function wipeDatabase(): Promise<void> {
  const { inOne } = await import('./database.ts');
  const tables = ['vaults', 'pieces', 'tries'] as const;
  await inOne(tables, 'readwrite', (table) => {
    for (const name of tables) table(name).clear();
    return undefined;
  });
  await new Promise<void>((resolve, reject) => {
    const deleting = indexedDB.deleteDatabase(NAME);
    deleting.onsuccess = () => resolve();
    deleting.onblocked = () => resolve();
    deleting.onerror = () => reject(deleting.error);
  });
}

async function wipeFiles(): Promise<void> {
  for (const name of await caches.keys()) await caches.delete(name);
  for (const one of (await navigator.serviceWorker?.getRegistrations()) ?? []) await one.unregister();
}
