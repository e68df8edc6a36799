// The orders of one message, one after the other: what each does (order control), which numbers it goes by, which earlier ones it
// takes the place of, and the key it is kept under. The same for what is examined and what is given.

import type { ResourceChange } from '../../../domain/changes.ts';
import { isNoOrder, isReplaced, isReplacement, type OrderKind, type OrderWord, readControl } from './orders-control.ts';
import type { OrderGroup } from './orders-groups.ts';
import { orderMembers } from './orders-members.ts';
import { asOrderNumbers, numbersOfSeveral, type OrderNumbers, orderKey } from './orders-numbers.ts';
import type { ResultFields } from './results-fields.ts';

export interface Order {
  readonly word: OrderWord;
  readonly numbers: OrderNumbers;
  readonly replaces: readonly OrderNumbers[];
  /** Its number stands for other things as well in this message. */
  readonly isShared: boolean;
  /**
   * Its number, and what it is of where that is named: whatever else its message holds, and so that no order takes another's place.
   * Which of them are the same is decided when the chart is read (copy/read/join-orders.ts).
   */
  readonly keyAt: (at: number) => string;
}

export interface OrderKindRule {
  readonly kind: OrderKind;
  readonly numbersOf: (group: OrderGroup) => OrderNumbers;
  /** The test or the drug: tells apart what one number stands for. */
  readonly nameOf: (group: OrderGroup) => string;
  readonly changeOf: (group: OrderGroup, order: Order, fields: ResultFields) => ResourceChange;
  /** What the order control comes to where the rest of the order says more. */
  readonly effectiveWord?: (group: OrderGroup, word: OrderWord, fields: ResultFields) => OrderWord;
}

export function readEachOrder(
  groups: readonly OrderGroup[],
  { kind, numbersOf, nameOf, changeOf, effectiveWord }: OrderKindRule,
  fields: ResultFields,
): ResourceChange[] {
  const shared = numbersOfSeveral(groups.map((group) => [orderKey(numbersOf(group)), nameOf(group)]));
  const replaced: OrderNumbers[] = [];
  const changes: ResourceChange[] = [];
  for (const group of groups) {
    const said = readControl(group.orc, kind, fields.context);
    const word = effectiveWord?.(group, said, fields) ?? said;
    if (isNoOrder(word.control)) continue;
    const numbers = numbersOf(group);
    if (isReplaced(word.control)) replaced.push(numbers);
    const replaces = isReplacement(word.control) ? replaced.splice(0) : [];
    const number = orderKey(numbers);
    const keyAt = (at: number): string => {
      if (number === null) return `unnumbered:${nameOf(group)}/${at}`;
      return nameOf(group) === '' ? number : `${number}/${nameOf(group)}`;
    };
    const isShared = number !== null && shared.has(number);
    changes.push(changeOf(group, { word, numbers, replaces, isShared, keyAt }, fields));
  }
  return changes;
}

/** What every order's change says, whatever it orders. */
export const orderChange = (
  group: OrderGroup,
  { word, numbers, isShared }: Order,
  fields: ResultFields,
): Pick<ResourceChange, 'kind' | 'subject' | 'state' | 'mode' | 'members' | 'orderNumbers'> => ({
  kind: 'resource',
  subject: group.subject,
  state: word.status === 'unknown' ? 'unknown' : 'final',
  mode: 'merge',
  members: orderMembers(group, fields),
  orderNumbers: {
    ...asOrderNumbers(numbers),
    ...(isNewOrder(word.control) ? { isMade: true as const } : {}),
    ...(isShared ? { isShared: true as const } : {}),
  },
});

/** Order controls that make an order, not change one. */
export const isNewOrder = (control: string): boolean => ['NW', 'SN', 'RO', 'CH', 'PA', ''].includes(control);
