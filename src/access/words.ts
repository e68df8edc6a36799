// Secrets are dealt, never thought out: words drawn by chance, so that how hard they are to guess is known and nobody's is their dog's.

import { DEALT_WORDS } from './word-list.ts';

/** `count` random whole numbers from 0 to `below` − 1, each as likely as the others. */
export type Draw = (below: number) => number;

const BITS_A_WORD = Math.log2(DEALT_WORDS.length);

/** 44 bits: with the slow hashing of secrets.ts some thousand years of one computer, if ever the station's key and disk are stolen. */
export const SECRET_WORDS = 4;
/** 33 bits each, and both are needed. */
export const HALF_WORDS = 3;

export const bitsOf = (words: readonly string[]): number => Math.floor(words.length * BITS_A_WORD);

export const dealWords = (count: number, draw: Draw): readonly string[] =>
  Array.from({ length: count }, () => DEALT_WORDS[draw(DEALT_WORDS.length)] ?? '');

/** Without the letters and digits that are taken for each other. */
const CODE_LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const CODE_LENGTH = 8;

/** 40 bits, for an hour or some days and used once: `KX3P-7QMA`. */
export function dealCode(draw: Draw): string {
  const letters = Array.from({ length: CODE_LENGTH }, () => CODE_LETTERS[draw(CODE_LETTERS.length)]).join('');
  return `${letters.slice(0, 4)}-${letters.slice(4)}`;
}

/** What a reader of handwriting makes of it: O is 0 and I is 1 to some, and neither is dealt. */
export const spokenCode = (typed: string): string => typed.toUpperCase().replace(/[^A-Z0-9]/g, '');
