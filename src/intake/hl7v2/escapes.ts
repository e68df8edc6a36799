// What a sender had to write in another way because the character is a delimiter (HL7 v2 ch. 2.7): «R\T\D» is «R&D».
// Decoded once and after the cutting, so that an escaped delimiter can never cut a value in two. What is not a known
// escape is ordinary text and stays: a sender that forgets to escape a backslash must not lose half a result.

import type { Delimiters } from './delimiters.ts';

/** Blank lines or spaces one command may ask for: more is not layout. */
const LAYOUT_COUNT_MAX = 100;

export interface EscapeRules {
  readonly delimiters: Delimiters;
  /** The bytes of `\X..\` are in the message's own charset. */
  decodeHex(bytes: Uint8Array): string;
}

/**
 * `layout`: also the commands that only formatted text has (`\.br\` and its kin, highlighting). `\Cxxyy\`, `\Mxxyyzz\`
 * and `\Zdd\` stay as written: what they stand for is agreed between two parties, and dropping them would drop letters.
 */
export function unescapeText(text: string, rules: EscapeRules, layout: 'layout' | 'plain'): string {
  const mark = rules.delimiters.escape;
  if (mark === '') return text;
  let open = text.indexOf(mark);
  if (open < 0) return text;
  let out = '';
  let from = 0;
  while (open >= 0) {
    const close = text.indexOf(mark, open + 1);
    if (close < 0) break;
    const hex = hexRun(text, open, mark);
    if (hex !== null) {
      out += text.slice(from, open) + rules.decodeHex(hex.bytes);
      from = hex.end;
    } else {
      const meaning = meaningOf(text.slice(open + 1, close), rules.delimiters, layout);
      if (meaning === null) {
        // Not an escape: this mark is a letter, and the next one may open a real escape.
        open = close;
        continue;
      }
      out += text.slice(from, open) + meaning;
      from = close + 1;
    }
    open = text.indexOf(mark, from);
  }
  return out + text.slice(from);
}

function meaningOf(command: string, delimiters: Delimiters, layout: 'layout' | 'plain'): string | null {
  switch (command) {
    case 'F':
      return delimiters.field;
    case 'S':
      return delimiters.component === '' ? null : delimiters.component;
    case 'T':
      return delimiters.subcomponent === '' ? null : delimiters.subcomponent;
    case 'R':
      return delimiters.repetition === '' ? null : delimiters.repetition;
    case 'E':
      return delimiters.escape;
    case 'P':
      return delimiters.truncation;
    case 'H':
    case 'N':
      return layout === 'layout' ? '' : null;
    default:
      return layout === 'layout' && command.startsWith('.') ? layoutOf(command) : null;
  }
}

/** Formatting commands of ch. 2.7.6, as the plain text nearest to them. */
function layoutOf(command: string): string | null {
  const parts = /^\.(br|sp|sk|in|ti|fi|nf|ce)([+-]?\d{1,4})?$/i.exec(command);
  if (parts === null) return null;
  const count = Math.min(Math.abs(Number(parts[2] ?? '1')), LAYOUT_COUNT_MAX);
  switch (parts[1]?.toLowerCase()) {
    case 'br':
    case 'ce':
      return '\n';
    case 'sp':
      return '\n'.repeat(Math.max(count, 1));
    case 'sk':
      return ' '.repeat(count);
    default:
      return '';
  }
}

/** A letter of several bytes may come as several escapes in a row (`\XC3\\XA5\`): a run is decoded together. */
function hexRun(text: string, open: number, mark: string): { bytes: Uint8Array; end: number } | null {
  const digits: string[] = [];
  let at = open;
  while (text.charAt(at) === mark && text.charAt(at + 1) === 'X') {
    const close = text.indexOf(mark, at + 2);
    if (close < 0) break;
    const hex = text.slice(at + 2, close);
    if (hex.length % 2 !== 0 || !/^[0-9A-Fa-f]+$/.test(hex)) break;
    digits.push(hex);
    at = close + 1;
  }
  return digits.length === 0 ? null : { bytes: Buffer.from(digits.join(''), 'hex'), end: at };
}
