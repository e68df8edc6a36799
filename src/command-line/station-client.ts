// Asks a running station over its own HTTP routes, with the token from its file. Used by the commands that change something:
// only the station itself writes.

import { readFileSync } from 'node:fs';
import { Failure } from '../domain/failures.ts';
import { readSettings, type Settings } from '../station/settings.ts';
import { readStationCard } from '../station/station-card.ts';
import type { CommandContext } from './command.ts';

const ANSWER_WITHIN_MS = 120_000;

export class StationClient {
  readonly #base: string;
  readonly #token: string;

  private constructor({ httpPort, tokenFile }: Pick<Settings, 'httpPort' | 'tokenFile'>) {
    this.#base = `http://127.0.0.1:${httpPort}`;
    try {
      this.#token = readFileSync(tokenFile, 'utf8').trim();
    } catch {
      throw new Failure('station.not-running', `${this.#base}; ingen token i ${tokenFile}`);
    }
  }

  /** The station that runs with this data folder has left word there of where it answers; what is asked for by hand goes before. */
  static of({ flags, environment }: CommandContext): StationClient {
    const settings = readSettings(flags, environment);
    const card = readStationCard(settings.dataFolder);
    const isGiven = (flag: string, variable: string): boolean =>
      flags.has(flag) || (environment[variable] ?? '') !== '';
    return new StationClient({
      httpPort: isGiven('--http-port', 'RESERVKRAFT_HTTP_PORT')
        ? settings.httpPort
        : (card?.httpPort ?? settings.httpPort),
      tokenFile: isGiven('--token-file', 'RESERVKRAFT_TOKEN_FILE')
        ? settings.tokenFile
        : (card?.tokenFile ?? settings.tokenFile),
    });
  }

  async get(path: string): Promise<unknown> {
    return this.#ask('GET', path, undefined, undefined);
  }

  async post(path: string, body: object = {}, withinMs = ANSWER_WITHIN_MS): Promise<unknown> {
    return this.#ask('POST', path, JSON.stringify(body), 'application/json', withinMs);
  }

  async postBytes(path: string, bytes: Uint8Array, contentType: string): Promise<unknown> {
    return this.#ask('POST', path, bytes, contentType);
  }

  async #ask(
    method: string,
    path: string,
    body: string | Uint8Array | undefined,
    contentType: string | undefined,
    withinMs: number = ANSWER_WITHIN_MS,
  ): Promise<unknown> {
    let response: Response;
    try {
      response = await fetch(`${this.#base}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${this.#token}`,
          ...(contentType === undefined ? {} : { 'content-type': contentType }),
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : new Uint8Array(body) }),
        signal: AbortSignal.timeout(withinMs),
      });
    } catch {
      throw new Failure('station.not-running', this.#base);
    }
    const answer: unknown = await response.json().catch(() => null);
    if (response.ok) return answer;
    const refusal = answer as { happened?: string } | null;
    throw new Failure('request.invalid', refusal?.happened ?? `stationen svarade ${response.status}`);
  }
}
