// The numbers by which an order, its changes and its answers find each other (ORC-2/3/4/8, OBR-2/3/29). An order is known
// by its placer's number, by its filler's number, or by both; either side may leave the other's out.

import type { OrderNumbers as CopyOrderNumbers } from '../../../domain/changes.ts';
import type { Hl7Segment } from '../message.ts';

/** EI: number ^ namespace. The number alone is what others repeat; with its namespace it is unique at the sender. */
export interface OrderNumber {
  readonly number: string;
  /** Number and namespace: two laboratories behind one integration engine may count alike. */
  readonly key: string;
  readonly space: string | null;
}

export interface OrderNumbers {
  readonly placer: OrderNumber | null;
  readonly filler: OrderNumber | null;
  readonly parent: OrderNumber | null;
}

export function readNumber(segment: Hl7Segment | null, field: number): OrderNumber | null {
  if (segment === null || segment.raw(field) === '') return null;
  const part = (component: number): string | null => {
    const text = segment.value(field, component);
    return typeof text === 'string' && text !== '' ? text : null;
  };
  const number = part(1);
  const namespace = part(2) ?? part(3);
  // Document numbers often come as `^^4711`, a habit from versions before the EI type: then that is the number.
  if (number === null) {
    const written = part(3) ?? namespace;
    return written === null ? null : { number: written, key: written, space: null };
  }
  return { number, key: namespace === null ? number : `${number}^${namespace}`, space: namespace };
}

/** EIP: placer's number & namespace ^ filler's number & namespace. The filler's is the one an answer carries. */
function readParent(segment: Hl7Segment | null, field: number): OrderNumber | null {
  if (segment === null || segment.raw(field) === '') return null;
  for (const component of [2, 1]) {
    const number = segment.value(field, component);
    if (typeof number !== 'string' || number === '') continue;
    const namespace = segment.value(field, component, 2);
    const space = typeof namespace === 'string' ? namespace : null;
    return { number, key: space === null ? number : `${number}^${space}`, space };
  }
  return null;
}

export const readOrderNumbers = (orc: Hl7Segment | null, obr: Hl7Segment | null): OrderNumbers => ({
  placer: readNumber(obr, 2) ?? readNumber(orc, 2),
  filler: readNumber(obr, 3) ?? readNumber(orc, 3),
  parent: readParent(obr, 29) ?? readParent(orc, 8),
});

/** As the copy wants them: only those that are there. */
export const asOrderNumbers = ({ placer, filler, parent }: OrderNumbers): CopyOrderNumbers => ({
  ...(placer === null ? {} : { placer: placer.number }),
  ...(placer === null || placer.space === null ? {} : { placerSpace: placer.space }),
  ...(filler === null ? {} : { filler: filler.number }),
  ...(filler === null || filler.space === null ? {} : { fillerSpace: filler.space }),
  ...(parent === null ? {} : { parent: parent.number }),
});

/** What an order is kept under: the placer's number if it is known, else the filler's. */
export const orderKey = (numbers: OrderNumbers): string | null =>
  numbers.placer?.key ?? (numbers.filler === null ? null : `filler:${numbers.filler.key}`);

/**
 * Some senders number the referral and not its tests, or the round and not its drugs: within one message the same number
 * then stands for several things. There the thing's own code must tell them apart, or all but one would be lost.
 */
export function numbersOfSeveral(
  orders: readonly (readonly [number: string | null, code: string])[],
): ReadonlySet<string> {
  const first = new Map<string, string>();
  const shared = new Set<string>();
  for (const [number, code] of orders) {
    if (number === null) continue;
    const known = first.get(number);
    if (known === undefined) first.set(number, code);
    else if (known !== code) shared.add(number);
  }
  return shared;
}
