// What the station fetches itself: servers it polls and folders it watches. Everything goes through the inbox like the rest.

import { mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { sourceId } from '../../domain/identity.ts';
import type { Clock } from '../../domain/time.ts';
import { AccessToken } from '../../intake/fhir/access-token.ts';
import { FhirPoll, type PollState } from '../../intake/fhir/poll.ts';
import { ReportFolder } from '../../intake/reports/folder.ts';
import type { StationKeys } from '../files/keys.ts';
import { readSealed, writeSealed } from '../files/sealed-file.ts';
import type { StationLog } from '../log.ts';
import type { PollSettings, ReportSettings } from '../settings/feeder-settings.ts';
import type { Settings } from '../settings/settings.ts';
import type { Intake } from './intake.ts';

const LOOK_EVERY_MS = 5_000;
const PAGE_SIZE = 200;

export interface FeederOptions {
  readonly settings: Settings;
  readonly keys: StationKeys;
  readonly intake: Intake;
  readonly clock: Clock;
  readonly log: StationLog;
}

export class Feeders {
  readonly #options: FeederOptions;
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>[] = [];
  readonly #polls = new Map<string, FhirPoll>();

  constructor(options: FeederOptions) {
    this.#options = options;
    for (const poll of options.settings.polls) this.#running.push(this.#poll(poll));
    for (const report of options.settings.reports) this.#running.push(this.#watch(report));
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#running);
  }

  /** What the polled servers say they have, by source and resource type; null where one does not say. */
  async counts(): Promise<ReadonlyMap<string, Readonly<Record<string, number | null>>>> {
    const counts = new Map<string, Readonly<Record<string, number | null>>>();
    for (const [source, poll] of this.#polls) counts.set(source, await poll.counts());
    return counts;
  }

  async #poll(settings: PollSettings): Promise<void> {
    const { intake, clock, log, keys } = this.#options;
    const { signal } = this.#stopping;
    const file = join(this.#options.settings.dataFolder, `poll-${settings.source}.sealed`);
    const key = keys.pack(`poll/${settings.source}`);
    const kept = readSealed(file, key);
    const poll = new FhirPoll(
      {
        source: sourceId(settings.source),
        baseUrl: settings.baseUrl.replace(/\/+$/, ''),
        types: settings.types,
        loadEveryMs: settings.loadEveryHours * 3_600_000,
        pageSize: PAGE_SIZE,
        token: accessToken(settings, clock),
        clock,
        random: Math.random,
        wait: async (ms) => void (await wait(ms, undefined, { signal }).catch(() => undefined)),
        submit: async (body) => {
          // No control id: the same state again after another one is news, never a repetition.
          await intake.submit({ source: sourceId(settings.source), format: 'fhir+json', bytes: body, controlId: null });
        },
        command: async (command) => void (await intake.command(command)),
        save: async (state) => writeSealed(file, key, JSON.stringify(state)),
        signal,
      },
      kept === null ? null : (JSON.parse(kept) as PollState),
    );
    this.#polls.set(settings.source, poll);
    while (!signal.aborted) {
      try {
        const { pages, submitted, failed, restMs } = await poll.sweep();
        if (failed.length > 0)
          log.warn('poll.failed', {
            source: settings.source,
            code: failed[0]?.code ?? null,
            status: failed[0]?.status ?? null,
          });
        else if (submitted > 0) log.info('poll.swept', { source: settings.source, pages, submitted });
        await this.#rest(Math.max(settings.everySeconds * 1000, restMs ?? 0));
      } catch {
        log.warn('poll.failed', { source: settings.source, code: 'not-kept' });
        await this.#rest(settings.everySeconds * 1000);
      }
    }
  }

  async #watch(settings: ReportSettings): Promise<void> {
    const { intake, log } = this.#options;
    const folder = new ReportFolder({
      folder: settings.folder,
      takenFolder: null,
      patterns: [
        {
          source: sourceId(settings.source),
          name: new RegExp(settings.pattern),
          kind: settings.kind,
          unit: settings.unit,
        },
      ],
      submit: async ({ source, format, raw }) => {
        await intake.submit({ source, format, bytes: raw, controlId: null });
      },
    });
    let hasFailed = false;
    while (!this.#stopping.signal.aborted) {
      try {
        mkdirSync(settings.folder, { recursive: true });
        const { taken, left, unreadable } = await folder.scan();
        if (taken > 0) log.info('reports.taken', { source: settings.source, taken, left, unreadable });
        hasFailed = false;
      } catch {
        // Told once: a share that is gone for a night is one event, not five thousand.
        if (!hasFailed) log.warn('reports.failed', { source: settings.source });
        hasFailed = true;
      }
      await this.#rest(LOOK_EVERY_MS);
    }
  }

  async #rest(ms: number): Promise<void> {
    await wait(ms, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
  }
}

function accessToken(settings: PollSettings, clock: Clock): AccessToken | null {
  const { tokenUrl, clientId, clientSecretFile, scope, tokenMethod } = settings;
  if (tokenUrl === null || clientId === null || clientSecretFile === null) return null;
  return new AccessToken({
    tokenUrl,
    clientId,
    scope,
    clock,
    method: tokenMethod,
    readSecret: () => readFile(clientSecretFile, 'utf8'),
  });
}
