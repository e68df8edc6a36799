// A printer as the queue sees it. What can be claimed of a print differs with how the printer is spoken to, and what cannot be claimed
// is never said: a raw socket answers nothing.

import type { UnitId } from '../../domain/identity.ts';

/** One line of the settings: `printers`. */
export interface PrinterSettings {
  readonly id: string;
  /** «Skrivaren i expeditionen». */
  readonly name: string;
  /** `ipp://10.0.0.7/ipp/print`, `ipps://…`, or `socket://10.0.0.7:9100`. */
  readonly address: string;
  /** Units that print here when no printer is named; empty: only when named. */
  readonly units: readonly UnitId[];
}

export interface PrintDocument {
  /** Names no patient: printers show and keep it. */
  readonly title: string;
  readonly pdf: Uint8Array;
  readonly copies: number;
  readonly isTwoSided: boolean;
}

/** `printed`: the printer says that all pages are out. `sent`: all was handed over, and nobody knows more. */
export type Outcome = 'printed' | 'sent';

export interface Printer {
  /**
   * @param onProgress words for who waits: *sida 3*, *papperet är slut*
   * @throws {Failure} `paper.printer-silent` (nothing was handed over), `paper.printer-refused`, `paper.print-unclear`
   */
  print(document: PrintDocument, onProgress: (words: string) => void): Promise<Outcome>;
}
