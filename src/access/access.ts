// Access as the server asks it: who is signed in, and everybody who answers for a part of it, put together. Gets its disk, clock and
// chance from outside.

import { hkdfSync } from 'node:crypto';
import type { DeviceKey } from '../domain/access/device-key.ts';
import type { Me } from '../domain/access/routes.ts';
import { Failure } from '../domain/failures.ts';
import type { UnitId } from '../domain/identity.ts';
import type { Arrival } from '../domain/time.ts';
import type { UnitDeclaration } from '../domain/unit.ts';
import { limits } from '../limits.ts';
import type { AccessStore } from './access-store.ts';
import { Accounts } from './accounts.ts';
import { Blocks } from './blocks.ts';
import { Devices, deviceNumber } from './devices.ts';
import { EmergencyCodes } from './emergency-codes.ts';
import { Enrolling } from './enrolling.ts';
import { HandIns } from './hand-ins.ts';
import { OwnAccount } from './own-account.ts';
import { PinKeys } from './pin-keys.ts';
import { Confirmations } from './provider/confirmations.ts';
import type { Provider } from './provider/provider.ts';
import { ProviderSignIns } from './provider/provider-sign-ins.ts';
import { isOneself, mayVouch } from './reader.ts';
import { Rights } from './rights.ts';
import { Secrets } from './secrets.ts';
import { type Session, Sessions } from './sessions.ts';
import { type From, SignIns } from './sign-ins.ts';
import { UnitReaders } from './unit-readers.ts';
import { Vouches } from './vouches.ts';
import { Vouching } from './vouching.ts';
import type { Draw } from './words.ts';

