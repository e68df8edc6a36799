// What a device hands in that nobody is signed in on: reads that no station has heard of. And what one that is reported lost is answered:
// that, for a while, and nothing else (decision 0026).

import type { HandedReads, KeptRead } from '../domain/access/handed-reads.ts';
import { Failure } from '../domain/failures.ts';
import type { Arrival } from '../domain/time.ts';
import { limits } from '../limits.ts';
import type { Accounts } from './accounts.ts';
import { type Device, DeviceLost, type Devices, deviceNumber } from './devices.ts';
import { openedReads } from './handed-reads.ts';
import { type From, type SignIns, SlowedDown } from './sign-ins.ts';
import type { Tell } from './tell.ts';
import type { UnitReaders } from './unit-readers.ts';

export interface HandInsOptions {
  readonly accounts: Pick<Accounts, 'get'>;
  readonly devices: Devices;
  readonly signIns: Pick<SignIns, 'deviceOf'>;
  readonly unitReaders: Pick<UnitReaders, 'keyOf'>;
  readonly now: () => Arrival;
}

/** Called when it is known whether what was told is on the disk. True: the browser is told to clear what it keeps. */
export type WhenLogged = (isWritten: boolean) => boolean;

/** Since the start. */
interface HandedIn {
  reads: number;
  /** Under a key that is not the station's any more, or nothing that an app of ours keeps there. */
  unreadable: number;
  /** Since it last said that this was all. */
  isMore: boolean;
  /** Names of those that the ledger has not on the disk: the device tells them again. */
  readonly unwritten: Set<string>;
}

export class HandIns {
  readonly #options: HandInsOptions;
  readonly #handedIn = new Map<string, HandedIn>();
  /** By device: since when, monotonic ms, and how many. */
  readonly #hours = new Map<string, { readonly sinceMs: number; count: number }>();
  /** By device and address, monotonic ms: a copied cookie elsewhere takes no time from the device itself. */
  readonly #refusedSince = new Map<string, number>();

  constructor(options: HandInsOptions) {
    this.#options = options;
  }

  /** Reported lost: it is answered nothing else. `isHandingIn`: it tells what was done on it, while that is taken. */
  requireNotLost(from: From, isHandingIn: boolean): void {
    const lost = this.#lostOne(from);
    if (lost === null) return;
    const { devices, now } = this.#options;
    const { wallMs, monotonicMs } = now();
    devices.refused(lost.number, wallMs);
    if (isHandingIn && isTaken(lost, wallMs)) return;
    throw new DeviceLost(monotonicMs - this.#refused(lost, from, monotonicMs) >= limits.lostHandInMs);
  }

  /** As it lies there, sealed; nothing is given back. @throws {Failure} `access.not-allowed`, {@link SlowedDown} */
  handIn(handed: HandedReads, from: From, tell: Tell): WhenLogged {
    const { devices, signIns, unitReaders, now } = this.#options;
    const device = signIns.deviceOf(from);
    if (device === null) throw new Failure('access.not-allowed', 'Ingen har loggat in på den här enheten.');
    const lost = this.#lostOne(from);
    const number = deviceNumber(device);
    if (lost === null && !this.#isAnyStillHere(number))
      throw new Failure('access.not-allowed', 'Ingen som har loggat in på den här enheten har ett öppet konto.');
    this.#count(number, handed.reads.length);
    const { wallMs } = now();
    const reads = openedReads(handed, unitReaders.keyOf(handed.unit, handed.vault, device)).filter((read) =>
      isOfCopy(read, handed.unit, wallMs),
    );
    const said = { place: 'app', device: number, ...(lost === null ? {} : { isLost: true }) };
    for (const { id, kind, by, names, unit, patient, readAt } of reads)
      tell({
        ...{ kind, author: number, unit, patient: patient ?? null, readAt },
        body: { ...said, readBy: by, ...(names === undefined ? {} : { names }), told: id },
      });
    if (lost === null) return () => false;
    devices.heard(lost.number, wallMs);
    const ids = handed.reads.map(({ id }) => id);
    const sum = this.#added(lost, ids, new Set(reads.map(({ id }) => id)));
    const isAll = handed.isAll && sum.unwritten.size === new Set(ids).size;
    // Said once, and again when there was more.
    if (isAll && (ids.length > 0 || lost.toldAllAt === null || sum.isMore)) {
      const { reads: taken, unreadable } = sum;
      const body = { number, person: lost.person, reads: taken, unreadable };
      tell({ kind: 'access.device-told-all', author: 'station', body });
    }
    return (isWritten) => {
      if (!isWritten) return false;
      for (const id of ids) sum.unwritten.delete(id);
      if (!isAll) return false;
      sum.isMore = false;
      devices.toldAll(number, now().wallMs);
      // Whoever said so is told to clear at whatever it asks; who else carries the cookie still has its time.
      this.#refusedSince.set(placeOf(lost, from), Number.NEGATIVE_INFINITY);
      return true;
    };
  }

  #added({ number }: Device, ids: readonly string[], readable: ReadonlySet<string>): HandedIn {
    const sum = this.#handedIn.get(number) ?? { reads: 0, unreadable: 0, isMore: false, unwritten: new Set() };
    this.#handedIn.set(number, sum);
    for (const id of ids.filter((one) => !sum.unwritten.has(one))) {
      sum[readable.has(id) ? 'reads' : 'unreadable'] += 1;
      sum.isMore = true;
      sum.unwritten.add(id);
    }
    return sum;
  }

  /** Codes and guests have no account that could be closed. */
  #isAnyStillHere(number: string): boolean {
    const { devices, accounts } = this.#options;
    const people = devices.find(number)?.people ?? [];
    return people.some((person) => accounts.get(person)?.state !== 'closed');
  }

  #count(number: string, reads: number): void {
    const nowMs = this.#options.now().monotonicMs;
    const known = this.#hours.get(number);
    const isOver = known === undefined || nowMs - known.sinceMs >= HOUR_MS;
    if (isOver && this.#hours.size >= limits.devicesMax) this.#hours.clear();
    const hour = isOver ? { sinceMs: nowMs, count: 0 } : known;
    if (hour.count + reads > limits.handedReadsHourMax) throw new SlowedDown(hour.sinceMs + HOUR_MS - nowMs);
    hour.count += reads;
    this.#hours.set(number, hour);
  }

  #refused(lost: Device, from: From, monotonicMs: number): number {
    const place = placeOf(lost, from);
    const since = this.#refusedSince.get(place) ?? monotonicMs;
    if (this.#refusedSince.size >= limits.lostPlacesMax) this.#refusedSince.clear();
    this.#refusedSince.set(place, since);
    return since;
  }

  #lostOne(from: From): Device | null {
    const { devices, signIns } = this.#options;
    const device = devices.areSomeLost ? signIns.deviceOf(from) : null;
    return device === null ? null : devices.lostOne(device);
  }
}

const HOUR_MS = 3_600_000;

/** A key opens one unit's copy: its reads are of that unit. */
const isOfCopy = ({ unit, readAt }: KeptRead, of: string, wallMs: number): boolean =>
  unit === of && wallMs - readAt < limits.handedReadAgeMs;

const placeOf = ({ number }: Device, { address }: From): string => `${number} ${address}`;

/** Also after it has said that this was all: whoever has its cookie can say that. */
const isTaken = ({ lostAt, heardAt }: Device, wallMs: number): boolean =>
  wallMs - (lostAt ?? wallMs) < limits.lostHeardMs && (heardAt === null || wallMs - heardAt < limits.lostTellMs);
