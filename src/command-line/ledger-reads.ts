// The read log for the region's log review (HSLF-FS 2016:40 4 kap. 9 §): one line an occasion and patient, as docs/read-log-format.md
// describes. Patients stand by number where the copy knows it, since nobody outside can turn a handle into a person.

import { existsSync } from 'node:fs';
import { kindTitle } from '../domain/entry-kinds.ts';
import { Failure } from '../domain/failures.ts';
import { patientKey } from '../domain/identity.ts';
import { openLedgerForReading } from '../station/ledger/reading-ledger.ts';
import { openForReading } from '../station/reading/reading.ts';
import { readSettings } from '../station/settings/settings.ts';
import type { CommandContext } from './command.ts';
import { readRange } from './ledger-filter.ts';
import { writeNewFile } from './new-file.ts';
import { readLogRows } from './read-log-rows.ts';
import { reportRead } from './report-read.ts';

const HEADING = 'tid;handling;handling-namn;person;enhet;patient;patientnyckel;kedja-post;uppgift-av';

export async function exportReads(context: CommandContext): Promise<number> {
  const { flags } = context;
  const file = flags.get('--out');
  if (file === undefined) throw new Failure('request.invalid', 'ange filen: --out <fil>');
  if (existsSync(file)) throw new Failure('request.invalid', `${file} finns redan`);
  const settings = readSettings(flags, context.environment);
  const kept = openLedgerForReading(settings);
  const copy = openForReading(settings);
  try {
    const numbers = new Map<string, string>();
    const numberOf = (handle: string): string => {
      const known = numbers.get(handle);
      if (known !== undefined) return known;
      const [first] = copy.reader.patient(patientKey(handle))?.identities ?? [];
      const number = first === undefined ? '' : first.identity.id;
      numbers.set(handle, number);
      return number;
    };
    let count = 0;
    const unit = flags.get('--unit');
    const person = flags.get('--by');
    const filter = {
      ...readRange(context, Date.now()),
      ...(unit === undefined ? {} : { unit }),
      ...(person === undefined ? {} : { person }),
    };
    const lines = function* (): Generator<string> {
      yield `${HEADING}\r\n`;
      for (const row of readLogRows(kept, filter))
        for (const patient of row.patients.length === 0 ? [''] : row.patients) {
          count++;
          const number = patient === '' ? '' : numberOf(patient);
          const cells = [new Date(row.at).toISOString(), row.kind, kindTitle(row.kind), row.person, row.unit ?? ''];
          yield `${[...cells, number, patient, String(row.position), row.author].map(cell).join(';')}\r\n`;
        }
    };
    writeNewFile(file, lines());
    await reportRead(context, { kind: 'ledger.exported', what: 'läslogg' });
    context.out(context.isJson ? `${JSON.stringify({ file, rows: count })}\n` : `${count} rader: ${file}\n`);
    return 0;
  } finally {
    copy.close();
    kept.close();
  }
}

/** Quoted as RFC 4180 says; a spreadsheet must not take somebody's name for a formula. */
function cell(text: string): string {
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[";\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
