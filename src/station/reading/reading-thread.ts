// The station's way to a reading thread: one question at a time, a bounded number waiting, each within a bounded time. A thread
// that dies, or is ended because it took too long, is started again at the next question; what it was asked is refused with words.

import { Worker } from 'node:worker_threads';
import { Failure, type FailureCode } from '../../domain/failures.ts';
import type {
  FromReading,
  ReadingAnswers,
  ReadingQuestion,
  ReadingThreadSettings,
  ToReading,
} from './reading-messages.ts';

export interface ReadingThreadOptions {
  readonly settings: ReadingThreadSettings;
  /** Questions waiting beside the one being answered. */
  readonly waitingMax: number;
  /** From the moment a question is begun with; one that has waited half as long is refused. */
  readonly answerWithinMs: number;
  /** Ended after this long without a question; null: kept. */
  readonly idleMs: number | null;
  /** Of JavaScript; a question that needs more ends the thread. */
  readonly memoryMb: number;
  /** A reader met a damaged page. */
  readonly onDamage: () => void;
  /** The thread ended without being asked to. */
  readonly onEnded: (why: 'too-slow' | 'died') => void;
  /** Another program than the station's own, in a test. */
  readonly worker?: URL;
}

interface Asked {
  readonly at: number;
  readonly question: ReadingQuestion;
  readonly resolve: (answer: ReadingAnswers[ReadingQuestion['ask']]) => void;
  readonly reject: (error: Failure) => void;
}

const YOUNG_MEMORY_MB = 4;

const turnOf = ({ ask }: ReadingQuestion): number => (ask === 'facade' ? 2 : ask === 'unit-print' ? 1 : 0);

export class ReadingThread {
  readonly #options: ReadingThreadOptions;
  readonly #waiting: Asked[] = [];
  #worker: Worker | null = null;
  #current: Asked | null = null;
  /** The copy was replaced while the question was being answered. */
  #isOutdated = false;
  #timer: NodeJS.Timeout | null = null;
  #isStopped = false;

  constructor(options: ReadingThreadOptions) {
    this.#options = options;
  }

  /** @throws {Failure} what the reader says; `reading.busy`, `reading.too-slow`, `reading.stopped` */
  ask<Q extends ReadingQuestion>(question: Q): Promise<ReadingAnswers[Q['ask']]> {
    if (this.#isStopped) return Promise.reject(new Failure('station.not-running'));
    if (this.#waiting.length >= this.#options.waitingMax) return Promise.reject(new Failure('reading.busy'));
    return new Promise((resolve, reject) => {
      const answered = (answer: unknown): void => resolve(answer as ReadingAnswers[Q['ask']]);
      this.#wait({ at: performance.now(), question, resolve: answered, reject });
      this.#next();
    });
  }

  get isRunning(): boolean {
    return this.#worker !== null;
  }

  /** Started before anybody asks, so that the first question is as quick as the second. */
  warm(): void {
    if (!this.#isStopped) this.#worker ??= this.#start();
  }

  /** copy.db is another file now. What is being answered is asked again. */
  reopen(): void {
    this.#isOutdated = this.#current !== null;
    this.#post({ say: 'reopen' });
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    const asked = [...(this.#current === null ? [] : [this.#current]), ...this.#waiting.splice(0)];
    this.#current = null;
    for (const { reject } of asked) reject(new Failure('station.not-running'));
    await this.#end();
  }

  /** Screens before paper, people before machines. */
  #wait(asked: Asked): void {
    const first = this.#waiting.findIndex(({ question }) => turnOf(question) > turnOf(asked.question));
    if (first === -1) this.#waiting.push(asked);
    else this.#waiting.splice(first, 0, asked);
  }

  #next(): void {
    if (this.#current !== null) return;
    this.#clear();
    const next = this.#nextInTime();
    if (next === undefined) {
      this.#endWhenIdle();
      return;
    }
    this.#current = next;
    this.#isOutdated = false;
    this.#worker ??= this.#start();
    this.#post({ say: 'ask', question: next.question });
    this.#timer = setTimeout(() => this.#tooSlow(), this.#options.answerWithinMs);
  }

  /** Whoever has waited this long has given up or asked again: the time is for those behind. */
  #nextInTime(): Asked | undefined {
    const oldest = performance.now() - this.#options.answerWithinMs / 2;
    for (let asked = this.#waiting.shift(); asked !== undefined; asked = this.#waiting.shift()) {
      if (asked.at >= oldest) return asked;
      asked.reject(new Failure('reading.busy'));
    }
    return undefined;
  }

  #start(): Worker {
    const url = this.#options.worker ?? new URL('./reading-worker.ts', import.meta.url);
    const worker = new Worker(url, {
      workerData: this.#options.settings,
      resourceLimits: { maxOldGenerationSizeMb: this.#options.memoryMb, maxYoungGenerationSizeMb: YOUNG_MEMORY_MB },
    });
    // Nobody waits for a thread that only reads: it must not keep a station from ending.
    worker.unref();
    worker.on('message', (told: FromReading) => this.#hear(told, worker));
    // Told by `exit`, which always follows; without a listener the whole station would end.
    worker.on('error', () => {});
    worker.on('exit', () => this.#died(worker));
    return worker;
  }

  #post(message: ToReading): void {
    this.#worker?.postMessage(message);
  }

  #hear(told: FromReading, worker: Worker): void {
    const asked = this.#current;
    if (asked === null || worker !== this.#worker) return;
    this.#current = null;
    if (this.#isOutdated) this.#waiting.unshift(asked);
    else this.#settle(asked, told);
    this.#next();
  }

  #settle({ resolve, reject }: Asked, told: FromReading): void {
    switch (told.say) {
      case 'answer':
        resolve(told.answer);
        return;
      case 'refused':
        reject(new Failure(told.code, told.detail));
        return;
      case 'damaged':
        this.#options.onDamage();
        reject(new Failure('copy.starting'));
        return;
      case 'fault':
        reject(new Failure('station.internal', null, { cause: told.cause }));
        return;
      default:
    }
  }

  #tooSlow(): void {
    this.#refuseCurrent('reading.too-slow');
    void this.#end();
    this.#options.onEnded('too-slow');
    this.#next();
  }

  #died(worker: Worker): void {
    if (worker !== this.#worker) return;
    this.#worker = null;
    this.#refuseCurrent('reading.stopped');
    if (!this.#isStopped) this.#options.onEnded('died');
    this.#next();
  }

  #refuseCurrent(code: FailureCode): void {
    const asked = this.#current;
    this.#current = null;
    asked?.reject(new Failure(code));
  }

  #endWhenIdle(): void {
    const { idleMs } = this.#options;
    if (idleMs === null || this.#worker === null) return;
    this.#timer = setTimeout(() => void this.#end(), idleMs);
    this.#timer.unref();
  }

  #clear(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** A statement that runs in the store is not broken off: the thread ends behind it, and another is already there. */
  async #end(): Promise<void> {
    this.#clear();
    const worker = this.#worker;
    this.#worker = null;
    await worker?.terminate();
  }
}
