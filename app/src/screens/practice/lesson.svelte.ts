// One run of *Öva själv*: the invented patient with ages that grow as real ones do, and what has been tried. Kept nowhere, told to nobody:
// it ends when the screen is left.

import type { Chart } from '../../../../src/domain/chart/chart.ts';
import { composeChart } from '../../../../src/domain/chart/compose.ts';
import { PARTS } from '../../../../src/domain/parts.ts';
import { timeWords } from '../../../../src/domain/swedish-time.ts';
import type { Arrival } from '../../../../src/domain/time.ts';
import { composeUnitList, type UnitList } from '../../../../src/domain/unit-list/unit-list.ts';
import { anchorAt, stationNow } from '../../state/station-time.ts';
import { tick } from '../../state/tick.svelte.ts';
import {
  dosesSilentSince,
  INVENTED_NAMES,
  INVENTED_UNIT,
  inventedCopy,
  inventedFeeds,
  inventedRow,
  LIMIT,
  NOT_FED,
} from './invented-patient.ts';

export const TASKS = ['age', 'limit', 'missing', 'print', 'as-of'] as const;
export type Task = (typeof TASKS)[number];

export interface Answer {
  readonly words: string;
  readonly isRight: boolean;
}

const HOUR_MS = 3_600_000;

export class Lesson {
  readonly #began: Arrival = { wallMs: Date.now(), boot: 'practice', monotonicMs: performance.now() };
  readonly #anchor = anchorAt(this.#began, this.#began.monotonicMs);
  done: readonly Task[] = $state([]);
  task: Task = $state('age');
  /** What was said of the last answer; null: nothing answered yet. */
  wasRight: boolean | null = $state(null);

  readonly now = $derived.by(() => {
    void tick.count;
    return stationNow(this.#anchor);
  });

  readonly list: UnitList = $derived.by(() =>
    composeUnitList({
      unit: INVENTED_UNIT,
      asOf: null,
      rows: [inventedRow(this.#began)],
      feeds: inventedFeeds(this.#began),
      copyOf: () => inventedCopy(this.#began, null),
      names: INVENTED_NAMES,
      now: this.now,
    }),
  );

  chart(asOf: number | null): Chart {
    return composeChart(inventedCopy(this.#began, asOf), this.now, INVENTED_NAMES);
  }

  /** Of the questions; what is done instead of answered has none. */
  get answers(): readonly Answer[] {
    const sinceMs = dosesSilentSince(this.#began);
    const at = (ms: number): string => timeWords(ms, this.now.wallMs);
    if (this.task === 'age')
      return [
        { words: at(this.#began.wallMs - HOUR_MS), isRight: false },
        { words: at(sinceMs), isRight: true },
        { words: at(sinceMs - 3 * HOUR_MS), isRight: false },
      ];
    if (this.task === 'limit')
      return [
        { words: 'Ingen', isRight: false },
        { words: 'Okänt', isRight: false },
        { words: LIMIT, isRight: true },
      ];
    if (this.task === 'missing')
      return [
        { words: [...NOT_FED].map((part) => PARTS[part].swedish).join(', '), isRight: true },
        { words: PARTS['doses-given'].swedish, isRight: false },
        { words: PARTS.surgery.swedish, isRight: false },
      ];
    return [];
  }

  choose(task: Task): void {
    this.task = task;
    this.wasRight = null;
  }

  answer({ isRight }: Answer): void {
    if (isRight) this.did(this.task);
    else this.wasRight = false;
  }

  /** Ticked; and what is not yet done is next, shown when the reader asks for it. */
  did(task: Task): void {
    if (!this.done.includes(task)) this.done = [...this.done, task];
    this.task = task;
    this.wasRight = true;
  }

  get next(): Task | null {
    return TASKS.find((task) => !this.done.includes(task)) ?? null;
  }

  again(): void {
    this.done = [];
    this.choose('age');
  }
}
