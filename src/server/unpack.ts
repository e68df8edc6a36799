// What arrives packed is unpacked within bounds: a small body that grows without end is an attack. Unpacked beside the thread
// that answers others.

import { promisify } from 'node:util';
import { gunzip, zstdDecompress } from 'node:zlib';
import { Failure } from '../domain/failures.ts';
import { unpackedBytesMax } from '../intake/fhir/unpack.ts';

const unpackGzip = promisify(gunzip);
const unpackZstd = promisify(zstdDecompress);

const isGzip = (body: Buffer): boolean => body.length > 2 && body[0] === 0x1f && body[1] === 0x8b;
const isZstd = (body: Buffer): boolean => body.length > 4 && body.readUInt32LE(0) === 0xfd2fb528;

/** Told by the first bytes: some senders pack without saying so, others say so without packing. */
export const isPacked = (body: Buffer): boolean => isGzip(body) || isZstd(body);

/**
 * A body as sent or unpacked, bounded on both sides, and by `atMost` bytes where that is less.
 * @throws {Failure} `request.too-large`, `.media-type` or `.invalid`
 */
export async function unpack(body: Buffer, encoding = 'identity', atMost = Number.MAX_SAFE_INTEGER): Promise<Buffer> {
  if (!['identity', 'gzip', 'x-gzip', 'zstd'].includes(encoding.toLowerCase()))
    throw new Failure('request.media-type', 'packat med något annat än gzip eller zstd');
  const options = { maxOutputLength: Math.min(atMost, unpackedBytesMax(body.length)) };
  try {
    if (isGzip(body)) return await unpackGzip(body, options);
    return isZstd(body) ? await unpackZstd(body, options) : body;
  } catch (error) {
    const isTooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    throw new Failure(isTooLarge ? 'request.too-large' : 'request.invalid', null, { cause: error });
  }
}
