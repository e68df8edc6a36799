// A folder of files kept encrypted, each replaced whole and bound to its own name: one unit's pack put in the place of
// another's, or a file of another station, is no pack at all.

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
import { seal, unseal } from './sealed-bytes.ts';
import { storageFailure } from './storage-failure.ts';

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
    const sealed = seal(this.#key, bytes, name);
    const file = join(this.#folder, name);
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      const fd = openSync(`${file}${UNFINISHED}`, 'w', 0o600);
      try {
        // To its end: a plain write to a disk that is nearly full writes a part, and says nothing.
        for (const piece of sealed) writeFileSync(fd, piece);
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
      return unseal(this.#key, readFileSync(join(this.#folder, name)), name);
    } catch {
      return null;
    }
  }

  remove(name: string): void {
    rmSync(join(this.#folder, name), { force: true });
  }
}
