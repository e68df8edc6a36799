// Access as the server asks it: who is signed in, which units are theirs, which step they stand at before a patient, and what is kept
// from them meanwhile. Gets its disk, clock and chance from outside.

import { hkdfSync } from 'node:crypto';
import type { Whereabouts } from '../copy/read/copy-reader.ts';
import type { SearchAnswer } from '../copy/read/search.ts';
import type { DeviceKey } from '../domain/access/device-key.ts';
import type { OwnSignIns } from '../domain/access/own-sign-ins.ts';
import { GIVEN_ROLES, type Person, readHsaId } from '../domain/access/people.ts';
import type { NewPin, PinOffer } from '../domain/access/pin.ts';
import type { Emergency, Me, Opened, PatientChoice, UnitChoice, Vouch, Vouched } from '../domain/access/routes.ts';
import {
  sensitiveUnits,
  stepBefore,
  type UnitWithholding,
  type Withholding,
  withholdingFor,
} from '../domain/access/steps.ts';
import { Failure } from '../domain/failures.ts';
import type { UnitId } from '../domain/identity.ts';
import type { Arrival } from '../domain/time.ts';
import type { UnitDeclaration } from '../domain/unit.ts';
import { limits } from '../limits.ts';
import type { AccessStore } from './access-store.ts';
import { Accounts } from './accounts.ts';
import { Blocks } from './blocks.ts';
import { OwnRoleNeeded, patientChoiceNeeded, unitChoiceNeeded } from './choice-needed.ts';
import { Devices, deviceNumber } from './devices.ts';
import { EmergencyCodes } from './emergency-codes.ts';
import { Enrolling } from './enrolling.ts';
import { HandIns } from './hand-ins.ts';
import { Openings } from './openings.ts';
import { PinKeys, type Site } from './pin-keys.ts';
import { Confirmations } from './provider/confirmations.ts';
import type { Provider } from './provider/provider.ts';
import { ProviderSignIns } from './provider/provider-sign-ins.ts';
import { isOneself, mayVouch, type ReaderUnits, readerUnits } from './reader.ts';
import { RefusedAccess, type RefusedOf, type RefusedTry } from './refused-access.ts';
import { Secrets } from './secrets.ts';
import { type Session, Sessions, type SessionToken } from './sessions.ts';
import { type KeysOf, shownHits } from './shown-hits.ts';
import { type From, SignIns } from './sign-ins.ts';
import type { Tell } from './tell.ts';
import { UnitReaders } from './unit-readers.ts';
import { Vouches } from './vouches.ts';
import type { Draw } from './words.ts';

const DAY_MS = 86_400_000;

export interface AccessOptions {
  readonly store: AccessStore;
  readonly units: readonly UnitDeclaration[];
  readonly now: () => Arrival;
  readonly draw: Draw;
  /** 32 bytes of this station's own. */
  readonly key: Buffer;
  readonly isTimePaused: () => boolean;
  /** Null: people sign in with words alone. */
  readonly provider: Provider | null;
}

/** Who asks, and by which session. */
export interface SignedIn {
  readonly session: Session;
  readonly token: SessionToken;
}

/** Where somebody stands before one patient, once they may open the chart. */
export interface PatientAccess {
  /** How it came to be open, as the ledger tells it. */
  readonly how: 'own-unit' | 'choice' | 'emergency';
  /** The reader's unit that the patient is a patient of, or the reader's first unit. */
  readonly unit: UnitId | null;
  readonly withholding: Withholding | null;
}

export class Access {
  readonly accounts: Accounts;
  readonly sessions = new Sessions();
  readonly signIns: SignIns;
  readonly provider: ProviderSignIns | null;
  readonly blocks: Blocks;
  readonly codes: EmergencyCodes;
  readonly pins: PinKeys;
  readonly devices: Devices;
  readonly handIns: HandIns;
  readonly #vouches: Vouches;
  readonly enrolling: Enrolling;
  readonly #unitReaders: UnitReaders;
  readonly #options: AccessOptions;
  readonly #openings = new Openings();
  readonly #refused = new RefusedAccess();
  readonly #sensitive: ReadonlySet<UnitId>;

