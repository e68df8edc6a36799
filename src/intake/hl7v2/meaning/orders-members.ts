// Observations that come with an order: answers to the questions asked at ordering (weight, fasting, contrast allergy), and
// results of earlier orders sent along. They stay with the order they came with.

import type { MemberChange } from '../../../domain/changes.ts';
import type { OrderGroup } from './orders-groups.ts';
import type { ResultFields } from './results-fields.ts';
import { type FoundMember, membersOf } from './results-members.ts';
import { readObservation } from './results-observation.ts';

export function orderMembers(group: OrderGroup, fields: ResultFields): MemberChange[] {
  const found: FoundMember[] = [];
  for (const { obx, notes, isPrior } of group.observations) {
    const read = readObservation(obx, fields, null);
    if (notes.length > 0) read.resource.note = [{ text: notes.join('\n') }];
    found.push({ baseKey: isPrior ? `prior/${read.key}` : read.key, codeKey: '', read });
  }
  return membersOf(found);
}
