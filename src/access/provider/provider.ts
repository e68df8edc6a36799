// The provider that people identify themselves to in good times (OpenID Connect: authorization code, PKCE, signed statements). Whether it
// answers is looked at in the background; nothing that signs in with words ever waits for it.

import type { ClientAuth, Configuration, IDToken } from 'openid-client';
import { type PersonId, readHsaId } from '../../domain/access/people.ts';
import { limits } from '../../limits.ts';
import { boundedFetch } from './bounded-fetch.ts';
import type { Flow } from './flows.ts';
import { NotAccepted, notAccepted } from './not-accepted.ts';
import type { ProviderCredential, ProviderSettings } from './provider-settings.ts';

type Library = typeof import('openid-client');

/** Whom the provider has identified, beyond doubt. */
export interface Identified {
  readonly id: PersonId;
  /** As it is written there; null: it does not say. */
  readonly name: string | null;
  /** How strongly; null: it does not say. */
  readonly level: string | null;
  /** The signed time agrees with the station's: its clock is right. */
  readonly isClockRight: boolean;
}

export interface ProviderOptions {
  readonly settings: ProviderSettings;
  readonly credential: ProviderCredential;
  /** Each question; the limit when left out. */
  readonly answerWithinMs?: number;
  readonly nowMs?: () => number;
  readonly onChanged?: (isAnswering: boolean, trace: string | null) => void;
}

export interface ProviderTold {
  readonly label: string;
  readonly isAnswering: boolean;
  readonly since: number | null;
}

interface Found {
  readonly library: Library;
  readonly configuration: Configuration;
  readonly description: string;
}

export class Provider {
  readonly settings: ProviderSettings;
  readonly #options: ProviderOptions;
  #found: Found | null = null;
  #isAnswering = false;
  /** Null: it has not answered since the start. */
  #since: number | null = null;
  #timer: NodeJS.Timeout | null = null;
  #isStopped = false;

  constructor(options: ProviderOptions) {
    this.settings = options.settings;
    this.#options = options;
  }

  get isAnswering(): boolean {
    return this.#isAnswering;
  }

