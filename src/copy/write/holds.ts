// A suspect source can be held (design §6): what it sends is received and acknowledged, and stays out of the charts until a person
// releases it or leaves it out.

import type { Change, Reading } from '../../domain/changes.ts';
import type { Holding } from '../../domain/holding.ts';
import type { UnitId } from '../../domain/identity.ts';
import type { PartName } from '../../domain/parts.ts';
import type { Settings } from '../settings.ts';
import type { Touched } from './touched.ts';

export interface HoldBody {
  readonly at: number;
  readonly by: string;
  readonly reason: string;
  readonly part: PartName | null;
  readonly unit: UnitId | null;
  /** A person has let it go on: it is held until what came meanwhile has been let through. */
  readonly releasedAt?: number;
}

export const holdingOf = ({ at, by, reason, part, unit, releasedAt }: HoldBody): Holding => ({
  part,
  unit,
  reason,
  by,
  since: at,
  isBeingReleased: releasedAt !== undefined,
});

/** The last held message tried. */
interface ReleaseBody {
  readonly after: number;
}

/** How far a change reaches, asked only where something is held. */
export interface Reach {
  readonly touched: (change: Change) => Touched;
  /** Units where those it touches now are, as any source says. */
  readonly units: (touched: Touched) => readonly string[];
}

export class Holds {
  readonly #settings: Settings;
  #bySource: Map<string, HoldBody[]> | null = null;
  #releasing: string[] | null = null;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  forget(): void {
    this.#bySource = null;
    this.#releasing = null;
  }

  hold(source: string, seq: number, body: HoldBody): void {
    this.#put(source, seq, body);
    // What had not been let through yet is held by this.
    if (body.part === null && body.unit === null) this.stopReleasing(source, seq);
    this.forget();
  }

  #put(source: string, seq: number, body: HoldBody): void {
    this.#settings.put('hold', source, `${body.part ?? '*'}/${body.unit ?? '*'}`, seq, body);
  }

  /** Nothing is held any more: what came meanwhile is left out, or all of it is in. */
  releaseAll(source: string, seq: number): void {
    this.stopReleasing(source, seq);
    for (const { source: held, key } of this.#settings.all('hold')) {
      if (held === source) this.#settings.drop('hold', held, key, seq);
    }
    this.forget();
  }

  /** What is held is let through from here on, from its beginning. */
  beginReleasing(source: string, seq: number, at: number): void {
    for (const hold of this.#of(source)) this.#put(source, seq, { ...hold, releasedAt: hold.releasedAt ?? at });
    this.#settings.put('release', source, '', seq, { after: 0 } satisfies ReleaseBody);
    this.forget();
  }

  /** How far the release has come; null when none is going on. */
  releasedTo(source: string): number | null {
    const row = this.#settings.get('release', source);
    return row === undefined ? null : (JSON.parse(row.body) as ReleaseBody).after;
  }

  releasing(): string[] {
    this.#releasing ??= this.#settings.all('release').map(({ source }) => source);
    return this.#releasing;
  }

  moveRelease(source: string, after: number): void {
    this.#settings.rewrite('release', source, '', { after } satisfies ReleaseBody);
  }

  /** All that was held has been tried: what a person has taken hold of since stays held. */
  endReleasing(source: string, seq: number): void {
    this.#settings.drop('release', source, '', seq);
    for (const { source: held, key, body } of this.#settings.all('hold')) {
      const isLetGo = (JSON.parse(body) as HoldBody).releasedAt !== undefined;
      if (held === source && isLetGo) this.#settings.drop('hold', held, key, seq);
    }
    this.forget();
  }

  /** The rest stays held, as before the release. */
  stopReleasing(source: string, seq: number): void {
    if (this.#settings.get('release', source) === undefined) return;
    this.#settings.drop('release', source, '', seq);
    this.forget();
    for (const { releasedAt, ...hold } of this.#of(source)) if (releasedAt !== undefined) this.#put(source, seq, hold);
    this.forget();
  }

  get any(): boolean {
    return this.#all().size > 0;
  }

  /** Also while it is being released: what comes new waits behind what was held. */
  holdsWhole(source: string): boolean {
    return (
      this.#of(source).some(({ part, unit }) => part === null && unit === null) || this.releasing().includes(source)
    );
  }

  /** A message is held whole when any of it is held: half a message is another message. */
  holdsReading(source: string, reading: Reading, reach: Reach): boolean {
    const holds = this.#of(source).filter(({ releasedAt }) => releasedAt === undefined);
    if (holds.length === 0) return false;
    return reading.changes.some((change) => holds.some((hold) => concerns(hold, change, reach)));
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

function concerns({ part, unit }: HoldBody, change: Change, { touched, units }: Reach): boolean {
  const { parts } = touched(change);
  if (part !== null && parts !== null && !parts.has(part)) return false;
  if (unit === null) return true;
  if (change.kind === 'stay' && (change.fields.unit === unit || change.fields.plannedUnit === unit)) return true;
  return units(touched(change)).includes(unit);
}
