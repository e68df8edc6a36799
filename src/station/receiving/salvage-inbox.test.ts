// One changed bit anywhere in the inbox: what lay on that page is lost and named, and nothing else, under no other number.

import { hash } from 'node:crypto';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sourceId } from '../../domain/identity.ts';
import { Inbox } from '../../intake/inbox.ts';
import type { InboxItem } from '../../intake/inbox-rows.ts';
import { openDatabase, PAGE_BYTES } from '../files/open-database.ts';
import { Witness } from '../files/witness.ts';
import { DamagedPages } from './damaged-pages.ts';
import { openInbox } from './open-inbox.ts';

const isLong = process.env['RESERVKRAFT_TEST_LONG'] === '1';
/** Of the pages that hold messages every so manieth is changed; of all others each. */
const EVERY = isLong ? 1 : 12;
const SENT = 320;
const DROPPED = 40;
const key = Buffer.alloc(32, 9);
const clock = { now: () => ({ wallMs: Date.UTC(2026, 10, 25, 10), boot: 'now', monotonicMs: 1 }) };

let folder: string;
const path = (name: string): string => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'reservkraft-salvage-'));
  whole();
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Short and long ones, of three sources in two lives of the machine; the same message is sent again by another source. */
function message(number: number): InboxItem {
  const long = number % 9 === 0 ? 150 : number % 4;
  const noise = Array.from({ length: long }, (_, at) => hash('sha512', `${number}/${at}`)).join('');
  return {
    source: sourceId(['lab', 'journal', 'unknown:RTG|HUS'][number % 3] ?? ''),
    format: 'hl7v2',
    arrival: { wallMs: Date.UTC(2026, 10, 1) + number, boot: number < 100 ? 'before' : 'after', monotonicMs: number },
    raw: Buffer.from(`m${number} ${noise}`),
    controlId: `c${number}`,
    answer: Buffer.from(`AA ${number}`),
  };
}
const numbers = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, at) => from + at);

/** An inbox as after some days: the first dropped by retention, one told as lost, the rest one or more a commit. */
function whole(): void {
  const db = openDatabase({ file: path('whole.db'), key, role: 'inbox' });
  const inbox = new Inbox(db);
  for (const number of numbers(1, DROPPED)) inbox.append([message(number)]);
  db.exec('DELETE FROM received WHERE seq = 20');
  inbox.fillLost({ first: 20, last: 20 }, clock.now(), []);
  inbox.append([message(DROPPED + 1)]);
  inbox.purge({ beforeSeq: DROPPED + 1, packsMax: 100 });
  expect(inbox.purgedTo).toBe(DROPPED);
  for (let number = DROPPED + 2; number <= SENT; number += number % 3 === 0 ? 4 : 1)
    inbox.append(numbers(number, Math.min(SENT, number + (number % 3 === 0 ? 3 : 0))).map(message));
  expect(inbox.head.seq).toBe(SENT);
  db.pragma('wal_checkpoint(TRUNCATE)');
  const witness = new Witness(path('whole.witness'));
  witness.record({ sequence: SENT, chain: inbox.head.chain, beside: 0 });
  witness.close();
  db.close();
}

interface Page {
  readonly page: number;
  readonly name: string;
  /** Messages that lie on it, whole or in part. */
  readonly holds: ReadonlySet<number>;
}

/** Every page of the whole file, with the messages that can't be read without it. */
function pagesOfWhole(): Page[] {
  const pages = new DamagedPages(path('whole.db'), path('looking.db'), key);
  const packs = pages.db.prepare<[], { first: number; last: number }>('SELECT first, last FROM pack').all();
  const within = new Map(packs.map(({ first, last }) => [first, numbers(first, last)]));
  const placed = pages.db
    .prepare<[], { name: string; page: number; path: string; type: string }>(
      'SELECT name, pageno AS page, path, pagetype AS type FROM dbstat ORDER BY pageno',
    )
    .all();
  const leaves = new Map(
    placed.filter(({ name, type }) => name === 'pack' && type === 'leaf').map((each) => [each.path, each.page]),
  );
  const on = (page: number): number[] => [...pages.rowsOn(page)].map(({ id }) => id);
  const found = placed
    .filter(({ name, page }) => page <= pages.pages && name !== 'page' && name !== 'filler')
    .map(({ name, page, path: at, type }): Page => {
      let holds: readonly number[] = [];
      if (name === 'received' && type === 'leaf') holds = on(page);
      else if (name === 'pack' && type === 'leaf') holds = on(page).flatMap((first) => within.get(first) ?? []);
      else if (name === 'pack' && type === 'overflow') {
        // `/003/01a+000001`: the second page of what is too long for the 27th row of that leaf.
        const [, leaf = '', cell = ''] = /^(.*\/)([0-9a-f]{3})\+[0-9a-f]{6}$/.exec(at) ?? [];
        const first = on(leaves.get(leaf) ?? 0)[Number.parseInt(cell, 16)];
        holds = within.get(first ?? 0) ?? [];
      }
      return { page, name: `${name} ${type}`, holds: new Set(holds) };
    });
  pages.close();
  return found;
}

