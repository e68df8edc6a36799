// An empty copy of its own for each test of a file.

import { afterEach, beforeEach } from 'vitest';
import { TestCopy } from './copy.fixture.ts';

/** `take` gets it before each test, and may prepare it; it is closed afterwards. */
export function onFreshCopy(take: (copy: TestCopy) => void): void {
  let fresh: TestCopy;
  beforeEach(() => {
    fresh = new TestCopy();
    take(fresh);
  });
  afterEach(() => fresh.close());
}
