// The rows of the ledger: entries of all chains with their bodies, by place and in the order they came. Decides nothing.

import { hash } from 'node:crypto';
import type { Database, Statement } from 'better-sqlite3-multiple-ciphers';
import {
  type ChainId,
  chainId,
  type EntryDraft,
  type LedgerBody,
  type LedgerEntry,
  type LedgerItem,
  type LedgerPlace,
  toldOnce,
} from '../domain/ledger-entry.ts';
import { type EpochHead, readJson } from './opening.ts';
import { NAMED_KINDS } from './schema.ts';

interface EntryRow {
  readonly position: number;
  readonly chain: string;
  readonly epoch: number;
  readonly sequence: number;
  readonly id: Buffer;
  readonly kind: string;
  readonly eventAt: number;
  readonly registeredAt: number;
  readonly author: string;
  readonly unit: string | null;
  readonly patient: string | null;
  readonly bodyHash: Buffer;
  readonly previousHash: Buffer;
  readonly hash: Buffer;
  readonly signature: Buffer;
  readonly salt: Buffer | null;
  readonly content: Buffer | null;
}

export interface KeptItem extends LedgerItem {
  readonly position: number;
}

export interface KeptEpoch {
  readonly chain: ChainId;
  readonly epoch: number;
  readonly publicKey: string;
  readonly isOwn: boolean;
}

const SELECT_ENTRY = `SELECT entry.position, chain.id AS chain, entry.epoch, entry.sequence, entry.id, entry.kind,
  event_at AS eventAt, registered_at AS registeredAt, author, unit, patient, body_hash AS bodyHash,
  previous_hash AS previousHash, hash, signature, salt, content
  FROM entry JOIN chain ON chain.no = entry.chain LEFT JOIN body ON body.position = entry.position`;

export class EntryStore {
  readonly #db: Database;
  readonly #insert: Statement<unknown[]>;
  readonly #insertBody: Statement<[number, Buffer, Buffer]>;
  readonly #at: Statement<[string, number, number], EntryRow>;
  readonly #byPosition: Statement<[number], EntryRow>;
  readonly #after: Statement<[number, number], EntryRow>;
  readonly #head: Statement<[string, number], { sequence: number; hash: Buffer }>;
  readonly #epochs: Statement<[string], { epoch: number; publicKey: string }>;
  readonly #chainNo: Statement<[string], number>;
  readonly #chainNos = new Map<string, number>();

