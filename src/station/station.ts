// One running station: intake, copy, HTTP, watched folders, polled servers, nightly snapshot. Started whole or not at all; ended
// in order, so that what was acknowledged is on the disk.

import { readFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';
import { composeChart } from '../domain/chart/compose.ts';
import { Failure } from '../domain/failures.ts';
import { sourceId } from '../domain/identity.ts';
import { splitFhir } from '../intake/fhir/split.ts';
import { composeSummary } from '../server/fhir/summary.ts';
import { createServer } from '../server/server.ts';
import { SystemClock } from './clock.ts';
import { CopyConnection } from './copy-connection.ts';
import { Feeders } from './feeders.ts';
import { Intake } from './intake.ts';
import { loadStationKeys, type StationKeys } from './keys.ts';
import type { StationLog } from './log.ts';
import { nearPatients } from './near-patients.ts';
import type { Settings } from './settings.ts';
import { writeStationCard } from './station-card.ts';
import { stationHealth, stationStatus } from './status.ts';
import { stationToken } from './token.ts';

const MINUTE_MS = 60_000;

export interface StationAddresses {
  readonly http: { readonly host: string; readonly port: number };
  readonly mllp: { readonly host: string; readonly port: number };
}

export interface StationOptions {
  readonly settings: Settings;
  readonly log: StationLog;
  /** The intake thread has ended by itself: the process should end, and its supervisor start it again. */
  readonly onDied: () => void;
}

export class Station {
  readonly addresses: StationAddresses;
  readonly #intake: Intake;
  readonly #server: FastifyInstance;
  readonly #copy: CopyConnection;
  readonly #feeders: Feeders;
  readonly #timer: NodeJS.Timeout;

  private constructor(parts: {
    addresses: StationAddresses;
    intake: Intake;
    server: FastifyInstance;
    copy: CopyConnection;
    feeders: Feeders;
    timer: NodeJS.Timeout;
  }) {
    this.addresses = parts.addresses;
    this.#intake = parts.intake;
    this.#server = parts.server;
    this.#copy = parts.copy;
    this.#feeders = parts.feeders;
    this.#timer = parts.timer;
  }

  /** @throws {Failure} that says why this cannot be a station here, and what to do. */
  static async start({ settings, log, onDied }: StationOptions): Promise<Station> {
    const keys = loadStationKeys({ file: settings.keyFile, dataFolder: settings.dataFolder });
    const token = stationToken(settings.tokenFile);
    const clock = new SystemClock();
    const copy = new CopyConnection(settings.dataFolder, keys);
    const intake = await Intake.start({
      dataFolder: settings.dataFolder,
      keys,
      sources: settings.sources,
      mllp: mllpPlace(settings),
      isPurgeAllowed: true,
      listeners: {
        copyReplaced: () => copy.reopen(),
        note: (note) => log.warn('station.note', { code: note.code, detail: note.detail }),
        died: () => {
          log.warn('intake.died');
          onDied();
        },
      },
    });
    const server = await createServer(serverOptions({ settings, keys, token, clock, copy, intake, log }));
    const address = await listen(server, settings);
    const mllp = intake.mllp ?? { host: settings.mllpHost, port: settings.mllpPort };
    writeStationCard(settings.dataFolder, {
      name: settings.name,
      httpPort: address.port,
      mllpPort: mllp.port,
      tokenFile: settings.tokenFile,
      keyFile: settings.keyFile,
      units: settings.units,
      sources: settings.sources.map(({ id, name }) => ({ id, name })),
    });
    const feeders = new Feeders({ settings, keys, intake, clock, log });
    const timer = nightly(settings.snapshotHour, () => void snapshot(intake, log));
    log.info('station.started', { httpPort: address.port, mllpPort: mllp.port, sources: settings.sources.length });
    return new Station({ addresses: { http: address, mllp }, intake, server, copy, feeders, timer });
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#feeders.stop();
    await this.#server.close();
    await this.#intake.stop();
    this.#copy.close();
  }
}

interface Wiring {
  readonly settings: Settings;
  readonly keys: StationKeys;
  readonly token: string;
  readonly clock: SystemClock;
  readonly copy: CopyConnection;
  readonly intake: Intake;
  readonly log: StationLog;
}

function serverOptions({
  settings,
  keys,
  token,
  clock,
  copy,
  intake,
  log,
}: Wiring): Parameters<typeof createServer>[0] {
  const reader = () => copy.reader;
  const names = {
    unitNames: Object.fromEntries(settings.units.map((unit) => [unit.id, unit.name])),
    sourceNames: Object.fromEntries(settings.sources.map((source) => [source.id, source.name])),
  };
  const handleOf = (identity: Parameters<StationKeys['handle']>[0]) => keys.handle(identity);
  const startedAt = clock.now();
  return {
    token,
    onFault: ({ route, cause }) => log.warn('server.fault', { route, cause }),
    facade: {
      reader,
      handleOf,
      clock,
      summary: (patient, resources, profile) =>
        composeSummary({
          copy: patient,
          resources,
          chart: composeChart(patient, clock.now(), names),
          at: new Date(clock.now().wallMs).toISOString(),
          profile,
        }),
    },
    api: {
      reader,
      units: settings.units,
      chart: (patient) =>
        composeChart(patient, clock.now(), { ...names, nearPatients: nearPatients(patient, copy.reader) }),
      health: async () =>
        stationHealth({
          name: settings.name,
          startedAt,
          now: clock.now(),
          intake: await intake.status(),
          sources: copy.reader.sources(),
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
        }),
      submit: async ({ source, format, bytes }) => {
        const documents = splitFhir(bytes);
        if (typeof documents === 'string') throw new Failure('request.invalid', documents);
        const results = [];
        for (const document of documents)
          results.push(await intake.submit({ source: sourceId(source), format, bytes: document, controlId: null }));
        return results;
      },
      command: async (command) => ({ ...(await intake.command(command)), duplicate: false }),
      snapshot: async () => {
        const { file, cursor, bytes } = await intake.takeSnapshot();
        return { file, sequence: cursor, bytes };
      },
    },
  };
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
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE')
      throw new Failure('station.port-busy', `HTTP ${settings.httpHost}:${settings.httpPort}`, { cause: error });
    throw error;
  }
  return { host: settings.httpHost, port: (server.server.address() as { port: number }).port };
}

/** Once in the given hour of each day, by the local clock. */
function nightly(hour: number, act: () => void): NodeJS.Timeout {
  let lastDay = '';
  const timer = setInterval(() => {
    const now = new Date();
    const day = now.toDateString();
    if (now.getHours() !== hour || day === lastDay) return;
    lastDay = day;
    act();
  }, MINUTE_MS);
  timer.unref();
  return timer;
}

async function snapshot(intake: Intake, log: StationLog): Promise<void> {
  try {
    const { cursor, bytes } = await intake.takeSnapshot();
    log.info('snapshot.taken', { sequence: cursor, bytes });
  } catch (error) {
    log.warn('snapshot.failed', { code: error instanceof Failure ? error.code : 'station.internal' });
  }
}
