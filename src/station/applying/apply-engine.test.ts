// The applying thread's engine with a copy that fails where it is read between two pieces: nothing of that ends the process, and what
// belongs to a copy that has been put aside touches no newer one.

import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from 'better-sqlite3-multiple-ciphers';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { sourceId } from '../../domain/identity.ts';
import { Inbox } from '../../intake/inbox.ts';
import { SystemClock } from '../clock.ts';
import { noFaults } from '../fault-points.ts';
import { openDatabase } from '../files/open-database.ts';
import { ApplyEngine } from './apply-engine.ts';
import type { CopyPort } from './apply-loop.ts';
import { type FromApply, SharedCursor } from './apply-messages.ts';

const inboxKey = Buffer.alloc(32, 1);
const copyKey = Buffer.alloc(32, 2);

let dataFolder: string;
let engine: ApplyEngine;
let told: FromApply[];
/** What the next reading of that kind meets; once. */
let fault: { releasing?: Error; outcome?: Error; declarations?: Error };

const failure = (code: string): Error => Object.assign(new Error('a fault of the disk'), { code });
const DAMAGED = failure('SQLITE_CORRUPT');
const REFUSED = failure('SQLITE_IOERR_READ');

function meet(kind: keyof typeof fault): void {
  const error = fault[kind];
  delete fault[kind];
  if (error !== undefined) throw error;
}

/** Keeps a cursor, and how each row ended, as the real one does. */
function openWriter(db: Database): CopyPort {
  db.exec('CREATE TABLE IF NOT EXISTS ended (seq INTEGER PRIMARY KEY, outcome TEXT)');
  db.function('meet', (outcome: unknown) => {
    meet('outcome');
    return String(outcome);
  });
  db.exec('CREATE TEMP VIEW outcome AS SELECT seq, meet(outcome) AS outcome FROM ended');
  const cursor = () => db.prepare<[], number>('SELECT coalesce(max(seq), 0) FROM ended').pluck().get() ?? 0;
  return {
    get cursor() {
      return cursor();
    },
    applyBatch: (rows) =>
      rows.map(({ seq }) => {
        db.prepare('INSERT INTO ended VALUES (?, ?)').run(seq, seq === 2 ? 'set-aside' : 'applied');
        return { seq, outcome: seq === 2 ? ('set-aside' as const) : ('applied' as const), alarms: [] };
      }),
    endedInNext: () => 0,
    declarations: () => {
      meet('declarations');
      return [];
    },
    nextDue: () => null,
    releasing: () => {
      meet('releasing');
      return [];
    },
  };
}

beforeEach(() => {
  dataFolder = mkdtempSync(join(tmpdir(), 'reservkraft-applying-'));
  told = [];
  fault = {};
  const db = openDatabase({ file: join(dataFolder, 'inbox.db'), key: inboxKey, role: 'inbox' });
  const arrival = new SystemClock().now();
  const items = [1, 2, 3].map((number) => ({
    ...{ source: sourceId('lab'), format: 'hl7v2' as const, arrival, controlId: null, answer: null },
    raw: Buffer.from(`m${number}`),
  }));
  new Inbox(db).append(items);
  db.close();
  engine = new ApplyEngine({
    ...{ dataFolder, inboxKey, copyKey, openWriter },
    cursor: new SharedCursor(),
    clock: new SystemClock(),
    fault: noFaults,
    tell: (event) => told.push(event),
  });
});
afterEach(() => {
  engine.hear({ say: 'stop' });
  rmSync(dataFolder, { recursive: true });
});

const of = <Say extends FromApply['say']>(say: Say) =>
  told.filter((event): event is Extract<FromApply, { say: Say }> => event.say === say);
const until = (isSo: () => boolean) => vi.waitFor(() => expect(isSo()).toBe(true), { timeout: 20_000, interval: 5 });
const opened = (opening: number) => until(() => of('copy-opened').at(-1)?.opening === opening);
const level = () => until(() => of('applied').at(-1)?.cursor === 3);
const putAside = () => readdirSync(dataFolder).filter((name) => /^copy\.db\.damaged-\d+$/.test(name));

async function begin(): Promise<void> {
  engine.hear({ say: 'inbox-opened', opening: 1 });
  await opened(1);
  engine.hear({ say: 'begin', opening: 1 });
  await level();
}

it('a damaged page where a sender’s second answer is looked up: the copy is made again, and the sender hears from the new one', async () => {
  await begin();
  fault = { outcome: DAMAGED };
  engine.hear({ say: 'watch', seq: 2 });
  await opened(2);
  expect(of('outcome')).toEqual([]);
  engine.hear({ say: 'begin', opening: 2 });
  await until(() => of('outcome').length > 0);
  expect(of('outcome')).toEqual([{ say: 'outcome', seq: 2, isUnderstood: false }]);
});

it('a disk that refuses there is told, and the answer comes when it reads again', async () => {
  await begin();
  fault = { outcome: REFUSED };
  engine.hear({ say: 'watch', seq: 1 });
  expect(of('failure').at(-1)).toMatchObject({ code: 'store.read-only' });
  await until(() => of('outcome').length > 0);
  expect(of('outcome')).toEqual([{ say: 'outcome', seq: 1, isUnderstood: true }]);
  expect(of('failure').at(-1)).toMatchObject({ code: null });
  expect(of('copy-opened')).toHaveLength(1);
});

it('a damaged page where it is told how far the copy has come: the copy is made again', async () => {
  engine.hear({ say: 'inbox-opened', opening: 1 });
  await opened(1);
  fault = { releasing: DAMAGED };
  engine.hear({ say: 'begin', opening: 1 });
  await opened(2);
  engine.hear({ say: 'begin', opening: 2 });
  await level();
  expect(putAside()).toHaveLength(1);
});

it('a damaged page met while it is opened: the copy is made again, and applying begins', async () => {
  fault = { declarations: DAMAGED };
  engine.hear({ say: 'inbox-opened', opening: 1 });
  await until(() => of('copy-opened').length > 0);
  engine.hear({ say: 'begin', opening: of('copy-opened').at(-1)?.opening ?? 0 });
  await level();
  expect(putAside()).toHaveLength(1);
});

it('a disk that refuses while it is opened is tried again, and nothing is put aside', async () => {
  fault = { declarations: REFUSED };
  engine.hear({ say: 'inbox-opened', opening: 1 });
  await until(() => of('copy-opened').length > 0);
  engine.hear({ say: 'begin', opening: of('copy-opened').at(-1)?.opening ?? 0 });
  await level();
  expect(putAside()).toEqual([]);
});

it('what was said for an older opening starts no newer one: what the newer wants said in the inbox is not there yet', async () => {
  await begin();
  engine.hear({ say: 'copy-damaged', opening: 1 });
  await opened(2);
  const before = of('applied').length;
  // A copy that begins tells at once how far it has come.
  engine.hear({ say: 'begin', opening: 1 });
  expect(of('applied')).toHaveLength(before);
  engine.hear({ say: 'begin', opening: 2 });
  await until(() => of('applied').length > before);
});

it('a reader that was slow to find the same damage puts no new copy aside', async () => {
  await begin();
  engine.hear({ say: 'copy-damaged', opening: 1 });
  engine.hear({ say: 'copy-damaged', opening: 1 });
  await opened(2);
  engine.hear({ say: 'copy-damaged', opening: 1 });
  const before = of('applied').length;
  engine.hear({ say: 'begin', opening: 2 });
  await until(() => of('applied').length > before && of('applied').at(-1)?.cursor === 3);
  expect(of('copy-opened')).toHaveLength(2);
  expect(putAside()).toHaveLength(1);
});
