// Whole prints, ready for the renderer. Their titles name no patient: a print server keeps a list of what it has printed.

import type { Chart } from '../domain/chart/chart.ts';
import type { Printing } from './printing.ts';
import { readingSheet } from './sheets/reading-sheet.ts';
import type { PrintJob, Sheet } from './sheets/sheet.ts';
import { WORDS } from './words.ts';

/** One chart to read, medication on it. */
export const chartJob = (chart: Chart, printing: Printing): PrintJob =>
  jobOf(WORDS.readingSheet, printing, [readingSheet({ chart, printing, medication: 'here' })]);

const jobOf = (title: string, printing: Printing, sheets: readonly Sheet[]): PrintJob => ({
  title,
  author: 'Reservkraft',
  createdAtSeconds: Math.floor(printing.at / 1000),
  sheets,
});
