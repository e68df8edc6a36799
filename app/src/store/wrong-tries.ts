// With the station gone the device itself slows wrong words down, as the station does on a device it knows: never a lock. Counted by
// person, and remembered when the browser is started again; the wait is by this page's monotonic clock, whatever the wall clock says.

import { inOne, rowsOf, type Tries } from './database.ts';

/** People mistype. */
const FREE = 6;
const FIRST_WAIT_MS = 1_000;
const WAIT_MAX_MS = 5_000;

const lastAtMs = new Map<string, number>();

/** 0: try now. */
export async function waitMs(person: string): Promise<number> {
  const count = (await rowsOf<Tries>('tries')).find((one) => one.person === person)?.count ?? 0;
  if (count <= FREE) return 0;
  const wait = Math.min(FIRST_WAIT_MS * 2 ** (count - FREE - 1), WAIT_MAX_MS);
  // Not tried in this run of the page: waits from its beginning.
  return Math.max(0, (lastAtMs.get(person) ?? 0) + wait - performance.now());
}

/** Before the words are looked at, so that many at once count as many. */
export async function begin(person: string): Promise<void> {
  lastAtMs.set(person, performance.now());
  await inOne(['tries'], 'readwrite', (table) => {
    const known = table('tries').get(person) as IDBRequest<Tries | undefined>;
    known.onsuccess = () => table('tries').put({ person, count: (known.result?.count ?? 0) + 1 } satisfies Tries);
    return undefined;
  });
}

export async function succeeded(person: string): Promise<void> {
  lastAtMs.delete(person);
  await inOne(['tries'], 'readwrite', (table) => {
    table('tries').delete(person);
    return undefined;
  });
}
