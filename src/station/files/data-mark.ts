// That this key has locked data before: a disk that isn't mounted looks like a new station, and one that starts empty would answer
// its senders as if nothing were missing, into the folder where the disk should be.

import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../domain/failures.ts';
import { COPY_FILE, INBOX_FILE } from './data-folder.ts';

export interface DataMarkOptions {
  readonly dataFolder: string;
  readonly keyFile: string;
  /** A person has said that the data is to begin anew. */
  readonly beginsAnew: boolean;
}

/** @throws {Failure} `store.data-missing` when the folder holds nothing and the key has locked data before. */
export function requireKnownData({ dataFolder, keyFile, beginsAnew }: DataMarkOptions): void {
  const beside = `${keyFile}.used`;
  const hasData = [INBOX_FILE, COPY_FILE].some((name) => existsSync(join(dataFolder, name)));
  if (!hasData && existsSync(beside) && !beginsAnew) throw new Failure('store.data-missing', dataFolder);
  if (existsSync(beside)) return;
  try {
    writeFileSync(beside, 'Nyckeln har låst uppgifter. Radera filen bara om datamappen ska börja om.\n', {
      flag: 'wx',
      mode: 0o600,
    });
  } catch {
    // A key on a disk that can't be written: nothing can be remembered there, and reading goes on.
  }
}
