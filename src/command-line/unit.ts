import type { CensusRow } from '../copy/read-census.ts';
import { composeChart } from '../domain/chart/compose.ts';
import { listWarnings } from '../domain/chart/list-warnings.ts';
import { Failure } from '../domain/failures.ts';
import { unitId } from '../domain/identity.ts';
import { SystemClock } from '../station/clock.ts';
import { openForReading } from '../station/reading.ts';
import { readSettings } from '../station/settings.ts';
import { surelyNow } from '../station/surely-now.ts';
import { censusText, unitsText } from './census-text.ts';
import { chartNames } from './chart.ts';
import type { Command } from './command.ts';
import { readMoment } from './moment.ts';

export const unit: Command = {
  name: 'unit',
  summary: 'a unit’s list, now or as it was; without a name all units',
  usage: '[<unit>] [--at 06:00]',
  help: `
Who is here, on leave, expected, and gone within 72 hours, by room and bed. Reads the copy on disk, so it works with or without
a running station. The last column is the key to give "reservkraft chart".`,
  flags: [{ flag: '--at', kind: 'value', help: 'as it was at this time (within 72 hours)' }],
  takesSettings: true,
  printsData: true,
  async run(context) {
    const [name, extra] = context.words;
    if (extra !== undefined) throw new Failure('request.invalid', 'ange en enhet');
    const station = openForReading(readSettings(context.flags, context.environment));
    try {
      const sources = station.reader.sources();
      const now = surelyNow(new SystemClock().now(), sources);
      if (name === undefined) {
        const units = station.reader.units();
        context.out(context.isJson ? `${JSON.stringify(units)}\n` : unitsText(units, station.units));
        return 0;
      }
      const at = context.flags.get('--at');
      const asOf = at === undefined ? undefined : readMoment(at, now.wallMs);
      const rows = station.reader.census(unitId(name), asOf === undefined ? {} : { asOf });
      const declared = station.units.find((known) => known.id === name);
      if (rows.length === 0 && declared === undefined && !station.reader.units().some((known) => known.unit === name))
        throw new Failure('unit.not-found', name.slice(0, 60));
      if (context.isJson) context.out(`${JSON.stringify(rows)}\n`);
      else {
        const title = `${declared?.name ?? name}${at === undefined ? '' : `, som den var ${at}`}`;
        const read = asOf === undefined ? {} : { asOf };
        const warningsOf = (row: CensusRow): readonly string[] => {
          const copy = row.kind === 'discharged' ? null : station.reader.patient(row.key, read);
          return copy === null ? [] : listWarnings(composeChart(copy, now, chartNames(station)));
        };
        context.out(
          censusText(rows, {
            title,
            unit: name,
            nowMs: asOf ?? now.wallMs,
            now,
            sources,
            warningsOf,
            width: Number(process.stdout.columns ?? 100),
          }),
        );
      }
      return 0;
    } finally {
      station.close();
    }
  },
};
