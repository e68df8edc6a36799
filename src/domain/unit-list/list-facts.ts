// What a list to write on says of each patient, as facts under each other: the round list has the columns of the unit's list, the work
// sheet has what the coming hours hold. Screen and paper take the same facts (design §9).

import { isTrusted } from '../age.ts';
import type { Chart, ChartPart, MedicationView, ResultsView } from '../chart/chart.ts';
import { NOTHING_HEARD } from '../chart/medication.ts';
import type { PartName } from '../parts.ts';
import { timeWords } from '../swedish-time.ts';
import { type CellLine, doubt, quiet } from './cell-line.ts';
import { drugAndDose, emptyWords, type ListCells } from './list-cells.ts';
import type { ColumnName } from './list-columns.ts';
import type { UnitList, UnitListRow } from './unit-list.ts';

export interface Fact {
  readonly label: string;
  /** Never empty: it says which kind of nothing it is. */
  readonly lines: readonly CellLine[];
}

/** The hours a work sheet holds. */
const WORK_HOURS = 12;
const HOUR_MS = 3_600_000;
/** Somebody on the list whose chart could not be read: said, never left blank. */
const NO_CHART: readonly CellLine[] = [{ tone: 'strong', icon: 'ask', words: 'journalkopia saknas' }];

const lowerFirst = (words: string): string => words.charAt(0).toLowerCase() + words.slice(1);

/** Those a list to write on is about: not who has left. */
export const writableRows = (list: UnitList, only: ReadonlySet<string> | null): readonly UnitListRow[] =>
  list.rows.filter(({ key, kind }) => kind !== 'discharged' && (only === null || only.has(key)));

export function roundFacts(list: UnitList, { cells }: UnitListRow): readonly Fact[] {
  return list.columns.flatMap(({ name, title }) =>
    name === 'place' || name === 'patient'
      ? []
      : [{ label: title, lines: cells === null ? NO_CHART : cellLines(cells, name) }],
  );
}

function cellLines(cells: ListCells, name: Exclude<ColumnName, 'place' | 'patient'>): readonly CellLine[] {
  if (name !== 'news2') return cells[name];
  const { total, level, words } = cells.news2;
  const isHigh = level === 'medium' || level === 'high' || level === 'single-three';
  return [{ tone: isHigh ? 'strong' : 'plain', icon: null, words: total === null ? words : `${total}, ${words}` }];
}

/** From now, to a whole hour: *22:10–10:00*. */
export function workHours(nowMs: number): { readonly toMs: number; readonly words: string } {
  const toMs = (Math.floor(nowMs / HOUR_MS) + WORK_HOURS) * HOUR_MS;
  return { toMs, words: `${timeWords(nowMs, nowMs)}–${timeWords(toMs, nowMs)}` };
}

/**
 * Warnings first, then the times that the orders themselves name, then what has no clock time, then what is waited for. Nothing here
 * says that a dose is due, late or missed (§5.19), and nothing is to be signed here.
 */
export function workFacts(list: UnitList, row: UnitListRow, chart: Chart | null, nowMs: number): readonly Fact[] {
  const { cells } = row;
  const columns = new Map(list.columns.map(({ name, title }) => [name, title]));
  const first = (['warnings', 'limits', 'news2'] as const).flatMap((name): Fact[] => {
    const label = columns.get(name);
    return label === undefined ? [] : [{ label, lines: cells === null ? NO_CHART : cellLines(cells, name) }];
  });
  if (chart === null) return [...first, { label: ORDERED, lines: NO_CHART }];
  const view = viewOf(chart, 'medication');
  return [
    ...first,
    { label: ORDERED, lines: orderedLines(chart, view, nowMs) },
    ...withoutClock(view),
    { label: 'Väntar på svar', lines: waitingLines(viewOf(chart, 'results')) },
  ];
}
const ORDERED = 'Ordinerade tider';

function orderedLines(chart: Chart, view: MedicationView | null, nowMs: number): readonly CellLine[] {
  const part = partOf(chart, 'medication-orders');
  if (view === null || part === undefined || part.content.kind === 'empty') return [quiet(emptyWords(part))];
  const { toMs } = workHours(nowMs);
  const times = view.rows
    .filter(({ group }) => group === 'scheduled')
    .flatMap((row) => row.written.map((time) => ({ time, words: drugAndDose(row, row.route) })))
    .filter(({ time: { ms } }) => ms < toMs)
    .sort((a, b) => a.time.ms - b.time.ms);
  return [
    ...(isTrusted(part.state.state) ? [] : [doubt(`ordinationerna: ${lowerFirst(part.state.short)}`)]),
    ...(view.dosesWords === null ? [] : [doubt(view.dosesWords)]),
    ...times.map(
      ({ time, words }): CellLine => ({
        tone: 'plain',
        icon: null,
        words: `${time.text} ${words}${time.ms < nowMs ? `, ${NOTHING_HEARD}` : ''}`,
      }),
    ),
    ...(times.length === 0 ? [quiet('inget klockslag skrivet för de timmarna')] : []),
  ];
}

const GROUPS = { 'as-needed': 'Vid behov', infusion: 'Infusion', unclear: 'Oklart om den gäller' } as const;

/** Medicines without a written time: each by name, none left out. */
function withoutClock(view: MedicationView | null): readonly Fact[] {
  const rows = view?.rows ?? [];
  const groups = (['as-needed', 'infusion', 'unclear'] as const).flatMap((group): Fact[] => {
    const own = rows.filter((row) => row.group === group);
    const lines = own.map(
      ({ substance, schedule }): CellLine => plainOrDoubt(group, `${substance} ${schedule}`.trim()),
    );
    return lines.length === 0 ? [] : [{ label: GROUPS[group], lines }];
  });
  const unwritten = rows.filter(({ group, written }) => group === 'scheduled' && written.length === 0);
  const lines = unwritten.map(({ substance, schedule }) =>
    plainOrDoubt('as-needed', `${substance} ${schedule}`.trim()),
  );
  return lines.length === 0 ? groups : [{ label: 'Utan klockslag', lines }, ...groups];
}
const plainOrDoubt = (group: keyof typeof GROUPS, words: string): CellLine =>
  group === 'unclear' ? doubt(words) : { tone: 'plain', icon: null, words };

function waitingLines(view: ResultsView | null): readonly CellLine[] {
  if (view === null) return [quiet(emptyWords(undefined))];
  const lines = view.pending.map(
    ({ name, time, words }): CellLine => ({ tone: 'plain', icon: null, words: `${name}, ${time.text}, ${words}` }),
  );
  return view.pendingIsKnown && lines.length > 0 ? lines : [...lines, quiet(lowerFirst(view.pendingWords))];
}

const partOf = (chart: Chart, name: PartName): ChartPart | undefined =>
  chart.blocks.flatMap(({ parts }) => parts).find(({ part }) => part === name);

function viewOf<Kind extends 'medication' | 'results'>(chart: Chart, kind: Kind) {
  const view = chart.blocks.find(({ name }) => name === kind)?.view;
  return view?.kind === kind ? (view as Extract<MedicationView | ResultsView, { readonly kind: Kind }>) : null;
}
