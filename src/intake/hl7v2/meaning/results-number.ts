// A number a laboratory wrote, read only when there is one way to read it. Everything else stays text: a wrong number is
// worse than none (hazard H17).

export type Comparator = '<' | '<=' | '>' | '>=';

export interface StrictNumber {
  readonly comparator: Comparator | null;
  readonly value: number;
}

/** Beyond this many digits a double no longer tells all numbers apart. */
const DIGITS_MAX = 15;
const ZERO = 48;
const NINE = 57;

const isDigit = (code: number): boolean => code >= ZERO && code <= NINE;

/**
 * `5`, `-5.10`, `5,10`, `<5`, `>= 100`. Null for all else: a grouped number, an exponent, a missing digit on either side of the
 * sign, and a comma with just three digits after it (`4,123`), which is four in Sweden and four thousand at an American analyser.
 */
export function readStrictNumber(text: string): StrictNumber | null {
  let at = 0;
  let end = text.length;
  while (at < end && text.charCodeAt(at) === 32) at += 1;
  while (end > at && text.charCodeAt(end - 1) === 32) end -= 1;
  const comparator = comparatorAt(text, at);
  if (comparator !== null) {
    at += comparator.length;
    while (at < end && text.charCodeAt(at) === 32) at += 1;
  }
  const start = at;
  const sign = text[at];
  if (sign === '-' || sign === '+') at += 1;
  const wholeAt = at;
  while (at < end && isDigit(text.charCodeAt(at))) at += 1;
  const wholeDigits = at - wholeAt;
  if (wholeDigits === 0) return null;
  if (at === end) return finish(text.slice(start, end), wholeDigits, comparator);
  const mark = text[at];
  if (mark !== '.' && mark !== ',') return null;
  const markAt = at;
  at += 1;
  while (at < end && isDigit(text.charCodeAt(at))) at += 1;
  const decimals = at - markAt - 1;
  if (at !== end || decimals === 0) return null;
  if (mark === '.') return finish(text.slice(start, end), wholeDigits + decimals, comparator);
  const mayBeGrouped = decimals === 3 && wholeDigits <= 3 && text.charCodeAt(wholeAt) !== ZERO;
  if (mayBeGrouped) return null;
  return finish(`${text.slice(start, markAt)}.${text.slice(markAt + 1, end)}`, wholeDigits + decimals, comparator);
}

function finish(written: string, digitCount: number, comparator: Comparator | null): StrictNumber | null {
  return digitCount > DIGITS_MAX ? null : { comparator, value: Number(written) };
}

function comparatorAt(text: string, at: number): Comparator | null {
  const first = text[at];
  if (first !== '<' && first !== '>') return null;
  return text[at + 1] === '=' ? `${first}=` : first;
}
