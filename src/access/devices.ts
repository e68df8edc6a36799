// The devices somebody has signed in on, each under a short number, so that one that is gone can be told from the others. One reported
// lost is answered nothing any more, hands in what was read on it and no station has heard of, and wipes what it keeps (design §5.23: wiping
// without contact happens to no other).

import { createHash } from 'node:crypto';
import { type PersonId, personId } from '../domain/access/people.ts';
import { Failure } from '../domain/failures.ts';
import type { UnitId } from '../domain/identity.ts';
import { limits } from '../limits.ts';
import type { AccessStore, KeptRow } from './access-store.ts';

export interface Device {
  /** `D-7F3K-92QA`. */
  readonly number: string;
  /** Who signed in there last, and when, by the station's clock. */
  readonly person: PersonId;
  readonly usedAt: number;
  /** Everybody who has, the last first. */
  readonly people: readonly PersonId[];
  /** Where who signed in there last had a role then: who answers for the unit reports it, also when they have left. */
  readonly units: readonly UnitId[];
  readonly lostAt: number | null;
  /** When a lost one first handed in what was read on it: it is taken for a while from then. */
  readonly heardAt: number | null;
  /** When a lost one was first answered that it is. */
  readonly refusedAt: number | null;
  /** When somebody with a lost one's cookie last said that this was all. That it is wiped nobody can know. */
  readonly toldAllAt: number | null;
  /** When it last asked anything. */
  readonly seenAt: number;
  /** *Edge på Windows*. */
  readonly browser: string | null;
  /** The reserve place it was last said to be. */
  readonly place: string | null;
  /** Units whose copy it has been given a key to keep with, and when it last fetched it; last first. */
  readonly copies: readonly HeldCopy[];
}

export interface HeldCopy {
  readonly unit: UnitId;
  readonly at: number;
}

/** Somebody has signed in. */
export interface DeviceUse {
  readonly person: PersonId;
  readonly units: readonly UnitId[];
  readonly browser: string | null;
}

/** What is no news is written at most this often, and is up to so much older after a restart. */
const WRITTEN_AGAIN_MS = 3_600_000;
const LETTERS = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';

/** What rows of earlier versions lack. */
const NOT_YET = {
  ...{ heardAt: null, refusedAt: null, toldAllAt: null },
  ...{ units: [], browser: null, place: null, copies: [] },
} as const;

const rowOf = (device: Device) => ({ kind: 'device' as const, id: device.number, body: device });

/** `device`: what its cookie says; nobody finds that from the number. */
export function deviceNumber(device: string): string {
  const bytes = createHash('sha256').update(`reservkraft/1/device-number\n${device}`).digest();
  const letters = Array.from(bytes.subarray(0, 8), (byte) => LETTERS.charAt(byte % LETTERS.length)).join('');
  return `D-${letters.slice(0, 4)}-${letters.slice(4)}`;
}

export class Devices {
  readonly #store: AccessStore;
  readonly #devices = new Map<string, Device>();
  readonly #writtenAt = new Map<string, number>();
  #lost = 0;

  constructor(store: AccessStore) {
    this.#store = store;
    for (const device of store.all<Pick<Device, 'number' | 'person' | 'usedAt' | 'lostAt'> & Partial<Device>>('device'))
      this.#devices.set(device.number, { ...NOT_YET, people: [device.person], seenAt: device.usedAt, ...device });
    this.#lost = [...this.#devices.values()].filter(({ lostAt }) => lostAt !== null).length;
  }

