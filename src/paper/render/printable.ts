// Text that can be set: letters no font has become a visible box, and the sheet says so; what could hide or turn words is taken out.

import { harmless } from '../../domain/chart/text-layout.ts';
import { unbroken } from '../../domain/unbroken.ts';
import type { Sheet } from '../sheets/sheet.ts';
import { WORDS } from '../words.ts';
import type { Letters } from './font-letters.ts';

const BOX = '□';
/** Chooses between drawings of the letter before; nothing is lost without it. */
const VARIATION = /[\ufe00-\ufe0f]/g;

/** The letters Swedish forms have always had: what is tried where a sheet with more of them could not be set. */
export const PLAIN_LETTERS: Letters = new Set(
  [...'\n ·–—…’”“‘×±≤≥µ²³°½▲▼†□§©/', ...range(0x20, 0x7e), ...range(0xa0, 0xff)].map((letter) =>
    typeof letter === 'number' ? letter : (letter.codePointAt(0) ?? 0),
  ),
);
function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

function printable(text: string, letters: Letters): string {
  const set = held(ORDINARY.test(text) ? unbroken(text) : settable(text, letters));
  return set.length > LONGEST_WORD ? set.replace(UNBROKEN, (run) => (run.match(PIECES) ?? [run]).join(BREAK)) : set;
}

/** Nearly all that stands on paper: letters every font of the program has, whole, none of which hides or turns another. */
const ORDINARY = /^[\n\x20-\x7e\u00a0åäöÅÄÖéü·–]*$/;

function settable(text: string, letters: Letters): string {
  let set = '';
  for (const letter of unbroken(harmless(text.replace(VARIATION, '')).normalize('NFC')))
    set += letter === '\n' || letters.has(letter.codePointAt(0) ?? 0) ? letter : BOX;
  return set;
}

/** A line ends after a point that separates, not before it; a day keeps its weekday and a date its year. */
const held = (text: string): string =>
  text.replaceAll(' · ', `${NO_BREAK}· `).replace(WEEKDAY, NO_BREAK).replace(MONTH, `${NO_BREAK}$1${NO_BREAK}`);
const NO_BREAK = '\u00a0';
const WEEKDAY = /(?<=(?:^|\P{L})(?:mån|tis|ons|tor|fre|lör|sön)) (?=\d{1,2}\/\d)/gu;
const MONTH = /(?<=\d) (jan|feb|mar|apr|maj|jun|jul|aug|sep|okt|nov|dec) (?=\d{4}(?:\D|$))/gu;

/** Words nobody reads whole (a path, a thousand digits) would run out of their column, where the page cuts them. */
const LONGEST_WORD = 40;
const UNBROKEN = new RegExp(`[^\\s\\u00a0]{${LONGEST_WORD + 1},}`, 'gu');
const PIECES = /.{1,20}/gu;
const BREAK = '\u200b';

/** The same sheet in letters that can be set. */
export function printableSheet(sheet: Sheet, letters: Letters): Sheet {
  let isReplaced = false;
  /** A sheet says much of it many times: a state, a time, a unit. */
  const known = new Map<string, string>();
  const words = (value: string): string => {
    const told = known.get(value);
    if (told !== undefined) return told;
    const set = printable(value, letters);
    isReplaced ||= set.includes(BOX) && !value.includes(BOX);
    known.set(value, set);
    return set;
  };
  const written = (value: unknown): unknown => {
    if (typeof value === 'string') return words(value);
    if (Array.isArray(value)) return value.map(written);
    if (typeof value !== 'object' || value === null) return value;
    const set: Record<string, unknown> = {};
    for (const name in value) set[name] = written((value as Record<string, unknown>)[name]);
    return set;
  };
  const set = written(sheet) as Sheet;
  return isReplaced
    ? { ...set, sections: [{ is: 'words', tone: 'strong', lines: [WORDS.replaced] }, ...set.sections] }
    : set;
}
