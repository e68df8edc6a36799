// Files that were changed, cut, removed or put back while the station was down: found, said in plain words, and never fewer
// entries without a word.

import {
  closeSync,
  copyFileSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { requireCopySchema } from '../src/copy/schema.ts';
import { Failure } from '../src/domain/failures.ts';
import { sourceId } from '../src/domain/identity.ts';
import { Inbox } from '../src/intake/inbox.ts';
import { StationKeys } from '../src/station/files/keys.ts';
import { openDatabase } from '../src/station/files/open-database.ts';
import { Intake } from '../src/station/receiving/intake.ts';
import { countOf } from '../src/station/receiving/ranges.ts';
import type { StationNote } from '../src/station/station-note.ts';
import { RepeatingSender, startStation, TEST_KEY, testMessage, testSources, untilApplied } from './station-fixture.ts';

const keys = new StationKeys(TEST_KEY);
const PAGE = 4096;
const journal = sourceId('journal');

let folder: string;
let notes: StationNote[] = [];
let cursor = 0;
let replaced = 0;
let awaited: { readonly cursor: number; readonly resolve: () => void } | null = null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reservkraft-damaged-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const path = (name: string): string => join(folder, name);

async function start(): Promise<Intake> {
  notes = [];
  replaced = 0;
  return await Intake.start({
    dataFolder: folder,
    keys,
    sources: testSources,
    mllp: null,
    isPurgeAllowed: false,
    listeners: {
      note: (note) => notes.push(note),
      copyReplaced: () => replaced++,
      applied: (come) => {
        cursor = come;
        if (awaited !== null && come >= awaited.cursor) awaited.resolve();
      },
    },
  });
}

/** Numbers `from` to `to` of one patient's messages, applied when this resolves. Returns the last place in the inbox. */
async function receive(intake: Intake, from: number, to: number): Promise<number> {
  let last = 0;
  for (let number = from; number <= to; number++) {
    const bytes = Buffer.from(testMessage('a', 'JOURNAL', number), 'latin1');
    last = await send(intake, bytes, `a-${number}`);
  }
  await applied(intake, last);
  return last;
}

/** As a sender does: what could not be kept is sent again. */
async function send(intake: Intake, bytes: Uint8Array, controlId: string): Promise<number> {
  for (;;) {
    try {
      return (await intake.submit({ source: journal, format: 'hl7v2', bytes, controlId })).seq;
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'store.damaged') throw error;
      await intake.status();
    }
  }
}

/** Waits until the copy is level with the inbox; the thread tells how far it has come. */
async function level(intake: Intake): Promise<void> {
  await applied(intake, (await intake.status()).inboxSeq);
}

async function applied(intake: Intake, seq: number): Promise<void> {
  if ((await intake.status()).copyCursor >= seq || cursor >= seq) return;
  await new Promise<void>((resolve) => {
    awaited = { cursor: seq, resolve };
  });
  awaited = null;
}

/** The message numbers the inbox still has, and the commands in it. */
function inInbox(): { numbers: number[]; rebuilt: unknown[]; head: number } {
  const db = openDatabase({ file: path('inbox.db'), key: keys.database('inbox'), role: 'inbox' });
  const inbox = new Inbox(db);
  const rows = inbox.read(inbox.purgedTo + 1, 100_000);
  const texts = rows.map(({ raw }) => Buffer.from(raw).toString('latin1'));
  const numbers = texts.flatMap((text) => /\|a-(\d+)\|/.exec(text)?.[1] ?? []).map(Number);
  const rebuilt = texts.filter((text) => text.includes('"rebuilt"')).map((text) => JSON.parse(text));
  db.close();
  return { numbers, rebuilt, head: inbox.head.seq };
}

function facts(): unknown[] {
  const db = openDatabase({ file: path('copy.db'), key: keys.database('copy'), role: 'copy' });
  const kept = db.prepare('SELECT * FROM fact').raw().all();
  db.close();
  return kept;
}

/** A page that holds patients' facts and that no start reads. */
function pageOfPatient(): number {
  const db = openDatabase({ file: path('copy.db'), key: keys.database('copy'), role: 'copy' });
  const pages = db.prepare<[], number>("SELECT pageno FROM dbstat WHERE name = 'fact' ORDER BY path").pluck().all();
  db.close();
  return (pages[Math.floor(pages.length / 2)] ?? 1) - 1;
}

function flip(name: string, offset: number): void {
  const fd = openSync(path(name), 'r+');
  const [byte = 0] = readFileSync(path(name)).subarray(offset, offset + 1);
  writeSync(fd, Buffer.from([byte ^ 0x40]), 0, 1, offset);
  closeSync(fd);
}

const WAL_HEADER = 32;
const FRAME_HEADER = 24;
const SALTS = 8;