  /** Last used first. */
  all(): readonly Device[] {
    return [...this.#devices.values()].toSorted((a, b) => b.usedAt - a.usedAt);
  }

  /** Nothing is looked up while none is lost. */
  get areSomeLost(): boolean {
    return this.#lost > 0;
  }

  /** Null: not lost. */
  lostOne(device: string): Device | null {
    const known = this.#devices.get(deviceNumber(device));
    return known?.lostAt == null ? null : known;
  }

  /** A lost one hands in what was read on it. */
  heard(number: string, wallMs: number): void {
    if (this.#devices.get(number)?.heardAt === null) this.#change(number, { heardAt: wallMs });
  }

  /** A lost one says that it has handed in everything, and the ledger has it. */
  toldAll(number: string, wallMs: number): void {
    this.#change(number, { toldAllAt: wallMs });
  }

  /** A lost one was answered that it is. */
  refused(number: string, wallMs: number): void {
    const known = this.#devices.get(number);
    if (known === undefined) return;
    if (known.refusedAt === null) this.#change(number, { refusedAt: wallMs, seenAt: wallMs });
    else this.#note({ ...known, seenAt: wallMs }, wallMs, false);
  }

  /** It asks something. */
  seen(number: string, wallMs: number): void {
    const known = this.#devices.get(number);
    if (known !== undefined) this.#note({ ...known, seenAt: wallMs }, wallMs, false);
  }

  /** It has been given the key to keep the unit's copy with: from now on it holds one. */
  holds(number: string, unit: UnitId, wallMs: number): void {
    const known = this.#devices.get(number);
    if (known !== undefined) this.#fetched(known, unit, wallMs);
  }

  /** The unit's copy was sent to it: kept there only where it has had the key. */
  sent(number: string, unit: UnitId, wallMs: number): void {
    const known = this.#devices.get(number);
    if (known?.copies.some((one) => one.unit === unit) === true) this.#fetched(known, unit, wallMs);
  }

  /** One computer a place: where a former one stood it is no longer. */
  isPlace(number: string, place: string, wallMs: number): void {
    const known = this.#devices.get(number);
    if (known === undefined || known.place === place) return;
    for (const one of [...this.#devices.values()].filter((other) => other.place === place))
      this.#note({ ...one, place: null }, wallMs, true);
    this.#note({ ...known, place }, wallMs, true);
  }

  #fetched(known: Device, unit: UnitId, wallMs: number): void {
    const others = known.copies.filter((one) => one.unit !== unit);
    const copies = [{ unit, at: wallMs }, ...others].slice(0, limits.deviceCopiesMax);
    this.#note({ ...known, copies, seenAt: wallMs }, wallMs, others.length === known.copies.length);
  }

  /** Holds at once; written when it is news, else now and then. What the disk refuses is no reason to keep anybody out. */
  #note(device: Device, wallMs: number, isNews: boolean, beside: readonly KeptRow[] = []): void {
    const { number } = device;
    this.#devices.set(number, device);
    if (!isNews && Math.abs(wallMs - (this.#writtenAt.get(number) ?? 0)) < WRITTEN_AGAIN_MS) return;
    this.#writtenAt.set(number, wallMs);
    try {
      this.#store.keep([rowOf(device), ...beside]);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
    }
  }

  #change(number: string, change: Partial<Pick<Device, 'heardAt' | 'refusedAt' | 'toldAllAt' | 'seenAt'>>): void {
    const known = this.#devices.get(number);
    if (known === undefined) return;
    const changed = { ...known, ...change };
    this.#devices.set(number, changed);
    this.#store.keepOrLater([rowOf(changed)]);
  }

  /** However its number was read aloud and typed. */
  find(number: string): Device | null {
    return this.#devices.get(spokenDevice(number)) ?? null;
  }

  /** Somebody has signed in. */
  used(device: string, { person, units, browser }: DeviceUse, nowMs: number): void {
    const number = deviceNumber(device);
    const known = this.#devices.get(number);
    const others = known?.people.filter((one) => one !== person) ?? [];
    const people = [person, ...others].slice(0, limits.devicePeopleMax);
    const times = { usedAt: nowMs, seenAt: nowMs };
    const used: Device = { ...NOT_YET, lostAt: null, ...known, number, person, people, units, browser, ...times };
    this.#devices.set(number, used);
    const forgotten = this.#longestUnused().map((id) => ({ kind: 'device' as const, id, body: null }));
    this.#note(used, nowMs, known?.person !== person || known.browser !== browser || forgotten.length > 0, forgotten);
  }

  /** It holds at once, also where it can't be kept yet. @throws {Failure} `access.device-not-found` */
  lost(number: string, nowMs: number): Device {
    const known = this.find(number);
    if (known === null) throw new Failure('access.device-not-found');
    if (known.lostAt !== null) return known;
    const lost: Device = { ...known, lostAt: nowMs };
    this.#devices.set(lost.number, lost);
    this.#lost += 1;
    this.#store.keepOrLater([rowOf(lost)]);
    return lost;
  }

  /** The ledger knows it, whoever used it here last. False: known to be lost. */
  knownLost(number: string, person: string, lostAt: number): boolean {
    const known = this.find(number);
    if (known !== null && known.lostAt !== null) return false;
    // Used first since the copy was made.
    if (known === null) {
      const [last, times] = [personId(person), { usedAt: lostAt, seenAt: lostAt }];
      this.#devices.set(number, { ...NOT_YET, number, person: last, people: [last], ...times, lostAt: null });
    }
    this.lost(number, lostAt);
    return true;
  }

  /** A lost one is never forgotten. */
  #longestUnused(): readonly string[] {
    const beyond = this.#devices.size - limits.devicesMax;
    if (beyond <= 0) return [];
    const numbers = [...this.#devices.values()]
      .filter(({ lostAt }) => lostAt === null)
      .toSorted((a, b) => a.usedAt - b.usedAt)
      .slice(0, beyond)
      .map(({ number }) => number);
    for (const number of numbers) {
      this.#devices.delete(number);
      this.#writtenAt.delete(number);
    }
    return numbers;
  }
}

/** However it was read aloud and typed. */
const spokenDevice = (typed: string): string => {
  const letters = typed
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '')
    .replace(/^D(?=.{8}$)/, '');
  return `D-${letters.slice(0, 4)}-${letters.slice(4)}`;
};

/** `isToBeWiped`: the answer tells the browser itself to. */
export class DeviceLost extends Failure {
  readonly isToBeWiped: boolean;

  constructor(isToBeWiped: boolean) {
    super('access.device-lost');
    this.isToBeWiped = isToBeWiped;
  }
}
