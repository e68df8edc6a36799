// The station's way to its intake thread: start it, hand it what comes by HTTP, polling or report folder, ask how it is, and have
// the copy's snapshots taken.

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { CopyCommand } from '../../domain/commands.ts';
import { Failure } from '../../domain/failures.ts';
import type { SourceDeclaration } from '../../domain/source.ts';
import { SystemClock } from '../clock.ts';
import type { StationKeys } from '../files/keys.ts';
import type { StationNote } from '../station-note.ts';
import { THREAD_MEMORY } from '../thread-memory.ts';
import type { CopyCounts, InboxState, MaintenanceResult, MaintenanceTask } from '../upkeep/maintenance-worker.ts';
import type { Snapshot } from '../upkeep/snapshots.ts';
import type { Settled } from './group-commit.ts';
import type {
  FromIntake,
  IntakeStatus,
  IntakeThreadSettings,
  MllpPlace,
  Submission,
  ToIntake,
} from './intake-messages.ts';

export type { IntakeStatus, MllpPlace, Submission } from './intake-messages.ts';

export interface IntakeOptions {
  readonly dataFolder: string;
  readonly keys: StationKeys;
  readonly sources: readonly SourceDeclaration[];
  /** Null: no MLLP port (an import by command, a test). */
  readonly mllp: MllpPlace | null;
  /** False while a downtime, a hold or a loss of contact lasts (design §5.23); can be changed later. */
  readonly isPurgeAllowed: boolean;
  readonly listeners?: Partial<IntakeListeners>;
  /** False: rows are received and not applied. */
  readonly isApplied?: boolean;
  readonly faultModule?: string;
}

interface IntakeListeners {
  /** The copy has come this far; at most some twenty times a second. */
  applied(cursor: number): void;
  /** copy.db is another file now: connections that read it must be opened again. */
  copyReplaced(): void;
  /** Also the first time. */
  inboxOpened(): void;
  note(note: StationNote): void;
  /** The thread ended without being asked: the process should end too, and be started again by its supervisor. */
  died(error: unknown): void;
}

interface Waiting {
  resolve(message: FromIntake): void;
  reject(error: unknown): void;
}

export class Intake {
  readonly #worker: Worker;
  readonly #options: IntakeOptions;
  readonly #clock: SystemClock;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;
  #maintenance: Promise<void> = Promise.resolve();
  #isStopping = false;
  /** Which files are open, as far as is known here. */
  #opening = { copy: 0, inbox: 0 };
  #mllp: { readonly host: string; readonly port: number } | null = null;

