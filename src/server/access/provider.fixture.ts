// Providers on this machine: a real one (panva's oidc-provider) that identifies whoever the test says, and one that lies as it is told.

import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import OidcProvider from 'oidc-provider';
import type { CryptoKey } from 'openid-client';
import { Provider } from '../../access/provider/provider.ts';
import type { ProviderCredential, ProviderSettings } from '../../access/provider/provider-settings.ts';

const STATION = 'http://127.0.0.1:7070/';
const CLIENT = 'reservkraft';
const SECRET = 'a-secret-of-the-test-station-0123456789';
export const LOA3 = 'http://id.sambi.se/loa/loa3';

type GrantOf = InstanceType<OidcProvider['Grant']>;

/** A busy test machine answers itself within this. */
const ANSWER_WITHIN_MS = 2_000;

/** The provider answers for whom it has identified by this. */
export interface Card {
  readonly hsaId: string;
  readonly name: readonly [given: string, family: string];
  readonly level: string;
}

const RSA = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' } as const;
export const newKey = (): KeyObject => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const STATION_KEY = newKey();
const PROVIDER_KEY = newKey();

export const settingsFor = (issuer: string, more: Partial<ProviderSettings> = {}): ProviderSettings => ({
  label: 'SITHS',
  issuer,
  clientId: CLIENT,
  clientSecretFile: 'secret',
  privateKeyFile: null,
  keyId: null,
  secretMethod: 'basic',
  addresses: [STATION],
  hsaIdClaim: 'employeeHsaId',
  scope: 'openid',
  levels: [LOA3],
  signedWith: 'RS256',
  clockDifferenceSeconds: 60,
  isAskedEachTime: true,
  confirmEveryDays: null,
  ...more,
});

export const CREDENTIAL: ProviderCredential = { kind: 'secret', secret: SECRET, method: 'basic' };
export const keyCredential = (): ProviderCredential => ({
  kind: 'key',
  key: STATION_KEY.toCryptoKey(RSA, false, ['sign']) as CryptoKey,
  keyId: 'station-1',
});

/** Listens on a free port of 127.0.0.1 or localhost. */
async function listening(server: Server, host = '127.0.0.1'): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://${host}:${(server.address() as AddressInfo).port}`;
}

const closed = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.closeAllConnections();
    server.close(() => resolve());
  });

export class RealProvider {
  readonly issuer: string;
  /** Whose card is in the reader; null: cancel is pressed. */
  card: Card | null;
  isSilent = false;
  readonly #server: Server;

  private constructor(issuer: string, server: Server, card: Card) {
    this.issuer = issuer;
    this.#server = server;
    this.card = card;
  }

  /** `host`: another name than the station's is another site to a browser. */
  static async start(card: Card, { host = '127.0.0.1', addresses = [STATION] } = {}): Promise<RealProvider> {
    let answer: (...asked: Parameters<ReturnType<OidcProvider['callback']>>) => void = () => undefined;
    const server = createServer((request, response) => answer(request, response));
    const issuer = await listening(server, host);
    const real = new RealProvider(issuer, server, card);
    const { level } = card;
    const oidc: OidcProvider = new OidcProvider(issuer, {
      acrValues: [level, 'http://id.sambi.se/loa/loa2'],
      claims: { openid: ['sub', 'employeeHsaId', 'given_name', 'family_name'], acr: null, auth_time: null },
      conformIdTokenClaims: false,
      clients: [
        {
          ...{ client_id: CLIENT, client_secret: SECRET, redirect_uris: [...addresses] },
          ...{ grant_types: ['authorization_code'], response_types: ['code'] },
        },
        {
          ...{ client_id: 'with-key', redirect_uris: [...addresses], token_endpoint_auth_method: 'private_key_jwt' },
          jwks: { keys: [{ ...publicJwk(STATION_KEY), kid: 'station-1', use: 'sig', alg: 'RS256' }] },
        },
      ],
      cookies: { keys: ['a key of the test'] },
      features: { devInteractions: { enabled: false } },
      findAccount: (_, id) => ({
        accountId: id,
        claims: () => {
          const { hsaId, name } = JSON.parse(id) as Card;
          return { sub: hsaId, employeeHsaId: hsaId, given_name: name[0], family_name: name[1] };
        },
      }),
      interactions: { url: (_, { uid }) => `/card/${uid}` },
      jwks: {
        keys: [{ ...PROVIDER_KEY.export({ format: 'jwk' }), kty: 'RSA', kid: 'provider-1', use: 'sig', alg: 'RS256' }],
      },
      loadExistingGrant: async ({ oidc: { client, session } }): Promise<GrantOf> => {
        const grant = new oidc.Grant({ clientId: client?.clientId ?? '', accountId: session?.accountId ?? '' });
        grant.addOIDCScope('openid');
        await grant.save();
        return grant;
      },
      pkce: { required: () => true },
      ttl: { AccessToken: 60, AuthorizationCode: 60, Grant: 600, IdToken: 60, Interaction: 600, Session: 600 },
    });
    const ordinary = oidc.callback();
    answer = (request, response) => {
      if (real.isSilent) return void request.destroy();
      if (request.url?.startsWith('/card/') !== true) return void ordinary(request, response);
      const { card } = real;
      const result =
        card === null
          ? { error: 'access_denied' }
          : { login: { accountId: JSON.stringify(card), acr: card.level, remember: false } };
      void oidc.interactionFinished(request, response, result);
    };
    return real;
  }

