// Answers: values as a table with the latest columns, answers in words by themselves, and what is still waited for.

import type { PatientCopy } from '../patient-copy.ts';
import type { ChartEntry, ChartPart, ChartValue, ResultsView } from './chart.ts';
import type { ComposeContext } from './context.ts';
import { pendingOf } from './pending.ts';
import { type Cell, valueTable } from './value-table.ts';

const COLUMNS_MAX = 5;
/** Longer answers are sentences: they stand by themselves, whole. */
const CELL_LETTERS_MAX = 24;

export function resultsView(
  copy: PatientCopy,
  parts: { readonly results: ChartPart; readonly orders: ChartPart },
  context: ComposeContext,
): ResultsView {
  const { entries } = parts.results;
  const { table, documents } = context.remember(entries, 'table', [], () => ({
    table: valueTable(onTheirLines(entries.flatMap(cellsOf)), { columnsMax: COLUMNS_MAX, compareRows }),
    documents: entries.filter(isInWords).map(withoutCells),
  }));
  return { kind: 'results', table, documents, ...pendingOf(copy, parts, context) };
}

/**
 * A panel's member without a value has its cell too, with the word for why (*Väntar på svar*, *Kan ej utföras*): among the others'
 * values a missing one would read as not asked for (design §5.4).
 */
const cellsOf = (entry: ChartEntry): Cell[] =>
  entry.values.some(fitsCell)
    ? entry.values
        .filter((value) => fitsCell(value) || value.written === null)
        .map((value) => ({ rowKey: rowKey(value), name: value.name, value, entry }))
    : [];

const fitsCell = (value: ChartValue): boolean =>
  value.written !== null && value.text.length <= CELL_LETTERS_MAX && !value.text.includes('\n');

/** A value that isn't there has no unit: it stands on the line its analysis has, where it has one line only. */
function onTheirLines(cells: readonly Cell[]): readonly Cell[] {
  const lines = new Map<string, Set<string>>();
  for (const { value, rowKey: key } of cells)
    if (value.written !== null) lines.set(analysisKey(value), (lines.get(analysisKey(value)) ?? new Set()).add(key));
  return cells.map((cell) => {
    const own = cell.value.written === null ? lines.get(analysisKey(cell.value)) : undefined;
    const [only] = own ?? [];
    return own?.size === 1 && only !== undefined ? { ...cell, rowKey: only } : cell;
  });
}

/** An answer with a conclusion, with a value too long for a cell, or without any value that a cell could hold. */
const isInWords = (entry: ChartEntry): boolean =>
  (entry.kind === 'report' && entry.text !== '' && !entry.values.some(fitsCell)) ||
  entry.values.some((value) => value.written !== null && !fitsCell(value)) ||
  !entry.values.some(fitsCell);

/** What stands in the table is not told twice. */
const withoutCells = (entry: ChartEntry): ChartEntry => ({
  ...entry,
  values: entry.values.filter((value) => !fitsCell(value) && !(value.written === null && entry.values.some(fitsCell))),
});

/** The same analysis in another unit, or without a code, is another row. */
const rowKey = (value: ChartValue): string => `${analysisKey(value)}|${value.unit}`;
const analysisKey = ({ codes, name, finding }: ChartValue): string =>
  `${codes[0] ?? name.toLowerCase()}|${finding ?? ''}`;

/** Alphabetical, as people look for them; order never changes with time (ux §1.6). */
const collator = new Intl.Collator('sv');
const compareRows = (a: Cell, b: Cell): number => collator.compare(a.name, b.name) || (a.rowKey < b.rowKey ? -1 : 1);
