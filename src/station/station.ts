// One running station: intake, copy, HTTP, watched folders, polled servers, the night's work. Started whole or not at all; ended
// in order, so that what was acknowledged is on the disk.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import type { Access } from '../access/access.ts';
import { notBefore } from '../domain/age.ts';
import { composeChart } from '../domain/chart/compose.ts';
import { ChartMemory } from '../domain/chart/memory.ts';
import type { EntryKind } from '../domain/entry-kinds.ts';
import { Failure } from '../domain/failures.ts';
import { sourceId } from '../domain/identity.ts';
import type { EntryDraft } from '../domain/ledger-entry.ts';
import { listenFailure } from '../intake/mllp/listen-failure.ts';
import { PRINT_KINDS } from '../paper/print-ledger.ts';
import { readAppFiles } from '../server/app-files.ts';
import { createServer } from '../server/server.ts';
import { StationAccess } from './access/station-access.ts';
import { CopyConnection } from './applying/copy-connection.ts';
import { CertificateStore } from './certificates/certificate-store.ts';
import { HttpsListener } from './certificates/https-listener.ts';
import { CHECK_KINDS, DailyChecks } from './checks/daily-checks.ts';
import { SystemClock } from './clock.ts';
import { damagedFiles } from './files/damaged-files.ts';
import { prepareDataFolder } from './files/data-folder.ts';
import { requireKnownData } from './files/data-mark.ts';
import { loadStationKeys, type StationKeys } from './files/keys.ts';
import { checkKey } from './files/open-database.ts';
import { stationToken } from './files/token.ts';
import { requireFreePorts } from './free-ports.ts';
import { handIn } from './hand-in.ts';
import { finishKeyChange } from './keys/rotation.ts';
import { entriesBefore } from './ledger/entries-before.ts';
import { LedgerThread } from './ledger/ledger-thread.ts';
import type { StationLog } from './log.ts';
import { StationNotes } from './notes.ts';
import { PrintRoom } from './printing/print-room.ts';
import { nearPatients } from './reading/near-patients.ts';
import { Readings } from './reading/readings.ts';
import { Feeders } from './receiving/feeders.ts';
import { Intake } from './receiving/intake.ts';
import type { Settings } from './settings/settings.ts';
import { requireUsableFiles } from './settings/usable-files.ts';
import { writeStationCard } from './station-card.ts';
import { stationHealth, stationStatus } from './status.ts';
import { isContactLost } from './upkeep/contact.ts';
import { NightWork } from './upkeep/night-work.ts';
import { PurgeGuard, type Standstill } from './upkeep/purge-guard.ts';
import { keepVersion, snapshotBeforeUpgrade, thisVersion } from './upkeep/upgrade-snapshot.ts';

/** Nobody's role ends by time meanwhile: who would give it a new end? */
const TIME_STANDS_STILL: ReadonlySet<Standstill> = new Set(['silence', 'downtime', 'no-contact']);

/** Built by tools/prepare.mjs. */
const APP_FOLDER = fileURLToPath(new URL('../../app/build', import.meta.url));

export interface StationAddresses {
  readonly http: { readonly host: string; readonly port: number };
  /** Null until the station has a certificate. */
  readonly https: { readonly host: string; readonly port: number } | null;
  readonly mllp: { readonly host: string; readonly port: number };
}

export interface StationOptions {
  readonly settings: Settings;
  /** A person has said that an empty data folder is meant, though the key has locked data before. */
  readonly beginsAnew?: boolean;
  readonly log: StationLog;
  /** The intake thread has ended by itself: the process should end, and its supervisor start it again. */
  readonly onDied: () => void;
}

export class Station {
  readonly addresses: StationAddresses;
  /** Whoever knows of a downtime or a lost contact tells it here. */
  readonly guard: PurgeGuard;
  readonly #intake: Intake;
  readonly #server: FastifyInstance;
  readonly #https: HttpsListener | null;
  readonly #people: StationAccess;
  readonly #copy: CopyConnection;
  readonly #readings: Readings;
  readonly #feeders: Feeders;
  readonly #nights: NightWork;
  /** Packs, printers and what lies on paper: whoever routes prints asks it. */
  readonly printRoom: PrintRoom;
  readonly #ledger: LedgerThread;
  readonly #clock: SystemClock;

  private constructor(parts: {
    addresses: StationAddresses;
    intake: Intake;
    server: FastifyInstance;
    https: HttpsListener | null;
    people: StationAccess;
    copy: CopyConnection;
    readings: Readings;
    feeders: Feeders;
    nights: NightWork;
    printRoom: PrintRoom;
    guard: PurgeGuard;
    ledger: LedgerThread;
    clock: SystemClock;
  }) {
    this.addresses = parts.addresses;
    this.#intake = parts.intake;
    this.#server = parts.server;
    this.#https = parts.https;
    this.#people = parts.people;
    this.#copy = parts.copy;
    this.#readings = parts.readings;
    this.#feeders = parts.feeders;
    this.#nights = parts.nights;
    this.printRoom = parts.printRoom;
    this.guard = parts.guard;
    this.#ledger = parts.ledger;
    this.#clock = parts.clock;
  }

