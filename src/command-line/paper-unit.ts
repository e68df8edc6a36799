import { withheldOnUnit } from '../domain/access/steps.ts';
import { notBefore } from '../domain/age.ts';
import { Failure } from '../domain/failures.ts';
import { unitId } from '../domain/identity.ts';
import { packPrint, roundPrint } from '../paper/jobs.ts';
import { Renderer } from '../paper/render/renderer.ts';
import { keptBlocks } from '../station/access/kept-blocks.ts';
import { SystemClock } from '../station/clock.ts';
import { keptMarks } from '../station/kept-marks.ts';
import { readUnitForPaper } from '../station/printing/read-unit.ts';
import { openForReading } from '../station/reading/reading.ts';
import { readSettings } from '../station/settings/settings.ts';
import { chartNames } from './chart.ts';
import type { CommandContext } from './command.ts';
import { readMoment } from './moment.ts';
import { checkOut, writeOut } from './paper-out.ts';
import { terminalPrinting } from './paper-printing.ts';
import { reportRead } from './report-read.ts';

/** `what`: the unit's whole pack, or its list for the round. */
export async function paperUnit(context: CommandContext, what: 'pack' | 'round'): Promise<number> {
  const [name, extra] = context.words;
  if (name === undefined || extra !== undefined) throw new Failure('request.invalid', 'ange en enhet');
  checkOut(context);
  const settings = readSettings(context.flags, context.environment);
  const station = openForReading(settings);
  const renderer = new Renderer({ onEnded: () => {} });
  renderer.warm();
  try {
    const now = notBefore(new SystemClock().now(), station.reader.heard());
    const at = context.flags.get('--at');
    const asOf = at === undefined ? undefined : readMoment(at, now.wallMs);
    const { list, charts } = readUnitForPaper(unitId(name), asOf, {
      reader: station.reader,
      units: station.units,
      names: chartNames(station),
      now,
      marks: keptMarks(settings, station),
      withheld: withheldOnUnit(unitId(name), station.units, keptBlocks(settings)),
    });
    const input = { list, printing: terminalPrinting(now), only: null };
    const { job } = what === 'round' ? roundPrint(input) : packPrint({ ...input, charts, openSheets: () => [] });
    writeOut(context, await renderer.render(job));
    await reportRead(context, {
      kind: 'paper.made',
      unit: name,
      what,
      patients: [...charts.keys()],
      ...(asOf === undefined ? {} : { asOf }),
    });
    return 0;
  } finally {
    renderer.stop();
    station.close();
  }
}
