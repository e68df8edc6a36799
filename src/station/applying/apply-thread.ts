// The receiving thread's way to the applying thread: starts it, hands it what has happened to the inbox, hears how far the copy has
// come. When it ends without being asked, the receiving thread ends too, and the process is started again by its supervisor.

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { THREAD_MEMORY } from '../thread-memory.ts';
import { type ApplyThreadSettings, type FromApply, SharedCursor, type ToApply } from './apply-messages.ts';

export interface ApplyThreadOptions extends Omit<ApplyThreadSettings, 'cursor'> {
  readonly hear: (event: FromApply) => void;
}

export class ApplyThread {
  readonly #worker: Worker;
  readonly #cursor = new SharedCursor();
  #isStopping = false;

  constructor({ hear, ...settings }: ApplyThreadOptions) {
    const workerData: ApplyThreadSettings = { ...settings, cursor: this.#cursor.buffer };
    this.#worker = new Worker(new URL('./apply-worker.ts', import.meta.url), {
      workerData,
      resourceLimits: THREAD_MEMORY,
    });
    this.#worker.on('message', hear);
    this.#worker.on('exit', () => {
      if (!this.#isStopping) throw new Error('the applying thread ended');
    });
  }

  /** The last row applied; 0 while there is no copy. */
  get cursor(): number {
    return this.#cursor.value;
  }

  post(message: ToApply): void {
    this.#worker.postMessage(message);
  }

  /** Resolves when the copy is closed and the thread has ended. */
  async stop(): Promise<void> {
    if (this.#isStopping) return;
    this.#isStopping = true;
    const ended = once(this.#worker, 'exit');
    this.post({ say: 'stop' });
    await ended;
  }
}