/** Within the middle page of those that count: behind them lie frames of earlier rounds, which nobody reads. */
function middleOfWal(name: string): number {
  const wal = readFileSync(path(name));
  const round = wal.subarray(16, 16 + SALTS);
  let frames = 0;
  for (let at = WAL_HEADER; at + FRAME_HEADER + PAGE <= wal.length; at += FRAME_HEADER + PAGE, frames++)
    if (!wal.subarray(at + 8, at + 8 + SALTS).equals(round)) break;
  expect(frames).toBeGreaterThan(10);
  return WAL_HEADER + Math.floor(frames / 2) * (FRAME_HEADER + PAGE) + FRAME_HEADER + 100;
}

const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);
const codes = (): string[] => notes.map(({ code }) => code);

describe('a damaged copy', () => {
  it('is made again from snapshot and inbox, with the same content, when its first page is changed', async () => {
    const first = await start();
    await receive(first, 1, 20);
    await first.takeSnapshot();
    await receive(first, 21, 40);
    await first.stop();
    const before = facts();
    flip('copy.db', 60);
    cursor = 0;
    const second = await start();
    expect(codes()).toEqual(['copy.rebuilt']);
    expect(replaced).toBe(1);
    await level(second);
    await second.stop();
    expect(before.length).toBeGreaterThan(0);
    expect(facts()).toEqual(before);
    expect(inInbox().rebuilt).toEqual([]);
    expect(readdirSync(folder).some((name) => name.startsWith('copy.db.damaged-'))).toBe(true);
  });

  it('made by another version of the program is not guessed at, and made again from the inbox', async () => {
    const first = await start();
    await receive(first, 1, 20);
    await first.stop();
    const db = openDatabase({ file: path('copy.db'), key: keys.database('copy'), role: 'copy' });
    db.pragma('user_version = 99');
    expect(() => requireCopySchema(db)).toThrow(expect.objectContaining({ code: 'copy.other-version' }));
    db.close();
    cursor = 0;
    const second = await start();
    expect(codes()).toEqual(['copy.rebuilt']);
    await level(second);
    await second.stop();
    expect(inInbox().rebuilt).toHaveLength(1);
    expect(facts().length).toBeGreaterThan(0);
  });

  it('is found by the daily reading through when the damage lies where nobody looks, and reading goes on', async () => {
    const first = await start();
    for (let patient = 1; patient <= 300; patient++)
      await send(first, Buffer.from(testMessage(`p${patient}`, 'JOURNAL', 1), 'latin1'), `p${patient}-1`);
    await level(first);
    await first.takeSnapshot();
    await first.stop();
    const before = facts();
    flip('copy.db', pageOfPatient() * PAGE + 100);
    cursor = 0;
    const second = await start();
    expect(codes()).toEqual([]);
    expect(await second.scrub()).toEqual({ isCopyWhole: false, inbox: 'whole' });
    await receive(second, 1, 1);
    expect(codes()).toEqual(['copy.rebuilt']);
    await second.stop();
    expect(facts().filter((row) => before.some((old) => isDeepStrictEqual(row, old)))).toHaveLength(before.length);
  });

  it('that is gone with all its snapshots is made from the inbox, and says that older may be missing', async () => {
    const first = await start();
    await receive(first, 1, 10);
    await first.takeSnapshot();
    await first.stop();
    for (const name of readdirSync(folder).filter((each) => each.startsWith('copy.db') || each === 'snapshots'))
      rmSync(path(name), { recursive: true });
    cursor = 0;
    const second = await start();
    expect(codes()).toEqual(['copy.rebuilt']);
    await receive(second, 11, 11);
    await second.stop();
    expect(inInbox().rebuilt).toEqual([{ command: 'rebuilt', reason: 'copy.rebuilt', missingFrom: 1 }]);
    expect(facts().length).toBeGreaterThan(0);
  });

  it('passes a damaged snapshot over for an older one', async () => {
    const first = await start();
    await receive(first, 1, 5);
    await first.takeSnapshot();
    await receive(first, 6, 10);
    const { file } = await first.takeSnapshot();
    await first.stop();
    flip(join('snapshots', basename(file)), PAGE * 3 + 50);
    rmSync(path('copy.db'));
    cursor = 0;
    const second = await start();
    expect(notes[0]?.detail).toMatch(/^ur ögonblicksbild vid nummer 6,/);
    await receive(second, 11, 11);
    await second.stop();
    expect(inInbox().rebuilt).toEqual([]);
  });
});

const LEFT_BEHIND = /^(?:inbox|copy)\.db/;

/**
 * Reads a file as it was when everything in its WAL had been moved into it: from then on no checkpoint moves anything, whenever one
 * runs, until the reader is closed.
 */
