// The range a source sent, as numbers for a plot's band. What cannot be read as a plain range gives no band: nothing is guessed, and
// the words beside the plot stay the source's own.

export interface ReferenceBounds {
  readonly low: number | null;
  readonly high: number | null;
}

const NUMBER = '(-?\\d+(?:[.,]\\d+)?)';
const RANGE = new RegExp(`^${NUMBER}\\s*[-–]\\s*${NUMBER}(?:\\s+\\S+)?$`);
const BELOW = new RegExp(`^(?:<|≤|<=)\\s*${NUMBER}(?:\\s+\\S+)?$`);
const ABOVE = new RegExp(`^(?:>|≥|>=)\\s*${NUMBER}(?:\\s+\\S+)?$`);
const numberOf = (text: string | undefined): number => Number((text ?? '').replace(',', '.'));

export function referenceBounds(reference: string): ReferenceBounds | null {
  const text = reference.trim();
  const range = RANGE.exec(text);
  if (range !== null) {
    const [low, high] = [numberOf(range[1]), numberOf(range[2])];
    return low <= high ? { low, high } : null;
  }
  const below = BELOW.exec(text);
  if (below !== null) return { low: null, high: numberOf(below[1]) };
  const above = ABOVE.exec(text);
  return above === null ? null : { low: numberOf(above[1]), high: null };
}
