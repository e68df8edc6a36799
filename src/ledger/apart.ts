// Entries that are rightly signed and do not fit in their chain: two at one place. Somebody has put an old ledger back and gone on, or
// two stations have one key. Neither is thrown away; people are told, and find out which is what happened.

import type { Database } from 'better-sqlite3-multiple-ciphers';
import { type LedgerItem, readLedgerEntry } from '../domain/ledger-entry.ts';
import { limits } from '../limits.ts';
import type { EntryStore } from './entry-store.ts';

export interface ApartItem extends LedgerItem {
  readonly noticedAt: number;
}

export class ApartEntries {
  readonly #db: Database;
  readonly #store: EntryStore;

  constructor(db: Database, store: EntryStore) {
    this.#db = db;
    this.#store = store;
  }

  /** False when there are too many already. */
  keep({ entry, body }: LedgerItem, noticedAt: number): boolean {
    if (this.count() >= limits.ledgerApartMax) return false;
    this.#store.addChain(entry.chain, false);
    this.#db
      .prepare('INSERT OR IGNORE INTO apart VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
      .run(
        this.#store.chainNo(entry.chain),
        entry.epoch,
        entry.sequence,
        Buffer.from(entry.hash, 'hex'),
        noticedAt,
        JSON.stringify(entry),
        body?.salt ?? null,
        body?.content ?? null,
      );
    return true;
  }

  /** Whether what comes next would follow one that is kept here. */
  isFollowed(previousHash: string): boolean {
    return this.#db.prepare('SELECT 1 FROM apart WHERE hash = ?').get(Buffer.from(previousHash, 'hex')) !== undefined;
  }

  count(): number {
    return this.#db.prepare<[], number>('SELECT count(*) FROM apart').pluck().get() ?? 0;
  }

  all(): ApartItem[] {
    return this.#db
      .prepare<[], { noticedAt: number; entry: string; salt: Buffer | null; content: Buffer | null }>(
        'SELECT noticed_at AS noticedAt, entry, salt, content FROM apart ORDER BY chain, epoch, sequence, hash',
      )
      .all()
      .flatMap(({ noticedAt, entry: text, salt, content }) => {
        const entry = readLedgerEntry(JSON.parse(text));
        if ('wrong' in entry) return [];
        return [{ noticedAt, entry, body: salt === null || content === null ? null : { salt, content } }];
      });
  }
}
