import { hash } from 'node:crypto';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Failure } from '../../domain/failures.ts';
import { sourceId } from '../../domain/identity.ts';
import { Inbox } from '../../intake/inbox.ts';
import { limits } from '../../limits.ts';
import { damagedFiles, dropOldDamaged } from '../files/damaged-files.ts';
import { isDamage, openDatabase } from '../files/open-database.ts';
import { Witness } from '../files/witness.ts';
import { openInbox, tellGap } from './open-inbox.ts';

const clock = { now: () => ({ wallMs: Date.UTC(2026, 10, 22, 10), boot: 'test', monotonicMs: 0 }) };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reservkraft-witness-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Opens as at a start, receives these messages one a commit, and closes as at an orderly stop. Returns what was told. */
function run(name: string, messages: readonly string[]): string[] {
  const witness = new Witness(join(folder, `${name}.witness`));
  const { inbox, db, notes } = openInbox({
    file: join(folder, `${name}.db`),
    key: Buffer.alloc(32, 1),
    witness,
    clock,
  });
  const record = (): void => witness.record({ sequence: inbox.head.seq, chain: inbox.head.chain, beside: 0 });
  record();
  for (const text of messages) {
    const raw = Buffer.from(text);
    const source = sourceId('lab');
    inbox.append([{ source, format: 'hl7v2', arrival: clock.now(), raw, controlId: null, answer: null }]);
    record();
  }
  witness.close();
  db.close();
  return notes.map(({ code, detail }) => `${code}: ${detail}`);
}
const put = (from: string, to: string): void => {
  for (const end of ['', '.key-check']) copyFileSync(join(folder, `${from}.db${end}`), join(folder, `${to}.db${end}`));
};

describe('a start', () => {
  it('of a new station, and an orderly one after it, has nothing to tell', () => {
    expect(run('a', ['one'])).toEqual([]);
    expect(run('a', ['two'])).toEqual([]);
  });

  it('with a filled inbox and no witness beside it says so, once', () => {
    run('a', ['one', 'two']);
    rmSync(join(folder, 'a.witness'));
    expect(run('a', [])).toEqual(['witness.missing: inkorgen slutar vid nummer 2']);
    expect(run('a', [])).toEqual([]);
  });

  it('with a witness that cannot be read says so too', () => {
    run('a', ['one']);
    writeFileSync(join(folder, 'a.witness'), Buffer.alloc(8192));
    expect(run('a', [])).toEqual(['witness.missing: inkorgen slutar vid nummer 1']);
  });

  it('with another station’s inbox in the place of its own finds that it is not the one its witness saw', () => {
    run('a', ['one', 'two']);
    run('b', ['one', 'another', 'and more']);
    put('b', 'a');
    expect(run('a', [])).toEqual(['inbox.forked: vid nummer 2']);
  });

  it('says so at every start after it, until what came before has been dropped', () => {
    run('a', ['one', 'two']);
    run('b', ['one', 'another', 'and more']);
    put('b', 'a');
    const told = run('a', ['later', 'and later still']);
    expect(run('a', [])).toEqual(told);
    const witness = new Witness(join(folder, 'a.witness'));
    const { inbox, db } = openInbox({ file: join(folder, 'a.db'), key: Buffer.alloc(32, 1), witness, clock });
    expect(inbox.purge({ beforeSeq: 3, packsMax: 99 })).toBeGreaterThan(0);
    witness.close();
    db.close();
    expect(run('a', [])).toEqual([]);
  });

  it('with an older inbox put back says which messages are missing', () => {
    run('a', ['one']);
    put('a', 'old');
    run('a', ['two', 'three']);
    put('old', 'a');
    expect(run('a', [])[0]).toMatch(/^inbox.short: nummer 2–3/);
  });

  it('with a damaged inbox still knows what was sent before, by whom', () => {
    const file = join(folder, 'a.db');
    const key = Buffer.alloc(32, 1);
    const send = (inbox: Inbox, sources: readonly string[]) =>
      inbox.append(
        sources.map((source) => ({
          source: sourceId(source),
          format: 'hl7v2' as const,
          arrival: clock.now(),
          raw: Buffer.from('the same from two'),
          controlId: '17',
          answer: null,
        })),
      );
    const first = openInbox({ file, key, witness: new Witness(join(folder, 'a.witness')), clock });
    send(first.inbox, ['lab']);
    send(first.inbox, ['journal']);
    // Of what retention has dropped only its repetition is left, under a number of its source in that file.
    expect(first.inbox.purge({ beforeSeq: 2, packsMax: 9 })).toBe(1);
    first.db.close();
    const { inbox, db } = openInbox({
      file,
      key,
      witness: new Witness(join(folder, 'a.witness')),
      clock,
      knownDamaged: true,
    });
    expect(send(inbox, ['journal', 'lab']).map(({ repeated }) => repeated)).toEqual([true, true]);
    db.close();
  });

  it('with a witness far older than its inbox tells it', () => {
    run('a', ['one']);
    copyFileSync(join(folder, 'a.witness'), join(folder, 'old.witness'));
    const witness = new Witness(join(folder, 'a.witness'));
    const { inbox, db } = openInbox({ file: join(folder, 'a.db'), key: Buffer.alloc(32, 1), witness, clock });
    const empty = { source: sourceId('lab'), format: 'hl7v2', controlId: null, answer: null } as const;
    const raw = Buffer.from('x');
    inbox.append(Array.from({ length: limits.witnessBehindMax + 1 }, () => ({ ...empty, raw, arrival: clock.now() })));
    witness.close();
    db.close();
    copyFileSync(join(folder, 'old.witness'), join(folder, 'a.witness'));
    expect(run('a', [])).toEqual([`witness.behind: nummer 1, inkorgen ${limits.witnessBehindMax + 2}`]);
  });
});

