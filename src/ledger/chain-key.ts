// Who signs a chain: Ed25519 (RFC 8032). Keys are told as their 32 raw bytes in hexadecimal, which any other program can use.

import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

/** What stands before the raw bytes in DER (RFC 8410): PKCS #8 for the seed, SubjectPublicKeyInfo for the public key. */
const SEED_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const PUBLIC_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** The station's key itself stays where it is; the ledger gets only this. */
export interface Signer {
  readonly publicKey: string;
  sign(hash: Buffer): Buffer;
}

/** `seed`: 32 bytes; the same seed is the same key. */
export function signerFromSeed(seed: Buffer): Signer {
  const key = createPrivateKey({ key: Buffer.concat([SEED_PREFIX, seed]), format: 'der', type: 'pkcs8' });
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
  return {
    publicKey: spki.subarray(PUBLIC_PREFIX.length).toString('hex'),
    sign: (hash) => sign(null, hash, key),
  };
}

const KEYS_KEPT = 64;
const known = new Map<string, KeyObject>();

/** False for whatever is not a signature by this key over these 32 bytes, written as we write it; also when the key is none. */
export function isSignedBy(publicKey: string, hash: Buffer, signature: string): boolean {
  // The same bytes can be written with other letters, and a changed letter is a change.
  if (!/^[0-9a-f]{128}$/.test(signature)) return false;
  try {
    return verify(null, hash, publicKeyOf(publicKey), Buffer.from(signature, 'hex'));
  } catch {
    return false;
  }
}

function publicKeyOf(hex: string): KeyObject {
  const kept = known.get(hex);
  if (kept !== undefined) return kept;
  if (!/^[0-9a-f]{64}$/.test(hex)) throw new Error('not an Ed25519 key');
  const key = createPublicKey({
    key: Buffer.concat([PUBLIC_PREFIX, Buffer.from(hex, 'hex')]),
    format: 'der',
    type: 'spki',
  });
  if (known.size >= KEYS_KEPT) known.clear();
  known.set(hex, key);
  return key;
}
