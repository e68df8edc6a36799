// A suspect source can be held (design §6): what it sends is received and acknowledged, and stays out of the charts until a person
// releases it or leaves it out.

import type { Change, Reading } from '../domain/changes.ts';
import type { Identity, UnitId } from '../domain/identity.ts';
import type { PartName } from '../domain/parts.ts';
import { partsOf } from './feed-proof.ts';
import type { Settings } from './settings.ts';

export interface HoldBody {
  readonly at: number;
  readonly by: string;
  readonly reason: string;
  readonly part: PartName | null;
  readonly unit: UnitId | null;
}

export class Holds {
  readonly #settings: Settings;
  #bySource: Map<string, HoldBody[]> | null = null;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  forget(): void {
    this.#bySource = null;
  }

  hold(source: string, seq: number, body: HoldBody): void {
    this.#settings.put('hold', source, `${body.part ?? '*'}/${body.unit ?? '*'}`, seq, body);
    this.forget();
  }

  releaseAll(source: string, seq: number): void {
    for (const { source: held, key } of this.#settings.all('hold')) {
      if (held === source) this.#settings.drop('hold', held, key, seq);
    }
    this.forget();
  }

  get any(): boolean {
    return this.#all().size > 0;
  }

  holdsWhole(source: string): boolean {
    return this.#of(source).some(({ part, unit }) => part === null && unit === null);
  }

  /** A message is held whole when any of it is held: half a message is another message. */
  holdsReading(source: string, reading: Reading, unitsOf: (subject: Identity) => readonly string[]): boolean {
    const holds = this.#of(source);
    if (holds.length === 0) return false;
    return reading.changes.some((change) => holds.some((hold) => concerns(hold, change, unitsOf)));
  }

  #of(source: string): readonly HoldBody[] {
    return this.#all().get(source) ?? [];
  }

  #all(): Map<string, HoldBody[]> {
    if (this.#bySource === null) {
      this.#bySource = new Map();
      for (const { source, body } of this.#settings.all('hold')) {
        const hold = JSON.parse(body) as HoldBody;
        this.#bySource.set(source, [...(this.#bySource.get(source) ?? []), hold]);
      }
    }
    return this.#bySource;
  }
}

function concerns(
  { part, unit }: HoldBody,
  change: Change,
  unitsOf: (subject: Identity) => readonly string[],
): boolean {
  if (part !== null && !partsOf([change]).has(part)) return false;
  if (unit === null) return true;
  if (change.kind === 'stay' && (change.fields.unit === unit || change.fields.plannedUnit === unit)) return true;
  return subjectsOf(change).some((subject) => unitsOf(subject).includes(unit));
}

function subjectsOf(change: Change): readonly Identity[] {
  switch (change.kind) {
    case 'merge':
    case 'unmerge':
      return [change.survivor, change.subsumed];
    case 'move-visit':
      return [change.from, change.to];
    case 'link':
    case 'unlink':
      return [change.a, change.b];
    case 'full-load':
    case 'withdraw-key':
      return [];
    default:
      return [change.subject];
  }
}
