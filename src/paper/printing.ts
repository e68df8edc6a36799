// What one act of printing is: by whom, when, which version, how long it may be read. Given by whoever prints; the same for every
// sheet of the act.

import { timeWords } from '../domain/swedish-time.ts';

export interface Printing {
  /** ms since 1970 UTC, by the clock the ages are counted with. */
  readonly at: number;
  readonly clockIsUnsure: boolean;
  /** «Anna Berg, ssk». */
  readonly by: string;
  /** Of this unit's or this patient's prints; a greater one is newer. Null: nobody keeps count (a copy on the terminal). */
  readonly version: number | null;
  readonly replaces: { readonly version: number; readonly at: number } | null;
  /** A reading sheet must not be read after this. A signing sheet has no such time (design §5.26). */
  readonly validUntil: number;
  /** *RESERVLÄGE sedan 10:52*; null while nothing is declared. */
  readonly situation: string | null;
  /** The one place to write (design §5.21): *JOURNALEN*, *RESERVKRAFT*, *PAPPER*, with what is said of kinds that differ. */
  readonly writeIn: string;
  /** *ÖVNING* (design §5.17), *ÖVNINGSKOPIA – inte för vård* (§5.22). */
  readonly watermark: string | null;
}

const DAY_MS = 24 * 60 * 60_000;

/** With its date also when it is of today: paper is read on another day. */
export const datedTime = (ms: number, { clockIsUnsure }: Pick<Printing, 'clockIsUnsure'>): string =>
  timeWords(ms, ms + DAY_MS, { clockIsUnsure });

/** As beside the print time: its date where it is another day's. */
export const nearTime = (ms: number, { at, clockIsUnsure }: Pick<Printing, 'at' | 'clockIsUnsure'>): string =>
  timeWords(ms, at, { clockIsUnsure });

/** The day that times without a date are of: *tis 17/11*. */
export const printDay = (printing: Pick<Printing, 'at' | 'clockIsUnsure'>): string =>
  datedTime(printing.at, printing).replace(/ \d\d:\d\d$/, '');
