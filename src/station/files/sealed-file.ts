// A small file kept encrypted and replaced whole: what a poll has seen names resources, and nothing that names a patient lies in
// clear on the disk (design §5.12).

import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { seal, unseal } from './sealed-bytes.ts';

export function writeSealed(file: string, key: Buffer, text: string): void {
  const fd = openSync(`${file}.new`, 'w', 0o600);
  try {
    // To its end: a plain write to a disk that is nearly full writes a part, and says nothing.
    writeFileSync(fd, Buffer.concat(seal(key, Buffer.from(text, 'utf8'))));
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(`${file}.new`, file);
}

/** Null when there is none, or when it is not what was written: whoever asks starts from the beginning. */
export function readSealed(file: string, key: Buffer): string | null {
  try {
    return unseal(key, readFileSync(file)).toString('utf8');
  } catch {
    return null;
  }
}
