// One running station: intake, copy, HTTP, watched folders, polled servers, the night's work. Started whole or not at all; ended
// in order, so that what was acknowledged is on the disk.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Access } from '../access/access.ts';
import { TAKEN_AGAIN_KINDS } from '../access/taken-again.ts';
import { notBefore } from '../domain/age.ts';
import type { EntryKind } from '../domain/entry-kinds.ts';
import { Failure } from '../domain/failures.ts';
import type { EntryDraft } from '../domain/ledger-entry.ts';
import { isInUse } from '../domain/unit-use/unit-use.ts';
import { listenFailure } from '../intake/mllp/listen-failure.ts';
import { limits } from '../limits.ts';
import { PRINT_KINDS, TEST_KINDS } from '../paper/print-ledger.ts';
import { createServer } from '../server/server.ts';
import { openProvider } from './access/open-provider.ts';
import { StationAccess } from './access/station-access.ts';
import { CopyConnection } from './applying/copy-connection.ts';
import { CertificateStore } from './certificates/certificate-store.ts';
import { HttpsListener } from './certificates/https-listener.ts';
import { CHECK_KINDS, DailyChecks } from './checks/daily-checks.ts';
import { SystemClock } from './clock.ts';
import { prepareDataFolder } from './files/data-folder.ts';
import { requireKnownData } from './files/data-mark.ts';
import { loadStationKeys, type StationKeys } from './files/keys.ts';
import { checkKey } from './files/open-database.ts';
import { stationToken } from './files/token.ts';
import { requireFreePorts } from './free-ports.ts';
import { finishKeyChange } from './keys/rotation.ts';
import { faultOf } from './last-resort.ts';
import { entriesAfter, entriesBefore } from './ledger/entries-before.ts';
import { LedgerThread } from './ledger/ledger-thread.ts';
import type { StationLog } from './log.ts';
import { StationNotes } from './notes.ts';
import { PLACE_KINDS, ReservePlaces } from './places/reserve-places.ts';
import { PrintRoom } from './printing/print-room.ts';
import { Readings } from './reading/readings.ts';
import { Feeders } from './receiving/feeders.ts';
import { Intake } from './receiving/intake.ts';
import { namesOf, serverOptions } from './server-options.ts';
import type { Settings } from './settings/settings.ts';
import { requireUsableFiles } from './settings/usable-files.ts';
import { writeStationCard } from './station-card.ts';
import { isContactLost } from './upkeep/contact.ts';
import { NightWork } from './upkeep/night-work.ts';
import { PurgeGuard, type Standstill } from './upkeep/purge-guard.ts';
import { keepVersion, snapshotBeforeUpgrade, thisVersion } from './upkeep/upgrade-snapshot.ts';
import { criticalFeeds } from './uses/critical-feeds.ts';
import { UnitUses } from './uses/unit-uses.ts';
import { USE_KINDS } from './uses/use-entries.ts';

/** Nobody's role ends by time meanwhile: who would give it a new end? */
const TIME_STANDS_STILL: ReadonlySet<Standstill> = new Set(['silence', 'downtime', 'no-contact']);

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
  /** For the demo, whose people are invented: everybody else is let in by people. */
  readonly access: Access;
  readonly #ends: AsyncDisposableStack;

  private constructor(addresses: StationAddresses, access: Access, ends: AsyncDisposableStack) {
    this.addresses = addresses;
    this.access = access;
    this.#ends = ends;
  }

  /** @throws {Failure} that says why this cannot be a station here, and what to do. */
  static async start(options: StationOptions): Promise<Station> {
    const ends = new AsyncDisposableStack();
    try {
      const { addresses, access } = await startParts(options, ends);
      return new Station(addresses, access, ends);
    } catch (error) {
      // Nothing half started: a port that listens without the rest would take messages nobody can read.
      await ends.disposeAsync();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.#ends.disposeAsync();
  }
}

