// Stations killed without warning, at named points and at random moments, while senders keep sending.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from 'better-sqlite3-multiple-ciphers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { prepareCopySchema } from '../src/copy/schema.ts';
import { CopyWriter } from '../src/copy/write/copy-writer.ts';
import { Inbox } from '../src/intake/inbox.ts';
import { interpret } from '../src/intake/interpret.ts';
import { FAULT_POINTS } from '../src/station/fault-points.ts';
import { StationKeys } from '../src/station/files/keys.ts';
import { openDatabase } from '../src/station/files/open-database.ts';
import { listSnapshots } from '../src/station/upkeep/snapshots.ts';
import { RepeatingSender, startStation, TEST_KEY, testMessage } from './station-fixture.ts';

const isLong = process.env['RESERVKRAFT_TEST_LONG'] === '1';
const KILLS = isLong ? 200 : 30;
const SECONDS_A_KILL = 4;
const keys = new StationKeys(TEST_KEY);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reservkraft-killed-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Numbers that look random and are the same in every run. */
function* random(seed: number): Generator<number, never> {
  let state = seed;
  for (;;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

/** Lives until its point is reached, or until its moment; the senders go on meanwhile. */
async function liveAndDie(
  senders: readonly RepeatingSender[],
  fault: string | null,
  momentMs: number,
): Promise<{ readonly diedAtPoint: boolean }> {
  const words = fault === null || fault.startsWith('during-snapshot') ? ['snapshots'] : [];
  const station = startStation(folder, fault === null ? { words } : { words, fault });
  let isDead = false;
  const died = station.exited.then(() => {
    isDead = true;
  });
  const port = await station.port.catch(() => null);
  // A point that a quiet run doesn't reach in time is a death at a random moment as well.
  let isKilledByUs = false;
  const limit = setTimeout(
    () => {
      isKilledByUs = true;
      station.child.kill('SIGKILL');
    },
    fault === null ? momentMs : SECONDS_A_KILL * 1000,
  );
  if (port !== null) await Promise.all(senders.map((sender) => sender.run(port, () => isDead)));
  await died;
  clearTimeout(limit);
  return { diedAtPoint: !isKilledByUs };
}

function dump(db: Database): Record<string, unknown[]> {
  const tables = ['meta', 'identity', 'fact', 'link', 'setting', 'outcome', 'mark', 'name', 'attempt'];
  return Object.fromEntries(tables.map((table) => [table, db.prepare(`SELECT * FROM ${table}`).raw().all()]));
}

/** The copy as it comes out of the inbox in one go, without a death. */
function replayed(inbox: Inbox): Record<string, unknown[]> {
  const db = openDatabase({ file: join(folder, 'replayed.db'), key: keys.database('copy'), role: 'copy' });
  prepareCopySchema(db);
  const copy = new CopyWriter({
    db,
    interpret,
    received: (seq) => inbox.row(seq),
    handleOf: (identity) => keys.handle(identity),
  });
  while (copy.cursor < inbox.head.seq) copy.applyBatch(inbox.read(copy.cursor + 1, 50));
  const content = dump(db);
  db.close();
  return content;
}

describe('§5.2 nothing acknowledged is lost and nothing is applied twice, in a station killed again and again', () => {
  it(`keeps every acknowledged message, applies none twice and keeps the order, over ${KILLS} kills`, {
    timeout: KILLS * SECONDS_A_KILL * 1000,
  }, async () => {
    const senders = ['a', 'b', 'c', 'd'].map((name) => new RepeatingSender(name, name < 'c' ? 'JOURNAL' : 'LAB'));
    const numbers = random(20_261_122);
    const next = (): number => numbers.next().value;
    for (let kill = 0; kill < KILLS; kill++) {
      const point = FAULT_POINTS[kill % (FAULT_POINTS.length + 3)];
      const times = point === 'during-snapshot' ? 1 : 1 + Math.floor(next() * 60);
      await liveAndDie(senders, point === undefined ? null : `${point}:${times}`, 50 + next() * 500);
    }
    const last = startStation(folder, { words: ['snapshot-at-end'] });
    const port = await last.port;
    const before = senders.map((sender) => sender.acknowledged.length);
    await Promise.all(
      senders.map((sender, index) => sender.run(port, () => sender.acknowledged.length > (before[index] ?? 0) + 2)),
    );
    last.child.stdin.end();
    await last.exited;

    const db = openDatabase({ file: join(folder, 'inbox.db'), key: keys.database('inbox'), role: 'inbox' });
    const inbox = new Inbox(db);
    expect(inbox.verify().broken).toEqual([]);
    expect(inbox.lost()).toEqual([]);
    const rows = inbox.read(1, inbox.head.seq).filter(({ format }) => format === 'hl7v2');
    for (const sender of senders) {
      expect(sender.acknowledged.length).toBeGreaterThan(KILLS);
      const expected = sender.acknowledged.map((number) => testMessage(sender.name, sender.application, number));
      const kept = rows.map(({ raw }) => Buffer.from(raw).toString('latin1'));
      expect(kept.filter((text) => text.includes(`|${sender.name}-`))).toEqual(expected);
    }
    const copyDb = openDatabase({ file: join(folder, 'copy.db'), key: keys.database('copy'), role: 'copy' });
    const copy = new CopyWriter({
      db: copyDb,
      interpret,
      received: (seq) => inbox.row(seq),
      handleOf: (identity) => keys.handle(identity),
    });
    while (copy.cursor < inbox.head.seq) copy.applyBatch(inbox.read(copy.cursor + 1, 50));
    expect(copyDb.prepare("SELECT count(*) AS n FROM outcome WHERE outcome <> 'applied'").get()).toEqual({ n: 0 });
    expect(dump(copyDb)).toEqual(replayed(inbox));
    // After all those deaths, some of them while a snapshot was made, a checked one can be taken.
    expect(listSnapshots(join(folder, 'snapshots')).length).toBeGreaterThan(0);
    copyDb.close();
    db.close();
  });
});
