import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sourceId } from '../domain/identity.ts';
import type { Inbox } from '../intake/inbox.ts';
import { limits } from '../limits.ts';
import { damagedFiles, dropOldDamaged } from './damaged-files.ts';
import { openInbox } from './open-inbox.ts';
import { Witness } from './witness.ts';

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
    send(first.inbox, ['lab', 'journal']);
    // Retention has dropped the first row: only its repetition is left, under a number of its source in that file.
    first.db.exec('DELETE FROM received WHERE seq = 1');
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
