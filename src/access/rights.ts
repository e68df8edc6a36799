// What is whose to open: their units, the step they stand at before a patient, their choices and emergency openings, and what is kept
// from them meanwhile.

import type { Whereabouts } from '../copy/read/copy-reader.ts';
import type { SearchAnswer } from '../copy/read/search.ts';
import type { PersonId } from '../domain/access/people.ts';
import type { Emergency, Opened, PatientChoice, UnitChoice } from '../domain/access/routes.ts';
import {
  sensitiveUnits,
  stepBefore,
  type UnitWithholding,
  type Withholding,
  withholdingFor,
} from '../domain/access/steps.ts';
import { Failure } from '../domain/failures.ts';
import type { UnitId } from '../domain/identity.ts';
import type { Arrival } from '../domain/time.ts';
import type { UnitDeclaration } from '../domain/unit.ts';
import { limits } from '../limits.ts';
import type { Accounts } from './accounts.ts';
import type { Blocks } from './blocks.ts';
import { OwnRoleNeeded, patientChoiceNeeded, unitChoiceNeeded } from './choice-needed.ts';
import { Openings } from './openings.ts';
import { isOneself, type ReaderUnits, readerUnits } from './reader.ts';
import { RefusedAccess, type RefusedOf, type RefusedTry } from './refused-access.ts';
import type { Session } from './sessions.ts';
import { type KeysOf, shownHits } from './shown-hits.ts';
import type { Tell } from './tell.ts';

/** Where somebody stands before one patient, once they may open the chart. */
export interface PatientAccess {
  /** How it came to be open, as the ledger tells it. */
  readonly how: 'own-unit' | 'choice' | 'emergency';
  /** The reader's unit that the patient is a patient of, or the reader's first unit. */
  readonly unit: UnitId | null;
  readonly withholding: Withholding | null;
}

export interface RightsOptions {
  readonly accounts: Accounts;
  readonly blocks: Blocks;
  readonly units: readonly UnitDeclaration[];
  readonly now: () => Arrival;
  readonly isTimePaused: () => boolean;
}

export class Rights {
  readonly #options: RightsOptions;
  readonly #openings = new Openings();
  readonly #refused = new RefusedAccess();
  readonly #sensitive: ReadonlySet<UnitId>;

  constructor(options: RightsOptions) {
    this.#options = options;
    this.#sensitive = sensitiveUnits(options.units);
  }

  /** What they have chosen and opened ends with what let them in. */
  forget(person: PersonId): void {
    this.#openings.forget(person);
  }

  unitsOf(session: Session): ReaderUnits {
    const { units, now, isTimePaused } = this.#options;
    const { wallMs, monotonicMs } = now();
    const account = this.#options.accounts.get(session.person.id);
    const chosen = this.#openings.units(session.person.id, monotonicMs);
    const { granted, how } = session;
    return readerUnits({
      ...{ account, granted, chosen, units, wallMs },
      isOneself: isOneself(how),
      isTimePaused: isTimePaused(),
    });
  }

  hasUnit(id: UnitId): boolean {
    return this.#options.units.some((unit) => unit.id === id);
  }

