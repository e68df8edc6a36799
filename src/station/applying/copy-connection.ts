// The main thread's reading connection to copy.db: opened again when the copy has been made anew.

import { join } from 'node:path';
import type { Database } from 'better-sqlite3-multiple-ciphers';
import { CopyReader } from '../../copy/read/copy-reader.ts';
import { Failure } from '../../domain/failures.ts';
import type { UnitDeclaration } from '../../domain/unit.ts';
import { COPY_FILE } from '../files/data-folder.ts';
import type { StationKeys } from '../files/keys.ts';
import { openDatabase } from '../files/open-database.ts';

/** Each commit empties what a reader has of pages; what a chart is made of is kept beside it (decision 0009). */
const CACHE_KIB = 8 * 1024;

export class CopyConnection {
  readonly #file: string;
  readonly #keys: StationKeys;
  readonly #units: readonly UnitDeclaration[];
  #db: Database | null = null;
  #reader: CopyReader | null = null;

  constructor(dataFolder: string, keys: StationKeys, units: readonly UnitDeclaration[]) {
    this.#units = units;
    this.#file = join(dataFolder, COPY_FILE);
    this.#keys = keys;
  }

  /** @throws {Failure} `copy.starting` while there is no copy to read. */
  get reader(): CopyReader {
    if (this.#reader !== null) return this.#reader;
    try {
      this.#db = openDatabase({
        file: this.#file,
        key: this.#keys.database('copy'),
        role: 'copy',
        readonly: true,
        cacheKib: CACHE_KIB,
      });
      this.#reader = new CopyReader({ db: this.#db, units: this.#units, isKeeping: true });
      return this.#reader;
    } catch (error) {
      this.close();
      throw new Failure('copy.starting', null, { cause: error });
    }
  }

  reopen(): void {
    this.close();
  }

  close(): void {
    this.#reader = null;
    this.#db?.close();
    this.#db = null;
  }
}