  /** For the demo, whose people are invented: everybody else is let in by people. */
  get access(): Access {
    return this.#people.access;
  }

  /** @throws {Failure} that says why this cannot be a station here, and what to do. */
  static async start({ settings, log, onDied, beginsAnew = false }: StationOptions): Promise<Station> {
    requireUsableFiles(settings);
    await requireFreePorts(settings);
    prepareDataFolder(settings.dataFolder);
    finishKeyChange(settings);
    const keys = loadStationKeys({ file: settings.keyFile, dataFolder: settings.dataFolder });
    // Also where nothing can be written, and every opening would only fail one by one.
    for (const name of ['inbox', 'copy', 'ledger'])
      checkKey(join(settings.dataFolder, `${name}.db`), keys.database(name));
    requireKnownData({ dataFolder: settings.dataFolder, keyFile: settings.keyFile, beginsAnew });
    const token = stationToken(settings.tokenFile);
    const clock = new SystemClock();
    const copy = new CopyConnection(settings.dataFolder, keys);
    const readings = new Readings({
      dataFolder: settings.dataFolder,
      keys,
      boot: clock.boot,
      station: settings.name,
      units: settings.units,
      names: namesOf(settings),
      reader: () => copy.reader,
      inquiries: () => checks.all(),
      onDamage: () => intake.copyDamaged(),
      onEnded: (thread, why) => log.warn('reading.ended', { thread, why }),
    });
    const notes = new StationNotes(clock, ({ code, detail }) => log.warn('station.note', { code, detail }));
    const certificate = serverCertificate(settings, keys, notes);
    const version = thisVersion();
    const { dataFolder } = settings;
    const isUpgrade = snapshotBeforeUpgrade({ dataFolder, keys, wallMs: clock.now().wallMs, version, notes });
    const guard: PurgeGuard = new PurgeGuard({
      isAnythingHeld: () => copy.reader.isAnythingHeld(),
      isContactLost: () => isContactLost(copy.reader.sources(), notBefore(clock.now(), copy.reader.heard())),
      allow: (isAllowed) => intake.allowPurge(isAllowed),
    });
    // Nothing is known of an inbox that can't be opened, least of all that nothing in it holds a source.
    const level = async (): Promise<void> => {
      const at = await intake.status();
      if (at.isInboxOpen) guard.level(at);
    };
    const intake: Intake = await Intake.start({
      dataFolder,
      keys,
      sources: settings.sources,
      mllp: mllpPlace(settings),
      isPurgeAllowed: false,
      listeners: {
        applied: (cursor) => guard.applied(cursor),
        inboxOpened: () => void level().catch(() => undefined),
        copyReplaced: () => {
          copy.reopen();
          readings.reopen();
          guard.forget();
          // Once the intake has said how far the inbox reaches; a thread that has died is told of elsewhere.
          level().catch(() => undefined);
        },
        note: (note) => log.warn('station.note', { code: note.code, detail: note.detail }),
        died: () => {
          log.warn('intake.died');
          onDied();
        },
      },
    });
    const ledger = await LedgerThread.start({
      dataFolder,
      keys,
      station: settings.name,
      clock,
      onNote: ({ code, detail }) => notes.tell(code, detail),
      onDied: (cause) => log.warn('ledger.died', { cause }),
    });
    const people = new StationAccess({
      ...{ dataFolder, keys, clock, notes },
      units: settings.units,
      heard: () => copy.reader.heard(),
      isTimePaused: () => guard.reasons.some((reason) => TIME_STANDS_STILL.has(reason)),
    });
    const checks: DailyChecks = new DailyChecks({ clock, ledger, told: entriesBefore(settings, CHECK_KINDS) });
    const printRoom = new PrintRoom({
      ...{ settings, keys, clock, ledger, log },
      sureNow: () => notBefore(clock.now(), copy.reader.heard()),
      printed: entriesBefore(settings, PRINT_KINDS),
      read: (question) => readings.unitPrint(question),
      blocks: () => people.access.blocks.all,
    });
    const nights = new NightWork({
      ...{ settings, keys, clock, notes, log, ledger },
      beforeTurn: () => guard.turn(),
      intake: {
        takeSnapshot: async () => {
          const taken = await intake.takeSnapshot();
          void ledger.append(ownEntry('snapshot.taken', clock, { sequence: taken.cursor }));
          return taken;
        },
        scrub: () => intake.scrub(),
        count: () => intake.count(),
      },
    });
    let server: FastifyInstance | null = null;
    let https: HttpsListener | null = null;
    try {
      await level();
      server = await createServer(
        serverOptions({
          settings,
          access: people.access,
          prints: printRoom,
          checks,
          hosts: certificate?.hosts ?? [],
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
        }),
      );
      const address = await listen(server, settings);
      if (certificate !== null)
        https = await HttpsListener.start({
          host: settings.httpsHost,
          port: settings.httpsPort,
          issued: certificate,
          answer: (request, response) => server?.routing(request, response),
        });
      const mllp = intake.mllp ?? { host: settings.mllpHost, port: settings.mllpPort };
      writeStationCard(dataFolder, {
        name: settings.name,
        httpPort: address.port,
        mllpPort: mllp.port,
        tokenFile: settings.tokenFile,
        keyFile: settings.keyFile,
        units: settings.units,
        sources: settings.sources.map(({ id, name }) => ({ id, name })),
      });
      keepVersion(dataFolder, version);
      const feeders = new Feeders({ settings, keys, intake, clock, log, notes });
      nights.compareWith(feeders);
      nights.start();
      printRoom.start();
      readings.warm();
      log.info('station.started', {
        httpPort: address.port,
        httpsPort: https?.address.port ?? null,
        mllpPort: mllp.port,
        sources: settings.sources.length,
        isUpgrade,
      });
      void ledger.append(
        ownEntry('station.started', clock, { version, isUpgrade, certificate: certificate?.fingerprint ?? null }),
      );
      return new Station({
        addresses: { http: address, https: https?.address ?? null, mllp },
        intake,
        server,
        https,
        people,
        copy,
        readings,
        feeders,
        nights,
        printRoom,
        guard,
        ledger,
        clock,
      });
    } catch (error) {
      // Nothing half started: a port that listens without the rest would take messages nobody can read.
      printRoom.stop();
      await https?.stop();
      await server?.close();
      people.stop();
      await readings.stop();
      await ledger.stop();
      await intake.stop();
      copy.close();
      throw error;
    }
  }

