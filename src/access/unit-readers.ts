// Who may read a unit's copy on a device with the station gone: those with a role there just now, each by an envelope their own words
// open, and two people with a sealed code that is not used. What a choice or a colleague opens is for a shift and at the station, and has none.

import { createCipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import {
  type DeviceKey,
  ENVELOPE_IV_BYTES,
  type Envelope,
  type EnvelopeContent,
  envelopeContext,
} from '../domain/access/device-key.ts';
import { type Account, CODE_TITLE, type Person } from '../domain/access/people.ts';
import type { Me, MyUnit } from '../domain/access/routes.ts';
import { readerByCode } from '../domain/access/sealed-code.ts';
import type { UnitId } from '../domain/identity.ts';
import type { Arrival } from '../domain/time.ts';
import type { UnitDeclaration } from '../domain/unit.ts';
import { limits } from '../limits.ts';
import type { Accounts } from './accounts.ts';
import type { EmergencyCodes } from './emergency-codes.ts';
import type { PinKeys } from './pin-keys.ts';
import { mayVouch, readerUnits } from './reader.ts';
import type { Session } from './sessions.ts';
import type { WordsKey } from './words-keys.ts';

export interface UnitReadersOptions {
  readonly accounts: Accounts;
  readonly codes: EmergencyCodes;
  readonly pins: PinKeys;
  readonly units: readonly UnitDeclaration[];
  readonly now: () => Arrival;
  readonly isTimePaused: () => boolean;
  /** Of this station's own: no device's key can be told from another's. */
  readonly key: Buffer;
}

interface UnitReader {
  readonly me: Me;
  readonly keys: readonly WordsKey[];
}

interface Known {
  readonly changes: number;
  readonly atMs: number;
  readonly version: string;
  readonly readers: readonly UnitReader[];
}

/** Roles begin and end by the day. */
const LOOK_AGAIN_MS = 60_000;

export class UnitReaders {
  readonly #options: UnitReadersOptions;
  readonly #known = new Map<UnitId, Known>();

  constructor(options: UnitReadersOptions) {
    this.#options = options;
  }

  /** Another whenever somebody has come, gone or got other words. */
  version(unit: UnitId): string {
    return this.#readersOf(unit).version;
  }

  /** `device`: what only this device's cookie says; `vault`: what the device calls the copy it keeps. */
  deviceKey(unit: UnitId, vault: string, device: string): DeviceKey {
    const { version, readers } = this.#readersOf(unit);
    const key = this.keyOf(unit, vault, device);
    const envelopes = readers.flatMap(({ me, keys }): Envelope[] => {
      const content = { key: key.toString('base64'), me };
      const byPin = { ...content, me: { ...me, session: sessionBy('pin') } };
      return [
        ...keys.map((words) => sealed(content, words, { vault, unit })),
        ...this.#options.pins
          .openers(me.person.id, device)
          .map(({ hardware, key: slow }) => ({ ...sealed(byPin, slow, { vault, unit }), hardware })),
      ];
    });
    return { readers: version, key: key.toString('base64'), envelopes };
  }

  /** The same each time it is asked for: the station keeps none of them. */
  keyOf(unit: string, vault: string, device: string): Buffer {
    const info = `reservkraft/1/device-copy\n${device}\n${unit}`;
    return Buffer.from(hkdfSync('sha256', this.#options.key, Buffer.from(vault, 'base64url'), info, KEY_BYTES));
  }

  #readersOf(unit: UnitId): Known {
    const { accounts, codes, pins, now } = this.#options;
    const changes = accounts.changes + codes.changes + pins.changes;
    const { monotonicMs } = now();
    const known = this.#known.get(unit);
    if (known?.changes === changes && monotonicMs - known.atMs < LOOK_AGAIN_MS) return known;
    const people = accounts.openers().flatMap(({ account, keys }) => this.#readerOf(account, keys, unit));
    const byCode = codes.openers(unit).flatMap(({ number, key }) => this.#readerByCode(number, key, unit));
    const readers = [...people.slice(0, limits.unitReadersMax), ...byCode];
    const told = readers.map(({ me: { person, units }, keys }) => [
      person,
      units,
      keys.map(({ salt }) => salt),
      pins.of(person.id, null).map(({ credential }) => credential),
    ]);
    const version = createHash('sha256').update(JSON.stringify(told)).digest('base64url').slice(0, 22);
    const found = { changes, atMs: monotonicMs, version, readers };
    this.#known.set(unit, found);
    return found;
  }

  #readerOf(account: Account, keys: readonly WordsKey[], unit: UnitId): UnitReader[] {
    const { id, name, title, profession } = account;
    const person = { id, name, title, profession };
    const mine = this.#unitsOf(account, [], unit);
    if (mine.length === 0) return [];
    const secret = { usedAt: account.secretUsedAt, isDue: account.isSecretDue };
    const how = 'secret';
    return [
      { me: { person, units: mine, session: sessionBy(how), secret, mayVouch: mayVouch({ person, how }) }, keys },
    ];
  }

  /** Who they are is written by the two themselves when they open it. */
  #readerByCode(number: string, key: WordsKey, unit: UnitId): UnitReader[] {
    const units = this.#unitsOf(null, [{ unit, role: 'emergency-code' }], unit);
    const person: Person = { id: readerByCode(number), name: '', title: CODE_TITLE, profession: 'other' };
    const secret = { usedAt: null, isDue: false };
    if (units.length === 0) return [];
    return [{ me: { person, units, session: sessionBy('emergency-code'), secret, mayVouch: false }, keys: [key] }];
  }

  #unitsOf(account: Account | null, granted: Session['granted'], unit: UnitId): readonly MyUnit[] {
    const { units, now, isTimePaused } = this.#options;
    return readerUnits({
      account,
      granted,
      chosen: [],
      isOneself: account !== null,
      units: units.filter((one) => one.id === unit),
      wallMs: now().wallMs,
      isTimePaused: isTimePaused(),
    }).units.filter((one) => one.unit === unit);
  }
}

const KEY_BYTES = 32;

function sessionBy(how: Session['how']): Me['session'] {
  const { sessionMs: endsInMs, idleLockMs } = limits;
  return { endsAt: 0, endsInMs, idleLockMs, how, vouchedBy: null };
}

function sealed(content: EnvelopeContent, words: WordsKey, { vault, unit }: { vault: string; unit: UnitId }): Envelope {
  const person = content.me.person.id;
  const iv = randomBytes(ENVELOPE_IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(words.key, 'base64'), iv);
  cipher.setAAD(Buffer.from(envelopeContext(vault, unit, person), 'utf8'));
  const bytes = Buffer.concat([cipher.update(JSON.stringify(content), 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return { person, salt: words.salt, iv: iv.toString('base64'), sealed: bytes.toString('base64') };
}
