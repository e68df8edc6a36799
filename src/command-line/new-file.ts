// A file that a command makes for a person: new, readable by its owner alone, and whole or not there.

import { closeSync, fsyncSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { Failure } from '../domain/failures.ts';
import { storageFailure } from '../station/files/storage-failure.ts';

/**
 * What could not be written to its end is taken away: half a print looks whole in a viewer. (`writeFileSync`: a plain write to a disk
 * that is nearly full writes a part, and says nothing.)
 *
 * @throws {Failure} what the disk refuses
 */
export function writeNewFile(file: string, pieces: Iterable<Uint8Array | string>): void {
  const fd = openSync(file, 'wx', 0o600);
  try {
    for (const piece of pieces) writeFileSync(fd, piece);
    fsyncSync(fd);
  } catch (error) {
    rmSync(file, { force: true });
    const code = storageFailure(error);
    throw code === null ? error : new Failure(code, file, { cause: error });
  } finally {
    closeSync(fd);
  }
}
