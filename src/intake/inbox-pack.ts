// Many received messages and their answers as one compressed piece of the inbox.

import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';

/** Raw bytes of one pack: reading one old message never costs more than unpacking this much (or the message itself). */
export const PACK_BYTES_MAX = 256 * 1024;

/** Below this nothing is won. */
const WORTH_COMPRESSING_BYTES = 200;
const LEVEL_FOR_SPEED = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

export interface PackContent {
  readonly compressed: boolean;
  readonly bytes: number;
  readonly content: Buffer;
}

export function pack(pieces: readonly Uint8Array[]): PackContent {
  const plain = Buffer.concat(pieces);
  const packed = plain.length < WORTH_COMPRESSING_BYTES ? plain : zstdCompressSync(plain, LEVEL_FOR_SPEED);
  const compressed = packed.length < plain.length;
  return { compressed, bytes: plain.length, content: compressed ? packed : plain };
}

/** Null when it is not what was packed: another page stands in its place. */
export function unpack({ compressed, bytes, content }: PackContent): Buffer | null {
  if (!compressed) return content;
  try {
    return zstdDecompressSync(content, { maxOutputLength: Math.max(bytes, 1) });
  } catch {
    return null;
  }
}
