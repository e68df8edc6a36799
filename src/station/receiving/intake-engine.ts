// Receives and acknowledges, in one thread: sockets, the inbox, and the answers. What follows, bringing the copy level with it, is
// done by the applying thread, which is told here what has come.

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CopyCommand } from '../../domain/commands.ts';
import { Failure, type FailureCode } from '../../domain/failures.ts';
import type { SourceDeclaration } from '../../domain/source.ts';
import { unreachable } from '../../domain/unreachable.ts';
import type { Inbox } from '../../intake/inbox.ts';
import { MllpServer } from '../../intake/mllp/server.ts';
import type { FromApply } from '../applying/apply-messages.ts';
import type { ApplyThread } from '../applying/apply-thread.ts';
import { commandItem, readCommand } from '../applying/command-rows.ts';
import { Lag } from '../applying/lag.ts';
import type { InboxWord } from '../applying/open-copy.ts';
import type { SystemClock } from '../clock.ts';
import type { FaultHook } from '../fault-points.ts';
import { stationFiles } from '../files/data-folder.ts';
import { storageFailure } from '../files/storage-failure.ts';
import { SourceRegister } from '../settings/source-register.ts';
import { Retention } from '../upkeep/retention.ts';
import { listSnapshots } from '../upkeep/snapshots.ts';
import { GroupCommit, type Settled } from './group-commit.ts';
import { InboxStore } from './inbox-store.ts';
import { IntakeCounts } from './intake-counts.ts';
import type { FromIntake, IntakeStatus, MllpPlace, Submission } from './intake-messages.ts';
import { MllpIntake } from './mllp-intake.ts';
import { Releases } from './releases.ts';

export interface IntakeEngineOptions {
  readonly dataFolder: string;
  readonly inboxKey: Buffer;
  readonly sources: readonly SourceDeclaration[];
  readonly mllp: MllpPlace | null;
  readonly isPurgeAllowed: boolean;
  readonly clock: SystemClock;
  readonly fault: FaultHook;
  /** Null: rows are received and not applied. */
  readonly startApply: ((hear: (event: FromApply) => void) => ApplyThread) | null;
  readonly tell: (event: FromIntake) => void;
}

const PURGE_EVERY_MS = 60_000;
const CLOSE_GRACE_MS = 2_000;
/** What the copy's opening wants said in the inbox, and the disk refuses, is tried again this often. */
const SAY_AGAIN_MS = 1_000;
/** Application answers waited for; a sender that asks for more than this gets none for the oldest. */
const ANSWERS_LATER_MAX = 10_000;
const TIMEOUT_MAX_MS = 2 ** 31 - 1;

export class IntakeEngine {
  readonly #options: IntakeEngineOptions;
  readonly #store: InboxStore;
  readonly #group: GroupCommit;
  readonly #apply: ApplyThread | null;
  readonly #register: SourceRegister;
  readonly #counts = new IntakeCounts();
  readonly #server: MllpServer | null;
  readonly #answersLater = new Map<number, (isUnderstood: boolean) => void>();
  readonly #retention: Retention;
  readonly #releases: Releases;
  #purgeTimer: NodeJS.Timeout | null = null;
  #dueTimer: NodeJS.Timeout | null = null;
  /** What the disk refused to take into the inbox, waiting for the next attempt. */
  readonly #again = new Map<'gap' | 'words', NodeJS.Timeout>();
  /** To be said in the inbox before anything more is applied. */
  #words: { readonly opening: number; readonly words: readonly InboxWord[] } | null = null;
  #declaredInCopy: readonly SourceDeclaration[] = [];
  #applyFailure: FailureCode | null = null;
  /** How far the copy had come when last told. */
  #applied: Extract<FromApply, { say: 'applied' }> | null = null;
  readonly #lag = new Lag();
  #isApplyPaused = false;
  #onFirstReport: { resolve(): void; reject(error: unknown): void } | null = null;

