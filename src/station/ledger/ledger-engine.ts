// Writes the ledger in a thread of its own, so that waiting for the disk keeps no reader waiting. Entries that come within the same
// moment share a commit; while the disk refuses, they wait here in order and are tried again.

import { Failure } from '../../domain/failures.ts';
import type { EntryDraft } from '../../domain/ledger-entry.ts';
import type { Clock } from '../../domain/time.ts';
import type { ErasureDecision } from '../../ledger/erasures.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { limits } from '../../limits.ts';
import type { FaultHook } from '../fault-points.ts';
import { storageFailure } from '../files/storage-failure.ts';
import type { FromLedger } from './ledger-messages.ts';
import type { LedgerStore } from './ledger-store.ts';

export interface LedgerEngineOptions {
  readonly store: LedgerStore;
  readonly clock: Clock;
  readonly fault: FaultHook;
  readonly tell: (event: FromLedger) => void;
}

interface Waiting {
  readonly id: number;
  readonly draft: EntryDraft;
}

const RETRY_MS = 1_000;
const UNWRITABLE = 'liggaren går inte att skriva just nu';

export class LedgerEngine {
  readonly #options: LedgerEngineOptions;
  #waiting: Waiting[] = [];
  #timer: NodeJS.Timeout | null = null;
  #committedAtMs = Number.NEGATIVE_INFINITY;
  #isFailing = false;

  constructor(options: LedgerEngineOptions) {
    this.#options = options;
  }

  start(): void {
    const code = this.#open();
    this.#options.tell({ say: 'ready', failure: code });
    if (code !== null) this.#schedule(RETRY_MS);
    else this.#followSoon();
  }

  append(id: number, draft: EntryDraft): void {
    this.#waiting.push({ id, draft });
    const sinceMs = this.#options.clock.now().monotonicMs - this.#committedAtMs;
    if (!this.#isFailing) this.#schedule(Math.max(0, limits.ledgerGroupMs - sinceMs));
  }

  /** Not kept for later where it can't be done now: two people stand there and are told. */
  erase(id: number, decision: ErasureDecision): void {
    const { store, clock, tell } = this.#options;
    if (store.ledger === null) this.#open();
    const { ledger } = store;
    const refuse = (why: string): void => tell({ say: 'not-erased', id, why });
    try {
      if (ledger === null) throw new Failure('ledger.not-erased', UNWRITABLE);
      const entry = ledger.erase(decision, clock.now().wallMs);
      store.record();
      tell({ say: 'head', head: this.#head(ledger), publicKey: store.signer.publicKey });
      tell({ say: 'erased', id, entry: entry.id, isInLog: ledger.hasLeft });
      if (ledger.hasLeft) this.#leaveSoon();
    } catch (error) {
      const isRefused = error instanceof Failure && error.code === 'ledger.not-erased';
      refuse(isRefused ? (error.detail ?? '') : UNWRITABLE);
      if (isRefused) return;
      const code = storageFailure(error);
      if (code === null) throw error;
      if (code === 'store.damaged') store.damaged();
      this.#failing(code);
      this.#schedule(RETRY_MS);
    }
  }

  /** Until whoever reads is done. */
  #leaveSoon(): void {
    setTimeout(() => {
      try {
        this.#options.store.ledger?.leaveNothing();
        if (this.#options.store.ledger?.hasLeft === true) this.#leaveSoon();
      } catch (error) {
        // The next commit meets the same disk and tells it.
        if (storageFailure(error) === null) throw error;
      }
    }, RETRY_MS).unref();
  }

  damaged(): void {
    this.#options.store.damaged();
    this.#schedule(0);
  }

  /** Writes what can be written, and closes the files. */
  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    while (this.#waiting.length > 0 && this.#commit());
    this.#options.store.close();
  }

  #schedule(inMs: number): void {
    if (this.#timer !== null) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      const isDone = this.#commit();
      if (!isDone) this.#schedule(RETRY_MS);
      else if (this.#waiting.length > 0) this.#schedule(limits.ledgerGroupMs);
    }, inMs);
  }

  /** False when the disk refuses just now. */
  #commit(): boolean {
    const { store, fault } = this.#options;
    if (store.ledger === null) this.#open();
    const { ledger } = store;
    if (ledger === null) return false;
    const group = this.#waiting.slice(0, limits.ledgerGroupEntriesMax);
    if (group.length > 0) fault('before-ledger-commit');
    if (!this.#write(ledger, group)) return false;
    this.#failing(null);
    return true;
  }

  /** The first of those that wait; they are taken out when they are written or refused. */
  #write(ledger: Ledger, group: readonly Waiting[]): boolean {
    const { store, clock, fault, tell } = this.#options;
    const { wallMs, monotonicMs } = clock.now();
    this.#committedAtMs = monotonicMs;
    try {
      if (group.length > 0)
        ledger.append(
          group.map(({ draft }) => draft),
          wallMs,
        );
    } catch (error) {
      const code = storageFailure(error);
      if (code === 'store.damaged') store.damaged();
      if (code !== null) return this.#failing(code);
      // One that can't be an entry must not keep the others of its group from being written.
      if (group.length > 1) return group.every((each) => this.#write(ledger, [each]));
      this.#waiting.splice(0, group.length);
      for (const { id } of group) tell({ say: 'refused', id });
      return true;
    }
    this.#waiting.splice(0, group.length);
    fault('before-ledger-witness');
    store.record();
    fault('after-ledger-commit');
    tell({ say: 'written', ids: group.map(({ id }) => id), head: this.#head(ledger) });
    return true;
  }

  #failing(code: ReturnType<typeof storageFailure>): boolean {
    if (code !== null || this.#isFailing) this.#options.tell({ say: 'failure', code });
    this.#isFailing = code !== null;
    return code === null;
  }

  #open() {
    const { store, tell } = this.#options;
    const code = store.open();
    if (code !== null) this.#failing(code);
    else if (store.ledger !== null)
      tell({ say: 'head', head: this.#head(store.ledger), publicKey: store.signer.publicKey });
    return code;
  }

  #head(ledger: Ledger) {
    const { epoch, sequence, hash } = ledger.head;
    return { chain: ledger.chain, epoch, sequence, hash };
  }

  /** After an update what is derived is made anew, in pieces between which entries are written. */
  #followSoon(): void {
    setImmediate(() => {
      try {
        if (this.#options.store.ledger?.project() === true) this.#followSoon();
      } catch (error) {
        // The next commit meets the same disk and tells it.
        if (storageFailure(error) === null) throw error;
      }
    });
  }
}
