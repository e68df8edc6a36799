// The unit that is read: its copy as the station handed it out, and the list and charts made of it here, again at every beat, by the
// domain's own rules. Refreshed in place; while the station is silent the copy stays and only the ages grow.

import { untrack } from 'svelte';
import type { OtherStation } from '../../../src/domain/access/routes.ts';
import type { Chart } from '../../../src/domain/chart/chart.ts';
import { composeChart } from '../../../src/domain/chart/compose.ts';
import { ChartMemory } from '../../../src/domain/chart/memory.ts';
import type { PatientKey, UnitId } from '../../../src/domain/identity.ts';
import type { PatientCopy } from '../../../src/domain/patient-copy.ts';
import { type FeedsByPart, type PatientAnswer, type UnitCopy, withFeeds } from '../../../src/domain/unit-copy.ts';
import { nearOnList } from '../../../src/domain/unit-list/list-people.ts';
import {
  composeListHead,
  composeListRows,
  type UnitList,
  type UnitListHead,
  type UnitListInput,
  type UnitListRow,
} from '../../../src/domain/unit-list/unit-list.ts';
import { ask, NoContact, Refused } from '../station/ask.ts';
import { calm } from './calm.ts';
import { session } from './session.svelte.ts';
import { anchorAt, stationNow, type TimeAnchor } from './station-time.ts';
import { tick } from './tick.svelte.ts';
import { where } from './where.svelte.ts';

/** One patient as kept: the copy holds as long as the version does, the feeds are of the last answer. */
export interface KeptPatient {
  readonly version: string;
  readonly bare: PatientCopy;
  /** What everybody on the unit may see of it, where that is less; null: the same. */
  readonly shared: PatientCopy | null;
  readonly feeds: FeedsByPart;
  readonly copy: PatientCopy;
}

export interface KeptUnit {
  readonly answer: Omit<UnitCopy, 'patients'>;
  readonly patients: ReadonlyMap<PatientKey, KeptPatient>;
  readonly anchor: TimeAnchor;
  /** Whose copy it is; null: the own station's. */
  readonly from: OtherStation | null;
  /** So many of the list's first rows have their charts here; `ALL` but for a moment after this device has opened a copy. */
  readonly charted: number;
}
export const ALL = Number.POSITIVE_INFINITY;

/** The list of one beat: its rows are made when they are asked for, each once. */
interface ListOfBeat {
  readonly input: UnitListInput;
  readonly head: UnitListHead;
  readonly rows: UnitListRow[];
}

/** On a slow computer the first screenful stands in half the time of the whole list; then some charts' more at a time, with room for a press between. */
const FIRST_ROW_PX = 64;
/** What stands above the rows. */
const LIST_HEAD_PX = 130;
const MORE_CHARTS = 4;
const MORE_ROWS_MAX = 24;
const FIRST_ROWS_MIN = 4;
export const firstRows = (): number => Math.max(FIRST_ROWS_MIN, Math.ceil((innerHeight - LIST_HEAD_PX) / FIRST_ROW_PX));

const REFRESH_MS = 10_000;
/** After a silence: soon again, so that contact is seen when it comes back. */
const RETRY_MS = 5_000;

class Unit {
  kept: KeptUnit | null = $state.raw(null);
  /** This page's monotonic clock when the station last answered; null: not yet in this run. */
  heardAtMs: number | null = $state(null);
  isAlone = $state(false);
  refused: string | null = $state(null);
  readonly #memory = new ChartMemory();
  /** The last one, for as long as nothing of it has changed: its words of age are of this beat. */
  #made: { readonly key: PatientKey; readonly kept: KeptUnit; readonly beat: number; readonly chart: Chart } | null =
    null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  /** The unit that is read or asked for; null: none. */
  id: UnitId | null = $state(null);
  /** Told of each new copy, to keep it; and of a unit asked for that the station does not hand out. */
  onRefreshed: (kept: KeptUnit) => void = () => {};
  onAlone: (unit: UnitId) => void = () => {};
  /** The station that is read has answered, or has not. */
  onContact: (isHeard: boolean) => void = () => {};

  /** How many rows the list on the screen has come to; all, once it has had them all. */
  #rows = $state(firstRows());

