import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { SystemClock } from '../clock.ts';
import { openDatabase, PAGE_BYTES } from '../files/open-database.ts';
import { InboxStore } from './inbox-store.ts';

const inboxKey = Buffer.alloc(32, 4);
let dataFolder: string;
let store: InboxStore;
let openings: number[];
beforeEach(() => {
  dataFolder = mkdtempSync(join(tmpdir(), 'reservkraft-store-'));
  openings = [];
  store = made();
});
afterEach(() => {
  store.close();
  rmSync(dataFolder, { recursive: true });
});

const made = (): InboxStore =>
  new InboxStore({
    ...{ dataFolder, inboxKey, clock: new SystemClock(), copyCursor: () => 0 },
    onNote: () => {},
    onOpened: (opening) => openings.push(opening),
    onClosed: () => {},
  });
const putAside = () => readdirSync(dataFolder).filter((name) => /^inbox\.db\.damaged-\d+$/.test(name));
const opened = (count: number) => vi.waitFor(() => expect(openings).toHaveLength(count), { timeout: 20_000 });

it('damage that is told twice is read out once: the second word of it is about a file put aside', async () => {
  store.open();
  store.inboxDamaged(1);
  store.inboxDamaged(1);
  await opened(2);
  store.inboxDamaged(1);
  expect(store.inbox).not.toBeNull();
  expect(openings).toEqual([1, 2]);
  expect(putAside()).toHaveLength(1);
});

it('a page that can’t be read at the opening itself has the file read out, and receiving begins', async () => {
  store.open();
  store.close();
  const file = join(dataFolder, 'inbox.db');
  const db = openDatabase({ file, key: inboxKey, role: 'inbox', readonly: true });
  const page = db.prepare<[], number>("SELECT rootpage FROM sqlite_schema WHERE name = 'lost'").pluck().get() ?? 0;
  db.close();
  const bytes = readFileSync(file);
  bytes.fill(7, (page - 1) * PAGE_BYTES + 50, page * PAGE_BYTES - 50);
  writeFileSync(file, bytes);
  store = made();
  store.open();
  await opened(2);
  expect(store.failure).toBeNull();
  expect(putAside()).toHaveLength(1);
});
