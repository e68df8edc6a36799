// Dealt words become a key slowly (argon2id), so that a stolen profile cannot be tried word by word. Loaded when it is needed.

import { argon2id } from 'hash-wasm';
import { spokenWords, WORDS_KEY_COST } from '../../../src/domain/access/device-key.ts';
import { bytesOf, importKey } from './sealing.ts';

/** The very key the station makes of the same words. `salt`: base64. */
export const keyFromWords = (words: string, salt: string): Promise<CryptoKey> =>
  keyFromSpoken(spokenWords(words), salt);

export const keyFromSpoken = async (spoken: string, salt: string): Promise<CryptoKey> =>
  importKey(await slowBytes(spoken, salt));

/** What each guess costs, of words and of digits alike. `salt`: base64. */
export async function slowBytes(spoken: string, salt: string): Promise<Uint8Array<ArrayBuffer>> {
  const { memoryKib, passes, parallelism, keyBytes } = WORDS_KEY_COST;
  const bytes = await argon2id({
    password: spoken,
    salt: bytesOf(salt),
    parallelism,
    iterations: passes,
    memorySize: memoryKib,
    hashLength: keyBytes,
    outputType: 'binary',
  });
  return new Uint8Array(bytes);
}
