// Medication, vital signs and answers as aligned text: the views a list of lines would make hard to read.

import type {
  Block,
  ChartPart,
  ChartValue,
  MedicationGroup,
  MedicationRow,
  MedicationView,
  ResultsView,
  ValueTable,
  VitalsView,
} from './chart.ts';
import { atTime } from './context.ts';
import { joined } from './description.ts';
import { between, bounded, hanging, lengthOf, padEnd, padStart, wrap } from './text-layout.ts';
import { answerWords, remarkedValue, unitSign } from './value-text.ts';

const GROUP_TITLES: Readonly<Record<MedicationGroup, string>> = {
  scheduled: 'Schemalagda',
  'as-needed': 'Vid behov',
  infusion: 'Infusion',
  unclear: 'Okänd status',
  stopped: 'Utsatta och avslutade',
};

/** Parts are named only where a block has several: a single part's state stands in the block's own head. */
const partHeads = (block: Block, width: number): readonly string[] =>
  block.parts.flatMap((part) => [
    ...(block.parts.length > 1 ? between(`  ${part.title}`, part.state.short, width) : []),
    ...partHead(part, width),
  ]);

const partHead = (part: ChartPart, width: number): readonly string[] => [
  ...part.remarks.flatMap((remark) => hanging('    !', remark, 6, width)),
  ...(part.content.kind === 'empty' ? hanging('', part.content.words, 4, width) : []),
];

export function medicationLines(block: Block, view: MedicationView, width: number): readonly string[] {
  const groups = [...new Set(view.rows.map(({ group }) => group))];
  return [
    ...partHeads(block, width),
    ...(view.dosesWords === null ? [] : hanging('  ▒', view.dosesWords, 4, width)),
    ...(view.uncertain === null ? [] : hanging('  ▒', view.uncertain.words, 4, width)),
    ...view.overlaps.flatMap(({ medication, words }) => hanging('  !', `${medication}: ${words}`, 4, width)),
    ...groups.flatMap((group) => [
      `  ${GROUP_TITLES[group]}`,
      ...view.rows.filter((row) => row.group === group).flatMap((row) => rowLines(row, width)),
    ]),
    ...(view.dosesWithoutOrder.length === 0 ? [] : ['  Givet utan ordination i kopian']),
    ...view.dosesWithoutOrder.flatMap((dose) =>
      hanging(
        '',
        joined(`${dose.medication} ${dose.dose}`.trim(), atTime(dose.words, dose.time), dose.by, dose.sourceName),
        4,
        width,
      ),
    ),
  ];
}

/** A drip has no next time, and the group says *vid behov*. */
const HAVE_NEXT: ReadonlySet<MedicationGroup> = new Set(['scheduled', 'unclear']);

/** Substance and how it is given at the left; last known and next below, so that a long name never pushes them out. */
function rowLines(row: MedicationRow, width: number): readonly string[] {
  const name = bounded(joined(row.substance, row.schedule, row.status === 'aktiv' ? null : row.status));
  return [
    ...hanging('   ', name, 4, width),
    ...hanging('      Senast', row.lastWords, 15, width),
    ...row.runs.filter(({ isOver }) => !isOver).flatMap(({ words }) => hanging('      Dropp', words, 15, width)),
    ...(row.dayWords === null ? [] : hanging('      Dygnet', row.dayWords, 15, width)),
    ...(HAVE_NEXT.has(row.group) ? hanging('      Nästa', row.nextWords, 15, width) : []),
    ...row.remarks.flatMap((remark) => hanging('      !', remark, 8, width)),
  ];
}

const MARKS: Readonly<Record<string, string>> = {
  low: '▼',
  high: '▲',
  'critical-low': '▼!',
  'critical-high': '▲!',
  critical: '!',
  abnormal: '*',
  normal: '',
};
/** A value with remarks gets a letter that the lines below explain. */
const mark = (value: ChartValue): string =>
  `${value.interpretation === null ? '' : (MARKS[value.interpretation] ?? '')}${value.remarks.length > 0 ? '†' : ''}`;
/** Longer than this a value would stand as a pillar in its column: it is told on lines of its own below its row. */
const CELL_VALUE_LETTERS_MAX = 60;
const isLong = ({ text }: ChartValue): boolean => lengthOf(text) > CELL_VALUE_LETTERS_MAX;
const cellText = (value: ChartValue | null): string =>
  value === null ? '·' : `${isLong(value) ? 'se nedan' : value.text}${mark(value)}`;

/** Longer words in a cell go on below: they are never cut, and never run into the next column. */
const CELL_LETTERS_MAX = 12;

