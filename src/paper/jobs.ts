// Whole prints, ready for the renderer. Their titles name no patient: a print server keeps a list of what it has printed.

import type { Chart } from '../domain/chart/chart.ts';
import type { PatientKey } from '../domain/identity.ts';
import type { UnitListRow } from '../domain/unit-list/unit-list.ts';
import { isPracticeRemark } from '../domain/unit-use/practice-copy.ts';
import { isInUse, PRACTICE_COPY } from '../domain/unit-use/unit-use.ts';
import { GUIDE } from './guide.ts';
import type { Printing } from './printing.ts';
import { type ListSheetInput, packNumber, roundSheet, unitSheet, workSheet } from './sheets/list-sheets.ts';
import {
  codeSheet,
  type EmergencyCodes,
  guideSheet,
  type KeyHalf,
  keySheet,
  type ReadLogExtract,
  readLogSheet,
  testSheet,
} from './sheets/other-sheets.ts';
import { readingSheet } from './sheets/reading-sheet.ts';
import type { PrintJob, Sheet } from './sheets/sheet.ts';
import { signingSheet } from './sheets/signing-sheet.ts';
import { WORDS } from './words.ts';

/** What each sheet of a job is, in the order of its sheets: what the print ledger keeps. */
export interface SheetOf {
  readonly kind: 'list' | 'reading' | 'signing';
  readonly patient: PatientKey | null;
  /** Of a signing sheet. */
  readonly number: string | null;
}

export interface PreparedPrint {
  readonly job: PrintJob;
  readonly sheets: readonly SheetOf[];
}

/** One chart to read, medication on it. */
export function chartPrint(chart: Chart, given: Printing): PreparedPrint {
  const printing = watermarked(given, chart.banner.remarks.some(isPracticeRemark));
  return {
    job: jobOf(WORDS.readingSheet, printing, [readingSheet({ chart, printing, medication: 'here' })]),
    sheets: [{ kind: 'reading', patient: chart.key, number: null }],
  };
}

/** *ÖVNINGSKOPIA – inte för vård* on every sheet; a drill's own word is stronger (design §5.17, §5.22). */
const watermarked = (printing: Printing, isPractice: boolean): Printing =>
  isPractice ? { ...printing, watermark: printing.watermark ?? PRACTICE_COPY } : printing;

/** Of a unit that is not in use. */
const ofUnit = <Input extends ListSheetInput>(input: Input): Input => ({
  ...input,
  printing: watermarked(input.printing, !isInUse(input.list.use)),
});

export interface PackInput extends ListSheetInput {
  readonly charts: ReadonlyMap<PatientKey, Chart>;
  /** Signing sheets of this patient that have lines still open. */
  readonly openSheets: (patient: PatientKey) => readonly string[];
}

/**
 * A unit's pack: its list as the cover, then for each patient, in the order people walk, what to read and what to sign on. Without a
 * version there are no numbers, and so no signing sheets: medication then stands on the reading sheets.
 */
export function packPrint(given: PackInput): PreparedPrint {
  const input = ofUnit(given);
  const { list, printing, charts, openSheets } = input;
  const patients = patientsOf(input).flatMap(({ key, isSignedHere }) => {
    const chart = charts.get(key);
    return chart === undefined ? [] : [{ chart, isSignedHere }];
  });
  const { version } = printing;
  const signed = patients.filter(({ isSignedHere }) => isSignedHere).map(({ chart }) => chart.key);
  const numbers = new Map(
    version === null ? [] : signed.map((key, index) => [key, sheetNumber(list.unit, version, index + 1)]),
  );
  const all = [...numbers.values()];
  const [first, last] = [all[0], all.at(-1)];
  const covered = {
    signing: first === undefined || last === undefined ? null : ([first, last] as const),
    isForAll: signed.length === patients.length,
  };
  const sheets: (readonly [Sheet, SheetOf])[] = [
    [unitSheet(input, covered), LIST],
    ...patients.flatMap(({ chart }): (readonly [Sheet, SheetOf])[] => {
      const number = numbers.get(chart.key);
      const medication = number === undefined ? 'here' : 'on-signing-sheet';
      const reading = readingSheet({ chart, printing, medication });
      return [
        [reading, { kind: 'reading', patient: chart.key, number: null }],
        ...(number === undefined
          ? []
          : ([
              [
                signingSheet({ chart, printing, number, continues: openSheets(chart.key) }),
                { kind: 'signing', patient: chart.key, number },
              ],
            ] as const)),
      ];
    }),
  ];
  return {
    job: jobOf(
      WORDS.bedList(list.name),
      printing,
      sheets.map(([sheet]) => sheet),
    ),
    sheets: sheets.map(([, of]) => of),
  };
}

