import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from 'better-sqlite3-multiple-ciphers';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sourceId } from '../domain/identity.ts';
import { openDatabase } from '../station/files/open-database.ts';
import { Inbox, InboxGap } from './inbox.ts';
import type { InboxItem } from './inbox-rows.ts';

const key = Buffer.alloc(32, 5);
const DAY_MS = 86_400_000;
const journal = sourceId('journal');
const lab = sourceId('lab');

let folder: string;
let db: Database;
let inbox: Inbox;
const open = (): void => {
  db = openDatabase({ file: join(folder, 'inbox.db'), key, role: 'inbox' });
  inbox = new Inbox(db);
};
const reopen = (): void => {
  db.close();
  open();
};
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reservkraft-inbox-'));
  open();
});
afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true, force: true });
});

const item = (text: string, controlId: string | null, more: Partial<InboxItem> = {}): InboxItem => ({
  source: journal,
  format: 'hl7v2',
  arrival: { wallMs: 1_800_000_000_000, boot: 'boot-1', monotonicMs: 5000 },
  raw: Buffer.from(text),
  controlId,
  answer: controlId === null ? null : Buffer.from(`MSA|AA|${controlId}`),
  ...more,
});
const texts = (from: number, limit = 1000): string[] =>
  inbox.read(from, limit).map((row) => Buffer.from(row.raw).toString());

