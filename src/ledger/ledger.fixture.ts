// A ledger in memory with a clock that goes a second an entry and the same chance every time: what tests of the ledger share.

import { createHash } from 'node:crypto';
import Sqlite, { type Database } from 'better-sqlite3-multiple-ciphers';
import { type ChainId, chainId, type EntryDraft, type LedgerItem } from '../domain/ledger-entry.ts';
import { type Signer, signerFromSeed } from './chain-key.ts';
import { Ledger } from './ledger.ts';
import { LedgerReader } from './ledger-reader.ts';
import type { EpochHead } from './opening.ts';

/** 22 November 2026, 10:00 UTC. */
export const TEN = Date.UTC(2026, 10, 22, 10);
export const PATIENT = 'p'.repeat(26);

export const draft = (over: Partial<EntryDraft> = {}): EntryDraft => ({
  kind: 'chart.read',
  eventAt: TEN,
  author: 'station-token',
  unit: 'KIR2',
  patient: PATIENT,
  body: { by: 'Eva Ek', about: 'Åsa Övning' },
  ...over,
});

export class TestLedger {
  readonly db: Database;
  readonly chain: ChainId;
  readonly signer: Signer;
  readonly ledger: Ledger;
  now = TEN;

  /** `name`: another name is another chain with another key. */
  constructor(
    name = 'a',
    options: { readonly db?: Database; readonly seed?: number; readonly seen?: EpochHead | null } = {},
  ) {
    this.db = options.db ?? new Sqlite(':memory:');
    this.chain = chainId(name.repeat(26).slice(0, 26));
    this.signer = signerFromSeed(Buffer.alloc(32, options.seed ?? name.charCodeAt(0)));
    let drawn = 0;
    this.ledger = new Ledger({
      db: this.db,
      chain: this.chain,
      signer: this.signer,
      random: (bytes) => createHash('sha512').update(`${name} ${drawn++}`).digest().subarray(0, bytes),
      isTrusted: ({ publicKey, formerKey }) => formerKey === null || formerKey === publicKey,
      isKnownReceiver: () => true,
    });
    this.ledger.open({ station: name, seen: options.seen ?? null, wallMs: this.now });
  }

  /** As at a restart with this witness; the file is the same. */
  restarted(seen: EpochHead | null, seed?: number): TestLedger {
    return new TestLedger(this.chain[0] ?? 'a', { db: this.db, seen, ...(seed === undefined ? {} : { seed }) });
  }

  /** Appends so many entries, one a commit. */
  write(count: number, over: (index: number) => Partial<EntryDraft> = () => ({})): void {
    for (let index = 0; index < count; index++) {
      this.now += 1_000;
      this.ledger.append([draft({ eventAt: this.now, ...over(index) })], this.now);
    }
  }

  get reader(): LedgerReader {
    return new LedgerReader(this.db);
  }

  items(): LedgerItem[] {
    return [...this.reader.items()].map(({ entry, body }) => ({ entry, body }));
  }

  /** A copy of the database as it is now, as a backup would be. */
  copied(): Database {
    return new Sqlite(this.db.serialize());
  }
}

export const faultsOf = (ledger: TestLedger, witness = ledger.ledger.head) =>
  ledger.reader
    .check(witness)
    .faults.map(({ fault, place, detail }) => `${fault} ${place?.sequence ?? '-'} ${detail}`.trim());
