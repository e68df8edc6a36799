// Times and patients as they are written on the command line, for the ledger's commands.

import { Failure } from '../domain/failures.ts';
import { patientKey } from '../domain/identity.ts';
import { numberRemark, readPersonId } from '../domain/person-id.ts';
import { stockholmToUtc } from '../domain/swedish-time.ts';
import type { KeptLedger } from '../station/ledger/reading-ledger.ts';
import { openForReading } from '../station/reading/reading.ts';
import type { Settings } from '../station/settings/settings.ts';
import { ask } from './ask.ts';
import type { CommandContext } from './command.ts';
import { readMoment } from './moment.ts';

const DAY_MS = 86_400_000;

/** A moment, or a whole day: from its beginning, or to its end. */
function readBound(text: string, nowMs: number, flag: '--from' | '--to'): number {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (!Number.isNaN(day)) return stockholmToUtc(Math.floor(day / DAY_MS) + (flag === '--to' ? 1 : 0), 0, 0);
  return readMoment(text, nowMs, flag);
}

export interface TimeRange {
  readonly from?: number;
  readonly to?: number;
}

export function readRange({ flags }: CommandContext, nowMs: number): TimeRange {
  const [from, to] = [flags.get('--from'), flags.get('--to')];
  return {
    ...(from === undefined ? {} : { from: readBound(from, nowMs, '--from') }),
    ...(to === undefined ? {} : { to: readBound(to, nowMs, '--to') }),
  };
}

/** Every handle the patient may stand under: a person can have had several numbers. Undefined: nobody was asked for. */
export async function readPatients(
  { flags }: CommandContext,
  settings: Settings,
  { keys }: KeptLedger,
): Promise<readonly string[] | undefined> {
  const given = flags.get('--patient');
  if (given === undefined) return undefined;
  if (given !== 'ask' && given !== '-')
    throw new Failure('request.invalid', 'numret skrivs inte på kommandoraden: --patient ask, eller --patient -');
  const text = await ask('Personnummer, reservnummer eller nyckel', given === '-' ? ['-'] : []);
  if (/^[a-z2-7]{26}$/.test(text)) return [text, ...handlesInCopy(settings, keys, text)];
  const reading = readPersonId(text);
  if (reading.kind !== 'valid')
    throw new Failure('request.invalid', numberRemark(text) ?? 'numret känns inte igen; använd nyckeln från en lista');
  const key = keys.handle(reading.personId.identity);
  return [key, ...handlesInCopy(settings, keys, key)];
}

/** What the copy knows of the person's other numbers; the ledger can be read without it. */
function handlesInCopy(settings: Settings, keys: KeptLedger['keys'], key: string): string[] {
  try {
    const station = openForReading(settings);
    try {
      const copy = station.reader.patient(patientKey(key));
      return (copy?.identities ?? []).map(({ identity }) => keys.handle(identity)).filter((one) => one !== key);
    } finally {
      station.close();
    }
  } catch (error) {
    if (error instanceof Failure) return [];
    throw error;
  }
}
