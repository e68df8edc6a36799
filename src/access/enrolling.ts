// Who lets colleagues in, and out: the one who answers for a unit for that unit's people, the station's operator for everybody. Each
// change says in the ledger who made it.

import type { Account, Assignment, Person, PersonId } from '../domain/access/people.ts';
import { Failure } from '../domain/failures.ts';
import type { UnitId } from '../domain/identity.ts';
import type { UnitDeclaration } from '../domain/unit.ts';
import { limits } from '../limits.ts';
import { type ListedPerson, readAccountList } from './account-list.ts';
import type { Accounts } from './accounts.ts';
import type { PinKeys } from './pin-keys.ts';
import type { Sessions } from './sessions.ts';
import type { Tell } from './tell.ts';

/** `leads`: units the one who asks answers for; `all`: the operator. */
export interface By {
  readonly author: string;
  /** What an operator says of themselves. */
  readonly name: string | null;
  readonly leads: ReadonlySet<UnitId> | 'all';
}

export interface EnrollingOptions {
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly pins: Pick<PinKeys, 'remove'>;
  readonly units: readonly UnitDeclaration[];
  readonly forget: (person: PersonId) => void;
}

export class Enrolling {
  readonly #options: EnrollingOptions;

  constructor(options: EnrollingOptions) {
    this.#options = options;
  }

  /** Those the asker answers for; the operator: everybody. */
  list(by: By): Account[] {
    return this.#options.accounts
      .all()
      .filter((account) => isOwn(account, by))
      .toSorted((a, b) => a.name.localeCompare(b.name, 'sv') || (a.id < b.id ? -1 : 1));
  }

  /** Every line or none. @throws {Failure} `access.people-refused` */
  importList(text: string, by: By, tell: Tell): number {
    if (by.leads !== 'all') throw new Failure('access.not-allowed');
    const people = readAccountList(
      text,
      this.#options.units.map(({ id }) => id),
    );
    this.#put(people, by, tell);
    return people.length;
  }

  /** A new colleague, or one known from another unit: their other units stand. */
  open(person: Person, assignment: Assignment, by: By, tell: Tell): Account {
    const { from, until } = assignment;
    if (from !== null && until !== null && until <= from)
      throw new Failure('request.invalid', 'rollen slutar före den börjar');
    const known = this.#options.accounts.get(person.id);
    if (by.leads !== 'all') {
      if (assignment.unit === 'all' || !by.leads.has(assignment.unit) || assignment.role === 'lead')
        throw new Failure('access.not-allowed', 'Enhetsansvarig ansluter medarbetare och jour till sin egen enhet.');
    }
    if (assignment.unit !== 'all' && !this.#options.units.some(({ id }) => id === assignment.unit))
      throw new Failure('unit.not-found');
    const others = (known?.state === 'closed' ? [] : (known?.assignments ?? [])).filter(
      ({ unit, role }) => unit !== assignment.unit || role !== assignment.role,
    );
    // Who somebody is, is not changed by one of several units.
    const isOthersToo = known !== null && known.state !== 'closed' && by.leads !== 'all' && !isOwn(known, by);
    const { id, name, title, profession } = isOthersToo ? known : person;
    this.#put([{ person: { id, name, title, profession }, assignments: [...others, assignment] }], by, tell);
    return this.#require(id, by);
  }

  /** A one-time code, told once to who asked. */
  async deal(id: PersonId, by: By, tell: Tell): Promise<{ readonly code: string; readonly validMs: number }> {
    const { assignments } = this.#require(id, by);
    // Whoever has the code can come in as them, with all they may do: also in units that the one who asks does not answer for.
    if (by.leads !== 'all' && assignments.some(({ unit }) => unit === 'all' || !leads(by, unit)))
      throw new Failure('access.not-allowed', 'Kontot gäller också en annan enhet: be IT om koden.');
    const validMs = by.leads === 'all' ? limits.listedCodeMs : limits.enrolmentCodeMs;
    const code = await this.#options.accounts.deal(id, validMs);
    tell({ kind: 'access.code-dealt', author: by.author, body: { ...said(by), account: id } });
    return { code, validMs };
  }

  /** The hardware is lost: its PIN opens nothing more, here or on a computer that hears the station. */
  removePins(id: PersonId, by: By, tell: Tell): number {
    this.#require(id, by);
    const { pins, sessions } = this.#options;
    const removed = pins.remove(id, null);
    if (removed === 0) return 0;
    this.#options.accounts.noted(id, 'pin-removed', null);
    const sessionsEnded = sessions.endAllOf(id);
    tell({ kind: 'access.pin-removed', author: by.author, body: { ...said(by), account: id, removed, sessionsEnded } });
    return removed;
  }

  /** From the asker's units, and altogether when none is left. */
  close(id: PersonId, by: By, tell: Tell): 'closed' | 'left' {
    const account = this.#require(id, by);
    const left = by.leads === 'all' ? [] : account.assignments.filter(({ unit }) => unit === 'all' || !leads(by, unit));
    const { accounts, sessions, pins, forget } = this.#options;
    if (left.length > 0) {
      accounts.narrow(id, left);
      this.#tellOpened(account, left, by, tell);
      return 'left';
    }
    pins.remove(id, null);
    accounts.close(id);
    const sessionsEnded = sessions.endAllOf(id);
    forget(id);
    tell({ kind: 'access.account-closed', author: by.author, body: { ...said(by), account: id, sessionsEnded } });
    return 'closed';
  }

  #put(people: readonly ListedPerson[], by: By, tell: Tell): void {
    this.#options.accounts.put(people);
    for (const { person, assignments } of people) this.#tellOpened(person, assignments, by, tell);
  }

  #tellOpened(
    { id: account, name, title, profession }: Person,
    assignments: Account['assignments'],
    by: By,
    tell: Tell,
  ) {
    const body = { ...said(by), account, name, title, profession, assignments };
    tell({ kind: 'access.account-opened', author: by.author, body });
  }

  #require(id: PersonId, by: By): Account {
    const account = this.#options.accounts.get(id);
    // Who works elsewhere is not told to exist.
    if (account === null || !isOwn(account, by)) throw new Failure('access.person-not-found');
    return account;
  }
}

const leads = ({ leads: own }: By, unit: UnitId): boolean => own === 'all' || own.has(unit);

const isOwn = ({ assignments }: Account, by: By): boolean =>
  by.leads === 'all' || assignments.some(({ unit }) => unit !== 'all' && leads(by, unit));

const said = ({ name }: By): object => (name === null ? {} : { by: name });
