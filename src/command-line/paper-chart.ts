import { notBefore } from '../domain/age.ts';
import { composeChart } from '../domain/chart/compose.ts';
import { Failure } from '../domain/failures.ts';
import { withMarks } from '../domain/marks.ts';
import { limits } from '../limits.ts';
import { chartPrint } from '../paper/jobs.ts';
import { Renderer } from '../paper/render/renderer.ts';
import { SystemClock } from '../station/clock.ts';
import { keptMarks } from '../station/kept-marks.ts';
import { nearPatients } from '../station/reading/near-patients.ts';
import { openForReading } from '../station/reading/reading.ts';
import { readSettings } from '../station/settings/settings.ts';
import { ask } from './ask.ts';
import { chartNames, findPatient } from './chart.ts';
import type { CommandContext } from './command.ts';
import { readMoment } from './moment.ts';
import { checkOut, writeOut } from './paper-out.ts';
import { terminalPrinting } from './paper-printing.ts';
import { reportRead } from './report-read.ts';

export async function paperChart(context: CommandContext): Promise<number> {
  checkOut(context);
  const settings = readSettings(context.flags, context.environment);
  const station = openForReading(settings);
  const renderer = new Renderer({ onEnded: () => {} });
  renderer.warm();
  try {
    const patient = findPatient(station.reader, await ask('Personnummer, reservnummer eller nyckel', context.words));
    const now = notBefore(new SystemClock().now(), station.reader.heard());
    const at = context.flags.get('--at');
    const copy = station.reader.patient(patient, {
      rowsMax: limits.paperRowsMax,
      ...(at === undefined ? {} : { asOf: readMoment(at, now.wallMs) }),
    });
    if (copy === null) throw new Failure('patient.not-found');
    const chart = composeChart(withMarks(copy, keptMarks(settings, station)), now, {
      ...chartNames(station),
      nearPatients: nearPatients(copy, station.reader),
    });
    writeOut(context, await renderer.render(chartPrint(chart, terminalPrinting(now)).job));
    await reportRead(context, { kind: 'paper.made', patient, ...(chart.asOf === null ? {} : { asOf: chart.asOf.ms }) });
    return 0;
  } finally {
    renderer.stop();
    station.close();
  }
}
