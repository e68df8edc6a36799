// Reads a ledger beside its writer, for showing, exporting and checking.

import type { Database } from 'better-sqlite3-multiple-ciphers';
import type { LedgerHead, LedgerItem, LedgerPlace } from '../domain/ledger-entry.ts';
import { limits } from '../limits.ts';
import { ApartEntries, type ApartItem } from './apart.ts';
import { EntryStore, type KeptEpoch, type KeptItem } from './entry-store.ts';
import { type CheckReport, LedgerCheck } from './ledger-check.ts';
import { type EpochHead, readOpening } from './opening.ts';
import { ReadLog, type ReadLogFilter, type ReadLogRow } from './read-log.ts';
import { type Receipt, Receipts } from './receipts.ts';

export interface EntryFilter {
  readonly patients?: readonly string[];
  readonly kind?: string;
  /** Any of these. */
  readonly kinds?: readonly string[];
  readonly author?: string;
  readonly unit?: string;
  /** Event time, from inclusive, to exclusive. */
  readonly from?: number;
  readonly to?: number;
  /** Older than this position: the next page. */
  readonly before?: number;
  readonly limit?: number;
}

export interface EpochWithHead extends KeptEpoch {
  readonly head: EpochHead;
}

export class LedgerReader {
  readonly #db: Database;
  readonly #store: EntryStore;
  readonly #readLog: ReadLog;
  readonly #receipts: Receipts;
  readonly #apart: ApartEntries;

  /** `db`: opened for reading, with a ledger in it. */
  constructor(db: Database) {
    this.#db = db;
    this.#store = new EntryStore(db);
    this.#readLog = new ReadLog(db, this.#store);
    this.#receipts = new Receipts(db, this.#store, () => false);
    this.#apart = new ApartEntries(db, this.#store);
  }

  /** Everything asked within is of one moment. */
  atOnce<T>(read: () => T): T {
    return this.#db.transaction(read)();
  }

  epochs(): EpochWithHead[] {
    return this.#store.allEpochs().flatMap((one) => {
      const head = this.#store.head(one.chain, one.epoch);
      return head === null ? [] : [{ ...one, head }];
    });
  }

  count(): number {
    return this.#store.count();
  }

  at(place: LedgerPlace): LedgerItem | null {
    return this.#store.at(place);
  }

  /** By its id, of the kinds that people name; null for any other. */
  named(id: string): KeptItem | null {
    return this.#store.named(id);
  }

  isOwn({ chain }: Pick<LedgerPlace, 'chain'>): boolean {
    return chain === this.#store.own;
  }

  /** What was said of openings from a place on, newest first. */
  reviewsAfter(position: number): Generator<KeptItem> {
    return this.#store.reviewsAfter(position);
  }

  receipts(): Receipt[] {
    return this.#receipts.all();
  }

  apart(): ApartItem[] {
    return this.#apart.all();
  }

  /** Newest first. */
  show(filter: EntryFilter): KeptItem[] {
    const { where, values } = conditions(filter);
    const limit = Math.min(filter.limit ?? limits.ledgerPageRowsMax, limits.ledgerPageRowsMax);
    const positions = this.#db
      .prepare<unknown[], number>(
        `SELECT entry.position FROM entry WHERE ${where} ORDER BY entry.position DESC LIMIT ?`,
      )
      .pluck()
      .all(...values, limit);
    return positions.flatMap((position) => this.#store.atPosition(position) ?? []);
  }

  /** In the order of the chains, read as it is asked for. */
  items(filter: Pick<EntryFilter, 'patients' | 'kinds' | 'from' | 'to'> = {}): Generator<KeptItem> {
    const { where, values } = conditions(filter);
    return this.#store.inOrder(where, values);
  }

  /** What its chain holds from beyond the place; null where the place is not here, or anything after it is missing or another. */
  unbrokenAfter(place: LedgerHead, witness: EpochHead | null): readonly KeptItem[] | null {
    if (this.#store.at(place)?.entry.hash !== place.hash) return null;
    const items: KeptItem[] = [];
    let before: EpochHead = place;
    for (const item of this.#store.beyond(place)) {
      if (!isNext(item, before)) return null;
      before = item.entry;
      items.push(item);
    }
    return witness === null || isBeyond(witness, before) ? null : items;
  }

  /** How many entries the read log has not followed yet: after an update it is made again. */
  readLogBehind(): number {
    return Math.max(0, this.#store.lastPosition() - this.#readLog.cursor);
  }

  readLog(filter: ReadLogFilter): ReadLogRow[] {
    return this.#readLog.read(filter);
  }

  /** Every chain from its first entry. `witness`: how far the station's own chain must reach. */
  check(witness: EpochHead | null): CheckReport {
    const check = new LedgerCheck({ isWhole: true, hasBodies: true, keyOf: () => null });
    for (const item of this.#store.inOrder()) check.add(item);
    for (const { entry } of this.#apart.all()) check.fault('forked', entry);
    const { own } = this.#store;
    const seen = witness === null || own === null ? [] : [{ chain: own, ...witness }];
    const heads = [...seen, ...this.#receipts.all()];
    for (const head of heads) {
      const here = this.#store.at(head);
      if (here !== null && here.entry.hash !== head.hash) check.fault('forked', head, 'en annan än den som vittnats');
    }
    return check.finish(heads.filter((head) => this.#store.at(head) === null));
  }
}

/** The first of an epoch goes on from what the one before it says was the last, and that is here. */
function isNext(item: LedgerItem, before: EpochHead): boolean {
  const { epoch, sequence, previousHash } = item.entry;
  if (epoch === before.epoch) return sequence === before.sequence + 1 && previousHash === before.hash;
  const opening = readOpening(item);
  const former = opening?.former ?? null;
  // A file that was begun anew and has all of the former one; one that goes on with less, or unwitnessed, may lack anything.
  const isWhole = opening?.reason === 'key-changed' || (opening?.reason === 'restored' && opening.kept === null);
  return (
    isWhole && former?.epoch === before.epoch && former.sequence === before.sequence && former.hash === before.hash
  );
}

const isBeyond = (one: EpochHead, other: EpochHead): boolean =>
  one.epoch > other.epoch || (one.epoch === other.epoch && one.sequence > other.sequence);

function conditions({ patients, kind, kinds, author, unit, from, to, before }: EntryFilter): {
  where: string;
  values: (string | number)[];
} {
  const used: [string, ...(string | number)[]][] = [['TRUE']];
  if (patients !== undefined) {
    const marks = patients.map(() => '?').join(', ');
    // A list or a search shows several: those stand in the body, and the read log has them by patient.
    used.push([
      `(entry.patient IN (${marks}) OR entry.position IN (SELECT position FROM read_patient WHERE patient IN (${marks})))`,
      ...patients,
      ...patients,
    ]);
  }
  if (kind !== undefined) used.push(['entry.kind = ?', kind]);
  if (kinds !== undefined) used.push([`entry.kind IN (${kinds.map(() => '?').join(', ')})`, ...kinds]);
  if (author !== undefined) used.push(['entry.author = ?', author]);
  if (unit !== undefined) used.push(['entry.unit = ?', unit]);
  if (from !== undefined) used.push(['entry.event_at >= ?', from]);
  if (to !== undefined) used.push(['entry.event_at < ?', to]);
  if (before !== undefined) used.push(['entry.position < ?', before]);
  return {
    where: used.map(([condition]) => condition).join(' AND '),
    values: used.flatMap(([, ...values]) => values),
  };
}
