import { notBefore } from '../domain/age.ts';
import { Failure } from '../domain/failures.ts';
import { unitId } from '../domain/identity.ts';
import { timeWords } from '../domain/swedish-time.ts';
import { underConstruction, unknownUse } from '../domain/unit-use/unit-use.ts';
import { SystemClock } from '../station/clock.ts';
import { keptMarks } from '../station/kept-marks.ts';
import { openForReading } from '../station/reading/reading.ts';
import { readUnitList } from '../station/reading/unit-list.ts';
import { readSettings } from '../station/settings/settings.ts';
import { keptUses } from '../station/uses/kept-uses.ts';
import { censusText, unitsText } from './census-text.ts';
import { chartNames } from './chart.ts';
import type { Command } from './command.ts';
import { readMoment } from './moment.ts';
import { reportRead } from './report-read.ts';

export const unit: Command = {
  name: 'unit',
  summary: 'a unit’s list, now or as it was; without a name all units',
  usage: '[<unit>] [--at 06:00]',
  help: `
Without a name every unit, with how many are there and whether it is in use (i drift) or not (under uppbyggnad), and why.

Who is here, on leave, expected, and gone within 72 hours, by room and bed. Reads the copy on disk, so it works with or without
a running station. The last column is the key to give "reservkraft chart".`,
  flags: [{ flag: '--at', kind: 'value', help: 'as it was at this time (within 72 hours)' }],
  settings: 'disk',
  printsData: true,
  async run(context) {
    const [name, extra] = context.words;
    if (extra !== undefined) throw new Failure('request.invalid', 'ange en enhet');
    const settings = readSettings(context.flags, context.environment);
    const station = openForReading(settings);
    try {
      const now = notBefore(new SystemClock().now(), station.reader.heard());
      const at = context.flags.get('--at');
      const asOf = at === undefined ? undefined : readMoment(at, now.wallMs);
      if (name === undefined) {
        const units = station.reader.units(asOf === undefined ? {} : { asOf });
        const title = asOf === undefined ? '' : `Enheterna som de var ${timeWords(asOf, now.wallMs)}\n\n`;
        const uses = keptUses(settings, station);
        const told = units.map((one) => ({
          ...one,
          use: uses[one.unit] ?? unknownUse({ id: one.unit, name: one.unit }),
        }));
        context.out(
          context.isJson
            ? `${JSON.stringify(told)}\n`
            : `${title}${unitsText(told, station.units, underConstruction(uses))}`,
        );
        return 0;
      }
      const list = readUnitList(unitId(name), asOf, {
        reader: station.reader,
        units: station.units,
        names: chartNames(station),
        now,
        withheld: null,
        marks: keptMarks(settings, station),
      });
      context.out(
        context.isJson ? `${JSON.stringify(list)}\n` : censusText(list, Number(process.stdout.columns ?? 100)),
      );
      await reportRead(context, {
        kind: 'list.read',
        unit: name,
        patients: list.rows.map(({ key }) => key),
        ...(asOf === undefined ? {} : { asOf }),
      });
      return 0;
    } finally {
      station.close();
    }
  },
};