  constructor(options: AccessOptions) {
    this.#options = options;
    const { store, now, draw, key, provider } = options;
    const secrets = new Secrets();
    this.accounts = new Accounts({ store, secrets, now, draw });
    this.blocks = new Blocks(store);
    this.devices = new Devices(store);
    this.codes = new EmergencyCodes({ store, secrets, draw });
    this.#vouches = new Vouches(draw);
    const deviceKey = Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), 'reservkraft/1/known-device', 32));
    const pinsKey = Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), 'reservkraft/1/pin-challenges', 32));
    this.pins = new PinKeys({ store, now, key: pinsKey });
    const { accounts, sessions, codes, pins } = this;
    const days = provider?.settings.confirmEveryDays ?? null;
    const confirmations = new Confirmations({
      everyMs: days === null ? null : days * DAY_MS,
      isAnswering: () => provider?.isAnswering === true,
      isTimePaused: options.isTimePaused,
    });
    const vouches = this.#vouches;
    this.signIns = new SignIns({ accounts, sessions, codes, pins, vouches, confirmations, now, deviceKey });
    const { signIns } = this;
    this.provider =
      provider === null ? null : new ProviderSignIns({ provider, accounts, sessions, signIns, confirmations, now });
    this.enrolling = new Enrolling({
      accounts: this.accounts,
      sessions: this.sessions,
      pins,
      units: options.units,
      forget: (person) => this.#openings.forget(person),
    });
    this.#sensitive = sensitiveUnits(options.units);
    const copiesKey = Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), 'reservkraft/1/device-copies', 32));
    const { units, isTimePaused } = options;
    this.#unitReaders = new UnitReaders({ accounts, codes, pins, units, now, isTimePaused, key: copiesKey });
    const unitReaders = this.#unitReaders;
    this.handIns = new HandIns({ accounts, devices: this.devices, signIns, unitReaders, now });
  }

  /** What takes something from somebody holds, and a restart would forget it. */
  get isBehind(): boolean {
    return this.#options.store.isBehind;
  }

  /** Null: nobody is signed in with it, or no longer. */
  session(token: string, isByHand: boolean): Session | null {
    const session = this.sessions.use(token, this.#options.now().monotonicMs, isByHand);
    if (session === null || !isOneself(session.how)) return session;
    const state = this.accounts.get(session.person.id)?.state;
    return state === 'active' || (session.how === 'provider' && state === 'invited') ? session : null;
  }

  me(session: Session): Me {
    const now = this.#options.now();
    const account = this.accounts.get(session.person.id);
    const endsInMs = Math.max(0, session.endsAt - now.monotonicMs);
    const { person, how, vouchedBy } = session;
    return {
      person,
      units: this.unitsOf(session).units,
      session: { endsAt: now.wallMs + endsInMs, endsInMs, idleLockMs: limits.idleLockMs, how, vouchedBy },
      secret: { usedAt: account?.secretUsedAt ?? null, isDue: account?.isSecretDue ?? false },
      mayVouch: mayVouch(session),
      ...(session.unseen.length === 0 ? {} : { changed: session.unseen }),
    };
  }

  unitsOf(session: Session): ReaderUnits {
    const { units, now, isTimePaused } = this.#options;
    const { wallMs, monotonicMs } = now();
    const account = this.accounts.get(session.person.id);
    const chosen = this.#openings.units(session.person.id, monotonicMs);
    const { granted, how } = session;
    return readerUnits({
      ...{ account, granted, chosen, units, wallMs },
      isOneself: isOneself(how),
      isTimePaused: isTimePaused(),
    });
  }

  hasUnit(id: UnitId): boolean {
    return this.#options.units.some((unit) => unit.id === id);
  }

  /** Where somebody is signed in, and what has been done with what opens for them. */
  ownSignIns({ session, token }: SignedIn): OwnSignIns {
    const { wallMs, monotonicMs } = this.#options.now();
    const wallOf = (ms: number): number => wallMs - (monotonicMs - ms);
    const { id: person } = session.person;
    const own = this.sessions.idOf(token);
    const sessions = this.sessions.of(person, monotonicMs).map(({ id, session: { how, beganAt, usedAt, device } }) => ({
      ...{ id, isThis: id === own, how, device },
      ...{ beganAt: wallOf(beganAt), usedAt: wallOf(usedAt) },
    }));
    return { sessions, events: this.accounts.eventsOf(person) };
  }

  /** One of their own, or all but this. */
  endOwn({ session, token }: SignedIn, which: string | null, tell: Tell): void {
    const { id } = session.person;
    const ended = which === null ? this.sessions.endAllOf(id, token) : Number(this.sessions.endOne(id, which));
    if (ended > 0) tell({ kind: 'access.signed-out', author: id, body: { sessionsEnded: ended } });
  }

  /** The notice of what was changed has been read. */
  changesRead(session: Session): void {
    this.accounts.told(session.person.id, session.unseen);
    session.unseen = [];
  }

  signOut(token: string, tell: Tell): void {
    const session = this.sessions.end(token);
    if (session !== null) tell({ kind: 'access.signed-out', author: session.person.id, body: {} });
  }

  /** @throws {Failure} `access.choice-needed` with what may be chosen. */
  requireUnit(session: Session, unit: UnitId): void {
    const { reader } = this.unitsOf(session);
    if (reader.units.has(unit) || (reader.isEverywhere && !this.#sensitive.has(unit))) return;
    if (this.#sensitive.has(unit)) throw new OwnRoleNeeded(unit);
    // What is no unit here is anybody's word: the ledger is not told it.
    throw unitChoiceNeeded(this.hasUnit(unit) ? { unit } : {});
  }

  /** @throws {Failure} `access.choice-needed` with what may be chosen. */
  requirePatient(session: Session, { key, keys, stays, bookings }: Whereabouts): PatientAccess {
    const { monotonicMs, wallMs } = this.#options.now();
    const { reader, units } = this.unitsOf(session);
    const all = { reader, sensitive: this.#sensitive, blocks: this.blocks.all };
    const withholding = withholdingFor(keys, all);
    const opening = this.#openings.of(session.person.id, keys, monotonicMs);
    const decision = stepBefore({ stays, bookings }, withholding, opening, wallMs);
    if (decision.step !== 'open') throw patientChoiceNeeded(decision.step, key);
    const own = [...stays.flatMap(({ unit, plannedUnit }) => [unit, plannedUnit]), ...bookings.listed].find(
      (unit) => unit !== null && reader.units.has(unit),
    );
    return {
      how: opening.isEmergency ? 'emergency' : decision.isOwn ? 'own-unit' : 'choice',
      unit: own ?? units[0]?.unit ?? null,
      withholding: decision.isWithholding ? withholding : null,
    };
  }

  /** That somebody was refused, so that it can be followed up; never so often that it fills the ledger. */
  refused(session: Session, why: RefusedTry['why'], of: RefusedOf, tell: Tell): void {
    const { id, name } = session.person;
    const told = this.#refused.note({ person: id, why, of }, this.#options.now().monotonicMs);
    if (told === null) return;
    const { patient = null, unit, route } = told.of;
    const body = { why: told.why, tries: told.tries, ...(route === undefined ? {} : { asked: route }) };
    // The two have no account that tells later who they were.
    const names = session.how === 'emergency-code' ? { names: name } : {};
    tell({
      kind: 'access.denied',
      author: id,
      patient,
      unit: unit ?? this.#homeOf(session),
      body: { ...body, ...names },
    });
  }

  /** Of who may read the unit's copy on a device without the station. */
  readersOf(unit: UnitId): string {
    return this.#unitReaders.version(unit);
  }

  /** Somebody has signed in on it; `device` as it will say it. */
  deviceUsed(device: string | null, session: Session): void {
    const known = this.signIns.deviceOf({ device });
    const { id } = session.person;
    session.device = known === null ? null : deviceNumber(known);
    if (isOneself(session.how)) this.accounts.noted(id, 'signed-in', session.device);
    if (known === null) return;
    const given = [...session.granted, ...(this.accounts.get(id)?.assignments ?? [])].map(({ unit }) => unit);
    const units = [...new Set(given.filter((unit): unit is UnitId => unit !== 'all'))];
    this.devices.used(known, id, units, this.#options.now().wallMs);
  }

  /** What a device seals its copy of the unit with, and opens it by. @throws {Failure} `access.not-allowed` */
  deviceKey(asked: { readonly unit: UnitId; readonly vault: string }, from: From): DeviceKey {
    const device = this.signIns.deviceOf(from);
    if (device === null) throw new Failure('access.not-allowed', 'Ingen har loggat in på den här enheten.');
    return this.#unitReaders.deviceKey(asked.unit, asked.vault, device);
  }

  /** What is kept from a reader of a unit's list; null: nothing in the house is blocked. */
  unitWithholding(session: Session): UnitWithholding | null {
    const blocks = this.blocks.all;
    if (this.#sensitive.size === 0 && blocks.size === 0) return null;
    return { reader: this.unitsOf(session).reader, sensitive: this.#sensitive, blocks };
  }

  shownHits(session: Session, answer: SearchAnswer, keysOf: KeysOf): SearchAnswer {
    const withheld = this.unitWithholding(session);
    return withheld === null ? answer : shownHits(answer, withheld, keysOf);
  }

  /** `isProtected`: the person has protected identity. Whoever cares for them must find them; every such choice is reviewed. */
  choose(
    session: Session,
    choice: (PatientChoice & { readonly isProtected: boolean }) | UnitChoice,
    tell: Tell,
  ): Opened {
    const { id, name, title } = session.person;
    const { monotonicMs } = this.#options.now();
    if ('unit' in choice) {
      // A code and a colleague's word are for one unit; its neighbour has codes and colleagues of its own.
      if (!isOneself(session.how))
        throw new Failure('access.not-allowed', 'Be en kollega på den enheten att intyga dig där.');
      if (this.#sensitive.has(choice.unit)) throw new OwnRoleNeeded(choice.unit);
      if (!this.hasUnit(choice.unit)) throw new Failure('unit.not-found');
      this.#openings.chooseUnit(id, choice.unit, monotonicMs);
      tell({ kind: 'access.choice', author: id, unit: choice.unit, body: { relation: choice.relation } });
    } else {
      const open = this.#openings.choose(id, choice.patient, monotonicMs);
      tell({
        kind: 'access.choice',
        author: id,
        patient: choice.patient,
        unit: this.#homeOf(session),
        body: { relation: choice.relation, ...(choice.isProtected ? { isProtected: true, name, title } : {}) },
      });
      this.#tellMany(session, open, tell);
    }
    return this.#openedFor(limits.choiceMs);
  }

  openInEmergency(session: Session, { patient, reason, consent }: Emergency, tell: Tell): Opened {
    const { id, name, title } = session.person;
    const open = this.#openings.open(id, patient, this.#options.now().monotonicMs);
    tell({
      kind: 'access.emergency',
      author: id,
      patient,
      unit: this.#homeOf(session),
      body: { name, title, reason, consent },
    });
    this.#tellMany(session, open, tell);
    return this.#openedFor(limits.emergencyMs);
  }

  /** @throws {Failure} `access.not-allowed`, `access.person-not-found` */
  vouch(session: Session, vouch: Vouch, tell: Tell): Vouched {
    const { id, name, title } = session.person;
    const given = this.unitsOf(session).units.find(({ unit }) => unit === vouch.unit);
    if (!mayVouch(session) || given === undefined || !(GIVEN_ROLES as readonly string[]).includes(given.role))
      throw new Failure('access.not-allowed', 'Legitimerad personal intygar kollegor på sin egen enhet, med egna ord.');
    const person = this.#vouchedPerson(vouch);
    if (person.id === id) throw new Failure('access.not-allowed', 'Ingen kan intyga sig själv.');
    const now = this.#options.now();
    const code = this.#vouches.add({ person, unit: vouch.unit, by: `${name}, ${title} (${id})` }, now);
    const { reason, unit } = vouch;
    tell({
      kind: 'access.vouched',
      author: id,
      unit,
      body: { for: person.id, name: person.name, title: person.title, reason },
    });
    return { user: person.id, code, codeInMs: limits.vouchCodeMs };
  }

  #vouchedPerson({ user, name, title, profession }: Vouch): Person {
    if (user === undefined) {
      if (name === undefined || title === undefined || profession === undefined)
        throw new Failure('request.invalid', 'ange kollegans HSA-id, eller namn, titel och yrke');
      return { id: this.#vouches.guestId(), name, title, profession };
    }
    const account = this.accounts.get(readHsaId(user) ?? '');
    if (account === null || account.state === 'closed') throw new Failure('access.person-not-found');
    return { id: account.id, name: account.name, title: account.title, profession: account.profession };
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
    if (secret !== null) await this.signIns.again({ id, token }, secret, from, tell);
    // Not by whoever finds a computer that somebody left.
    else if (!this.#isJustIdentified(session))
      throw new Failure(
        'access.not-allowed',
        'Skriv orden du har, eller logga in på nytt genom legitimeringstjänsten.',
      );
    const words = await this.accounts.dealSecret(id);
    tell({ kind: 'access.secret-dealt', author: id, body: { by: secret === null ? 'provider' : 'self' } });
    return words;
  }

  /** Own words by who is in without them: once a fortnight, so that they are known the night they are needed. @throws {Failure} */
  async practise({ session, token }: SignedIn, secret: string, from: From, tell: Tell): Promise<void> {
    const { id } = session.person;
    if (session.how !== 'provider')
      throw new Failure('access.not-allowed', 'Den som är inloggad med sina ord har just använt dem.');
    await this.signIns.again({ id, token }, secret, from, tell);
    tell({ kind: 'access.practised', author: id, body: {} });
  }

  #isJustIdentified({ how, beganAt }: Session): boolean {
    return how === 'provider' && this.#options.now().monotonicMs - beganAt < limits.providerFreshMs;
  }

  /** What the hardware of who is signed in by words is asked to make itself known with, for this computer. */
  offerPin(session: Session, site: Site, from: From): PinOffer {
    if (session.how !== 'secret') throw new Failure('access.not-allowed', 'Logga in med egna ord först.');
    const { id, name } = session.person;
    const mine = this.pins.of(id, this.signIns.deviceOf(from)).filter(({ isHere }) => isHere);
    const taken = mine.map(({ credential }) => credential);
    return { challenge: this.pins.challenge(), rpId: site.rpId, rpName: 'Reservkraft', userName: name, taken };
  }

  /** @throws {Failure} `access.wrong-secret`, `access.pin-refused` */
  async addPin({ session, token }: SignedIn, asked: NewPin, site: Site, from: From, tell: Tell): Promise<void> {
    const { id: person } = session.person;
    const device = this.signIns.deviceOf(from);
    if (session.how !== 'secret' || device === null)
      throw new Failure('access.not-allowed', 'Logga in med egna ord först.');
    await this.signIns.again({ id: person, token }, asked.secret, from, tell);
    const { userVerified } = await this.pins.add(asked, { person, device, site });
    this.accounts.noted(person, 'pin-added', deviceNumber(device));
    tell({ kind: 'access.pin-added', author: person, body: { key: asked.credential.slice(0, 16), userVerified } });
  }

  /** A key that is lost, or not wanted: whoever has it is signed out too. */
  removePin(session: Session, token: SessionToken, credential: string, tell: Tell): void {
    const { id } = session.person;
    if (this.pins.remove(id, credential) === 0) throw new Failure('access.pin-refused', 'den finns inte');
    this.accounts.noted(id, 'pin-removed', session.device);
    const sessionsEnded = this.sessions.endAllOf(id, token);
    tell({ kind: 'access.pin-removed', author: id, body: { account: id, removed: 1, sessionsEnded } });
  }

  /** Never a hindrance: whoever opens many patients of other units may be caring for them all. */
  #tellMany(session: Session, open: number | null, tell: Tell): void {
    if (open === null) return;
    const { id, name, title } = session.person;
    tell({ kind: 'access.many-opened', author: id, unit: this.#homeOf(session), body: { open, name, title } });
  }

  #homeOf(session: Session): UnitId | null {
    return this.unitsOf(session).units[0]?.unit ?? null;
  }

  #openedFor(ms: number): Opened {
    return { until: this.#options.now().wallMs + ms, untilInMs: ms };
  }
}