  /** @throws {Failure} `access.choice-needed` with what may be chosen. */
  requireUnit(session: Session, unit: UnitId): void {
    const { reader } = this.unitsOf(session);
    if (reader.units.has(unit) || (reader.isEverywhere && !this.#sensitive.has(unit))) return;
    if (this.#sensitive.has(unit)) throw new OwnRoleNeeded(unit);
    // What is no unit here is anybody's word: the ledger is not told it.
    throw unitChoiceNeeded(this.hasUnit(unit) ? { unit } : {});
  }

  /** @throws {Failure} `access.choice-needed` with what may be chosen. */
  requirePatient(session: Session, { key, keys, stays, bookings }: Whereabouts): PatientAccess {
    const { monotonicMs, wallMs } = this.#options.now();
    const { reader, units } = this.unitsOf(session);
    const all = { reader, sensitive: this.#sensitive, blocks: this.#options.blocks.all };
    const withholding = withholdingFor(keys, all);
    const opening = this.#openings.of(session.person.id, keys, monotonicMs);
    const decision = stepBefore({ stays, bookings }, withholding, opening, wallMs);
    if (decision.step !== 'open') throw patientChoiceNeeded(decision.step, key);
    const own = [...stays.flatMap(({ unit, plannedUnit }) => [unit, plannedUnit]), ...bookings.listed].find(
      (unit) => unit !== null && reader.units.has(unit),
    );
    return {
      how: opening.isEmergency ? 'emergency' : decision.isOwn ? 'own-unit' : 'choice',
      unit: own ?? units[0]?.unit ?? null,
      withholding: decision.isWithholding ? withholding : null,
    };
  }

  /** That somebody was refused, so that it can be followed up; never so often that it fills the ledger. */
  refused(session: Session, why: RefusedTry['why'], of: RefusedOf, tell: Tell): void {
    const { id, name } = session.person;
    const told = this.#refused.note({ person: id, why, of }, this.#options.now().monotonicMs);
    if (told === null) return;
    const { patient = null, unit, route } = told.of;
    const body = { why: told.why, tries: told.tries, ...(route === undefined ? {} : { asked: route }) };
    // The two have no account that tells later who they were.
    const names = session.how === 'emergency-code' ? { names: name } : {};
    tell({
      kind: 'access.denied',
      author: id,
      patient,
      unit: unit ?? this.#homeOf(session),
      body: { ...body, ...names },
    });
  }

  /** What is kept from a reader of a unit's list; null: nothing in the house is blocked. */
  unitWithholding(session: Session): UnitWithholding | null {
    const blocks = this.#options.blocks.all;
    if (this.#sensitive.size === 0 && blocks.size === 0) return null;
    return { reader: this.unitsOf(session).reader, sensitive: this.#sensitive, blocks };
  }

  shownHits(session: Session, answer: SearchAnswer, keysOf: KeysOf): SearchAnswer {
    const withheld = this.unitWithholding(session);
    return withheld === null ? answer : shownHits(answer, withheld, keysOf);
  }

  /** `isProtected`: the person has protected identity. Whoever cares for them must find them; every such choice is reviewed. */
  choose(
    session: Session,
    choice: (PatientChoice & { readonly isProtected: boolean }) | UnitChoice,
    tell: Tell,
  ): Opened {
    const { id, name, title } = session.person;
    const { monotonicMs } = this.#options.now();
    if ('unit' in choice) {
      // A code and a colleague's word are for one unit; its neighbour has codes and colleagues of its own.
      if (!isOneself(session.how))
        throw new Failure('access.not-allowed', 'Be en kollega på den enheten att intyga dig där.');
      if (this.#sensitive.has(choice.unit)) throw new OwnRoleNeeded(choice.unit);
      if (!this.hasUnit(choice.unit)) throw new Failure('unit.not-found');
      this.#openings.chooseUnit(id, choice.unit, monotonicMs);
      tell({ kind: 'access.choice', author: id, unit: choice.unit, body: { relation: choice.relation } });
    } else {
      const open = this.#openings.choose(id, choice.patient, monotonicMs);
      tell({
        kind: 'access.choice',
        author: id,
        patient: choice.patient,
        unit: this.#homeOf(session),
        body: { relation: choice.relation, ...(choice.isProtected ? { isProtected: true, name, title } : {}) },
      });
      this.#tellMany(session, open, tell);
    }
    return this.#openedFor(limits.choiceMs);
  }

  openInEmergency(session: Session, { patient, reason, consent }: Emergency, tell: Tell): Opened {
    const { id, name, title } = session.person;
    const open = this.#openings.open(id, patient, this.#options.now().monotonicMs);
    tell({
      kind: 'access.emergency',
      author: id,
      patient,
      unit: this.#homeOf(session),
      body: { name, title, reason, consent },
    });
    this.#tellMany(session, open, tell);
    return this.#openedFor(limits.emergencyMs);
  }

  /** Never a hindrance: whoever opens many patients of other units may be caring for them all. */
  #tellMany(session: Session, open: number | null, tell: Tell): void {
    if (open === null) return;
    const { id, name, title } = session.person;
    tell({ kind: 'access.many-opened', author: id, unit: this.#homeOf(session), body: { open, name, title } });
  }

  #homeOf(session: Session): UnitId | null {
    return this.unitsOf(session).units[0]?.unit ?? null;
  }

  #openedFor(ms: number): Opened {
    return { until: this.#options.now().wallMs + ms, untilInMs: ms };
  }
}
