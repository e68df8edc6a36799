// The station's accounts on its disk: opened, or taken from the last whole copy when the file is damaged, and read only where nothing can
// be written, so that people sign in whatever the disk does.

import { randomInt } from 'node:crypto';
import { existsSync, renameSync } from 'node:fs';
import type { Database } from 'better-sqlite3-multiple-ciphers';
import { Access } from '../../access/access.ts';
import { AccessStore } from '../../access/access-store.ts';
import { Failure } from '../../domain/failures.ts';
import type { Clock } from '../../domain/time.ts';
import type { UnitDeclaration } from '../../domain/unit.ts';
import { stationFiles } from '../files/data-folder.ts';
import type { StationKeys } from '../files/keys.ts';
import { closeReadable, isDamage, openDatabase } from '../files/open-database.ts';
import { storageFailure } from '../files/storage-failure.ts';
import type { StationNotes } from '../notes.ts';

export interface StationAccessOptions {
  readonly dataFolder: string;
  readonly keys: StationKeys;
  readonly units: readonly UnitDeclaration[];
  readonly clock: Clock;
  readonly notes: StationNotes;
  /** While it is so nobody's role ends by time (design §5.23). */
  readonly isTimePaused: () => boolean;
}

/** What sign-ins changed is written behind them this often. */
const FLUSH_MS = 60_000;

export class StationAccess {
  readonly access: Access;
  readonly #db: Database | null;
  readonly #file: string;
  readonly #key: Buffer;
  readonly #timer: NodeJS.Timeout;

  constructor({ dataFolder, keys, units, clock, notes, isTimePaused }: StationAccessOptions) {
    this.#file = stationFiles(dataFolder).access;
    this.#key = keys.database('access');
    this.#db = this.#open(notes, clock);
    this.access = new Access({
      store: new AccessStore(this.#db, (error) => storageFailure(error) !== null),
      units,
      now: () => clock.now(),
      draw: (below) => randomInt(below),
      key: keys.access(),
      isTimePaused,
    });
    this.#timer = setInterval(() => this.#flush(), FLUSH_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#flush();
    if (this.#db === null) return;
    if (this.#db.readonly) this.#db.close();
    else closeReadable(this.#db, { file: this.#file, key: this.#key, role: 'access' });
  }

  #flush(): void {
    try {
      this.access.accounts.flush();
    } catch (error) {
      // It is when secrets were last used: it can wait for the disk.
      if (!(error instanceof Failure)) throw error;
    }
  }

  #open(notes: StationNotes, clock: Clock): Database | null {
    const options = { file: this.#file, key: this.#key, role: 'access' } as const;
    try {
      return openDatabase(options);
    } catch (error) {
      if (isDamage(error)) {
        const aside = `${this.#file}.damaged-${clock.now().wallMs}`;
        renameSync(this.#file, aside);
        notes.tell('access.damaged', aside);
        return openDatabase(options);
      }
      if (storageFailure(error) === null) throw error;
      return existsSync(this.#file) ? openDatabase({ ...options, readonly: true }) : null;
    }
  }
}
