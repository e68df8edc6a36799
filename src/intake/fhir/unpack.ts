// Gzipped bodies, told by their first bytes. A small file that grows without end is an attack, so growth is bounded.

import { gunzipSync } from 'node:zlib';
import { limits } from '../../limits.ts';

const isGzipped = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** The plain bytes, or in a few words why there are none. */
export function unpack(bytes: Uint8Array): Uint8Array | string {
  if (!isGzipped(bytes)) return bytes.length > limits.fhirUnpackedBytesMax ? 'the body is too large' : bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: limits.fhirUnpackedBytesMax });
  } catch (error) {
    const isTooLarge = error instanceof RangeError;
    return isTooLarge ? 'the body grows too large when unpacked' : 'the gzip is damaged';
  }
}
