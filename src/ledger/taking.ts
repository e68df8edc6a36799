// Entries of other chains, as a ward's station or a browser hands them in, again and again until the receipt has come. Nothing that is
// not rightly signed and next in its chain becomes part of it; what has come before is recognised.

import type { Database } from 'better-sqlite3-multiple-ciphers';
import type { ChainId, LedgerItem, LedgerPlace } from '../domain/ledger-entry.ts';
import { NO_HASH } from '../domain/ledger-entry.ts';
import { limits } from '../limits.ts';
import type { ApartEntries } from './apart.ts';
import type { EntryStore } from './entry-store.ts';
import type { Erasures } from './erasures.ts';
import { readOpening } from './opening.ts';
import { bodyHashOf, sealFault } from './sealing.ts';

/** May this chain be opened by this key here? `formerKey`: of the chain's newest epoch so far. */
export type IsTrusted = (asked: {
  readonly chain: ChainId;
  readonly publicKey: string;
  readonly formerKey: string | null;
}) => boolean;

export type TakeFault =
  /** Not what its hash says, or not signed by its chain's key. */
  | 'forged'
  /** The body is not what the entry says. */
  | 'body-differs'
  | 'body-too-large'
  /** Something before it is missing: `expected` says what. */
  | 'not-next'
  /** Nobody has said that this key may open a chain here. */
  | 'unknown-key'
  /** There are too many entries apart already. */
  | 'too-many-apart';

export interface TakeResult {
  readonly taken: number;
  /** Had come before. */
  readonly known: number;
  /** Rightly signed and another at the same place: kept apart. */
  readonly apart: number;
  /** The first that was not taken; what came after it was not looked at. */
  readonly refused: {
    readonly place: LedgerPlace;
    readonly fault: TakeFault;
    /** What the chain goes on with here; null where no epoch of it is known. */
    readonly expected: LedgerPlace | null;
  } | null;
}

export interface TakingOptions {
  readonly db: Database;
  readonly store: EntryStore;
  readonly apart: ApartEntries;
  readonly erasures: Erasures;
  /** Nobody else may add to this one: what claims to be of it and is not known here is kept apart. */
  readonly isCurrentOwn: (place: LedgerPlace) => boolean;
}

type Outcome = 'taken' | 'known' | 'apart' | TakeFault;

export class Taking {
  readonly #options: TakingOptions;

  constructor(options: TakingOptions) {
    this.#options = options;
  }

  /** In the order of each chain. Within the caller's transaction. */
  take(items: readonly LedgerItem[], noticedAt: number, isTrusted: IsTrusted): TakeResult {
    const counts = { taken: 0, known: 0, apart: 0 };
    for (const item of items) {
      const outcome = this.#takeOne(item, noticedAt, isTrusted);
      if (outcome === 'taken' || outcome === 'known' || outcome === 'apart') counts[outcome]++;
      else {
        const { chain, epoch, sequence } = item.entry;
        const refused = { place: { chain, epoch, sequence }, fault: outcome, expected: this.#expected(item.entry) };
        return { ...counts, refused };
      }
    }
    return { ...counts, refused: null };
  }

  #takeOne(item: LedgerItem, noticedAt: number, isTrusted: IsTrusted): Outcome {
    const { store, apart, erasures, isCurrentOwn } = this.#options;
    const { entry, body } = item;
    const epochs = store.epochs(entry.chain);
    const opening = readOpening(item);
    const knownKey = epochs.find(({ epoch }) => epoch === entry.epoch)?.publicKey;
    const publicKey = knownKey ?? opening?.publicKey;
    if (publicKey === undefined) return entry.sequence === 1 ? 'forged' : 'not-next';
    if (sealFault(entry, publicKey) !== null) return 'forged';
    if (body !== null && body.content.length > limits.ledgerBodyBytesMax) return 'body-too-large';
    if (body !== null && bodyHashOf(body) !== entry.bodyHash) return 'body-differs';
    const here = store.at(entry);
    if (here !== null && here.entry.hash === entry.hash) {
      this.#addMissingBody(here.position, item);
      return 'known';
    }
    if (here !== null || isCurrentOwn(entry) || apart.isFollowed(entry.previousHash))
      return apart.keep(item, noticedAt) ? 'apart' : 'too-many-apart';
    const head = store.head(entry.chain, entry.epoch);
    if (head === null) {
      const isNewEpoch = opening !== null && entry.previousHash === NO_HASH;
      if (!isNewEpoch) return 'not-next';
      // An older epoch than the newest known is only had back, never begun.
      const formerKey = epochs[0]?.publicKey ?? null;
      if (!isTrusted({ chain: entry.chain, publicKey, formerKey })) return 'unknown-key';
      store.addChain(entry.chain, false);
      store.addEpoch(entry, publicKey);
    } else {
      if (entry.sequence !== head.sequence + 1) return 'not-next';
      if (entry.previousHash !== head.hash) return apart.keep(item, noticedAt) ? 'apart' : 'too-many-apart';
    }
    const isErased = erasures.isErased(entry);
    store.insert(entry, isErased ? null : body);
    if (body === null && !isErased) this.#markBodiless(entry);
    erasures.apply(item);
    return 'taken';
  }

  #addMissingBody(position: number, { entry, body }: LedgerItem): void {
    const { db, store, erasures } = this.#options;
    if (body === null || erasures.isErased(entry)) return;
    store.addBody(position, body);
    db.prepare('DELETE FROM bodiless WHERE chain = ? AND epoch = ? AND sequence = ?').run(
      store.chainNo(entry.chain),
      entry.epoch,
      entry.sequence,
    );
  }

  #markBodiless({ chain, epoch, sequence }: LedgerPlace): void {
    const { db, store } = this.#options;
    db.prepare('INSERT INTO bodiless VALUES (?, ?, ?)').run(store.chainNo(chain), epoch, sequence);
  }

  #expected({ chain, epoch }: LedgerPlace): LedgerPlace | null {
    const head = this.#options.store.head(chain, epoch);
    if (head !== null) return { chain, epoch, sequence: head.sequence + 1 };
    return { chain, epoch, sequence: 1 };
  }

  /** How far an epoch is whole here: every entry, and its body or its erasure. */
  wholeTo(chain: ChainId, epoch: number): number {
    const { db, store } = this.#options;
    const last = store.head(chain, epoch)?.sequence ?? 0;
    const first = db
      .prepare<[number, number], number | null>('SELECT min(sequence) FROM bodiless WHERE chain = ? AND epoch = ?')
      .pluck()
      .get(store.chainNo(chain), epoch);
    return first === null || first === undefined ? last : first - 1;
  }
}