  constructor(db: Database) {
    this.#db = db;
    this.#insert = db.prepare(
      `INSERT INTO entry (chain, epoch, sequence, id, kind, event_at, registered_at, author, unit, patient,
         body_hash, previous_hash, hash, signature) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#insertBody = db.prepare('INSERT OR IGNORE INTO body (position, salt, content) VALUES (?, ?, ?)');
    this.#at = db.prepare(`${SELECT_ENTRY} WHERE chain.id = ? AND entry.epoch = ? AND entry.sequence = ?`);
    this.#byPosition = db.prepare(`${SELECT_ENTRY} WHERE entry.position = ?`);
    this.#after = db.prepare(`${SELECT_ENTRY} WHERE entry.position > ? ORDER BY entry.position LIMIT ?`);
    this.#head = db.prepare(
      `SELECT sequence, hash FROM entry WHERE chain = (SELECT no FROM chain WHERE id = ?) AND epoch = ?
       ORDER BY sequence DESC LIMIT 1`,
    );
    this.#epochs = db.prepare(
      `SELECT epoch, public_key AS publicKey FROM epoch WHERE chain = (SELECT no FROM chain WHERE id = ?) ORDER BY epoch DESC`,
    );
    this.#chainNo = db.prepare<[string], number>('SELECT no FROM chain WHERE id = ?').pluck();
  }

  /** The station's own chain; null in a ledger that has not been opened yet. */
  get own(): ChainId | null {
    const id = this.#db.prepare<[], string>('SELECT id FROM chain WHERE is_own = 1').pluck().get();
    return id === undefined ? null : chainId(id);
  }

  addChain(chain: ChainId, isOwn: boolean): void {
    this.#db.prepare('INSERT OR IGNORE INTO chain (id, is_own) VALUES (?, ?)').run(chain, isOwn ? 1 : 0);
  }

  addEpoch({ chain, epoch }: Pick<LedgerPlace, 'chain' | 'epoch'>, publicKey: string): void {
    this.#db.prepare('INSERT INTO epoch VALUES (?, ?, ?)').run(this.chainNo(chain), epoch, publicKey);
  }

  chainNo(chain: ChainId): number {
    const no = this.#chainNos.get(chain) ?? this.#chainNo.get(chain);
    if (no === undefined) throw new Error('ledger: a chain that has not been added');
    this.#chainNos.set(chain, no);
    return no;
  }

  /** After a rollback: a chain added meanwhile is not there. */
  forget(): void {
    this.#chainNos.clear();
  }

  /** @returns the position. */
  insert(entry: LedgerEntry, body: LedgerBody | null): number {
    const { lastInsertRowid } = this.#insert.run(
      this.chainNo(entry.chain),
      entry.epoch,
      entry.sequence,
      Buffer.from(entry.id.replaceAll('-', ''), 'hex'),
      entry.kind,
      entry.eventAt,
      entry.registeredAt,
      entry.author,
      entry.unit,
      entry.patient,
      Buffer.from(entry.bodyHash, 'hex'),
      Buffer.from(entry.previousHash, 'hex'),
      Buffer.from(entry.hash, 'hex'),
      Buffer.from(entry.signature, 'hex'),
    );
    const position = Number(lastInsertRowid);
    if (body !== null) {
      this.addBody(position, body);
      this.#noteTold(position, entry, body);
    }
    return position;
  }

  /** The entry that tells this already. */
  toldBefore(draft: Pick<EntryDraft, 'kind' | 'patient' | 'body'>): LedgerEntry | null {
    const name = toldOnce(draft);
    if (name === null) return null;
    const position = this.#db
      .prepare<[Buffer], number>('SELECT position FROM told WHERE name = ?')
      .pluck()
      .get(nameHash(name));
    return position === undefined ? null : (this.atPosition(position)?.entry ?? null);
  }

  #noteTold(position: number, { kind, patient }: LedgerEntry, { content }: LedgerBody): void {
    const body = content.includes('"told":') ? readJson(content) : null;
    const name = body === null ? null : toldOnce({ kind, patient, body });
    if (name !== null) this.#db.prepare('INSERT OR IGNORE INTO told VALUES (?, ?)').run(nameHash(name), position);
  }

  addBody(position: number, { salt, content }: LedgerBody): void {
    this.#insertBody.run(position, salt, content);
  }

  at({ chain, epoch, sequence }: LedgerPlace): KeptItem | null {
    return itemOf(this.#at.get(chain, epoch, sequence));
  }

  atPosition(position: number): KeptItem | null {
    return itemOf(this.#byPosition.get(position));
  }

  /** Of the kinds that people name by id (NAMED_KINDS); null for any other, whether it is here or not. */
  named(id: string): KeptItem | null {
    const bytes = Buffer.from(id.replaceAll('-', ''), 'hex');
    const position = this.#db
      .prepare<[Buffer], number>(`SELECT position FROM entry WHERE ${NAMED_KINDS} AND id = ?`)
      .pluck()
      .get(bytes);
    return position === undefined ? null : this.atPosition(position);
  }

  /** Newest first. The plus keeps SQLite from going through every entry instead of the few reviews. */
  *reviewsAfter(position: number): Generator<KeptItem> {
    const positions = this.#db
      .prepare<[number], number>(
        `SELECT position FROM entry WHERE kind = 'access.reviewed' AND +position > ? ORDER BY +position DESC`,
      )
      .pluck()
      .all(position);
    for (const one of positions) {
      const item = this.atPosition(one);
      if (item !== null) yield item;
    }
  }

  /** In the order they came. */
  after(position: number, limit: number): KeptItem[] {
    return this.#after.all(position, limit).map(keptItem);
  }

  /** The last of one epoch. */
  head(chain: ChainId, epoch: number): EpochHead | null {
    const row = this.#head.get(chain, epoch);
    return row === undefined ? null : { epoch, sequence: row.sequence, hash: row.hash.toString('hex') };
  }

  /** Newest first. */
  epochs(chain: ChainId): readonly { readonly epoch: number; readonly publicKey: string }[] {
    return this.#epochs.all(chain);
  }

  allEpochs(): KeptEpoch[] {
    return this.#db
      .prepare<[], { chain: string; epoch: number; publicKey: string; isOwn: number }>(
        `SELECT id AS chain, epoch, public_key AS publicKey, is_own AS isOwn FROM epoch JOIN chain ON no = chain ORDER BY id, epoch`,
      )
      .all()
      .map((row) => ({ ...row, chain: chainId(row.chain), isOwn: row.isOwn === 1 }));
  }

  /** Every entry by chain, epoch and sequence; read as it is asked for. `where` is a condition over `entry` and `chain`. */
  *inOrder(where = 'TRUE', values: readonly (string | number)[] = []): Generator<KeptItem> {
    const rows = this.#db
      .prepare<unknown[], EntryRow>(`${SELECT_ENTRY} WHERE ${where} ORDER BY chain.id, entry.epoch, entry.sequence`)
      .iterate(...values);
    for (const row of rows) yield keptItem(row);
  }

  /** One chain from beyond a place, in its order. */
  *beyond({ chain, epoch, sequence }: LedgerPlace): Generator<KeptItem> {
    yield* this.inOrder('chain.id = ? AND (entry.epoch, entry.sequence) > (?, ?)', [chain, epoch, sequence]);
  }

  count(): number {
    return this.#db.prepare<[], number>('SELECT count(*) FROM entry').pluck().get() ?? 0;
  }

  lastPosition(): number {
    return this.#db.prepare<[], number | null>('SELECT max(position) FROM entry').pluck().get() ?? 0;
  }
}

const nameHash = (name: string): Buffer => hash('sha256', name, 'buffer').subarray(0, 16);

const itemOf = (row: EntryRow | undefined): KeptItem | null => (row === undefined ? null : keptItem(row));

function keptItem(row: EntryRow): KeptItem {
  const { position, salt, content } = row;
  const id = row.id.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  const entry: LedgerEntry = {
    chain: chainId(row.chain),
    epoch: row.epoch,
    sequence: row.sequence,
    id,
    kind: row.kind,
    eventAt: row.eventAt,
    registeredAt: row.registeredAt,
    author: row.author,
    unit: row.unit,
    patient: row.patient,
    bodyHash: row.bodyHash.toString('hex'),
    previousHash: row.previousHash.toString('hex'),
    hash: row.hash.toString('hex'),
    signature: row.signature.toString('hex'),
  };
  return { position, entry, body: salt === null || content === null ? null : { salt, content } };
}
