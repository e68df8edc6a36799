// A person's orders, each once: what a source says of one order in several statements is laid together (join-orders.ts). Looked for
// only where one number stands in several of them, which is seldom.

import type { OrderNumbers } from '../../domain/changes.ts';
import type { PartName } from '../../domain/parts.ts';
import type { Entry } from '../../domain/patient-copy.ts';
import { type FactReader, nameOfRow } from '../fact-reader.ts';
import { readText } from '../kept-text.ts';
import { thingOf } from '../order-words.ts';
import { partCode } from '../part-codes.ts';
import type { FactRow } from '../write/facts.ts';
import { askersNumber, isAskersOnly, joinBookings } from './join-bookings.ts';
import { type JoinedNumbers, sameName } from './join-numbers.ts';
import { joinOrders } from './join-orders.ts';
import type { KeptWindow } from './kept-windows.ts';

/** Where orders stand. */
export const ORDER_PARTS: readonly PartName[] = ['medication-orders', 'infusions', 'orders', 'surgery', 'visits'];

interface Place {
  readonly no: number;
  readonly part: PartName;
  readonly window: KeptWindow;
}

interface Told {
  /** `sameName` of its row. */
  readonly name: string;
  readonly kind: string;
  readonly numbers: readonly string[];
  /** Surely an order of its own, though its number is others' too. */
  readonly isApart: boolean;
}

export function withOrdersTogether(
  joined: JoinedNumbers,
  places: readonly Place[],
  { sequence, rowsMax }: { readonly sequence: number; readonly rowsMax: number },
  facts: FactReader,
): JoinedNumbers {
  const told = [
    ...places.flatMap(({ window: { names, entries } }) =>
      entries.flatMap((entry, at): Told[] => {
        const name = sameName(names[at] ?? '');
        return joined.names.has(name) ? [] : toldOf(name, entry.source, entry.resource, entry.orderNumbers);
      }),
    ),
    ...joined.rows.flatMap((row) =>
      row.scope === null
        ? toldOf(
            nameIn(row),
            row.source,
            JSON.parse(readText(row.body)),
            JSON.parse(row.orders ?? '{}') as OrderNumbers,
          )
        : [],
    ),
  ];
  const concerned = concernedIn(told);
  if (concerned.size === 0) return joined;
  const fresh = places
    .filter(({ window: { names } }) => names.some((name) => concerned.has(sameName(name))))
    .flatMap(({ no, part }) => facts.rows(no, partCode(part), sequence, rowsMax + 1))
    .filter((row) => !joined.names.has(nameIn(row)));
  const taken = [...fresh, ...joined.rows].filter((row) => concerned.has(nameIn(row)) && row.scope === null);
  const together = [...Map.groupBy(taken, kindOfRow)].flatMap(([kind, rows]) =>
    kind.endsWith('\u001fAppointment') ? joinBookings(rows) : joinOrders(rows),
  );
  return {
    ...joined,
    names: new Set([...joined.names, ...taken.map(nameIn)]),
    rows: [...joined.rows.filter((row) => !taken.includes(row)), ...together],
  };
}

const nameIn = (row: FactRow): string => sameName(nameOfRow(row));

const kindOfRow = (row: FactRow): string =>
  `${row.source}\u001f${(JSON.parse(readText(row.body)) as { resourceType?: string }).resourceType}`;

function toldOf(name: string, source: string, resource: Entry['resource'], numbers: OrderNumbers): Told[] {
  const { placer, filler, isShared } = numbers;
  const { resourceType, intent, id } = resource as { resourceType: string; intent?: unknown; id?: unknown };
  if (resourceType === 'Appointment' && id === undefined) return bookingOf(name, source, resource);
  // A planned occasion carries its order's numbers and is not that order; a server tells its own resources apart.
  const isOrder = resourceType === 'MedicationRequest' || resourceType === 'ServiceRequest';
  if (!isOrder || intent === 'instance-order' || id !== undefined) return [];
  const kind = `${source}\u001f${resourceType}`;
  return [
    {
      name,
      kind,
      numbers: [
        ...(placer === undefined ? [] : [`${kind}\u001fplacer ${placer}`]),
        ...(filler === undefined ? [] : [`${kind}\u001ffiller ${filler}`]),
      ],
      isApart: isShared === true && !thingOf(resource).isNameless,
    },
  ];
}

/** By the asker's number alone, or by that of the scheduling system, which names the asker's too. */
function bookingOf(name: string, source: string, resource: Entry['resource']): Told[] {
  const key = name.slice(0, name.indexOf('\u001f'));
  const number = askersNumber(key, resource);
  if (number === null) return [];
  const kind = `${source}\u001fAppointment`;
  return [{ name, kind, numbers: [`${kind}\u001f${number}`], isApart: !isAskersOnly(key) }];
}

/** All that share a number where one of them may be about another's order. */
function concernedIn(told: readonly Told[]): ReadonlySet<string> {
  const byNumber = new Map<string, Told[]>();
  for (const one of told)
    for (const number of one.numbers) {
      const same = byNumber.get(number);
      if (same === undefined) byNumber.set(number, [one]);
      else same.push(one);
    }
  const shared = [...byNumber.values()].filter((same) => same.length > 1);
  if (shared.every((same) => same.every(({ isApart }) => isApart))) return new Set();
  return new Set(shared.flatMap((same) => same.map(({ name }) => name)));
}
