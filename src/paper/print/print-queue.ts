// What is being printed: one print at a time a printer, tried again only while nothing has been handed over, and told honestly. Who asks
// for what somebody prints already is told who that is.

import { setTimeout as wait } from 'node:timers/promises';
import { FAILURES, Failure, type FailureCode } from '../../domain/failures.ts';
import type { UnitId } from '../../domain/identity.ts';
import { isPrintOver, type PrintProgress, type PrintState } from '../../domain/printing/printing.ts';
import type { Clock } from '../../domain/time.ts';
import { limits } from '../../limits.ts';
import type { Outcome, PrintDocument, Printer } from './printer.ts';

export interface PrintOrder {
  /** The same for the same thing: a second order while the first goes on is somebody who did not know. */
  readonly key: string;
  readonly unit: UnitId | null;
  readonly what: string;
  readonly by: string;
  readonly printer: { readonly name: string; readonly open: () => Printer };
  readonly document: PrintDocument;
  /** Print it although somebody does already. */
  readonly again: boolean;
}

export interface PrintQueueOptions {
  readonly clock: Clock;
  readonly onEnd: (progress: PrintProgress) => void;
  /** Between tries; a test waits for none. */
  readonly retryAfterMs?: readonly number[];
}

const RETRY_AFTER_MS = [5_000, 20_000, 60_000] as const;

interface Entry {
  progress: PrintProgress;
  readonly order: PrintOrder;
}

export class PrintQueue {
  readonly #options: PrintQueueOptions;
  readonly #entries: Entry[] = [];
  readonly #lines = new Map<string, Promise<void>>();
  #number = 0;

  constructor(options: PrintQueueOptions) {
    this.#options = options;
  }

  /** Newest first. */
  get prints(): readonly PrintProgress[] {
    return this.#entries.map(({ progress }) => progress).reverse();
  }

  /** Asked before pages are made, and again when they are there. @throws {Failure} `paper.already-printing` with by whom, and where */
  requireNew(key: string): void {
    const going = this.#entries.find(({ progress, order }) => order.key === key && !isPrintOver(progress.state));
    if (going === undefined) return;
    const { by, printer } = going.progress;
    throw new Failure('paper.already-printing', `Skrivs redan ut av ${by} på ${printer}.`);
  }

  /** @throws {Failure} `paper.already-printing`, `paper.busy` */
  add(order: PrintOrder): { readonly number: number; readonly ended: Promise<PrintProgress> } {
    if (!order.again) this.requireNew(order.key);
    if (this.#entries.filter(({ progress }) => !isPrintOver(progress.state)).length >= limits.printsWaitingMax)
      throw new Failure('paper.busy');
    this.#number += 1;
    const entry: Entry = {
      order,
      progress: {
        number: this.#number,
        unit: order.unit,
        what: order.what,
        printer: order.printer.name,
        by: order.by,
        askedAt: this.#options.clock.now().wallMs,
        state: 'waiting',
        words: 'väntar',
        failure: null,
      },
    };
    this.#entries.push(entry);
    this.#forgetOld();
    const line = this.#lines.get(order.printer.name) ?? Promise.resolve();
    const done = line.then(() => this.#print(entry));
    this.#lines.set(order.printer.name, done);
    return { number: entry.progress.number, ended: done.then(() => entry.progress) };
  }

  async #print(entry: Entry): Promise<void> {
    const waits = this.#options.retryAfterMs ?? RETRY_AFTER_MS;
    for (let attempt = 0; ; attempt += 1) {
      try {
        this.#tell(entry, 'sending', 'sänds till skrivaren');
        const outcome = await entry.order.printer
          .open()
          .print(entry.order.document, (words) => this.#tell(entry, 'sending', words));
        this.#end(entry, outcome, OUTCOME_WORDS[outcome], null);
        return;
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        const again = waits[attempt];
        if (error.code !== 'paper.printer-silent' || again === undefined) {
          const state = error.code === 'paper.print-unclear' ? 'unclear' : 'failed';
          this.#end(entry, state, failureWords(error), error.code);
          return;
        }
        this.#tell(entry, 'waiting', `skrivaren svarar inte, nytt försök om ${Math.round(again / 1000)} s`);
        await wait(again);
      }
    }
  }

  #tell(entry: Entry, state: PrintState, words: string): void {
    entry.progress = { ...entry.progress, state, words };
  }

  #end(entry: Entry, state: PrintState, words: string, failure: FailureCode | null): void {
    entry.progress = { ...entry.progress, state, words, failure };
    this.#options.onEnd(entry.progress);
  }

  #forgetOld(): void {
    const over = this.#entries.filter(({ progress }) => isPrintOver(progress.state));
    for (const old of over.slice(0, Math.max(0, over.length - limits.printsRemembered)))
      this.#entries.splice(this.#entries.indexOf(old), 1);
  }
}

const OUTCOME_WORDS: Readonly<Record<Outcome, string>> = {
  printed: 'utskrivet',
  sent: 'sänt till skrivaren, som inte svarar om sidorna kom ut: se efter',
};
const failureWords = (failure: Failure): string =>
  [FAILURES[failure.code].happened, failure.detail].filter(Boolean).join(' ');
