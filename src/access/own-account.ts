// What a signed-in person does with what opens for them: sees where they are signed in and ends it, has words anew and practises them,
// chooses a PIN on a computer and takes it away.

import type { OwnSignIns } from '../domain/access/own-sign-ins.ts';
import type { NewPin, PinOffer } from '../domain/access/pin.ts';
import { Failure } from '../domain/failures.ts';
import type { Arrival } from '../domain/time.ts';
import { limits } from '../limits.ts';
import type { Accounts } from './accounts.ts';
import { deviceNumber } from './devices.ts';
import type { PinKeys, Site } from './pin-keys.ts';
import { isOneself } from './reader.ts';
import type { Session, Sessions, SessionToken } from './sessions.ts';
import type { From, SignIns } from './sign-ins.ts';
import type { Tell } from './tell.ts';

/** Who asks, and by which session. */
export interface SignedIn {
  readonly session: Session;
  readonly token: SessionToken;
}

export interface OwnAccountOptions {
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly signIns: SignIns;
  readonly pins: PinKeys;
  readonly now: () => Arrival;
}

export class OwnAccount {
  readonly #options: OwnAccountOptions;

  constructor(options: OwnAccountOptions) {
    this.#options = options;
  }

  /** Where somebody is signed in, and what has been done with what opens for them. */
  signIns({ session, token }: SignedIn): OwnSignIns {
    const { wallMs, monotonicMs } = this.#options.now();
    const wallOf = (ms: number): number => wallMs - (monotonicMs - ms);
    const { id: person } = session.person;
    const own = this.#options.sessions.idOf(token);
    const sessions = this.#options.sessions
      .of(person, monotonicMs)
      .map(({ id, session: { how, beganAt, usedAt, device } }) => ({
        ...{ id, isThis: id === own, how, device },
        ...{ beganAt: wallOf(beganAt), usedAt: wallOf(usedAt) },
      }));
    return { sessions, events: this.#options.accounts.eventsOf(person) };
  }

  /** One of their own, or all but this. */
  end({ session, token }: SignedIn, which: string | null, tell: Tell): void {
    const { id } = session.person;
    const ended =
      which === null ? this.#options.sessions.endAllOf(id, token) : Number(this.#options.sessions.endOne(id, which));
    if (ended > 0) tell({ kind: 'access.signed-out', author: id, body: { sessionsEnded: ended } });
  }

  /** The notice of what was changed has been read. */
  changesRead(session: Session): void {
    this.#options.accounts.told(session.person.id, session.unseen);
    session.unseen = [];
  }

  signOut(token: string, tell: Tell): void {
    const session = this.#options.sessions.end(token);
    if (session !== null) tell({ kind: 'access.signed-out', author: session.person.id, body: {} });
  }

  /** @throws {Failure} `access.wrong-secret` */
  async changeSecret(
    { session, token }: SignedIn,
    secret: string | null,
    from: From,
    tell: Tell,
  ): Promise<readonly string[]> {
    const { id } = session.person;
    if (!isOneself(session.how)) throw new Failure('access.not-allowed', 'Logga in som dig själv först.');
    if (secret !== null) await this.#options.signIns.again({ id, token }, secret, from, tell);
    // Not by whoever finds a computer that somebody left.
    else if (!this.#isJustIdentified(session))
      throw new Failure(
        'access.not-allowed',
        'Skriv orden du har, eller logga in på nytt genom legitimeringstjänsten.',
      );
    const words = await this.#options.accounts.dealSecret(id);
    tell({ kind: 'access.secret-dealt', author: id, body: { by: secret === null ? 'provider' : 'self' } });
    return words;
  }

  /** Own words by who is in without them: once a fortnight, so that they are known the night they are needed. @throws {Failure} */
  async practise({ session, token }: SignedIn, secret: string, from: From, tell: Tell): Promise<void> {
    const { id } = session.person;
    if (session.how !== 'provider')
      throw new Failure('access.not-allowed', 'Den som är inloggad med sina ord har just använt dem.');
    await this.#options.signIns.again({ id, token }, secret, from, tell);
    tell({ kind: 'access.practised', author: id, body: {} });
  }

  #isJustIdentified({ how, beganAt }: Session): boolean {
    return how === 'provider' && this.#options.now().monotonicMs - beganAt < limits.providerFreshMs;
  }

  /** What the hardware of who is signed in by words is asked to make itself known with, for this computer. */
  offerPin(session: Session, site: Site, from: From): PinOffer {
    if (session.how !== 'secret') throw new Failure('access.not-allowed', 'Logga in med egna ord först.');
    const { id, name } = session.person;
    const mine = this.#options.pins.of(id, this.#options.signIns.deviceOf(from)).filter(({ isHere }) => isHere);
    const taken = mine.map(({ credential }) => credential);
    return { challenge: this.#options.pins.challenge(), rpId: site.rpId, rpName: 'Reservkraft', userName: name, taken };
  }

  /** @throws {Failure} `access.wrong-secret`, `access.pin-refused` */
  async addPin({ session, token }: SignedIn, asked: NewPin, site: Site, from: From, tell: Tell): Promise<void> {
    const { id: person } = session.person;
    const device = this.#options.signIns.deviceOf(from);
    if (session.how !== 'secret' || device === null)
      throw new Failure('access.not-allowed', 'Logga in med egna ord först.');
    await this.#options.signIns.again({ id: person, token }, asked.secret, from, tell);
    const { userVerified } = await this.#options.pins.add(asked, { person, device, site });
    this.#options.accounts.noted(person, 'pin-added', deviceNumber(device));
    tell({ kind: 'access.pin-added', author: person, body: { key: asked.credential.slice(0, 16), userVerified } });
  }

  /** A key that is lost, or not wanted: whoever has it is signed out too. */
  removePin(session: Session, token: SessionToken, credential: string, tell: Tell): void {
    const { id } = session.person;
    if (this.#options.pins.remove(id, credential) === 0) throw new Failure('access.pin-refused', 'den finns inte');
    this.#options.accounts.noted(id, 'pin-removed', session.device);
    const sessionsEnded = this.#options.sessions.endAllOf(id, token);
    tell({ kind: 'access.pin-removed', author: id, body: { account: id, removed: 1, sessionsEnded } });
  }
}
