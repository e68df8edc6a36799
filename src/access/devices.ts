// The devices somebody has signed in on, each under a short number, so that one that is gone can be told from the others. One reported
// lost is answered nothing any more, and wipes what it keeps when it hears so (design §5.23: wiping without contact happens to no other).

import { createHash } from 'node:crypto';
import type { PersonId } from '../domain/access/people.ts';
import { Failure } from '../domain/failures.ts';
import { limits } from '../limits.ts';
import type { AccessStore } from './access-store.ts';

export interface Device {
  /** `D-7F3K-92QA`. */
  readonly number: string;
  /** Who signed in there last, and when, by the station's clock. */
  readonly person: PersonId;
  readonly usedAt: number;
  readonly lostAt: number | null;
}

/** Written again for the same person at most this often. */
const USED_AGAIN_MS = 3_600_000;
const LETTERS = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';

/** `device`: what its cookie says; nobody finds that from the number. */
function deviceNumber(device: string): string {
  const bytes = createHash('sha256').update(`reservkraft/1/device-number\n${device}`).digest();
  const letters = Array.from(bytes.subarray(0, 8), (byte) => LETTERS.charAt(byte % LETTERS.length)).join('');
  return `D-${letters.slice(0, 4)}-${letters.slice(4)}`;
}

export class Devices {
  readonly #store: AccessStore;
  readonly #devices = new Map<string, Device>();
  #lost = 0;

  constructor(store: AccessStore) {
    this.#store = store;
    for (const device of store.all<Device>('device')) this.#devices.set(device.number, device);
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

  isLost(device: string): boolean {
    return this.#devices.get(deviceNumber(device))?.lostAt != null;
  }

  /** However its number was read aloud and typed. */
  find(number: string): Device | null {
    return this.#devices.get(spokenDevice(number)) ?? null;
  }

  /** Somebody has signed in. What the disk refuses is no reason to keep them out. */
  used(device: string, person: PersonId, nowMs: number): void {
    const number = deviceNumber(device);
    const known = this.#devices.get(number);
    if (known?.person === person && Math.abs(nowMs - known.usedAt) < USED_AGAIN_MS) return;
    const used: Device = { number, person, usedAt: nowMs, lostAt: known?.lostAt ?? null };
    this.#devices.set(number, used);
    const forgotten = this.#longestUnused();
    try {
      this.#store.keep([
        { kind: 'device', id: number, body: used },
        ...forgotten.map((id) => ({ kind: 'device' as const, id, body: null })),
      ]);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
    }
  }

  /** @throws {Failure} `access.device-not-found`, `access.not-kept` */
  lost(number: string, nowMs: number): Device {
    const known = this.find(number);
    if (known === null) throw new Failure('access.device-not-found');
    if (known.lostAt !== null) return known;
    const lost: Device = { ...known, lostAt: nowMs };
    this.#store.keep([{ kind: 'device', id: lost.number, body: lost }]);
    this.#devices.set(lost.number, lost);
    this.#lost += 1;
    return lost;
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
    for (const number of numbers) this.#devices.delete(number);
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
