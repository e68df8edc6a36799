// The charts on paper: made from the copy on disk, so that a technician with a dead station can still carry them to the ward.

import { Failure } from '../domain/failures.ts';
import type { Command } from './command.ts';
import { paperChart } from './paper-chart.ts';
import { paperGuide } from './paper-guide.ts';
import { paperList } from './paper-list.ts';
import { paperPrint, paperTestPage } from './paper-print.ts';
import { paperReadLog } from './paper-read-log.ts';
import { paperUnit } from './paper-unit.ts';

export const paper: Command = {
  name: 'paper',
  summary: 'charts as pages to print (PDF): one patient’s, a unit’s pack, its round list',
  usage: 'chart [-] | pack <unit> | round <unit> | print <unit> | list | test-page | guide | read-log [-]',
  help: `
chart: one patient's chart to read, medication on it. The number is asked for, or read from standard input with "-". Reads the copy on
disk, so it works with or without a running station.
pack: a unit's list as cover, sorted by room, and each patient's chart to read. round: its list with room to write.
print: the unit's newest finished pack to its printer (--printer) or to a file (--out), with its signing sheets; nothing is made anew.
One made before something in it was blocked is withdrawn, and printed only --though-blocked.
list: finished packs, printers, and signing sheets that are not closed. test-page: tries a printer. guide: the ward's page on how to read
when the record system is down. read-log: for a patient, who has been shown their chart (--from, --to; the last year).
Without --out the PDF goes to standard output, where that is not a terminal.
A PDF outside the station is patient data in the clear: mind where it goes, and take it away.`,
  flags: [
    { flag: '--out', kind: 'value', help: 'the file to write; it must not exist' },
    { flag: '--printer', kind: 'value', help: 'print, test-page: another printer than the unit’s' },
    { flag: '--from', kind: 'value', help: 'read-log: at or after: 06:00, "2026-11-22 06:00" or 2026-11-22' },
    { flag: '--to', kind: 'value', help: 'read-log: before (a day: to its end)' },
    { flag: '--though-blocked', kind: 'switch', help: 'print: also a pack made before something in it was blocked' },
    { flag: '--at', kind: 'value', help: 'chart, pack, round: as it was at this time (within 72 hours)' },
  ],
  settings: 'disk',
  printsData: true,
  async run(context) {
    const [what, ...words] = context.words;
    switch (what) {
      case 'chart':
        return paperChart({ ...context, words });
      case 'pack':
      case 'round':
        return paperUnit({ ...context, words }, what);
      case 'print':
        return paperPrint({ ...context, words });
      case 'list':
        return paperList({ ...context, words });
      case 'guide':
        return paperGuide({ ...context, words });
      case 'read-log':
        return paperReadLog({ ...context, words });
      case 'test-page':
        return paperTestPage({ ...context, words });
      default:
        throw new Failure(
          'request.invalid',
          'ange chart, pack, round, print, list, test-page, guide eller read-log (reservkraft paper --help)',
        );
    }
  },
};
