// Dealt words become a key slowly (argon2id), so that a stolen profile cannot be tried word by word. Loaded when it is needed.

import { argon2id } from 'hash-wasm';

const MEMORY_KIB = 65_536;
const PASSES = 3;
const KEY_BYTES = 32;

/** In any case and with any blanks or dashes between, as the station takes them. */
const plainWords = (words: string): string =>
  words
    .normalize('NFC')
    .toLowerCase()
    .replace(/[\s-]+/g, ' ')
    .trim();

export async function keyFromWords(words: string, salt: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  const bytes = await argon2id({
    password: plainWords(words),
    salt,
    parallelism: 1,
    iterations: PASSES,
    memorySize: MEMORY_KIB,
    hashLength: KEY_BYTES,
    outputType: 'binary',
  });
  return crypto.subtle.importKey('raw', new Uint8Array(bytes), 'AES-GCM', false, ['encrypt', 'decrypt']);
}
