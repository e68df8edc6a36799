// The search index: the words of every name a source has given a person, as written and folded, so that *Åsa* is found by *asa*.
// Derived from the persons' rows, of now only. Which words stand in whose names is a full-text index (decision 0007).

import type { Database, Statement } from 'better-sqlite3-multiple-ciphers';
import { fold, wordsOf } from '../domain/fold.ts';
import { limits } from '../limits.ts';

interface NamePart {
  readonly family?: unknown;
  readonly given?: unknown;
  readonly text?: unknown;
}

/** All words of all names, family names first, each once. */
function nameWords(names: unknown): string[] {
  if (!Array.isArray(names)) return [];
  const words = new Set<string>();
  for (const name of names as NamePart[]) {
    if (typeof name !== 'object' || name === null) continue;
    const { family, given, text } = name;
    const parts = [family, ...(Array.isArray(given) ? given : [given])].filter((part) => typeof part === 'string');
    const said = parts.length > 0 ? parts : [text].filter((part) => typeof part === 'string');
    for (const part of said) for (const word of searchWords(part)) words.add(word);
  }
  return [...words].slice(0, limits.nameWordsMax);
}

/** Words as the index has them: none without a letter or digit that is left when marks are gone, none endless. */
export const searchWords = (text: string): string[] =>
  wordsOf(text)
    .map((word) => word.slice(0, limits.nameWordCharactersMax))
    .filter((word) => fold(word) !== '');

/** Before a word as it was written, so that *Ake* can be looked for without *Åke*. No word has one in it. */
const AS_WRITTEN = '=';

/** What the index is asked: each word begins, or is, a word of the name; as written, or with the marks folded away. */
export function indexQuestion(words: readonly string[], how: { asWritten: boolean; whole: boolean }): string {
  const tokens = words.map((word) => `"${how.asWritten ? `${AS_WRITTEN}${word}` : fold(word)}"${how.whole ? '' : '*'}`);
  return [...new Set(tokens)].join(' AND ');
}

interface NameRow {
  readonly source: string;
  readonly written: string;
}

export class Names {
  readonly #of: Statement<[number], NameRow>;
  readonly #put: Statement<[number, string, string, string]>;
  readonly #remove: Statement<[number, string]>;
  readonly #index: Statement<[number, string]>;
  readonly #dropIndex: Statement<[number]>;
  /** Whose names have changed in this transaction. */
  readonly #changed = new Set<number>();

  constructor(db: Database) {
    this.#of = db.prepare('SELECT source, written FROM name WHERE identity = ? ORDER BY source');
    this.#put = db.prepare('INSERT OR REPLACE INTO name (identity, source, written, folded) VALUES (?, ?, ?, ?)');
    this.#remove = db.prepare('DELETE FROM name WHERE identity = ? AND source = ?');
    this.#index = db.prepare('INSERT OR REPLACE INTO name_word (rowid, words) VALUES (?, ?)');
    this.#dropIndex = db.prepare('DELETE FROM name_word WHERE rowid = ?');
  }

  keep(identity: number, source: string, names: unknown): void {
    const written = nameWords(names).join(' ');
    const rows = this.#of.all(identity);
    if ((rows.find((row) => row.source === source)?.written ?? '') === written) return;
    if (written === '') this.#remove.run(identity, source);
    else this.#put.run(identity, source, written, fold(written));
    this.#changed.add(identity);
  }

  /**
   * Brings the index level with the rows, once a transaction: the store writes what it has collected of an index at every
   * savepoint, and each message has one.
   */
  writeIndex(): void {
    for (const identity of this.#changed) {
      const words = new Set(this.#of.all(identity).flatMap(({ written }) => written.split(' ')));
      if (words.size === 0) this.#dropIndex.run(identity);
      else this.#index.run(identity, [...words].flatMap((word) => [fold(word), `${AS_WRITTEN}${word}`]).join(' '));
    }
    this.#changed.clear();
  }

  /** After a rollback: the rows are as they were, and the index with them. */
  forget(): void {
    this.#changed.clear();
  }
}