/** The station's next start, with this file found damaged; what it then has, tells, and takes for sent before. */
function salvaged(name: string) {
  const witness = new Witness(path(`${name}.witness`));
  const { inbox, db, notes } = openInbox({ file: path(name), key, witness, clock, knownDamaged: true });
  witness.close();
  try {
    expect(inbox.purgedTo).toBe(DROPPED);
    const rows = inbox.read(DROPPED + 1, 10_000);
    const lost = inbox.lost().flatMap(({ first, last }) => numbers(first, last));
    const newlyLost = lost.filter((number) => number !== 20);
    // Nothing stands under another number than its own, nothing is there twice, and what is not there is told.
    for (const { seq, raw, source, arrival } of rows.slice(0, SENT - DROPPED)) {
      if (newlyLost.includes(seq)) expect(Buffer.from(raw).toString()).toBe('{"command":"tick"}');
      else {
        const sent = message(seq);
        expect(Buffer.from(raw).equals(sent.raw)).toBe(true);
        expect({ source, arrival }).toEqual({ source: sent.source, arrival: sent.arrival });
      }
    }
    expect(rows).toHaveLength(SENT - DROPPED + (newlyLost.length > 0 ? 1 : 0));
    expect(notes.map(({ code }) => code)).toEqual(['inbox.damaged']);
    const detail = notes[0]?.detail ?? '';
    expect(detail).toContain(newlyLost.length === 0 ? 'inga förlorade' : `${newlyLost.length} förlorade: nummer `);
    if (newlyLost.length > 0) {
      expect(detail).toMatch(new RegExp(`nummer ${newlyLost[0]}\\D`));
      const told = JSON.parse(Buffer.from(rows.at(-1)?.raw ?? []).toString());
      expect(told).toEqual({ command: 'rebuilt', reason: 'inbox.damaged', missingFrom: newlyLost[0] });
    }
    expect(inbox.verify().broken).toEqual([]);
    return { inbox, newlyLost, close: () => db.close() };
  } catch (error) {
    db.close();
    throw error;
  }
}

/** The whole file with one bit of these pages changed. */
function changed(name: string, pages: readonly number[]): void {
  for (const beside of ['', '-wal', '-shm']) rmSync(path(`${name}${beside}`), { force: true });
  const bytes = readFileSync(path('whole.db'));
  for (const page of pages) {
    const at = (page - 1) * PAGE_BYTES + 100 + ((page * 997) % 3_900);
    bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << (page % 8)), at);
  }
  writeFileSync(path(name), bytes);
  copyFileSync(path('whole.db.key-check'), path(`${name}.key-check`));
  copyFileSync(path('whole.witness'), path(`${name}.witness`));
}

describe('§5.2 one changed bit in the inbox', () => {
  it('loses at most the messages on its page, names them, and moves none to another number', {
    timeout: 600_000,
  }, () => {
    const pages = pagesOfWhole();
    expect(pages.length).toBeGreaterThan(100);
    const seen = new Set<string>();
    let [tried, losing] = [0, 0];
    for (const { page, name, holds } of pages) {
      if (holds.size > 0 && page % EVERY !== 0) continue;
      tried++;
      seen.add(name);
      changed('inbox.db', [page]);
      const { inbox, newlyLost, close } = salvaged('inbox.db');
      const astray = newlyLost.filter((number) => !holds.has(number));
      expect(astray, `page ${page} (${name})`).toEqual([]);
      if (newlyLost.length > 0) losing++;
      // All sent again: what is there is known, what is lost is received anew.
      const again = inbox.append(numbers(DROPPED + 1, SENT).map(message));
      const received = again.flatMap(({ repeated }, at) => (repeated ? [] : [DROPPED + 1 + at]));
      expect(received, `page ${page} (${name})`).toEqual(newlyLost);
      close();
    }
    expect(tried).toBeGreaterThan(15);
    expect(losing).toBeGreaterThan(5);
    for (const name of ['pack internal', 'received internal', 'source leaf', 'boot leaf', 'purged leaf', 'lost leaf'])
      expect([...seen]).toContain(name);
    expect(readdirSync(folder).filter((name) => /\.(?:reading|found|making|ready)/.test(name))).toEqual([]);
  });
});

