import { describe, expect, it } from 'vitest';
import type { LedgerItem } from '../domain/ledger-entry.ts';
import { draft, faultsOf, TEN, TestLedger } from './ledger.fixture.ts';
import { readOpening } from './opening.ts';
import { sealEntry } from './sealing.ts';

describe('§5.11 what was done stays as it was written', () => {
  it('begins with the key, and each entry follows the one before', () => {
    const one = new TestLedger();
    one.write(3);
    const [first, ...others] = one.items();
    expect(first === undefined ? null : readOpening(first)).toMatchObject({
      reason: 'installed',
      publicKey: one.signer.publicKey,
      former: null,
    });
    expect(others.map(({ entry }) => entry.sequence)).toEqual([2, 3, 4]);
    expect(others.map(({ entry }) => entry.previousHash)).toEqual(
      one
        .items()
        .slice(0, 3)
        .map(({ entry }) => entry.hash),
    );
    expect(faultsOf(one)).toEqual([]);
  });

  it('all entries of a commit are there or none', () => {
    const one = new TestLedger();
    const before = one.ledger.head;
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    expect(() => one.ledger.append([draft(), draft({ body: circular })], TEN)).toThrow();
    expect(one.ledger.head).toEqual(before);
    expect(one.items()).toHaveLength(1);
    one.write(1);
    expect(faultsOf(one)).toEqual([]);
  });

  it.each([
    ['a changed author', "UPDATE entry SET author = 'Annan' WHERE sequence = 3", 'changed 3'],
    ['another time', 'UPDATE entry SET event_at = event_at + 1 WHERE sequence = 3', 'changed 3'],
    ['another patient', `UPDATE entry SET patient = '${'q'.repeat(26)}' WHERE sequence = 3`, 'changed 3'],
    ['a changed body', "UPDATE body SET content = CAST('{}' AS BLOB) WHERE position = 3", 'body-changed 3'],
    ['a body taken away', 'DELETE FROM body WHERE position = 3', 'body-missing 3'],
    ['a dropped entry', 'DELETE FROM entry WHERE sequence = 3', 'missing 4 nummer 3'],
    ['the last ones dropped', 'DELETE FROM entry WHERE sequence > 3', 'cut-short 3 nummer 4–5'],
    ['the opening dropped', 'DELETE FROM entry WHERE sequence = 1', 'no-opening 2 1–1'],
    [
      'two that changed places',
      'UPDATE entry SET sequence = CASE sequence WHEN 3 THEN 9 ELSE 3 END WHERE sequence IN (3, 4); UPDATE entry SET sequence = 4 WHERE sequence = 9',
      'changed 3',
    ],
  ])('%s is found', (_, sql, fault) => {
    const one = new TestLedger();
    one.write(4);
    one.db.exec(sql);
    expect(faultsOf(one)).toContain(fault);
    expect(one.reader.check(one.ledger.head).epochs[0]?.wholeTo ?? 0).toBeLessThan(fault.includes(' 4 ') ? 4 : 5);
  });

  it('an entry written anew and signed with the chain’s own key does not fit with the next', () => {
    const one = new TestLedger();
    one.write(3);
    const { entry } = one.items()[2] as LedgerItem;
    const anew = sealEntry({ ...entry, author: 'Annan' }, one.signer);
    one.db
      .prepare('UPDATE entry SET author = ?, hash = ?, signature = ? WHERE sequence = 3')
      .run(anew.author, Buffer.from(anew.hash, 'hex'), Buffer.from(anew.signature, 'hex'));
    expect(faultsOf(one)).toEqual(['forged 4 hör inte ihop med posten före']);
  });

  it('an entry signed anew by another key is forged', () => {
    const one = new TestLedger();
    one.write(2);
    const other = new TestLedger('a', { seed: 99 });
    other.write(2);
    const forged = other.items()[2];
    one.db
      .prepare('UPDATE entry SET signature = ? WHERE sequence = 3')
      .run(Buffer.from(forged?.entry.signature ?? '', 'hex'));
    expect(faultsOf(one)).toEqual(['forged 3']);
  });
});

