// A booking asked for under the asker's number (SCH-1) and gone on with under the scheduling system's own (SCH-2) is one booking: kept
// apart, a cancelled operation would still stand as booked.

import { readText } from '../kept-text.ts';
import type { FactRow } from '../write/facts.ts';
import { joinRows } from './join-rows.ts';

/** As intake keeps a booking that has no number of the scheduling system (scheduling.ts). */
const ASKERS = 'Appointment/placer:';

export const isAskersOnly = (key: string): boolean => key.startsWith(ASKERS);

/** The asker's number of a booking; null when none is told. */
export function askersNumber(key: string, resource: unknown): string | null {
  const { identifier } = resource as { identifier?: unknown };
  const numbers = Array.isArray(identifier) ? (identifier as { value?: unknown }[]) : [];
  const number = numbers[isAskersOnly(key) ? 0 : 1]?.value;
  return typeof number === 'string' ? number : null;
}

/** A number that several bookings of the scheduling system name (a series) tells nothing: they are left as they are. */
export function joinBookings(rows: readonly FactRow[]): readonly FactRow[] {
  const numberOf = (row: FactRow): string | null => askersNumber(row.key, JSON.parse(readText(row.body)));
  const joined = new Map<FactRow, FactRow>();
  for (const asked of rows.filter(({ key }) => isAskersOnly(key))) {
    const same = rows.filter((row) => !isAskersOnly(row.key) && numberOf(row) === numberOf(asked));
    const [booked] = same;
    if (same.length === 1 && booked !== undefined) joined.set(asked, booked);
  }
  const booked = new Set(joined.values());
  const together = [...joined].map(([asked, row]) => ({ ...joinRows([asked, row]).row, key: row.key }));
  return [...together, ...rows.filter((row) => !joined.has(row) && !booked.has(row))];
}
