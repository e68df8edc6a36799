// Who is signed in, and how long. Idle time locks the screen: names and values are taken off it, not only covered.

import type { PinSignIn } from '../../../src/domain/access/pin.ts';
import { ACCESS_PATHS, type CodeSignIn, type Me } from '../../../src/domain/access/routes.ts';
import { ask, NoContact, Refused } from '../station/ask.ts';
import { Lapse } from './lapse.ts';
import type { ShutDoor } from './shut-door.ts';
import { views } from './views.svelte.ts';
import { where } from './where.svelte.ts';

declare global {
  interface Window {
    /** Taken out of the address by the page itself (app.html). */
    returned?: string | undefined;
  }
}

type State =
  /** Not known yet whether somebody is signed in. */
  | { readonly kind: 'asking' }
  | { readonly kind: 'out'; readonly why: 'none' | 'locked'; readonly problem?: ShutDoor }
  | { readonly kind: 'in'; readonly me: Me };

const IDLE_CHECK_MS = 5_000;
const HANDS = ['pointerdown', 'keydown', 'wheel', 'touchstart'] as const;

class Session {
  state: State = $state.raw({ kind: 'asking' });
  readonly #idle = new Lapse();
  #isAlone = false;
  readonly #entered = new Lapse();

  constructor() {
    // The hand that opens the lid may come before the clock's next turn: what it finds on the screen is asked for first.
    const found = (): void => {
      this.#lockWhenIdle();
      this.touched();
    };
    for (const hand of HANDS) addEventListener(hand, found, { passive: true, capture: true });
    document.addEventListener('visibilitychange', () => this.#lockWhenIdle());
    setInterval(() => this.#lockWhenIdle(), IDLE_CHECK_MS);
  }

  get me(): Me | null {
    return this.state.kind === 'in' ? this.state.me : null;
  }

  touched(): void {
    this.#idle.restart();
  }

  async ask(): Promise<void> {
    const { returned } = window;
    window.returned = undefined;
    if (returned !== undefined) return this.#finish(returned);
    try {
      this.#enter(await ask<Me>('GET', '/api/session'));
    } catch (error) {
      if (!(error instanceof Refused || error instanceof NoContact)) throw error;
      this.state = { kind: 'out', why: 'none' };
    }
  }

  /** Back from the card's service. */
  async #finish(returned: string): Promise<void> {
    const { finishWithCard, problemOf } = await import('./card.ts');
    try {
      this.#enter(await finishWithCard(returned));
    } catch (error) {
      this.state = { kind: 'out', why: 'none', problem: problemOf(error) };
    }
  }

  /** The station knows something else of who is in. */
  known(me: Me): void {
    if (this.me?.person.id === me.person.id) this.state = { kind: 'in', me };
  }

  /** @throws {Refused | NoContact} */
  async signIn(user: string, secret: string): Promise<Me> {
    const me = await ask<Me>('POST', '/api/session', { user, secret });
    this.#enter(me);
    return me;
  }

  /** @throws {Refused | NoContact} */
  async enterByCode(asked: CodeSignIn): Promise<void> {
    this.#enter(await ask<Me>('POST', ACCESS_PATHS.emergencyCode, asked));
  }

  /** @throws {Refused | NoContact} */
  async enterByPin(asked: PinSignIn): Promise<void> {
    this.#enter(await ask<Me>('POST', ACCESS_PATHS.pin, asked));
  }

  /** The same reader, at another station. */
  moved(me: Me): void {
    this.#enter(me);
  }

  /** Signed in on this device's own copy: the station has not been asked. */
  enterAlone(me: Me): void {
    this.#enter(me);
    this.#isAlone = true;
  }

  /**
   * The station is heard again by who signed in without it: it may still know a former user of this computer, and shows this one nothing
   * as that one. @throws {Refused | NoContact}
   */
  async confirm(): Promise<void> {
    if (!this.#isAlone) return;
    const { me } = this;
    const known = await ask<Me>('GET', '/api/session', undefined, { isBackground: true });
    if (this.me !== me || me === null) return;
    if (known.person.id === me.person.id) {
      this.#isAlone = false;
      this.state = { kind: 'in', me: known };
    } else this.lock();
  }

  /** The screen is empty at once; the station is told as soon as it can be. */
  async signOut(): Promise<void> {
    this.#leave('none');
    try {
      const told = ask('DELETE', '/api/session');
      where.forget();
      await told;
    } catch (error) {
      if (!(error instanceof Refused || error instanceof NoContact)) throw error;
    }
  }

  lock(): void {
    this.#leave('locked');
    ask('DELETE', '/api/session').catch(() => undefined);
    where.forget();
  }

  /** The station says that nobody is signed in any more. */
  ended(): void {
    if (this.state.kind !== 'in') return;
    this.#leave('locked');
    where.forget();
  }

  #enter(me: Me): void {
    this.touched();
    this.#isAlone = false;
    this.#entered.restart();
    this.state = { kind: 'in', me };
  }

  #leave(why: 'none' | 'locked'): void {
    views.forget();
    this.state = { kind: 'out', why };
  }

  #lockWhenIdle(): void {
    const { me } = this;
    if (me === null) return;
    // With the station gone nobody else ends a session after a long shift.
    if (this.#idle.ms > me.session.idleLockMs || this.#entered.ms > me.session.endsInMs) this.lock();
  }
}

export const session = new Session();
