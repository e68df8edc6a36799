// Which unit's pack is made next. All units get one each period, spread over it so that they never come all at once; the units
// where a lost chart harms soonest come first (design §12).

import type { UnitId } from '../../domain/identity.ts';
import type { ListKind, UnitDeclaration } from '../../domain/unit.ts';

const IMPORTANCE: readonly ListKind[] = ['emergency', 'birth', 'surgery', 'bed', 'day-care', 'visits'];

/** Most important first; within a kind as the settings name them. */
const byImportance = (units: readonly UnitDeclaration[]): readonly UnitDeclaration[] =>
  [...units].sort((a, b) => IMPORTANCE.indexOf(a.listKind) - IMPORTANCE.indexOf(b.listKind));

export class PackSchedule {
  readonly #units: readonly UnitId[];
  readonly #everyMs: number;
  /** By the monotonic clock: a wall clock that jumps neither stops packs nor makes them all at once. */
  readonly #madeAt = new Map<UnitId, number>();
  readonly #hurriedAt = new Map<UnitId, number>();

  constructor(units: readonly UnitDeclaration[], everyMs: number) {
    this.#units = byImportance(units).map(({ id }) => id);
    this.#everyMs = everyMs;
  }

  /**
   * The unit whose turn has come; null when none has. A unit never made since the start is always due. Counted as made from now on:
   * nobody else takes it, and one that cannot be made does not keep the others from theirs.
   */
  begin(monotonicMs: number): UnitId | null {
    const unit = this.#units.find((one, index) => this.#isDue(one, index, monotonicMs)) ?? null;
    if (unit !== null) this.#madeAt.set(unit, monotonicMs);
    return unit;
  }

  /** Made of what was there when it was begun: what has happened since is not in it. */
  done(unit: UnitId, beganMs: number): void {
    const hurriedAt = this.#hurriedAt.get(unit);
    if (hurriedAt === undefined || hurriedAt <= beganMs) this.#madeAt.set(unit, beganMs);
  }

  /** Something has happened that no pack may wait for: all are due, or this unit's. */
  hurry(monotonicMs: number, unit?: UnitId): void {
    for (const one of unit === undefined ? this.#units : [unit]) {
      this.#madeAt.delete(one);
      this.#hurriedAt.set(one, monotonicMs);
    }
  }

  #isDue(unit: UnitId, index: number, now: number): boolean {
    const made = this.#madeAt.get(unit);
    if (made === undefined) return true;
    const offset = (index * this.#everyMs) / this.#units.length;
    // What was made less than half a period before its turn (at the start, or asked for by hand) waits for the turn after.
    const earliest = made + this.#everyMs / 2;
    return now >= Math.ceil((earliest - offset) / this.#everyMs) * this.#everyMs + offset;
  }
}
