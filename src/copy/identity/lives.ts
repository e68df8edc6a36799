// Has a number a life of its own: is somebody in a bed under it now? Two numbers that both have one are two people until
// somebody at the source has looked (hazards H11, H12): two patients in one chart is the worst this copy could do.

import type { FactRow } from '../write/facts.ts';
import { isUnnumbered, readStay } from '../write/stay-rows.ts';

/** Visits that are going on. The same visit number under two numbers is one stay, and no second life. */
export type Lives = ReadonlySet<string>;

/** Known outpatients come and go, and the visit is seldom ended: they hold up a list of numbers, but no merge. */
export type Counted = 'every-class' | 'not-outpatient';

export function livesOf(rows: readonly FactRow[], counted: Counted): Lives {
  const going = rows.filter((row) => {
    if (row.state !== 'present' && row.state !== 'on-leave') return false;
    return counted === 'every-class' || readStay(row).state.text('class') !== 'outpatient';
  });
  return new Set(going.map((row) => (isUnnumbered(row.key) ? `${row.identity}/${row.source}/${row.key}` : row.key)));
}

/** Each has a stay going on that the other has not. */
export const areTwoLives = (a: Lives, b: Lives): boolean => hasOwn(a, b) && hasOwn(b, a);

const hasOwn = (lives: Lives, others: Lives): boolean => [...lives].some((life) => !others.has(life));
