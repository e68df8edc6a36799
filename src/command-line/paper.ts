// The charts on paper: made from the copy on disk, so that a technician with a dead station can still carry them to the ward.

import { Failure } from '../domain/failures.ts';
import type { Command } from './command.ts';
import { paperChart } from './paper-chart.ts';

export const paper: Command = {
  name: 'paper',
  summary: 'charts as pages to print: one patient’s, as PDF',
  usage: 'chart [-] --out <file>',
  help: `
chart: one patient's chart to read, medication on it. The number is asked for, or read from standard input with "-". Reads the copy on
disk, so it works with or without a running station. Without --out the PDF goes to standard output, where that is not a terminal.
A PDF outside the station is patient data in the clear: mind where it goes, and take it away.`,
  flags: [
    { flag: '--out', kind: 'value', help: 'the file to write; it must not exist' },
    { flag: '--at', kind: 'value', help: 'chart: as it was at this time (within 72 hours)' },
  ],
  settings: 'disk',
  printsData: true,
  async run(context) {
    const [what, ...words] = context.words;
    switch (what) {
      case 'chart':
        return paperChart({ ...context, words });
      default:
        throw new Failure('request.invalid', 'ange chart (reservkraft paper --help)');
    }
  },
};