function tableLines(table: ValueTable, width: number, options: { readonly withReference: boolean }): readonly string[] {
  const nameMax = Math.floor(width * 0.36);
  const head = Math.min(nameMax, Math.max(12, ...table.rows.map((row) => lengthOf(nameText(row)) + 1)));
  const reference = options.withReference ? 13 : 0;
  const cells = table.rows.flatMap((row) => row.cells.map(cellText));
  // *tid saknas, mottaget 11:00* goes on below, as long words in a cell do.
  const heads = table.columns.map(({ time }) =>
    time.notOwn === undefined ? lengthOf(time.text) : Math.min(CELL_LETTERS_MAX, lengthOf(time.text)),
  );
  const widest = Math.max(6, ...heads, ...cells.map(lengthOf));
  const columnWidth = Math.min(Math.max(CELL_LETTERS_MAX, ...heads), widest) + 2;
  const fitting = Math.max(1, Math.floor((width - 2 - head - reference) / columnWidth));
  const first = Math.max(0, table.columns.length - fitting);
  const columns = table.columns.slice(first);
  const row = (name: string, texts: readonly string[], last: string): readonly string[] => {
    const wrapped = texts.map((text) => wrap(text, columnWidth - 2));
    const heights = Math.max(1, ...wrapped.map((lines) => lines.length));
    const tails = Array.from(
      { length: heights },
      (_, line) =>
        wrapped.map((lines) => padStart(lines[line] ?? '', columnWidth)).join('') +
        (reference > 0 && line === 0 ? padStart(last, reference) : ''),
    );
    const names = lengthOf(name) < head ? [name] : wrap(name, width - 2);
    const before = names.length === 1 && lengthOf(name) < head ? [] : names.map((line) => `  ${line}`);
    const shown = before.length === 0 ? name : '';
    return [...before, ...tails.map((tail, line) => `  ${padEnd(line === 0 ? shown : '', head)}${tail}`.trimEnd())];
  };
  return [
    ...row(
      '',
      columns.map(({ time }) => time.text),
      options.withReference ? 'Referens' : '',
    ),
    ...table.rows.flatMap((one) => [
      ...(one.cells.slice(first).some((value) => value !== null)
        ? row(nameText(one), one.cells.slice(first).map(cellText), one.reference)
        : olderRow(one, { head, width, reference })),
      ...[...new Set([...one.cells.slice(first), one.latest])].flatMap((value) =>
        value === null || !isLong(value)
          ? []
          : hanging('    ¶', `${one.name} ${value.time.text}: ${bounded(value.text)}`, 6, width),
      ),
      ...[...new Set([...one.cells, one.latest])].flatMap((value) =>
        value === null || value.remarks.length === 0
          ? []
          : hanging('    †', bounded(`${one.name} ${value.time.text}: ${value.remarks.join(', ')}`), 6, width),
      ),
      ...one.alsoUntimed
        .filter((value) => !one.cells.slice(first).includes(value))
        .flatMap((value) =>
          hanging(
            '    !',
            bounded(`${one.name}, kanske senare: ${remarkedValue(value)}, ${value.time.text}`),
            6,
            width,
          ),
        ),
      ...one.alsoAtSameTime.flatMap((value) =>
        hanging(
          '    !',
          bounded(`${one.name} ${value.time.text}: samma källa uppger också ${remarkedValue(value)}`),
          6,
          width,
        ),
      ),
    ]),
    ...(first > 0 ? [`  ${first} äldre ${first === 1 ? 'kolumn' : 'kolumner'} får inte plats här`] : []),
  ];
}

const nameText = ({ name, unit }: ValueTable['rows'][number]): string => `${name} ${unitSign(unit)}`.trim();

/** A row whose newest value lies outside the shown columns still tells it, with its time, on its one line. */
function olderRow(
  row: ValueTable['rows'][number],
  { head, width, reference }: { readonly head: number; readonly width: number; readonly reference: number },
): readonly string[] {
  const name = nameText(row);
  const latest = `senaste ${cellText(row.latest)}, ${row.latest.time.text}`;
  const fits = lengthOf(name) < head && 2 + head + lengthOf(latest) + 2 + reference <= width;
  if (fits)
    return between(`  ${padEnd(name, head)}  ${latest}`, reference > 0 ? row.reference : '', width).map((line) =>
      line.trimEnd(),
    );
  return hanging('', `${name}: ${latest}${row.reference === '' ? '' : ` (${row.reference})`}`, 2, width);
}

export function vitalsLines(block: Block, view: VitalsView, width: number): readonly string[] {
  const scores = view.scores.some((score) => score !== null)
    ? [
        `NEWS2 vid mätningarna: ${view.table.columns.flatMap(({ time }, index) => (view.scores[index] == null ? [] : [`${view.scores[index]} (${time.text})`])).join(', ')}`,
      ]
    : [];
  return [
    ...partHeads(block, width),
    ...hanging('  ●', view.news2.words, 4, width),
    ...(view.table.columns.length === 0 ? [] : tableLines(view.table, width, { withReference: false })),
    ...scores.flatMap((line) => hanging('', line, 2, width)),
    ...(scores.length === 0 ? [] : hanging('', view.acknowledgement, 2, width)),
  ];
}

export function resultsLines(block: Block, view: ResultsView, width: number): readonly string[] {
  return [
    ...partHeads(block, width),
    ...(view.table.columns.length === 0 ? [] : tableLines(view.table, width, { withReference: true })),
    ...view.documents.flatMap((entry) =>
      hanging(
        `  ${entry.time.text}`,
        bounded(joined(entry.title, answerWords(entry), ...entry.remarks, entry.sourceName)),
        18,
        width,
      ),
    ),
    ...hanging('  ◷', view.pendingWords, 4, width),
    ...view.pending.flatMap((order) =>
      hanging('', joined(`${order.name}, ${order.time.text}`, order.words, order.sourceName), 6, width),
    ),
  ];
}
