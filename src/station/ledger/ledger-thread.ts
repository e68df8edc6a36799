// The station's way to its ledger: hands entries to the thread that writes them, and knows whether they can be written just now. Nobody
// who reads is ever kept from it by the ledger; what could not be written is said, and counted in the ledger itself afterwards.

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { FAILURES, Failure, type FailureCode } from '../../domain/failures.ts';
import { type EntryDraft, type LedgerHead, toldOnce } from '../../domain/ledger-entry.ts';
import type { Clock } from '../../domain/time.ts';
import type { ErasureDecision } from '../../ledger/erasures.ts';
import { limits } from '../../limits.ts';
import type { StationKeys } from '../files/keys.ts';
import type { StationNote } from '../station-note.ts';
import { THREAD_MEMORY } from '../thread-memory.ts';
import type { LedgerCheckTask, LedgerState } from './ledger-check-worker.ts';
import type { FromLedger, LedgerThreadSettings, ToLedger } from './ledger-messages.ts';

export interface LedgerThreadOptions {
  readonly dataFolder: string;
  readonly keys: StationKeys;
  readonly station: string;
  readonly clock: Clock & { readonly boot: string };
  readonly onNote: (note: StationNote) => void;
  /** The thread ended by itself and is begun again. */
  readonly onDied: (error: unknown) => void;
  readonly faultModule?: string;
}

export interface LedgerStatus {
  /** `waiting`: what is done is kept in memory until it can be written. */
  readonly state: 'written' | 'waiting';
  readonly failure: FailureCode | null;
  readonly head: LedgerHead | null;
  readonly publicKey: string | null;
  /** Not on the disk yet. */
  readonly waiting: number;
  /** What could not even wait, since the last entry that says so. */
  readonly lost: number;
}

interface Outstanding {
  readonly draft: EntryDraft;
  resolve(isWritten: boolean): void;
}

/** Nothing is lost with it here: its device keeps it until it is told that it is on the disk, and tells it again. */
const isToldAgain = (draft: EntryDraft): boolean => toldOnce(draft) !== null;

interface ErasedIn {
  /** The id of the entry that says so. */
  readonly entry: string;
  readonly isInLog: boolean;
}

const SILENT = 'liggaren svarade inte: se efter om posten är utplånad, och fråga annars igen';
const notErased = (why: string): Failure => new Failure('ledger.not-erased', why);

const RESTART_MS = 1_000;
const RESTART_MS_MAX = 60_000;

export class LedgerThread {
  readonly #options: LedgerThreadOptions;
  readonly #outstanding = new Map<number, Outstanding>();
  readonly #erasing = new Map<number, PromiseWithResolvers<ErasedIn>>();
  /** Of what waits: what a device tells again while it does is not queued again. */
  readonly #told = new Map<string, Promise<boolean>>();
  /** Of those that can't be an entry: names of what was counted as lost. */
  readonly #refused = new Set<string>();
  #worker: Worker;
  #nextId = 1;
  #failure: FailureCode | null = null;
  #head: LedgerHead | null = null;
  #publicKey: string | null = null;
  #lost: { from: number; to: number; kinds: Record<string, number> } | null = null;
  /** Since something was last written. */
  #deaths = 0;
  #isStopping = false;
  #restart: NodeJS.Timeout | null = null;

  private constructor(options: LedgerThreadOptions) {
    this.#options = options;
    this.#worker = this.#begin();
  }

  /** Resolves when the ledger is open, or when it is known that it can't be written just now. */
  static async start(options: LedgerThreadOptions): Promise<LedgerThread> {
    const thread = new LedgerThread(options);
    await thread.#ready();
    return thread;
  }

