// A folder of files kept encrypted (AES-256-GCM), each replaced whole and bound to its own name: one unit's pack put in the place of
// another's, or a file of another station, is no pack at all.

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../domain/failures.ts';
import { storageFailure } from './storage-failure.ts';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const UNFINISHED = '.new';

export class SealedFolder {
  readonly #folder: string;
  readonly #key: Buffer;

  /** `key`: 32 bytes, of this folder alone. */
  constructor(folder: string, key: Buffer) {
    this.#folder = folder;
    this.#key = key;
  }

  names(): readonly string[] {
    try {
      return readdirSync(this.#folder).filter((name) => !name.endsWith(UNFINISHED));
    } catch {
      return [];
    }
  }

  /** On the disk when it returns. @throws {Failure} what the disk refuses */
  write(name: string, bytes: Uint8Array): void {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce).setAAD(Buffer.from(name));
    const body = [cipher.update(bytes), cipher.final()];
    const file = join(this.#folder, name);
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      const fd = openSync(`${file}${UNFINISHED}`, 'w', 0o600);
      try {
        // To its end: a plain write to a disk that is nearly full writes a part, and says nothing.
        for (const piece of [nonce, cipher.getAuthTag(), ...body]) writeFileSync(fd, piece);
        fsyncSync(fd);
      } finally {
        closeSync(fd);
      }
      renameSync(`${file}${UNFINISHED}`, file);
    } catch (error) {
      rmSync(`${file}${UNFINISHED}`, { force: true });
      const code = storageFailure(error);
      throw code === null ? error : new Failure(code, 'utskriftspaketen', { cause: error });
    }
  }

  /** Null when there is none, or when it is not what was written under this name. */
  read(name: string): Buffer | null {
    try {
      const bytes = readFileSync(join(this.#folder, name));
      const decipher = createDecipheriv('aes-256-gcm', this.#key, bytes.subarray(0, NONCE_BYTES));
      decipher.setAAD(Buffer.from(name)).setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
    } catch {
      return null;
    }
  }

  remove(name: string): void {
    rmSync(join(this.#folder, name), { force: true });
  }
}
