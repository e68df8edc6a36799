// The ledger and its witness as their thread has them open, and what is done when the disk refuses, the file turns out damaged or
// entries are missing: what happened is told, and a new epoch goes on.

import { randomBytes } from 'node:crypto';
import type { Database } from 'better-sqlite3-multiple-ciphers';
import { Failure, type FailureCode } from '../../domain/failures.ts';
import type { ChainId } from '../../domain/ledger-entry.ts';
import type { Clock } from '../../domain/time.ts';
import { type Signer, signerFromSeed } from '../../ledger/chain-key.ts';
import { Ledger, type Opened } from '../../ledger/ledger.ts';
import type { EpochHead } from '../../ledger/opening.ts';
import { type StationFiles, stationFiles } from '../files/data-folder.ts';
import { closeReadable, isDamage, openDatabase } from '../files/open-database.ts';
import { storageFailure } from '../files/storage-failure.ts';
import { Witness, type WitnessHead } from '../files/witness.ts';
import type { StationNote } from '../station-note.ts';
import { salvageLedger, setLedgerAside } from './salvage-ledger.ts';

export interface LedgerStoreOptions {
  readonly dataFolder: string;
  readonly ledgerKey: Buffer;
  readonly seed: Buffer;
  readonly chain: ChainId;
  readonly station: string;
  readonly clock: Clock;
  readonly onNote: (note: StationNote) => void;
}

export const epochHead = ({ beside, sequence, chain }: WitnessHead): EpochHead => ({
  epoch: beside,
  sequence,
  hash: chain.toString('hex'),
});

export class LedgerStore {
  readonly #options: LedgerStoreOptions;
  readonly #files: StationFiles;
  readonly signer: Signer;
  #witness: Witness | null = null;
  /** The last that was told to the witness. */
  #recorded: EpochHead | null = null;
  #db: Database | null = null;
  #ledger: Ledger | null = null;
  /** The damaged file, until what can be read of it has been taken. */
  #damaged: string | null = null;

  constructor(options: LedgerStoreOptions) {
    this.#options = options;
    this.#files = stationFiles(options.dataFolder);
    this.signer = signerFromSeed(options.seed);
  }

  get ledger(): Ledger | null {
    return this.#ledger;
  }

  /** Null when it is open; else why not. @throws what is no fault of the disk. */
  open(): FailureCode | null {
    if (this.#ledger !== null) return null;
    try {
      this.#openOrBeginAnew();
      return null;
    } catch (error) {
      this.#close();
      const code = storageFailure(error);
      if (code === null) throw error;
      return code;
    }
  }

  record(): void {
    if (this.#ledger === null) return;
    const { head } = this.#ledger;
    this.#recorded = head;
    this.#witness?.record({ sequence: head.sequence, beside: head.epoch, chain: Buffer.from(head.hash, 'hex') });
  }

  /** Found while in use: the next `open` begins a new file. */
  damaged(): void {
    this.#close();
    this.#setAside();
  }

  close(): void {
    const db = this.#db;
    this.#db = null;
    this.#ledger = null;
    if (db !== null) closeReadable(db, { file: this.#files.ledger, key: this.#options.ledgerKey, role: 'ledger' });
    this.#witness?.close();
  }

  #openOrBeginAnew(): void {
    try {
      this.#open();
    } catch (error) {
      // The inbox has been opened with this key: a ledger that can't is not this station's.
      const isStrange = error instanceof Failure && error.code === 'key.wrong';
      if (!isDamage(error) && !isStrange) throw error;
      this.damaged();
      this.#open();
    }
  }

  #open(): void {
    const { ledgerKey, chain, station, clock } = this.#options;
    this.#witness ??= new Witness(this.#files.ledgerWitness);
    const db = openDatabase({ file: this.#files.ledger, key: ledgerKey, role: 'ledger' });
    this.#db = db;
    const { signer } = this;
    const ledger = new Ledger({
      db,
      chain,
      signer,
      random: randomBytes,
      // Other stations and devices are let in by whoever installs them, when there is a way to say so.
      isTrusted: ({ chain: asked, publicKey, formerKey }) =>
        publicKey === formerKey || (asked === chain && publicKey === signer.publicKey),
      isKnownReceiver: () => false,
    });
    const found = this.#witness.found;
    const seen = this.#recorded ?? (found === null ? null : epochHead(found));
    const { wallMs } = clock.now();
    const opened = ledger.open({ station, seen, wallMs });
    this.#ledger = ledger;
    this.record();
    if (this.#damaged !== null) this.#salvage(ledger, opened, this.#damaged);
    else this.#tell(opened);
  }

  #salvage(ledger: Ledger, { former }: Opened, file: string): void {
    const { ledgerKey, clock } = this.#options;
    const { wallMs } = clock.now();
    const { taken, setAside } = salvageLedger(file, ledgerKey, ledger, wallMs);
    this.#damaged = null;
    const reached = former === null ? '' : `, skrivna till nummer ${former.sequence}`;
    this.#note('ledger.damaged', `${taken} poster lästa${reached}; ${setAside}`);
  }

  #tell({ reason, former, kept }: Opened): void {
    if (reason === 'unwitnessed') this.#note('ledger.unwitnessed', `liggaren slutar vid nummer ${kept?.sequence ?? 0}`);
    if (reason !== 'restored' || former === null) return;
    const isSameEpoch = kept?.epoch === former.epoch;
    if (isSameEpoch && kept.sequence >= former.sequence) this.#note('ledger.forked', `vid nummer ${former.sequence}`);
    else this.#note('ledger.short', `nummer ${isSameEpoch ? kept.sequence + 1 : 1}–${former.sequence}`);
  }

  #note(code: FailureCode, detail: string): void {
    this.#options.onNote({ code, detail, wallMs: this.#options.clock.now().wallMs });
  }

  #setAside(): void {
    this.#damaged = setLedgerAside(this.#files.ledger, this.#options.clock.now().wallMs) ?? this.#damaged;
  }

  #close(): void {
    this.#db?.close();
    this.#db = null;
    this.#ledger = null;
  }
}
