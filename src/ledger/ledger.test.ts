import { describe, expect, it } from 'vitest';
import { chainId, type LedgerItem } from '../domain/ledger-entry.ts';
import { draft, PATIENT, TEN, TestLedger } from './ledger.fixture.ts';
import { readOpening } from './opening.ts';
import { signReceipt } from './receipts.ts';
import { sealEntry } from './sealing.ts';

const faultsOf = (ledger: TestLedger, witness = ledger.ledger.head) =>
  ledger.reader
    .check(witness)
    .faults.map(({ fault, place, detail }) => `${fault} ${place?.sequence ?? '-'} ${detail}`.trim());

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

describe('erasing by decision', () => {
  const decision = (ledger: TestLedger, sequence: number) => ({
    place: { ...ledger.ledger.head, chain: ledger.chain, sequence },
    by: ['Eva Ek', 'Bo Al'] as [string, string],
    decision: 'IVO 2026-1234',
    eventAt: TEN,
  });

  it('takes body and salt, says so in an entry of its own, and leaves the chain whole', () => {
    const one = new TestLedger();
    one.write(3);
    const entry = one.ledger.erase(decision(one, 3), TEN);
    expect(entry.kind).toBe('ledger.erased');
    expect(one.items()[2]?.body).toBeNull();
    expect(one.items()[2]?.entry.patient).toBe(PATIENT);
    expect(faultsOf(one)).toEqual([]);
    expect(JSON.stringify(one.db.prepare('SELECT hex(content) FROM body WHERE position = 3').all())).toBe('[]');
  });

  it.each([
    ['one person twice', { by: ['Eva Ek', ' eva ek '] as [string, string] }, /två olika personer/],
    ['nobody', { by: ['Eva Ek', ''] as [string, string] }, /två olika personer/],
    ['no decision', { decision: ' ' }, /beslutet/],
    ['nothing there', { sequence: 99 }, /finns inte/],
    ['another station’s entry', { chain: 'b'.repeat(26) }, /annan stations/],
    ['the key that all is checked with', { sequence: 1 }, /egna poster/],
  ])('is refused for %s, and nothing changes', (_, over, why) => {
    const one = new TestLedger();
    const ward = new TestLedger('b');
    ward.write(1);
    one.write(2);
    one.ledger.take(ward.items(), TEN);
    const { sequence, chain, ...rest } = { sequence: 2, chain: one.chain as string, ...over };
    const asked = { ...decision(one, sequence), ...rest };
    const place = { ...asked.place, ...(chain === one.chain ? {} : ward.ledger.head), chain: chainId(chain) };
    expect(() => one.ledger.erase({ ...asked, place }, TEN)).toThrow(why);
    expect(one.items()).toHaveLength(5);
    expect(one.items().every(({ body }) => body !== null)).toBe(true);
  });

  it('is refused while what was documented has not been returned', () => {
    const one = new TestLedger();
    one.write(1, () => ({ isUnreturned: true }));
    expect(() => one.ledger.erase(decision(one, 2), TEN)).toThrow(/inte återfört/);
    one.ledger.markReturned(decision(one, 2).place);
    one.ledger.erase(decision(one, 2), TEN);
    expect(() => one.ledger.erase(decision(one, 2), TEN)).toThrow(/redan utplånad/);
  });

  it('travels: the station above takes its copy of the body away too, and takes it back from nobody', () => {
    const ward = new TestLedger('a');
    const hospital = new TestLedger('b');
    ward.write(2);
    const before = ward.items();
    hospital.ledger.take(before, TEN);
    ward.ledger.erase(decision(ward, 2), TEN);
    const result = hospital.ledger.take(ward.items(), TEN);
    expect(result).toMatchObject({ taken: 1, known: 3, refused: null });
    hospital.ledger.take(before, TEN);
    expect(hospital.reader.at(decision(ward, 2).place)?.body).toBeNull();
    expect(faultsOf(hospital)).toEqual([]);
  });
});

