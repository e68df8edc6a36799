import { isToldByDevice } from '../domain/access/told-by-device.ts';
import { kindTitle } from '../domain/entry-kinds.ts';
import { Failure } from '../domain/failures.ts';
import type { LedgerItem } from '../domain/ledger-entry.ts';
import { timeWords } from '../domain/swedish-time.ts';
import { readJson } from '../ledger/opening.ts';
import { openLedgerForReading } from '../station/ledger/reading-ledger.ts';
import { readSettings } from '../station/settings/settings.ts';
import { columns, harmless } from './census-text.ts';
import type { CommandContext } from './command.ts';
import { readPatients, readRange } from './ledger-filter.ts';
import { reportRead } from './report-read.ts';

const SHOWN = 50;
const DETAIL_LETTERS = 100;

export async function showLedger(context: CommandContext): Promise<number> {
  const settings = readSettings(context.flags, context.environment);
  const kept = openLedgerForReading(settings);
  try {
    const patients = await readPatients(context, settings, kept);
    const { flags } = context;
    const filter = {
      ...readRange(context, Date.now()),
      ...(patients === undefined ? {} : { patients }),
      ...(flags.has('--unit') ? { unit: flags.get('--unit') ?? '' } : {}),
      limit: SHOWN,
    };
    if (flags.has('--reads')) showReads(context, kept.reader, filter);
    else showEntries(context, kept.reader, filter);
    const [patient] = patients ?? [];
    await reportRead(context, { kind: 'ledger.read', ...(patient === undefined ? {} : { patient }) });
    return 0;
  } finally {
    kept.close();
  }
}

type Reader = ReturnType<typeof openLedgerForReading>['reader'];
type Filter = {
  readonly from?: number;
  readonly to?: number;
  readonly patients?: readonly string[];
  readonly limit: number;
};

function showEntries(context: CommandContext, reader: Reader, filter: Filter): void {
  const { flags } = context;
  const [before, kind, author] = [flags.get('--before'), flags.get('--kind'), flags.get('--by')];
  const items = reader.show({
    ...filter,
    ...(before === undefined ? {} : { before: wholeNumber(before) }),
    ...(kind === undefined ? {} : { kind }),
    ...(author === undefined ? {} : { author }),
  });
  if (context.isJson) {
    context.out(
      `${JSON.stringify(items.map(({ position, entry, body }) => ({ position, entry, body: bodyOf(body) })))}\n`,
    );
    return;
  }
  const apart = reader.apart().length;
  if (apart > 0) context.out(`! ${apart} poster passar inte i sin kedja (reservkraft ledger verify)\n`);
  if (items.length === 0) {
    context.out('Inga sådana poster.\n');
    return;
  }
  const nowMs = Date.now();
  const rows = items.map(({ entry, body }) =>
    [
      timeWords(entry.eventAt, nowMs),
      kindTitle(entry.kind),
      entry.author,
      entry.unit ?? '–',
      entry.patient ?? '–',
      detailOf(body),
    ].map(harmless),
  );
  context.out(columns([['När', 'Vad', 'Av', 'Enhet', 'Patient', 'Uppgifter'], ...rows]));
  const last = items.at(-1);
  if (items.length === SHOWN && last !== undefined)
    context.tell(`Fler: reservkraft ledger show --before ${last.position}\n`);
}

function showReads(context: CommandContext, reader: Reader, filter: Filter): void {
  const { flags } = context;
  const [before, person] = [flags.get('--before'), flags.get('--by')];
  const [at, position] = (before ?? '').split('-');
  const rows = reader.readLog({
    ...filter,
    ...(before === undefined ? {} : { before: { at: wholeNumber(at), position: wholeNumber(position) } }),
    ...(person === undefined ? {} : { person }),
  });
  const behind = reader.readLogBehind();
  if (behind > 0) context.tell(`Läsloggen görs om: ${behind} poster återstår. Försök igen om en stund.\n`);
  if (context.isJson) {
    context.out(`${JSON.stringify(rows)}\n`);
    return;
  }
  if (rows.length === 0) {
    context.out('Inga sådana läsningar.\n');
    return;
  }
  const nowMs = Date.now();
  const lines = rows.map((row) =>
    [
      timeWords(row.at, nowMs),
      kindTitle(row.kind),
      isToldByDevice(row.author) ? `${row.person} enligt ${row.author}` : row.person,
      row.unit ?? '–',
      row.patients.length === 1 ? (row.patients[0] ?? '–') : `${row.patients.length} patienter`,
    ].map(harmless),
  );
  context.out(columns([['När', 'Vad', 'Av', 'Enhet', 'Patient'], ...lines]));
  const last = rows.at(-1);
  if (rows.length === SHOWN && last !== undefined)
    context.tell(`Fler: reservkraft ledger show --reads --before ${last.at}-${last.position}\n`);
}

const bodyOf = (body: LedgerItem['body']): unknown => (body === null ? null : readJson(body.content));

function detailOf(body: LedgerItem['body']): string {
  if (body === null) return 'utplånat';
  const said = Object.entries(readJson(body.content) ?? {}).map(([name, value]) =>
    Array.isArray(value)
      ? `${name}: ${value.length}`
      : `${name}: ${typeof value === 'object' ? JSON.stringify(value) : value}`,
  );
  const text = said.join(', ');
  return text.length > DETAIL_LETTERS ? `${text.slice(0, DETAIL_LETTERS)}…` : text === '' ? '–' : text;
}

function wholeNumber(text: string | undefined): number {
  if (text === undefined || !/^\d{1,15}$/.test(text))
    throw new Failure('request.invalid', '--before skrivs som sidan före säger');
  return Number(text);
}
