// A resource told in several messages, element by element (design §6, knowledge c3.6): the greatest (event time, sequence, arrival)
// stands of each, so that a late stop is still a stop although something else of the order was said since.

import type { FhirResource } from 'fhir/r4';
import { readText } from '../kept-text.ts';
import { mayReplace, type Stamp, stampsApart, stampsToText } from '../stamps.ts';
import { type FactRow, stampOfRow } from './facts.ts';

/** Stamps of elements lie beside those of values: no observation's code begins so. */
const ELEMENT = '=.';

type Elements = Record<string, unknown>;

export interface ElementsMerged {
  readonly text: string;
  readonly stamps: string | null;
}

/** What an earlier row holds of one resource, each element with the time it was said. */
interface ElementsKept {
  readonly values: Elements;
  readonly stampOf: (element: string) => Stamp;
}

export function elementsOf(row: FactRow): ElementsKept {
  const apart = stampsApart(row.stamps);
  const own = stampOfRow(row);
  return {
    values: JSON.parse(readText(row.body)) as Elements,
    stampOf: (element) => apart.get(`${ELEMENT}${element}`) ?? own,
  };
}

/**
 * What says a thing in another way, by element: the later word is of all of them. A booking moved to a day without a clock time is not still
 * at the time it had (FHIR Appointment.start, .end, .requestedPeriod).
 */
const INSTEAD_OF: ReadonlyMap<string, readonly string[]> = new Map([
  ['requestedPeriod', ['start', 'end']],
  ['start', ['requestedPeriod']],
]);

/** `row` is the stamp the whole row will carry. An element said to be null is gone. */
export function mergeElements(kept: FactRow, said: FhirResource, stamp: Stamp, row: Stamp): ElementsMerged {
  return laidOver(elementsOf(kept), { values: { ...said } as Elements, stampOf: () => stamp }, row);
}

export function laidOver(under: ElementsKept, over: ElementsKept, row: Stamp): ElementsMerged {
  const values: Elements = { ...under.values };
  const stamps = new Map<string, Stamp>();
  for (const element of Object.keys(values)) stamps.set(element, under.stampOf(element));
  for (const [element, value] of Object.entries(over.values)) {
    if (value === undefined) continue;
    const before = stamps.get(element);
    const stamp = over.stampOf(element);
    if (before !== undefined && !mayReplace(stamp, before)) continue;
    const others = (INSTEAD_OF.get(element) ?? []).filter((other) => over.values[other] === undefined);
    if (others.some((other) => isNewer(stamps.get(other), stamp))) continue;
    for (const other of others) {
      delete values[other];
      stamps.delete(other);
    }
    values[element] = value;
    stamps.set(element, stamp);
  }
  for (const [element, value] of Object.entries(values)) {
    if (value !== null) continue;
    delete values[element];
    stamps.delete(element);
  }
  const apart = stampsToText(
    [...stamps.keys()].map((element) => `${ELEMENT}${element}`),
    (name) => stamps.get(name.slice(ELEMENT.length)) ?? row,
    row,
  );
  return { text: JSON.stringify(values), stamps: apart };
}

const isNewer = (kept: Stamp | undefined, said: Stamp): boolean => kept !== undefined && !mayReplace(said, kept);

/** Stamps of a row's elements and of its values, in one list. */
export function stampsTogether(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  return `${a.slice(0, -1)},${b.slice(1)}`;
}
