// A unit on one list: the cover of its pack, and the list for the round.

import type { Chart } from '../../domain/chart/chart.ts';
import type { PatientKey } from '../../domain/identity.ts';
import { localMoment } from '../../domain/swedish-time.ts';
import { type Fact, roundFacts, workFacts, workHours, writableRows } from '../../domain/unit-list/list-facts.ts';
import type { UnitList, UnitListRow } from '../../domain/unit-list/unit-list.ts';
import { datedTime, type Printing } from '../printing.ts';
import { WORDS } from '../words.ts';
import { lowerFirst, readingFoot, validUntil } from './chart-head.ts';
import { type CellColumn, cellColumns, cellOf, columnAge, whoOf, wordsOf } from './list-rows.ts';
import { barcodeOf, type ListSection, type RoundSection, type Section, type Sheet } from './sheet.ts';

export interface ListSheetInput {
  readonly list: UnitList;
  readonly printing: Printing;
  /** Whom the print is about, of those on the list; null: all. */
  readonly only: ReadonlySet<string> | null;
}

const shownRows = ({ list, only }: ListSheetInput): readonly UnitListRow[] => writableRows(list, only);

/** What follows the cover of a pack. */
export interface CoveredSheets {
  /** The first and the last signing sheet; null: none. */
  readonly signing: readonly [string, string] | null;
  /** Every patient whose chart follows has one. */
  readonly isForAll: boolean;
}

export function unitSheet(input: ListSheetInput, covered: CoveredSheets): Sheet {
  const { list, only } = input;
  const title = (only === null ? WORDS.bedList : WORDS.myPatients)(list.name);
  return listSheet(input, title, [
    ...warningsOf(list),
    listSection(input, covered),
    { is: 'write', title: WORDS.tickOff, hint: WORDS.tickOffHint(lowerFirst(stayAge(list))) },
  ]);
}

export function roundSheet(input: ListSheetInput): Sheet {
  const { list } = input;
  return listSheet(input, WORDS.roundList(list.name), [
    ...warningsOf(list),
    roundSection(input, (row) => roundFacts(list, row), { hint: WORDS.roundHint, hasBoxes: false }),
  ]);
}

/** *Arbetsblad*: what the coming hours hold of each patient. Nothing is signed on it. */
export function workSheet(input: ListSheetInput & { readonly charts: ReadonlyMap<PatientKey, Chart> }): Sheet {
  const { list, charts, printing } = input;
  const facts = (row: UnitListRow) => workFacts(list, row, charts.get(row.key) ?? null, printing.at);
  return listSheet(input, WORDS.workSheet(list.name), [
    { is: 'words', tone: 'strong', lines: [WORDS.workHow(workHours(printing.at).words)] },
    ...warningsOf(list),
    roundSection(input, facts, { hint: WORDS.workHint, hasBoxes: true }),
  ]);
}

function listSheet(input: ListSheetInput, name: string, sections: readonly Section[]): Sheet {
  const { list, printing } = input;
  const code = barcodeOf(printing.version === null ? list.unit.toUpperCase() : packNumber(list.unit, printing.version));
  return {
    name,
    head: {
      name,
      number: null,
      sub: [WORDS.patients(new Set(shownRows(input).map(({ key }) => key)).size), dayWords(printing.at)].join(' · '),
      place: '',
      also: list.asOfWords ?? '',
      code,
      codeText: code?.shown ?? WORDS.noCode,
    },
    bar: {
      words: [
        ...(printing.watermark === null ? [] : [printing.watermark]),
        ...(printing.situation === null ? [] : [printing.situation]),
        list.header.words,
        ...(printing.clockIsUnsure ? [WORDS.clockUnsure] : []),
        WORDS.writeIn(printing.writeIn),
        WORDS.printed(datedTime(printing.at, printing)),
      ],
      right: validUntil(printing),
    },
    chips: [],
    foot: readingFoot(WORDS.readingSheet, printing),
    watermark: printing.watermark,
    sections,
  };
}

/** *KIR2-37*: what a scanner reads off the cover. */
export const packNumber = (unit: string, version: number): string => `${unit.toUpperCase()}-${version}`;

const WEEKDAYS = ['söndag', 'måndag', 'tisdag', 'onsdag', 'torsdag', 'fredag', 'lördag'] as const;
function dayWords(ms: number): string {
  const moment = localMoment(ms);
  return moment === null ? '' : `${WEEKDAYS[moment.weekday] ?? ''} ${moment.day}/${moment.month} ${moment.year}`;
}

