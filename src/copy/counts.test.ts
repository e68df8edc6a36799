// How many of each kind are kept.

import { describe, expect, it } from 'vitest';
import { ANNA, BERTIL, JOURNAL, KIR2, LAB, resource, stay, TEN, type TestCopy } from './copy.fixture.ts';
import { onFreshCopy } from './fresh-copy.fixture.ts';
import { laboratory } from './laboratory.fixture.ts';

let copy: TestCopy;
onFreshCopy((fresh) => {
  copy = fresh;
});

const { fromLab } = laboratory(() => copy);

describe('counts', () => {
  it('count what is in view for those who are on the unit, by part and source', () => {
    copy.say(stay(ANNA, 'admit', { unit: KIR2 }, TEN), resource(ANNA, 'R/1'), resource(ANNA, 'R/2'));
    fromLab('R/1');
    copy.send({ source: LAB, changes: [resource(ANNA, 'R/9', { mode: 'withdraw' })] });
    copy.say(resource(BERTIL, 'R/1'));
    expect(copy.reader.counts()).toEqual([
      { unit: KIR2, part: 'results', source: JOURNAL, count: 2 },
      { unit: KIR2, part: 'results', source: LAB, count: 1 },
    ]);
    expect(copy.reader.units()).toMatchObject([{ unit: KIR2, counts: { present: 1 }, bedConflicts: 0 }]);
  });
});
