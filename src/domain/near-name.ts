// Two people on one list whose names or numbers are easily taken for each other: the warning on the chart of each (hazard H1).
// Warns too often rather than too seldom; it never hides or orders anything.

export interface NearCandidate {
  readonly family: string;
  readonly given: string;
  /** Digits and letters of the number people use. */
  readonly number: string;
}

const fold = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');

/** `name`: the same family name, or whole names one letter apart. `number`: at most two characters differ, or two are swapped. */
export function nearness(a: NearCandidate, b: NearCandidate): 'name' | 'number' | null {
  const [familyA, familyB] = [fold(a.family), fold(b.family)];
  if (familyA !== '' && familyB !== '') {
    const [wholeA, wholeB] = [familyA + fold(a.given), familyB + fold(b.given)];
    if (familyA === familyB || isWithin(wholeA, wholeB, 1)) return 'name';
  }
  if (a.number.length >= 8 && a.number.length === b.number.length && differing(a.number, b.number) <= 2)
    return 'number';
  return null;
}

function differing(a: string, b: string): number {
  let count = 0;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) count++;
  return count;
}

/** At most `max` letters inserted, left out or changed. */
function isWithin(a: string, b: string, max: number): boolean {
  if (Math.abs(a.length - b.length) > max) return false;
  let before = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row++) {
    const line = [row];
    for (let column = 1; column <= b.length; column++) {
      const change = (before[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      line.push(Math.min(change, (before[column] ?? 0) + 1, (line[column - 1] ?? 0) + 1));
    }
    before = line;
  }
  return (before[b.length] ?? 0) <= max;
}
