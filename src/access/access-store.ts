// What of access is kept on the disk: accounts with their slow hashes, emergency codes and patients' blocks, one row each, in an
// encrypted file of its own (decision 0017). All of it is also held in memory, so that people sign in when the disk can't be read.

import type { Database } from 'better-sqlite3-multiple-ciphers';
import { Failure } from '../domain/failures.ts';

/** `place`: how far the ledger had come when a whole copy was made; `from-copy`: this is one, and not all that came since is done again. */
export type KeptKind = 'account' | 'emergency-code' | 'block' | 'device' | 'pin' | 'place' | 'from-copy';

export interface KeptRow {
  readonly kind: KeptKind;
  readonly id: string;
  /** Null: no longer kept. */
  readonly body: object | null;
}

/** A later version that changes what a row holds raises it and reads the former. */
const VERSION = 1;

export class AccessStore {
  readonly #db: Database | null;
  readonly #isDiskFault: (error: unknown) => boolean;
  /** Holds already, and not on the disk yet. */
  readonly #later = new Map<string, KeptRow>();

  /** `db`: null where no file can be opened; everything is then refused that would have to be kept. */
  constructor(db: Database | null, isDiskFault: (error: unknown) => boolean) {
    this.#db = db;
    this.#isDiskFault = isDiskFault;
    if (db === null || db.readonly) return;
    db.exec('CREATE TABLE IF NOT EXISTS kept (kind TEXT, id TEXT, version INTEGER, body TEXT, PRIMARY KEY (kind, id))');
  }

  all<T>(kind: KeptKind): readonly T[] {
    if (this.#db === null) return [];
    return this.#db
      .prepare<[string], string>('SELECT body FROM kept WHERE kind = ? ORDER BY id')
      .pluck()
      .all(kind)
      .map((body) => JSON.parse(body) as T);
  }

  /** What takes something from somebody holds, and would be forgotten by a restart. */
  get isBehind(): boolean {
    return this.#later.size > 0;
  }

  /** All or none. @throws {Failure} `access.not-kept` when the disk refuses. */
  keep(rows: readonly KeptRow[]): void {
    const db = this.#db;
    if (db === null) throw new Failure('access.not-kept');
    try {
      db.transaction(() => {
        const put = db.prepare('INSERT OR REPLACE INTO kept VALUES (?, ?, ?, ?)');
        const drop = db.prepare('DELETE FROM kept WHERE kind = ? AND id = ?');
        for (const { kind, id, body } of [...this.#later.values(), ...rows])
          if (body === null) drop.run(kind, id);
          else put.run(kind, id, VERSION, JSON.stringify(body));
      })();
    } catch (error) {
      if (this.#isDiskFault(error)) throw new Failure('access.not-kept', null, { cause: error });
      throw error;
    }
    this.#later.clear();
  }

  /**
   * What takes something from somebody: a device that is lost, an account that is closed, a block. It holds at once whatever the disk says,
   * and is kept as soon as it takes it. What gives somebody something is `keep`'s, and waits for the disk.
   */
  keepOrLater(rows: readonly KeptRow[]): void {
    for (const row of rows) this.#later.set(`${row.kind} ${row.id}`, row);
    this.flush();
  }

  flush(): void {
    if (this.#later.size === 0) return;
    try {
      this.keep([]);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
    }
  }
}
