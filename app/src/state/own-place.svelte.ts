// Whether this computer is a unit's reserve place, and what it found when it last tried itself. Says nothing of any patient, so it lies in
// the clear: who stands before it must see it before anybody has signed in.

import type { SelfTest } from '../../../src/domain/reserve-place.ts';
import { localMoment } from '../../../src/domain/swedish-time.ts';

export interface OwnPlace {
  readonly place: string;
  readonly computer: string;
  readonly unit: string;
  readonly name: string;
  readonly where: string;
  /** The printer beside it, and what its last test page told. */
  readonly printer: string | null;
  /** `wallMs`: by the station's clock as this device counts it on. */
  readonly last: { readonly test: SelfTest; readonly wallMs: number; readonly isTold: boolean } | null;
}

const KEY = 'reservkraft.place';

class Own {
  place: OwnPlace | null = $state.raw(read());

  keep(place: OwnPlace | null): void {
    this.place = place;
    try {
      if (place === null) localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, JSON.stringify(place));
    } catch {
      // a browser that keeps nothing is no reserve place: its own test says so
    }
  }

  /** Each day once with somebody's words and the station told; and alone, once more a day. */
  isDue(unit: string, nowMs: number, by: { readonly isAlone: boolean; readonly hasWords: boolean }): boolean {
    const { place } = this;
    if (place === null || place.unit !== unit) return false;
    const day = (ms: number): number | undefined => localMoment(ms)?.dayNumber;
    if (place.last === null || day(place.last.wallMs) !== day(nowMs)) return true;
    const { test, isTold } = place.last;
    return !(isTold || by.isAlone) || (by.hasWords && test.openedBy !== 'words' && test.fault === null);
  }
}

function read(): OwnPlace | null {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? 'null') as OwnPlace | null;
  } catch {
    return null;
  }
}

export const ownPlace = new Own();
