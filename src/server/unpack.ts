// What arrives packed is unpacked within bounds: a small body that grows without end is an attack.

import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { Failure } from '../domain/failures.ts';
import { limits } from '../limits.ts';

/** A body as sent or unpacked, bounded on both sides. Throws Failure `request.too-large` or `request.invalid`. */
export function unpack(body: Buffer, encoding: string | undefined): Buffer {
  try {
    const isGzip = body.length > 2 && body[0] === 0x1f && body[1] === 0x8b;
    if (isGzip) return gunzipSync(body, { maxOutputLength: limits.fhirUnpackedBytesMax });
    if (encoding === 'zstd') return zstdDecompressSync(body, { maxOutputLength: limits.fhirUnpackedBytesMax });
    return body;
  } catch (error) {
    const isTooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    throw new Failure(isTooLarge ? 'request.too-large' : 'request.invalid', null, { cause: error });
  }
}
