// The search index: each name a source has given a person, once per word it can be looked up by, folded so that *Åsa* is found
// by *asa*. Derived from the persons' rows, of now only.

import type { Database, Statement } from 'better-sqlite3-multiple-ciphers';

/** Longer names are cut here: an index entry needs no more. */
const NAME_CHARACTERS_MAX = 80;
const WORDS_MAX = 6;

/** Lower case without marks: å and ä are a, ö is o, é is e, ø is o, æ is ae. */
export function fold(text: string): string {
  return text
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/ø/g, 'o')
    .replace(/æ/g, 'ae')
    .replace(/ß/g, 'ss')
    .replace(/ð/g, 'd')
    .replace(/þ/g, 'th')
    .replace(/ł/g, 'l');
}

export const wordsOf = (text: string): string[] =>
  text
    .toLowerCase()
    .normalize('NFC')
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter((word) => word !== '');

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
    for (const part of said) for (const word of wordsOf(part)) words.add(word);
  }
  return [...words].slice(0, WORDS_MAX);
}

/** One entry a word, that word first: `lind karin`, `karin lind`. So any word can lead a look-up and the rest is at hand. */
function nameEntries(names: unknown): { folded: string; written: string }[] {
  const words = nameWords(names);
  return words.map((_, at) => {
    const turned = [...words.slice(at), ...words.slice(0, at)];
    const written = turned.join(' ').slice(0, NAME_CHARACTERS_MAX);
    return { folded: fold(written), written };
  });
}

export class Names {
  readonly #of: Statement<[number, string], { folded: string; written: string }>;
  readonly #put: Statement<[string, number, string, string]>;
  readonly #remove: Statement<[string, number, string]>;

  constructor(db: Database) {
    this.#of = db.prepare('SELECT folded, written FROM name WHERE identity = ? AND source = ? ORDER BY folded');
    this.#put = db.prepare('INSERT OR REPLACE INTO name (folded, identity, source, written) VALUES (?, ?, ?, ?)');
    this.#remove = db.prepare('DELETE FROM name WHERE folded = ? AND identity = ? AND source = ?');
  }

  keep(identity: number, source: string, names: unknown): void {
    const next = nameEntries(names);
    const kept = this.#of.all(identity, source);
    for (const { folded } of kept) {
      if (!next.some((entry) => entry.folded === folded)) this.#remove.run(folded, identity, source);
    }
    for (const { folded, written } of next) {
      if (kept.some((entry) => entry.folded === folded && entry.written === written)) continue;
      this.#put.run(folded, identity, source, written);
    }
  }
}
