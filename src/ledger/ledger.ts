// The ledger: what people and stations did, one signed line after the other, never changed. One writer; whoever calls sees to the
// disk (the connection commits with fsync) and tells the witness of each head.

import type { Database } from 'better-sqlite3-multiple-ciphers';
import {
  type ChainId,
  type EntryDraft,
  type LedgerBody,
  type LedgerEntry,
  type LedgerItem,
  type LedgerPlace,
  NO_HASH,
} from '../domain/ledger-entry.ts';
import { limits } from '../limits.ts';
import { ApartEntries } from './apart.ts';
import type { Signer } from './chain-key.ts';
import { EntryStore } from './entry-store.ts';
import { type ErasureDecision, Erasures } from './erasures.ts';
import type { EpochHead, Opening, OpeningReason } from './opening.ts';
import { ReadLog } from './read-log.ts';
import { type Receipt, type ReceiptAnswer, Receipts, signReceipt } from './receipts.ts';
import { prepareLedgerSchema } from './schema.ts';
import { bodyHashOf, SALT_BYTES, sealEntry, uuidV7 } from './sealing.ts';
import { type IsTrusted, type TakeResult, Taking } from './taking.ts';

export interface LedgerOptions {
  /** Opened as role `ledger`. */
  readonly db: Database;
  /** Of a new ledger; one that has been opened before keeps its own. */
  readonly chain: ChainId;
  readonly signer: Signer;
  readonly random: (bytes: number) => Buffer;
  readonly isTrusted: IsTrusted;
  readonly isKnownReceiver: (receiver: ChainId, publicKey: string) => boolean;
}

export interface Opened {
  /** Null: the epoch goes on. */
  readonly reason: OpeningReason | null;
  readonly former: EpochHead | null;
  readonly kept: EpochHead | null;
}

export class Ledger {
  readonly #options: LedgerOptions;
  readonly #store: EntryStore;
  readonly #erasures: Erasures;
  readonly #apart: ApartEntries;
  readonly #receipts: Receipts;
  readonly #taking: Taking;
  readonly readLog: ReadLog;
  #hasLeft = false;
  #chain: ChainId;
  #head: EpochHead = { epoch: 0, sequence: 0, hash: NO_HASH };

