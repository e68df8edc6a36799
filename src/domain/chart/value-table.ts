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
export const columnKey = (entry: ChartEntry): string => `${Math.floor(entry.time.ms / MINUTE_MS)} ${entry.source}`;

export function valueTable(
  cells: readonly Cell[],
  options: { readonly columnsMax: number; readonly compareRows: (a: Cell, b: Cell) => number },
): ValueTable {
  const newestFirst = [...cells].sort((a, b) => b.entry.time.ms - a.entry.time.ms);
  const columnOf = new Map<string, ChartEntry>();
  for (const { entry } of newestFirst) {
    const key = columnKey(entry);
    if (!columnOf.has(key) && columnOf.size < options.columnsMax) columnOf.set(key, entry);
  }
  const keys = [...columnOf.keys()].reverse();
  const byRow = new Map<string, Cell[]>();
  for (const cell of newestFirst) {
    const row = byRow.get(cell.rowKey);
    if (row === undefined) byRow.set(cell.rowKey, [cell]);
    else row.push(cell);
  }
  const rows = [...byRow.values()].flatMap((row) => row[0] ?? []).sort(options.compareRows);
  return {
    columns: keys.flatMap((key) => {
      const entry = columnOf.get(key);
      return entry === undefined ? [] : [{ time: entry.time, source: entry.source, sourceName: entry.sourceName }];
    }),
    rows: rows.map((newest) => valueRow(newest, byRow.get(newest.rowKey) ?? [], keys)),
  };
}

function valueRow(newest: Cell, row: readonly Cell[], keys: readonly string[]): ValueRow {
  const byColumn = new Map<string, Cell>();
  const twice: ChartValue[] = [];
  for (const cell of row) {
    const key = columnKey(cell.entry);
    if (!byColumn.has(key)) byColumn.set(key, cell);
    else if (keys.includes(key) && byColumn.get(key)?.value.text !== cell.value.text) twice.push(cell.value);
  }
  return {
    name: newest.name,
    unit: newest.value.unit,
    reference: newest.value.reference,
    cells: keys.map((key) => byColumn.get(key)?.value ?? null),
    latest: newest.value,
    olderCount: row.filter(({ entry }) => !keys.includes(columnKey(entry))).length,
    alsoAtSameTime: twice,
  };
}