  constructor(options: IntakeEngineOptions) {
    this.#options = options;
    const { clock, fault } = options;
    this.#register = new SourceRegister(options.sources);
    this.#store = new InboxStore({
      ...options,
      copyCursor: () => this.#apply?.cursor ?? 0,
      onNote: (note) => options.tell({ say: 'note', note }),
      onOpened: (opening) => {
        this.#apply?.post({ say: 'inbox-opened', opening });
        options.tell({ say: 'inbox-opened', opening });
        this.#sayWords();
      },
      onClosed: () => this.#apply?.post({ say: 'inbox-closed' }),
    });
    this.#group = new GroupCommit({
      inbox: () => this.#store.inbox,
      whyClosed: () => this.#store.failure ?? 'store.damaged',
      record: (head) => this.#store.record(head),
      clock,
      fault,
      onCommitted: () => {
        this.#seeLag();
        this.#apply?.post({ say: 'arrived' });
      },
      onDamage: () => this.#store.inboxDamaged(),
    });
    this.#apply = options.startApply?.((event) => this.#hear(event)) ?? null;
    this.#retention = new Retention(options.isPurgeAllowed, {
      inbox: () => (this.#group.refusal === null ? this.#store.inbox : null),
      oldestSnapshot: () => listSnapshots(stationFiles(options.dataFolder).snapshots).at(-1)?.cursor ?? null,
      clock,
      command: (command) => this.command(command, () => {}),
    });
    this.#releases = new Releases({
      copy: () => this.#applied,
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

  /** @throws {Failure} when this can't be a station here. */
  async start(): Promise<{ readonly host: string; readonly port: number } | null> {
    this.#store.open();
    if (this.#apply !== null && this.#store.inbox !== null) await this.#firstReport();
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
    this.#isApplyPaused = isPaused;
    this.#apply?.post({ say: 'pause', isPaused });
  }

  allowPurge(isAllowed: boolean): void {
    this.#retention.isAllowed = isAllowed;
  }

  copyDamaged(opening: number): void {
    this.#apply?.post({ say: 'copy-damaged', opening });
  }

  inboxDamaged(opening: number): void {
    this.#store.inboxDamaged(opening);
  }

  #seeLag(): void {
    const head = this.#store.inbox?.head.seq ?? 0;
    this.#lag.seen(head, this.#apply?.cursor ?? 0, this.#options.clock.now().monotonicMs);
  }

  status(): IntakeStatus {
    this.#seeLag();
    const { inbox } = this.#store;
    const inboxSeq = inbox?.head.seq ?? 0;
    const copyCursor = this.#apply?.cursor ?? 0;
    return {
      isInboxOpen: inbox !== null,
      inboxSeq,
      copyCursor,
      backlog: Math.max(0, inboxSeq - copyCursor),
      waitedMs: this.#lag.waitedMs(this.#options.clock.now().monotonicMs),
      purgedTo: this.#store.purgedTo,
      refusal: this.#group.refusal ?? this.#store.refusal,
      applyFailure: this.#applyFailure ?? this.#store.failure,
      isApplyPaused: this.#isApplyPaused,
      isPurgeAllowed: this.#retention.isAllowed,
      isWitnessKept: this.#store.isWitnessKept,
      notes: this.#store.notes,
      missing: this.#store.missing,
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
    for (const timer of [this.#purgeTimer, this.#dueTimer, ...this.#again.values()])
      if (timer !== null) clearTimeout(timer);
    await this.#server?.close({ graceMs: CLOSE_GRACE_MS });
    this.#group.flush();
    await nextTurn();
    await this.#apply?.stop();
    this.#store.close();
  }

  /** Until the copy is open it is not known what was declared last; where the disk refuses it, receiving does not wait. */
  #firstReport(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#onFirstReport = { resolve, reject };
    });
  }

  #hear(event: FromApply): void {
    switch (event.say) {
      case 'copy-opened':
        this.#declaredInCopy = event.declarations;
        this.#words = { opening: event.opening, words: event.words };
        this.#applied = null;
        this.#releases.copyOpened();
        this.#store.tell(event.notes);
        this.#options.tell({ say: 'copy-opened', opening: event.opening, isReplaced: event.isReplaced });
        this.#sayWords();
        this.#onFirstReport?.resolve();
        return;
      case 'failed': {
        const failure = new Failure(event.code, event.detail);
        if (this.#onFirstReport === null) throw failure;
        this.#onFirstReport.reject(failure);
        return;
      }
      case 'failure':
        this.#applyFailure = event.code;
        if (event.code !== null) this.#onFirstReport?.resolve();
        return;
      case 'applied':
        this.#applied = event;
        this.#seeLag();
        this.#options.tell({ say: 'applied', cursor: event.cursor });
        this.#tickAt(event.nextDue);
        this.#releases.goOn();
        return;
      case 'outcome':
        this.#answersLater.get(event.seq)?.(event.isUnderstood);
        this.#answersLater.delete(event.seq);
        return;
      case 'inbox-damaged':
        this.#store.inboxDamaged(event.opening);
        return;
      case 'gap':
        this.#fillGap(event);
        return;
      default:
        unreachable(event);
    }
  }

  #fillGap(gap: { readonly first: number }): void {
    this.#write(
      'gap',
      () => {
        this.#store.gapFound(gap);
        this.#apply?.post({ say: 'arrived' });
      },
      () => this.#fillGap(gap),
    );
  }

  /** What the disk refuses is tried again; where the file is damaged it is read out, and what waited comes again by itself. */
  #write(what: 'gap' | 'words', write: () => void, again: () => void): void {
    try {
      write();
    } catch (error) {
      const code = storageFailure(error);
      if (code === null) throw error;
      if (code === 'store.damaged') {
        this.#store.inboxDamaged();
        return;
      }
      clearTimeout(this.#again.get(what));
      this.#again.set(what, setTimeout(again, SAY_AGAIN_MS));
    }
  }

  /** Once it is said what the copy's opening found, and what is declared now, applying begins. */
  #sayWords(): void {
    const { inbox } = this.#store;
    const words = this.#words;
    if (words === null || inbox === null) return;
    this.#write(
      'words',
      () => {
        for (const word of words.words) this.#store.say(word);
        this.#register.declared(lastDeclared(inbox, this.#apply?.cursor ?? 0, this.#declaredInCopy));
        this.#words = null;
        this.#declareIfDue();
        this.#apply?.post({ say: 'begin', opening: words.opening });
      },
      () => this.#sayWords(),
    );
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

  #whenApplied(seq: number, tell: (isUnderstood: boolean) => void): void {
    const [oldest] = this.#answersLater.keys();
    if (this.#answersLater.size >= ANSWERS_LATER_MAX && oldest !== undefined) this.#answersLater.delete(oldest);
    this.#answersLater.set(seq, tell);
    this.#apply?.post({ say: 'watch', seq });
  }

  /** Cancels that wait for an event never seen are applied when their time is out. */
  #tickAt(due: number | null): void {
    if (this.#dueTimer !== null) clearTimeout(this.#dueTimer);
    this.#dueTimer = null;
    if (due === null) return;
    const inMs = Math.min(TIMEOUT_MAX_MS, Math.max(0, due - this.#options.clock.now().wallMs));
    this.#dueTimer = setTimeout(() => this.command({ command: 'tick' }, () => {}), inMs);
  }
}

/** The list the copy has applied, or a later one that still waits in the inbox. */
function lastDeclared(
  inbox: Inbox,
  cursor: number,
  applied: readonly SourceDeclaration[],
): readonly SourceDeclaration[] {
  const waiting = inbox.commandsAfter(Math.max(cursor, inbox.purgedTo)).reverse();
  for (const { raw } of waiting) {
    const command = readCommand(raw);
    if (command?.command === 'declare') return command.sources;
  }
  return applied;
}