  constructor(options: LedgerOptions) {
    const { db } = options;
    this.#options = options;
    prepareLedgerSchema(db);
    this.#store = new EntryStore(db);
    this.readLog = new ReadLog(db, this.#store);
    db.transaction(() => this.readLog.prepare())();
    this.#erasures = new Erasures(db, this.#store, (item) => this.readLog.erased(item));
    this.#apart = new ApartEntries(db, this.#store);
    this.#receipts = new Receipts(db, this.#store, options.isKnownReceiver);
    this.#taking = new Taking({
      db,
      store: this.#store,
      apart: this.#apart,
      erasures: this.#erasures,
      isCurrentOwn: ({ chain, epoch }) => chain === this.#chain && epoch >= this.#head.epoch,
    });
    this.#chain = this.#store.own ?? options.chain;
  }

  get chain(): ChainId {
    return this.#chain;
  }

  get head(): EpochHead {
    return this.#head;
  }

  get apartCount(): number {
    return this.#apart.count();
  }

  /** Goes on where the ledger ended, or begins an epoch and says why. `seen`: what the witness knows of the last commit. */
  open({
    station,
    seen,
    wallMs,
  }: {
    readonly station: string;
    readonly seen: EpochHead | null;
    readonly wallMs: number;
  }): Opened {
    const [newest] = this.#store.epochs(this.#chain);
    const kept = newest === undefined ? null : this.#store.head(this.#chain, newest.epoch);
    const reason = this.#whyNewEpoch(kept, newest?.publicKey ?? null, seen);
    if (reason === null && kept !== null) {
      this.#head = kept;
      return { reason, former: null, kept };
    }
    const former = isFurther(seen, kept) ? seen : kept;
    const opening: Opening = {
      publicKey: this.#options.signer.publicKey,
      station,
      reason: reason ?? 'installed',
      former,
      kept,
    };
    const epoch = Math.max(Math.floor(wallMs / 1000), (former?.epoch ?? 0) + 1);
    this.#write(() => {
      this.#store.addChain(this.#chain, true);
      this.#store.addEpoch({ chain: this.#chain, epoch }, opening.publicKey);
      this.#head = { epoch, sequence: 0, hash: NO_HASH };
      const draft = { kind: 'ledger.opened', eventAt: wallMs, author: 'station', unit: null, patient: null };
      this.#add({ ...draft, body: { ...opening } }, wallMs);
    });
    return { reason, former, kept };
  }

  /** All or none; they are on the disk when this returns. What a device has told before is the entry that says so already. */
  append(drafts: readonly EntryDraft[], registeredAt: number): LedgerEntry[] {
    const entries = this.#write(() =>
      drafts.map((draft) => this.#store.toldBefore(draft) ?? this.#add(draft, registeredAt)),
    );
    return entries;
  }

  /** @throws {Failure} `ledger.not-erased` with why. */
  erase(decision: ErasureDecision, registeredAt: number): LedgerEntry {
    const draft = this.#erasures.draft(decision);
    const entry = this.#write(() => this.#add(draft, registeredAt));
    this.#leaveNothing();
    return entry;
  }

  /** Of an entry that has been taken: it must not be erased yet. */
  markUnreturned(place: LedgerPlace): void {
    this.#write(() => {
      const item = this.#store.at(place);
      if (item !== null) this.#erasures.markUnreturned(item.position);
    });
  }

  markReturned(place: LedgerPlace): void {
    this.#write(() => this.#erasures.markReturned(place));
    this.#leaveNothing();
  }

  /** From another station or device, with a receipt for each chain it was about. */
  take(
    items: readonly LedgerItem[],
    at: number,
    isTrusted: IsTrusted = this.#options.isTrusted,
  ): TakeResult & { readonly receipts: readonly Receipt[] } {
    const result = this.#write(() => this.#taking.take(items, at, isTrusted));
    if (items.some(({ entry }) => entry.kind === 'ledger.erased')) this.#leaveNothing();
    const epochs = new Map(items.map(({ entry: { chain, epoch } }) => [`${chain}/${epoch}`, { chain, epoch }]));
    return { ...result, receipts: [...epochs.values()].flatMap((one) => this.#receipt(one, at)) };
  }

  acceptReceipt(receipt: Receipt): ReceiptAnswer {
    return this.#write(() => this.#receipts.accept(receipt));
  }

  /** *Säkrad*: it lies on another station too. */
  isSecured(place: LedgerPlace): boolean {
    return place.sequence <= this.#receipts.securedTo(place);
  }

  /** Brings derived tables up to date, a piece at a time; true when there is more. */
  project(): boolean {
    return this.#options.db.transaction(() => this.readLog.catchUp())();
  }

  /** What was derived is made again from the entries, by `project`. */
  rebuild(): void {
    this.#options.db.transaction(() => this.readLog.drop())();
  }

  /** What was erased stands in the log of the file yet, since somebody was reading it. */
  get hasLeft(): boolean {
    return this.#hasLeft;
  }

  /** The former content of erased pages also leaves the WAL; while somebody reads, it can't, and entries do not wait for them. */
  leaveNothing(): void {
    if (!this.#hasLeft) return;
    const { db } = this.#options;
    const waitMs = Number(db.pragma('busy_timeout', { simple: true }));
    db.pragma('busy_timeout=0');
    try {
      this.#hasLeft = db.pragma('wal_checkpoint(TRUNCATE)', { simple: true }) === 1;
    } finally {
      db.pragma(`busy_timeout=${waitMs}`);
    }
  }

  #whyNewEpoch(kept: EpochHead | null, publicKey: string | null, seen: EpochHead | null): OpeningReason | null {
    if (kept === null) return seen === null ? 'installed' : 'restored';
    if (seen === null) return 'unwitnessed';
    if (isFurther(seen, kept)) return 'restored';
    // The witness may be a few commits behind, and then saw an entry of this ledger.
    const place = { chain: this.#chain, epoch: seen.epoch, sequence: seen.sequence };
    if (this.#store.at(place)?.entry.hash !== seen.hash) return 'restored';
    return publicKey === this.#options.signer.publicKey ? null : 'key-changed';
  }

  #add(draft: EntryDraft, registeredAt: number): LedgerEntry {
    const { random, signer } = this.#options;
    const { epoch, sequence, hash } = this.#head;
    const { kind, eventAt, author, unit, patient } = draft;
    const body: LedgerBody = { salt: random(SALT_BYTES), content: Buffer.from(JSON.stringify(draft.body), 'utf8') };
    if (body.content.length > limits.ledgerBodyBytesMax) throw new RangeError('a body longer than any entry has');
    const entry = sealEntry(
      {
        ...{ chain: this.#chain, epoch, sequence: sequence + 1, id: uuidV7(registeredAt, random(10)) },
        ...{ kind, eventAt, registeredAt, author, unit, patient },
        ...{ bodyHash: bodyHashOf(body), previousHash: hash },
      },
      signer,
    );
    const position = this.#store.insert(entry, body);
    if (draft.isUnreturned === true) this.#erasures.markUnreturned(position);
    this.#erasures.apply({ entry, body });
    this.#head = { epoch, sequence: entry.sequence, hash: entry.hash };
    return entry;
  }

  /** One transaction; the derived tables follow in it, and never keep it from being written. */
  #write<T>(work: () => T): T {
    const before = this.#head;
    try {
      return this.#options.db.transaction(() => {
        const done = work();
        this.#follow();
        return done;
      })();
    } catch (error) {
      this.#head = before;
      this.#store.forget();
      throw error;
    }
  }

  #follow(): void {
    try {
      this.#options.db.transaction(() => this.readLog.catchUp())();
    } catch {
      // It stays where it was and is tried with the next entries. Where the disk is at fault, the commit says so itself.
    }
  }

  #leaveNothing(): void {
    this.#hasLeft = true;
    this.leaveNothing();
  }

  #receipt({ chain, epoch }: { chain: ChainId; epoch: number }, at: number): Receipt[] {
    const known = this.#store.epochs(chain).some((one) => one.epoch === epoch);
    const sequence = known ? this.#taking.wholeTo(chain, epoch) : 0;
    const item = this.#store.at({ chain, epoch, sequence });
    if (item === null) return [];
    const { signer } = this.#options;
    const place = { chain, epoch, sequence, hash: item.entry.hash };
    return [signReceipt({ ...place, receiver: this.#chain, receiverKey: signer.publicKey, at }, signer)];
  }
}

/** Whether the first is later than the second. */
function isFurther(one: EpochHead | null, other: EpochHead | null): boolean {
  if (one === null || other === null) return one !== null;
  return one.epoch > other.epoch || (one.epoch === other.epoch && one.sequence > other.sequence);
}
