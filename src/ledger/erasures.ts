// Erasing by lawful decision (patientdatalagen 8 kap. 4 §): two named persons, a reference to the decision. Body and salt go, the entry
// stays with its hash, and an entry of its own says so and travels. Never while what was documented has not been returned.

import type { Database } from 'better-sqlite3-multiple-ciphers';
import { Failure } from '../domain/failures.ts';
import {
  type EntryDraft,
  type LedgerItem,
  type LedgerPlace,
  ledgerText,
  readLedgerEntry,
} from '../domain/ledger-entry.ts';
import type { EntryStore, KeptItem } from './entry-store.ts';
import { readJson } from './opening.ts';

export interface ErasureDecision {
  readonly place: LedgerPlace;
  readonly by: readonly [string, string];
  /** Who is told to have done it; absent: the first of the two. */
  readonly author?: string;
  /** Number and date of the decision (IVO, court). */
  readonly decision: string;
  readonly eventAt: number;
}

/** Told of each entry whose body is gone, so that nothing derived from it stays. */
export type OnErased = (item: KeptItem) => void;

export class Erasures {
  readonly #db: Database;
  readonly #store: EntryStore;
  readonly #onErased: OnErased;

  constructor(db: Database, store: EntryStore, onErased: OnErased) {
    this.#db = db;
    this.#store = store;
    this.#onErased = onErased;
  }

  /** What will say that it was done. @throws {Failure} `ledger.not-erased`, with why. */
  draft({ place, by, author, decision, eventAt }: ErasureDecision): EntryDraft {
    const [first, second] = by.map((name) => ledgerText(name));
    const reference = ledgerText(decision);
    const refuse = (why: string): Failure => new Failure('ledger.not-erased', why);
    if (!first || !second || first.toLowerCase() === second.toLowerCase())
      throw refuse('två olika personer ska namnges');
    if (reference === null) throw refuse('beslutet ska anges');
    const item = this.#store.at(place);
    if (item === null) throw refuse('posten finns inte');
    const { entry, body } = item;
    // Nobody else's chain can say it: the body would stay, and the next check would miss nothing.
    if (entry.chain !== this.#store.own) throw refuse('posten är en annan stations: den utplånas där');
    // These carry what everything else is checked with.
    if (entry.kind.startsWith('ledger.')) throw refuse('liggarens egna poster utplånas inte');
    if (body === null) throw refuse('posten är redan utplånad');
    if (this.#isUnreturned(item.position)) throw refuse('det som dokumenterats är inte återfört till journalsystemet');
    const { chain, epoch, sequence, hash } = entry;
    return {
      kind: 'ledger.erased',
      eventAt,
      author: author ?? first,
      unit: entry.unit,
      patient: entry.patient,
      body: { of: { chain, epoch, sequence, hash }, by: [first, second], decision: reference },
    };
  }

  /** Does what an erasure entry says; later, where the body may not go yet or has not come. Within the caller's transaction. */
  apply(item: LedgerItem): void {
    const place = erasedPlace(item);
    if (place === null) return;
    this.#store.addChain(place.chain, false);
    this.#db
      .prepare('INSERT OR IGNORE INTO erasure VALUES (?, ?, ?, 0)')
      .run(this.#store.chainNo(place.chain), place.epoch, place.sequence);
    this.#db.prepare(`DELETE FROM bodiless WHERE ${PLACE}`).run(this.#placeValues(place));
    const target = this.#store.at(place);
    if (target !== null && !this.#isUnreturned(target.position)) this.#erase(target);
  }

  /** No body may be kept here. */
  isErased(place: LedgerPlace): boolean {
    return this.#db.prepare(`SELECT 1 FROM erasure WHERE ${PLACE}`).get(this.#placeValues(place)) !== undefined;
  }

  markUnreturned(position: number): void {
    this.#db.prepare('INSERT OR IGNORE INTO unreturned VALUES (?)').run(position);
  }

  /** Positions of what must not be erased yet. */
  unreturned(): number[] {
    return this.#db.prepare<[], number>('SELECT position FROM unreturned').pluck().all();
  }

  /** It lies in the source system now. Within the caller's transaction. */
  markReturned(place: LedgerPlace): void {
    const item = this.#store.at(place);
    if (item === null) return;
    this.#db.prepare('DELETE FROM unreturned WHERE position = ?').run(item.position);
    if (this.isErased(place)) this.#erase(item);
  }

  #isUnreturned(position: number): boolean {
    return this.#db.prepare('SELECT 1 FROM unreturned WHERE position = ?').get(position) !== undefined;
  }

  #erase(item: KeptItem): void {
    this.#db.prepare('DELETE FROM body WHERE position = ?').run(item.position);
    this.#db.prepare(`UPDATE erasure SET done = 1 WHERE ${PLACE}`).run(this.#placeValues(item.entry));
    this.#onErased({ ...item, body: null });
  }

  #placeValues({ chain, epoch, sequence }: LedgerPlace): [number, number, number] {
    return [this.#store.chainNo(chain), epoch, sequence];
  }
}

const PLACE = 'chain = ? AND epoch = ? AND sequence = ?';

/** Whose body an erasure entry says is gone; null for any other entry. A chain erases its own entries only. */
export function erasedPlace({ entry, body }: LedgerItem): (LedgerPlace & { readonly hash: string }) | null {
  if (entry.kind !== 'ledger.erased' || body === null) return null;
  const of = readJson(body.content)?.['of'] as (LedgerPlace & { hash: string }) | undefined;
  if (of === undefined) return null;
  const read = readLedgerEntry({ ...entry, ...of });
  return 'wrong' in read || read.chain !== entry.chain ? null : { ...of };
}
