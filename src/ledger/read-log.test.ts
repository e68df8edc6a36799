import { describe, expect, it } from 'vitest';
import { limits } from '../limits.ts';
import { PATIENT, TEN, TestLedger } from './ledger.fixture.ts';

const OTHER = 'q'.repeat(26);

/** Two people, two patients, one of them also in a list. */
function readings(): TestLedger {
  const one = new TestLedger();
  one.write(2, () => ({ body: { by: 'Eva Ek' } }));
  one.write(1, () => ({ body: {}, patient: OTHER, unit: 'MED1' }));
  one.write(1, () => ({ kind: 'list.read', patient: null, body: { by: 'Bo Al', patients: [PATIENT, OTHER] } }));
  one.write(1, () => ({ kind: 'copy.held', patient: null, body: { by: 'Bo Al' } }));
  return one;
}
const log = (one: TestLedger) => one.ledger.readLog;
const secondsOf = (rows: readonly { at: number }[]): number[] => rows.map(({ at }) => (at - TEN) / 1000);

describe('§5.10 the region’s log review', () => {
  it('finds who has read a patient: charts, and lists the patient stood on; newest first', () => {
    const one = readings();
    expect(log(one).read({ patients: [OTHER] })).toMatchObject([
      { kind: 'list.read', person: 'Bo Al', unit: 'KIR2', patients: [PATIENT, OTHER] },
      { kind: 'chart.read', person: 'station-token', unit: 'MED1', patients: [OTHER] },
    ]);
    expect(log(one).read({ patients: [PATIENT, OTHER] })).toHaveLength(4);
    expect(log(one).read({ patients: [] })).toEqual([]);
  });

  it('finds what a person has read, what was read of a unit, and what was read in a time', () => {
    const one = readings();
    expect(secondsOf(log(one).read({ person: 'Eva Ek' }))).toEqual([2, 1]);
    expect(secondsOf(log(one).read({ unit: 'MED1' }))).toEqual([3]);
    expect(secondsOf(log(one).read({ from: TEN + 2_000, to: TEN + 4_000 }))).toEqual([3, 2]);
    expect(log(one).read({})).toHaveLength(4);
  });

  it('finds who read with the station gone, whoever was signed in when it was told', () => {
    const one = readings();
    one.write(1, () => ({ body: { place: 'app', readBy: 'Ida Ås' } }));
    expect(log(one).read({ person: 'Ida Ås' })).toMatchObject([{ author: 'station-token', person: 'Ida Ås' }]);
  });

  it('finds who was refused, by person and patient: nothing was shown, and somebody tried', () => {
    const one = readings();
    one.write(1, () => ({ kind: 'access.denied', author: 'Bo Al', patient: OTHER, body: { why: 'choice', tries: 1 } }));
    expect(log(one).read({ patients: [OTHER], person: 'Bo Al' })).toMatchObject([
      { kind: 'access.denied', patients: [OTHER] },
      { kind: 'list.read' },
    ]);
  });

  it('is turned page by page, and no page is larger than its bound', () => {
    const one = readings();
    const seen: number[] = [];
    for (let page = log(one).read({ limit: 1 }); page[0] !== undefined; ) {
      seen.push(page[0].position);
      page = log(one).read({ limit: 1, before: page[0] });
    }
    expect(seen).toEqual(
      log(one)
        .read({})
        .map(({ position }) => position),
    );
    expect(log(one).read({ limit: 1e9 }).length).toBeLessThanOrEqual(limits.ledgerPageRowsMax);
  });

  it('made again from the entries is the same byte for byte, also after an erasure', () => {
    const one = readings();
    const before = log(one).dump();
    const rebuild = () => {
      one.ledger.rebuild();
      expect(log(one).read({})).toEqual([]);
      while (one.ledger.project());
    };
    rebuild();
    expect(log(one).dump()).toEqual(before);
    const list = { ...one.ledger.head, chain: one.chain, sequence: 5 };
    one.ledger.erase({ place: list, by: ['Eva Ek', 'Bo Al'], decision: 'IVO 1', eventAt: TEN }, TEN);
    const after = log(one).dump();
    expect(after).not.toEqual(before);
    expect(log(one).read({ patients: [OTHER] })).toHaveLength(1);
    rebuild();
    expect(log(one).dump()).toEqual(after);
  });

  it('of another version is made again at the next start', () => {
    const one = readings();
    const before = log(one).dump();
    one.db.exec('UPDATE projection SET version = 0; DELETE FROM read_log WHERE position > 2');
    const again = one.restarted(one.ledger.head);
    while (again.ledger.project());
    expect(again.ledger.readLog.dump()).toEqual(before);
  });

  it('that cannot be derived never keeps an entry from being written', () => {
    const one = new TestLedger();
    one.db.exec('DROP TABLE read_log');
    one.write(1);
    expect(one.items()).toHaveLength(2);
    expect(one.reader.readLogBehind()).toBe(1);
  });
});