function holdBack(role: 'inbox' | 'copy'): { close(): void } {
  const db = openDatabase({ file: path(`${role}.db`), key: keys.database(role), role });
  do {
    if (db.inTransaction) db.exec('ROLLBACK');
    db.pragma('wal_checkpoint(TRUNCATE)');
    db.exec('BEGIN');
    db.prepare('SELECT count(*) FROM sqlite_schema').get();
  } while (statSync(path(`${role}.db-wal`)).size > 0);
  return db;
}

function headNow(): number {
  const db = openDatabase({ file: path('inbox.db'), key: keys.database('inbox'), role: 'inbox', readonly: true });
  const { head } = new Inbox(db);
  db.close();
  return head.seq;
}

/** A station that is killed, with all it received and applied in its WALs. */
async function killed(): Promise<{ acknowledged: number[] }> {
  const station = startStation(folder);
  const port = await station.port;
  // What the station itself writes first is in the file, and not behind the readers in the log.
  await vi.waitFor(() => expect(headNow()).toBeGreaterThanOrEqual(1), { timeout: 20_000, interval: 20 });
  const readers = [holdBack('inbox'), holdBack('copy')];
  const sender = new RepeatingSender('a', 'JOURNAL');
  await sender.run(port, () => sender.acknowledged.length >= 60);
  await untilApplied(station);
  station.child.kill('SIGKILL');
  await station.exited;
  const left = readdirSync(folder).filter((name) => LEFT_BEHIND.test(name));
  for (const name of left) copyFileSync(path(name), path(`left-${name}`));
  // Whoever closes last may move or remove what lies in the WAL: the files are put back as the dead station left them.
  for (const db of readers) db.close();
  for (const name of readdirSync(folder).filter((each) => LEFT_BEHIND.test(each))) rmSync(path(name));
  for (const name of left) renameSync(path(`left-${name}`), path(name));
  return sender;
}

/** Everything acknowledged is there, or said to be missing by its number in the inbox. */
async function nothingIsSilentlyMissing(acknowledged: readonly number[]): Promise<void> {
  cursor = 0;
  const next = await start();
  const seq = await receive(next, 1001, 1001);
  await next.stop();
  const { numbers, rebuilt, head } = inInbox();
  const missing = acknowledged.filter((number) => !numbers.includes(number));
  expect(numbers).toContain(1001);
  expect(head).toBeGreaterThan(acknowledged.length);
  // Numbers are never used twice.
  expect(seq).toBeGreaterThan(acknowledged.length);
  if (missing.length === 0) return;
  expect(codes().some((code) => code.startsWith('inbox.'))).toBe(true);
  expect(rebuilt.length).toBeGreaterThan(0);
}

