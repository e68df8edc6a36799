// How FHIR JSON lies in copy.db: as text, and compressed only when it is long (a document with a page inside), since
// unpacking every small row would cost a chart more than the disk is worth.

import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';

const COMPRESS_FROM_CHARACTERS = 32 * 1024;

export type KeptText = string | Uint8Array;

export const keepText = (text: string): KeptText =>
  text.length < COMPRESS_FROM_CHARACTERS ? text : zstdCompressSync(text);

export const readText = (kept: KeptText): string =>
  typeof kept === 'string' ? kept : zstdDecompressSync(kept).toString('utf8');

export const sameText = (kept: KeptText | null, text: string | null): boolean =>
  kept === null || text === null ? kept === text : readText(kept) === text;
