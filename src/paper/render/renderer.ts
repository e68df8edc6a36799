// The station's way to its renderer: one job at a time, a bounded number waiting, each within bounded time and memory. A renderer that
// dies or is ended is started again at the next job; what it was asked is refused with words.

import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Failure, type FailureCode } from '../../domain/failures.ts';
import { limits } from '../../limits.ts';
import type { PrintJob } from '../sheets/sheet.ts';
import { type FromRenderer, type JobBytes, jobBytes, type Rendered, type ToRenderer } from './render-messages.ts';

export interface RendererOptions {
  /** A renderer ended without being asked to: dead by itself, or ended because it took too much. */
  readonly onEnded: (why: 'died' | 'too-slow' | 'too-large') => void;
  /** Another program than the renderer, in a test. */
  readonly worker?: URL;
  readonly withinMs?: number;
  readonly memoryBytes?: number;
}

interface Asked {
  readonly job: JobBytes;
  readonly resolve: (rendered: Rendered) => void;
  readonly reject: (error: Failure) => void;
}

export class Renderer {
  readonly #options: RendererOptions;
  readonly #waiting: Asked[] = [];
  #child: ChildProcess | null = null;
  #current: Asked | null = null;
  #number = 0;
  #watch: NodeJS.Timeout | null = null;
  #idle: NodeJS.Timeout | null = null;
  #why: 'too-slow' | 'too-large' | null = null;
  #isStopped = false;

  constructor(options: RendererOptions) {
    this.#options = options;
  }

  /** @throws {Failure} `paper.busy`, `paper.too-slow`, `paper.too-large`, `paper.not-rendered`, `station.not-running` */
  render(asked: PrintJob | JobBytes): Promise<Rendered> {
    if (this.#isStopped) return Promise.reject(new Failure('station.not-running'));
    if (this.#waiting.length >= limits.paperJobsWaitingMax) return Promise.reject(new Failure('paper.busy'));
    const job = asked instanceof Uint8Array ? asked : jobBytes(asked);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ job, resolve, reject });
      this.#next();
    });
  }

  /** Started before anybody asks, so that the first print is as quick as the second. */
  warm(): void {
    if (!this.#isStopped) this.#child ??= this.#start();
  }

  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  stop(): void {
    this.#isStopped = true;
    const asked = [...(this.#current === null ? [] : [this.#current]), ...this.#waiting.splice(0)];
    this.#current = null;
    for (const { reject } of asked) reject(new Failure('station.not-running'));
    this.#quiet();
    this.#end();
  }

  #next(): void {
    if (this.#current !== null) return;
    const asked = this.#waiting.shift();
    if (asked === undefined) {
      this.#endWhenIdle();
      return;
    }
    this.#quiet();
    this.#current = asked;
    this.#child ??= this.#start();
    this.#number += 1;
    const told: ToRenderer = { number: this.#number, job: asked.job };
    // A channel that closes under the message is told by `exit`.
    this.#child.send(told, () => {});
    this.#watchOver(performance.now() + (this.#options.withinMs ?? limits.paperJobMs));
  }

  /** Time by the clock, memory as the system counts it, which no setting of a process can bound from within. */
  #watchOver(until: number): void {
    this.#watch = setInterval(() => {
      if (performance.now() > until) this.#endBecause('too-slow');
      else if (residentBytes(this.#child?.pid) > (this.#options.memoryBytes ?? limits.paperMemoryBytesMax))
        this.#endBecause('too-large');
    }, limits.paperWatchEveryMs);
  }

  #endBecause(why: 'too-slow' | 'too-large'): void {
    this.#why = why;
    this.#quiet();
    this.#child?.kill('SIGKILL');
  }

  #start(): ChildProcess {
    const worker = fileURLToPath(this.#options.worker ?? new URL('./render-worker.ts', import.meta.url));
    const child = fork(worker, [], {
      serialization: 'advanced',
      // What a library may write when it breaks can hold a patient's text: it goes nowhere.
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      // Nothing of what the station was told: what Windows needs to start a program, and where the program's own code lies compiled.
      env: Object.fromEntries(
        ['SystemRoot', 'PATH', 'NODE_COMPILE_CACHE'].flatMap((name) => namedIn(process.env, name)),
      ),
      execArgv: [
        `--max-old-space-size=${limits.paperScriptMemoryMb}`,
        '--expose-gc',
        '--disable-warning=ExperimentalWarning',
      ],
    });
    child.on('message', (told) => this.#hear(told as FromRenderer, child));
    // Told by `exit`, which always follows where it began; one that could not begin is refused here.
    child.on('error', () => this.#died(child));
    child.on('exit', () => this.#died(child));
    return child;
  }

  #hear(told: FromRenderer, child: ChildProcess): void {
    const asked = this.#current;
    if (asked === null || child !== this.#child || told.number !== this.#number) return;
    this.#current = null;
    this.#quiet();
    if ('rendered' in told) asked.resolve(told.rendered);
    else asked.reject(new Failure('paper.not-rendered'));
    this.#next();
  }

  #died(child: ChildProcess): void {
    if (child !== this.#child) return;
    const why = this.#why ?? 'died';
    this.#child = null;
    this.#why = null;
    this.#quiet();
    const asked = this.#current;
    this.#current = null;
    if (!this.#isStopped) this.#options.onEnded(why);
    asked?.reject(new Failure(DIED[why]));
    if (!this.#isStopped) this.#next();
  }

  #endWhenIdle(): void {
    if (this.#child === null || this.#isStopped) return;
    this.#idle = setTimeout(() => this.#end(), limits.paperIdleMs);
    this.#idle.unref();
  }

  #end(): void {
    const child = this.#child;
    this.#child = null;
    child?.removeAllListeners();
    child?.kill('SIGKILL');
  }

  #quiet(): void {
    if (this.#watch !== null) clearInterval(this.#watch);
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#watch = null;
    this.#idle = null;
  }
}

const DIED: Readonly<Record<'died' | 'too-slow' | 'too-large', FailureCode>> = {
  died: 'paper.not-rendered',
  'too-slow': 'paper.too-slow',
  'too-large': 'paper.too-large',
};

const namedIn = (environment: NodeJS.ProcessEnv, name: string): [string, string][] => {
  const value = environment[name];
  return value === undefined ? [] : [[name, value]];
};

/** Zero where the system does not tell: time alone bounds the renderer there. */
function residentBytes(pid: number | undefined): number {
  if (pid === undefined || process.platform !== 'linux') return 0;
  try {
    const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return Number(line?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