describe('§5.2 a damaged inbox is never silently shorter', () => {
  it('without its WAL says which acknowledged messages are missing, and uses no number twice', async () => {
    const { acknowledged } = await killed();
    rmSync(path('inbox.db-wal'));
    rmSync(path('inbox.db-shm'));
    // What the station wrote before the first message lies in the file.
    const missingFrom = inInbox().head + 1;
    expect(missingFrom).toBe(2);
    await nothingIsSilentlyMissing(acknowledged);
    expect(codes()).toContain('inbox.short');
    expect(notes.find(({ code }) => code === 'inbox.short')?.detail).toMatch(/^nummer 2–61, mottagna efter 20/);
    expect(inInbox().rebuilt).toEqual([{ command: 'rebuilt', reason: 'inbox.short', missingFrom }]);
    // That is told also after the next start.
    const again = await start();
    expect((await again.status()).missing).toMatchObject([{ first: missingFrom }]);
    await again.stop();
  });

  it('with a bit flipped in its WAL says what was cut off', async () => {
    const { acknowledged } = await killed();
    flip('inbox.db-wal', middleOfWal('inbox.db-wal'));
    rmSync(path('inbox.db-shm'));
    await nothingIsSilentlyMissing(acknowledged);
    expect(codes()).toContain('inbox.short');
  });

  it('with a bit flipped in the copy’s WAL loses nothing: the rows are applied again', async () => {
    const { acknowledged } = await killed();
    flip('copy.db-wal', middleOfWal('copy.db-wal'));
    rmSync(path('copy.db-shm'));
    await nothingIsSilentlyMissing(acknowledged);
    expect(inInbox().numbers).toEqual([...upTo(60), 1001]);
  });

  it('with pages changed is read out as far as it can be, wherever the damage lies', { timeout: 120_000 }, async () => {
    const first = await start();
    await receive(first, 1, 80);
    await first.stop();
    for (const name of readdirSync(folder)) if (name !== 'snapshots') copyFileSync(path(name), path(`kept-${name}`));
    const pages = statSync(path('inbox.db')).size / PAGE;
    // The first, a table's names, the ways to all rows, what is known to be lost, and messages.
    for (const page of [0, 1, 5, 8, 10, pages - 1]) {
      for (const name of readdirSync(folder).filter((each) => each.startsWith('kept-')))
        copyFileSync(path(name), path(name.slice('kept-'.length)));
      flip('inbox.db', page * PAGE + 77);
      cursor = 0;
      const second = await start();
      await second.scrub();
      await receive(second, 1001, 1001);
      const { missing } = await second.status();
      await second.stop();
      const { numbers, rebuilt } = inInbox();
      expect(numbers.at(-1)).toBe(1001);
      // (The station's first word, who its sources are, is a row as well.)
      const own = missing.some(({ first }) => first === 1) ? 1 : 0;
      expect(countOf(missing), `page ${page}`).toBe(81 + own - numbers.length);
      if (numbers.length < 81) {
        expect(
          codes().some((code) => code.startsWith('inbox.')),
          `page ${page}`,
        ).toBe(true);
        expect(rebuilt.length, `page ${page}`).toBeGreaterThan(0);
      }
    }
  });

  it('with old pages put back says so', async () => {
    const first = await start();
    await receive(first, 1, 30);
    await first.stop();
    copyFileSync(path('inbox.db'), path('old.db'));
    const second = await start();
    await receive(second, 31, 60);
    await second.stop();
    for (const name of ['inbox.db', 'copy.db', 'inbox.witness']) copyFileSync(path(name), path(`new-${name}`));
    const old = readFileSync(path('old.db'));
    const now = readFileSync(path('new-inbox.db'));
    const page = (file: Buffer, number: number): Buffer => file.subarray(number * PAGE, (number + 1) * PAGE);
    const changed = Array.from({ length: old.length / PAGE }, (_, number) => number).filter(
      (number) => number > 0 && !page(old, number).equals(page(now, number)),
    );
    let missingSomewhere = 0;
    for (const number of changed.slice(-5)) {
      for (const name of readdirSync(folder).filter((each) => /-wal$|-shm$/.test(each))) rmSync(path(name));
      for (const name of ['inbox.db', 'copy.db', 'inbox.witness']) copyFileSync(path(`new-${name}`), path(name));
      const fd = openSync(path('inbox.db'), 'r+');
      writeSync(fd, page(old, number), 0, PAGE, number * PAGE);
      closeSync(fd);
      cursor = 0;
      const third = await start();
      await third.scrub();
      await receive(third, 1000 + number, 1000 + number);
      await third.stop();
      const { numbers, rebuilt } = inInbox();
      const missing = upTo(60).filter((each) => !numbers.includes(each));
      missingSomewhere += missing.length;
      if (missing.length === 0) continue;
      expect(rebuilt, `page ${number}: ${missing.length} missing`).not.toEqual([]);
      expect(codes().some((code) => code.startsWith('inbox.'))).toBe(true);
    }
    expect(missingSomewhere).toBeGreaterThan(0);
  });

  it('with a held message’s bytes gone lets the source go past it, and writes no more than that takes', async () => {
    const first = await start();
    await receive(first, 1, 5);
    await first.command({ command: 'hold', source: journal, by: 'it-1', reason: 'suspect' });
    const last = await receive(first, 6, 90);
    await first.stop();
    const db = openDatabase({ file: path('inbox.db'), key: keys.database('inbox'), role: 'inbox' });
    const other = 'UPDATE pack SET content = (SELECT content FROM pack WHERE first = ?) WHERE first = ?';
    for (const lost of [last - 80, last - 5]) db.prepare(other).run(last, lost);
    db.close();
    cursor = 0;
    const second = await start();
    const { seq } = await second.command({ command: 'release', source: journal, how: 'in-order', by: 'it-1' });
    // The release, and the second piece of it.
    await applied(second, seq + 1);
    await receive(second, 91, 91);
    const { inboxSeq } = await second.status();
    await second.stop();
    expect(inboxSeq).toBe(seq + 2);
    const copy = openDatabase({ file: path('copy.db'), key: keys.database('copy'), role: 'copy' });
    const outcomes = copy.prepare('SELECT seq, outcome FROM outcome ORDER BY seq').raw().all();
    copy.close();
    expect(outcomes).toEqual([last - 80, last - 5].map((lost) => [lost, 'set-aside']));
  });

  it('that is an older file says how many it falls short', async () => {
    const first = await start();
    await receive(first, 1, 10);
    await first.stop();
    copyFileSync(path('inbox.db'), path('old.db'));
    const second = await start();
    await receive(second, 11, 25);
    await second.stop();
    copyFileSync(path('old.db'), path('inbox.db'));
    await nothingIsSilentlyMissing(upTo(25));
    expect(notes[0]?.detail).toMatch(/^nummer 12–26, mottagna efter \d{4}-/);
  });
});