  readonly #list: ListOfBeat | null = $derived.by(() => {
    void tick.count;
    const { kept } = this;
    if (kept === null) return null;
    const { answer, patients, anchor } = kept;
    const input = {
      ...answer,
      copyOf: (key: PatientKey) => patients.get(key)?.copy ?? null,
      now: stationNow(anchor),
      remember: this.#memory.remember,
    };
    return { input, head: composeListHead(input), rows: [] };
  });

  readonly head: UnitListHead | null = $derived(this.#list?.head ?? null);

  /** Null also while not all charts of it are here. */
  readonly list: UnitList | null = $derived(
    this.#list === null || this.kept?.charted !== ALL ? null : listUpTo(this.#list, ALL),
  );

  /** As far as it has come to the screen. */
  readonly shown: UnitList | null = $derived(
    this.#list === null ? null : listUpTo(this.#list, Math.min(this.#rows, this.kept?.charted ?? 0)),
  );

  /** What is shown so far has been drawn: some rows more. Of who has left there is no chart to make. */
  showMore(): void {
    if (this.kept?.charted !== ALL) return;
    const all = this.kept?.answer.rows ?? [];
    let [rows, charts] = [this.#rows, 0];
    while (rows < all.length && charts < MORE_CHARTS && rows < this.#rows + MORE_ROWS_MAX) {
      if (all[rows]?.kind !== 'discharged') charts += 1;
      rows += 1;
    }
    this.#rows = rows < all.length ? rows : ALL;
  }

  /** The station's time now, for the clock of the screen. */
  readonly now: number | null = $derived.by(() => {
    void tick.count;
    return this.kept === null ? null : stationNow(this.kept.anchor).wallMs;
  });

  open(unit: UnitId, kept: KeptUnit | null = null): void {
    if (this.id === unit && this.kept !== null) return;
    this.close();
    this.#rows = firstRows();
    this.id = unit;
    this.kept = kept;
    void this.refresh();
  }

  /** As this device has kept it. */
  restore(kept: KeptUnit): void {
    this.kept = kept;
  }

  /** The charts that were not here when `first` was shown. */
  completed(first: KeptUnit, whole: KeptUnit): void {
    if (this.kept !== first) return;
    this.kept = whole;
    this.showMore();
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.id = null;
    this.kept = null;
    this.#made = null;
    this.refused = null;
    this.isAlone = false;
  }

  async refresh(): Promise<void> {
    const unit = this.id;
    if (unit === null) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    let again = REFRESH_MS;
    try {
      await session.confirm();
      if (this.id !== unit) return;
      const { at } = where;
      // Of another station's copy nothing is laid into this one's.
      const before = this.kept?.from?.address === at?.address ? this.kept : null;
      const have = Object.fromEntries([...(before?.patients ?? [])].map(([key, { version }]) => [key, version]));
      const askedAtMs = performance.now();
      const answer = await ask<UnitCopy>('POST', '/api/copies/unit', { unit, have }, { isBackground: true });
      if (this.kept !== null) await calm();
      if (this.id !== unit || where.at !== at) return;
      this.kept = merged(before, answer, askedAtMs);
      this.heardAtMs = askedAtMs;
      this.isAlone = false;
      this.refused = null;
      this.onRefreshed(this.kept);
      this.onContact(true);
    } catch (error) {
      if (this.id !== unit) return;
      if (error instanceof Refused) {
        if (error.status === 401) session.ended();
        else this.refused = error.refusal.text || error.refusal.happened;
      } else if (error instanceof NoContact) {
        this.isAlone = true;
        if (this.kept === null) this.onAlone(unit);
        this.onContact(false);
        again = RETRY_MS;
      } else throw error;
    } finally {
      if (this.id === unit) this.#timer = setTimeout(() => void this.refresh(), again);
    }
  }

  /** To another station's copy, whole. */
  moved(answer: UnitCopy, askedAtMs: number): void {
    this.#made = null;
    this.kept = merged(null, answer, askedAtMs);
    this.heardAtMs = askedAtMs;
    this.isAlone = false;
    this.refused = null;
    this.onRefreshed(this.kept);
  }

  /** Of the unit's own copy; null: not on it. */
  chart(key: PatientKey): Chart | null {
    const beat = tick.count;
    const { kept } = this;
    const made = this.#made;
    if (made !== null && made.key === key && made.kept === kept && made.beat === beat) return made.chart;
    const chart = this.#chartOf(key, kept);
    if (kept !== null && chart !== null) this.#made = { key, kept, beat, chart };
    return chart;
  }

  /** A hand is on its way to it: made beforehand, it opens at once. */
  prepare(key: PatientKey): void {
    untrack(() => this.chart(key));
  }

  #chartOf(key: PatientKey, kept: KeptUnit | null): Chart | null {
    const patient = kept?.patients.get(key);
    if (kept === null || patient === undefined) return null;
    const { answer, anchor } = kept;
    const now = stationNow(anchor);
    const near = nearOnList(answer.rows, key, now.wallMs);
    return composeChart(patient.copy, now, { ...answer.names, nearPatients: near }, this.#memory.remember);
  }

  /** Of another unit's patient, or of an earlier moment, as the station just handed it out. */
  chartOf({ answer: { copy, names, near }, anchor }: FetchedPatient): Chart {
    void tick.count;
    return composeChart(copy, stationNow(anchor), { ...names, nearPatients: near }, this.#memory.remember);
  }
}

function listUpTo({ input, head, rows }: ListOfBeat, to: number): UnitList {
  if (rows.length < Math.min(to, input.rows.length)) rows.push(...composeListRows(input, rows.length, to));
  return { ...head, rows: rows.slice(0, to) };
}

export interface FetchedPatient {
  readonly answer: PatientAnswer;
  readonly anchor: TimeAnchor;
}

/** @throws {Refused | NoContact} */
export async function fetchPatient(key: PatientKey, at: number | null): Promise<FetchedPatient> {
  const askedAtMs = performance.now();
  const answer = await ask<PatientAnswer>('POST', '/api/copies/patient', { key, ...(at === null ? {} : { at }) });
  return { answer, anchor: anchorAt(answer.now, askedAtMs) };
}

function merged(before: KeptUnit | null, { patients, ...answer }: UnitCopy, askedAtMs: number): KeptUnit {
  const kept = patients.flatMap(({ key, version, copy, shared = null, feeds }): [PatientKey, KeptPatient][] => {
    const known = copy === null ? before?.patients.get(key) : { bare: copy, shared };
    return known === undefined ? [] : [[key, keptPatient({ version, bare: known.bare, shared: known.shared, feeds })]];
  });
  return { answer, patients: new Map(kept), anchor: anchorAt(answer.now, askedAtMs), from: where.at, charted: ALL };
}

export const keptPatient = (kept: Omit<KeptPatient, 'copy'>): KeptPatient => ({
  ...kept,
  copy: withFeeds(kept.bare, (part) => kept.feeds[part]),
});

export const unit = new Unit();
