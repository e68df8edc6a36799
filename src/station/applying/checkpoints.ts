// Moves what is committed from the WALs into the files: a checkpoint waits for the disk many times as long as a commit does, so it is
// made where no sender waits, in the applying thread, between two pieces.

import { existsSync } from 'node:fs';
import type { Database } from 'better-sqlite3-multiple-ciphers';
import { stationFiles } from '../files/data-folder.ts';
import { type DatabaseRole, openDatabase } from '../files/open-database.ts';

export interface CheckpointsOptions {
  readonly dataFolder: string;
  readonly inboxKey: Buffer;
  readonly copyKey: Buffer;
  /** Both files are in order: nobody is making one anew. */
  readonly isReady: () => boolean;
}

const EVERY_MS = 250;
/** What is moved is read from the WAL, never from this. */
const CACHE_KIB = 256;

interface Place {
  readonly file: string;
  readonly key: Buffer;
  readonly role: DatabaseRole;
}

export class Checkpoints {
  readonly #places: readonly Place[];
  readonly #opened = new Map<string, Database>();
  readonly #isReady: () => boolean;
  readonly #timer: NodeJS.Timeout;

  constructor({ dataFolder, inboxKey, copyKey, isReady }: CheckpointsOptions) {
    const files = stationFiles(dataFolder);
    this.#places = [
      { file: files.inbox, key: inboxKey, role: 'inbox' },
      { file: files.copy, key: copyKey, role: 'copy' },
    ];
    this.#isReady = isReady;
    this.#timer = setInterval(() => this.#turn(), EVERY_MS);
  }

  /** A file is about to be another: opened again at the next turn. */
  reopen(): void {
    for (const { file } of this.#places) this.#close(file);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.reopen();
  }

  #turn(): void {
    if (!this.#isReady()) return;
    for (const place of this.#places) {
      try {
        const db = this.#opened.get(place.file) ?? this.#open(place);
        // Never waits for readers or the writer, and never makes them wait.
        db?.pragma('wal_checkpoint(PASSIVE)');
      } catch {
        // Whoever writes meets the same disk or the same damage, tells it and recovers; here the file is opened anew.
        this.#close(place.file);
      }
    }
  }

  #open(place: Place): Database | null {
    if (!existsSync(place.file)) return null;
    const db = openDatabase({ ...place, cacheKib: CACHE_KIB });
    this.#opened.set(place.file, db);
    return db;
  }

  #close(file: string): void {
    this.#opened.get(file)?.close();
    this.#opened.delete(file);
  }
}