describe('a ledger put back from earlier', () => {
  it('goes on in a new epoch that says which numbers are missing', () => {
    const one = new TestLedger();
    one.write(2);
    const backup = one.copied();
    one.write(3);
    const seen = one.ledger.head;
    const restored = new TestLedger('a', { db: backup, seen });
    restored.write(1);
    const opening = restored
      .items()
      .map(readOpening)
      .filter((said) => said !== null)[1];
    expect(opening).toMatchObject({ reason: 'restored', former: seen, kept: { sequence: 3 } });
    const report = restored.reader.check(restored.ledger.head);
    expect(report.faults).toEqual([]);
    expect(report.epochs[0]).toMatchObject({ wholeTo: 3, lost: { from: 4, to: 6 } });
    expect(restored.ledger.head.epoch).toBeGreaterThan(seen.epoch);
  });

  it('an older file beside a newer witness is found also before anyone has gone on', () => {
    const one = new TestLedger();
    one.write(2);
    const backup = one.copied();
    one.write(3);
    const older = new TestLedger('b', { db: backup });
    expect(older.reader.check(one.ledger.head).faults.map(({ fault }) => fault)).toContain('cut-short');
  });

  it('gone altogether begins a new epoch that tells how far it had come', () => {
    const one = new TestLedger();
    one.write(4);
    const again = new TestLedger('a', { seen: one.ledger.head });
    expect(again.items().map(readOpening)[0]).toMatchObject({
      reason: 'restored',
      former: one.ledger.head,
      kept: null,
    });
    expect(again.ledger.head.epoch).toBe(one.ledger.head.epoch + 1);
    expect(again.reader.check(again.ledger.head)).toMatchObject({
      faults: [],
      epochs: [{ epoch: one.ledger.head.epoch, entries: 0, lost: { from: 1, to: 5 } }, { wholeTo: 1 }],
    });
  });

  it('without its witness goes on in a new epoch, since nobody can say that it is whole', () => {
    const one = new TestLedger();
    one.write(1);
    expect(one.restarted(null).items().map(readOpening)[2]).toMatchObject({ reason: 'unwitnessed' });
  });

  it('another ledger in its place is found by a check too, also when it is the longer one', () => {
    const one = new TestLedger();
    one.write(4);
    const seen = { ...one.ledger.head, sequence: 3, hash: 'f'.repeat(64) };
    expect(faultsOf(one, seen)).toEqual(['forked 3 en annan än den som vittnats']);
  });

  it('another ledger in its place is found by the hash the witness saw', () => {
    const one = new TestLedger();
    one.write(2);
    const seen = { ...one.ledger.head, hash: 'f'.repeat(64) };
    expect(one.restarted(seen).items().map(readOpening)[3]).toMatchObject({ reason: 'restored' });
  });

  it('an orderly restart, and one whose witness is some commits behind, go on in the same epoch', () => {
    const one = new TestLedger();
    one.write(1);
    const behind = one.ledger.head;
    one.write(2);
    for (const seen of [behind, one.ledger.head]) {
      const again = one.restarted(seen);
      expect(again.ledger.head).toEqual(one.ledger.head);
    }
  });

  it('another key begins a new epoch, and both are checked by their own', () => {
    const one = new TestLedger();
    one.write(2);
    const again = one.restarted(one.ledger.head, 42);
    again.write(2);
    expect(again.items().map(readOpening)[3]).toMatchObject({ reason: 'key-changed' });
    expect(faultsOf(again)).toEqual([]);
  });
});

it('a question in words of a database, of who, where, whom or when, is a question nobody answers to', () => {
  const one = new TestLedger();
  one.write(3);
  for (const odd of [
    "' OR ''='",
    '" OR 1=1 --',
    "'; DROP TABLE entry; --",
    '%',
    '_',
    '*',
    '\0',
    'KIR2\0',
    '\ud800',
    '\u0301'.repeat(9_000),
    '__proto__',
    '',
  ]) {
    for (const filter of [{ author: odd }, { unit: odd }, { kind: odd }, { kinds: [odd] }, { patients: [odd] }]) {
      expect([filter, one.reader.show(filter)]).toEqual([filter, []]);
      if (!('author' in filter || 'unit' in filter || 'kind' in filter))
        expect([filter, [...one.reader.items(filter)]]).toEqual([filter, []]);
    }
    for (const filter of [{ person: odd }, { unit: odd }, { patients: [odd] }])
      expect([filter, one.reader.readLog(filter)]).toEqual([filter, []]);
    expect(one.reader.named(odd)).toBeNull();
  }
  for (const [from, to] of [
    [Number.NaN, 1],
    [Number.NEGATIVE_INFINITY, -1],
    [Number.MAX_SAFE_INTEGER, Number.POSITIVE_INFINITY],
    [1e300, 2e300],
  ] as const)
    expect(one.reader.show({ from, to })).toEqual([]);
  expect(one.reader.show({ kind: 'chart.read' })).toHaveLength(3);
  expect(one.reader.check(one.ledger.head).faults).toEqual([]);
});
