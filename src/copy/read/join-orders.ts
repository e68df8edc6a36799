// Which statements of a source are about one and the same order (knowledge c3.14, hazard H8): by the placer's number, else the
// filler's, with the namespace or without, and by what is ordered. What ends or changes an order and can't be told apart puts every
// order it may mean in doubt: a stopped medicine never stands as active in silence, nor is one stopped in silence.

import type { OrderNumbers } from '../../domain/changes.ts';
import { readText } from '../kept-text.ts';
import {
  controlOf,
  inDoubt,
  isAltering,
  isEnding,
  isInForce,
  isSameNumber,
  isSameThing,
  NEW_CONTROLS,
  nameOfThing,
  replacedBy,
  type Thing,
  thingOf,
} from '../order-words.ts';
import { elementsOf } from '../write/elements.ts';
import type { FactRow } from '../write/facts.ts';
import { joinRows } from './join-rows.ts';

interface Said {
  readonly row: FactRow;
  readonly numbers: OrderNumbers;
  readonly thing: Thing;
  /** Some message made the order, and did not only change or end it. */
  readonly isMade: boolean;
}

/** What is known of one order, the words that were joined first. */
interface Order {
  /** Emptied when they were another order's. */
  readonly said: Said[];
  doubt: string | null;
  replaced: string | null;
  isHidden: boolean;
}

/** Rows of one source and one kind of order, in view; the orders they tell of. */
export function joinOrders(rows: readonly FactRow[]): readonly FactRow[] {
  const said = rows.map(readSaid).sort((a, b) => a.row.event - b.row.event || a.row.since - b.row.since);
  const orders = sameOrders(said);
  for (const order of orders) settle(order, orders);
  return orders.filter(({ isHidden, said: own }) => !isHidden && own.length > 0).map(asRow);
}

function readSaid(row: FactRow): Said {
  const numbers = row.orders === null ? {} : (JSON.parse(row.orders) as OrderNumbers);
  const resource: unknown = JSON.parse(readText(row.body));
  const isMade = numbers.isMade === true || NEW_CONTROLS.has(controlOf(resource));
  return { row, numbers, thing: thingOf(resource), isMade };
}

/** Same number and same thing. A word without namespace that fits two orders of different namespaces belongs to neither. */
function sameOrders(all: readonly Said[]): Order[] {
  const orders: Order[] = [];
  // The most fully numbered first: what leaves something out is compared with them.
  const byFullness = [...all].sort((a, b) => fullness(b) - fullness(a));
  for (const one of byFullness) {
    const fitting = orders.filter(({ said }) => said.some((other) => fits(one, other) && isSameThing(one, other)));
    const [only] = fitting;
    if (fitting.length === 1 && only !== undefined) only.said.push(one);
    else orders.push({ said: [one], doubt: null, replaced: null, isHidden: false });
  }
  return orders;
}

const fullness = ({ numbers: { placer, placerSpace, filler, fillerSpace } }: Said): number =>
  [placer, placerSpace, filler, fillerSpace].filter((part) => part !== undefined).length;

const fits = (a: Said, b: Said): boolean => isSameNumber(a.numbers, b.numbers);

/** A word that no order of its own name takes: about which order is it? */
function settle(word: Order, orders: readonly Order[]): void {
  const others = orders.filter(
    ({ said }) => said !== word.said && said.some((other) => word.said.some((own) => fits(own, other))),
  );
  if (others.length === 0) return;
  const made = word.said.filter(({ isMade }) => isMade);
  if (made.length > 0) settleMade(word, latestOf(made), others);
  else settleWord(word, latestOf(word.said), others, orders);
}

/** Something that was said of an order, and not what made it. */
function settleWord(word: Order, one: Said, others: readonly Order[], orders: readonly Order[]): void {
  const resource: unknown = JSON.parse(readText(one.row.body));
  const [isEnd, isNameless] = [isEnding(resource), word.said.every(({ thing }) => thing.isNameless)];
  if (!isEnd && !isAltering(resource)) return;
  const meant = others.filter((order) => isSaidBefore(order, one));
  const [only] = meant;
  if (only === undefined) {
    // All have been spoken of since.
    word.isHidden = isNameless;
    return;
  }
  // What ends an order by another name than it has is not surely about it.
  if (meant.length === 1 && (isNameless || !isEnd)) {
    only.said.push(...word.said.splice(0));
    return;
  }
  for (const order of orders) if (meant.includes(order)) order.doubt ??= unsureWords(one, isEnd);
  word.isHidden = isNameless;
}

/** Another order under a number that stood for one: either it takes the first one's place or both stand. */
function settleMade(word: Order, one: Said, others: readonly Order[]): void {
  const resource = JSON.parse(readText(one.row.body)) as { readonly resourceType?: unknown };
  // Tests of one referral: one too many that is waited for is better than one too few.
  if (resource.resourceType === 'ServiceRequest' || isShared(word)) return;
  const meant = others.filter((order) => order.said.some(({ isMade }) => isMade) && isSaidBefore(order, one));
  for (const order of meant) {
    if (isShared(order)) continue;
    if (controlOf(resource) === 'RO' && meant.length === 1) order.replaced = replacedBy(one.thing);
    else order.doubt ??= `Oklart om den gäller: ordernumret används nu för ${nameOfThing(one.thing)}`;
  }
}

/** Its message gave several things the same number. */
const isShared = ({ said }: Order): boolean => said.some(({ numbers }) => numbers.isShared === true);

const latestOf = (said: readonly Said[]): Said => said.reduce((a, b) => (b.row.event >= a.row.event ? b : a));

/** Of an order that was ended or replaced, only what was said of it before is meant: its replacement may bear the same number. */
function isSaidBefore({ said }: Order, word: Said): boolean {
  const status = (one: Said): number => elementsOf(one.row).stampOf('status').event;
  const [own, other] = [Math.max(...said.map(status)), status(word)];
  if (own !== other) return own < other;
  return !said.some(({ row }) => row.since === word.row.since);
}

function unsureWords({ thing }: Said, isEnd: boolean): string {
  const named = thing.isNameless ? '' : ` (${nameOfThing(thing)})`;
  return `Oklart om den gäller: en order med samma nummer har ${isEnd ? 'avslutats' : 'ändrats'}${named}`;
}

function asRow({ said, doubt, replaced }: Order): FactRow {
  const rows = said.map(({ row }) => row);
  const [first] = rows.toSorted((a, b) => a.event - b.event || a.since - b.since);
  const joined = joinRows(rows).row;
  const row = { ...joined, key: first?.key ?? joined.key, part: first?.part ?? joined.part };
  const resource = JSON.parse(readText(row.body)) as Record<string, unknown>;
  if (!isInForce(resource)) return row;
  if (replaced !== null)
    return { ...row, body: JSON.stringify(inDoubt(resource, { status: 'stopped', words: replaced })) };
  if (doubt === null) return row;
  return { ...row, state: 'unknown', body: JSON.stringify(inDoubt(resource, { status: 'unknown', words: doubt })) };
}
