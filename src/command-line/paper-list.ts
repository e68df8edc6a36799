import { FAILURES } from '../domain/failures.ts';
import { timeWords } from '../domain/swedish-time.ts';
import { PRACTICE_COPY } from '../domain/unit-use/unit-use.ts';
import { PRINT_KINDS, PrintLedger } from '../paper/print-ledger.ts';
import { PackStore } from '../paper/store/pack-store.ts';
import { isWithdrawn, lacksPracticeMark } from '../paper/store/withdrawn-packs.ts';
import { keptBlocks } from '../station/access/kept-blocks.ts';
import { loadStationKeys } from '../station/files/keys.ts';
import { entriesBefore } from '../station/ledger/entries-before.ts';
import { packFolder } from '../station/printing/packs.ts';
import { readSettings } from '../station/settings/settings.ts';
import { isUnitInUse } from '../station/uses/kept-uses.ts';
import type { CommandContext } from './command.ts';
import { table } from './command.ts';

/** Packs on the disk, printers, and signing sheets that are out: none of it tells a name. */
export function paperList(context: CommandContext): number {
  const settings = readSettings(context.flags, context.environment);
  const keys = loadStationKeys({ file: settings.keyFile, dataFolder: settings.dataFolder });
  const ledger = new PrintLedger();
  for (const one of entriesBefore(settings, PRINT_KINDS)) ledger.follow(one);
  const store = new PackStore(packFolder(settings.dataFolder, keys), (unit) => ledger.versionPrinted(unit));
  const blocks = keptBlocks(settings);
  const packs = store.all().map(({ sheets, blocked, ...head }) => ({
    ...head,
    isWithdrawn: isWithdrawn({ sheets, ...head, ...(blocked === undefined ? {} : { blocked }) }, blocks),
    lacksPracticeMark: lacksPracticeMark(head, isUnitInUse(settings, head.unit)),
    patients: new Set(sheets.flatMap(({ patient }) => patient ?? [])).size,
    pages: Math.max(0, ...sheets.map(({ pages }) => pages.last)),
  }));
  const openSheets = ledger.openSheets();
  if (context.isJson) {
    context.out(`${JSON.stringify({ packs, printers: settings.printers, openSheets })}\n`);
    return 0;
  }
  const now = Date.now();
  const at = (ms: number): string => timeWords(ms, now);
  const lines = [
    'Färdiga paket',
    ...rows(
      packs,
      FAILURES['paper.pack-missing'].happened,
      ({ unit, unitName, version, at: made, validUntil, pages, patients, isPractice, ...pack }) => [
        unit,
        `${unitName} · version ${version} · ${at(made)} · giltigt till ${at(validUntil)}${validUntil < now ? ' (har gått ut)' : ''} · ${patients} patienter, ${pages} sidor${isPractice === true ? ` · ${PRACTICE_COPY}` : ''}${pack.isWithdrawn ? ' · återkallat: uppgifter har spärrats sedan det gjordes' : ''}${pack.lacksPracticeMark ? ' · återkallat: enheten är under uppbyggnad' : ''}`,
      ],
    ),
    '',
    'Skrivare',
    ...rows(settings.printers, 'Inga skrivare i inställningarna.', ({ id, name, address, units }) => [
      id,
      `${name} · ${address}${units.length === 0 ? '' : ` · ${units.join(', ')}`}`,
    ]),
    '',
    'Signeringsblad som inte är avslutade',
    ...rows(openSheets, 'Inga.', ({ number, at: printed, by, papers }) => [
      number,
      `utskrivet ${at(printed)} av ${by}${papers > 1 ? ` · ${papers} papper med samma nummer` : ''}`,
    ]),
  ];
  context.out(`${lines.join('\n')}\n`);
  return 0;
}

const rows = <T>(all: readonly T[], none: string, told: (one: T) => readonly [string, string]): readonly string[] =>
  all.length === 0 ? [`  ${none}`] : table(all.map(told));