describe('the inbox', () => {
  it('gives back every byte, in the order it came, with source, format and both clocks', () => {
    const raw = Buffer.from([0x4d, 0x00, 0xff, 0xe5, 0x0d]);
    inbox.append([item('första', '1', { raw }), item('andra', '2', { source: lab, format: 'fhir+json' })]);
    inbox.append([item('tredje', null)]);
    reopen();
    expect(inbox.head.seq).toBe(3);
    const [first, second] = inbox.read(1, 2);
    expect(Buffer.from(first?.raw ?? []).equals(raw)).toBe(true);
    expect(second).toMatchObject({ seq: 2, source: 'lab', format: 'fhir+json' });
    expect(second?.arrival).toEqual({ wallMs: 1_800_000_000_000, boot: 'boot-1', monotonicMs: 5000 });
    expect(texts(3)).toEqual(['tredje']);
    expect(inbox.read(4, 10)).toEqual([]);
  });

  it('keeps a message of one byte, of none, and of several megabytes', () => {
    const large = Buffer.alloc(5 * 1024 * 1024, 'journalanteckning ');
    inbox.append([item('', '1'), item('x', '2'), item('', '3', { raw: large }), item('efter', '4')]);
    expect(inbox.raw(1)).toHaveLength(0);
    expect(Buffer.from(inbox.raw(3) ?? []).equals(large)).toBe(true);
    expect(texts(4)).toEqual(['efter']);
  });

  it('answers a message sent again with the same stored answer, and makes no second row', () => {
    const first = inbox.append([item('A01', '17', { answer: Buffer.from('first answer') })]);
    expect(first).toEqual([{ seq: 1, repeated: false, answer: Buffer.from('first answer'), controlIdReused: false }]);
    reopen();
    const again = inbox.append([item('A01', '17', { answer: Buffer.from('another') }), item('A02', '18')]);
    expect(again[0]).toMatchObject({ seq: 1, repeated: true });
    expect(Buffer.from(again[0]?.answer ?? []).toString()).toBe('first answer');
    expect(inbox.head.seq).toBe(2);
    expect(db.prepare('SELECT max(times) AS times FROM repetition').get()).toEqual({ times: 2 });
  });

  it('recognises a repetition within the same commit, and the same control id from another source as another message', () => {
    const results = inbox.append([item('A01', '17'), item('A01', '17'), item('A01', '17', { source: lab })]);
    expect(results.map(({ seq, repeated }) => [seq, repeated])).toEqual([
      [1, false],
      [1, true],
      [2, false],
    ]);
  });

  it('keeps another message that comes under a used control id, and says so', () => {
    inbox.append([item('A01', '17')]);
    const [reused] = inbox.append([item('A03', '17')]);
    expect(reused).toMatchObject({ seq: 2, repeated: false, controlIdReused: true });
    expect(inbox.append([item('A03', '17')])[0]).toMatchObject({ seq: 2, repeated: true });
  });

  it('never takes what has no control id for a repetition: on, off and on again is three messages', () => {
    inbox.append([item('on', null), item('off', null), item('on', null)]);
    expect(texts(1)).toEqual(['on', 'off', 'on']);
  });

  it('recognises a repetition for 400 days, also when the message itself has been dropped', () => {
    const start = 1_800_000_000_000;
    const at = (day: number) => ({ arrival: { wallMs: start + day * DAY_MS, boot: 'b', monotonicMs: day } });
    const sweep = (day: number, beforeSeq = 3) =>
      inbox.sweepRepetitions({ beforeSeq, wallMs: start + day * DAY_MS, rowsMax: 1 });
    inbox.append([item('A01', '17', at(0))]);
    inbox.append([item('A02', '18', at(1))]);
    expect(inbox.purge({ beforeSeq: 2, packsMax: 100 })).toBe(1);
    expect(inbox.append([item('A01', '17', at(300))])[0]).toEqual({
      seq: 1,
      repeated: true,
      answer: null,
      controlIdReused: false,
    });
    // 400 days after it was last seen; the walk comes back to the start by itself.
    expect(sweep(402)).toBe(0);
    // A clock that shows it is not enough: the row must surely have been here so long.
    expect([1, 2, 3, 4].map(() => sweep(701, 1))).toEqual([0, 0, 0, 0]);
    const swept = [1, 2, 3, 4].map(() => sweep(701));
    expect(swept.reduce((sum, each) => sum + each)).toBe(2);
    expect(inbox.append([item('A01', '17', at(702))])[0]).toMatchObject({ seq: 3, repeated: false });
  });

  it('tells control ids beyond every bound apart, and knows each again', () => {
    const long = (end: string): string => `${'x'.repeat(300)}${end}`;
    inbox.append([item('A01', long('1')), item('A01', long('2'))]);
    expect(inbox.head.seq).toBe(2);
    expect(inbox.append([item('A01', long('1'))])[0]).toMatchObject({ seq: 1, repeated: true });
  });

  it('knows what it keeps again also in a file laid out by an earlier version', () => {
    inbox.append([item('A01', '17'), item('A01', '17', { source: lab }), item('A02', null)]);
    db.exec(`DROP TABLE repetition;
      CREATE TABLE repetition (
        control BLOB NOT NULL, content BLOB NOT NULL, seq INTEGER NOT NULL, day INTEGER NOT NULL, times INTEGER NOT NULL,
        PRIMARY KEY (control, content)
      ) WITHOUT ROWID`);
    db.pragma('user_version=1');
    reopen();
    const again = inbox.append([item('A01', '17', { source: lab }), item('A01', '17'), item('A03', '17')]);
    expect(again.map(({ seq, repeated }) => [seq, repeated])).toEqual([
      [2, true],
      [1, true],
      [4, false],
    ]);
    expect(again[2]?.controlIdReused).toBe(true);
  });

  it('drops only what lies before the number given, and never the newest', () => {
    const at = (wallMs: number) => ({ arrival: { wallMs, boot: 'b', monotonicMs: 0 } });
    for (let seq = 1; seq <= 6; seq++) inbox.append([item(`m${seq}`, String(seq), at(seq * 1000))]);
    expect(inbox.purge({ beforeSeq: 3, packsMax: 100 })).toBe(2);
    expect(inbox.purgedTo).toBe(2);
    expect(texts(3)).toEqual(['m3', 'm4', 'm5', 'm6']);
    expect(() => inbox.read(1, 10)).toThrow(InboxGap);
    expect(inbox.purge({ beforeSeq: 3, packsMax: 100 })).toBe(0);
    expect(inbox.purge({ beforeSeq: 99, packsMax: 100 })).toBe(3);
    reopen();
    expect(inbox.head.seq).toBe(6);
    expect(inbox.verify()).toEqual({ rows: 1, broken: [] });
    inbox.append([item('m7', '7')]);
    expect(texts(6)).toEqual(['m6', 'm7']);
  });

  it('takes all of a group or none, and goes on counting where it was', () => {
    inbox.append([item('A01', '1')]);
    db.exec(`CREATE TEMP TRIGGER full BEFORE INSERT ON received WHEN new.seq = 3
             BEGIN SELECT RAISE(ABORT, 'disk full'); END`);
    expect(() => inbox.append([item('A02', '2', { source: lab }), item('A03', '3')])).toThrow('disk full');
    expect(inbox.head.seq).toBe(1);
    db.exec('DROP TRIGGER full');
    const results = inbox.append([item('A02', '2', { source: lab }), item('A03', '3')]);
    expect(results.map((each) => [each.seq, each.repeated])).toEqual([
      [2, false],
      [3, false],
    ]);
    expect(inbox.row(2)?.source).toBe('lab');
    expect(inbox.verify()).toEqual({ rows: 3, broken: [] });
  });

  it('says which rows are missing instead of giving fewer', () => {
    for (let seq = 1; seq <= 6; seq++) inbox.append([item(`m${seq}`, String(seq))]);
    db.exec('DELETE FROM received WHERE seq BETWEEN 3 AND 4');
    expect(texts(1)).toEqual(['m1', 'm2']);
    expect(() => inbox.read(3, 10)).toThrow(expect.objectContaining({ first: 3, last: 4 }));
    expect(inbox.verify().broken).toEqual([
      { first: 3, last: 3 },
      { first: 4, last: 4 },
    ]);
    db.exec("UPDATE pack SET content = CAST('other' AS BLOB), bytes = 5, compressed = 0 WHERE first = 6");
    reopen();
    expect(() => inbox.read(6, 10)).toThrow(expect.objectContaining({ first: 6, last: 6 }));
  });

  it('notices a row put back from an older file by the chain', () => {
    for (let seq = 1; seq <= 3; seq++) inbox.append([item(`m${seq}`, String(seq))]);
    expect(inbox.verify().broken).toEqual([]);
    db.exec('UPDATE received SET wall_ms = wall_ms - 1 WHERE seq = 2');
    expect(inbox.verify().broken).toEqual([{ first: 2, last: 2 }]);
  });

  it('fills lost numbers with a command that does nothing, so that no number is used twice', () => {
    for (let seq = 1; seq <= 5; seq++) inbox.append([item(`m${seq}`, String(seq))]);
    db.exec('DELETE FROM received WHERE seq = 2; DELETE FROM pack WHERE first = 2');
    const arrival = { wallMs: 9, boot: 'b', monotonicMs: 0 };
    inbox.fillLost({ first: 2, last: 2 }, arrival, []);
    inbox.fillLost({ first: 6, last: 2500 }, arrival, []);
    reopen();
    expect(inbox.head.seq).toBe(2500);
    expect(texts(1, 6)).toEqual(['m1', '{"command":"tick"}', 'm3', 'm4', 'm5', '{"command":"tick"}']);
    expect(inbox.lost().map(({ first, last }) => [first, last])).toEqual([
      [2, 2],
      [6, 2500],
    ]);
    expect(inbox.verify().broken).toEqual([]);
    expect(inbox.append([item('next', 'n')])[0]?.seq).toBe(2501);
  });

  it('§5.2 filling lost numbers keeps every whole row of the packs they lay in, with its answer', () => {
    const ten = (from: number) => Array.from({ length: 10 }, (_, at) => item(`m${from + at}`, String(from + at)));
    inbox.append(ten(1));
    inbox.append(ten(11));
    inbox.append(ten(21));
    const { chain } = inbox.head;
    db.exec('DELETE FROM received WHERE seq BETWEEN 6 AND 13');
    const arrival = { wallMs: 9, boot: 'b', monotonicMs: 0 };
    inbox.fillLost({ first: 6, last: 13 }, arrival, []);
    for (const each of ['open', 'reopened']) {
      if (each === 'reopened') reopen();
      expect(texts(1)).toEqual(
        Array.from({ length: 30 }, (_, at) => (at >= 5 && at < 13 ? '{"command":"tick"}' : `m${at + 1}`)),
      );
      expect(inbox.verify()).toEqual({ rows: 30, broken: [] });
      expect(inbox.chainAt(30)).toEqual(chain);
    }
    // A second loss in what was written again.
    db.exec('DELETE FROM received WHERE seq IN (3, 16)');
    for (const seq of [3, 16]) inbox.fillLost({ first: seq, last: seq }, arrival, []);
    expect(texts(1).filter((text) => text.startsWith('m'))).toHaveLength(20);
    expect(inbox.verify()).toEqual({ rows: 30, broken: [] });
    expect(Buffer.from(inbox.append([item('m14', '14')])[0]?.answer ?? []).toString()).toBe('MSA|AA|14');
    expect(inbox.append([item('next', 'n')])[0]?.seq).toBe(31);
    expect(inbox.verify()).toEqual({ rows: 31, broken: [] });
  });

  it('takes a pack that cannot be unpacked for one gap, up to the next row that is whole', () => {
    const long = 'meddelande '.repeat(60);
    inbox.append([item('m1', '1')]);
    inbox.append([2, 3, 4].map((number) => item(`${long}${number}`, String(number))));
    inbox.append([item('m5', '5')]);
    db.exec("UPDATE pack SET content = CAST('not what was packed' AS BLOB) WHERE first = 2");
    reopen();
    expect(() => inbox.read(2, 10)).toThrow(expect.objectContaining({ name: 'InboxGap', first: 2, last: 4 }));
    expect(inbox.raw(3)).toBeUndefined();
    expect(inbox.verify().broken).toEqual([{ first: 2, last: 4 }]);
  });

  it('§5.2 what was lost and is sent again is received, and not taken for a repetition of what is gone', () => {
    const long = 'meddelande '.repeat(60);
    const messages = [1, 2, 3, 4].map((number) => item(`${long}${number}`, String(number)));
    inbox.append(messages.slice(0, 2));
    inbox.append(messages.slice(2));
    db.exec("UPDATE pack SET content = CAST('not what was packed' AS BLOB) WHERE first = 3");
    // Before anybody has noticed, …
    expect(inbox.append(messages.slice(2, 3))).toMatchObject([{ seq: 5, repeated: false }]);
    inbox.fillLost({ first: 3, last: 4 }, { wallMs: 9, boot: 'b', monotonicMs: 0 }, []);
    // … and after it was told and asked for.
    expect(inbox.append(messages)).toMatchObject([
      { seq: 1, repeated: true },
      { seq: 2, repeated: true },
      { seq: 5, repeated: true },
      { seq: 6, repeated: false },
    ]);
    reopen();
    expect(inbox.append(messages).map(({ seq }) => seq)).toEqual([1, 2, 5, 6]);
    expect(inbox.verify().broken).toEqual([]);
  });

  it('§5.2 takes rows of a damaged file under the numbers they had, repetitions among them, and no others', () => {
    inbox.startAfter(6, Buffer.alloc(32, 1));
    inbox.restore(
      [item('same', '1'), item('same', '1'), item('ö', null)].map((each, at) => ({ seq: 7 + at, item: each })),
    );
    expect(texts(7)).toEqual(['same', 'same', 'ö']);
    expect(() => inbox.restore([{ seq: 11, item: item('x', null) }])).toThrow('11');
    reopen();
    expect(inbox.head.seq).toBe(9);
    expect(inbox.verify()).toEqual({ rows: 3, broken: [] });
    expect(inbox.append([item('same', '1'), item('next', '2')]).map(({ seq }) => seq)).toEqual([8, 10]);
  });

  it('read by another connection is seen in order as soon as it has been put in order', () => {
    inbox.append([item('m1', '1'), item('m2', '2')]);
    db.exec("UPDATE pack SET content = CAST('x' AS BLOB)");
    const readingDb = openDatabase({ file: join(folder, 'inbox.db'), key, role: 'inbox', readonly: true });
    const reading = new Inbox(readingDb);
    expect(() => reading.read(1, 10)).toThrow(InboxGap);
    inbox.fillLost({ first: 1, last: 2 }, { wallMs: 9, boot: 'b', monotonicMs: 0 }, [item('told', null)]);
    reading.follow();
    expect(reading.read(1, 10)).toHaveLength(3);
    readingDb.close();
  });

  it('knows the running hash at the end of each commit', () => {
    inbox.append([item('a', '1'), item('b', '2')]);
    const { chain } = inbox.head;
    inbox.append([item('c', '3')]);
    expect(inbox.chainAt(2)).toEqual(chain);
    expect(inbox.chainAt(1)).toBeUndefined();
    expect(inbox.chainAt(3)).toEqual(inbox.head.chain);
    expect(chain).not.toEqual(inbox.head.chain);
  });

  it('keeps each message once and in order, however groups, sources and repetitions fall', () => {
    const message = fc.record({ source: fc.constantFrom(journal, lab), id: fc.integer({ min: 1, max: 12 }) });
    const groups = fc.array(fc.array(message, { maxLength: 12 }), { maxLength: 12 });
    let run = 0;
    fc.assert(
      fc.property(groups, (commits) => {
        run++;
        const expected: string[] = [];
        const start = inbox.head.seq;
        for (const group of commits) {
          inbox.append(group.map(({ source, id }) => item(`${run}/${source}/${id}`, `${run}/${id}`, { source })));
          for (const { source, id } of group)
            if (!expected.includes(`${run}/${source}/${id}`)) expected.push(`${run}/${source}/${id}`);
        }
        expect(texts(start + 1)).toEqual(expected);
      }),
      { seed: 20261122, numRuns: 60 },
    );
    expect(inbox.verify().broken).toEqual([]);
  });
});
