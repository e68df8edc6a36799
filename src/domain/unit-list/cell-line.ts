// One fact of a cell, on a screen's list and on paper's.

/** `icon` names a shape that means one thing (ux §4); `tone` how it is drawn. Both say the same as the words. */
export interface CellLine {
  readonly tone: 'danger' | 'warn' | 'strong' | 'plain' | 'doubt' | 'quiet';
  readonly icon: 'allergy' | 'limit' | 'infection' | 'alert' | 'twins' | 'lock' | 'critical' | 'none' | 'ask' | null;
  readonly words: string;
}

export const quiet = (words: string): CellLine => ({ tone: 'quiet', icon: null, words });
export const doubt = (words: string): CellLine => ({ tone: 'doubt', icon: 'ask', words });
export const plain = (words: string): CellLine => ({ tone: 'plain', icon: null, words });

/** Its date without the weekday: a list has many times, and each has its date (design §5.5). */
export const shortTime = (words: string): string =>
  words.replace(/(?<!\p{L})(?:mån|tis|ons|tor|fre|lör|sön) (?=\d+\/)/u, '');
