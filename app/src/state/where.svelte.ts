// Which station is read: the ward's own, or while that is silent another that has the same patients (decision 0022). One at a time: what
// is shown is one station's, whole, and says whose. Sessions elsewhere are in this page's memory alone.

import {
  DEVICE_HEADER,
  type ElsewhereDoor,
  type OtherStation,
  SESSION_HEADER,
} from '../../../src/domain/access/routes.ts';

const STATIONS = 'reservkraft.stations';
const deviceAt = (address: string): string => `reservkraft.device ${address}`;

class Where {
  /** Null: the own. */
  at: OtherStation | null = $state.raw(null);
  /** When the own station last answered, by its clock; null: it answers. */
  silentSince: number | null = $state(null);
  /** Answers, and waits for this reader's words; `null` in it: the own. */
  offered: { readonly station: OtherStation | null } | null = $state.raw(null);
  readonly #sessions = new Map<string, string>();

  get name(): string {
    return this.at?.address ?? '';
  }

  /** In order, as the own station last said; addresses say nothing of anyone. */
  get others(): readonly OtherStation[] {
    try {
      return JSON.parse(localStorage.getItem(STATIONS) ?? '[]') as readonly OtherStation[];
    } catch {
      return [];
    }
  }

  learn(others: readonly OtherStation[]): void {
    keep(STATIONS, JSON.stringify(others));
  }

  isSignedInAt({ address }: OtherStation): boolean {
    return this.#sessions.has(address);
  }

  entered({ address }: OtherStation, { session, device }: ElsewhereDoor): void {
    this.#sessions.set(address, session);
    if (device !== null) keep(deviceAt(address), device);
  }

  left({ address }: OtherStation): void {
    this.#sessions.delete(address);
  }

  headersAt({ address }: OtherStation): Record<string, string> {
    const [session, device] = [this.#sessions.get(address), read(deviceAt(address))];
    return {
      ...(session === undefined ? {} : { [SESSION_HEADER]: session }),
      ...(device === null ? {} : { [DEVICE_HEADER]: device }),
    };
  }

  /** Nobody is signed in any more, anywhere. */
  forget(): void {
    this.#sessions.clear();
    this.at = null;
    this.silentSince = null;
    this.offered = null;
  }
}

function read(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null; // a browser that keeps nothing still reads charts
  }
}

function keep(name: string, text: string): void {
  try {
    localStorage.setItem(name, text);
  } catch {
    // as above
  }
}

export const where = new Where();
