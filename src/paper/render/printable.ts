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
  const written = unbroken(harmless(text.replace(VARIATION, '')).normalize('NFC'));
  let set = '';
  for (const letter of written) set += letter === '\n' || letters.has(letter.codePointAt(0) ?? 0) ? letter : BOX;
  return held(set).replace(UNBROKEN, (run) => (run.match(PIECES) ?? [run]).join(BREAK));
}

/** A line ends after a point that separates, not before it; a day keeps its weekday and a date its year. */
const held = (text: string): string =>
  text.replaceAll(' · ', `${NO_BREAK}· `).replace(WEEKDAY, NO_BREAK).replace(MONTH, `${NO_BREAK}$1${NO_BREAK}`);
const NO_BREAK = '\u00a0';
const WEEKDAY = /(?<=(?:^|\P{L})(?:mån|tis|ons|tor|fre|lör|sön)) (?=\d{1,2}\/\d)/gu;
const MONTH = /(?<=\d) (jan|feb|mar|apr|maj|jun|jul|aug|sep|okt|nov|dec) (?=\d{4}(?:\D|$))/gu;

/** Words nobody reads whole (a path, a thousand digits) would run out of their column, where the page cuts them. */
const UNBROKEN = /[^\s\u00a0]{41,}/gu;
const PIECES = /.{1,20}/gu;
const BREAK = '\u200b';

/** The same sheet in letters that can be set. */
export function printableSheet(sheet: Sheet, letters: Letters): Sheet {
  let isReplaced = false;
  const written = (value: unknown): unknown => {
    if (typeof value === 'string') {
      const set = printable(value, letters);
      isReplaced ||= set.includes(BOX) && !value.includes(BOX);
      return set;
    }
    if (Array.isArray(value)) return value.map(written);
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, written(one)]));
    return value;
  };
  const set = written(sheet) as Sheet;
  return isReplaced
    ? { ...set, sections: [{ is: 'words', tone: 'strong', lines: [WORDS.replaced] }, ...set.sections] }
    : set;
}
