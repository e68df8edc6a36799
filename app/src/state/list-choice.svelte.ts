// Which rows of the list are shown: only by the reader's own press, and never in another order (ux §1.6).

import type { UnitListRow } from '../../../src/domain/unit-list/unit-list.ts';
import { type Mine, mine } from './mine.svelte.ts';

export type Choice = 'all' | 'mine' | 'high' | 'critical' | 'limits';

const FITS: Readonly<Record<Choice, (row: UnitListRow, stars: Mine) => boolean>> = {
  all: () => true,
  mine: ({ key }, stars) => stars.has(key),
  high: ({ cells }) => (cells?.news2.total ?? 0) >= 5,
  critical: ({ cells }) => cells?.results.some(({ icon }) => icon === 'critical') === true,
  limits: ({ cells }) => cells?.limits.some(({ icon }) => icon === 'limit') === true,
};
const CHOICES = Object.keys(FITS) as readonly Choice[];

export class ListChoice {
  chosen: Choice = $state('all');
  readonly stars: Mine;

  constructor(stars: Mine) {
    this.stars = stars;
  }

  choose(choice: Choice): void {
    this.chosen = choice;
  }

  shown(rows: readonly UnitListRow[]): readonly UnitListRow[] {
    return this.#fitting(this.chosen, rows);
  }

  /** Who has left is shown, and not counted: the number is of patients to care for. */
  count(rows: readonly UnitListRow[]): Readonly<Record<Choice, number>> {
    const here = rows.filter(({ cells }) => cells !== null);
    return Object.fromEntries(CHOICES.map((choice) => [choice, this.#fitting(choice, here).length])) as Record<
      Choice,
      number
    >;
  }

  #fitting(choice: Choice, rows: readonly UnitListRow[]): readonly UnitListRow[] {
    return rows.filter((row) => FITS[choice](row, this.stars));
  }
}

export const choices = new ListChoice(mine);
