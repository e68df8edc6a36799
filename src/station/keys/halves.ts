// The station's key on two papers, for two people's envelopes (design §10): one half is chance, the other that chance laid over the
// key, so that neither says anything without the other. Lines are short, bear their own check, and can be typed by hand at night.

import { hash } from 'node:crypto';
import { Failure } from '../../domain/failures.ts';
import { StationKeys } from '../files/keys.ts';

/** Without I, L, O and U: read as 1, 1, 0 and V where somebody wrote them (Crockford). */
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LETTER_BITS = 5n;
const LINE_BYTES = 8;
/** 64 bits of content and 11 of check: one slip in two thousand goes unseen here, and none by the mark of the whole key. */
const LINE_LETTERS = 15;
const CHECK_BITS = 11n;
const GROUP = /.{5}/g;
const PAIR_BYTES = 3;
const MARK_BYTES = 3;

export type HalfName = 'A' | 'B';

export interface Half {
  readonly name: HalfName;
  /** Printed together: *7Q2KX*. */
  readonly pair: string;
  /** Which key it is: *M4T9C*. */
  readonly mark: string;
  /** *XXXXX XXXXX XXXXX*, in the order they are typed; the first says what the others are. */
  readonly lines: readonly string[];
}

export function splitKey(keys: StationKeys, random: (bytes: number) => Buffer): readonly [Half, Half] {
  const secret = keys.secret();
  const chance = random(secret.length);
  const pair = random(PAIR_BYTES);
  const halfOf = (name: HalfName, content: Buffer): Half => {
    const head = headOf(name, content.length / LINE_BYTES, pair, keys.mark());
    const lines = [head, ...chunks(content)].map((bytes, at) => written(bytes, head, at));
    return { name, pair: letters(pair), mark: letters(keys.mark()), lines };
  };
  return [halfOf('A', chance), halfOf('B', laidOver(secret, chance))];
}

/** One half as it is being typed: each line is tried at once, so that a slip is found where it was made. */
export class TypedHalf {
  #head: Buffer | null = null;
  readonly #lines: Buffer[] = [];

  get isWhole(): boolean {
    return this.#head !== null && this.#lines.length === this.#head[0];
  }

  /** The next line's number, as on the paper. */
  get next(): number {
    return this.#head === null ? 1 : this.#lines.length + 2;
  }

  get name(): string {
    return this.#head === null ? '' : String.fromCharCode(this.#head[1] ?? 0);
  }

  get pair(): string {
    return this.#head === null ? '' : letters(pairOf(this.#head));
  }

  get head(): Buffer | null {
    return this.#head;
  }

  get content(): Buffer {
    return Buffer.concat(this.#lines);
  }

  /** @throws {Failure} `key.half-mistyped`; what was typed before stands. */
  type(line: string): void {
    const at = this.next - 1;
    const bytes = read(line, this.#head, at);
    if (this.#head !== null) this.#lines.push(bytes);
    else if (isHead(bytes)) this.#head = bytes;
    else throw mistyped(at);
  }
}

/** @throws {Failure} `key.halves-apart` */
export function joinHalves(one: TypedHalf, other: TypedHalf): StationKeys {
  const [a, b] = [one.head, other.head];
  if (a === null || b === null || !one.isWhole || !other.isWhole)
    throw new Failure('key.halves-apart', 'en är inte hel');
  if (one.name === other.name) throw new Failure('key.halves-apart', `båda är kuvert ${one.name}`);
  if (one.pair !== other.pair || !a.subarray(2).equals(b.subarray(2)))
    throw new Failure('key.halves-apart', `omgång ${one.pair} och omgång ${other.pair}`);
  const keys = new StationKeys(laidOver(one.content, other.content));
  // 24 bits: what slipped through a line's own check is found here.
  if (!keys.mark().equals(a.subarray(LINE_BYTES - MARK_BYTES))) throw new Failure('key.halves-apart', 'en rad är fel');
  return keys;
}

/** How people tell a key by telephone. */
export const keyMark = (keys: StationKeys): string => letters(keys.mark());

const headOf = (name: HalfName, lines: number, pair: Buffer, mark: Buffer): Buffer =>
  Buffer.concat([Buffer.from([lines, name.charCodeAt(0)]), pair, mark]);

const pairOf = (head: Buffer): Buffer => head.subarray(2, 2 + PAIR_BYTES);

const isHead = (bytes: Buffer): boolean => [4, 8].includes(bytes[0] ?? 0) && ['A', 'B'].includes(nameOf(bytes));

const nameOf = (head: Buffer): string => String.fromCharCode(head[1] ?? 0);

const chunks = (bytes: Buffer): Buffer[] =>
  Array.from({ length: bytes.length / LINE_BYTES }, (_, at) => bytes.subarray(at * LINE_BYTES, (at + 1) * LINE_BYTES));

const laidOver = (one: Buffer, other: Buffer): Buffer => Buffer.from(one.map((byte, at) => byte ^ (other[at] ?? 0)));

function written(bytes: Buffer, head: Buffer, at: number): string {
  const number = (BigInt(`0x${bytes.toString('hex')}`) << CHECK_BITS) | check(bytes, head, at);
  return (digits(number, LINE_LETTERS).match(GROUP) ?? []).join(' ');
}

function read(line: string, head: Buffer | null, at: number): Buffer {
  const typed = line
    .toUpperCase()
    .replace(/[\s.–-]/g, '')
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1')
    .replaceAll('U', 'V');
  if (typed.length !== LINE_LETTERS) throw mistyped(at, `${typed.length} tecken, ska vara ${LINE_LETTERS}`);
  let number = 0n;
  for (const letter of typed) {
    const value = LETTERS.indexOf(letter);
    if (value < 0) throw mistyped(at);
    number = (number << LETTER_BITS) | BigInt(value);
  }
  const bytes = Buffer.from((number >> CHECK_BITS).toString(16).padStart(2 * LINE_BYTES, '0'), 'hex');
  if ((number & ((1n << CHECK_BITS) - 1n)) !== check(bytes, head ?? bytes, at)) throw mistyped(at);
  return bytes;
}

/** Of its place and its half too: a line of the other paper, or two that changed places, are found at once. */
function check(bytes: Buffer, head: Buffer, at: number): bigint {
  const digest = hash('sha256', Buffer.concat([Buffer.from(`reservkraft half 1 ${at} `), head, bytes]), 'buffer');
  return BigInt(digest.readUInt16BE(0)) >> (16n - CHECK_BITS);
}

const mistyped = (at: number, why = ''): Failure =>
  new Failure('key.half-mistyped', `rad ${at + 1}${why === '' ? '' : ` (${why})`}`);

/** 24 bits as five letters. */
const letters = (bytes: Buffer): string => digits(BigInt(`0x${bytes.toString('hex')}`) << 1n, 5);

function digits(number: bigint, count: number): string {
  let text = '';
  for (let at = BigInt(count) - 1n; at >= 0n; at--) text += LETTERS[Number((number >> (at * LETTER_BITS)) & 31n)];
  return text;
}
