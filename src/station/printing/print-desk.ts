// What goes from the print room to a printer or a screen, and what of it lies on paper. Each act is told to the ledger before the
// first byte leaves: a sheet that may be out is counted as out.

import { randomUUID } from 'node:crypto';
import { Failure } from '../../domain/failures.ts';
import type { PatientKey, UnitId } from '../../domain/identity.ts';
import type { EntryDraft } from '../../domain/ledger-entry.ts';
import type { Paper, PrintProgress } from '../../domain/printing/printing.ts';
import type { Clock } from '../../domain/time.ts';
import type { SheetOf } from '../../paper/jobs.ts';
import { openPrinter } from '../../paper/print/open-printer.ts';
import { PrintQueue, type PrintQueueOptions } from '../../paper/print/print-queue.ts';
import type { PrinterSettings } from '../../paper/print/printer.ts';
import {
  notPrintedDraft,
  type PrintedAct,
  type PrintedBy,
  PrintLedger,
  printedDraft,
  type SigningSheetOut,
  sheetClosedDraft,
  testEndedDraft,
  testedDraft,
} from '../../paper/print-ledger.ts';

import type { PrinterTests } from './printer-tests.ts';

/** Pages that are ready, and what they are. */
export interface MadePrint {
  readonly what: Paper;
  /** Null: no unit's, a page that tries the printer. */
  readonly unit: UnitId | null;
  /** Names no patient. */
  readonly title: string;
  readonly version: number | null;
  readonly sheets: readonly SheetOf[];
  readonly opened: string | null;
  readonly pdf: Uint8Array;
}

export interface PrintDeskOptions extends Pick<PrintQueueOptions, 'retryAfterMs'> {
  readonly clock: Clock;
  readonly ledger: { append(draft: EntryDraft): Promise<boolean> };
  readonly printed: Iterable<Parameters<PrintLedger['follow']>[0]>;
}

/** `isTold`: it is in the ledger. */
export interface Printed {
  readonly print: PrintProgress;
  readonly isTold: boolean;
}

/** As a printer's id in the ledger, where the pages went to somebody's screen, and from there perhaps to a printer. */
const TO_SCREEN = 'pdf';

export class PrintDesk {
  readonly #options: PrintDeskOptions;
  readonly #ledger = new PrintLedger();
  readonly #tests: PrinterTests;
  readonly #queue: PrintQueue;
  readonly #acts = new Map<number, PrintedAct>();

  constructor(options: PrintDeskOptions, tests: PrinterTests) {
    this.#options = options;
    this.#tests = tests;
    for (const one of options.printed) {
      this.#ledger.follow(one);
      tests.follow(one);
    }
    this.#queue = new PrintQueue({ ...options, onEnd: (progress) => this.#ended(progress) });
  }

  /** What is printed and was printed lately, newest first. */
  get prints(): readonly PrintProgress[] {
    return this.#queue.prints;
  }

  openSheets(patient?: PatientKey): readonly SigningSheetOut[] {
    return this.#ledger.openSheets(patient);
  }

  openSheet(number: string): SigningSheetOut | null {
    return this.#ledger.openSheet(number);
  }

  versionPrinted(unit: UnitId): number {
    return this.#ledger.versionPrinted(unit);
  }

  /** @throws {Failure} `paper.already-printing` */
  requireNew(key: string): void {
    this.#queue.requireNew(key);
  }

  /** @throws {Failure} `paper.already-printing`, `paper.busy` */
  async print(
    made: MadePrint,
    to: {
      readonly key: string;
      readonly by: PrintedBy;
      readonly printer: PrinterSettings;
      readonly copies: number;
      readonly again: boolean;
    },
  ): Promise<Printed> {
    const { printer, copies } = to;
    const act = this.#act(made, { ...to, printer: printer.id });
    const { number } = this.#queue.add({
      key: to.key,
      unit: made.unit,
      what: made.title,
      by: to.by.name,
      printer: { name: printer.name, open: () => openPrinter(printer) },
      document: { title: made.title, pdf: made.pdf, copies, isTwoSided: true },
      again: to.again,
    });
    this.#acts.set(number, act);
    const isTold = await this.#tell(
      act.what === 'test' ? testedDraft(act, this.#options.clock.now()) : printedDraft(act),
    );
    const print = this.prints.find((one) => one.number === number);
    if (print === undefined) throw new Error('a print that was just added is not in the queue');
    return { print, isTold };
  }

  /** The pages are handed to somebody's screen. True: it is in the ledger. */
  handOut(made: MadePrint, by: PrintedBy): Promise<boolean> {
    return this.#tell(printedDraft(this.#act(made, { by, printer: TO_SCREEN, copies: 1 })));
  }

  /** Each line of the sheet is entered, or was never used. @throws {Failure} `paper.sheet-unknown` */
  async closeSheet(number: string, how: string, by: string): Promise<void> {
    const sheet = this.#ledger.openSheet(number);
    if (sheet === null) throw new Failure('paper.sheet-unknown', number);
    await this.#tell(sheetClosedDraft(sheet, { by, how, at: this.#options.clock.now().wallMs }));
  }

  #act(
    { pdf: _pages, title: _title, ...made }: MadePrint,
    to: Pick<PrintedAct, 'by' | 'printer' | 'copies'>,
  ): PrintedAct {
    const { by, printer, copies } = to;
    return { ...made, print: randomUUID(), by, printer, copies, at: this.#options.clock.now().wallMs };
  }

  #ended(progress: PrintProgress): void {
    const { number, state, failure } = progress;
    const act = this.#acts.get(number);
    this.#acts.delete(number);
    if (act === undefined) return;
    const { wallMs } = this.#options.clock.now();
    if (act.what === 'test') void this.#tell(testEndedDraft(act, progress, wallMs));
    else if (state === 'printed') this.#tests.worked(act.printer);
    else if (state === 'failed') void this.#tell(notPrintedDraft(act, failure ?? 'station.internal', wallMs));
  }

  /** What lies on paper is known at once; that it is on the disk is waited for as for every decision. */
  #tell(draft: EntryDraft): Promise<boolean> {
    this.#ledger.follow(draft);
    this.#tests.follow(draft, true);
    return this.#options.ledger.append(draft);
  }
}
