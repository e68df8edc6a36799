// Names and numbers of everybody in the fixtures, to be looked for where none may stand: in what stations write to their logs
// (design §5.13). What the program's own source says too ("Ward", "Note") tells nothing of anyone and is left out.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { ELSEWHERE, SWEDISH } from '../../sim/names.ts';
import { TEST_PERSON_NUMBERS } from '../../sim/test-numbers.ts';
import { realFiles } from '../../src/intake/hl7v2/real-files.fixture.ts';
import { dataFolder, numbersAbout } from './corpus.ts';

const NAME_LETTERS_MIN = 4;
/** Shorter runs of digits are ports, counts and process numbers. */
const DIGITS_MIN = 8;
const ID_CHARACTERS_MIN = 6;
/** A patient stands first in a bundle. */
const BUNDLE_HEAD = 4_000;

const TOKENS = /[\p{L}\p{M}\d][\p{L}\p{M}\d-]*/gu;
const tokensOf = (text: string): string[] =>
  [...text.matchAll(TOKENS)].flatMap(([token]) => [token, token.replaceAll('-', ''), ...token.split('-')]);
const folded = (token: string): string => token.toLowerCase();

const tellsOfSomebody = (token: string): boolean =>
  /^\d+$/.test(token)
    ? token.length >= DIGITS_MIN
    : token.length >= (/\d/.test(token) ? ID_CHARACTERS_MIN : NAME_LETTERS_MIN);

export class PatientWords {
  readonly #words: ReadonlySet<string>;

  constructor() {
    const said = new Set([...sourceText().matchAll(TOKENS)].flatMap(([token]) => token.split('-')).map(folded));
    const words = everybody().flatMap(tokensOf).filter(tellsOfSomebody).map(folded);
    // Person numbers are also written with ten digits.
    const numbers = words.filter((word) => /^(18|19|20)\d{10}$/.test(word)).map((word) => word.slice(2));
    this.#words = new Set([...words, ...numbers].filter((word) => !said.has(word)));
  }

  get count(): number {
    return this.#words.size;
  }

  /** The numbers of the lines that hold somebody's name or number. */
  linesIn(text: string): number[] {
    return text
      .split('\n')
      .flatMap((line, index) => (tokensOf(line).some((token) => this.#words.has(folded(token))) ? [index + 1] : []));
  }
}

function everybody(): string[] {
  const names = [SWEDISH, ...ELSEWHERE].flatMap(({ family, women, men }) => [...family, ...women, ...men]);
  const messages = realFiles().flatMap(({ bytes }) => [...numbersAbout(bytes)]);
  return [...names, ...TEST_PERSON_NUMBERS, ...messages, ...publishedNumbers(), ...generatedPeople()];
}

function publishedNumbers(): string[] {
  const file = dataFolder('se-personnummer/allPins.json');
  return existsSync(file) ? (readFileSync(file, 'utf8').match(/\d{12}/g) ?? []) : [];
}

function generatedPeople(): string[] {
  const folder = dataFolder('fhir-synthea-r4');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.gz'))
    .flatMap((name) =>
      gunzipSync(readFileSync(`${folder}/${name}`))
        .toString('utf8')
        .split('\n'),
    )
    .flatMap((line) => [...line.slice(0, BUNDLE_HEAD).matchAll(/"(?:family|value)":"([^"]+)"|"given":\["([^"]+)"/g)])
    .flatMap(([, one, other]) => one ?? other ?? []);
}

function sourceText(): string {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const files = readdirSync(`${root}src`, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !/\.(test|fixture)\.ts$/.test(name))
    .map((name) => readFileSync(`${root}src/${name}`, 'utf8'));
  // Units and systems of the simulated hospitals are named in logs; their people are not.
  const houses = ['places', 'declarations'].map((name) => readFileSync(`${root}sim/${name}.ts`, 'utf8'));
  return [...files, ...houses].join('\n');
}
