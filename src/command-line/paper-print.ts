import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { notBefore } from '../domain/age.ts';
import { Failure } from '../domain/failures.ts';
import { unitId } from '../domain/identity.ts';
import type { PrinterLine } from '../domain/printing/printer-test.ts';
import { PRINT_PATHS } from '../domain/printing/printing.ts';
import { limits } from '../limits.ts';
import { testPrint } from '../paper/jobs.ts';
import { openPrinter } from '../paper/print/open-printer.ts';
import type { PrintDocument, PrinterSettings } from '../paper/print/printer.ts';
import { Renderer } from '../paper/render/renderer.ts';
import { PackStore } from '../paper/store/pack-store.ts';
import { isWithdrawn, lacksPracticeMark } from '../paper/store/withdrawn-packs.ts';
import { keptBlocks } from '../station/access/kept-blocks.ts';
import { SystemClock } from '../station/clock.ts';
import { loadStationKeys } from '../station/files/keys.ts';
import { packFolder } from '../station/printing/packs.ts';
import { readSettings, type Settings } from '../station/settings/settings.ts';
import { isUnitInUse } from '../station/uses/kept-uses.ts';
import type { CommandContext } from './command.ts';
import { checkOut, writeOut } from './paper-out.ts';
import { terminalPrinting } from './paper-printing.ts';
import { reportRead } from './report-read.ts';
import { StationClient } from './station-client.ts';

/** The newest pack on the disk to a printer, or to a file: nothing is rendered, so that it works when hardly anything does. */
export async function paperPrint(context: CommandContext): Promise<number> {
  const [name, extra] = context.words;
  if (name === undefined || extra !== undefined) throw new Failure('request.invalid', 'ange en enhet');
  const settings = readSettings(context.flags, context.environment);
  const keys = loadStationKeys({ file: settings.keyFile, dataFolder: settings.dataFolder });
  const pack = new PackStore(packFolder(settings.dataFolder, keys), () => 0).newest(unitId(name));
  if (pack === null) throw new Failure('paper.pack-missing', name);
  const { head, pdf } = pack;
  if (!context.flags.has('--though-blocked') && isWithdrawn(head, keptBlocks(settings)))
    throw new Failure('paper.pack-withdrawn', name);
  if (lacksPracticeMark(head, isUnitInUse(settings, head.unit))) throw new Failure('paper.pack-unmarked', name);
  const title = `${head.unitName}, paket version ${head.version}`;
  const isToFile = context.flags.has('--out');
  const printer = isToFile ? null : printerOf(context, settings, name);
  if (printer === null) {
    checkOut(context);
    writeOut(context, { pdf, pages: head.sheets.map(({ pages }) => pages), plainSheets: [] });
  } else await printed(context, printer, { title, pdf, copies: 1, isTwoSided: true });
  const patients = [...new Set(head.sheets.flatMap(({ patient }) => patient ?? []))];
  await reportRead(context, {
    kind: 'paper.printed',
    unit: name,
    what: 'pack',
    patients,
    print: {
      print: randomUUID(),
      version: head.version,
      printer: printer?.id ?? 'fil',
      copies: 1,
      signing: head.sheets.flatMap(({ number, patient }) =>
        number === null || patient === null ? [] : [[number, patient] as const],
      ),
    },
  });
  return 0;
}

/** A page that tries a printer, or shows in a file what it should look like. */
export async function paperTestPage(context: CommandContext): Promise<number> {
  if (context.words.length > 0) throw new Failure('request.invalid', 'ange skrivaren med --printer');
  const settings = readSettings(context.flags, context.environment);
  const isToFile = context.flags.has('--out');
  const printer = isToFile ? null : printerOf(context, settings, null);
  if (isToFile) checkOut(context);
  if (printer !== null) {
    const tested = await testedByStation(context, printer);
    if (tested !== null) return tested;
  }
  const renderer = new Renderer({ onEnded: () => {} });
  try {
    const printing = terminalPrinting(notBefore(new SystemClock().now(), []));
    const { job } = testPrint(printer?.name ?? 'ingen, till fil', printing);
    const rendered = await renderer.render(job);
    if (printer === null) writeOut(context, rendered);
    else await printed(context, printer, { title: job.title, pdf: rendered.pdf, copies: 1, isTwoSided: false });
    return 0;
  } finally {
    renderer.stop();
  }
}

/** A running station keeps what became of it, and its notice goes when the page has come out. Null: none runs, or it can't. */
async function testedByStation(context: CommandContext, { id, name }: PrinterSettings): Promise<number | null> {
  try {
    const station = StationClient.of(context);
    await station.post(PRINT_PATHS.test, { printer: id });
    context.tell(`Stationen skriver ut på ${name} …\n`);
    for (;;) {
      const { printers } = (await station.get(PRINT_PATHS.printers)) as { readonly printers: readonly PrinterLine[] };
      const line = printers.find((one) => one.id === id);
      if (line === undefined) return null;
      if (line.state !== 'waiting') {
        const outcome = line.state;
        context.out(context.isJson ? `${JSON.stringify({ printer: id, outcome })}\n` : `${name}: ${line.words}\n`);
        return outcome === 'printed' || outcome === 'sent' ? 0 : 1;
      }
      await wait(limits.printerFollowEveryMs);
    }
  } catch (error) {
    // The page is wanted whatever state the station is in; somebody's page that is on its way is theirs.
    if (!(error instanceof Failure) || error.code === 'paper.already-printing') throw error;
    return null;
  }
}

export async function printed(
  context: CommandContext,
  printer: PrinterSettings,
  document: PrintDocument,
): Promise<void> {
  context.tell(`${userInfo().username} skriver ut på ${printer.name} …\n`);
  const outcome = await openPrinter(printer).print(document, (words) => context.tell(`  ${words}\n`));
  const told =
    outcome === 'printed'
      ? `Utskrivet på ${printer.name}: ${document.title}`
      : `Sänt till ${printer.name}, som inte svarar om sidorna kom ut: se efter. ${document.title}`;
  context.out(context.isJson ? `${JSON.stringify({ printer: printer.id, outcome })}\n` : `${told}\n`);
}

/** @throws {Failure} `paper.printer-unknown` */
export function printerOf({ flags }: CommandContext, { printers }: Settings, unit: string | null): PrinterSettings {
  const asked = flags.get('--printer');
  const found =
    asked === undefined
      ? (printers.find(({ units }) => unit !== null && units.includes(unitId(unit))) ??
        (printers.length === 1 ? printers[0] : undefined))
      : printers.find(({ id }) => id === asked);
  if (found === undefined) throw new Failure('paper.printer-unknown', asked ?? 'ange --printer eller --out');
  return found;
}
