// What the station hands to its HTTP server: who answers which question.

import { fileURLToPath } from 'node:url';
import type { Access } from '../access/access.ts';
import type { Provider } from '../access/provider/provider.ts';
import { notBefore } from '../domain/age.ts';
import { composeChart } from '../domain/chart/compose.ts';
import { ChartMemory } from '../domain/chart/memory.ts';
import { sourceId } from '../domain/identity.ts';
import { readAppFiles } from '../server/app-files.ts';
import type { createServer } from '../server/server.ts';
import type { CopyConnection } from './applying/copy-connection.ts';
import type { DailyChecks } from './checks/daily-checks.ts';
import type { SystemClock } from './clock.ts';
import { damagedFiles } from './files/damaged-files.ts';
import { handIn } from './hand-in.ts';
import type { LedgerThread } from './ledger/ledger-thread.ts';
import { NamedEntries } from './ledger/named-entries.ts';
import type { StationLog } from './log.ts';
import type { StationNotes } from './notes.ts';
import type { ReservePlaces } from './places/reserve-places.ts';
import type { PrintRoom } from './printing/print-room.ts';
import { nearPatients } from './reading/near-patients.ts';
import type { Readings } from './reading/readings.ts';
import type { Intake } from './receiving/intake.ts';
import type { Settings } from './settings/settings.ts';
import { stationHealth, stationStatus } from './status.ts';
import type { NightWork } from './upkeep/night-work.ts';
import type { PurgeGuard } from './upkeep/purge-guard.ts';
import type { UnitUses } from './uses/unit-uses.ts';

/** Built by tools/prepare.mjs. */
const APP_FOLDER = fileURLToPath(new URL('../../app/build', import.meta.url));

export interface Wiring {
  readonly settings: Settings;
  readonly access: Access;
  readonly provider: Provider | null;
  readonly prints: PrintRoom;
  readonly checks: DailyChecks;
  readonly uses: UnitUses;
  readonly places: ReservePlaces;
  readonly hosts: readonly string[];
  readonly token: string;
  readonly clock: SystemClock;
  readonly copy: CopyConnection;
  readonly readings: Readings;
  readonly intake: Intake;
  readonly ledger: LedgerThread;
  readonly log: StationLog;
  readonly guard: PurgeGuard;
  readonly notes: StationNotes;
  readonly nights: NightWork;
}

export function serverOptions({
  settings,
  access,
  provider,
  prints,
  checks,
  uses,
  places,
  hosts,
  token,
  clock,
  copy,
  readings,
  intake,
  ledger,
  log,
  guard,
  notes,
  nights,
}: Wiring): Parameters<typeof createServer>[0] {
  const reader = () => copy.reader;
  const names = namesOf(settings);
  const startedAt = clock.now();
  const { remember } = new ChartMemory();
  const sureNow = () => notBefore(clock.now(), copy.reader.heard());
  return {
    token,
    access,
    prints,
    checks,
    uses,
    places,
    hosts,
    stations: { name: settings.name, others: settings.stations, appOrigins: settings.appOrigins },
    ledger,
    entries: new NamedEntries({ settings, ledger, checks, now: () => clock.now().wallMs }),
    app: readAppFiles(APP_FOLDER),
    onFault: ({ route, cause }) => log.warn('server.fault', { route, cause }),
    facade: { clock, answer: (question) => readings.facade(question) },
    api: {
      reader,
      search: (text, options) => readings.search(text, options),
      unitSummaries: (asOf) => readings.unitSummaries(asOf),
      units: settings.units,
      now: sureNow,
      chart: (patient) =>
        composeChart(patient, sureNow(), { ...names, nearPatients: nearPatients(patient, copy.reader) }, remember),
      unitList: (unit, asOf, withheld) => readings.unitList(unit, asOf, withheld),
      unitCopy: (asked) => readings.unitCopy(asked),
      patientCopy: (patient) => ({ now: sureNow(), names, near: nearPatients(patient, copy.reader), copy: patient }),
      health: async () =>
        stationHealth({
          name: settings.name,
          startedAt,
          now: clock.now(),
          intake: await intake.status(),
          sources: copy.reader.sources(),
          notes: notes.all,
          ledger: ledger.status,
        }),
      status: async () =>
        stationStatus({
          name: settings.name,
          startedAt,
          now: clock.now(),
          intake: await intake.status(),
          sources: copy.reader.sources(),
          sourceNames: names.sourceNames,
          dataFolder: settings.dataFolder,
          tokenFile: settings.tokenFile,
          notes: notes.all,
          ledger: ledger.status,
          purgeStoppedBy: guard.reasons,
          damagedFiles: damagedFiles(settings.dataFolder),
          scrub: nights.lastScrub,
          counts: nights.counts,
          inquiries: checks.counts(),
          printers: prints.printerLines(),
          uses: uses.all(),
          places: places.lines(),
          provider: provider?.told ?? null,
        }),
      submit: ({ source, format, documents }) =>
        handIn(documents, (bytes) => intake.submit({ source: sourceId(source), format, bytes, controlId: null })),
      command: async (command) => {
        const write = () => intake.command(command);
        const isDecision = command.command === 'hold' || command.command === 'release';
        return { ...(await (isDecision ? guard.deciding(write) : write())), duplicate: false };
      },
      snapshot: async () => {
        const { file, cursor, bytes } = await intake.takeSnapshot();
        return { file, sequence: cursor, bytes };
      },
    },
  };
}

/** Units and sources by the names people know them by. */
export const namesOf = ({ units, sources }: Settings) => ({
  unitNames: Object.fromEntries(units.map((unit) => [unit.id, unit.name])),
  sourceNames: Object.fromEntries(sources.map((source) => [source.id, source.name])),
});
