// Measured values and answers as tables: what the screen's tables hold, on paper.

import type {
  Block,
  ChartValue,
  Interpretation,
  ResultsView,
  ValueRow,
  ValueTable,
  VitalsView,
} from '../../domain/chart/chart.ts';
import { answerWords, remarkedValue, unitSign } from '../../domain/chart/value-text.ts';
import { WORDS } from '../words.ts';
import { ageMark } from './lines.ts';
import type { ValueCell, ValuesSection, ValueTableRow } from './sheet.ts';

type Foot = ValuesSection['foot'][number];
const said = (words: string, strong = false): Foot => ({ mark: null, strong, words });

const MARKS: Readonly<Record<Interpretation, string>> = {
  low: '▼',
  high: '▲',
  'critical-low': '▼',
  'critical-high': '▲',
  critical: '!',
  abnormal: '*',
  normal: '',
};
const CRITICAL: ReadonlySet<Interpretation> = new Set(['critical-low', 'critical-high', 'critical']);

/** Longer values are told on lines of their own below the table. */
const CELL_LETTERS_MAX = 14;
const isLong = ({ text }: ChartValue): boolean => text.length > CELL_LETTERS_MAX;

function cellOf(value: ChartValue | null): ValueCell | null {
  if (value === null) return null;
  const { interpretation, remarks } = value;
  return {
    text: isLong(value) ? 'se nedan' : value.text,
    mark: `${interpretation === null ? '' : MARKS[interpretation]}${remarks.length > 0 ? '†' : ''}`,
    look:
      interpretation === null || interpretation === 'normal'
        ? 'plain'
        : CRITICAL.has(interpretation)
          ? 'critical'
          : 'outside',
  };
}

function rowOf(row: ValueRow): ValueTableRow {
  const isOlder = row.cells.every((cell) => cell === null);
  return {
    name: row.name,
    unit: unitSign(row.unit),
    reference: row.reference,
    cells: row.cells.map(cellOf),
    older: isOlder ? WORDS.latest(cellWords(row.latest), row.latest.time.text) : null,
    spark: sparkOf(row),
  };
}

const cellWords = (value: ChartValue): string => {
  const cell = cellOf(value);
  return cell === null ? '' : `${cell.text}${cell.mark}`;
};

/** A line of its own scale through the numbers beside it that were timed; nothing where they are not plain numbers. */
function sparkOf({ cells }: ValueRow): ValueTableRow['spark'] {
  const points = cells.flatMap((cell) =>
    cell === null || cell.number === null || cell.comparator !== null || cell.time.notOwn !== undefined
      ? []
      : [{ at: cell.time.ms, y: cell.number }],
  );
  const [times, numbers] = [points.map(({ at }) => at), points.map(({ y }) => y)];
  const span = (all: readonly number[]): [number, number] => [Math.min(...all), Math.max(...all) - Math.min(...all)];
  const [[fromX, wide], [fromY, high]] = [span(times), span(numbers)];
  if (points.length < 3 || wide === 0) return [];
  return points.map(({ at, y }) => [(at - fromX) / wide, high === 0 ? 0.5 : (y - fromY) / high] as const);
}

/** What the cells cannot hold: long values, remarks, and what the same source says otherwise of the same moment. */
function rowNotes(row: ValueRow): readonly Foot[] {
  const name = (value: ChartValue): string => `${row.name} ${value.time.text}`;
  const shown = [...new Set([...row.cells, row.latest])].flatMap((value) => value ?? []);
  return [
    ...shown.filter(isLong).map((value) => said(`${name(value)}: ${value.text} ${unitSign(value.unit)}`.trim())),
    ...shown
      .filter(({ remarks }) => remarks.length > 0)
      .map((value) => said(`† ${name(value)}: ${value.remarks.join(', ')}`)),
    ...row.alsoUntimed
      .filter((value) => !row.cells.includes(value))
      .map((value) => said(`${row.name}, kanske senare: ${remarkedValue(value)}, ${value.time.text}`, true)),
    ...row.alsoAtSameTime.map((value) => said(`${name(value)}: ${WORDS.sameTime(remarkedValue(value))}`, true)),
  ];
}

/** `mån 16/11 18:18` on two lines, so that columns stay narrow. */
function columnOf(time: string): { day: string; clock: string } {
  const at = time.search(/\d\d:\d\d$/);
  return at < 0 ? { day: time, clock: '' } : { day: time.slice(0, at).trim(), clock: time.slice(at) };
}

const columnsOf = (table: ValueTable): ValuesSection['columns'] => table.columns.map(({ time }) => columnOf(time.text));

/** Named where a table mixes sources: a reader must not take one's silence for the other's. */
function sourcesOf(table: ValueTable): readonly Foot[] {
  const names = new Set(table.columns.map(({ sourceName }) => sourceName));
  if (names.size < 2) return [];
  return [
    said(WORDS.columnSources(table.columns.map(({ time, sourceName }) => `${time.text} ${sourceName}`).join(', '))),
  ];
}

const partWords = (block: Block): readonly Foot[] =>
  block.parts.flatMap((part) => [
    ...part.remarks.map((words) => said(words, true)),
    ...(part.content.kind === 'empty' ? [said(part.content.words)] : []),
  ]);

export function vitalsSection(block: Block, view: VitalsView): ValuesSection {
  const hasScores = view.scores.some((score) => score !== null);
  return {
    is: 'values',
    title: block.title,
    look: block.state === 'not-fed' ? 'missing' : 'plain',
    age: ageMark(block),
    hasReference: false,
    columns: columnsOf(view.table),
    rows: view.table.rows.map(rowOf),
    scores: hasScores
      ? {
          title: 'NEWS2',
          scale: `skala ${view.scale}`,
          cells: view.scores.map((score) => ({
            text: score === null ? '–' : String(score),
            look: score === null || score < 5 ? 'plain' : score < 7 ? 'five' : 'seven',
          })),
        }
      : null,
    foot: [
      ...partWords(block),
      said(view.news2.words, true),
      ...view.table.rows.flatMap(rowNotes),
      ...sourcesOf(view.table),
      ...(hasScores ? [said(NEWS2_SOURCE)] : []),
    ],
  };
}
/** The whole acknowledgement stands on screen and in the app's own page; on paper its short form. */
const NEWS2_SOURCE = 'NEWS2 © Royal College of Physicians 2017. – = räknas inte, del saknas.';

export function resultsSection(block: Block, view: ResultsView): ValuesSection {
  return {
    is: 'values',
    title: block.title,
    look: block.state === 'not-fed' ? 'missing' : 'plain',
    age: ageMark(block),
    hasReference: true,
    columns: columnsOf(view.table),
    rows: view.table.rows.map(rowOf),
    scores: null,
    foot: [
      ...partWords(block),
      ...view.table.rows.flatMap(rowNotes),
      ...sourcesOf(view.table),
      ...view.documents.map((entry) =>
        said(
          [`${entry.time.text} ${entry.title}`, answerWords(entry), ...entry.remarks]
            .filter((words) => words !== '')
            .join(' · '),
        ),
      ),
      { mark: null, strong: true, words: view.pendingWords },
      ...view.pending.map(({ name, time, words }) => said(`${name}, ${time.text} · ${words}`)),
    ],
  };
}