  async stop(): Promise<void> {
    this.#nights.stop();
    this.printRoom.stop();
    await this.#feeders.stop();
    await this.#https?.stop();
    await this.#server.close();
    this.#people.stop();
    await this.#readings.stop();
    void this.#ledger.append(ownEntry('station.stopped', this.#clock, {}));
    await this.#ledger.stop();
    await this.#intake.stop();
    this.#copy.close();
  }
}

/** Null when there is none, or none that can be used: what is kept can then still be read on this machine (design §5.9). */
function serverCertificate({ keyFile }: Settings, keys: StationKeys, notes: StationNotes) {
  const store = new CertificateStore(keyFile, keys);
  try {
    const kept = store.read('server');
    return kept === null ? null : { ...kept, ...store.open('server') };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    notes.tell(error.code, error.detail ?? '');
    return null;
  }
}

/** What the station does by itself. */
function ownEntry(kind: EntryKind, clock: SystemClock, body: EntryDraft['body']): EntryDraft {
  return { kind, eventAt: clock.now().wallMs, author: 'station', unit: null, patient: null, body };
}

interface Wiring {
  readonly settings: Settings;
  readonly access: Access;
  readonly prints: PrintRoom;
  readonly checks: DailyChecks;
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

function serverOptions({
  settings,
  access,
  prints,
  checks,
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
    hosts,
    ledger,
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

const namesOf = ({ units, sources }: Settings) => ({
  unitNames: Object.fromEntries(units.map((unit) => [unit.id, unit.name])),
  sourceNames: Object.fromEntries(sources.map((source) => [source.id, source.name])),
});

function mllpPlace(settings: Settings) {
  const { mllpHost: host, mllpPort: port, mllpAllow, mllpCertificate, mllpPrivateKey, mllpClientAuthority } = settings;
  // An empty list means any that reach the port; settings refuse that beyond loopback.
  const place = { host, port, ...(mllpAllow.length === 0 ? {} : { allow: mllpAllow }) };
  if (mllpCertificate === null || mllpPrivateKey === null) return place;
  return {
    ...place,
    tls: {
      cert: readFileSync(mllpCertificate, 'utf8'),
      key: readFileSync(mllpPrivateKey, 'utf8'),
      ...(mllpClientAuthority === null ? {} : { clientAuthorities: readFileSync(mllpClientAuthority, 'utf8') }),
    },
  };
}

async function listen(server: FastifyInstance, settings: Settings): Promise<{ host: string; port: number }> {
  try {
    await server.listen({ host: settings.httpHost, port: settings.httpPort });
  } catch (error) {
    throw listenFailure(error as NodeJS.ErrnoException, {
      what: 'HTTP',
      host: settings.httpHost,
      port: settings.httpPort,
    });
  }
  return { host: settings.httpHost, port: (server.server.address() as { port: number }).port };
}
