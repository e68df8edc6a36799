import { expect, it } from 'vitest';
import { emergencyOpenings } from './emergency-openings.ts';
import { TestLedger } from './ledger.fixture.ts';

it('no emergency opening is forgotten: each is told with its review, or that there is none, however many there are', () => {
  const test = new TestLedger();
  const said = { name: 'Anna Berg', title: 'ssk', consent: 'cannot-ask' };
  test.write(1_100, (index) => ({
    kind: 'access.emergency',
    author: 'SE0000000000-1',
    eventAt: test.now,
    body: { ...said, reason: `skäl ${index}` },
  }));
  const all = emergencyOpenings(test.reader);
  expect(all).toHaveLength(1_100);
  expect(all[0]).toMatchObject({ name: 'Anna Berg', reason: 'skäl 0', consent: 'cannot-ask', review: null });
  const entry = all[3]?.entry;
  const review = { kind: 'access.reviewed', author: 'station-token', patient: null };
  test.write(1, () => ({ ...review, body: { entry, finding: 'okänd', by: 'IT' } }));
  test.write(1, () => ({ ...review, author: 'SE0000000000-2', body: { entry, finding: 'vårdrelation fanns' } }));
  const open = emergencyOpenings(test.reader).filter((one) => one.review === null);
  expect(open).toHaveLength(1_099);
  expect(emergencyOpenings(test.reader)[3]?.review).toMatchObject({
    by: 'SE0000000000-2',
    finding: 'vårdrelation fanns',
  });
});
