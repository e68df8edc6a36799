// What arrives packed is unpacked within bounds: a small body that grows without end is an attack. Unpacked beside the thread
// that answers others.

import { promisify } from 'node:util';
import { gunzip, zstdDecompress } from 'node:zlib';
import { Failure } from '../domain/failures.ts';
import { limits } from '../limits.ts';

const unpackGzip = promisify(gunzip);
const unpackZstd = promisify(zstdDecompress);

/** A body as sent or unpacked, bounded on both sides. Throws Failure `request.too-large`, `.media-type` or `.invalid`. */
export async function unpack(body: Buffer, encoding = 'identity'): Promise<Buffer> {
  if (!['identity', 'gzip', 'x-gzip', 'zstd'].includes(encoding.toLowerCase()))
    throw new Failure('request.media-type', 'packat med något annat än gzip eller zstd');
  const isGzip = body.length > 2 && body[0] === 0x1f && body[1] === 0x8b;
  const isZstd = body.length > 4 && body.readUInt32LE(0) === 0xfd2fb528;
  const options = { maxOutputLength: limits.fhirUnpackedBytesMax };
  try {
    // Told by the first bytes: some senders pack without saying so, others say so without packing.
    if (isGzip) return await unpackGzip(body, options);
    return isZstd ? await unpackZstd(body, options) : body;
  } catch (error) {
    const isTooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    throw new Failure(isTooLarge ? 'request.too-large' : 'request.invalid', null, { cause: error });
  }
}
