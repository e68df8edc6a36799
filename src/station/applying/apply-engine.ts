// Applies what the inbox holds to the copy, in a thread of its own: while it reads and understands messages, the receiving thread
// waits for nothing but the disk, and a sender's answer is never held up by a chart being brought up to date.

import type { Database } from 'better-sqlite3-multiple-ciphers';
import { Failure } from '../../domain/failures.ts';
import type { Inbox } from '../../intake/inbox.ts';
import type { SystemClock } from '../clock.ts';
import type { FaultHook } from '../fault-points.ts';
import { isDamage } from '../files/open-database.ts';
import { storageFailure } from '../files/storage-failure.ts';
import { type Applied, ApplyLoop, type CopyPort } from './apply-loop.ts';
import type { FromApply, SharedCursor, ToApply } from './apply-messages.ts';
import { Checkpoints } from './checkpoints.ts';
import { CopyStore } from './copy-store.ts';

export interface ApplyEngineOptions {
  readonly dataFolder: string;
  readonly inboxKey: Buffer;
  readonly copyKey: Buffer;
  readonly cursor: SharedCursor;
  readonly clock: SystemClock;
  readonly fault: FaultHook;
  readonly openWriter: (db: Database, inbox: () => Inbox | null) => CopyPort;
  readonly tell: (event: FromApply) => void;
}

/** Screens need not hear of every message. */
const TELL_EVERY_MS = 50;
/** What the disk refuses to read is asked for again this often. */
const READ_AGAIN_MS = 1_000;

export class ApplyEngine {
  readonly #options: ApplyEngineOptions;
  readonly #store: CopyStore;
  readonly #loop: ApplyLoop;
  readonly #checkpoints: Checkpoints;
  /** Rows whose senders wait to hear how they ended. */
  readonly #watched = new Set<number>();
  #isReadingRefused = false;
  #tellTimer: NodeJS.Timeout | null = null;
  /** Nothing is applied until the inbox says what the copy's opening found. */
  #hasBegun = false;
  /** Rows are missing, or the file is damaged: the receiving thread is at it. */
  #isInboxAwaited = false;

  constructor(options: ApplyEngineOptions) {
    this.#options = options;
    const { tell, fault } = options;
    this.#checkpoints = new Checkpoints({
      ...options,
      isReady: () => this.#store.inbox !== null && this.#store.copy !== null,
    });
    this.#store = new CopyStore({
      ...options,
      onOpened: ({ copy, isReplaced, notes, words }) => {
        this.#hasBegun = false;
        if (isReplaced) this.#checkpoints.reopen();
        options.cursor.value = copy.cursor;
        const declarations = copy.declarations();
        tell({
          say: 'copy-opened',
          opening: this.#store.opening,
          isReplaced,
          cursor: copy.cursor,
          declarations,
          notes,
          words,
        });
      },
      onFailure: (code) => this.#loop.fail(code),
      onInboxDamage: () => this.#inboxDamaged(),
      onFatal: (error) => tellFailed(error, tell),
    });
    this.#loop = new ApplyLoop({
      store: () => this.#opened(),
      fault,
      onApplied: (cursor, results) => this.#applied(cursor, results),
      onFailure: (code) => tell({ say: 'failure', code }),
      onGap: ({ first, last }) => {
        this.#isInboxAwaited = true;
        tell({ say: 'gap', first, last });
      },
      onInboxDamage: () => this.#inboxDamaged(),
      onCopyDamage: () => this.#copyDamaged(),
    });
  }

  hear(message: ToApply): void {
    switch (message.say) {
      case 'inbox-opened':
        this.#isInboxAwaited = false;
        this.#store.inboxOpened(message.opening);
        this.#loop.wake();
        return;
      case 'inbox-closed':
        this.#checkpoints.reopen();
        this.#store.inboxClosed();
        return;
      case 'begin':
        if (message.opening !== this.#store.opening) return;
        this.#hasBegun = true;
        this.#tellApplied();
        this.#loop.wake();
        return;
      case 'arrived':
        this.#isInboxAwaited = false;
        this.#loop.arrived();
        return;
      case 'pause':
        this.#loop.pause(message.isPaused);
        return;
      case 'copy-damaged':
        if (message.opening === this.#store.opening && this.#store.copy !== null) this.#copyDamaged();
        return;
      case 'watch':
        this.#watch(message.seq);
        return;
      case 'stop':
        this.#stop();
    }
  }

  #opened(): { inbox: Inbox; copy: CopyPort } | null {
    const { inbox, copy } = this.#store;
    return inbox === null || copy === null || !this.#hasBegun || this.#isInboxAwaited ? null : { inbox, copy };
  }

  #inboxDamaged(): void {
    this.#isInboxAwaited = true;
    this.#checkpoints.reopen();
    this.#store.inboxClosed();
    this.#options.tell({ say: 'inbox-damaged', opening: this.#store.inboxOpening });
  }

  #copyDamaged(): void {
    this.#options.cursor.value = 0;
    this.#checkpoints.reopen();
    this.#store.copyDamaged();
  }

  #watch(seq: number): void {
    this.#watched.add(seq);
    // A repetition of what is in the copy already: its sender waits for the same second answer.
    if (seq <= this.#options.cursor.value) this.#tellApplied();
  }

  #applied(cursor: number, results: readonly Applied[]): void {
    const { tell } = this.#options;
    this.#options.cursor.value = cursor;
    for (const { seq, outcome } of this.#watched.size === 0 ? [] : results)
      if (this.#watched.delete(seq)) tell({ say: 'outcome', seq, isUnderstood: outcome !== 'set-aside' });
    // The next piece of a release waits for this one.
    if (this.#store.copy?.releasing().length !== 0) this.#tellApplied();
    this.#tellIn(TELL_EVERY_MS);
  }

  /** How far the copy has come, and how the rows it has passed ended whose senders wait for that. */
  #tellApplied(): void {
    const { copy } = this.#store;
    if (copy === null) return;
    const { tell } = this.#options;
    try {
      const { cursor } = copy;
      for (const seq of this.#watched) {
        if (seq > cursor) continue;
        const isUnderstood = this.#store.outcomeOf(seq) !== 'set-aside';
        this.#watched.delete(seq);
        tell({ say: 'outcome', seq, isUnderstood });
      }
      tell({ say: 'applied', cursor, nextDue: copy.nextDue(), releasing: copy.releasing() });
      if (this.#isReadingRefused) this.#loop.fail(null);
      this.#isReadingRefused = false;
    } catch (error) {
      this.#notRead(error);
    }
  }

  /** What waits to be told is told by the copy made again, or when the disk lets it be read. */
  #notRead(error: unknown): void {
    const code = storageFailure(error);
    if (code === null) throw error;
    this.#loop.fail(code);
    this.#isReadingRefused = true;
    if (isDamage(error)) this.#copyDamaged();
    else this.#tellIn(READ_AGAIN_MS);
  }

  #tellIn(ms: number): void {
    this.#tellTimer ??= setTimeout(() => {
      this.#tellTimer = null;
      this.#tellApplied();
    }, ms);
  }

  #stop(): void {
    if (this.#tellTimer !== null) clearTimeout(this.#tellTimer);
    this.#loop.stop();
    this.#checkpoints.stop();
    this.#store.close();
  }
}

function tellFailed(error: unknown, tell: (event: FromApply) => void): void {
  if (!(error instanceof Failure)) throw error;
  tell({ say: 'failed', code: error.code, detail: error.detail ?? '' });
}
