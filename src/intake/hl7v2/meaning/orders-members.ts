// Observations that come with an order: answers to the questions asked at ordering (weight, fasting, contrast allergy), and
// results of earlier orders sent along. They stay with the order they came with.

import type { MemberChange } from '../../../domain/changes.ts';
import { knownBy } from '../../known-by.ts';
import type { OrderGroup } from './orders-groups.ts';
import type { ResultFields } from './results-fields.ts';
import { type FoundMember, membersOf } from './results-members.ts';
import { readObservation } from './results-observation.ts';

export function orderMembers(group: OrderGroup, fields: ResultFields): MemberChange[] {
  const found: FoundMember[] = [];
  // The order's own time is no time of theirs: earlier results, or answers given at ordering.
  const bound = knownBy([], fields.context);
  for (const line of group.observations) {
    const read = readObservation(line, fields, { time: null, stateCode: '', bound });
    found.push({ baseKey: line.isPrior ? `prior/${read.key}` : read.key, codeKey: '', read });
  }
  return membersOf(found);
}