describe('chains of other stations and devices', () => {
  const wardAndHospital = (entries = 4) => {
    const ward = new TestLedger('a');
    ward.write(entries);
    return { ward, hospital: new TestLedger('b'), items: ward.items() };
  };

  it('are kept under their own name, once, with a receipt for how far', () => {
    const { ward, hospital, items } = wardAndHospital();
    const first = hospital.ledger.take(items.slice(0, 3), TEN);
    expect(first).toMatchObject({ taken: 3, known: 0, refused: null, receipts: [{ sequence: 3 }] });
    const second = hospital.ledger.take(items, TEN);
    expect(second).toMatchObject({ taken: 2, known: 3, receipts: [{ sequence: 5 }] });
    expect(faultsOf(hospital)).toEqual([]);
    const [receipt] = second.receipts;
    if (receipt === undefined) throw new Error('no receipt');
    const last = { ...ward.ledger.head, chain: ward.chain };
    expect(ward.ledger.isSecured(last)).toBe(false);
    expect(ward.ledger.acceptReceipt(receipt)).toBe('accepted');
    expect(ward.ledger.isSecured(last)).toBe(true);
    expect(ward.ledger.acceptReceipt(receipt)).toBe('older');
    ward.write(1);
    expect(ward.ledger.isSecured({ ...ward.ledger.head, chain: ward.chain })).toBe(false);
  });

  it('a receipt that is forged, our own, or about another entry secures nothing', () => {
    const { ward, hospital, items } = wardAndHospital();
    const [receipt] = hospital.ledger.take(items, TEN).receipts;
    if (receipt === undefined) throw new Error('no receipt');
    expect(ward.ledger.acceptReceipt({ ...receipt, sequence: 2 })).toBe('forged');
    const { signature: _, ...said } = receipt;
    expect(ward.ledger.acceptReceipt(signReceipt({ ...said, hash: 'f'.repeat(64) }, hospital.signer))).toBe(
      'other-entry',
    );
    const own = { ...said, receiver: ward.chain, receiverKey: ward.signer.publicKey };
    expect(ward.ledger.acceptReceipt(signReceipt(own, ward.signer))).toBe('stranger');
    expect(ward.ledger.isSecured({ ...ward.ledger.head, chain: ward.chain })).toBe(false);
  });

  it('a gap and a wrong order are refused with what is expected; what came before the gap is kept', () => {
    const { hospital, items } = wardAndHospital();
    const [a, b, c, d, e] = items as [LedgerItem, LedgerItem, LedgerItem, LedgerItem, LedgerItem];
    expect(hospital.ledger.take([b], TEN).refused).toMatchObject({ fault: 'not-next', expected: { sequence: 1 } });
    expect(hospital.ledger.take([a, b, d, c], TEN)).toMatchObject({
      taken: 2,
      refused: { fault: 'not-next', place: { sequence: 4 }, expected: { sequence: 3 } },
    });
    expect(hospital.ledger.take([c, d, e], TEN)).toMatchObject({ taken: 3, refused: null });
  });

  it('what is forged, changed or from an unknown key is refused', () => {
    const { hospital, items } = wardAndHospital();
    hospital.ledger.take(items.slice(0, 2), TEN);
    const [, , c] = items as [LedgerItem, LedgerItem, LedgerItem];
    const changed = { ...c, entry: { ...c.entry, author: 'Annan' } };
    expect(hospital.ledger.take([changed], TEN).refused?.fault).toBe('forged');
    const otherBody = { ...c, body: { salt: Buffer.alloc(16), content: Buffer.from('{}') } };
    expect(hospital.ledger.take([otherBody], TEN).refused?.fault).toBe('body-differs');
    const thief = new TestLedger('a', { seed: 66, seen: { epoch: 1_900_000_000, sequence: 1, hash: 'f'.repeat(64) } });
    expect(hospital.ledger.take(thief.items(), TEN).refused?.fault).toBe('unknown-key');
    const sameEpoch = new TestLedger('a', { seed: 66 });
    sameEpoch.write(4);
    expect(hospital.ledger.take(sameEpoch.items(), TEN)).toMatchObject({ taken: 0, refused: { fault: 'forged' } });
    expect(faultsOf(hospital)).toEqual([]);
  });

  it('two entries with one number are a fork: both are kept, what follows too, and it is shown', () => {
    const ward = new TestLedger('a');
    ward.write(2);
    const backup = ward.copied();
    const atBackup = ward.ledger.head;
    ward.write(2);
    const hospital = new TestLedger('b');
    hospital.ledger.take(ward.items(), TEN);
    const clone = new TestLedger('a', { db: backup, seen: atBackup });
    clone.write(3, () => ({ author: 'den andra' }));
    const result = hospital.ledger.take(clone.items(), TEN);
    expect(result).toMatchObject({ taken: 0, known: 3, apart: 3, refused: null });
    expect(hospital.ledger.take(clone.items(), TEN)).toMatchObject({ apart: 3 });
    expect(hospital.ledger.apartCount).toBe(3);
    expect(hospital.reader.apart().map(({ entry }) => `${entry.sequence} ${entry.author}`)).toEqual(
      [4, 5, 6].map((sequence) => `${sequence} den andra`),
    );
    expect(faultsOf(hospital)).toEqual(['forked 4', 'forked 5', 'forked 6']);
  });

  it('an entry that claims to be our own and is not is kept apart, never in our chain', () => {
    const ward = new TestLedger('a');
    const clone = new TestLedger('a');
    clone.write(2);
    expect(ward.ledger.take(clone.items(), TEN)).toMatchObject({ known: 1, apart: 2 });
    ward.write(1);
    expect(ward.ledger.head.sequence).toBe(2);
  });

  it('without its body an entry is taken and not countersigned until the body comes', () => {
    const { hospital, items } = wardAndHospital();
    const bare = items.map((item) => (item.entry.sequence === 3 ? { ...item, body: null } : item));
    expect(hospital.ledger.take(bare, TEN)).toMatchObject({ taken: 5, receipts: [{ sequence: 2 }] });
    expect(faultsOf(hospital)).toEqual(['body-missing 3']);
    expect(hospital.ledger.take(items, TEN)).toMatchObject({ known: 5, receipts: [{ sequence: 5 }] });
  });

  it('gives a restored station back what it had sent before', () => {
    const { ward, hospital, items } = wardAndHospital();
    hospital.ledger.take(items, TEN);
    const again = new TestLedger('a', { seen: ward.ledger.head });
    const back = [...hospital.reader.items()].filter(({ entry }) => entry.chain === ward.chain);
    expect(again.ledger.take(back, TEN)).toMatchObject({ taken: 5, refused: null });
    expect(again.reader.check(again.ledger.head)).toMatchObject({
      faults: [],
      epochs: [{ lost: null, wholeTo: 5 }, {}],
    });
  });
});

