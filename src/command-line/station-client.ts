// Asks a running station over its own HTTP routes, with the token from its file. Used by the commands that change something:
// only the station itself writes.

import { readFileSync } from 'node:fs';
import { Failure } from '../domain/failures.ts';
import { readSettings, type Settings } from '../station/settings.ts';
import type { CommandContext } from './command.ts';

const ANSWER_WITHIN_MS = 120_000;

export class StationClient {
  readonly #base: string;
  readonly #token: string;

  constructor(settings: Settings) {
    this.#base = `http://127.0.0.1:${settings.httpPort}`;
    try {
      this.#token = readFileSync(settings.tokenFile, 'utf8').trim();
    } catch {
      throw new Failure('station.not-running', `${this.#base}; ingen token i ${settings.tokenFile}`);
    }
  }

  static of(context: CommandContext): StationClient {
    return new StationClient(readSettings(context.flags, context.environment));
  }

  async get(path: string): Promise<unknown> {
    return this.#ask('GET', path, undefined, undefined);
  }

  async post(path: string, body: object = {}): Promise<unknown> {
    return this.#ask('POST', path, JSON.stringify(body), 'application/json');
  }

  async postBytes(path: string, bytes: Uint8Array, contentType: string): Promise<unknown> {
    return this.#ask('POST', path, bytes, contentType);
  }

  async #ask(
    method: string,
    path: string,
    body: string | Uint8Array | undefined,
    contentType: string | undefined,
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
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
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
