// Orders and what is known to be given. No order and no given dose is ever left out (design §5.26), and nothing here says that a dose
// is due, late or missed (§5.19): a signing sheet shows the times the order itself names, and boxes for a hand.

import type {
  Block,
  Chart,
  ChartEntry,
  DoseLine,
  MedicationGroup,
  MedicationRow,
  MedicationView,
} from '../../domain/chart/chart.ts';
import type { Printing } from '../printing.ts';
import { WORDS } from '../words.ts';
import { lowerFirst } from './chart-head.ts';
import { ageMark, partOf } from './lines.ts';
import type { BlockSection, DueBox, Icon, MedicationSection, MedicineRow } from './sheet.ts';

const DAY_MS = 24 * 60 * 60_000;
const HOURS_AHEAD = 24;
const BOXES_A_ROW = 4;
const NEW_ORDER_ROWS = 3;

const GROUP_TITLES: Readonly<Record<MedicationGroup, string>> = {
  scheduled: 'Schemalagda',
  'as-needed': 'Vid behov',
  infusion: 'Infusion',
  unclear: 'Oklart om den gäller – fråga innan du ger',
  stopped: WORDS.stopped,
};
const GROUP_ORDER: readonly MedicationGroup[] = ['scheduled', 'as-needed', 'infusion', 'unclear', 'stopped'];

const DOSE_ICONS: Readonly<Record<DoseLine['outcome'], Icon>> = {
  given: 'given',
  'not-given': 'notgiven',
  ongoing: 'ongoing',
  stopped: 'stop',
  unclear: 'unverified',
};

export interface MedicationOptions {
  readonly printing: Printing;
  readonly hasBoxes: boolean;
}

export function medicationSection(chart: Chart, options: MedicationOptions): MedicationSection {
  const view = medicationOf(chart);
  const block = chart.blocks.find(({ name }) => name === 'medication') as Block;
  const groups = GROUP_ORDER.map((group) => ({ group, rows: view.rows.filter((row) => row.group === group) }));
  return {
    is: 'medication',
    title: WORDS.medicines,
    warnings: warningsOf(block, view, options),
    hasBoxes: options.hasBoxes,
    columns: options.hasBoxes ? WORDS.signingColumns(ordersPer(chart), HOURS_AHEAD) : WORDS.medicineColumns,
    groups: groups.flatMap(({ group, rows }) =>
      rows.length === 0 ? [] : [{ title: GROUP_TITLES[group], rows: rows.map((row) => medicineRow(row, options)) }],
    ),
    blankTitle: WORDS.newOrders,
    blank: options.hasBoxes ? Array.from({ length: NEW_ORDER_ROWS }, () => freeBoxes(BOXES_A_ROW, WORDS.signFree)) : [],
    // Beside a signing sheet lies a reading sheet, which has room for them.
    foot: [
      ...legend(view),
      ...withoutOrder(view),
      ...(options.hasBoxes ? [] : olderDoses(chart, view, options.printing)),
    ],
  };
}

const ordersPer = (chart: Chart): string => {
  const { name, short } = { name: 'ordinationerna', short: partOf(chart, 'medication-orders').state.short };
  return `${name} (${lowerFirst(short)})`;
};

function warningsOf(block: Block, view: MedicationView, { hasBoxes }: MedicationOptions): readonly string[] {
  const states = block.parts.map(({ title, state }) => `${title}: ${lowerFirst(state.short)}`).join(' · ');
  const doses = view.dosesWords === null ? null : `${view.dosesWords}${view.dosesWords.endsWith('.') ? '' : '.'}`;
  return [
    ...(doses === null ? [] : [hasBoxes ? `${doses} ${WORDS.askBeforeGiving}` : doses]),
    ...(view.uncertain === null ? [] : [`${view.uncertain.words}.`]),
    ...view.overlaps.map(({ medication, words }) => `${medication}: ${words}`),
    ...block.parts.flatMap(({ remarks, title }) => remarks.map((remark) => `${title}: ${remark}`)),
    states,
    ...block.parts.flatMap(({ title, content }) => (content.kind === 'empty' ? [`${title}: ${content.words}`] : [])),
  ];
}

function medicineRow(row: MedicationRow, options: MedicationOptions): MedicineRow {
  const day = row.doses.filter((dose) => isOfDay(dose, options.printing));
  const shown = day.length > 0 ? day : row.doses.slice(0, 1);
  const isGivable = row.group !== 'stopped';
  return {
    isCompact: !isGivable,
    substance: row.substance,
    dose: '',
    route: '',
    lines: [row.schedule, ...(row.status === 'aktiv' ? [] : [row.status])],
    notes: row.remarks,
    doses: [...shown].reverse().map((dose) => ({ mark: DOSE_ICONS[dose.outcome], words: doseWords(dose) })),
    said: [
      ...(shown.length === 0 ? [row.lastWords] : []),
      // When one ended stands with the doses.
      ...row.runs.filter(({ isOver }) => !isOver).map(({ words }) => words),
    ],
    next: isGivable ? row.nextWords : '',
    boxes: options.hasBoxes ? boxesOf(row, options.printing.at) : [],
  };
}

