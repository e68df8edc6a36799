// Which kept dose a message is about, when it writes the order's number otherwise than the message that told of it (knowledge c3.14,
// hazard H6): without the namespace, by the filler's number alone. One that was not given must not stand for that.

import type { OrderNumbers, ResourceChange } from '../../domain/changes.ts';
import { readText } from '../kept-text.ts';
import { isSameNumber, isSameThing, thingOf } from '../order-words.ts';
import { HIDDEN, partCode } from '../part-codes.ts';
import type { FactRow, Facts } from './facts.ts';

const ADMINISTRATION = 'MedicationAdministration/';
const PLACES = [partCode('doses-given'), partCode('infusions')].flatMap((part) => [part, part + HIDDEN]);

/** The change under the key, and with all the numbers, of the one dose of the same order, drug, moment and count; else as it is. */
export function asKeptDose(change: ResourceChange, identity: number, source: string, facts: Facts): ResourceChange {
  const { key, at, orderNumbers, keyScope, resource, mode } = change;
  if (keyScope === 'source' || orderNumbers === undefined || !key.startsWith(ADMINISTRATION)) return change;
  if (facts.findResource(source, key, identity) !== undefined) return change;
  const count = countOf(key, orderNumbers);
  if (count === null) return change;
  const said = { thing: thingOf(resource) };
  const isDrug = (kept: Parameters<typeof isSameThing>[0]): boolean =>
    isSameThing(kept, said) || (mode === 'withdraw' && said.thing.isNameless);
  const same = PLACES.flatMap((part) => facts.ofMoment(identity, part, at, source)).filter((row) => {
    const numbers = numbersOf(row);
    const kept = { thing: thingOf(JSON.parse(readText(row.body))) };
    return isSameNumber(numbers, orderNumbers) && isSameCount(countOf(row.key, numbers), count) && isDrug(kept);
  });
  const [only] = same;
  if (only === undefined || same.length > 1) return change;
  return { ...change, key: only.key, orderNumbers: { ...numbersOf(only), ...orderNumbers } };
}

const numbersOf = ({ orders }: FactRow): OrderNumbers => (orders === null ? {} : (JSON.parse(orders) as OrderNumbers));

/** What the key says after the order's number, in whichever way it was written: which give, which administration, when. */
function countOf(key: string, { placer, placerSpace, filler, fillerSpace }: OrderNumbers): string | null {
  const written = [
    ...(placer === undefined ? [] : [placer, `${placer}^${placerSpace}`]),
    ...(filler === undefined ? [] : [`filler:${filler}`, `filler:${filler}^${fillerSpace}`]),
  ];
  const own = written.map((number) => `${ADMINISTRATION}${number}/`).find((prefix) => key.startsWith(prefix));
  return own === undefined ? null : key.slice(own.length);
}

/** Of several doses in one message the key names the drug as well. */
const isSameCount = (a: string | null, b: string): boolean =>
  a !== null && (a === b || a.startsWith(`${b}/`) || b.startsWith(`${a}/`));