const stayAge = (list: UnitList): string => placeColumn(list)?.short ?? '';
/** Where a list is made of bookings a line's place is its time. */
const placeColumn = ({ columns }: UnitList) =>
  columns.find(({ name }) => name === 'place') ?? columns.find(({ name }) => name === 'when');

const warningsOf = ({ age, holds }: UnitList): readonly Section[] => {
  const lines = [...age.slice(1).map((words) => words.replace(/^! /, '')), ...holds.map(({ words }) => words)];
  return [{ is: 'words', tone: 'plain', lines: [age[0] ?? '', ...lines] }];
};

type Widths = Readonly<Record<CellColumn['name'], number>>;
/** Millimetres; the patient has what is left. */
const WIDTHS: Widths = {
  when: 24,
  warnings: 32,
  limits: 22,
  news2: 15.5,
  medication: 26,
  results: 20,
  surgery: 20,
};
/** Of a theatre the operation is most of the list; of a clinic what the visit is for stands beside its time. */
const KIND_WIDTHS: Readonly<Partial<Record<UnitList['listKind'], Partial<Widths>>>> = {
  surgery: { when: 20, surgery: 35, warnings: 24, limits: 22, medication: 21, results: 15 },
  visits: { when: 34 },
};
/** A line's place is its time. */
const isTimed = ({ columns }: UnitList): boolean => columns.every(({ name }) => name !== 'place');
/** *1:1*; a time, with its date above it, is wider. */
const placeWidth = (list: UnitList): number => (isTimed(list) ? 14 : 9.5);

function listSection(input: ListSheetInput, covered: CoveredSheets): ListSection {
  const { list } = input;
  const columns = cellColumns(list);
  const gone = list.rows.filter(({ kind }) => kind === 'discharged');
  const rows = shownRows(input);
  const widths = { ...WIDTHS, ...KIND_WIDTHS[list.listKind] };
  return {
    is: 'list',
    columns: columns.map((column) => ({
      title: column.name === 'when' && isTimed(list) ? WORDS.bookedHow : column.title,
      age: columnAge(column),
      width: widths[column.name],
    })),
    placeTitle: isTimed(list) ? WORDS.bookedAt : (placeColumn(list)?.title ?? 'Plats'),
    placeWidth: placeWidth(list),
    patientTitle: 'Patient',
    tickTitle: WORDS.onSpot,
    rows: rows.map((row) => ({
      ...whoOf(row),
      cells: columns.map(({ name }) => (row.cells === null ? NO_CHART : cellOf(row.cells, name))),
    })),
    foot: [
      ...(rows.length === 0 ? [{ mark: null, strong: true, words: WORDS.noPatients }] : []),
      { mark: null, strong: false, words: WORDS.marks },
      ...formsOf(input, covered).map((words) => ({ mark: null, strong: true, words })),
      ...(gone.length === 0 || input.only !== null
        ? []
        : [
            {
              mark: null,
              strong: false,
              words: `${WORDS.gone}: ${gone.map(({ who }) => together(`${who.name} ${who.number} ${who.since}`)).join('; ')}`,
            },
          ]),
    ],
  };
}

/** Without a version nothing is signed in the pack at all. */
function formsOf({ printing }: ListSheetInput, { signing, isForAll }: CoveredSheets): readonly string[] {
  if (printing.version !== null && !isForAll) return [WORDS.formsOfThoseHere(signing)];
  return signing === null ? [] : [WORDS.forms(...signing)];
}

/** On one line, where a line has room for it: half of a name is another name. */
const together = (words: string): string => (words.length > TOGETHER_MAX ? words : words.replaceAll(' ', '\u00a0'));
const TOGETHER_MAX = 70;

/** Somebody on the list whose chart could not be read: said, never left blank. */
const NO_CHART = {
  kind: 'words',
  score: null,
  lines: [{ icon: 'ask', weight: 'strong', words: 'journalkopia saknas' }],
} as const;

function roundSection(
  input: ListSheetInput,
  factsOf: (row: UnitListRow) => readonly Fact[],
  how: Pick<RoundSection, 'hint' | 'hasBoxes'>,
): RoundSection {
  return {
    is: 'round',
    placeWidth: placeWidth(input.list),
    ...how,
    rows: shownRows(input).map((row) => ({
      ...whoOf(row),
      facts: factsOf(row).map(({ label, lines }) => ({ label, lines: lines.map(wordsOf) })),
    })),
  };
}
