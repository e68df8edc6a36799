// The station's accounts on its disk: opened, or taken from the last whole copy when the file is damaged, and read only where nothing can
// be written, so that people sign in whatever the disk does.

import { randomInt } from 'node:crypto';
import { copyFileSync, existsSync, renameSync, rmSync } from 'node:fs';
import type { Database } from 'better-sqlite3-multiple-ciphers';
import { Access } from '../../access/access.ts';
import { AccessStore } from '../../access/access-store.ts';
import type { Provider } from '../../access/provider/provider.ts';
import { type PastEntry, takeAgain } from '../../access/taken-again.ts';
import { notBefore } from '../../domain/age.ts';
import { Failure } from '../../domain/failures.ts';
import type { LedgerHead } from '../../domain/ledger-entry.ts';
import type { Arrival, Clock } from '../../domain/time.ts';
import type { UnitDeclaration } from '../../domain/unit.ts';
import { stationFiles } from '../files/data-folder.ts';
import type { StationKeys } from '../files/keys.ts';
import { closeReadable, isDamage, openDatabase } from '../files/open-database.ts';
import { storageFailure } from '../files/storage-failure.ts';
import { syncFile } from '../files/sync-file.ts';
import type { StationNotes } from '../notes.ts';

export interface StationAccessOptions {
  readonly dataFolder: string;
  readonly keys: StationKeys;
  readonly units: readonly UnitDeclaration[];
  readonly clock: Clock;
  readonly notes: StationNotes;
  /** When the sources were last heard: a wall clock behind that is wrong. Throws while there is no copy to read. */
  readonly heard: () => readonly Arrival[];
  /** While it is so nobody's role ends by time (design §5.23). */
  readonly isTimePaused: () => boolean;
  /** Null: people sign in with words alone. */
  readonly provider: Provider | null;
  /** How far the ledger has come; null: not known. */
  readonly ledgerPlace: () => LedgerHead | null;
  /** What the ledger knows was done after it; null: nobody can say. */
  readonly since: (place: LedgerHead) => readonly PastEntry[] | null;
}

/** Where the copy of the whole file lies. */
export const lastWhole = (file: string): string => `${file}.whole`;

const FROM_COPY = 'den senaste hela kopian används';

const changesOf = (db: Database): number => db.prepare<[], number>('SELECT total_changes()').pluck().get() ?? 0;

/** The copy of the whole file takes some milliseconds for each thousand accounts. */
const COPY_MS = 15 * 60_000;

/** What sign-ins changed is written behind them this often. */
const FLUSH_MS = 60_000;

/** A clock set back would take away every role that began after it; who signs in does not depend on a copy. */
function surely(now: Arrival, heard: () => readonly Arrival[]): Arrival {
  try {
    return notBefore(now, heard());
  } catch {
    return now;
  }
}

export class StationAccess {
  readonly access: Access;
  readonly #db: Database | null;
  readonly #store: AccessStore;
  readonly #notes: StationNotes;
  readonly #file: string;
  readonly #lastWhole: string;
  #copiedAt = -1;
  readonly #ledgerPlace: () => LedgerHead | null;
  /** What was found at the start and no copy could mend, in words. */
  #damage: string | null = null;
  readonly #key: Buffer;
  readonly #timers: readonly NodeJS.Timeout[];

