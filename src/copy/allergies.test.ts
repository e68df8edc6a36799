import { describe, expect, it } from 'vitest';
import { ANNA, HOUR, resource, TEN, type TestCopy } from './copy.fixture.ts';
import { onFreshCopy } from './fresh-copy.fixture.ts';

let copy: TestCopy;
onFreshCopy((fresh) => {
  copy = fresh;
});

describe('c3.1 allergies', () => {
  const allergy = (key: string) => resource(ANNA, key, { part: 'allergies', text: key, mode: 'replace' });
  const list = (keys: readonly string[], statedNone = false, scope: 'list' | 'statement' = 'list') =>
    ({ kind: 'part-snapshot', subject: ANNA, part: 'allergies', keys, statedNone, scope }) as const;
  const keys = () => copy.chart(ANNA).parts.allergies.entries.map(({ key }) => key);

  it('c3.1 removed: an allergy no longer in the list is told for 24 hours', () => {
    copy.say(allergy('Penicillin'), allergy('Latex'), list(['Penicillin', 'Latex']));
    copy.say(allergy('Latex'), list(['Latex']));
    const removedAt = copy.wall;
    expect(keys()).toEqual(['Latex']);
    expect(copy.chart(ANNA).notices).toMatchObject([
      { kind: 'allergy-removed', detail: 'Penicillin', part: 'allergies' },
    ]);
    copy.send({ at: removedAt + 24 * HOUR, changes: [] });
    expect(copy.chart(ANNA).notices).toHaveLength(1);
    copy.send({ at: removedAt + 24 * HOUR + 1, changes: [] });
    expect(copy.chart(ANNA).notices).toEqual([]);
  });

  it('c3.1 none: only a statement says inga kända, and a later allergy takes it back', () => {
    expect(copy.chartOrNull(ANNA)?.parts.allergies.statedNone ?? []).toEqual([]);
    copy.say(list([]));
    expect(copy.chart(ANNA).parts.allergies.statedNone).toEqual([]);
    copy.say(list([], true));
    expect(copy.chart(ANNA).parts.allergies.statedNone).toMatchObject([{ source: 'journal' }]);
    copy.say(allergy('Latex'));
    expect(copy.chart(ANNA).parts.allergies).toMatchObject({ statedNone: [], entries: [{ key: 'Latex' }] });
  });

  it('c3.1 none: a lone statement removes nothing; the contradiction is shown', () => {
    copy.say(allergy('Latex'));
    copy.say(list([], true, 'statement'));
    expect(copy.chart(ANNA).parts.allergies).toMatchObject({ statedNone: [{}], entries: [{ key: 'Latex' }] });
  });

  it('c3.1 late: an allergy older than the list that lacks it does not return, and an older list removes nothing', () => {
    copy.send({ eventAt: TEN + HOUR, changes: [allergy('Latex'), list(['Latex'])] });
    copy.send({ eventAt: TEN, changes: [allergy('Penicillin')] });
    copy.send({ eventAt: TEN, changes: [list([])] });
    expect(keys()).toEqual(['Latex']);
  });
});
