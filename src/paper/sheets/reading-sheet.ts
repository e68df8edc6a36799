// A patient's chart to read (*Läsblad*): what the screen shows, valid until a stated time and replaced by the next print.

import type { Block, Chart } from '../../domain/chart/chart.ts';
import { PART_NAMES, type PartName } from '../../domain/parts.ts';
import { WORDS } from '../words.ts';
import { barWords, chartHead, chipsOf, type ForChart, readingFoot, validUntil } from './chart-head.ts';
import { emptyBlock, NOTE_LINES, type PartLinesOptions, partOf, partsBlock, SHORT_LINES } from './lines.ts';
import { medicationSection, olderDosesBlock } from './medicines.ts';
import type { BlockSection, Section, Sheet } from './sheet.ts';
import { resultsSection, vitalsSection } from './values.ts';

/** `medication`: on this sheet, or on a signing sheet printed with it. */
export interface ReadingSheetOptions extends ForChart {
  readonly medication: 'here' | 'on-signing-sheet';
}

export function readingSheet({ chart, printing, medication }: ReadingSheetOptions): Sheet {
  return {
    name: `${chart.banner.name} ${chart.banner.number} – ${WORDS.readingSheet}`,
    head: chartHead(chart),
    bar: { words: barWords({ chart, printing }), right: validUntil(printing) },
    chips: chipsOf(chart),
    foot: readingFoot(WORDS.readingSheet, printing),
    watermark: printing.watermark,
    sections: [
      ...beforehand(chart),
      aroundThePatient(chart),
      ...(medication === 'here' ? [medicationSection(chart, { printing, hasBoxes: false })] : []),
      ...measured(chart),
      ...(medication === 'here' ? [] : blocks(olderDosesBlock(chart, printing))),
      // Over the whole width: in half of it they take twice the paper.
      ...blocks(frame(chart, 'Anteckningar', [['notes', NOTE_LINES]])),
      ...besideEachOther(restOf(chart)),
      ...blocks(emptyOf(chart)),
      { is: 'write', title: WORDS.write, hint: WORDS.writeHint },
    ],
  };
}

/** What is missing from the copy, and what a reader must be told before anything else. */
function beforehand({ missing, notices }: Chart): readonly Section[] {
  const told = notices.filter(({ kind }) => kind !== 'unread-message').map(({ words }) => words);
  return [
    ...(told.length === 0 ? [] : [{ is: 'words', tone: 'strong', lines: told } as const]),
    { is: 'words', tone: 'plain', lines: [missing.words] },
  ];
}

function aroundThePatient(chart: Chart): Section {
  return {
    is: 'pair',
    left: blocks(
      frame(chart, WORDS.warnings, ['allergies', 'alerts', 'limits', 'infection']),
      frame(chart, WORDS.why, ['stay', ['problems', SHORT_LINES], ['surgery', SHORT_LINES]]),
    ),
    right: blocks(
      frame(chart, WORDS.responsible, ['responsible', 'person', 'kin', 'discharge']),
      frame(chart, WORDS.fluids, [
        ['fluid-balance', { ...SHORT_LINES, entriesMax: FLUIDS_MAX }],
        ['devices', SHORT_LINES],
        ['risks', SHORT_LINES],
      ]),
      frame(chart, 'Blodgrupp och transfusion', ['blood']),
    ),
  };
}
const FLUIDS_MAX = 4;

const measured = (chart: Chart): readonly Section[] =>
  chart.blocks.flatMap(({ view }, index) => {
    const block = chart.blocks[index] as Block;
    return view?.kind === 'vitals'
      ? [vitalsSection(block, view)]
      : view?.kind === 'results'
        ? [resultsSection(block, view)]
        : [];
  });

const RIGHT: readonly (readonly [string, PartName])[] = [
  ['Beställningar', 'orders'],
  ['Bokade besök', 'visits'],
  ['Utförda åtgärder', 'procedures'],
  ['Socialt, graviditet, funktion och vårdplan', 'history'],
  ['Vaccinationer', 'immunizations'],
  ['Rapporter från journalsystemet', 'reports'],
  ['Övrigt mottaget', 'other'],
];

/** Those of the tables say themselves that they are empty. */
const SAYS_ITSELF: ReadonlySet<PartName> = new Set([
  'vitals',
  'results',
  'medication-orders',
  'doses-given',
  'infusions',
]);

function restOf(chart: Chart): readonly BlockSection[] {
  return blocks(...RIGHT.map(([title, name]) => frame(chart, title, [[name, SHORT_LINES]])));
}

function besideEachOther(all: readonly BlockSection[]): readonly Section[] {
  if (all.length < 2) return all;
  const [left, right] = [0, 1].map((side) => all.filter((_, index) => index % 2 === side));
  return [{ is: 'pair', left: left ?? [], right: right ?? [] }];
}

/** Over the whole width: many names with few words each. */
const emptyOf = (chart: Chart): BlockSection | null =>
  emptyBlock(PART_NAMES.filter((name) => !SAYS_ITSELF.has(name)).map((name) => partOf(chart, name)));

type PartAsked = PartName | readonly [PartName, PartLinesOptions];

const frame = (chart: Chart, title: string, asked: readonly PartAsked[]): BlockSection | null =>
  partsBlock(
    title,
    asked.map((one) => {
      const [name, options] = typeof one === 'string' ? [one, {}] : one;
      return { ...partOf(chart, name), options };
    }),
  );

const blocks = (...made: readonly (BlockSection | null)[]): readonly BlockSection[] => made.flatMap((one) => one ?? []);