export const roundPrint = (input: ListSheetInput): PreparedPrint => ({
  job: jobOf(WORDS.roundList(input.list.name), input.printing, [roundSheet(ofUnit(input))]),
  sheets: [LIST],
});

export const workPrint = (input: ListSheetInput & Pick<PackInput, 'charts'>): PreparedPrint => ({
  job: jobOf(WORDS.workSheet(input.list.name), input.printing, [workSheet(ofUnit(input))]),
  sheets: [LIST],
});

export const testPrint = (printer: string, printing: Printing): PreparedPrint => ({
  job: jobOf(WORDS.testPage, printing, [testSheet(printer, printing)]),
  sheets: [LIST],
});

/** One sheet an envelope. */
export const codesPrint = (envelopes: readonly EmergencyCodes[], printing: Printing): PreparedPrint => ({
  job: jobOf(
    WORDS.codeSheet(null),
    printing,
    envelopes.map((codes) => codeSheet(codes, printing)),
  ),
  sheets: envelopes.map(() => LIST),
});

export const guidePrint = (printing: Printing): PreparedPrint => ({
  job: jobOf(GUIDE.title, printing, [guideSheet(printing)]),
  sheets: [LIST],
});

export const keyPrint = (half: KeyHalf, printing: Printing): PreparedPrint => ({
  job: jobOf(WORDS.keySheet(half.half), printing, [keySheet(half, printing)]),
  sheets: [LIST],
});

export const readLogPrint = (extract: ReadLogExtract, printing: Printing): PreparedPrint => ({
  job: jobOf(WORDS.readLog, printing, [readLogSheet(extract, printing)]),
  sheets: [LIST],
});

const LIST: SheetOf = { kind: 'list', patient: null, number: null };

/**
 * Those here and those booked, each once, in the order of the list; who has left or does not come stands on the cover only. Whom somebody
 * has chosen has the chart also before they have come. Only who has a stay here is signed for here: whoever is booked may lie on a ward,
 * whose pack has the sheet, and of two papers nobody knows which holds the dose. Never by where they lie: that may be kept from who
 * prints, and a sheet more, or less, would tell it.
 */
function patientsOf({
  list,
  only,
}: PackInput): readonly { readonly key: PatientKey; readonly isSignedHere: boolean }[] {
  const isToCome = ({ kind }: UnitListRow): boolean => kind === 'booked' || kind === 'expected';
  const isInPack = (row: UnitListRow): boolean =>
    isToCome(row) ? (row.bookings ?? []).some(({ isOff }) => !isOff) : row.kind !== 'discharged';
  const rows = list.rows.filter((row) =>
    only === null ? isInPack(row) : only.has(row.key) && row.kind !== 'discharged',
  );
  return [...Map.groupBy(rows, ({ key }) => key)].map(([key, lines]) => ({
    key,
    isSignedHere: !lines.every(isToCome),
  }));
}

/** *KIR2-37-04*. */
const sheetNumber = (unit: string, version: number, index: number): string =>
  `${packNumber(unit, version)}-${String(index).padStart(2, '0')}`;

const jobOf = (title: string, printing: Printing, sheets: readonly Sheet[]): PrintJob => ({
  title,
  author: 'Reservkraft',
  createdAtSeconds: Math.floor(printing.at / 1000),
  sheets,
});
