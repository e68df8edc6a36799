// What was asked for, as words that each must begin a word of the name; and how well a name answers it.

import { fold } from '../../domain/fold.ts';
import { limits } from '../../limits.ts';
import { indexQuestion, searchWords } from '../names.ts';

/** Best first: as written before folded (*Åke* before *Ake* for who wrote å), whole words before beginnings. */
const RANKS = [
  { asWritten: true, whole: true },
  { asWritten: true, whole: false },
  { asWritten: false, whole: true },
  { asWritten: false, whole: false },
] as const;

export class SearchWords {
  readonly #written: readonly string[];
  readonly #folded: readonly string[];

  constructor(text: string) {
    this.#written = [...new Set(searchWords(text))];
    this.#folded = this.#written.map(fold);
  }

  /** Digits alone are a number, never a name. */
  get isName(): boolean {
    return this.#written.length > 0 && !/^\d+$/.test(this.#written.join(''));
  }

  get letters(): number {
    return this.#folded.reduce((letters, word) => letters + word.length, 0);
  }

  /** Three of the words as they stand in a name after a space, the longest first, or nothing: what the store compares itself. */
  get forStore(): readonly [string, string, string] {
    const byLength = [...this.#folded].sort((a, b) => b.length - a.length).map((word) => ` ${word}`);
    const [first = '', second = '', third = ''] = byLength;
    return [first, second, third];
  }

  /** Everyone who fits. */
  get question(): string {
    return indexQuestion(this.#written, { asWritten: false, whole: false });
  }

  /** The same in pieces, best first; later ones hold the earlier. */
  get questionsByRank(): readonly string[] {
    return RANKS.map((how) => indexQuestion(this.#written, how));
  }

  /** Null when the name does not fit; else the place in `RANKS`, smaller is better. */
  rank(name: { readonly written: string; readonly folded: string }): number | null {
    const written = ` ${name.written} `;
    const folded = ` ${name.folded} `;
    const fits = ({ asWritten, whole }: (typeof RANKS)[number]): boolean => {
      const [words, inName] = asWritten ? [this.#written, written] : [this.#folded, folded];
      return words.every((word) => inName.includes(whole ? ` ${word} ` : ` ${word}`));
    };
    const rank = RANKS.findIndex(fits);
    return rank === -1 ? null : rank;
  }
}

/**
 * A number as people type it: with or without hyphen, the century left out. Ten digits name two possible people, and both are
 * shown: a search offers, it never decides (knowledge b1).
 */
export function numbersLike(text: string): string[] {
  const bare = text.replace(/[\s+-]/g, '').toUpperCase();
  if (bare.length < 4 || !/\d/.test(bare)) return [text];
  const withCentury = /^\d{10}$/.test(bare) ? [`19${bare}`, `20${bare}`, `18${bare}`] : [];
  return [...new Set([text, bare, ...withCentury])];
}

/** False for what can only be a number: it is looked up exactly, at once. */
export const isNameSearch = (text: string): boolean => new SearchWords(askedText(text)).isName;

export const askedText = (text: string): string => text.slice(0, limits.searchTextMax).trim();
