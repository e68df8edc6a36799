import { describe, expect, it } from 'vitest';
import { chainId } from '../domain/ledger-entry.ts';
import { faultsOf, PATIENT, TEN, TestLedger } from './ledger.fixture.ts';

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
