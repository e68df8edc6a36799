// What opens something: looked for by its form, and as it is where a test has said what it used, in everything stations and commands write to
// their logs (SECURITY.md, ASVS 7.1.1).

import { DEALT_WORDS } from '../../src/access/word-list.ts';

/** 256 bits as we write them; with a capital, a small letter and a digit, which no name of ours has all of. */
const RANDOM = /(?<![\w-])(?=[\w-]*[A-Z])(?=[\w-]*[a-z])(?=[\w-]*\d)[\w-]{43}(?![\w-])/;
const FORMS: Readonly<Record<string, RegExp>> = {
  'a session, a device or the station’s token': RANDOM,
  'a cookie': /reservkraft-(?:session|device|provider)=[^;\s]/,
  'a header that opens': /\b(?:bearer|basic) +[\w+/=.-]{8}/i,
  'a statement (JWT)': /\beyJ[\w-]+\.eyJ[\w-]+/,
  'a code in an address': /[?&](?:code|state|access_token|secret)=[^&\s"]/,
  'a private key': /-----BEGIN [A-Z ]*PRIVATE KEY|\bMIGHAgEAMBMGByqGSM49|\bMII[\w+/]{3}IBADANBgkqhkiG9w0BAQEF/,
  'a key of 32 bytes': /(?<![\w+/])[A-Za-z0-9+/]{43}=(?![\w+/=])|(?<![\da-f])(?:[\da-f]{64}){1,2}(?![\da-f])/i,
  'half the station’s key': /(?<!\S)(?:[0-9A-HJKMNP-TV-Z]{5} ){2}[0-9A-HJKMNP-TV-Z]{5}(?!\S)/,
  'a one-time code': /(?<![\w-])[A-HJ-NP-Z2-9]{4}-[A-HJ-NP-Z2-9]{4}(?![\w-])/,
  'a slow hash': /\$argon2/,
};

const DEALT: ReadonlySet<string> = new Set(DEALT_WORDS);
/** As many as half a sealed code. */
const WORDS_IN_A_ROW = 3;

export class SecretWords {
  readonly #used: readonly string[];

  /** `used`: what tests have said they used, which has no form of its own (a PIN). */
  constructor(used: readonly string[] = []) {
    this.#used = [...new Set(used)].filter((one) => one !== '');
  }

  get count(): number {
    return this.#used.length;
  }

  /** Lines that hold one, and what kind: never what it is. */
  linesIn(text: string): { readonly line: number; readonly what: string }[] {
    return text.split('\n').flatMap((line, index) => {
      const what = this.#in(line);
      return what === null ? [] : [{ line: index + 1, what }];
    });
  }

  #in(line: string): string | null {
    for (const [what, form] of Object.entries(FORMS)) if (form.test(line)) return what;
    if (holdsDealtWords(line)) return 'dealt words';
    return this.#used.some((secret) => standsIn(line, secret)) ? 'what a test signed in with' : null;
  }
}

function holdsDealtWords(line: string): boolean {
  let row = 0;
  for (const [token] of line.matchAll(/[\p{L}\d]+|[^\p{L}\d]+/gu)) {
    if (DEALT.has(token)) row++;
    // What stands between dealt words: a blank or a dash, or the comma and quotes of a list of them.
    else if (!/^(?:[ -]|","|', ')$/.test(token)) row = 0;
    if (row === WORDS_IN_A_ROW) return true;
  }
  return false;
}

/** Whole: six digits are also part of longer numbers. */
function standsIn(line: string, secret: string): boolean {
  const at = line.indexOf(secret);
  if (at === -1) return false;
  const isPart = (letter: string | undefined): boolean => letter !== undefined && /[\p{L}\d]/u.test(letter);
  return !isPart(line[at - 1]) && !isPart(line[at + secret.length]);
}
