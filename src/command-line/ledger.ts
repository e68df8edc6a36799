// The ledger for people: shown, taken out to a file, checked, and words in it erased by lawful decision.

import { Failure } from '../domain/failures.ts';
import type { Command } from './command.ts';
import { eraseEntry } from './ledger-erase.ts';
import { exportLedger } from './ledger-export.ts';
import { exportReads } from './ledger-reads.ts';
import { showLedger } from './ledger-show.ts';
import { verifyLedger } from './ledger-verify.ts';

export const ledger: Command = {
  name: 'ledger',
  summary: 'what people and stations did: show it, take it out to a file, check that it is whole',
  usage:
    'show | reads --out <file> | verify [<file>] | export --out <file> | erase <entry> --decision … --by … --and …',
  help: `
show: newest first; --reads shows who was shown what.
reads: the same, whole and as CSV, for the region's log review (docs/read-log-format.md).
verify: checks every entry's hash, signature and place, from the first to the last that the witness saw; with a file, an exported
ledger alone. Ends with 0 when it is whole, 1 when something is changed, missing, out of order or forged.
export: entries as lines of JSON with a signed end, which anybody can check with docs/ledger-format.md. It tells what has been done
about patients, and with bodies it is patient data: mind where it goes.
erase: when a patient's record is to be destroyed by decision (patientdatalagen 8 kap. 4 §): what somebody wrote in an emergency opening, a
choice, a review, a block under inquiry or a note is taken away; the entry stays, and says so. Asks the running station. The two who
decide have accounts here and each type their own words, or one line each on standard input; neither may have written the entry.`,
  flags: [
    { flag: '--from', kind: 'value', help: 'done at or after: 06:00, "2026-11-22 06:00" or 2026-11-22' },
    { flag: '--to', kind: 'value', help: 'done before (a day: to its end)' },
    {
      flag: '--patient',
      kind: 'value',
      help: 'about one patient: "ask", or "-" to read the number from standard input',
    },
    { flag: '--by', kind: 'value', help: 'show: by this person or author; erase: who decides, by HSA-id' },
    { flag: '--and', kind: 'value', help: 'erase: the other who decides, by HSA-id' },
    { flag: '--decision', kind: 'value', help: 'erase: number and date of the decision' },
    { flag: '--unit', kind: 'value', help: 'show: about this unit' },
    { flag: '--kind', kind: 'value', help: 'show: only this kind, e.g. copy.held' },
    { flag: '--reads', kind: 'switch', help: 'show: the read log' },
    { flag: '--before', kind: 'value', help: 'show: the next page, as the page before says' },
    { flag: '--out', kind: 'value', help: 'export, reads: the file to write; it must not exist' },
    { flag: '--without-bodies', kind: 'switch', help: 'export: who, when and what kind only' },
    { flag: '--key', kind: 'value', help: 'verify a file: the exporter’s public key as known from elsewhere' },
  ],
  settings: 'disk',
  printsData: true,
  async run(context) {
    const [what, file, extra] = context.words;
    if (extra !== undefined || (file !== undefined && what !== 'verify' && what !== 'erase'))
      throw new Failure('request.invalid', 'för många ord (reservkraft ledger --help)');
    switch (what) {
      case 'show':
        return showLedger(context);
      case 'reads':
        return exportReads(context);
      case 'verify':
        return verifyLedger(context, file ?? null);
      case 'export':
        return exportLedger(context);
      case 'erase':
        return eraseEntry(context, file ?? '');
      default:
        throw new Failure(
          'request.invalid',
          'ange show, reads, verify, export eller erase (reservkraft ledger --help)',
        );
    }
  },
};
