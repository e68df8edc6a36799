// How what is kept outside the databases is sealed: AES-256-GCM with a fresh nonce, and where it matters bound to a name, so that a
// file in another's place is no file at all.

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** In pieces, to be written one after another: a pack is not copied once more for it. */
export function seal(key: Buffer, bytes: Uint8Array, name: string | null = null): readonly Buffer[] {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  if (name !== null) cipher.setAAD(Buffer.from(name));
  const body = [cipher.update(bytes), cipher.final()];
  return [nonce, cipher.getAuthTag(), ...body];
}

/** @throws when it is not what was sealed with this key under this name */
export function unseal(key: Buffer, sealed: Buffer, name: string | null = null): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES));
  if (name !== null) decipher.setAAD(Buffer.from(name));
  decipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
}
