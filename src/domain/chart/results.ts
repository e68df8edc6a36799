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
    table: valueTable(entries.flatMap(cellsOf), { columnsMax: COLUMNS_MAX, compareRows }),
    documents: entries.filter(isInWords).map(withoutCells),
  }));
  return { kind: 'results', table, documents, ...pendingOf(copy, parts, context) };
}

const cellsOf = (entry: ChartEntry): Cell[] =>
  entry.values.filter(fitsCell).map((value) => ({ rowKey: rowKey(value), name: value.name, value, entry }));

const fitsCell = (value: ChartValue): boolean =>
  value.written !== null && value.text.length <= CELL_LETTERS_MAX && !value.text.includes('\n');

/** An answer with a conclusion, with a value too long for a cell, or without any value that a cell could hold. */
const isInWords = (entry: ChartEntry): boolean =>
  (entry.kind === 'report' && entry.text !== '' && !entry.values.some(fitsCell)) ||
  entry.values.some((value) => value.written !== null && !fitsCell(value)) ||
  !entry.values.some(fitsCell);

/** What stands in the table is not told twice. */
const withoutCells = (entry: ChartEntry): ChartEntry => ({
  ...entry,
  values: entry.values.filter((value) => !fitsCell(value)),
});

/** The same analysis in another unit, or without a code, is another row. */
const rowKey = (value: ChartValue): string => `${value.codes[0] ?? value.name.toLowerCase()}|${value.unit}`;

/** Alphabetical, as people look for them; order never changes with time (ux §1.6). */
const collator = new Intl.Collator('sv');
const compareRows = (a: Cell, b: Cell): number => collator.compare(a.name, b.name) || (a.rowKey < b.rowKey ? -1 : 1);
