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
  // What one finds of one's own opening is no review of it.
  const own = emergencyOpenings(test.reader)[4]?.entry;
  test.write(1, () => ({ ...review, author: 'SE0000000000-1', body: { entry: own, finding: 'rätt' } }));
  expect(emergencyOpenings(test.reader)[4]?.review).toBeNull();
  const open = emergencyOpenings(test.reader).filter((one) => one.review === null);
  expect(open).toHaveLength(1_099);
  expect(emergencyOpenings(test.reader)[3]?.review).toMatchObject({
    by: 'SE0000000000-2',
    finding: 'vårdrelation fanns',
  });
});

it('an active choice of a person with protected identity is gone through too, and no other choice', () => {
  const test = new TestLedger();
  const choice = { kind: 'access.choice', author: 'SE0000000000-1' };
  test.write(1, () => ({ ...choice, body: { relation: 'consulted' } }));
  test.write(1, () => ({
    ...choice,
    body: { relation: 'consulted', isProtected: true, name: 'Anna Berg', title: 'ssk' },
  }));
  const all = emergencyOpenings(test.reader);
  expect(all).toMatchObject([
    { what: 'protected-identity', name: 'Anna Berg', reason: 'Jag är konsult eller tillfrågad', review: null },
  ]);
  test.write(1, () => ({ kind: 'access.reviewed', patient: null, body: { entry: all[0]?.entry, finding: 'rätt' } }));
  expect(emergencyOpenings(test.reader)[0]?.review?.finding).toBe('rätt');
});
