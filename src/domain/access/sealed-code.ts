// A sealed code of two halves, opened by two people: what station and app must mean the same by, so that it opens the unit's copy on a
// device too, with the station gone (decision 0024). The two are told to the ledger when a station is heard.

import { spokenWords } from './device-key.ts';
import { type PersonId, personId } from './people.ts';

/** «KIR2-3-07», as it stands on the envelope. */
export const spokenNumber = (typed: string): string => typed.trim().toUpperCase();

/** Who reads by it, in envelopes and in the ledger. */
export const readerByCode = (number: string): PersonId => personId(`KOD-${number}`);
export const isReaderByCode = (person: string): boolean => person.startsWith('KOD-');
export const numberOfReader = (person: string): string => person.replace(/^KOD-/, '');

/** What is hashed of the two halves. The bar stands between them, so that no word can move from one to the other. */
export const spokenHalves = (a: string, b: string): string => `${spokenWords(a)}|${spokenWords(b)}`;

const spokenName = (typed: string): string => typed.normalize().toLowerCase().replace(/\s+/g, ' ');

/** Name and title of each, as they would sign on paper; null: these are not two people. */
export function readTwo(first: string, second: string): { readonly first: string; readonly second: string } | null {
  const two = { first: first.trim(), second: second.trim() };
  const isTwo = two.first.length >= 3 && two.second.length >= 3;
  return isTwo && spokenName(two.first) !== spokenName(two.second) ? two : null;
}

export const bothNames = ({ first, second }: { readonly first: string; readonly second: string }): string =>
  `${first} och ${second}`;

/** What a device keeps of an opening without a station, as JSON under the code's own slow key: only who had both halves can have said it. */
export interface CodeUse {
  readonly first: string;
  readonly second: string;
  /** By the station's clock as the device counts it on. */
  readonly openedAt: number;
}

/** As it is handed in, by whoever's browser: nobody needs to be signed in. `iv`, `sealed`: base64. */
export interface HandedCodeUse {
  readonly number: string;
  /** Drawn by the device: handed in twice, it is told once. */
  readonly id: string;
  readonly iv: string;
  readonly sealed: string;
}

/** Bound into the seal. */
export const codeUseContext = (number: string, id: string): string => `reservkraft/1/code-use\n${number}\n${id}`;
