import type { CopyReader } from '../copy/read/copy-reader.ts';
import { notBefore } from '../domain/age.ts';
import { composeChart } from '../domain/chart/compose.ts';
import { renderChartText } from '../domain/chart/text.ts';
import { Failure } from '../domain/failures.ts';
import { type PatientKey, patientKey } from '../domain/identity.ts';
import { withMarks } from '../domain/marks.ts';
import { numberRemark } from '../domain/person-id.ts';
import { SystemClock } from '../station/clock.ts';
import { keptMarks } from '../station/kept-marks.ts';
import { nearPatients } from '../station/reading/near-patients.ts';
import { type KeptStation, openForReading } from '../station/reading/reading.ts';
import { readSettings } from '../station/settings/settings.ts';
import { ask } from './ask.ts';
import type { Command } from './command.ts';
import { readMoment } from './moment.ts';
import { reportRead } from './report-read.ts';

/** A key of ours, as lists print it; everything else is looked up as a number. */
const KEY = /^[a-z2-7]{26}$/;

const WIDTH = { least: 20, most: 500 };

function readWidth(given: string | undefined): number {
  if (given === undefined) return process.stdout.columns ?? 100;
  const width = /^\d{1,4}$/.test(given) ? Number(given) : 0;
  if (width >= WIDTH.least && width <= WIDTH.most) return width;
  throw new Failure('request.invalid', `--width: ange ${WIDTH.least} till ${WIDTH.most} tecken`);
}

export const chart: Command = {
  name: 'chart',
  summary: 'one patient’s chart, now or as it was; the number is asked for',
  usage: '[-] [--at 06:00]',
  help: `
Asks for a number (twelve digits, a reserve number) or a key from a list, or reads it from standard input with "-". Reads the
copy on disk, so it works with or without a running station. Every block says its age, or why it is empty.`,
  flags: [
    { flag: '--at', kind: 'value', help: 'as it was at this time (within 72 hours)' },
    { flag: '--width', kind: 'value', help: 'columns (default the terminal’s)' },
  ],
  settings: 'disk',
  printsData: true,
  async run(context) {
    const width = readWidth(context.flags.get('--width'));
    const settings = readSettings(context.flags, context.environment);
    const station = openForReading(settings);
    try {
      const key = findPatient(station.reader, await ask('Personnummer, reservnummer eller nyckel', context.words));
      const now = notBefore(new SystemClock().now(), station.reader.heard());
      const at = context.flags.get('--at');
      const copy = station.reader.patient(key, at === undefined ? {} : { asOf: readMoment(at, now.wallMs) });
      if (copy === null) throw new Failure('patient.not-found');
      const composed = composeChart(withMarks(copy, keptMarks(settings, station)), now, {
        ...chartNames(station),
        nearPatients: nearPatients(copy, station.reader),
      });
      if (context.isJson) context.out(`${JSON.stringify(composed)}\n`);
      else {
        const screenLines = process.stdout.isTTY === true ? (process.stdout.rows ?? 0) : 0;
        context.out(renderChartText(composed, width, { screenLines }));
      }
      await reportRead(context, {
        kind: 'chart.read',
        patient: key,
        ...(composed.asOf === null ? {} : { asOf: composed.asOf.ms }),
      });
      return 0;
    } finally {
      station.close();
    }
  },
};

/** What the chart calls units and sources. */
export function chartNames(station: Pick<KeptStation, 'units' | 'card'>) {
  return {
    unitNames: Object.fromEntries(station.units.map((unit) => [unit.id, unit.name])),
    sourceNames: Object.fromEntries((station.card?.sources ?? []).map((source) => [source.id, source.name])),
  };
}

/** @throws {Failure} when nobody, or more than one, is meant */
export function findPatient(reader: CopyReader, text: string): PatientKey {
  if (KEY.test(text)) return patientKey(text);
  const { hits } = reader.search(text, { limit: 2 });
  const [first, second] = hits;
  const remark = numberRemark(text);
  if (first === undefined)
    throw remark === null ? new Failure('patient.not-found') : new Failure('request.invalid', remark);
  // Found by guessing the century: it may be the other person of the two.
  if (remark !== null && first.identity.id !== text && /^\d{12}$/.test(first.identity.id))
    throw new Failure('request.invalid', remark);
  if (second !== undefined)
    throw new Failure('request.invalid', 'fler än en patient; använd nyckeln från `reservkraft search`');
  return first.key;
}
