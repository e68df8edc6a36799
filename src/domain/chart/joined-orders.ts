// One order told in several messages is one line. Its placer's number may stand in one message and only its filler's in the
// next (a pharmacy that stops an order by its own number): kept apart, a stopped drug would still stand as active.

import type { Entry } from '../patient-copy.ts';

/** Entries of one source that one of them shows to be the same order become one: the newest word, the older words it left out. */
export function joinOrders(orders: readonly Entry[]): readonly Entry[] {
  const known = new Map<string, Entry>();
  for (const order of orders) {
    const { placer, filler } = order.orderNumbers;
    if (placer === undefined || filler === undefined) continue;
    const name = nameOf(order, filler);
    // A filler's number for two placers' orders tells nothing.
    if (known.has(name)) known.set(name, AMBIGUOUS);
    else known.set(name, order);
  }
  const later = new Map<Entry, Entry[]>();
  const kept = orders.filter((order) => {
    const { placer, filler } = order.orderNumbers;
    const whole = placer === undefined && filler !== undefined ? known.get(nameOf(order, filler)) : undefined;
    if (whole === undefined || whole === AMBIGUOUS) return true;
    later.set(whole, [...(later.get(whole) ?? []), order]);
    return false;
  });
  return kept.map((order) => oneOf([order, ...(later.get(order) ?? [])]));
}

const AMBIGUOUS = {} as Entry;
/** Planned occasions carry their order's numbers and are not that order. */
const nameOf = ({ source, subject, part, resource }: Entry, filler: string): string =>
  JSON.stringify([
    source,
    subject.domain,
    subject.id,
    part,
    resource.resourceType,
    (resource as { intent?: unknown }).intent === 'instance-order',
    filler,
  ]);

function oneOf(told: readonly Entry[]): Entry {
  const [first, ...rest] = [...told].sort((a, b) => a.eventAt - b.eventAt || a.receivedAt - b.receivedAt);
  let joined = first as Entry;
  for (const newer of rest)
    joined = {
      ...joined,
      state: newer.state,
      eventAt: newer.eventAt,
      receivedAt: newer.receivedAt,
      // Said again under one of its numbers is said again.
      unlistedAt: joined.unlistedAt === null || newer.unlistedAt === null ? null : newer.unlistedAt,
      resource: { ...joined.resource, ...newer.resource } as Entry['resource'],
      members: [...joined.members, ...newer.members],
      orderNumbers: { ...joined.orderNumbers, ...newer.orderNumbers },
    };
  return joined;
}