/** Starts part by part. What has begun is ended by `ends`, the last first, whether all of it came up or not. */
async function startParts(
  { settings, log, onDied, beginsAnew = false }: StationOptions,
  ends: AsyncDisposableStack,
): Promise<{ readonly addresses: StationAddresses; readonly access: Access }> {
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
  const copy = new CopyConnection(settings.dataFolder, keys, settings.units);
  ends.defer(() => copy.close());
  const readings = new Readings({
    dataFolder: settings.dataFolder,
    keys,
    boot: clock.boot,
    station: settings.name,
    units: settings.units,
    names: namesOf(settings),
    reader: () => copy.reader,
    marks: () => ({ inquiries: checks.all(), uses: uses.all() }),
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
      died: (error) => {
        log.warn('intake.died', faultOf(error));
        onDied();
      },
    },
  });
  ends.defer(() => intake.stop());
  const ledger = await LedgerThread.start({
    dataFolder,
    keys,
    station: settings.name,
    clock,
    onNote: ({ code, detail }) => notes.tell(code, detail),
    onDied: (error) => log.warn('ledger.died', faultOf(error)),
  });
  let isStarted = false;
  ends.defer(async () => {
    if (isStarted) void ledger.append(ownEntry('station.stopped', clock, {}));
    await ledger.stop();
  });
  ends.defer(() => readings.stop());
  const provider = openProvider(settings.provider, {
    nowMs: () => clock.now().wallMs,
    onChanged: (isAnswering, trace) => log.info(isAnswering ? 'provider.answers' : 'provider.silent', { trace }),
  });
  provider?.start();
  ends.defer(() => provider?.stop());
  const people = new StationAccess({
    provider,
    ...{ dataFolder, keys, clock, notes },
    units: settings.units,
    heard: () => copy.reader.heard(),
    isTimePaused: () => guard.reasons.some((reason) => TIME_STANDS_STILL.has(reason)),
    ledgerPlace: () => ledger.status.head,
    since: (place) => entriesAfter(settings, TAKEN_AGAIN_KINDS, place),
  });
  ends.defer(() => people.stop());
  const checks: DailyChecks = new DailyChecks({
    ...{ clock, ledger },
    told: entriesBefore(settings, CHECK_KINDS),
    keysOf: (patient) => copy.reader.keysOf(patient),
  });
  const uses: UnitUses = new UnitUses({
    ...{ clock, ledger },
    told: entriesBefore(settings, USE_KINDS),
    units: settings.units,
    feedsOf: (unit) => criticalFeeds(unit, settings.sources, () => copy.reader),
  });
  const printRoom = new PrintRoom({
    ...{ settings, keys, clock, ledger, log, notes },
    sureNow: () => notBefore(clock.now(), copy.reader.heard()),
    printed: entriesBefore(settings, [...PRINT_KINDS, ...TEST_KINDS]),
    read: (question) => readings.unitPrint(question),
    blocks: () => people.access.blocks.all,
    isInUse: (unit) => isInUse(uses.of(unit)),
  });
  const places = new ReservePlaces({
    ...{ clock, ledger, notes },
    sureNow: () => notBefore(clock.now(), copy.reader.heard()),
    printers: () => printRoom.printerLines(),
    told: entriesBefore(settings, PLACE_KINDS),
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
  await level();
  const server = await createServer(
    serverOptions({
      settings,
      access: people.access,
      provider,
      prints: printRoom,
      checks,
      uses,
      places,
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
  ends.defer(() => server.close());
  const address = await listen(server, settings);
  const https =
    certificate === null
      ? null
      : await HttpsListener.start({
          host: settings.httpsHost,
          port: settings.httpsPort,
          issued: certificate,
          answer: (request, response) => server.routing(request, response),
        });
  if (https !== null) ends.defer(() => https.stop());
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
  ends.defer(() => feeders.stop());
  nights.compareWith(feeders);
  ends.defer(() => printRoom.stop());
  ends.defer(() => places.stop());
  ends.defer(() => nights.stop());
  nights.start();
  uses.lookAll();
  const looking = setInterval(() => uses.lookAll(), limits.unitUseLookMs);
  ends.defer(() => clearInterval(looking));
  printRoom.start();
  places.start();
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
  isStarted = true;
  return { addresses: { http: address, https: https?.address ?? null, mllp }, access: people.access };
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
