// A small file kept encrypted (AES-256-GCM) and replaced whole: what a poll has seen names resources, and nothing that names a
// patient lies in clear on the disk (design §5.12).

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export function writeSealed(file: string, key: Buffer, text: string): void {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  const fd = openSync(`${file}.new`, 'w', 0o600);
  try {
    // To its end: a plain write to a disk that is nearly full writes a part, and says nothing.
    writeFileSync(fd, Buffer.concat([nonce, cipher.getAuthTag(), body]));
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(`${file}.new`, file);
}

/** Null when there is none, or when it is not what was written: whoever asks starts from the beginning. */
export function readSealed(file: string, key: Buffer): string | null {
  try {
    const bytes = readFileSync(file);
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES));
    decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    const body = bytes.subarray(NONCE_BYTES + TAG_BYTES);
    return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
  } catch {
    return null;
  }
}
