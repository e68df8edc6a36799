// The door: who is let in with which secret, how fast tries may come, and what the ledger is told of it. Never what was typed: people
// type their secret where their name belongs.

import { createHmac, hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { CODE_TITLE, type Person, type PersonId, readHsaId } from '../domain/access/people.ts';
import type { PinSignIn } from '../domain/access/pin.ts';
import type { CodeSignIn } from '../domain/access/routes.ts';
import { bothNames, type HandedCodeUse, readerByCode, readTwo, spokenNumber } from '../domain/access/sealed-code.ts';
import { Failure } from '../domain/failures.ts';
import type { Arrival } from '../domain/time.ts';
import type { Accounts } from './accounts.ts';
import { deviceNumber } from './devices.ts';
import type { EmergencyCodes } from './emergency-codes.ts';
import type { PinKeys, Site } from './pin-keys.ts';
import type { Confirmations } from './provider/confirmations.ts';
import type { Sessions, SessionToken } from './sessions.ts';
import { SlowDown } from './slow-down.ts';
import type { Tell } from './tell.ts';
import type { VouchedFor, Vouches } from './vouches.ts';

export interface From {
  /** The socket's; never what a header says. */
  readonly address: string;
  /** What the device's own cookie carries, if any. */
  readonly device: string | null;
}

interface OwnWords {
  readonly user: string;
  readonly secret: string;
}

export interface Door {
  readonly token: SessionToken;
  /** Given to a device on which somebody has signed in for the first time. */
  readonly newDevice: string | null;
}

export interface SignInsOptions {
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly codes: EmergencyCodes;
  readonly pins: PinKeys;
  readonly vouches: Vouches;
  readonly confirmations: Confirmations;
  readonly now: () => Arrival;
  /** Of the station's own; says which devices somebody has signed in on. */
  readonly deviceKey: Buffer;
}

const MINUTE_MS = 60_000;

/** Refused tries of one account told one by one; then each time they have doubled. */
const TOLD_EACH = 4;

export class SignIns {
  readonly #options: SignInsOptions;
  /** Of one account by strangers; of one account from one known device; of one address whoever is tried. */
  readonly #accounts = new SlowDown({ free: 4, waitMaxMs: 30_000, forgetMs: 5 * MINUTE_MS });
  readonly #devices = new SlowDown({ free: 6, waitMaxMs: 5_000, forgetMs: MINUTE_MS });
  readonly #addresses = new SlowDown({ free: 60, waitMaxMs: 5_000, forgetMs: 1_000 });

  constructor(options: SignInsOptions) {
    this.#options = options;
  }

  /** @throws {Failure} `access.wrong-secret`, `access.unconfirmed`, {@link SlowedDown}, `access.busy` */
  async withSecret(asked: { readonly user: string; readonly secret: string }, from: From, tell: Tell): Promise<Door> {
    const { accounts, sessions, vouches, now } = this.#options;
    const id = readHsaId(asked.user);
    const signedIn = await this.#try(
      asked.user,
      from,
      tell,
      async () =>
        vouches.use(asked.user, asked.secret, now()) ?? (id === null ? null : accounts.signIn(id, asked.secret)),
    );
    if (signedIn === null) throw new Failure('access.wrong-secret');
    if ('by' in signedIn) return this.#vouchedFor(signedIn, from, tell);
    const { account, isNew, isFirst } = signedIn;
    this.#requireConfirmed(account.id, 'secret', tell);
    const unseen = accounts.untold(account.id);
    if (isNew) this.#nowInUse(account.id, { isFirst, but: null, from }, tell);
    const { id: person, name, title, profession } = account;
    const token = sessions.begin(
      { person: { id: person, name, title, profession }, how: 'secret', vouchedBy: null, granted: [], unseen },
      now().monotonicMs,
    );
    tell({ kind: 'access.signed-in', author: person, body: { name, title, how: 'secret' } });
    return { token, newDevice: this.newDevice(from) };
  }

  #inUse(account: PersonId, sessionsEnded: number) {
    return { account, words: this.#options.accounts.wordsLabel(account), sessionsEnded };
  }

  /** What is of this station alone, words or PIN. @throws {Failure} `access.unconfirmed` */
  #requireConfirmed(account: PersonId, how: 'secret' | 'pin', tell: Tell): void {
    const { accounts, confirmations, now } = this.#options;
    if (!confirmations.isDue(accounts.confirmedAt(account), now())) return;
    tell({ kind: 'access.refused', author: 'station', body: { how, why: 'unconfirmed', account } });
    throw new Failure('access.unconfirmed');
  }

  #vouchedFor({ person, unit, by }: VouchedFor, from: From, tell: Tell): Door {
    const { id, name, title } = person;
    const granted = [{ unit, role: 'vouched' as const }];
    const token = this.#options.sessions.begin(
      { person, how: 'vouched', vouchedBy: by, granted },
      this.#options.now().monotonicMs,
    );
    tell({ kind: 'access.signed-in', author: id, unit, body: { name, title, how: 'vouched', vouchedBy: by } });
    return { token, newDevice: this.newDevice(from) };
  }

  /** Digits and hardware, on the computer they were set for. @throws {Failure} `access.wrong-pin`, {@link SlowedDown} */
  async withPin(asked: PinSignIn, site: Site, from: From, tell: Tell): Promise<Door> {
    const { accounts, pins, now, sessions } = this.#options;
    const id = readHsaId(asked.user);
    const device = this.deviceOf(from);
    const account = await this.#try(asked.user, from, tell, async () => {
      if (id === null || device === null || !(await pins.isRight(asked, { person: id, device, site }))) return null;
      const known = accounts.get(id);
      return known?.state === 'active' ? known : null;
    });
    if (account === null) throw new Failure('access.wrong-pin');
    this.#requireConfirmed(account.id, 'pin', tell);
    const { id: person, name, title, profession } = account;
    const token = sessions.begin(
      {
        ...{ person: { id: person, name, title, profession }, how: 'pin', vouchedBy: null, granted: [] },
        unseen: accounts.untold(person),
      },
      now().monotonicMs,
    );
    tell({ kind: 'access.signed-in', author: person, body: { name, title, how: 'pin' } });
    return { token, newDevice: null };
  }

  /** Two people, two halves. @throws {Failure} `access.wrong-code`, {@link SlowedDown}, `request.invalid` */
  async withEmergencyCode(asked: CodeSignIn, from: From, tell: Tell): Promise<Door> {
    const two = readTwo(asked.first, asked.second);
    if (two === null) throw new Failure('request.invalid', 'två personer skriver namn och titel, var sin');
    const { codes, now, sessions } = this.#options;
    const number = spokenNumber(asked.number);
    const halves = { a: asked.halfA, b: asked.halfB };
    const unit = await this.#try(number, from, tell, () => codes.use(number, halves, now().wallMs));
    if (unit === null) throw new Failure('access.wrong-code');
    const both = bothNames(two);
    const person = { id: readerByCode(number), name: both, title: CODE_TITLE, profession: 'other' as const };
    const granted = [{ unit, role: 'emergency-code' as const }];
    const token = sessions.begin({ person, how: 'emergency-code', vouchedBy: both, granted }, now().monotonicMs);
    tell({ kind: 'access.code-used', author: person.id, unit, body: { number, ...two } });
    return { token, newDevice: this.newDevice(from) };
  }

  /** A device hands in that a code has opened its copy without a station. @throws {Failure} `access.wrong-code`, {@link SlowedDown} */
  async codeUsedAlone(handed: HandedCodeUse, from: From, tell: Tell): Promise<void> {
    const { codes, now } = this.#options;
    const number = spokenNumber(handed.number);
    const used = await this.#try(number, from, tell, async () => codes.usedAlone(handed, now().wallMs));
    if (used === null) throw new Failure('access.wrong-code');
    if (used.isKnown) return;
    const { use, unit, wasSpent } = used;
    const { first, second, openedAt } = use;
    const body = { number, first, second, place: 'app', wasSpent };
    tell({ kind: 'access.code-used', author: readerByCode(number), unit, readAt: openedAt, body });
  }

  /** @throws {Failure} `access.wrong-code`, {@link SlowedDown} */
  async withCode(asked: { readonly user: string; readonly code: string }, from: From, tell: Tell) {
    const id = readHsaId(asked.user);
    const words = await this.#try(asked.user, from, tell, async () => {
      if (id === null) return null;
      return this.#options.accounts.claim(id, asked.code).catch((error: unknown) => {
        if (error instanceof Failure && error.code === 'access.wrong-code') return null;
        throw error;
      });
    });
    if (words === null) throw new Failure('access.wrong-code');
    tell({ kind: 'access.secret-dealt', author: id ?? '', body: { by: 'code' } });
    return words;
  }

  /** Who is signed in says the secret once more; dealt words are then in use, and their other sessions over. @throws {Failure} */
  async again(
    { id, token }: { readonly id: PersonId; readonly token: SessionToken },
    secret: string,
    from: From,
    tell: Tell,
  ): Promise<void> {
    const right = await this.#try(id, from, tell, () => this.#options.accounts.signIn(id, secret));
    if (right === null) throw new Failure('access.wrong-secret');
    if (right.isNew) this.#nowInUse(id, { isFirst: right.isFirst, but: token, from }, tell);
  }

  /** Two who work here, each by their own words, for what one alone may not decide. @throws {Failure} says whose are wrong */
  async both(two: readonly [OwnWords, OwnWords], from: From, tell: Tell): Promise<readonly [Person, Person]> {
    const ids = two.map(({ user }) => readHsaId(user));
    const [one, other] = ids;
    if (one == null || other == null) throw new Failure('request.invalid', 'två HSA-id, som SE2321000016-1ABC');
    if (one === other) throw new Failure('request.invalid', 'två olika personer');
    const first = await this.#byOwnWords(one, two[0].secret, from, tell);
    return [first, await this.#byOwnWords(other, two[1].secret, from, tell)];
  }

  async #byOwnWords(id: PersonId, secret: string, from: From, tell: Tell): Promise<Person> {
    const right = await this.#try(id, from, tell, () => this.#options.accounts.signIn(id, secret));
    if (right === null) throw new Failure('access.wrong-secret', id);
    this.#requireConfirmed(id, 'secret', tell);
    if (right.isNew) this.#nowInUse(id, { isFirst: right.isFirst, but: null, from }, tell);
    return right.account;
  }

  /** The former words are over, and so is every session but the one of who has just said the new. */
  #nowInUse(
    id: PersonId,
    { isFirst, but, from }: { readonly isFirst: boolean; readonly but: SessionToken | null; readonly from: From },
    tell: Tell,
  ): void {
    // Where there were none before, nothing was changed for anybody.
    if (!isFirst) this.#options.accounts.noted(id, 'words', this.#numberOf(from));
    const ended = this.#options.sessions.endAllOf(id, but);
    tell({ kind: 'access.secret-changed', author: id, body: this.#inUse(id, ended) });
  }

  /** Counts, waits and tells around whatever is tried for `user`; null is a wrong try. */
  async #try<T>(user: string, from: From, tell: Tell, act: () => Promise<T | null>): Promise<T | null> {
    const nowMs = this.#options.now().monotonicMs;
    // What was typed is held as a hash only: it may be the secret.
    const account = hash('sha256', user.trim().toUpperCase(), 'hex');
    const isKnownDevice = this.#isKnown(from.device);
    const tries: readonly (readonly [SlowDown, string])[] = isKnownDevice
      ? [[this.#devices, `${account}@${from.device}`]]
      : [
          [this.#accounts, account],
          [this.#addresses, from.address],
        ];
    const waitMs = Math.max(...tries.map(([slow, key]) => slow.waitMs(key, nowMs)));
    if (waitMs > 0) throw new SlowedDown(waitMs);
    for (const [slow, key] of tries) slow.begin(key, nowMs);
    let done: T | null = null;
    let isAnswered = false;
    try {
      done = await act();
      isAnswered = true;
    } finally {
      // Right, or never looked at: no wrong try.
      if (done !== null || !isAnswered)
        for (const [slow, key] of tries)
          if (slow === this.#addresses || !isAnswered) slow.takeBack(key);
          else slow.succeeded(key);
    }
    const [[slow, key]] = tries as readonly [readonly [SlowDown, string]];
    if (done === null) this.#tellRefused(user, slow.countOf(key, nowMs), isKnownDevice, tell);
    return done;
  }

  #tellRefused(user: string, count: number, isKnownDevice: boolean, tell: Tell): void {
    const id = readHsaId(user);
    const isAccount = id !== null && this.#options.accounts.get(id) !== null;
    if (count > TOLD_EACH && !Number.isInteger(Math.log2(count))) return;
    const whom = isAccount ? { account: id } : {};
    tell({ kind: 'access.refused', author: 'station', body: { ...whom, tries: count, knownDevice: isKnownDevice } });
  }

  newDevice({ device }: From): string | null {
    if (this.#isKnown(device)) return null;
    const nonce = randomBytes(16).toString('base64url');
    return `${nonce}.${this.#seal(nonce)}`;
  }

  /** Which device it is, of those that somebody has signed in on; null: another. */
  deviceOf({ device }: Pick<From, 'device'>): string | null {
    const [, nonce, seal] = /^([\w-]{22})\.([\w-]{43})$/.exec(device ?? '') ?? [];
    if (nonce === undefined || seal === undefined) return null;
    return timingSafeEqual(Buffer.from(seal), Buffer.from(this.#seal(nonce))) ? nonce : null;
  }

  #numberOf(from: From): string | null {
    const device = this.deviceOf(from);
    return device === null ? null : deviceNumber(device);
  }

  #isKnown(device: string | null): boolean {
    return this.deviceOf({ device }) !== null;
  }

  #seal(nonce: string): string {
    return createHmac('sha256', this.#options.deviceKey).update(nonce).digest('base64url');
  }
}

/** How long to wait is for the page to count down. */
export class SlowedDown extends Failure {
  readonly waitMs: number;

  constructor(waitMs: number) {
    super('access.slow-down', `${Math.ceil(waitMs / 1000)} s`);
    this.waitMs = waitMs;
  }
}
