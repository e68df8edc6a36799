// Going on at another station when the own is silent, and home again when it has answered steadily. Fetched after the list, and kept by the
// service worker for the hour it is needed.

import { ACCESS_PATHS, type Me, type OtherStation, type StationsTold } from '../../../src/domain/access/routes.ts';
import type { UnitCopy } from '../../../src/domain/unit-copy.ts';
import { ask, NoContact, Refused } from '../station/ask.ts';
import { reads } from './reads.ts';
import { session } from './session.svelte.ts';
import { unit } from './unit.svelte.ts';
import { views } from './views.svelte.ts';
import { where } from './where.svelte.ts';

const ANSWER_WITHIN_MS = 4_000;
/** The own station is read again when it has answered this many times in a row, ten seconds apart. */
const STEADY = 3;

class Elsewhere {
  #steady = 0;
  #isLooking = false;
  #learnedBy: Me | null = null;
  /** Fetches what cannot be fetched when the station is silent. */
  prepare: () => Promise<unknown> = async () => undefined;

  /** The station that is read has answered. */
  async heard(): Promise<void> {
    if (where.at === null) {
      where.silentSince = null;
      where.offered = null;
      void reads.send();
      await this.#learn();
    } else await this.#lookHome();
  }

  /** The station that is read has not answered: the next in order that does. */
  async silent(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      if (where.at === null) where.silentSince ??= unit.kept?.anchor.station.wallMs ?? Date.now();
      else if (await this.#lookHome()) return;
      for (const station of where.others) {
        if (station.address === where.name || !(await answers(station))) continue;
        where.offered = { station };
        if (where.isSignedInAt(station) && views.current.screen === 'list') await this.go(station);
        return;
      }
      where.offered = null;
    } finally {
      this.#isLooking = false;
    }
  }

  /** This reader's own words, for the station that is asked alone. @throws {Refused | NoContact} */
  async signIn(station: OtherStation | null, user: string, secret: string): Promise<Me> {
    const me = await ask<Me>('POST', ACCESS_PATHS.session, { user, secret }, { at: station });
    if (station !== null && me.elsewhere !== undefined) where.entered(station, me.elsewhere);
    return me;
  }

  /** Nothing of this reader's is kept on this computer: the first station that answers and lets them in. */
  async firstThatLetsIn(user: string, secret: string): Promise<boolean> {
    for (const station of where.others) {
      if (!(await answers(station))) continue;
      const me = await this.signIn(station, user, secret);
      where.silentSince = Date.now();
      where.at = station;
      session.moved(me);
      return true;
    }
    return false;
  }

  /** From one station to another, whole: its copy has come before the former leaves the screen. @throws {Refused | NoContact} */
  async go(station: OtherStation | null): Promise<void> {
    const before = unit.id;
    const me = await ask<Me>('GET', ACCESS_PATHS.session, undefined, { at: station, isBackground: true });
    if (session.me === null || me.person.id !== session.me.person.id) throw new NoContact('somebody else');
    const askedAtMs = performance.now();
    const answer =
      before === null
        ? null
        : await ask<UnitCopy>(
            'POST',
            '/api/copies/unit',
            { unit: before, have: {} },
            { at: station, isBackground: true },
          );
    if (unit.id !== before || session.me === null) return;
    where.at = station;
    where.offered = null;
    if (station === null) where.silentSince = null;
    this.#steady = 0;
    // Each station has names of its own for patients: what was open is not the same there.
    views.forget();
    session.moved(me);
    if (answer !== null) unit.moved(answer, askedAtMs);
    void reads.send();
  }

  /** True: read there again. */
  async #lookHome(): Promise<boolean> {
    this.#steady = (await answers(null)) ? this.#steady + 1 : 0;
    if (this.#steady < STEADY) return false;
    where.offered = { station: null };
    // Nothing is taken from under a reader's eyes: from an open chart she goes herself.
    if (views.current.screen !== 'list') return false;
    try {
      await this.go(null);
      return true;
    } catch (error) {
      // Its sessions ended when it did: the words are asked for.
      if (error instanceof Refused || error instanceof NoContact) return false;
      throw error;
    }
  }

  /** Once a sign-in, for the day the station does not answer. */
  async #learn(): Promise<void> {
    const { me } = session;
    if (me === null || this.#learnedBy === me) return;
    try {
      const path = ACCESS_PATHS.stations;
      const { others } = await ask<StationsTold>('GET', path, undefined, { isBackground: true, at: null });
      // What it takes to go there is here before it is needed.
      if (others.length > 0) await this.prepare();
      where.learn(others);
      this.#learnedBy = me;
    } catch (error) {
      if (!(error instanceof Refused || error instanceof NoContact)) throw error;
    }
  }
}

/** Anything but a refused connection: whoever answers is asked in earnest. */
async function answers(station: OtherStation | null): Promise<boolean> {
  try {
    const { ok } = await fetch(`${station?.address ?? ''}/health`, {
      cache: 'no-store',
      credentials: 'omit',
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    return ok;
  } catch {
    return false;
  }
}

export const elsewhere = new Elsewhere();
