// Signing in through the provider: out with the browser, back with a code, and in as the account of that HSA-id. Who has no account here is
// not let in, however well identified: who cares for which unit's patients is said here, by people.

import { type Person, personId } from '../../domain/access/people.ts';
import { Failure } from '../../domain/failures.ts';
import type { Arrival } from '../../domain/time.ts';
import { limits } from '../../limits.ts';
import type { Accounts } from '../accounts.ts';
import type { Sessions } from '../sessions.ts';
import type { Door, From, SignIns } from '../sign-ins.ts';
import { SlowDown } from '../slow-down.ts';
import type { Tell } from '../tell.ts';
import type { Confirmations } from './confirmations.ts';
import { Flows } from './flows.ts';
import { NotAccepted, notAccepted, type WhyNot } from './not-accepted.ts';
import type { Identified, Provider } from './provider.ts';

export interface ProviderSignInsOptions {
  readonly provider: Provider;
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly signIns: SignIns;
  readonly confirmations: Confirmations;
  readonly now: () => Arrival;
}

export interface Returned {
  /** Of the browser, from when it began; null: it has none. */
  readonly cookie: string | null;
  /** All that came back in the address. */
  readonly query: string;
}

/** What only an error of the person's own, or the line, explains: nobody else needs to know. */
const NOT_TOLD: ReadonlySet<WhyNot> = new Set(['cancelled', 'silent']);

/** Failures by which the provider shows that nobody can depend on it; a person can't bring them about. */
const FAILED: ReadonlySet<WhyNot> = new Set(['silent', 'not-proven', 'clock']);

export class ProviderSignIns {
  readonly #options: ProviderSignInsOptions;
  readonly #flows = new Flows();
  readonly #wrong = new SlowDown({ free: 20, waitMaxMs: 5_000, forgetMs: 3_000 });
  #checking = 0;

  constructor(options: ProviderSignInsOptions) {
    this.#options = options;
  }

  /** What the button says at one of the station's addresses; null: there is none. */
  offeredAt(origin: string): string | null {
    const { isAnswering, settings } = this.#options.provider;
    return isAnswering && this.#addressAt(origin) !== null ? settings.label : null;
  }

  /** @throws {NotAccepted} */
  async begin(origin: string, from: From): Promise<{ readonly cookie: string; readonly location: string }> {
    const address = this.#addressAt(origin);
    const { provider, now } = this.#options;
    if (address === null || !provider.isAnswering) throw new NotAccepted('silent');
    const { flow, location } = await provider.begin(address);
    return { cookie: this.#flows.begin(flow, from.address, now().monotonicMs), location };
  }

  /** @throws {NotAccepted}, {@link Failure} `access.no-account`, `access.busy`, `access.slow-down` */
  async back({ cookie, query }: Returned, from: From, tell: Tell): Promise<Door> {
    const { now, provider, confirmations } = this.#options;
    const nowMs = now().monotonicMs;
    if (this.#wrong.waitMs(from.address, nowMs) > 0) throw new Failure('access.busy');
    try {
      const states = new URLSearchParams(query).getAll('state');
      const flow = cookie === null ? null : this.#flows.take(cookie, states[0] ?? '', nowMs);
      if (flow === null || states.length !== 1) throw new NotAccepted('not-begun-here');
      if (this.#checking >= limits.providerReturnsMax) throw new Failure('access.busy');
      this.#checking++;
      const identified = await provider.identify(flow, query).finally(() => this.#checking--);
      if (identified.isClockRight) confirmations.proved(now());
      return this.#enter(identified, from, tell);
    } catch (error) {
      if (error instanceof Failure && !(error instanceof NotAccepted)) throw error;
      const refused = notAccepted(error);
      if (FAILED.has(refused.why)) confirmations.failed();
      this.#wrong.begin(from.address, nowMs);
      const { why, trace } = refused;
      if (!NOT_TOLD.has(why))
        tell({
          kind: 'access.refused',
          author: 'station',
          body: { how: 'provider', why, ...(trace === null ? {} : { trace }) },
        });
      throw refused;
    }
  }

  #enter({ id, name: nameThere, level }: Identified, from: From, tell: Tell): Door {
    const { accounts, sessions, signIns, now } = this.#options;
    const account = accounts.get(id);
    if (account === null || account.state === 'closed') {
      // Identified beyond doubt: who it was may be written down.
      const why = account === null ? 'no-account' : 'account-closed';
      tell({ kind: 'access.refused', author: 'station', body: { how: 'provider', why, account: id } });
      throw new Failure('access.no-account', id);
    }
    accounts.confirm(id);
    const { name, title, profession } = account;
    const person: Person = { id: personId(id), name, title, profession };
    const unseen = accounts.untold(id);
    const token = sessions.begin({ person, how: 'provider', vouchedBy: null, granted: [], unseen }, now().monotonicMs);
    const differs = nameThere === null || isSameName(name, nameThere) ? {} : { nameThere };
    tell({ kind: 'access.signed-in', author: id, body: { name, title, how: 'provider', level, ...differs } });
    return { token, newDevice: signIns.newDevice(from) };
  }

  #addressAt(origin: string): string | null {
    return this.#options.provider.settings.addresses.find((address) => new URL(address).origin === origin) ?? null;
  }
}

const namesOf = (name: string): ReadonlySet<string> =>
  new Set(
    name
      .normalize('NFD')
      .replaceAll(/\p{M}/gu, '')
      .toLowerCase()
      .split(/[^\p{L}]+/u)
      .filter((word) => word !== ''),
  );

/** In any order, with or without middle names. */
function isSameName(here: string, there: string): boolean {
  const [own, other] = [namesOf(here), namesOf(there)];
  const isWithin = (few: ReadonlySet<string>, all: ReadonlySet<string>) => [...few].every((word) => all.has(word));
  return isWithin(own, other) || isWithin(other, own);
}