describe('§5.2 an inbox damaged in several places', () => {
  /** The page on which a table of every inbox begins. */
  const root = (table: string): number => {
    const db = openDatabase({ file: path('whole.db'), key, role: 'inbox', readonly: true });
    const page = db.prepare<[string], number>('SELECT rootpage FROM sqlite_schema WHERE name = ?').pluck().get(table);
    db.close();
    return page ?? 0;
  };

  it.each([
    ['its first page and the ways to all rows', () => [1, root('received'), root('pack'), root('lost')]],
    ['what retention dropped, and the way to the messages’ bytes', () => [root('purged'), root('pack')]],
    ['the names of its sources in the table alone', () => [1, root('source'), root('boot')]],
    ['the names of its sources in their index alone', () => [1, root('source') + 1, root('boot') + 1]],
  ])('is read from the pages that are whole: %s', (_, pages) => {
    changed('inbox.db', pages());
    const { newlyLost, close } = salvaged('inbox.db');
    expect(newlyLost).toEqual([]);
    close();
  });

  it('without any name of a source keeps every message, of a source nobody knows', () => {
    changed('inbox.db', [root('source'), root('source') + 1]);
    const witness = new Witness(path('inbox.db.witness'));
    const { inbox, db } = openInbox({ file: path('inbox.db'), key, witness, clock, knownDamaged: true });
    witness.close();
    const rows = inbox.read(DROPPED + 1, 10_000);
    expect(rows.map(({ raw }) => Buffer.from(raw))).toEqual(
      numbers(DROPPED + 1, SENT).map((each) => message(each).raw),
    );
    expect([...new Set(rows.map(({ source }) => source))].sort()).toEqual(['unknown:1', 'unknown:2', 'unknown:3']);
    db.close();
  });

  it('that cannot say where it begins tells all before the first message found as lost', () => {
    changed('inbox.db', [root('purged'), root('pack'), root('received')]);
    const witness = new Witness(path('inbox.db.witness'));
    const { inbox, db, notes } = openInbox({ file: path('inbox.db'), key, witness, clock, knownDamaged: true });
    witness.close();
    expect(notes[0]?.detail).toContain(`${DROPPED} förlorade: nummer 1–${DROPPED};`);
    expect(inbox.read(DROPPED + 1, 10_000)).toHaveLength(SENT - DROPPED + 1);
    db.close();
  });

  it('with rows in its log alone gives those too, also without a first page', () => {
    changed('inbox.db', []);
    const db = openDatabase({ file: path('inbox.db'), key, role: 'inbox' });
    const inbox = new Inbox(db);
    for (const number of numbers(SENT + 1, SENT + 30)) inbox.append([message(number)]);
    const left = ['inbox.db', 'inbox.db-wal'].map((name) => [name, readFileSync(path(name))] as const);
    db.close();
    for (const [name, bytes] of left) writeFileSync(path(name), name === 'inbox.db' ? bytes.fill(7, 200, 300) : bytes);
    const witness = new Witness(path('inbox.db.witness'));
    const opened = openInbox({ file: path('inbox.db'), key, witness, clock, knownDamaged: true });
    witness.close();
    expect(opened.inbox.head.seq).toBe(SENT + 30);
    expect(opened.inbox.lost()).toHaveLength(1);
    expect(Buffer.from(opened.inbox.raw(SENT + 30) ?? []).equals(message(SENT + 30).raw)).toBe(true);
    opened.db.close();
  });

  it('of which nothing can be read is begun again after the last number anybody was answered', () => {
    changed('inbox.db', []);
    writeFileSync(path('inbox.db'), Buffer.alloc(50_000, 3));
    const witness = new Witness(path('inbox.db.witness'));
    const { inbox, db, notes } = openInbox({ file: path('inbox.db'), key, witness, clock, knownDamaged: true });
    witness.close();
    expect(notes[0]?.detail).toMatch(/^0 rader lästa, 320 förlorade: nummer 1–320; inbox\.db\.damaged-/);
    expect(inbox.lost().map(({ first, last }) => [first, last])).toEqual([[1, SENT]]);
    expect(inbox.append([message(5)])[0]).toMatchObject({ seq: SENT + 2, repeated: false });
    db.close();
  });
});
