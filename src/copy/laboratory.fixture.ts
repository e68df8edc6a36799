// For tests of what feeds are known to carry: a laboratory that sends answers about Anna, and what her chart then shows of it.

import type { PartFeed } from '../domain/patient-copy.ts';
import { ANNA, declared, LAB, resource, type TestCopy } from './copy.fixture.ts';
import type { ApplyResult } from './write/outcomes.ts';

interface Laboratory {
  readonly declare: () => unknown;
  readonly fromLab: (key: string, more?: { at?: number; eventAt?: number }) => ApplyResult;
  /** Anna's answers, now or as of a moment. */
  readonly keysOf: (identity?: typeof ANNA, asOf?: number) => string[];
  /** The first feed of her answers. */
  readonly feed: () => PartFeed;
}

export const laboratory = (copy: () => TestCopy): Laboratory => ({
  declare: () => copy().command({ command: 'declare', sources: [declared(LAB, 1, ['results'])] }),
  fromLab: (key, more = {}) => copy().send({ source: LAB, changes: [resource(ANNA, key)], ...more }),
  keysOf: (identity = ANNA, asOf) =>
    copy()
      .chart(identity, asOf)
      .parts.results.entries.map(({ key }) => key),
  feed: () => {
    const [first] = copy().chart(ANNA).parts.results.feeds;
    if (first === undefined) throw new Error('not fed');
    return first;
  },
});
