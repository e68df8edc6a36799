// For a patient who asks who has been shown their chart (PDL 8 kap. 5 §): one PDF, with every occasion and nothing of what was read.

import { isToldByDevice } from '../domain/access/told-by-device.ts';
import { notBefore } from '../domain/age.ts';
import { composeChart } from '../domain/chart/compose.ts';
import { isReadingKind, kindTitle } from '../domain/entry-kinds.ts';
import { Failure } from '../domain/failures.ts';
import { patientKey } from '../domain/identity.ts';
import { limits } from '../limits.ts';
import { readLogPrint } from '../paper/jobs.ts';
import { Renderer } from '../paper/render/renderer.ts';
import { SystemClock } from '../station/clock.ts';
import { openLedgerForReading } from '../station/ledger/reading-ledger.ts';
import { nearPatients } from '../station/reading/near-patients.ts';
import { openForReading } from '../station/reading/reading.ts';
import { readSettings, type Settings } from '../station/settings/settings.ts';
import { chartNames } from './chart.ts';
import type { CommandContext } from './command.ts';
import { readPatients, readRange } from './ledger-filter.ts';
import { checkOut, writeOut } from './paper-out.ts';
import { terminalPrinting } from './paper-printing.ts';
import { readLogRows } from './read-log-rows.ts';
import { reportRead } from './report-read.ts';

const YEAR_MS = 365 * 86_400_000;

export async function paperReadLog(context: CommandContext): Promise<number> {
  checkOut(context);
  const settings = readSettings(context.flags, context.environment);
  const printing = terminalPrinting(notBefore(new SystemClock().now(), []));
  const range = { from: printing.at - YEAR_MS, to: printing.at, ...readRange(context, printing.at) };
  const kept = openLedgerForReading(settings);
  const renderer = new Renderer({ onEnded: () => {} });
  try {
    const flags = new Map(context.flags).set('--patient', context.words[0] ?? 'ask');
    const patients = (await readPatients({ ...context, flags }, settings, kept)) ?? [];
    const [patient = ''] = patients;
    const who = personIn(settings, patient);
    const units = new Map(settings.units.map(({ id, name }) => [String(id), name]));
    const rows = [];
    for (const { at, person, author, kind, unit } of readLogRows(kept, { ...range, patients })) {
      // Whoever was refused was shown nothing.
      if (!isReadingKind(kind)) continue;
      if (rows.length >= limits.readLogPaperRowsMax)
        throw new Failure('request.too-large', 'fler tillfällen än ett papper rymmer: ange --from och --to');
      const said = isToldByDevice(author) ? ` (enligt datorn ${author}, ingen inloggad)` : '';
      const what = `${kindTitle(kind)}${said}`;
      rows.push({ at, who: person, what, where: unit === null ? '' : (units.get(unit) ?? unit) });
    }
    writeOut(context, await renderer.render(readLogPrint({ ...who, ...range, rows }, printing).job));
    await reportRead(context, { kind: 'ledger.read', patient, what: 'utdrag till patienten' });
    return 0;
  } finally {
    renderer.stop();
    kept.close();
  }
}

/** Two identifiers on every page (design §5.6): an extract for nobody in the copy would be anybody's. @throws {Failure} */
function personIn(settings: Settings, patient: string): { readonly name: string; readonly number: string } {
  const station = openForReading(settings);
  try {
    const copy = station.reader.patient(patientKey(patient));
    if (copy === null) throw new Failure('patient.not-found');
    const now = notBefore(new SystemClock().now(), station.reader.heard());
    const near = nearPatients(copy, station.reader);
    const { banner } = composeChart(copy, now, { ...chartNames(station), nearPatients: near });
    return { name: banner.name, number: banner.number };
  } finally {
    station.close();
  }
}