export type { PatientAccess } from './rights.ts';

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
  readonly enrolling: Enrolling;
  readonly #rights: Rights;
  readonly #ownAccount: OwnAccount;
  readonly #vouching: Vouching;
  readonly #unitReaders: UnitReaders;
  readonly #options: AccessOptions;

  constructor(options: AccessOptions) {
    this.#options = options;
    const { store, units, now, draw, isTimePaused, provider } = options;
    const key = (purpose: string): Buffer =>
      Buffer.from(hkdfSync('sha256', options.key, Buffer.alloc(0), `reservkraft/1/${purpose}`, 32));
    const secrets = new Secrets();
    const vouches = new Vouches(draw);
    this.accounts = new Accounts({ store, secrets, now, draw });
    this.blocks = new Blocks(store);
    this.devices = new Devices(store);
    this.codes = new EmergencyCodes({ store, secrets, draw });
    this.pins = new PinKeys({ store, now, key: key('pin-challenges') });
    const { accounts, blocks, devices, sessions, codes, pins } = this;
    const days = provider?.settings.confirmEveryDays ?? null;
    const confirmations = new Confirmations({
      everyMs: days === null ? null : days * DAY_MS,
      isAnswering: () => provider?.isAnswering === true,
      isTimePaused,
    });
    const deviceKey = key('known-device');
    this.signIns = new SignIns({ accounts, sessions, codes, pins, vouches, confirmations, now, deviceKey });
    const { signIns } = this;
    this.provider =
      provider === null ? null : new ProviderSignIns({ provider, accounts, sessions, signIns, confirmations, now });
    this.#rights = new Rights({ accounts, blocks, units, now, isTimePaused });
    const rights = this.#rights;
    this.enrolling = new Enrolling({ accounts, sessions, pins, units, forget: (person) => rights.forget(person) });
    this.#ownAccount = new OwnAccount({ accounts, sessions, signIns, pins, now });
    this.#vouching = new Vouching({ vouches, accounts, rights, now });
    this.#unitReaders = new UnitReaders({ accounts, codes, pins, units, now, isTimePaused, key: key('device-copies') });
    this.handIns = new HandIns({ accounts, devices, signIns, unitReaders: this.#unitReaders, now });
  }

  /** What takes something from somebody holds, and a restart would forget it. */
  get isBehind(): boolean {
    return this.#options.store.isBehind;
  }

  /** Null: nobody is signed in with it, or no longer. */
  session(token: string, isByHand: boolean): Session | null {
    const { wallMs, monotonicMs } = this.#options.now();
    const session = this.sessions.use(token, monotonicMs, isByHand);
    if (session === null) return null;
    if (session.device !== null) this.devices.seen(session.device, wallMs);
    if (!isOneself(session.how)) return session;
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
      units: this.#rights.unitsOf(session).units,
      session: { endsAt: now.wallMs + endsInMs, endsInMs, idleLockMs: limits.idleLockMs, how, vouchedBy },
      secret: { usedAt: account?.secretUsedAt ?? null, isDue: account?.isSecretDue ?? false },
      mayVouch: mayVouch(session),
      ...(session.unseen.length === 0 ? {} : { changed: session.unseen }),
    };
  }

  /** Of who may read the unit's copy on a device without the station. */
  readersOf(unit: UnitId): string {
    return this.#unitReaders.version(unit);
  }

  /** Somebody has signed in on it; `device` as it will say it, `browser` in words. */
  deviceUsed(device: string | null, session: Session, browser: string | null): void {
    const known = this.signIns.deviceOf({ device });
    const { id } = session.person;
    session.device = known === null ? null : deviceNumber(known);
    if (isOneself(session.how)) this.accounts.noted(id, 'signed-in', session.device);
    if (known === null) return;
    const given = [...session.granted, ...(this.accounts.get(id)?.assignments ?? [])].map(({ unit }) => unit);
    const units = [...new Set(given.filter((unit): unit is UnitId => unit !== 'all'))];
    this.devices.used(known, { person: id, units, browser }, this.#options.now().wallMs);
  }

  /** The unit's copy has been sent to where somebody is signed in. */
  copySent({ device }: Session, unit: UnitId): void {
    if (device !== null) this.devices.sent(device, unit, this.#options.now().wallMs);
  }

  /** The computer that somebody is signed in on is this reserve place. */
  isPlace({ device }: Session, place: string): void {
    if (device !== null) this.devices.isPlace(device, place, this.#options.now().wallMs);
  }

  /** What a device seals its copy of the unit with, and opens it by. @throws {Failure} `access.not-allowed` */
  deviceKey(asked: { readonly unit: UnitId; readonly vault: string }, from: From): DeviceKey {
    const device = this.signIns.deviceOf(from);
    if (device === null) throw new Failure('access.not-allowed', 'Ingen har loggat in på den här enheten.');
    this.devices.holds(deviceNumber(device), asked.unit, this.#options.now().wallMs);
    return this.#unitReaders.deviceKey(asked.unit, asked.vault, device);
  }

  // What is whose to open.
  readonly unitsOf: Rights['unitsOf'] = (...asked) => this.#rights.unitsOf(...asked);
  readonly hasUnit: Rights['hasUnit'] = (...asked) => this.#rights.hasUnit(...asked);
  readonly requireUnit: Rights['requireUnit'] = (...asked) => this.#rights.requireUnit(...asked);
  readonly requirePatient: Rights['requirePatient'] = (...asked) => this.#rights.requirePatient(...asked);
  readonly refused: Rights['refused'] = (...asked) => this.#rights.refused(...asked);
  readonly unitWithholding: Rights['unitWithholding'] = (...asked) => this.#rights.unitWithholding(...asked);
  readonly shownHits: Rights['shownHits'] = (...asked) => this.#rights.shownHits(...asked);
  readonly choose: Rights['choose'] = (...asked) => this.#rights.choose(...asked);
  readonly openInEmergency: Rights['openInEmergency'] = (...asked) => this.#rights.openInEmergency(...asked);

  // What somebody does with what opens for them.
  readonly ownSignIns: OwnAccount['signIns'] = (...asked) => this.#ownAccount.signIns(...asked);
  readonly endOwn: OwnAccount['end'] = (...asked) => this.#ownAccount.end(...asked);
  readonly changesRead: OwnAccount['changesRead'] = (...asked) => this.#ownAccount.changesRead(...asked);
  readonly signOut: OwnAccount['signOut'] = (...asked) => this.#ownAccount.signOut(...asked);
  readonly changeSecret: OwnAccount['changeSecret'] = (...asked) => this.#ownAccount.changeSecret(...asked);
  readonly practise: OwnAccount['practise'] = (...asked) => this.#ownAccount.practise(...asked);
  readonly offerPin: OwnAccount['offerPin'] = (...asked) => this.#ownAccount.offerPin(...asked);
  readonly addPin: OwnAccount['addPin'] = (...asked) => this.#ownAccount.addPin(...asked);
  readonly removePin: OwnAccount['removePin'] = (...asked) => this.#ownAccount.removePin(...asked);

  readonly vouch: Vouching['vouch'] = (...asked) => this.#vouching.vouch(...asked);
}