  constructor(options: StationAccessOptions) {
    const { dataFolder, keys, units, clock, notes, heard, isTimePaused, provider } = options;
    this.#ledgerPlace = options.ledgerPlace;
    this.#file = stationFiles(dataFolder).access;
    this.#lastWhole = lastWhole(this.#file);
    this.#key = keys.database('access');
    this.#db = this.#open(clock);
    this.#notes = notes;
    this.#store = new AccessStore(this.#db, (error) => storageFailure(error) !== null);
    this.access = new Access({
      store: this.#store,
      units,
      now: () => surely(clock.now(), heard),
      draw: (below) => randomInt(below),
      key: keys.access(),
      isTimePaused,
      provider,
    });
    if (this.#isFromCopy) notes.tell('access.damaged', `${FROM_COPY}; ${this.#takeAgain(options.since)}`);
    else if (this.#damage !== null) notes.tell('access.damaged', this.#damage);
    this.#timers = [setInterval(() => this.#flush(), FLUSH_MS), setInterval(() => this.#copyAside(), COPY_MS)];
    for (const timer of this.#timers) timer.unref();
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.access.accounts.endWordsKeys();
    this.#flush();
    this.#copyAside();
    if (this.#db === null) return;
    if (this.#db.readonly) this.#db.close();
    else closeReadable(this.#db, { file: this.#file, key: this.#key, role: 'access' });
  }

  /** A page can be damaged that opening does not read. */
  #isWhole(db: Database): boolean {
    try {
      return db.pragma('quick_check', { simple: true }) === 'ok';
    } catch (error) {
      if (isDamage(error)) return false;
      throw error;
    }
  }

  /** Without accounts nobody gets in: the damaged file is put aside, and the copy of the last whole one takes its place. */
  #fromLastWhole(clock: Clock): Database | null {
    try {
      for (const end of ['', '-wal', '-shm'])
        if (existsSync(`${this.#file}${end}`))
          renameSync(`${this.#file}${end}`, `${this.#file}.damaged-${clock.now().wallMs}${end}`);
      if (existsSync(this.#lastWhole)) this.#putCopy();
      else this.#damage = 'ingen kopia finns: inga konton';
      return openDatabase({ file: this.#file, key: this.#key, role: 'access' });
    } catch (error) {
      if (storageFailure(error) === null || !existsSync(this.#lastWhole)) throw error;
      // The next start tries again; the rest of the station does not wait for it.
      this.#damage = 'disken tar inte emot den senaste hela kopian: inga konton förrän stationen startas om';
      return null;
    }
  }

  /** Marked before it takes the place: a station that ends in the midst knows at its next start that this is the older one. */
  #putCopy(): void {
    const made = `${this.#file}.new`;
    const clear = () => {
      for (const end of ['', '-wal', '-shm', '.key-check']) rmSync(`${made}${end}`, { force: true });
    };
    clear();
    copyFileSync(this.#lastWhole, made);
    const db = openDatabase({ file: made, key: this.#key, role: 'access' });
    new AccessStore(db, () => false).keep([{ kind: 'from-copy', id: 'file', body: {} }]);
    db.pragma('wal_checkpoint(TRUNCATE)');
    db.close();
    syncFile(made);
    renameSync(made, this.#file);
    clear();
  }

  get #isFromCopy(): boolean {
    return this.#store.all('from-copy').length > 0;
  }

  /** The copy is some minutes old: what was taken from somebody meanwhile must not come back with it. */
  #takeAgain(since: StationAccessOptions['since']): string {
    const [place] = this.#store.all<LedgerHead>('place');
    const entries = place === undefined ? null : since(place);
    const again = entries === null ? null : takeAgain(this.access, entries);
    // With what it follows, or as soon as the disk takes any of it.
    this.#store.keepOrLater([{ kind: 'from-copy', id: 'file', body: null }]);
    if (again === null)
      return 'vad som ändrats sedan den gjordes går inte att läsa ur liggaren: gå igenom konton, koder, spärrar och enheter';
    const { taken, toGive } = again;
    return `${taken} ändringar sedan dess är gjorda om ur liggaren, ${toGive} som gav någon något görs om för hand`;
  }

  /** Beside the file, with its own key and cipher; written whole before it takes the former's place. */
  #copyAside(): void {
    // One that is not brought up to now does not pass for it.
    if (this.#db === null || this.#db.readonly || this.#isFromCopy || changesOf(this.#db) === this.#copiedAt) return;
    const made = `${this.#lastWhole}.new`;
    try {
      rmSync(made, { force: true });
      const place = this.#ledgerPlace();
      this.#store.keep([{ kind: 'place', id: 'ledger', body: place }]);
      this.#db.prepare('VACUUM INTO ?').run(made);
      syncFile(made);
      renameSync(made, this.#lastWhole);
      this.#copiedAt = changesOf(this.#db);
    } catch (error) {
      // The former copy stands; a damaged file is found at the next start.
      if (!(error instanceof Failure) && storageFailure(error) === null) throw error;
    }
  }

  #flush(): void {
    this.#store.flush();
    const words = this.#store.isBehind ? 'försöks igen varje minut' : null;
    this.#notes.stand('access', 'access.not-kept-yet', words);
    try {
      this.access.accounts.flush();
      this.access.codes.flush();
      this.access.pins.flush();
    } catch (error) {
      // When secrets were last used: it can wait for the disk.
      if (!(error instanceof Failure)) throw error;
    }
  }

  #open(clock: Clock): Database | null {
    const options = { file: this.#file, key: this.#key, role: 'access' } as const;
    try {
      // Put aside as damaged by a station that ended before the copy was in its place.
      if (!existsSync(this.#file) && existsSync(this.#lastWhole)) return this.#fromLastWhole(clock);
      const db = openDatabase(options);
      if (this.#isWhole(db)) return db;
      db.close();
      return this.#fromLastWhole(clock);
    } catch (error) {
      if (isDamage(error)) return this.#fromLastWhole(clock);
      if (storageFailure(error) === null) throw error;
      return existsSync(this.#file) ? openDatabase({ ...options, readonly: true }) : null;
    }
  }
}
