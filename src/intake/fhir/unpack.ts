// Gzipped bodies, told by their first bytes. A small file that grows without end is an attack, so growth is bounded.

import { gunzipSync } from 'node:zlib';
import { limits } from '../../limits.ts';

const isGzipped = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

export type Utf16 = 'utf-16le' | 'utf-16be';

/** JSON is UTF-8 (RFC 8259 §8.1), but files exported on some systems are UTF-16: told by the zeros beside their first letters. */
export function utf16Of(bytes: Uint8Array): Utf16 | null {
  const [a, b, c, d] = bytes;
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  if (d === undefined || (a === 0) === (b === 0) || (c === 0) !== (a === 0)) return null;
  return a === 0 ? 'utf-16be' : 'utf-16le';
}

export function asUtf8(bytes: Uint8Array): Uint8Array {
  const used = utf16Of(bytes);
  return used === null ? bytes : Buffer.from(new TextDecoder(used).decode(bytes), 'utf8');
}

/** A byte for each letter, by which brackets, quotes and line ends are found where they stand: what is not ASCII is an `x`. */
export function lettersOf(bytes: Uint8Array, used: Utf16): Uint8Array {
  const letters = new Uint8Array(bytes.length >> 1);
  const [high, low] = used === 'utf-16be' ? [0, 1] : [1, 0];
  for (let at = 0; at < letters.length; at += 1) {
    const [above, below] = [bytes[at * 2 + high] ?? 0, bytes[at * 2 + low] ?? 0];
    letters[at] = above === 0 && below < 0x80 ? below : above === 0xfe && below === 0xff ? SPACE : LETTER;
  }
  return letters;
}
const SPACE = 0x20;
const LETTER = 0x78;

/** How much a packed body may hold: in proportion to what was sent, and never more than is read in one piece. */
export const unpackedBytesMax = (packedBytes: number): number =>
  Math.min(limits.fhirUnpackedBytesMax, Math.max(limits.fhirUnpackedFreelyBytes, packedBytes * limits.fhirPackingMax));

/** The plain bytes, or in a few words why there are none. */
export function unpack(bytes: Uint8Array): Uint8Array | string {
  if (!isGzipped(bytes)) return bytes.length > limits.fhirUnpackedBytesMax ? 'the body is too large' : bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: unpackedBytesMax(bytes.length) });
  } catch (error) {
    const isTooLarge = error instanceof RangeError;
    return isTooLarge ? 'the body grows too large when unpacked' : 'the gzip is damaged';
  }
}
