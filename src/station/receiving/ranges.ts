// Runs of numbers in the inbox: what is missing is told and filled by runs, not number by number.

export interface Range {
  readonly first: number;
  readonly last: number;
}

/** Numbers added in ascending order, kept as runs. */
export class Ranges {
  readonly #runs: { first: number; last: number }[] = [];

  add(number: number): void {
    const newest = this.#runs.at(-1);
    if (newest !== undefined && newest.last === number - 1) newest.last = number;
    else this.#runs.push({ first: number, last: number });
  }

  get runs(): readonly Range[] {
    return this.#runs;
  }

  /** Whether any number from `first` to `last` is among them. */
  overlaps({ first, last }: Range): boolean {
    let [low, high] = [0, this.#runs.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#runs[middle]?.last ?? 0) < first) low = middle + 1;
      else high = middle;
    }
    const next = this.#runs[low];
    return next !== undefined && next.first <= last;
  }
}

export const isWithin = (number: number, ranges: readonly Range[]): boolean =>
  ranges.some(({ first, last }) => number >= first && number <= last);

export const countOf = (ranges: readonly Range[]): number =>
  ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0);

/** A handful is read by people; of more the first say where it began. */
const NAMED_MAX = 10;

/** *nummer 12–14, 20*. */
export function rangeWords(ranges: readonly Range[]): string {
  const named = ranges
    .slice(0, NAMED_MAX)
    .map(({ first, last }) => (first === last ? String(first) : `${first}–${last}`))
    .join(', ');
  const more = ranges.length - NAMED_MAX;
  return `nummer ${named}${more > 0 ? ` och ${more} följder till` : ''}`;
}
