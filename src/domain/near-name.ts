// Two people on one list whose names or numbers are easily taken for each other: the warning on the chart of each (hazard H1).
// Warns too often rather than too seldom; it never hides or orders anything.

import { fold } from './fold.ts';

export interface NearCandidate {
  readonly family: string;
  readonly given: string;
  /** Digits and letters of the number people use. */
  readonly number: string;
}

/** A candidate made ready to be held against a whole unit. */
export interface FoldedCandidate {
  readonly family: string;
  readonly whole: string;
  readonly number: string;
}

/** In whatever letters the name is written: of two that no Latin letter is in, the same is as near. */
const letters = (text: string): string => fold(text).replace(/[^\p{L}\p{N}]/gu, '');

export function foldedCandidate({ family, given, number }: NearCandidate): FoldedCandidate {
  const folded = letters(family);
  return { family: folded, whole: folded + letters(given), number };
}

/** `name`: the same family name, or whole names one letter apart. `number`: at most two characters differ, or two are swapped. */
export const nearness = (a: NearCandidate, b: NearCandidate): 'name' | 'number' | null =>
  foldedNearness(foldedCandidate(a), foldedCandidate(b));

export function foldedNearness(a: FoldedCandidate, b: FoldedCandidate): 'name' | 'number' | null {
  if (a.family !== '' && b.family !== '' && (a.family === b.family || isOneApart(a.whole, b.whole))) return 'name';
  if (a.number.length >= 8 && a.number.length === b.number.length && differing(a.number, b.number) <= 2)
    return 'number';
  return null;
}

function differing(a: string, b: string): number {
  let count = 0;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) count++;
  return count;
}

/** At most one letter inserted, left out or changed. */
function isOneApart(a: string, b: string): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  if (long.length - short.length > 1) return false;
  let at = 0;
  while (at < short.length && short[at] === long[at]) at++;
  return short.slice(short.length === long.length ? at + 1 : at) === long.slice(at + 1);
}
