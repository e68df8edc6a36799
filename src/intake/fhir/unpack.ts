// Gzipped bodies, told by their first bytes. A small file that grows without end is an attack, so growth is bounded.

import { gunzipSync } from 'node:zlib';
import { limits } from '../../limits.ts';

const isGzipped = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** JSON is UTF-8 (RFC 8259 §8.1), but files exported on some systems are UTF-16: told by the zeros beside their first letters. */
export const isUtf16 = (bytes: Uint8Array): boolean =>
  (bytes[0] === 0xff && bytes[1] === 0xfe) ||
  (bytes[0] === 0xfe && bytes[1] === 0xff) ||
  (bytes.length >= 4 && (bytes[0] === 0) !== (bytes[1] === 0) && (bytes[2] === 0) === (bytes[0] === 0));

export function asUtf8(bytes: Uint8Array): Uint8Array {
  if (!isUtf16(bytes)) return bytes;
  const isBigEndian = bytes[0] === 0xfe || bytes[0] === 0;
  const text = new TextDecoder(isBigEndian ? 'utf-16be' : 'utf-16le').decode(bytes);
  return Buffer.from(text, 'utf8');
}

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
