// Who is signed in. A session lives in this process only, by the monotonic clock: a wrong wall clock ends none and prolongs none, and a
// station started anew asks everybody to sign in. Of its token only a hash is kept.

import { hash, randomBytes } from 'node:crypto';
import type { OwnEvent } from '../domain/access/own-sign-ins.ts';
import type { Person } from '../domain/access/people.ts';
import type { Me, MyUnit } from '../domain/access/routes.ts';
import { limits } from '../limits.ts';

export interface Session {
  readonly person: Person;
  readonly how: Me['session']['how'];
  /** Who vouched, or who opened the code. */
  readonly vouchedBy: string | null;
  /** Given with this session and gone with it. */
  readonly granted: readonly Pick<MyUnit, 'unit' | 'role'>[];
  /** Monotonic ms. */
  readonly beganAt: number;
  readonly endsAt: number;
  usedAt: number;
  /** The number of the computer, once it is known which. */
  device: string | null;
  /** Changed since they last came in, to be told them; emptied when they have read it. */
  unseen: readonly OwnEvent[];
}

type Beginning = Omit<Session, 'beganAt' | 'endsAt' | 'usedAt' | 'device' | 'unseen'> &
  Partial<Pick<Session, 'unseen'>>;

export type SessionToken = string;

const TOKEN_BYTES = 32;
const TOKEN = /^[\w-]{43}$/;

const shortOf = (name: string): string => name.slice(0, 16);

const nameOf = (token: SessionToken): string => hash('sha256', token, 'hex');

export class Sessions {
  readonly #sessions = new Map<string, Session>();
  readonly #byPerson = new Map<string, Set<string>>();

  get count(): number {
    return this.#sessions.size;
  }

  begin(session: Beginning, nowMs: number): SessionToken {
    const { id } = session.person;
    const own = this.#byPerson.get(id) ?? new Set();
    this.#byPerson.set(id, own);
    for (const name of own) this.#isOver(name, nowMs);
    // Somebody who never signs out leaves one on each computer: the one used longest ago goes.
    while (own.size >= limits.sessionsAPersonMax) this.#drop(this.#longestIdle(own));
    while (this.#sessions.size >= limits.sessionsMax) this.#drop(this.#longestIdle(this.#sessions.keys()));
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    const name = nameOf(token);
    const times = { beganAt: nowMs, usedAt: nowMs, endsAt: nowMs + limits.sessionMs };
    this.#sessions.set(name, { unseen: [], ...session, ...times, device: null });
    const kept = this.#byPerson.get(id) ?? own;
    kept.add(name);
    this.#byPerson.set(id, kept);
    return token;
  }

  /** `isByHand`: somebody is there; what a page asks by itself keeps no left computer signed in. */
  use(token: string, nowMs: number, isByHand: boolean): Session | null {
    if (!TOKEN.test(token)) return null;
    const name = nameOf(token);
    if (this.#isOver(name, nowMs)) return null;
    const session = this.#sessions.get(name);
    if (session === undefined) return null;
    if (isByHand) session.usedAt = nowMs;
    return session;
  }

  end(token: string): Session | null {
    const name = nameOf(token);
    const session = this.#sessions.get(name) ?? null;
    this.#drop(name);
    return session;
  }

  /** The account was closed, or the secret is another. `but`: the token of who did that. */
  endAllOf(person: string, but: SessionToken | null = null): number {
    const kept = but === null ? null : nameOf(but);
    const names = [...(this.#byPerson.get(person) ?? [])].filter((name) => name !== kept);
    for (const name of names) this.#drop(name);
    return names.length;
  }

  /** The computer is gone: what its browser carries opens nothing from another either. */
  endAllOn(device: string): number {
    const names = [...this.#sessions].flatMap(([name, session]) => (session.device === device ? [name] : []));
    for (const name of names) this.#drop(name);
    return names.length;
  }

  /** Computers that somebody is signed in on, by number. */
  devices(nowMs: number): ReadonlySet<string> {
    const names = [...this.#sessions.keys()].filter((name) => !this.#isOver(name, nowMs));
    return new Set(names.flatMap((name) => this.#sessions.get(name)?.device ?? []));
  }

  /** Somebody's own, last used first, each by a short name that opens nothing. */
  of(person: string, nowMs: number): { readonly id: string; readonly session: Session }[] {
    return [...(this.#byPerson.get(person) ?? [])]
      .filter((name) => !this.#isOver(name, nowMs))
      .flatMap((name) => {
        const session = this.#sessions.get(name);
        return session === undefined ? [] : [{ id: shortOf(name), session }];
      })
      .toSorted((a, b) => b.session.usedAt - a.session.usedAt);
  }

  idOf(token: SessionToken): string {
    return shortOf(nameOf(token));
  }

  /** One of a person's own. */
  endOne(person: string, id: string): boolean {
    const name = [...(this.#byPerson.get(person) ?? [])].find((one) => shortOf(one) === id);
    if (name !== undefined) this.#drop(name);
    return name !== undefined;
  }

  #isOver(name: string, nowMs: number): boolean {
    const session = this.#sessions.get(name);
    if (session === undefined) return true;
    if (nowMs < session.endsAt && nowMs - session.usedAt < limits.sessionIdleMs) return false;
    this.#drop(name);
    return true;
  }

  #longestIdle(names: Iterable<string>): string {
    let found = '';
    let usedAt = Number.POSITIVE_INFINITY;
    for (const name of names) {
      const at = this.#sessions.get(name)?.usedAt ?? Number.NEGATIVE_INFINITY;
      if (at < usedAt) [found, usedAt] = [name, at];
    }
    return found;
  }

  #drop(name: string): void {
    const session = this.#sessions.get(name);
    this.#sessions.delete(name);
    if (session === undefined) return;
    const own = this.#byPerson.get(session.person.id);
    own?.delete(name);
    if (own?.size === 0) this.#byPerson.delete(session.person.id);
  }
}
