// Which units are in use: read out of the ledger's entries and of what is declared to send, and kept nowhere else. A unit's head decides;
// the station alone takes a unit back, when something critical is no longer sent by anybody, and says so in the ledger (decision 0021).

import { Failure } from '../../domain/failures.ts';
import type { SourceId, UnitId } from '../../domain/identity.ts';
import type { EntryDraft } from '../../domain/ledger-entry.ts';
import { PARTS, type PartName } from '../../domain/parts.ts';
import type { Clock } from '../../domain/time.ts';
import type { TakeInUse, TakeOutOfUse } from '../../domain/unit-use/routes.ts';
import {
  CRITICAL_PARTS,
  type CriticalFeed,
  partsLacking,
  type UnitUse,
  type UnitUses as Uses,
  unitUse,
  unknownUse,
} from '../../domain/unit-use/unit-use.ts';
import type { Followed } from '../ledger/entries-before.ts';
import { inTurn, NO_DECISION, type Standing, USE_KINDS, type UseEntry, useEntry, withEntry } from './use-entries.ts';

export interface UnitUsesOptions {
  readonly clock: Clock;
  readonly ledger: { append(draft: EntryDraft): Promise<boolean> };
  /** What was told before. */
  readonly told: Iterable<Followed>;
  readonly units: readonly { readonly id: UnitId; readonly name: string }[];
  /** Who is declared to send what is critical to a unit, and has. */
  readonly feedsOf: (unit: UnitId) => readonly CriticalFeed[];
}

interface By {
  readonly author: string;
  readonly name: string;
}

const STATION: By = { author: 'station', name: 'stationen' };

export class UnitUses {
  readonly #options: UnitUsesOptions;
  readonly #standing = new Map<string, Standing>();
  #uses: Uses = {};

  constructor(options: UnitUsesOptions) {
    this.#options = options;
    const known = new Set<string>(USE_KINDS);
    const entries = [...options.told].filter(({ kind }) => known.has(kind)).map(useEntry);
    for (const entry of inTurn(entries)) this.#follow(entry);
    this.#compute();
  }

  all(): Uses {
    return this.#uses;
  }

  of(unit: UnitId): UnitUse {
    // Anybody may ask for any name, also one that every object has.
    const known = Object.hasOwn(this.#uses, unit) ? this.#uses[unit] : undefined;
    return known ?? unknownUse({ id: unit, name: unit });
  }

  look(unit: UnitId): UnitUse {
    this.lookAll();
    return this.of(unit);
  }

  /** What comes now is compared with what stood: a unit falls back or returns by itself, and never without an entry. */
  lookAll(): void {
    this.#compute();
    for (const { id } of this.#options.units) {
      const { putInUse, takenOut, hasFallenBack } = this.#of(id);
      if (putInUse === null || takenOut !== null) continue;
      const use = this.of(id);
      const coming = use.parts.filter(({ part, fed }) => fed === 'fed' && putInUse.absent.includes(part));
      if (coming.length > 0)
        void this.#tell('unit.absence-ended', id, { parts: coming.map(({ part }) => part), fed: this.#comingTo(id) });
      const lacking = partsLacking(use.parts);
      if (lacking.length > 0 && !hasFallenBack) void this.#tell('unit.fell-back', id, { parts: lacking });
      if (lacking.length === 0 && hasFallenBack) void this.#tell('unit.returned', id, {});
    }
  }

  /** @throws {Failure} `unit.not-found`; `unit.not-signed` when what comes is not what the head has seen */
  async takeInUse({ unit, absent, reason }: TakeInUse, by: By): Promise<boolean> {
    this.#requireKnown(unit);
    const fed = this.#comingTo(unit);
    const missing = CRITICAL_PARTS.filter((part) => fed[part] === undefined);
    const unsigned = missing.filter((part) => !absent.includes(part));
    const needless = absent.filter((part) => !missing.includes(part));
    if (unsigned.length > 0)
      throw new Failure('unit.not-signed', `Varken matas eller är signerat: ${names(unsigned)}.`);
    if (needless.length > 0)
      throw new Failure('unit.not-signed', `Matas nu, och ska inte signeras: ${names(needless)}.`);
    return this.#tell('unit.put-in-use', unit, { fed, absent, reason, by: by.name }, by);
  }

  /** @throws {Failure} `unit.not-found` */
  async takeOut({ unit, reason }: TakeOutOfUse, by: By): Promise<boolean> {
    this.#requireKnown(unit);
    return this.#tell('unit.taken-out', unit, { reason, by: by.name }, by);
  }

  #requireKnown(unit: UnitId): void {
    if (!this.#options.units.some(({ id }) => id === unit)) throw new Failure('unit.not-found');
  }

  /** By part, who has sent it and is declared to. */
  #comingTo(unit: UnitId): Record<string, readonly SourceId[]> {
    const coming = this.#options.feedsOf(unit).filter(({ hasCome }) => hasCome);
    const byPart = Map.groupBy(coming, ({ part }) => part);
    return Object.fromEntries([...byPart].map(([part, feeds]) => [part, feeds.map(({ source }) => source)]));
  }

  #compute(): void {
    const { units, feedsOf } = this.#options;
    this.#uses = Object.fromEntries(units.map((unit) => [unit.id, unitUse(unit, this.#of(unit.id), feedsOf(unit.id))]));
  }

  #of(unit: string): Standing {
    return this.#standing.get(unit) ?? NO_DECISION;
  }

  #follow(entry: UseEntry): void {
    this.#standing.set(entry.unit, withEntry(this.#of(entry.unit), entry));
  }

  /** It holds at once, also while it can't be written: after a start only what was written does. */
  #tell(
    kind: (typeof USE_KINDS)[number],
    unit: UnitId,
    body: Readonly<Record<string, unknown>>,
    by: By = STATION,
  ): Promise<boolean> {
    const draft: EntryDraft = {
      ...{ kind, unit, patient: null, author: by.author },
      eventAt: this.#options.clock.now().wallMs,
      body: { ...body, turn: this.#of(unit).turn + 1 },
    };
    this.#follow(useEntry(draft));
    this.#compute();
    return this.#options.ledger.append(draft);
  }
}

const names = (parts: readonly PartName[]): string => parts.map((part) => PARTS[part].swedish.toLowerCase()).join(', ');
