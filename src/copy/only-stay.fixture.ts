// Anna's stay, of which there is one.

import { expect } from 'vitest';
import type { Stay } from '../domain/patient-copy.ts';
import { ANNA, type TestCopy } from './copy.fixture.ts';

export function onlyStay(copy: TestCopy): Stay | undefined {
  const { stays } = copy.chart(ANNA);
  expect(stays).toHaveLength(1);
  return stays[0];
}