  get status(): LedgerStatus {
    return {
      state: this.#failure === null ? 'written' : 'waiting',
      failure: this.#failure,
      head: this.#head,
      publicKey: this.#publicKey,
      waiting: this.#outstanding.size,
      lost: Object.values(this.#lost?.kinds ?? {}).reduce((sum, count) => sum + count, 0),
    };
  }

  /** What everyone who reads is told while it is so; null when all is written. */
  get remark(): string | null {
    return this.#failure === null ? null : NOT_LOGGED;
  }

  get isCrowded(): boolean {
    return this.#outstanding.size >= limits.ledgerQueueMax / 2;
  }

  /**
   * Resolves with true when the entry is on the disk, with false as soon as it is known that it can't be written just now: it is then
   * written later if that comes to be possible, and counted as lost otherwise.
   */
  append(draft: EntryDraft): Promise<boolean> {
    const name = toldOnce(draft);
    const waiting = name === null ? undefined : this.#told.get(name);
    if (waiting !== undefined) return this.#failure === null ? waiting : Promise.resolve(false);
    if (this.#isStopping || this.#outstanding.size >= limits.ledgerQueueMax) {
      if (!isToldAgain(draft)) this.#lose(draft);
      return Promise.resolve(false);
    }
    const id = this.#nextId++;
    const written = new Promise<boolean>((resolve) => {
      this.#outstanding.set(id, { draft, resolve });
      this.#post({ say: 'append', id, draft });
      if (this.#failure !== null) resolve(false);
    });
    if (name !== null) this.#told.set(name, written);
    return written;
  }

  /** @throws {Failure} `ledger.not-erased` with why: nothing is changed. */
  erase(decision: ErasureDecision): Promise<ErasedIn> {
    const asked = Promise.withResolvers<ErasedIn>();
    if (this.#isStopping || this.#restart !== null) return Promise.reject(notErased(SILENT));
    const id = this.#nextId++;
    this.#erasing.set(id, asked);
    this.#post({ say: 'erase', id, decision });
    return asked.promise;
  }

  /** Every entry from the first; a damaged file is replaced. Slow: in a thread of its own. */
  async check(): Promise<LedgerState> {
    const { dataFolder, keys } = this.#options;
    const workerData: LedgerCheckTask = { dataFolder, ledgerKey: keys.database('ledger') };
    const worker = new Worker(new URL('./ledger-check-worker.ts', import.meta.url), { workerData });
    const [state] = (await once(worker, 'message')) as [LedgerState];
    if (state === 'damaged') this.#post({ say: 'damaged' });
    return state;
  }

  /** Writes what waits, closes the file and ends the thread. */
  async stop(): Promise<void> {
    if (this.#isStopping) return;
    this.#isStopping = true;
    if (this.#restart !== null) {
      clearTimeout(this.#restart);
      return;
    }
    const ended = once(this.#worker, 'exit');
    this.#post({ say: 'stop' });
    await ended;
    const { wallMs } = this.#options.clock.now();
    const waiting = [...this.#outstanding.values()].filter(({ draft }) => !isToldAgain(draft));
    const count = waiting.length + this.status.lost;
    if (count > 0) this.#options.onNote({ code: 'ledger.gap', detail: `${count} poster, vid stoppet`, wallMs });
  }

  #begin(): Worker {
    const { dataFolder, keys, station, clock, faultModule } = this.#options;
    const workerData: LedgerThreadSettings = {
      dataFolder,
      ledgerKey: keys.database('ledger'),
      seed: keys.ledgerSeed(),
      chain: keys.ledgerChain(),
      station,
      boot: clock.boot,
      faultModule: faultModule ?? null,
    };
    const worker = new Worker(new URL('./ledger-worker.ts', import.meta.url), {
      workerData,
      resourceLimits: THREAD_MEMORY,
    });
    worker.on('message', (event: FromLedger) => this.#hear(event));
    worker.on('error', (error) => this.#options.onDied(error));
    worker.on('exit', () => this.#ended());
    return worker;
  }

  #ready(): Promise<void> {
    return new Promise((resolve) => {
      this.#worker.once('exit', () => resolve());
      this.#worker.on('message', (event: FromLedger) => {
        if (event.say === 'ready') resolve();
      });
    });
  }

  #hear(event: FromLedger): void {
    switch (event.say) {
      case 'ready':
        this.#setFailure(event.failure);
        return;
      case 'head':
        this.#head = event.head;
        this.#publicKey = event.publicKey;
        return;
      case 'written':
        this.#head = event.head;
        this.#deaths = 0;
        for (const id of event.ids) this.#settle(id, true);
        this.#tellLost();
        return;
      case 'refused': {
        const refused = this.#outstanding.get(event.id);
        if (refused !== undefined) this.#loseOnce(refused.draft);
        this.#settle(event.id, false);
        return;
      }
      case 'failure':
        this.#setFailure(event.code);
        return;
      case 'erased':
        this.#erasing.get(event.id)?.resolve(event);
        this.#erasing.delete(event.id);
        return;
      case 'not-erased':
        this.#erasing.get(event.id)?.reject(notErased(event.why));
        this.#erasing.delete(event.id);
        return;
      case 'note':
        this.#options.onNote(event.note);
    }
  }

  #setFailure(code: FailureCode | null): void {
    this.#failure = code;
    // Their places are kept: what waits is still written when that is possible again.
    if (code !== null) for (const { resolve } of this.#outstanding.values()) resolve(false);
    else this.#tellLost();
  }

  #settle(id: number, isWritten: boolean): void {
    const settled = this.#outstanding.get(id);
    if (settled === undefined) return;
    settled.resolve(isWritten);
    this.#outstanding.delete(id);
    const name = toldOnce(settled.draft);
    if (name !== null) this.#told.delete(name);
  }

  /**
   * Reading goes on without it, and it is begun again. What it had is counted as lost: some of it may be written, and written twice or
   * ending the thread again and again would be worse. What comes meanwhile waits.
   */
  #ended(): void {
    for (const { reject } of this.#erasing.values()) reject(notErased(SILENT));
    this.#erasing.clear();
    if (this.#isStopping) return;
    for (const { draft, resolve } of this.#outstanding.values()) {
      if (!isToldAgain(draft)) this.#lose(draft);
      resolve(false);
    }
    this.#outstanding.clear();
    this.#told.clear();
    this.#failure = 'station.internal';
    const restartMs = Math.min(RESTART_MS * 2 ** this.#deaths++, RESTART_MS_MAX);
    this.#restart = setTimeout(() => {
      this.#restart = null;
      this.#worker = this.#begin();
      for (const [id, { draft }] of this.#outstanding) this.#post({ say: 'append', id, draft });
    }, restartMs);
    this.#restart.unref();
  }

  /** A device tells it again each time it is refused, and it is one. */
  #loseOnce(draft: EntryDraft): void {
    const name = toldOnce(draft);
    if (name !== null && this.#refused.has(name)) return;
    if (this.#refused.size >= limits.ledgerQueueMax) this.#refused.clear();
    if (name !== null) this.#refused.add(name);
    this.#lose(draft);
  }

  #lose({ kind, eventAt }: EntryDraft): void {
    const lost = this.#lost ?? { from: eventAt, to: eventAt, kinds: {} };
    this.#lost = {
      from: Math.min(lost.from, eventAt),
      to: Math.max(lost.to, eventAt),
      kinds: { ...lost.kinds, [kind]: (lost.kinds[kind] ?? 0) + 1 },
    };
  }

  /** The gap itself is an entry: how many of each kind, and between which times. */
  #tellLost(): void {
    const lost = this.#lost;
    if (lost === null || this.#isStopping || this.#failure !== null) return;
    this.#lost = null;
    const count = Object.values(lost.kinds).reduce((sum, one) => sum + one, 0);
    const { wallMs } = this.#options.clock.now();
    this.#options.onNote({ code: 'ledger.gap', detail: `${count} poster`, wallMs });
    void this.append({
      kind: 'ledger.gap',
      eventAt: lost.from,
      author: 'station',
      unit: null,
      patient: null,
      body: { from: lost.from, to: lost.to, lost: lost.kinds },
    });
  }

  #post(message: ToLedger): void {
    if (this.#restart === null) this.#worker.postMessage(message);
  }
}

const NOT_LOGGED = `${FAILURES['ledger.unwritable'].happened} ${FAILURES['ledger.unwritable'].stillRight}`;
