// Receives, acknowledges and applies, all in one thread: sockets, parsing, the connections that write, and the answers. It is put
// together here from parts that each do one of these.

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Database } from 'better-sqlite3-multiple-ciphers';
import type { CopyCommand } from '../domain/commands.ts';
import type { SourceDeclaration } from '../domain/source.ts';
import type { Inbox } from '../intake/inbox.ts';
import { MllpServer } from '../intake/mllp/server.ts';
import { type Applied, ApplyLoop, type CopyPort } from './apply-loop.ts';
import type { SystemClock } from './clock.ts';
import { commandItem, readCommand } from './command-rows.ts';
import type { FaultHook } from './fault-points.ts';
import { GroupCommit, type Settled } from './group-commit.ts';
import { IntakeCounts } from './intake-counts.ts';
import type { FromIntake, IntakeStatus, MllpPlace, Submission } from './intake-messages.ts';
import { IntakeStore, stationFiles } from './intake-store.ts';
import { MllpIntake } from './mllp-intake.ts';
import { Releases } from './releases.ts';
import { Retention } from './retention.ts';
import { listSnapshots } from './snapshots.ts';
import { SourceRegister } from './source-register.ts';

export interface IntakeEngineOptions {
  readonly dataFolder: string;
  readonly inboxKey: Buffer;
  readonly copyKey: Buffer;
  readonly sources: readonly SourceDeclaration[];
  readonly mllp: MllpPlace | null;
  readonly isPurgeAllowed: boolean;
  readonly clock: SystemClock;
  readonly fault: FaultHook;
  readonly openWriter: ((db: Database, inbox: () => Inbox | null) => CopyPort) | null;
  readonly tell: (event: FromIntake) => void;
}

/** Screens need not hear of every message. */
const TELL_EVERY_MS = 50;
const PURGE_EVERY_MS = 60_000;
const CLOSE_GRACE_MS = 2_000;
/** Application answers waited for; a sender that asks for more than this gets none for the oldest. */
const ANSWERS_LATER_MAX = 10_000;
const TIMEOUT_MAX_MS = 2 ** 31 - 1;

export class IntakeEngine {
  readonly #options: IntakeEngineOptions;
  readonly #store: IntakeStore;
  readonly #group: GroupCommit;
  readonly #loop: ApplyLoop;
  readonly #register: SourceRegister;
  readonly #counts = new IntakeCounts();
  readonly #server: MllpServer | null;
  readonly #answersLater = new Map<number, (isUnderstood: boolean) => void>();
  readonly #retention: Retention;
  readonly #releases: Releases;
  #purgeTimer: NodeJS.Timeout | null = null;
  #dueTimer: NodeJS.Timeout | null = null;
  #tellTimer: NodeJS.Timeout | null = null;

