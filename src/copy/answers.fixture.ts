// A laboratory report of Anna's, and the values her chart has of it: what tests of answers share.

import type { MemberChange } from '../domain/changes.ts';
import { ANNA, resource, type TestCopy } from './copy.fixture.ts';

export const REPORT = 'DiagnosticReport/1';

export const report = (...members: readonly MemberChange[]) => resource(ANNA, REPORT, { members });
export const membersOf = (of: TestCopy) => of.chart(ANNA).parts.results.entries[0]?.members ?? [];
export const valuesOf = (of: TestCopy) =>
  membersOf(of).map(({ key, state, resource: one }) => [
    key,
    state,
    (one as { valueQuantity?: { value?: number } }).valueQuantity?.value,
  ]);