describe('§5.3 an old page put back', () => {
  const key = Buffer.alloc(32, 5);
  const DAY_MS = 86_400_000;
  const SENT = 35;
  const KEPT_FROM = 16;
  const file = (name: string): string => join(folder, name);

  /** An inbox as it was after 20 messages, and after a purge and 15 more. */
  function twoTimes(): { old: Buffer; now: Buffer } {
    const start = clock.now();
    const db = openDatabase({ file: file('inbox.db'), key, role: 'inbox' });
    const inbox = new Inbox(db);
    const send = (number: number, wallMs: number) => {
      // Nothing to compress: each lies on pages of its own.
      const text = Array.from({ length: 130 }, (_, at) => hash('sha512', `${number}/${at}`)).join('');
      const raw = Buffer.from(`m${number} ${text}`);
      const answer = Buffer.from(`AA ${number}`);
      const arrival = { ...start, wallMs };
      inbox.append([{ source: sourceId('lab'), format: 'hl7v2', arrival, raw, controlId: `c${number}`, answer }]);
    };
    for (let number = 1; number <= 20; number++) send(number, start.wallMs);
    db.pragma('wal_checkpoint(TRUNCATE)');
    const old = readFileSync(file('inbox.db'));
    inbox.purge({ beforeSeq: KEPT_FROM, packsMax: 64 });
    for (let number = 21; number <= SENT; number++) send(number, start.wallMs + 9 * DAY_MS);
    db.pragma('wal_checkpoint(TRUNCATE)');
    db.close();
    return { old, now: readFileSync(file('inbox.db')) };
  }

  /** Reads to the end as the station does; returns the messages found and how often something had to be mended. */
  function readThrough(name: string): { found: number[]; mended: number; codes: string[] } {
    const witness = new Witness(file(`${name}.witness`));
    const options = { file: file(name), key, witness, clock };
    let opened = openInbox(options);
    const codes = opened.notes.map(({ code }) => code);
    const found: number[] = [];
    let next = opened.inbox.purgedTo + 1;
    let gapBefore = 0;
    let mended = 0;
    while (next <= opened.inbox.head.seq) {
      if (mended > 10) throw new Error('mended without end');
      try {
        const gap = opened.inbox.gapAt(next);
        if (gap === null) {
          const [row] = opened.inbox.read(next, 1);
          const [, number] = /^m(\d+) /.exec(Buffer.from(row?.raw ?? []).toString()) ?? [];
          if (number !== undefined) found.push(Number(number));
          next++;
          continue;
        }
        mended++;
        if (gap.first === gapBefore) throw new Failure('store.damaged', 'the same gap');
        gapBefore = gap.first;
        codes.push(tellGap(opened.inbox, gap, clock).code);
      } catch (error) {
        if (!isDamage(error)) throw error;
        mended++;
        opened.db.close();
        opened = openInbox({ ...options, knownDamaged: true });
        codes.push(...opened.notes.map(({ code }) => code));
        next = Math.max(next, opened.inbox.purgedTo + 1);
      }
    }
    opened.db.close();
    witness.close();
    return { found, mended, codes };
  }

  it('whichever it is, the inbox is read to its end, and what is gone is told', { timeout: 120_000 }, () => {
    const { old, now } = twoTimes();
    const page = (of: Buffer, number: number): Buffer => of.subarray(number * 4096, (number + 1) * 4096);
    let changed = 0;
    for (let number = 1; number < old.length / 4096; number++) {
      if (page(old, number).equals(page(now, number))) continue;
      changed++;
      const name = `page-${number}.db`;
      const bytes = Buffer.from(now);
      page(old, number).copy(bytes, number * 4096);
      writeFileSync(file(name), bytes);
      copyFileSync(file('inbox.db.key-check'), file(`${name}.key-check`));
      const { found, codes } = readThrough(name);
      const wanted = Array.from({ length: SENT - KEPT_FROM + 1 }, (_, at) => KEPT_FROM + at);
      const missing = wanted.filter((each) => !found.includes(each));
      if (missing.length > 0) expect(codes.join(), `page ${number}`).toMatch(/inbox\.(?:short|damaged)/);
    }
    expect(changed).toBeGreaterThan(20);
  });

  it('in the newest pack does not keep the station from starting', () => {
    twoTimes();
    const db = openDatabase({ file: file('inbox.db'), key, role: 'inbox' });
    db.prepare('UPDATE pack SET content = (SELECT content FROM pack WHERE first = 20) WHERE first = 35').run();
    db.close();
    const { found, codes } = readThrough('inbox.db');
    expect(codes).toEqual(['witness.missing', 'inbox.short']);
    expect(found).toHaveLength(SENT - KEPT_FROM);
  });
});

describe('damaged files put aside', () => {
  it('are the newest two of each database, with what lies beside them', () => {
    for (const name of ['inbox.db.damaged-1', 'inbox.db.damaged-20', 'inbox.db.damaged-3', 'copy.db.damaged-2'])
      for (const beside of ['', '-wal']) writeFileSync(join(folder, `${name}${beside}`), '1234');
    dropOldDamaged(folder);
    expect(damagedFiles(folder).map(({ name, bytes }) => `${name} ${bytes}`)).toEqual([
      'inbox.db.damaged-20 8',
      'inbox.db.damaged-3 8',
      'copy.db.damaged-2 8',
    ]);
  });
});
