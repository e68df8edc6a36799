// What the app asks the station to put on paper, and what it is told back: types and addresses alone, for the app, the server and tests.

import type { FailureCode } from '../failures.ts';
import type { PatientKey, UnitId } from '../identity.ts';

/** A unit's papers: its whole pack, the sheets of some patients (*mina patienter*), or a list to write on. */
export const UNIT_PAPERS = ['pack', 'mine', 'round', 'work'] as const;
export type UnitPaper = (typeof UNIT_PAPERS)[number];
/** `chart`: one patient to read. `test`: a page that tries the printer. */
export type Paper = UnitPaper | 'chart' | 'test';

export const PRINT_PATHS = {
  /** GET → PrintersTold. Printers and what is printed now; the unit's id last. */
  unit: '/api/prints/',
  /** GET → PrinterLine[] as `printers`: every printer of the station, and what its last test page told. */
  printers: '/api/printers',
  /** POST {printer} → PrintStarted. A page without anything of anyone on it. */
  test: '/api/printers/test',
  /** POST UnitPaperAsked & ToPrinter → PrintStarted. */
  printUnit: '/api/prints/unit',
  /** POST ChartPaperAsked & ToPrinter → PrintStarted. */
  printChart: '/api/prints/chart',
  /** POST UnitPaperAsked → the PDF itself. */
  unitPdf: '/api/papers/unit',
  /** POST ChartPaperAsked → the PDF itself. */
  chartPdf: '/api/papers/chart',
} as const;

export interface UnitPaperAsked {
  readonly unit: UnitId;
  readonly what: UnitPaper;
  /** Whom it is about, of those on the unit; absent: everybody there. */
  readonly only?: readonly PatientKey[];
}

export interface ChartPaperAsked {
  readonly key: PatientKey;
  /** The reader's own unit: it has the printer. */
  readonly unit: UnitId;
  /** As of this moment; absent: now. */
  readonly at?: number;
}

/** `again`: although somebody prints the same already. */
export interface ToPrinter {
  readonly printer: string;
  readonly again?: boolean;
}

/** `sent`: handed over to a printer that does not say whether the pages came out. `unclear`: they may have. */
export const PRINT_STATES = ['waiting', 'sending', 'printed', 'sent', 'failed', 'unclear'] as const;
export type PrintState = (typeof PRINT_STATES)[number];

export const isPrintOver = (state: PrintState): boolean => state !== 'waiting' && state !== 'sending';

export interface PrintProgress {
  readonly number: number;
  readonly unit: UnitId | null;
  /** *Kirurgavdelning 2, paket version 37*: it names no patient. */
  readonly what: string;
  readonly printer: string;
  readonly by: string;
  /** ms since 1970 UTC. */
  readonly askedAt: number;
  readonly state: PrintState;
  /** For who waits: *sida 3 ute*, *skrivaren svarar inte, nytt försök om 20 s*. */
  readonly words: string;
  readonly failure: FailureCode | null;
}

export interface PrinterTold {
  readonly id: string;
  readonly name: string;
  /** The unit's own; the others are for when it is broken. */
  readonly isOwn: boolean;
}

export interface PrintersTold {
  /** The unit's own first. */
  readonly printers: readonly PrinterTold[];
  /** Of this unit, newest first. */
  readonly prints: readonly PrintProgress[];
}

export interface PrintStarted {
  readonly print: PrintProgress;
}