  constructor(options: IntakeEngineOptions) {
    this.#options = options;
    const { clock, fault } = options;
    this.#register = new SourceRegister(options.sources);
    this.#store = new IntakeStore({
      ...options,
      onNote: (note) => options.tell({ say: 'note', note }),
      onInboxOpened: () => this.#loop.wake(),
      onCopyOpened: (isReplaced) => this.#copyOpened(isReplaced),
    });
    this.#group = new GroupCommit({
      inbox: () => this.#store.inbox,
      whyClosed: () => this.#store.failure ?? 'store.damaged',
      record: (head) => this.#store.record(head),
      clock,
      fault,
      onCommitted: () => this.#loop.arrived(),
      onDamage: () => this.#store.inboxDamaged(),
    });
    this.#loop = new ApplyLoop({
      store: () => this.#opened(),
      arrivalsWaiting: () => this.#group.waiting > 0,
      fault,
      onApplied: (cursor, results) => this.#applied(cursor, results),
      onGap: (gap) => this.#store.gapFound(gap),
      onInboxDamage: () => this.#store.inboxDamaged(),
      onCopyDamage: () => this.#store.copyDamaged(),
    });
    this.#retention = new Retention(options.isPurgeAllowed, {
      inbox: () => (this.#group.refusal === null ? this.#store.inbox : null),
      oldestSnapshot: () => listSnapshots(stationFiles(options.dataFolder).snapshots).at(-1)?.cursor ?? null,
      clock,
      command: (command) => this.command(command, () => {}),
    });
    this.#releases = new Releases({
      copy: () => this.#store.copy,
      command: (command, settle) => this.command(command, settle),
    });
    const intake = new MllpIntake({
      group: this.#group,
      register: this.#register,
      declareIfDue: () => this.#declareIfDue(),
      clock,
      counts: this.#counts,
      whenApplied: (seq, tell) => this.#whenApplied(seq, tell),
    });
    this.#server = options.mllp === null ? null : new MllpServer({ ...options.mllp, handler: intake });
  }

  /** @throws {Failure} or MllpListenError when this can't be a station here. */
  async start(): Promise<{ readonly host: string; readonly port: number } | null> {
    this.#store.open();
    this.#loop.wake();
    this.#purgeTimer = setInterval(() => this.#retention.turn(), PURGE_EVERY_MS);
    return this.#server === null ? null : await this.#server.listen();
  }

  submit(submission: Submission, settle: (settled: Settled) => void): void {
    this.#declareIfDue();
    const { source, format, bytes, controlId } = submission;
    const arrival = this.#options.clock.now();
    this.#counts.arrived(source, arrival);
    this.#group.submit({ source, format, arrival, raw: bytes, controlId, answer: null }, (settled) => {
      this.#counts.settled(source, settled, this.#options.clock.now().monotonicMs - arrival.monotonicMs);
      settle(settled);
    });
  }

  command(command: CopyCommand, settle: (settled: Settled) => void): void {
    this.#group.submit(commandItem(command, this.#options.clock), settle);
  }

  pauseApply(isPaused: boolean): void {
    this.#loop.pause(isPaused);
  }

  allowPurge(isAllowed: boolean): void {
    this.#retention.isAllowed = isAllowed;
  }

  copyDamaged(): void {
    this.#store.copyDamaged();
  }

  inboxDamaged(): void {
    this.#store.inboxDamaged();
  }

  status(): IntakeStatus {
    const { inbox, copy } = this.#store;
    const inboxSeq = inbox?.head.seq ?? 0;
    const copyCursor = copy?.cursor ?? 0;
    return {
      inboxSeq,
      copyCursor,
      backlog: Math.max(0, inboxSeq - copyCursor),
      purgedTo: inbox?.purgedTo ?? 0,
      refusal: this.#group.refusal,
      applyFailure: this.#loop.failure ?? this.#store.failure,
      isApplyPaused: this.#loop.isPaused,
      isPurgeAllowed: this.#retention.isAllowed,
      isWitnessKept: this.#store.isWitnessKept,
      notes: this.#store.notes,
      sources: this.#counts.bySource(),
      refusedMessages: this.#counts.refused,
      strayBytes: this.#counts.strayBytes,
      abandonedFrames: this.#counts.abandoned,
      batchFaults: this.#counts.batchFaults,
      answerMs: this.#counts.latency(),
      clock: this.#options.clock.steps,
      mllp: this.#server?.status() ?? null,
    };
  }

  /** Answers what has come, reads no more, and leaves the files closed. */
  async stop(): Promise<void> {
    this.#releases.stop();
    for (const timer of [this.#purgeTimer, this.#dueTimer, this.#tellTimer]) if (timer !== null) clearTimeout(timer);
    await this.#server?.close({ graceMs: CLOSE_GRACE_MS });
    this.#group.flush();
    await nextTurn();
    this.#loop.stop();
    this.#store.close();
  }

  #opened(): { inbox: Inbox; copy: CopyPort } | null {
    const { inbox, copy } = this.#store;
    return inbox === null || copy === null ? null : { inbox, copy };
  }

  /** Once both are open it is known what was declared last; what the configuration says now is declared if it differs. */
  #copyOpened(isReplaced: boolean): void {
    const { inbox, copy } = this.#store;
    if (inbox !== null) this.#register.declared(lastDeclared(inbox, copy));
    this.#declareIfDue();
    if (isReplaced) this.#options.tell({ say: 'copy-replaced' });
    this.#releases.copyOpened();
    this.#loop.wake();
  }

  #declareIfDue(): void {
    const command = this.#register.due();
    if (command === null) return;
    this.#register.declared(command.sources);
    this.command(command, ({ taken }) => {
      // Not on the disk: to be declared again before the next message.
      if (!taken) this.#register.forgetDeclared();
    });
  }

  #applied(cursor: number, results: readonly Applied[]): void {
    for (const { seq, outcome } of this.#answersLater.size === 0 ? [] : results) {
      this.#answersLater.get(seq)?.(outcome !== 'set-aside');
      this.#answersLater.delete(seq);
    }
    this.#tickWhenDue();
    this.#releases.goOn();
    this.#tellTimer ??= setTimeout(() => {
      this.#tellTimer = null;
      this.#options.tell({ say: 'applied', cursor: this.#store.copy?.cursor ?? cursor });
    }, TELL_EVERY_MS);
  }

  #whenApplied(seq: number, tell: (isUnderstood: boolean) => void): void {
    // A repetition of what is in the copy already: its sender waits for the same second answer.
    if (seq <= (this.#store.copy?.cursor ?? 0)) {
      tell(this.#store.outcomeOf(seq) !== 'set-aside');
      return;
    }
    const [oldest] = this.#answersLater.keys();
    if (this.#answersLater.size >= ANSWERS_LATER_MAX && oldest !== undefined) this.#answersLater.delete(oldest);
    this.#answersLater.set(seq, tell);
  }

  /** Cancels that wait for an event never seen are applied when their time is out. */
  #tickWhenDue(): void {
    const due = this.#store.copy?.nextDue() ?? null;
    if (this.#dueTimer !== null) clearTimeout(this.#dueTimer);
    this.#dueTimer = null;
    if (due === null) return;
    const inMs = Math.min(TIMEOUT_MAX_MS, Math.max(0, due - this.#options.clock.now().wallMs));
    this.#dueTimer = setTimeout(() => this.command({ command: 'tick' }, () => {}), inMs);
  }
}

/** The list the copy has applied, or a later one that still waits in the inbox. */
function lastDeclared(inbox: Inbox, copy: CopyPort | null): readonly SourceDeclaration[] {
  const waiting = inbox.commandsAfter(Math.max(copy?.cursor ?? 0, inbox.purgedTo)).reverse();
  for (const { raw } of waiting) {
    const command = readCommand(raw);
    if (command?.command === 'declare') return command.sources;
  }
  return copy?.declarations() ?? [];
}