  /** As a browser goes: through the provider's pages, and back to the station's address with what it says there. */
  async visit(location: string): Promise<URL> {
    const cookies = new Map<string, string>();
    let at = new URL(location);
    for (let step = 0; step < 10; step++) {
      const answer = await fetch(at, {
        redirect: 'manual',
        headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      });
      for (const line of answer.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        cookies.set(name, value);
      }
      const next = answer.headers.get('location');
      if (next === null) throw new Error(`the provider answers ${answer.status}: ${await answer.text()}`);
      at = new URL(next, at);
      if (at.origin !== this.issuer) return at;
    }
    throw new Error('the provider goes in circles');
  }

  stop(): Promise<void> {
    return closed(this.#server);
  }
}

function publicJwk(key: KeyObject) {
  const { n, e } = key.export({ format: 'jwk' });
  return { kty: 'RSA', n: String(n), e: String(e) };
}

/** What a lying provider does otherwise than it should. */
export interface Lie {
  readonly description?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly signedBy?: KeyObject | null;
  /** The token endpoint: instead of an answer. */
  readonly token?: 'silence' | 'endless' | 'page' | 'error';
  readonly isDeaf?: boolean;
}

/** Signs as told, for whatever sign-in is under way. */
export class LyingProvider {
  issuer = '';
  lie: Lie = {};
  /** As the station asked last. */
  #nonce = '';
  asked: URLSearchParams = new URLSearchParams();
  hits = 0;
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      this.hits++;
      if (this.lie.isDeaf === true) return;
      const json = (body: unknown): void => {
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify(body));
      };
      if (request.url === '/.well-known/openid-configuration')
        json({ ...this.#description(), ...this.lie.description });
      else if (request.url === '/keys')
        json({ keys: [{ ...publicJwk(PROVIDER_KEY), kid: 'k', use: 'sig', alg: 'RS256' }] });
      else if (this.lie.token === 'silence') request.resume();
      else if (this.lie.token === 'endless') {
        response.setHeader('content-type', 'application/json');
        const more = (): void => {
          while (response.write(' '.repeat(65_536)));
        };
        response.on('drain', more);
        more();
      } else if (this.lie.token === 'page') {
        response.setHeader('content-type', 'text/html');
        response.end('<script>alert(1)</script>');
      } else if (this.lie.token === 'error') {
        response.statusCode = 400;
        json({ error: 'invalid_grant', error_description: 'Lind, Karin' });
      } else json({ access_token: 'opaque', token_type: 'Bearer', expires_in: 60, id_token: this.#statement() });
    });
  }

  static async start(): Promise<LyingProvider> {
    const lying = new LyingProvider();
    lying.issuer = await listening(lying.#server);
    return lying;
  }

  /** The browser comes back at once, with a code. */
  visit(location: string, more: Readonly<Record<string, string>> = {}): URL {
    this.asked = new URL(location).searchParams;
    this.#nonce = this.asked.get('nonce') ?? '';
    const back = new URL(this.asked.get('redirect_uri') ?? STATION);
    const said = { code: 'a-code', state: this.asked.get('state') ?? '', iss: this.issuer, ...more };
    for (const [name, value] of Object.entries(said)) back.searchParams.set(name, value);
    return back;
  }

  /** Every question under way is left without an answer. */
  hangUp(): void {
    this.#server.closeAllConnections();
  }

  stop(): Promise<void> {
    return closed(this.#server);
  }

  #description() {
    return {
      issuer: this.issuer,
      authorization_endpoint: `${this.issuer}/begin`,
      token_endpoint: `${this.issuer}/token`,
      jwks_uri: `${this.issuer}/keys`,
      authorization_response_iss_parameter_supported: true,
    };
  }

  #statement(): string {
    const now = Math.floor(Date.now() / 1_000);
    const { header, claims, signedBy = PROVIDER_KEY } = this.lie;
    const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const stated = {
      ...{ iss: this.issuer, aud: CLIENT, sub: 'somebody', nonce: this.#nonce },
      ...{ iat: now, exp: now + 60, auth_time: now, acr: LOA3 },
      ...claims,
    };
    const text = `${encode({ alg: 'RS256', kid: 'k', ...header })}.${encode(stated)}`;
    return `${text}.${signedBy === null ? '' : createSign('RSA-SHA256').update(text).sign(signedBy, 'base64url')}`;
  }
}

export async function providerAt(
  issuer: string,
  more: Partial<ProviderSettings> = {},
  credential: ProviderCredential = CREDENTIAL,
): Promise<Provider> {
  const provider = new Provider({ settings: settingsFor(issuer, more), credential, answerWithinMs: ANSWER_WITHIN_MS });
  await provider.look();
  return provider;
}
