// What the screen shows of a chart, as pieces that must stand on paper in one run: a value with its time, a line with all its words.
// Told by what the blocks hold, not by how the sheets are made.

import type { Chart, ChartEntry, ChartPart, ValueTable } from '../../src/domain/chart/chart.ts';
import type { PartName } from '../../src/domain/parts.ts';
import { limits } from '../../src/limits.ts';

/** Newest so many of these fit on a sheet; the sheet counts the rest. */
const BOUNDED: ReadonlyMap<PartName, number> = new Map<PartName, number>([
  ['notes', limits.paperNotesMax],
  ['fluid-balance', 4],
  ...(
    ['problems', 'surgery', 'devices', 'risks', 'orders', 'visits', 'procedures', 'history', 'immunizations'] as const
  ).map((name) => [name, limits.paperEntriesMax] as const),
  ['reports', limits.paperEntriesMax],
  ['other', limits.paperEntriesMax],
]);

/** Each inner list stands on paper in this order, with nothing of another line between. */
export function screenPieces(chart: Chart): readonly (readonly string[])[] {
  const { banner } = chart;
  return [
    [banner.name, banner.number],
    [`${banner.age},`, banner.sex],
    ...banner.chips.map(({ words }) => [words]),
    ...banner.remarks.map((words) => [words]),
    [chart.missing.words],
    ...chart.notices.filter(({ kind }) => kind !== 'unread-message').map(({ words }) => [words]),
    ...chart.blocks.flatMap(({ view, parts }) => {
      switch (view?.kind) {
        case 'vitals':
          return [...tablePieces(view.table, false), [view.news2.words], ...parts.flatMap(remarkPieces)];
        case 'results':
          return [
            ...tablePieces(view.table, true),
            ...view.documents.map(({ time, title }) => [time.text, title]),
            ...view.documents.map(({ text }) => [text]),
            [view.pendingWords],
            ...view.pending.map(({ name, time, words }) => [`${name},`, time.text, '·', words]),
            ...parts.flatMap(remarkPieces),
          ];
        case 'medication':
          return [
            ...(view.dosesWords === null ? [] : [[view.dosesWords]]),
            ...(view.uncertain === null ? [] : [[view.uncertain.words]]),
            ...view.overlaps.map(({ medication, words }) => [`${medication}:`, words]),
            ...view.rows.map(({ substance, schedule }) => [substance, schedule]),
            ...view.rows.flatMap(({ remarks }) => remarks.map((remark) => [remark])),
            ...view.rows.flatMap(({ runs }) => runs.filter(({ isOver }) => !isOver).map(({ words }) => [words])),
            ...parts.flatMap(remarkPieces),
            ...parts
              .flatMap(({ entries }) => entries)
              .filter(isDose)
              .map(({ time }) => [time.text]),
          ];
        default:
          return parts.flatMap(partPieces);
      }
    }),
  ];
}

const isDose = ({ kind }: ChartEntry): boolean => kind === 'dose';

function tablePieces(table: ValueTable, hasReference: boolean): readonly (readonly string[])[] {
  if (table.columns.length === 0) return [];
  const mark = (cell: ValueTable['rows'][number]['latest'] | null): string => (cell === null ? '·' : cell.text);
  return [
    table.columns.map(({ time }) => time.text),
    ...table.rows.flatMap((row) =>
      row.cells.some((cell) => cell !== null)
        ? [[row.name], row.cells.map(mark), ...(hasReference && row.reference !== '' ? [[row.reference]] : [])]
        : [[row.name], [`${row.latest.text},`, row.latest.time.text]],
    ),
  ];
}

const remarkPieces = ({ remarks, content }: ChartPart): readonly (readonly string[])[] => [
  ...remarks.map((words) => [words]),
  ...(content.kind === 'empty' ? [[content.words]] : []),
];

function partPieces(part: ChartPart): readonly (readonly string[])[] {
  const isAnswered = (entry: ChartEntry): boolean => part.part === 'orders' && entry.remarks.includes('besvarad');
  const open = part.entries.filter((entry) => !isAnswered(entry)).slice(0, BOUNDED.get(part.part));
  return [
    ...remarkPieces(part),
    // A next of kin whom several sources name stands with the first; the others' times stand beside their names.
    ...open.flatMap(({ time, title }, at) =>
      part.part === 'kin' && open.findIndex((entry) => entry.title === title) < at
        ? [[time.text], [title]]
        : [[time.text, title]],
    ),
    ...open.flatMap(({ text, status, details, remarks, values }) => [
      [[...text].slice(0, limits.paperNoteLettersMax).join('')],
      ...(status === null ? [] : [[status]]),
      ...details.map(({ label, text: words }) => [`${label}:`, words]),
      ...remarks.map((words) => [words]),
      ...values.map(({ text: words }) => [words]),
    ]),
    ...part.entries.filter(isAnswered).map(({ title }) => [title]),
  ];
}
