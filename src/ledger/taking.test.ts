import { describe, expect, it } from 'vitest';
import type { LedgerItem } from '../domain/ledger-entry.ts';
import { faultsOf, TEN, TestLedger } from './ledger.fixture.ts';
import { signReceipt } from './receipts.ts';

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