  private constructor(options: IntakeOptions, clock: SystemClock) {
    this.#options = options;
    this.#clock = clock;
    const settings: IntakeThreadSettings = {
      dataFolder: options.dataFolder,
      inboxKey: options.keys.database('inbox'),
      copyKey: options.keys.database('copy'),
      handleKey: options.keys.handleKey(),
      boot: clock.boot,
      sources: options.sources,
      mllp: options.mllp,
      isPurgeAllowed: options.isPurgeAllowed,
      isApplied: options.isApplied ?? true,
      faultModule: options.faultModule ?? null,
    };
    this.#worker = new Worker(new URL('./intake-worker.ts', import.meta.url), {
      workerData: settings,
      resourceLimits: THREAD_MEMORY,
    });
  }

  /** Takes the data folder, opens inbox and copy, and listens. @throws {Failure} that says why this can't be a station here. */
  static async start(options: IntakeOptions): Promise<Intake> {
    const intake = new Intake(options, new SystemClock());
    await intake.#ready();
    return intake;
  }

  /** Where MLLP is listened to. */
  get mllp(): { readonly host: string; readonly port: number } | null {
    return this.#mllp;
  }

  /** Resolves when the bytes are on the disk. @throws {Failure} when nothing of them was kept. */
  async submit(submission: Submission): Promise<{ readonly seq: number; readonly duplicate: boolean }> {
    // Of its own: a slice would be handed over with everything it is a slice of.
    const bytes = new Uint8Array(submission.bytes);
    const settled = await this.#settle((id) => ({ say: 'submit', id, ...submission, bytes }), [bytes.buffer]);
    return { seq: settled.seq, duplicate: settled.repeated };
  }

  /** Resolves with the command's place in the inbox when it is on the disk. @throws {Failure} */
  async command(command: CopyCommand): Promise<{ readonly seq: number }> {
    const { seq } = await this.#settle((id) => ({ say: 'command', id, command }));
    return { seq };
  }

  pauseApply(isPaused: boolean): void {
    this.#post({ say: 'pause-apply', isPaused });
  }

  allowPurge(isAllowed: boolean): void {
    this.#post({ say: 'allow-purge', isAllowed });
  }

  /** A reader met a damaged page: the copy is made again from snapshot and inbox. What is open by then is another file and stays. */
  copyDamaged(opening: number = this.#opening.copy): void {
    this.#post({ say: 'copy-damaged', opening });
  }

  async status(): Promise<IntakeStatus> {
    const answer = await this.#ask((id) => ({ say: 'status', id }));
    if (answer.say !== 'status') throw new Failure('station.internal', 'mottagningens läge');
    return answer.status;
  }

  /** Whole and read through when this resolves; older ones are then rotated. @throws {Failure} `snapshot.failed` */
  async takeSnapshot(): Promise<Snapshot> {
    const result = await this.#maintain('snapshot');
    if (result.done === 'snapshot') return result.snapshot;
    throw new Failure('snapshot.failed', result.done === 'failed' ? result.detail : null);
  }

  /** Reads copy and inbox through; what is damaged is made again. */
  async scrub(): Promise<{ readonly isCopyWhole: boolean; readonly inbox: InboxState }> {
    await this.#maintenance;
    const { copy, inbox } = this.#opening;
    const result = await this.#maintain('scrub');
    if (result.done !== 'scrub')
      throw new Failure('store.cannot-open', result.done === 'failed' ? result.detail : null);
    if (!result.isCopyWhole) this.copyDamaged(copy);
    if (result.inbox !== 'whole') this.#post({ say: 'inbox-damaged', opening: inbox });
    return { isCopyWhole: result.isCopyWhole, inbox: result.inbox };
  }

  /** How many of each kind the copy has, by unit and by source. Slow: in a thread of its own. @throws {Failure} */
  async count(): Promise<CopyCounts> {
    const result = await this.#maintain('count');
    if (result.done === 'count') return result.counts;
    throw new Failure('counts.failed', result.done === 'failed' ? result.detail : null);
  }

  /** Answers what has come, closes the files and frees the data folder. */
  async stop(): Promise<void> {
    if (this.#isStopping) return;
    this.#isStopping = true;
    const exited = once(this.#worker, 'exit');
    this.#post({ say: 'stop' });
    await exited;
  }

  async #ready(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#worker.on('message', (event: FromIntake) => {
        if (event.say === 'ready') {
          this.#mllp = event.mllp;
          resolve();
        } else if (event.say === 'failed') {
          this.#isStopping = true;
          reject(new Failure(event.code ?? 'station.internal', event.detail));
        } else this.#hear(event);
      });
      this.#worker.on('error', (error) => {
        reject(error);
        this.#died(error);
      });
      this.#worker.on('exit', () => {
        const error = new Failure('station.internal', 'mottagningens tråd avslutades');
        reject(error);
        this.#died(error);
      });
    });
  }

  #hear(event: FromIntake): void {
    const { listeners } = this.#options;
    switch (event.say) {
      case 'settled':
      case 'status':
        this.#waiting.get(event.id)?.resolve(event);
        this.#waiting.delete(event.id);
        return;
      case 'applied':
        listeners?.applied?.(event.cursor);
        return;
      case 'copy-opened':
        this.#opening.copy = event.opening;
        if (event.isReplaced) listeners?.copyReplaced?.();
        return;
      case 'inbox-opened':
        this.#opening.inbox = event.opening;
        listeners?.inboxOpened?.();
        return;
      case 'note':
        listeners?.note?.(event.note);
        return;
      default:
    }
  }

  #died(error: unknown): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
    if (this.#isStopping) return;
    this.#isStopping = true;
    this.#options.listeners?.died?.(error);
  }

  async #settle(
    message: (id: number) => ToIntake,
    handedOver: readonly ArrayBuffer[] = [],
  ): Promise<Extract<Settled, { taken: true }>> {
    const answer = await this.#ask(message, handedOver);
    if (answer.say !== 'settled') throw new Failure('station.internal', 'mottagningens svar');
    if (!answer.settled.taken) throw new Failure(answer.settled.code);
    return answer.settled;
  }

  #ask(message: (id: number) => ToIntake, handedOver: readonly ArrayBuffer[] = []): Promise<FromIntake> {
    if (this.#isStopping) return Promise.reject(new Failure('station.not-running'));
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#post(message(id), handedOver);
    });
  }

  #post(message: ToIntake, handedOver: readonly ArrayBuffer[] = []): void {
    this.#worker.postMessage(message, handedOver);
  }

  /** One at a time: two snapshots would write the same file, and the disk is the senders' first. */
  #maintain(task: MaintenanceTask['task']): Promise<MaintenanceResult> {
    const done = this.#maintenance.then(() => this.#maintainNow(task));
    this.#maintenance = done.then(
      () => undefined,
      () => undefined,
    );
    return done;
  }

  async #maintainNow(task: MaintenanceTask['task']): Promise<MaintenanceResult> {
    const { dataFolder, keys, faultModule } = this.#options;
    const workerData: MaintenanceTask = {
      task,
      dataFolder,
      inboxKey: keys.database('inbox'),
      copyKey: keys.database('copy'),
      wallMs: this.#clock.now().wallMs,
      faultModule: faultModule ?? null,
    };
    const worker = new Worker(new URL('../upkeep/maintenance-worker.ts', import.meta.url), { workerData });
    const [result] = (await once(worker, 'message')) as [MaintenanceResult];
    return result;
  }
}