describe('what a device tells of afterwards', () => {
  const told = (over: object = {}) =>
    draft({
      author: 'N1',
      body: { place: 'app', readBy: 'N1', told: '5f8d1c1e-0000-4000-8000-000000000001', ...over },
    });

  it('is one entry, told once or three times: in one commit, in another, by another colleague, after a restart', () => {
    const one = new TestLedger();
    const [first, second] = one.ledger.append([told(), told()], TEN);
    expect(second).toEqual(first);
    expect(one.ledger.append([{ ...told(), author: 'N2' }], TEN + 1_000)).toEqual([first]);
    const again = one.restarted(one.ledger.head);
    again.ledger.append([told()], TEN + 2_000);
    expect(again.reader.show({ kind: 'chart.read' })).toHaveLength(1);
    expect(faultsOf(again)).toEqual([]);
  });

  it('is never left out for a name that comes back: of another patient or another reader it is another read', () => {
    const one = new TestLedger();
    one.ledger.append([told(), { ...told(), patient: 'q'.repeat(26) }, told({ readBy: 'N2' })], TEN);
    expect(one.reader.show({ kind: 'chart.read' })).toHaveLength(3);
  });

  it('does not come back when it was erased, and is known in a ledger that was taken over', () => {
    const one = new TestLedger();
    const [entry] = one.ledger.append([told()], TEN);
    const other = new TestLedger('b');
    other.ledger.take(one.items(), TEN, () => true);
    other.ledger.append([told()], TEN);
    expect(other.reader.show({ kind: 'chart.read' })).toHaveLength(1);
    if (entry === undefined) throw new Error('not written');
    one.ledger.erase({ place: entry, by: ['Eva Ek', 'Bo Alm'], decision: 'IVO 1', eventAt: TEN }, TEN);
    one.ledger.append([told()], TEN);
    expect(one.reader.show({ kind: 'chart.read' })).toHaveLength(1);
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
