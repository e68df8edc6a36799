// Values of one kind on one line, times as columns, newest last. Values in different units are different rows: nothing is ever
// converted to fit beside another (knowledge b2).

import type { ChartEntry, ChartValue, ValueRow, ValueTable } from './chart.ts';

export interface Cell {
  readonly rowKey: string;
  readonly name: string;
  readonly value: ChartValue;
  readonly entry: ChartEntry;
}

const MINUTE_MS = 60_000;
/** One column for what one source says of one minute: panels and single values measured together stand together. */
const columnKey = (entry: ChartEntry): string => `${Math.floor(entry.time.ms / MINUTE_MS)} ${entry.source}`;

interface PlacedCell extends Cell {
  readonly column: string;
}

export function valueTable(
  cells: readonly Cell[],
  options: { readonly columnsMax: number; readonly compareRows: (a: Cell, b: Cell) => number },
): ValueTable {
  const columnOf = new Map<string, ChartEntry>();
  const byRow = new Map<string, PlacedCell[]>();
  for (const cell of placedNewestFirst(cells)) {
    if (!columnOf.has(cell.column) && columnOf.size < options.columnsMax) columnOf.set(cell.column, cell.entry);
    const row = byRow.get(cell.rowKey);
    if (row === undefined) byRow.set(cell.rowKey, [cell]);
    else row.push(cell);
  }
  const columns = [...columnOf].reverse();
  const keys = columns.map(([key]) => key);
  const rows = [...byRow.values()].flatMap((row) => row[0] ?? []).sort(options.compareRows);
  return {
    columns: columns.map(([, { time, source, sourceName }]) => ({ time, source, sourceName })),
    rows: rows.map((newest) => valueRow(newest, byRow.get(newest.rowKey) ?? [], keys)),
  };
}

function placedNewestFirst(cells: readonly Cell[]): readonly PlacedCell[] {
  const columns = new Map<ChartEntry, string>();
  for (const { entry } of cells) if (!columns.has(entry)) columns.set(entry, columnKey(entry));
  return cells
    .map(({ rowKey, name, value, entry }) => ({ rowKey, name, value, entry, column: columns.get(entry) ?? '' }))
    .sort((a, b) => b.entry.time.ms - a.entry.time.ms || Number(isCorrected(b)) - Number(isCorrected(a)));
}

/** Of two values of one time the corrected one stands, the other beside it. */
const isCorrected = ({ value }: Cell): boolean => value.state === 'corrected';

function valueRow(newest: PlacedCell, row: readonly PlacedCell[], keys: readonly string[]): ValueRow {
  const told = row.find(({ value }) => value.written !== null) ?? newest;
  const shown = new Set(keys);
  const byColumn = new Map<string, ChartValue>();
  const twice: ChartValue[] = [];
  let olderCount = 0;
  for (const { column, value } of row) {
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
    latest: newest.value,
    olderCount,
    alsoAtSameTime: twice,
  };
}