  /** For the technician. `since`: by the station's clock; null: silent since the start. */
  get told(): ProviderTold {
    return { label: this.settings.label, isAnswering: this.#isAnswering, since: this.#since };
  }

  /** Goes on looking until it is stopped; the first look is not waited for. */
  start(): void {
    void this.look().finally(() => {
      if (this.#isStopped) return;
      const next = this.#isAnswering ? limits.providerLookEveryMs : limits.providerSilentLookEveryMs;
      this.#timer = setTimeout(() => this.start(), next);
      this.#timer.unref();
    });
  }

  stop(): void {
    this.#isStopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  /** Asks the provider to describe itself. Never throws. */
  async look(): Promise<void> {
    try {
      const library = this.#found?.library ?? (await import('openid-client'));
      const configuration = await this.#discover(library);
      // A description that lies must not make the browser run or open something else.
      const { authorization_endpoint: there = '' } = configuration.serverMetadata();
      if (!isSafe(URL.parse(there), this.settings.issuer)) throw new NotAccepted('silent', 'authorization_endpoint');
      const description = JSON.stringify(configuration.serverMetadata());
      // The former one remembers the provider's keys.
      if (description !== this.#found?.description) this.#found = { library, configuration, description };
      this.#is(true, null);
    } catch (error) {
      this.#is(false, notAccepted(error).trace);
    }
  }

  /** Where the browser is to go. @throws {NotAccepted} `silent` */
  async begin(address: string): Promise<{ readonly flow: Flow; readonly location: string }> {
    const { library, configuration } = this.#require();
    const { scope, levels, isAskedEachTime } = this.settings;
    const flow: Flow = {
      address,
      state: library.randomState(),
      nonce: library.randomNonce(),
      verifier: library.randomPKCECodeVerifier(),
    };
    const location = library.buildAuthorizationUrl(configuration, {
      redirect_uri: address,
      scope,
      state: flow.state,
      nonce: flow.nonce,
      code_challenge: await library.calculatePKCECodeChallenge(flow.verifier),
      code_challenge_method: 'S256',
      ...(levels.length === 0 ? {} : { acr_values: levels.join(' ') }),
      ...(isAskedEachTime ? { prompt: 'login', max_age: '0' } : {}),
    });
    return { flow, location: location.href };
  }

  /** What came back is exchanged for a signed statement of who it is. @throws {NotAccepted} */
  async identify(flow: Flow, query: string): Promise<Identified> {
    const { library, configuration } = this.#require();
    try {
      const returned = new URL(flow.address);
      returned.search = query;
      const { isAskedEachTime } = this.settings;
      const tokens = await library.authorizationCodeGrant(configuration, returned, {
        expectedState: flow.state,
        expectedNonce: flow.nonce,
        pkceCodeVerifier: flow.verifier,
        idTokenExpected: true,
        // At most as long ago as this sign-in can have begun.
        ...(isAskedEachTime ? { maxAge: limits.providerFlowMs / 1_000 } : {}),
      });
      const stated = tokens.claims();
      if (stated === undefined) throw new NotAccepted('not-proven', 'id_token');
      const { levels, hsaIdClaim } = this.settings;
      const level = typeof stated['acr'] === 'string' ? stated['acr'] : null;
      if (levels.length > 0 && (level === null || !levels.includes(level))) throw new NotAccepted('too-weak', 'acr');
      const about =
        stated[hsaIdClaim] !== undefined
          ? stated
          : await library.fetchUserInfo(configuration, tokens.access_token, stated.sub);
      const given = about[hsaIdClaim];
      const id = typeof given === 'string' ? readHsaId(given) : null;
      if (id === null) throw new NotAccepted('no-hsa-id');
      return { id, name: nameIn(about), level, isClockRight: this.#isNow(stated) };
    } catch (error) {
      const refused = notAccepted(error);
      if (refused.why === 'silent') this.#is(false, refused.trace);
      throw refused;
    }
  }

  #isNow({ iat }: IDToken): boolean {
    return Math.abs(Date.now() / 1_000 - iat) <= this.settings.clockDifferenceSeconds + limits.providerAnswerMs / 1_000;
  }

  #require(): Found {
    if (this.#found === null) throw new NotAccepted('silent');
    return this.#found;
  }

  #discover(library: Library): Promise<Configuration> {
    const { issuer, clientId, signedWith, clockDifferenceSeconds } = this.settings;
    const { enableNonRepudiationChecks, allowInsecureRequests, clockTolerance, customFetch } = library;
    return library.discovery(
      new URL(issuer),
      clientId,
      { id_token_signed_response_alg: signedWith, [clockTolerance]: clockDifferenceSeconds },
      this.#authentication(library),
      {
        timeout: (this.#options.answerWithinMs ?? limits.providerAnswerMs) / 1_000,
        [customFetch]: boundedFetch,
        // The signature counts, not only who was asked: a certificate on the way may be anybody's.
        execute: [enableNonRepudiationChecks, ...(issuer.startsWith('http:') ? [allowInsecureRequests] : [])],
      },
    );
  }

  #authentication(library: Library): ClientAuth {
    const { credential } = this.#options;
    if (credential.kind === 'secret')
      return credential.method === 'post'
        ? library.ClientSecretPost(credential.secret)
        : library.ClientSecretBasic(credential.secret);
    const { key, keyId } = credential;
    return library.PrivateKeyJwt(keyId === null ? key : { key, kid: keyId });
  }

  #is(isAnswering: boolean, trace: string | null): void {
    if (this.#isStopped || isAnswering === this.#isAnswering) return;
    this.#isAnswering = isAnswering;
    this.#since = this.#options.nowMs?.() ?? null;
    this.#options.onChanged?.(isAnswering, trace);
  }
}

/** Unencrypted only where the issuer itself is on this machine, as settings allow it. */
const isSafe = (address: URL | null, issuer: string): boolean =>
  address?.protocol === 'https:' || (address?.protocol === 'http:' && issuer.startsWith('http:'));

function nameIn(about: Readonly<Record<string, unknown>>): string | null {
  const words = [about['given_name'], about['family_name']].filter((word) => typeof word === 'string');
  const name = words.length === 2 ? words.join(' ') : about['name'];
  return typeof name === 'string' && name.trim() !== '' ? name.trim().slice(0, limits.personTextMax) : null;
}
