// Laying words out on a terminal: wrapping that never cuts (ux §1.7), columns that align, widths counted in letters.

/** No-break spaces hold a number and its unit together; a terminal shows them as spaces. */
const NO_BREAK = '\u00a0';

export function wrap(words: string, width: number): readonly string[] {
  return words.split('\n').flatMap((line) => wrapLine(line, Math.max(8, width)));
}

function wrapLine(line: string, width: number): readonly string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(' ')) {
    if (current === '') current = word;
    else if (lengthOf(current) + 1 + lengthOf(word) <= width) current = `${current} ${word}`;
    else {
      lines.push(current);
      current = word;
    }
    // A single word longer than the line (a path, a serial number) goes on below rather than outside.
    while (lengthOf(current) > width) {
      const letters = [...current];
      lines.push(letters.slice(0, width).join(''));
      current = letters.slice(width).join('');
    }
  }
  return [...lines, current].map((one) => one.replaceAll(NO_BREAK, ' '));
}

/** Letters, not code units; combining marks take no place. */
export const lengthOf = (words: string): number => [...words.normalize('NFC').replace(/\p{Mn}/gu, '')].length;

export const padEnd = (words: string, width: number): string =>
  words + ' '.repeat(Math.max(0, width - lengthOf(words)));
export const padStart = (words: string, width: number): string =>
  ' '.repeat(Math.max(0, width - lengthOf(words))) + words;

/** Left and right on one line; when they do not fit, the right one goes below, still at the right. */
export function between(left: string, right: string, width: number): readonly string[] {
  const space = width - lengthOf(left) - lengthOf(right);
  if (space >= 2) return [left + ' '.repeat(space) + right];
  return [...wrap(left, width), ...wrap(right, width - 2).map((line) => padStart(line, width))];
}

/** A hanging paragraph: the first line after `label`, the rest under it. */
export function hanging(label: string, words: string, indent: number, width: number): readonly string[] {
  const lines = wrap(words, width - indent);
  if (lengthOf(label) + 1 > indent) {
    const before = label.length - label.trimStart().length;
    const labels = wrap(label.trimStart(), width - before).map((line) => ' '.repeat(before) + line);
    return [...labels, ...lines.map((line) => ' '.repeat(indent) + line)];
  }
  return lines.map((line, index) => (index === 0 ? padEnd(label, indent) : ' '.repeat(indent)) + line);
}

/**
 * A run of letters no person reads (a thousand digits, a packed attachment) is bounded, with where all of it stands; words between
 * spaces never are.
 */
export const bounded = (words: string): string =>
  words.replace(
    RUN_TOO_LONG,
    (run) => `${[...run].slice(0, RUN_LETTERS_MAX).join('')}… (hela värdet: reservkraft messages --raw)`,
  );
const RUN_LETTERS_MAX = 60;
const RUN_TOO_LONG = /[^\s\u00a0]{61,}/gu;

/**
 * Control and direction characters in a source's text must never reach a terminal: they can move, hide or reverse words. Lone
 * surrogates and unassigned letters become a visible box.
 */
export const harmless = (words: string): string =>
  words
    .replace(/\r\n?/g, '\n')
    .replaceAll('\t', ' ')
    .replace(/(?!\n)[\p{Cc}\p{Cf}]/gu, '')
    .replace(/[\p{Cs}\p{Co}\p{Cn}]/gu, '□');
