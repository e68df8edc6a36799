// A colleague lets in a colleague: who may, for whom, on which unit, and what the ledger is told of it.

import { GIVEN_ROLES, type Person, readHsaId } from '../domain/access/people.ts';
import type { Vouch, Vouched } from '../domain/access/routes.ts';
import { Failure } from '../domain/failures.ts';
import type { Arrival } from '../domain/time.ts';
import { limits } from '../limits.ts';
import type { Accounts } from './accounts.ts';
import { mayVouch } from './reader.ts';
import type { Rights } from './rights.ts';
import type { Session } from './sessions.ts';
import type { Tell } from './tell.ts';
import type { Vouches } from './vouches.ts';

export interface VouchingOptions {
  readonly vouches: Vouches;
  readonly accounts: Accounts;
  readonly rights: Pick<Rights, 'unitsOf'>;
  readonly now: () => Arrival;
}

export class Vouching {
  readonly #options: VouchingOptions;

  constructor(options: VouchingOptions) {
    this.#options = options;
  }

  /** @throws {Failure} `access.not-allowed`, `access.person-not-found` */
  vouch(session: Session, vouch: Vouch, tell: Tell): Vouched {
    const { id, name, title } = session.person;
    const given = this.#options.rights.unitsOf(session).units.find(({ unit }) => unit === vouch.unit);
    if (!mayVouch(session) || given === undefined || !(GIVEN_ROLES as readonly string[]).includes(given.role))
      throw new Failure('access.not-allowed', 'Legitimerad personal intygar kollegor på sin egen enhet, med egna ord.');
    const person = this.#vouchedPerson(vouch);
    if (person.id === id) throw new Failure('access.not-allowed', 'Ingen kan intyga sig själv.');
    const now = this.#options.now();
    const code = this.#options.vouches.add({ person, unit: vouch.unit, by: `${name}, ${title} (${id})` }, now);
    const { reason, unit } = vouch;
    tell({
      kind: 'access.vouched',
      author: id,
      unit,
      body: { for: person.id, name: person.name, title: person.title, reason },
    });
    return { user: person.id, code, codeInMs: limits.vouchCodeMs };
  }

  #vouchedPerson({ user, name, title, profession }: Vouch): Person {
    if (user === undefined) {
      if (name === undefined || title === undefined || profession === undefined)
        throw new Failure('request.invalid', 'ange kollegans HSA-id, eller namn, titel och yrke');
      return { id: this.#options.vouches.guestId(), name, title, profession };
    }
    const account = this.#options.accounts.get(readHsaId(user) ?? '');
    if (account === null || account.state === 'closed') throw new Failure('access.person-not-found');
    return { id: account.id, name: account.name, title: account.title, profession: account.profession };
  }
}
