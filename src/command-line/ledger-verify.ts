import { createReadStream, existsSync } from 'node:fs';
import { Failure } from '../domain/failures.ts';
import { timeWords } from '../domain/swedish-time.ts';
import { ExportCheck, type ExportHeader, linesOf } from '../ledger/export-file.ts';
import { type CheckedEpoch, type CheckReport, FAULT_WORDS, type FoundFault } from '../ledger/ledger-check.ts';
import { isDamage } from '../station/files/open-database.ts';
import { openLedgerForReading } from '../station/ledger/reading-ledger.ts';
import { readSettings } from '../station/settings/settings.ts';
import { harmless } from './census-text.ts';
import type { CommandContext } from './command.ts';

/** 0: whole. 1: not. */
export async function verifyLedger(context: CommandContext, file: string | null): Promise<number> {
  const key = context.flags.get('--key')?.toLowerCase() ?? null;
  if (key !== null && !/^[0-9a-f]{64}$/.test(key))
    throw new Failure('request.invalid', '--key är 64 hexadecimala tecken');
  if (key !== null && file === null) throw new Failure('request.invalid', '--key hör till en fil');
  const { report, remarks } = file === null ? verifyOwn(context) : await verifyFile(file, key);
  const isWhole = report.faults.length === 0;
  context.out(context.isJson ? `${JSON.stringify({ isWhole, ...report, remarks })}\n` : text(report, remarks));
  return isWhole ? 0 : 1;
}

interface Verified {
  readonly report: CheckReport;
  readonly remarks: readonly string[];
}

function verifyOwn(context: CommandContext): Verified {
  const kept = openLedgerForReading(readSettings(context.flags, context.environment));
  try {
    const { reader, witness, signer } = kept;
    const report = reader.atOnce(() => reader.check(witness));
    const remarks = [
      `Stationens nyckel: ${signer.publicKey}`,
      ...(witness === null ? ['Vittnesfilen saknas: det går inte att säga att liggaren är hel till slutet.'] : []),
      ...reader
        .receipts()
        .map(
          (receipt) =>
            `Säkrad på en annan station till nummer ${receipt.sequence} (kedja ${receipt.chain}, epok ${epochWords(receipt.epoch)}).`,
        ),
    ];
    return { report, remarks };
  } catch (error) {
    if (isDamage(error)) throw new Failure('store.damaged', 'ledger.db', { cause: error });
    throw error;
  } finally {
    kept.close();
  }
}

async function verifyFile(file: string, expectedKey: string | null): Promise<Verified> {
  if (!existsSync(file)) throw new Failure('request.invalid', `${file} finns inte`);
  const check = new ExportCheck({ expectedKey });
  try {
    for await (const line of linesOf(createReadStream(file))) check.line(line);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new Failure('request.invalid', `${file} är ingen liggare: en rad är för lång`);
  }
  const report = check.finish();
  const { header } = report;
  return { report, remarks: header === null ? [] : fileRemarks(header, expectedKey) };
}

function fileRemarks({ station, madeAt, exporter, extract }: ExportHeader, expectedKey: string | null): string[] {
  const parts = [
    ...(extract.from === null ? [] : [`från ${timeWords(extract.from, Date.now())}`]),
    ...(extract.to === null ? [] : [`till ${timeWords(extract.to, Date.now())}`]),
    ...(extract.isOfOnePatient ? ['om en patient'] : []),
    ...(extract.hasBodies ? [] : ['utan innehåll']),
  ];
  return [
    `Exporterad av ${station}, ${timeWords(madeAt, Date.now())}: ${parts.length === 0 ? 'hela liggaren' : parts.join(', ')}.`,
    ...(expectedKey === null
      ? [
          `Underskriven med nyckeln ${exporter.publicKey}. Jämför den med stationens (reservkraft ledger verify visar den där).`,
        ]
      : []),
  ];
}

function text({ entries, faults, isCut, epochs }: CheckReport, remarks: readonly string[]): string {
  const lines = [
    faults.length === 0
      ? `Hel: ${entries} poster, var och en underskriven och på sin plats.`
      : `INTE HEL: ${faults.length}${isCut ? ' eller fler' : ''} fel i ${entries} poster.`,
    ...epochs.map(epochLine),
    ...faults.map((fault) => `! ${faultLine(fault)}`),
    ...remarks,
  ];
  return `${lines.map(harmless).join('\n')}\n`;
}

const epochWords = (epoch: number): string => timeWords(epoch * 1000, Date.now());

function epochLine({ chain, epoch, first, last, wholeTo, lost }: CheckedEpoch): string {
  const name = `Kedja ${chain}, epok öppnad ${epochWords(epoch)}`;
  const missing = lost === null ? '' : ` Nummer ${lost.from}–${lost.to} gick förlorade före nästa epok, som säger det.`;
  if (last === 0) return `${name}: inget kvar.${missing}`;
  return `${name}: nummer ${first}–${last}, ${wholeTo >= last ? 'hel' : wholeTo < first ? 'inte hel' : `hel till och med ${wholeTo}`}.${missing}`;
}

function faultLine({ fault, place, detail }: FoundFault): string {
  const where =
    place === null ? '' : `Kedja ${place.chain}, epok ${epochWords(place.epoch)}, nummer ${place.sequence}: `;
  return `${where}${FAULT_WORDS[fault]}${detail === '' ? '' : ` (${detail})`}`;
}
