import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from 'better-sqlite3-multiple-ciphers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ANNA, resource, TestCopy } from '../../copy/copy.fixture.ts';
import type { CopyCommand } from '../../domain/commands.ts';
import { sourceId } from '../../domain/identity.ts';
import { Inbox } from '../../intake/inbox.ts';
import { openDatabase } from '../files/open-database.ts';
import { Retention } from './retention.ts';

const DAY_MS = 86_400_000;
const START = Date.UTC(2026, 10, 22, 10);

let folder: string;
let db: Database;
let inbox: Inbox;
let now: number;
let snapshot: number | null;
let commands: CopyCommand[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reservkraft-retention-'));
  db = openDatabase({ file: join(folder, 'inbox.db'), key: Buffer.alloc(32, 1), role: 'inbox' });
  inbox = new Inbox(db);
  [now, snapshot, commands] = [START, null, []];
  [ahead, boot] = [0, 'first'];
});
afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true });
});

/** How much the wall clock is ahead, and which run of the machine this is. */
let ahead: number;
let boot: string;
const arrival = () => ({ wallMs: now + ahead, boot, monotonicMs: now - START });
/** A message a day, each in a commit of its own; `keeper` counts the days. */
function receive(days: number, keeper?: Retention): void {
  for (let day = 0; day < days; day++, now += DAY_MS) {
    const raw = Buffer.from(`message ${inbox.head.seq + 1}`);
    inbox.append([
      { source: sourceId('lab'), format: 'hl7v2', arrival: arrival(), raw, controlId: null, answer: null },
    ]);
    keeper?.turn();
  }
}
const retention = (isAllowed: boolean): Retention =>
  new Retention(isAllowed, {
    inbox: () => inbox,
    oldestSnapshot: () => snapshot,
    clock: { now: arrival },
    command: (command) => commands.push(command),
  });

describe('a received message', () => {
  it('is dropped only when it is older than seven days and than the oldest snapshot', () => {
    const keeper = retention(true);
    receive(12, keeper);
    keeper.turn();
    expect(inbox.purgedTo).toBe(0);
    snapshot = 4;
    keeper.turn();
    // The snapshot's own row stays too: the inbox must reach back to it.
    expect(inbox.purgedTo).toBe(3);
    snapshot = 12;
    keeper.turn();
    // Ten o'clock on the thirteenth day: the fifth message came eight days ago, the sixth exactly seven.
    expect(inbox.purgedTo).toBe(5);
    expect(inbox.row(6)).toBeDefined();
  });

  it('is not dropped because the clock ran eight days ahead for a minute, nor counted older for it afterwards', () => {
    const keeper = retention(true);
    receive(5, keeper);
    snapshot = 5;
    ahead = 8 * DAY_MS;
    receive(1, keeper);
    keeper.turn();
    expect([inbox.purgedTo, commands.at(-1)]).toMatchObject([0, { beforeSeq: 4 }]);
    ahead = 0;
    receive(1, keeper);
    keeper.turn();
    // Seven days old, not more.
    expect(inbox.purgedTo).toBe(0);
    receive(1, keeper);
    keeper.turn();
    expect(inbox.purgedTo).toBe(1);
  });

  it('received while the clock was days behind is kept seven days all the same', () => {
    const keeper = retention(true);
    ahead = -20 * DAY_MS;
    receive(1, keeper);
    ahead = 0;
    receive(1, keeper);
    snapshot = 3;
    keeper.turn();
    expect([inbox.purgedTo, commands]).toEqual([0, []]);
  });

  it('is as old after a start as before it; time in which the machine was off is not counted, for nobody can say how long', () => {
    const keeper = retention(true);
    receive(9, keeper);
    boot = 'second';
    now += 30 * DAY_MS;
    snapshot = 9;
    const again = retention(true);
    again.turn();
    // Eight days were counted before it.
    expect(inbox.purgedTo).toBe(1);
    receive(1, again);
    again.turn();
    expect(inbox.purgedTo).toBe(2);
  });

  it('is kept whatever its age while a hold lasts, and nothing is dropped from the copy; both go on after it', () => {
    const keeper = retention(false);
    receive(12, keeper);
    snapshot = 12;
    keeper.turn();
    now += 30 * DAY_MS;
    keeper.turn();
    expect([inbox.purgedTo, commands]).toEqual([0, []]);
    keeper.isAllowed = true;
    keeper.turn();
    expect(inbox.purgedTo).toBe(11);
    expect(commands).toHaveLength(1);
  });
});

describe('the copy', () => {
  it('is told once a day to forget what lies more than 72 hours back', () => {
    const keeper = retention(true);
    receive(3, keeper);
    expect(commands).toEqual([]);
    keeper.turn();
    const before = START;
    expect(commands).toEqual([{ command: 'retain', historyBefore: before, dischargedBefore: before, beforeSeq: 1 }]);
    now += DAY_MS - 1;
    keeper.turn();
    expect(commands).toHaveLength(1);
    now += 1;
    keeper.turn();
    expect(commands).toHaveLength(2);
  });

  it('forgets it: what stood 73 hours ago can no longer be asked for, what stands is untouched, and a hold stops it', () => {
    const copy = new TestCopy();
    try {
      const HOUR_MS = 3_600_000;
      copy.send({ at: START, changes: [resource(ANNA, 'R/1', { text: 'first', mode: 'replace' })] });
      copy.send({ at: START + HOUR_MS, changes: [resource(ANNA, 'R/1', { text: 'second', mode: 'replace' })] });
      copy.send({ at: START + 74 * HOUR_MS, changes: [] });
      const versions = (): unknown => copy.db.prepare("SELECT count(*) FROM fact WHERE key = 'R/1'").pluck().get();
      const keeper = new Retention(false, {
        inbox: () => inbox,
        oldestSnapshot: () => null,
        clock: { now: arrival },
        command: (command) => copy.command(command, now),
      });
      // The inbox's rows are those of the copy.
      receive(2);
      now = START + HOUR_MS;
      keeper.turn();
      now = START + 74 * HOUR_MS;
      keeper.turn();
      expect(versions()).toBe(2);
      keeper.isAllowed = true;
      keeper.turn();
      expect(versions()).toBe(1);
      expect(copy.chart(ANNA).parts.results.entries).toMatchObject([{ resource: { code: { text: 'second' } } }]);
    } finally {
      copy.close();
    }
  });
});
