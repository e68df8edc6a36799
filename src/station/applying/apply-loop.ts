// Applies what is in the inbox to the copy, behind a cursor, a piece a transaction: what came together is applied together, and
// nothing that came waits for long.

import type { FeedAlarm } from '../../domain/changes.ts';
import type { FailureCode } from '../../domain/failures.ts';
import type { SourceId } from '../../domain/identity.ts';
import type { Received } from '../../domain/received.ts';
import type { SourceDeclaration } from '../../domain/source.ts';
import { type Inbox, InboxGap } from '../../intake/inbox.ts';
import { limits } from '../../limits.ts';
import type { FaultHook } from '../fault-points.ts';
import { isDamage } from '../files/open-database.ts';
import { storageFailure } from '../files/storage-failure.ts';

/** How one row ended. */
export interface Applied {
  readonly seq: number;
  readonly outcome: 'applied' | 'unread' | 'set-aside' | 'held' | 'waiting';
  readonly alarms: readonly FeedAlarm[];
}

/** What the loop needs of the copy's writer. */
export interface CopyPort {
  readonly cursor: number;
  applyBatch(rows: readonly Received[]): readonly Applied[];
  /** How many times the program has ended in the row that comes next. */
  endedInNext(): number;
  declarations(): readonly SourceDeclaration[];
  /** When something waiting falls due, wall ms. */
  nextDue(): number | null;
  /** Sources being released: each needs a `continue-release` row to come further. */
  releasing(): readonly SourceId[];
}

export interface ApplyLoopOptions {
  /** Null while either can't be opened. */
  readonly store: () => { readonly inbox: Inbox; readonly copy: CopyPort } | null;
  readonly fault: FaultHook;
  readonly onApplied: (cursor: number, results: readonly Applied[]) => void;
  /** Told when it changes; null: all is well again. */
  readonly onFailure: (code: FailureCode | null) => void;
  readonly onGap: (gap: InboxGap) => void;
  readonly onInboxDamage: () => void;
  readonly onCopyDamage: () => void;
}

/** Messages of one event (a move, its orders, its answers) come close together: one commit for them is cheaper than one each. */
const TOGETHER_MS = 5;
const RETRY_MS = 1_000;

export class ApplyLoop {
  readonly #options: ApplyLoopOptions;
  #timer: NodeJS.Timeout | null = null;
  #next: NodeJS.Immediate | null = null;
  #isPaused = false;
  #isStopped = false;
  #rowMs = limits.applyBatchMs / 8;
  #failure: FailureCode | null = null;
  readonly #began = performance.now();

  constructor(options: ApplyLoopOptions) {
    this.#options = options;
  }

  /** Why the copy can't be brought up to date just now. */
  fail(code: FailureCode | null): void {
    if (code === this.#failure) return;
    this.#failure = code;
    this.#options.onFailure(code);
  }

  /** Rows have been added to the inbox. */
  arrived(): void {
    this.#schedule(TOGETHER_MS);
  }

  wake(): void {
    this.#schedule(0);
  }

  pause(isPaused: boolean): void {
    this.#isPaused = isPaused;
    if (!isPaused) this.wake();
  }

  stop(): void {
    this.#isStopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#next !== null) clearImmediate(this.#next);
  }

  #schedule(inMs: number): void {
    if (this.#next !== null || this.#isPaused || this.#isStopped) return;
    if (inMs === 0) this.#next = setImmediate(() => this.#turn());
    else this.#timer ??= setTimeout(() => this.#turn(), inMs);
  }

  #turn(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#next = null;
    if (this.#isPaused || this.#isStopped) return;
    const again = this.#applyPiece();
    if (again !== null) this.#schedule(again);
  }

  /** Returns in how many ms to go on, or null when the copy is level with the inbox. */
  #applyPiece(): number | null {
    const store = this.#options.store();
    // Whoever opens it, or fills it, wakes the loop.
    if (store === null) return null;
    let isReading = true;
    try {
      store.inbox.follow();
      const rows = readAfter(store.copy.cursor, store.inbox, this.#pieceRows());
      if (rows.length === 0) return null;
      const calmIn = this.#calmIn(store.copy.endedInNext());
      if (calmIn > 0) return calmIn;
      isReading = false;
      const started = performance.now();
      const results = store.copy.applyBatch(rows);
      this.#options.fault('after-apply-commit');
      this.#rowMs += ((performance.now() - started) / rows.length - this.#rowMs) / 4;
      this.fail(null);
      this.#options.onApplied(store.copy.cursor, results);
      return store.copy.cursor < store.inbox.head.seq ? 0 : null;
    } catch (error) {
      return this.#failed(error, isReading);
    }
  }

  /**
   * A program that ends again and again shortly after its start ends while the first row is applied, whatever ends it. Before that
   * row is tried again the program must have lived for a while: what ends it then, each time, is the row.
   */
  #calmIn(ended: number): number {
    return Math.max(0, ended * limits.applyAgainMs - (performance.now() - this.#began));
  }

  #failed(error: unknown, isReading: boolean): number | null {
    if (error instanceof InboxGap) {
      this.#options.onGap(error);
      return null;
    }
    this.fail(storageFailure(error) ?? 'station.internal');
    if (isDamage(error) && isReading) this.#options.onInboxDamage();
    else if (isDamage(error)) this.#options.onCopyDamage();
    return RETRY_MS;
  }

  #pieceRows(): number {
    const fit = Math.floor(limits.applyBatchMs / Math.max(this.#rowMs, 0.001));
    return Math.min(limits.applyBatchMessagesMax, Math.max(1, fit));
  }
}

/**
 * The rows that follow the copy's cursor. Where the inbox no longer reaches back that far (its file was lost, and that has been
 * told with a `rebuilt` command), commands that do nothing take the place of what is gone.
 */
function readAfter(cursor: number, inbox: Inbox, limit: number): Received[] {
  const { purgedTo } = inbox;
  if (cursor === 0 || cursor >= purgedTo) return inbox.read(Math.max(cursor, purgedTo) + 1, limit);
  const next = inbox.read(purgedTo + 1, 1)[0];
  if (next === undefined) return [];
  const raw = Buffer.from('{"command":"tick"}');
  const gone = Math.min(limit, purgedTo - cursor);
  return Array.from({ length: gone }, (_, index) => ({ ...next, seq: cursor + 1 + index, format: 'command', raw }));
}
