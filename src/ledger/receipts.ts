// A receipt is another station's signature on how far it has a chain: what lies up to there is *säkrad*, since it lies on two
// stations. A receiver signs only for what it has whole, bodies and all.

import type { Database } from 'better-sqlite3-multiple-ciphers';
import type { ChainId, LedgerPlace } from '../domain/ledger-entry.ts';
import { isSignedBy, type Signer } from './chain-key.ts';
import type { EntryStore } from './entry-store.ts';
import { sha256 } from './sealing.ts';

export interface Receipt extends LedgerPlace {
  /** Of the entry at that place. */
  readonly hash: string;
  readonly receiver: ChainId;
  readonly receiverKey: string;
  readonly at: number;
  readonly signature: string;
}

const RECEIPT_FORM = 'reservkraft-ledger-receipt-1';

/** What is signed: one field a line, as of an entry. */
function receiptText({ receiver, receiverKey, chain, epoch, sequence, hash, at }: Omit<Receipt, 'signature'>): string {
  return [RECEIPT_FORM, receiver, receiverKey, chain, epoch, sequence, hash, at, ''].join('\n');
}

export function signReceipt(receipt: Omit<Receipt, 'signature'>, signer: Signer): Receipt {
  return { ...receipt, signature: signer.sign(sha256(receiptText(receipt))).toString('hex') };
}

export const isReceiptSigned = (receipt: Receipt): boolean =>
  isSignedBy(receipt.receiverKey, sha256(receiptText(receipt)), receipt.signature);

/** `forged`: not signed by the receiver; `stranger`: by somebody we don't know; `other-entry`: the receiver has another entry there. */
export type ReceiptAnswer = 'accepted' | 'older' | 'forged' | 'stranger' | 'other-entry';

export class Receipts {
  readonly #db: Database;
  readonly #store: EntryStore;
  readonly #isKnownReceiver: (receiver: ChainId, publicKey: string) => boolean;

  constructor(db: Database, store: EntryStore, isKnownReceiver: (receiver: ChainId, publicKey: string) => boolean) {
    this.#db = db;
    this.#store = store;
    this.#isKnownReceiver = isKnownReceiver;
  }

  accept(receipt: Receipt): ReceiptAnswer {
    if (!isReceiptSigned(receipt)) return 'forged';
    // Our own signature on our own chain is no second place.
    if (receipt.receiver === receipt.chain || !this.#isKnownReceiver(receipt.receiver, receipt.receiverKey))
      return 'stranger';
    if (this.#store.at(receipt)?.entry.hash !== receipt.hash) return 'other-entry';
    const chain = this.#store.chainNo(receipt.chain);
    const before = this.#db
      .prepare<[number, number, string], number>(
        'SELECT sequence FROM receipt WHERE chain = ? AND epoch = ? AND receiver = ?',
      )
      .pluck()
      .get(chain, receipt.epoch, receipt.receiver);
    if ((before ?? 0) >= receipt.sequence) return 'older';
    this.#db
      .prepare('INSERT OR REPLACE INTO receipt VALUES (?, ?, ?, ?, ?)')
      .run(chain, receipt.epoch, receipt.receiver, receipt.sequence, JSON.stringify(receipt));
    return 'accepted';
  }

  /** Everything of the epoch up to here is *säkrad*; 0 = nothing. */
  securedTo({ chain, epoch }: Pick<LedgerPlace, 'chain' | 'epoch'>): number {
    return (
      this.#db
        .prepare<[string, number], number | null>(
          'SELECT max(sequence) FROM receipt WHERE chain = (SELECT no FROM chain WHERE id = ?) AND epoch = ?',
        )
        .pluck()
        .get(chain, epoch) ?? 0
    );
  }

  all(): Receipt[] {
    return this.#db
      .prepare<[], string>('SELECT receipt FROM receipt ORDER BY chain, epoch, receiver')
      .pluck()
      .all()
      .map((text) => JSON.parse(text) as Receipt);
  }
}
