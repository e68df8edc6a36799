import { existsSync } from 'node:fs';
import { Failure } from '../domain/failures.ts';
import type { LedgerItem } from '../domain/ledger-entry.ts';
import { exportLines } from '../ledger/export-file.ts';
import { type KeptLedger, openLedgerForReading } from '../station/ledger/reading-ledger.ts';
import { readSettings } from '../station/settings/settings.ts';
import { readStationCard } from '../station/station-card.ts';
import type { CommandContext } from './command.ts';
import { readPatients, readRange, type TimeRange } from './ledger-filter.ts';
import { writeNewFile } from './new-file.ts';
import { reportRead } from './report-read.ts';

export async function exportLedger(context: CommandContext): Promise<number> {
  const file = context.flags.get('--out');
  if (file === undefined) throw new Failure('request.invalid', 'ange filen: --out <fil>');
  if (existsSync(file)) throw new Failure('request.invalid', `${file} finns redan`);
  const settings = readSettings(context.flags, context.environment);
  const kept = openLedgerForReading(settings);
  try {
    const patients = await readPatients(context, settings, kept);
    const range = readRange(context, Date.now());
    const hasBodies = !context.flags.has('--without-bodies');
    const station = readStationCard(settings.dataFolder)?.name ?? settings.name;
    const entries = kept.reader.atOnce(() => write(file, kept, { station, patients, range, hasBodies }));
    const [patient] = patients ?? [];
    await reportRead(context, { kind: 'ledger.exported', ...(patient === undefined ? {} : { patient }) });
    context.out(
      context.isJson
        ? `${JSON.stringify({ file, entries, publicKey: kept.signer.publicKey })}\n`
        : `${entries} poster skrivna till ${file}. Pröva den med: reservkraft ledger verify ${file} --key ${kept.signer.publicKey}\n`,
    );
    return 0;
  } finally {
    kept.close();
  }
}

interface Extract {
  readonly station: string;
  readonly patients: readonly string[] | undefined;
  readonly range: TimeRange;
  readonly hasBodies: boolean;
}

/** A file that could not be written to its end is taken away: it would look like one that was cut. */
function write(file: string, { reader, signer }: KeptLedger, { station, patients, range, hasBodies }: Extract): number {
  const epochs = reader.epochs();
  const own = epochs.find(({ isOwn }) => isOwn);
  if (own === undefined) throw new Failure('ledger.missing', 'liggaren är inte öppnad');
  let entries = 0;
  function* counted(items: Iterable<LedgerItem>): Generator<LedgerItem> {
    for (const item of items) {
      entries++;
      yield item;
    }
  }
  const lines = exportLines(
    {
      station,
      madeAt: Date.now(),
      exporter: { chain: own.chain, publicKey: signer.publicKey },
      extract: {
        from: range.from ?? null,
        to: range.to ?? null,
        isOfOnePatient: patients !== undefined,
        hasBodies,
      },
      epochs: epochs.map(({ chain, epoch, publicKey, head }) => ({
        ...{ chain, epoch, publicKey },
        head: { sequence: head.sequence, hash: head.hash },
      })),
      receipts: reader.receipts(),
    },
    counted(reader.items({ ...range, ...(patients === undefined ? {} : { patients }) })),
    signer,
  );
  writeNewFile(file, lines);
  return entries;
}