const isOfDay = (dose: DoseLine, printing: Printing): boolean => printing.at - dose.time.ms <= DAY_MS;

const doseWords = ({ time, outcome, words, dose, by }: DoseLine): string =>
  [`${time.text}${outcome === 'given' ? '' : `${time.notOwn === undefined ? '' : ','} ${words}`}`, dose, by]
    .filter((one) => one !== '')
    .join(' · ');

/** No box for a time before the print: nobody knows what became of it (decision 0014). */
function boxesOf(row: MedicationRow, printedAt: number): readonly DueBox[] {
  switch (row.group) {
    case 'scheduled': {
      const due = row.written.flatMap(({ ms, text }): readonly DueBox[] =>
        ms < printedAt ? [] : [{ look: 'due', at: text, sign: WORDS.signGiven }],
      );
      const filled = Math.max(BOXES_A_ROW, Math.ceil(due.length / BOXES_A_ROW) * BOXES_A_ROW);
      return [...due, ...freeBoxes(filled - due.length, WORDS.signFree)];
    }
    case 'as-needed':
    case 'unclear':
      return freeBoxes(BOXES_A_ROW, WORDS.signFree);
    case 'infusion':
      return freeBoxes(BOXES_A_ROW, WORDS.signRate);
    case 'stopped':
      return [];
  }
}

const freeBoxes = (count: number, sign: string): readonly DueBox[] =>
  Array.from({ length: count }, () => ({ look: 'free', at: '', sign }) as const);

const footLine = (words: string, strong = false) => ({ mark: null, strong, words });

/** The one mark that stands without its word: the others have theirs beside them. */
const legend = ({ rows }: MedicationView): MedicationSection['foot'] =>
  rows.some(({ doses }) => doses.some(({ outcome }) => outcome === 'given'))
    ? [{ mark: DOSE_ICONS.given, strong: false, words: WORDS.doseMarks }]
    : [];

function withoutOrder(view: MedicationView): MedicationSection['foot'] {
  if (view.dosesWithoutOrder.length === 0) return [];
  return [
    footLine(WORDS.withoutOrder, true),
    ...view.dosesWithoutOrder.map((dose) => ({
      mark: DOSE_ICONS[dose.outcome],
      strong: false,
      words: `${dose.medication} ${doseWords(dose)}`,
    })),
  ];
}

/** What a signing sheet has no room for, for the reading sheet beside it; null when there is nothing more. */
export function olderDosesBlock(chart: Chart, printing: Printing): BlockSection | null {
  const view = medicationOf(chart);
  const [, ...lines] = olderDoses(chart, view, printing);
  if (lines.length === 0) return null;
  const { state } = partOf(chart, 'doses-given');
  return {
    is: 'block',
    title: WORDS.olderDoses,
    look: 'plain',
    age: ageMark(state),
    items: lines.map(({ words }) => ({ is: 'words', words })),
  };
}

function medicationOf(chart: Chart): MedicationView {
  const view = chart.blocks.find(({ name }) => name === 'medication')?.view;
  if (view?.kind !== 'medication') throw new Error('a chart without medication');
  return view;
}

/** Every dose of the copy that no row above has room for, drug by drug. */
function olderDoses(chart: Chart, view: MedicationView, printing: Printing): MedicationSection['foot'] {
  const told = new Set([
    ...view.rows.flatMap(({ doses }) => {
      const day = doses.filter((dose) => isOfDay(dose, printing));
      return (day.length > 0 ? day : doses.slice(0, 1)).map(doseKey);
    }),
    ...view.dosesWithoutOrder.map(doseKey),
  ]);
  const parts = [partOf(chart, 'doses-given'), partOf(chart, 'infusions')];
  const rest = parts.flatMap(({ entries }) => entries).filter((entry) => isDose(entry) && !told.has(doseKey(entry)));
  if (rest.length === 0) return [];
  const byDrug = Map.groupBy(rest, ({ title }) => title);
  return [
    footLine(WORDS.olderDoses, true),
    ...[...byDrug].map(([drug, doses]) =>
      footLine(
        `${drug}: ${doses.map(({ time, text }) => `${time.text.replaceAll(' ', '\u00a0')} ${text}`).join('; ')}`,
      ),
    ),
  ];
}

const doseKey = ({ source, key }: { readonly source: string; readonly key: string }): string => `${source} ${key}`;
const isDose = ({ kind, key }: ChartEntry): boolean =>
  kind === 'dose' || (kind === 'infusion' && key.startsWith('MedicationAdministration'));
