// The token a FHIR server asks for: OAuth2 client credentials (RFC 6749 §4.4). Kept in memory only, until shortly before it
// ends; the secret is read from its file each time, so that it can be changed without a restart and is in no argument list.

import type { Clock } from '../../domain/time.ts';
import { limits } from '../../limits.ts';
import { element, textAt } from './elements.ts';
import { type Fetched, fetchBounded } from './http-get.ts';

export interface AccessTokenOptions {
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly readSecret: () => Promise<string>;
  readonly scope: string | null;
  /** `basic`: in the header (RFC 6749 §2.3.1, what servers must support). `post`: in the form. */
  readonly method: 'basic' | 'post';
  readonly clock: Clock;
}

/** A server that says nothing of its token's life (RFC 6749 §5.1) is asked again after this long. */
const UNSAID_LIFE_SECONDS = 300;

export class AccessToken {
  readonly #options: AccessTokenOptions;
  #token: string | null = null;
  #goodUntilMs = 0;

  constructor(options: AccessTokenOptions) {
    this.#options = options;
  }

  /** The server did not accept it: the next call asks for a new one. */
  forget(): void {
    this.#token = null;
  }

  /** `Bearer …`, or how asking for it failed. */
  async header(signal?: AbortSignal): Promise<string | Exclude<Fetched, { kind: 'ok' }>> {
    const { clock, clientId, method, scope } = this.#options;
    const now = clock.now();
    if (this.#token !== null && now.monotonicMs < this.#goodUntilMs) return `Bearer ${this.#token}`;
    const secret = (await this.#options.readSecret()).trim();
    const form = new URLSearchParams({ grant_type: 'client_credentials' });
    if (scope !== null) form.set('scope', scope);
    const headers: Record<string, string> = {
      'content-type': 'application/x-www-form-urlencoded',
      accept: 'application/json',
    };
    if (method === 'basic') {
      const pair = `${encodeURIComponent(clientId)}:${encodeURIComponent(secret)}`;
      headers['authorization'] = `Basic ${Buffer.from(pair).toString('base64')}`;
    } else {
      form.set('client_id', clientId);
      form.set('client_secret', secret);
    }
    const fetched = await fetchBounded({
      url: this.#options.tokenUrl,
      headers,
      form: form.toString(),
      bytesMax: limits.tokenBytesMax,
      nowMs: now.wallMs,
      ...(signal === undefined ? {} : { signal }),
    });
    if (fetched.kind !== 'ok') return fetched;
    const answer = parseAnswer(fetched.body);
    const token = textAt(answer, 'access_token');
    if (token === '' || /[\r\n]/.test(token)) return { kind: 'permanent', code: 'refused', status: 200 };
    const life = Number(element(answer, 'expires_in') ?? UNSAID_LIFE_SECONDS);
    this.#token = token;
    this.#goodUntilMs =
      now.monotonicMs + (Number.isFinite(life) ? life : UNSAID_LIFE_SECONDS) * 1000 - limits.tokenMarginMs;
    return `Bearer ${token}`;
  }
}

function parseAnswer(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString());
  } catch {
    return null;
  }
}
