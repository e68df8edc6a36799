import { describe, expect, it } from 'vitest';
import { draft, faultsOf, TEN, TestLedger } from './ledger.fixture.ts';

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
