// What the station fetches itself: servers it polls and folders it watches. Everything goes through the inbox like the rest.

import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Failure } from '../../domain/failures.ts';
import { sourceId } from '../../domain/identity.ts';
import type { Clock } from '../../domain/time.ts';
import { AccessToken } from '../../intake/fhir/access-token.ts';
import { FhirPoll, type PollState, type SweepReport } from '../../intake/fhir/poll.ts';
import { ReportFolder, type ReportMemory, type ReportScan } from '../../intake/reports/folder.ts';
import type { StationKeys } from '../files/keys.ts';
import { readSealed, writeSealed } from '../files/sealed-file.ts';
import type { StationLog } from '../log.ts';
import type { StationNotes } from '../notes.ts';
import type { PollSettings, ReportSettings } from '../settings/feeder-settings.ts';
import { isEncryptedOrHere } from '../settings/provider-settings.ts';
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
  readonly notes: StationNotes;
}

export class Feeders {
  readonly #options: FeederOptions;
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>[] = [];
  readonly #polls = new Map<string, FhirPoll>();

  constructor(options: FeederOptions) {
    this.#options = options;
    for (const poll of options.settings.polls) this.#running.push(this.#poll(poll));
    const folders = Map.groupBy(options.settings.reports, ({ folder }) => folder);
    for (const [folder, reports] of folders) this.#running.push(this.#watch(folder, reports));
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
    const { intake, clock, log, keys, notes } = this.#options;
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
    const trouble = (detail: string | null): void => notes.stand(`poll/${settings.source}`, 'poll.failed', detail);
    if (!isEncryptedOrHere(new URL(settings.baseUrl)))
      notes.stand(`poll-unencrypted/${settings.source}`, 'poll.unencrypted', settings.source);
    while (!signal.aborted) {
      try {
        const { pages, submitted, failed, restMs } = await poll.sweep();
        if (submitted > 0) log.info('poll.swept', { source: settings.source, pages, submitted });
        if (!signal.aborted) trouble(failureWords(settings.source, failed, restMs));
        await this.#rest(Math.max(settings.everySeconds * 1000, restMs ?? 0));
      } catch (error) {
        trouble(`${settings.source}: ${error instanceof NoSecret ? 'no-secret' : 'kunde inte sparas'}`);
        await this.#rest(settings.everySeconds * 1000);
      }
    }
  }

  /** All patterns of one folder look together: a file that is another's is none that nobody takes. */
  async #watch(path: string, all: readonly ReportSettings[]): Promise<void> {
    const { intake, log, clock, keys, notes } = this.#options;
    const digest = createHash('sha256').update(path).digest('hex').slice(0, 16);
    const file = join(this.#options.settings.dataFolder, `reports-${digest}.sealed`);
    const key = keys.pack(`reports/${digest}`);
    const kept = readSealed(file, key);
    const sources = [...new Set(all.map(({ source }) => source))].join(', ');
    const folder = new ReportFolder({
      folder: path,
      patterns: all.map(({ source, pattern, kind, unit }) => ({
        source: sourceId(source),
        name: new RegExp(pattern),
        kind,
        unit,
      })),
      clock,
      restMs: Math.max(...all.map(({ restSeconds }) => restSeconds)) * 1_000,
      memory: kept === null ? null : (JSON.parse(kept) as ReportMemory),
      remember: (memory) => writeSealed(file, key, JSON.stringify(memory)),
      submit: async ({ source, format, raw }) => {
        await intake.submit({ source, format, bytes: raw, controlId: null });
      },
    });
    const trouble = (detail: string | null): void => notes.stand(`reports/${digest}`, 'reports.not-taken', detail);
    while (!this.#stopping.signal.aborted) {
      try {
        mkdirSync(path, { recursive: true });
        const scan = await folder.scan();
        const { taken, left, unreadable } = scan;
        if (taken > 0) log.info('reports.taken', { sources, taken, left, unreadable });
        trouble(leftWords(sources, scan));
      } catch (error) {
        // Told once: a share that is gone for a night is one event, not five thousand.
        trouble(`${sources}: ${error instanceof Failure ? error.code : 'mappen går inte att läsa'}`);
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
    readSecret: () =>
      readFile(clientSecretFile, 'utf8').catch(() => {
        throw new NoSecret();
      }),
  });
}

/** The file with the secret can't be read. */
class NoSecret extends Error {}

/** Codes and counts only: an address may hold what it was asked for. */
function failureWords(source: string, failed: SweepReport['failed'], restMs: number | null): string | null {
  if (failed.length === 0) return null;
  const types = failed.map(({ type, code, status }) => `${type} ${code}${status === null ? '' : ` (${status})`}`);
  return `${source}: ${types.join(', ')}${restMs === null ? '' : `; servern ber om vila, ${Math.ceil(restMs / 60_000)} min`}`;
}

/** Names of files may be names of patients: counts only. */
function leftWords(sources: string, { left, unopened, unremoved }: ReportScan): string | null {
  const words = [
    ...(left === 0 ? [] : [`${left} av okänt namn, tomma eller för stora`]),
    ...(unopened === 0 ? [] : [`${unopened} går inte att läsa`]),
    ...(unremoved === 0 ? [] : [`${unremoved} är tagna men går inte att ta bort`]),
  ];
  return words.length === 0 ? null : `${sources}: ${words.join(', ')}`;
}
