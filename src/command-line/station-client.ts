// Asks a running station over its own HTTP routes, with the token from its file. Used by the commands that change something:
// only the station itself writes.

import { readFileSync } from 'node:fs';
import { FAILURES, Failure, type FailureCode } from '../domain/failures.ts';
import { readSettings, type Settings } from '../station/settings/settings.ts';
import { readStationCard } from '../station/station-card.ts';
import type { CommandContext } from './command.ts';

const ANSWER_WITHIN_MS = 120_000;

export class StationClient {
  readonly #base: string;
  readonly #token: string;
  readonly #tokenFile: string;

  private constructor({ httpPort, tokenFile }: Pick<Settings, 'httpPort' | 'tokenFile'>) {
    this.#tokenFile = tokenFile;
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
    if (typeof answer !== 'object' || answer === null) throw this.#otherProgram();
    if (response.ok) return answer;
    throw this.#refusal(answer);
  }

  #otherProgram(): Failure {
    return new Failure('station.not-running', `${this.#base}: ett annat program svarar där`);
  }

  /** The station's own failure again, with its code, so that who asks hears what it said and the program can tell one from another. */
  #refusal({ code, happened, text }: Refusal): Failure {
    if (!isKnown(code)) return text === undefined ? this.#otherProgram() : new UnknownRefusal(text);
    if (code === 'request.unauthorized')
      return new Failure(code, `${this.#base}: stationen där har en annan token än den i ${this.#tokenFile}`);
    const what = FAILURES[code].happened;
    const detail = (happened?.startsWith(what) ? happened.slice(what.length) : (happened ?? '')).trim();
    return new Failure(code, detail === '' ? null : detail);
  }
}

interface Refusal {
  readonly code?: string;
  readonly happened?: string;
  readonly text?: string;
}

const isKnown = (code: string | undefined): code is FailureCode => code !== undefined && Object.hasOwn(FAILURES, code);

/** By a station of another version, with a code this program does not have: told in the words it came with. */
export class UnknownRefusal extends Failure {
  readonly text: string;

  constructor(text: string) {
    super('station.internal');
    this.text = text;
  }
}
