// Test pages on paper: each printer's on its day, or when somebody asks, and what is wrong with any of them told.

import { Failure } from '../../domain/failures.ts';
import { limits } from '../../limits.ts';
import { testPrint } from '../../paper/jobs.ts';
import type { PrintedBy } from '../../paper/print-ledger.ts';
import type { Renderer } from '../../paper/render/renderer.ts';
import type { StationLog } from '../log.ts';
import type { StationNotes } from '../notes.ts';
import type { Settings } from '../settings/settings.ts';
import type { PrintDesk, Printed } from './print-desk.ts';
import type { PrinterTests } from './printer-tests.ts';
import { type PrintingNowOptions, printingNow } from './printing-now.ts';

export interface TestPagesOptions extends PrintingNowOptions {
  readonly settings: Pick<Settings, 'printers' | 'paperValidMinutes'>;
  readonly log: Pick<StationLog, 'warn'>;
  readonly notes: Pick<StationNotes, 'stand'>;
}

interface TestPagesTools {
  readonly tests: PrinterTests;
  readonly desk: PrintDesk;
  readonly renderer: Pick<Renderer, 'render'>;
}

export class TestPages {
  readonly #options: TestPagesOptions;
  readonly #tools: TestPagesTools;
  #timer: NodeJS.Timeout | null = null;
  #isTesting = false;

  constructor(options: TestPagesOptions, tools: TestPagesTools) {
    this.#options = options;
    this.#tools = tools;
  }

  start(): void {
    this.#timer = setInterval(() => void this.lookForDue(), limits.printerTestLookEveryMs).unref();
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  /** A page without anything of anyone on it. @throws {Failure} `paper.printer-unknown`, `paper.already-printing`, and why there is no page */
  async print(id: string, by: PrintedBy): Promise<Printed> {
    const printer = this.#options.settings.printers.find((one) => one.id === id);
    if (printer === undefined) throw new Failure('paper.printer-unknown', id);
    const key = `test ${id}`;
    this.#tools.desk.requireNew(key);
    const { job } = testPrint(printer.name, printingNow(this.#options, by.name));
    const { pdf } = await this.#tools.renderer.render(job);
    const made = {
      ...({ what: 'test', unit: null, version: null, opened: null } as const),
      title: job.title,
      sheets: [],
      pdf,
    };
    return this.#tools.desk.print(made, { key, by, printer, copies: 1, again: false });
  }

  /** The test page whose turn it is, if any; and what is wrong with any printer is told. */
  async lookForDue(): Promise<void> {
    const { log, notes } = this.#options;
    const printer = this.#isTesting ? null : this.#tools.tests.due();
    if (printer !== null) {
      this.#isTesting = true;
      try {
        await this.print(printer.id, { author: 'station', name: 'stationen' });
      } catch (error) {
        // Somebody tries it by hand just now, or there is no page: the next look tries again, and what is late is told.
        log.warn('paper.test-not-made', { code: error instanceof Failure ? error.code : 'station.internal' });
      } finally {
        this.#isTesting = false;
      }
    }
    for (const { id, name, words, trouble } of this.#tools.tests.lines()) {
      const detail = `${name} (${id}): ${words.replace(/\.$/, '')}.`;
      notes.stand(`printer-failed ${id}`, 'paper.test-failed', trouble === 'failed' ? detail : null);
      notes.stand(`printer-untested ${id}`, 'paper.printer-untested', trouble === 'untested' ? detail : null);
    }
  }
}
