// Values of one kind on one line, times as columns, newest last. Values in different units are different rows: nothing is ever
// converted to fit beside another (knowledge b2).

import type { SourceId } from '../identity.ts';
import type { ChartEntry, ChartTime, ChartValue, ValueRow, ValueTable } from './chart.ts';

export interface Cell {
  readonly rowKey: string;
  readonly name: string;
  readonly value: ChartValue;
  readonly entry: ChartEntry;
}

const MINUTE_MS = 60_000;
/**
 * One column for what one source says of one minute: panels and single values measured together stand together. What has no time of
 * its own never stands among what was measured in the minute it came.
 */
const columnKey = ({ ms, notOwn }: ChartTime, source: SourceId): string =>
  `${Math.floor(ms / MINUTE_MS)} ${notOwn ?? ''} ${source}`;

interface PlacedCell extends Cell {
  readonly column: string;
}

export function valueTable(
  cells: readonly Cell[],
  options: { readonly columnsMax: number; readonly compareRows: (a: Cell, b: Cell) => number },
): ValueTable {
  const columnOf = new Map<string, ValueTable['columns'][number]>();
  const byRow = new Map<string, PlacedCell[]>();
  for (const cell of placedNewestFirst(cells)) {
    if (!columnOf.has(cell.column) && columnOf.size < options.columnsMax) {
      const { source, sourceName } = cell.entry;
      columnOf.set(cell.column, { time: cell.value.time, source, sourceName });
    }
    const row = byRow.get(cell.rowKey);
    if (row === undefined) byRow.set(cell.rowKey, [cell]);
    else row.push(cell);
  }
  const columns = [...columnOf].reverse();
  const keys = columns.map(([key]) => key);
  const rows = [...byRow.values()].flatMap((row) => row[0] ?? []).sort(options.compareRows);
  return {
    columns: columns.map(([, column]) => column),
    rows: rows.map((newest) => valueRow(newest, byRow.get(newest.rowKey) ?? [], keys)),
  };
}

function placedNewestFirst(cells: readonly Cell[]): readonly PlacedCell[] {
  // The values of a panel nearly always share its time: its column is found once.
  const columns = new Map<ChartEntry, { readonly time: ChartTime; readonly column: string }>();
  const columnOf = ({ value: { time }, entry }: Cell): string => {
    const known = columns.get(entry);
    if (known !== undefined && known.time.ms === time.ms && known.time.notOwn === time.notOwn) return known.column;
    const column = columnKey(time, entry.source);
    columns.set(entry, { time, column });
    return column;
  };
  return cells
    .map((cell): PlacedCell => ({ ...cell, column: columnOf(cell) }))
    .sort(
      (a, b) =>
        b.value.time.ms - a.value.time.ms ||
        Number(isUntimed(a.value)) - Number(isUntimed(b.value)) ||
        sureness(b) - sureness(a),
    );
}

/** Of two values of one time the corrected one stands, then the final; the other beside it. */
const sureness = ({ value: { state } }: Cell): number => (state === 'corrected' ? 2 : state === 'final' ? 1 : 0);
const isUntimed = ({ time }: ChartValue): boolean => time.notOwn !== undefined;

function valueRow(newest: PlacedCell, row: readonly PlacedCell[], keys: readonly string[]): ValueRow {
  const told = row.find(({ value }) => value.written !== null) ?? newest;
  const shown = new Set(keys);
  const byColumn = new Map<string, ChartValue>();
  const twice: ChartValue[] = [];
  const untimed: ChartValue[] = [];
  let olderCount = 0;
  // A value nobody timed is the latest only where no other is: it may have been measured before them all.
  const latest = row.find(({ value }) => !isUntimed(value)) ?? newest;
  for (const { column, value } of row) {
    if (isUntimed(value) && value !== latest.value && value.time.ms >= latest.value.time.ms) untimed.push(value);
    if (!shown.has(column)) {
      olderCount += 1;
      continue;
    }
    const first = byColumn.get(column);
    if (first === undefined) byColumn.set(column, value);
    else if (first.text !== value.text) twice.push(value);
  }
  return {
    name: newest.name,
    // A newest value that isn't there has neither: the line's own stand.
    unit: told.value.unit,
    reference: told.value.reference,
    cells: keys.map((key) => byColumn.get(key) ?? null),
    latest: latest.value,
    olderCount,
    alsoAtSameTime: twice,
    alsoUntimed: untimed,
  };
}
