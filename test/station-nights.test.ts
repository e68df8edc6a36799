// What a whole station does by the clock alone: the night's counts, and a cancel whose event never came.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sourceId } from '../src/domain/identity.ts';
import { Inbox } from '../src/intake/inbox.ts';
import { limits } from '../src/limits.ts';
import { readCommand } from '../src/station/applying/command-rows.ts';
import { COPY_FILE } from '../src/station/files/data-folder.ts';
import { StationKeys } from '../src/station/files/keys.ts';
import { openDatabase } from '../src/station/files/open-database.ts';
import { StationNotes } from '../src/station/notes.ts';
import { Intake } from '../src/station/receiving/intake.ts';
import { NightWork } from '../src/station/upkeep/night-work.ts';
import { TEST_KEY, testMessage, testSources } from './station-fixture.ts';

const keys = new StationKeys(TEST_KEY);
const quiet = { info: () => {}, warn: () => {} };

let dataFolder: string;
let intake: Intake | null = null;
beforeEach(() => {
  dataFolder = mkdtempSync(join(tmpdir(), 'reservkraft-nights-'));
});
afterEach(async () => {
  await intake?.stop();
  intake = null;
  rmSync(dataFolder, { recursive: true, force: true });
});

/** Puts messages in the inbox as if they had come then. */
function arrived(messages: readonly string[], wallMs: number): void {
  const db = openDatabase({ file: join(dataFolder, 'inbox.db'), key: keys.database('inbox'), role: 'inbox' });
  const arrival = { wallMs, boot: 'before', monotonicMs: 0 };
  const source = sourceId('journal');
  new Inbox(db).append(
    messages.map((text) => ({
      source,
      format: 'hl7v2',
      arrival,
      raw: Buffer.from(text),
      controlId: null,
      answer: null,
    })),
  );
  db.close();
}

async function start(): Promise<Intake> {
  intake = await Intake.start({ dataFolder, keys, sources: testSources, mllp: null, isPurgeAllowed: false });
  return intake;
}

function look<T>(sql: string): T {
  const copy = openDatabase({
    file: join(dataFolder, COPY_FILE),
    key: keys.database('copy'),
    role: 'copy',
    readonly: true,
  });
  try {
    return copy.prepare(sql).pluck().get() as T;
  } finally {
    copy.close();
  }
}

/** Where the inbox says that time has passed; 0 while it doesn't. */
function tickSeq(): number {
  const db = openDatabase({
    file: join(dataFolder, 'inbox.db'),
    key: keys.database('inbox'),
    role: 'inbox',
    readonly: true,
  });
  try {
    const ticks = new Inbox(db).commandsAfter(0).filter(({ raw }) => readCommand(raw)?.command === 'tick');
    return ticks[0]?.seq ?? 0;
  } finally {
    db.close();
  }
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await wait(20);
}

describe('a night', () => {
  it('counts what the copy has of each source, beside the night before and what the source says itself', async () => {
    const allergic = (name: string): string => `${testMessage(name, 'JOURNAL', 1)}AL1|1|DA|^Penicillin`;
    arrived([allergic('a'), allergic('b')], Date.now() - 1000);
    const running = await start();
    let night = new Date(2026, 10, 22, 3, 30).getTime();
    const clock = { now: () => ({ wallMs: night, boot: 't', monotonicMs: 0 }) };
    const notes = new StationNotes(clock, () => {});
    const ledger = { check: async () => 'whole' as const };
    const nightWork = () =>
      new NightWork({
        settings: { dataFolder, snapshotHour: 3 },
        keys,
        intake: running,
        ledger,
        clock,
        notes,
        log: quiet,
      });
    const nights = nightWork();
    nights.compareWith({ counts: async () => new Map([['journal', { Patient: 300 }]]) });
    await until(() => look<number>('SELECT count(*) FROM identity') >= 2);
    await nights.turn();
    const allergies = () => nights.counts?.rows.filter(({ part }) => part === 'allergies');
    expect(allergies()).toEqual([{ unit: 'KIR', part: 'allergies', source: 'journal', count: 2, before: null }]);
    expect(nights.counts?.compared).toEqual([
      { source: 'journal', type: 'Patient', inCopy: 2, atSource: 300, differs: true },
    ]);
    expect(notes.all).toMatchObject([
      { code: 'counts.differ', detail: 'journal, Patient: 2 i kopian, 300 hos källan' },
    ]);
    night += 24 * 3_600_000;
    await nights.turn();
    expect(allergies()).toMatchObject([{ count: 2, before: 2 }]);
    expect(nights.counts?.beforeAt).not.toBeNull();
    // Kept over a restart, sealed.
    const again = nightWork();
    expect(again.counts).toEqual(nights.counts);
  });
});

describe('a cancel of an event that never came', () => {
  it('waits, and is applied when its time is out although nobody says anything more', async () => {
    const cancel = testMessage('a', 'JOURNAL', 1).replaceAll('A01', 'A11');
    arrived([cancel], Date.now() - limits.unseenCancelHeldMs + 1500);
    const running = await start();
    // The station writes this row itself, and only where something waits: how long it did is nothing to look at in passing.
    await until(() => tickSeq() > 0);
    // A first row may come a moment too early, by the clock's rounding; another follows it.
    const isWaiting = (): boolean => look<number | undefined>(`SELECT 1 FROM outcome WHERE outcome = 'waiting'`) === 1;
    while ((await running.status()).copyCursor < tickSeq() || isWaiting()) await wait(20);
    expect(isWaiting()).toBe(false);
    expect(look<number>(`SELECT count(*) FROM outcome WHERE outcome = 'set-aside'`)).toBe(0);
  });
});
