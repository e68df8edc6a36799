// Sheets that are not of a chart: a page that tries a printer, a unit's sealed emergency codes, one half of the station's key, and who
// has read a patient's chart.

import { GUIDE } from '../guide.ts';
import { datedTime, type Printing } from '../printing.ts';
import { WORDS } from '../words.ts';
import { numberParts, plain } from './chart-head.ts';
import { line } from './lines.ts';
import { type Barcode, type BlockSection, barcodeOf, type Section, type Sheet } from './sheet.ts';

interface Plain {
  readonly name: string;
  readonly sub: string;
  readonly number?: Sheet['head']['number'];
  readonly code: Barcode | null;
  readonly bar: readonly string[];
  readonly right: string;
  readonly printing: Printing;
  /** False: a page that is kept for years can't say where one writes today. */
  readonly saysPlace?: false;
  readonly sections: readonly Section[];
}

const sheetOf = ({ name, sub, number = null, code, bar, right, printing, saysPlace, sections }: Plain): Sheet => ({
  name,
  head: { name, number, sub, place: '', also: '', code, codeText: code?.shown ?? WORDS.noCode },
  bar: {
    words: [
      ...(printing.watermark === null ? [] : [printing.watermark]),
      ...bar,
      ...(saysPlace === false ? [] : [WORDS.writeIn(printing.writeIn)]),
      WORDS.printed(datedTime(printing.at, printing)),
    ],
    right,
  },
  chips: [],
  foot: { left: [plain(name)], right: WORDS.printedBy(printing.by), code: null },
  watermark: printing.watermark,
  sections,
});

const NO_AGE = { words: '', look: 'plain' } as const;
const frameOf = (title: string, items: BlockSection['items']): BlockSection => ({
  is: 'block',
  title,
  age: NO_AGE,
  look: 'plain',
  items,
});

/** Printed on a schedule and by hand: the day it is needed is no day to find out that the toner is dry. */
export const testSheet = (printer: string, printing: Printing): Sheet =>
  sheetOf({
    name: WORDS.testPage,
    sub: WORDS.testPageFor(printer),
    code: barcodeOf(`PROV-${Math.floor(printing.at / 60_000) % 1_000_000}`),
    bar: [],
    right: WORDS.testPage,
    printing,
    sections: [
      { is: 'words', tone: 'strong', lines: WORDS.testPageHow },
      { is: 'ramp', words: WORDS.testPageLetters },
      { is: 'write', title: WORDS.write, hint: WORDS.writeHint },
    ],
  });

/** The ward's one page: how one reads when the record system is down. */
export const guideSheet = (printing: Printing): Sheet =>
  sheetOf({
    name: GUIDE.title,
    sub: '',
    code: barcodeOf('RESERVKRAFT-LAS'),
    bar: [],
    right: WORDS.noTimeLimit,
    printing,
    saysPlace: false,
    sections: [
      ...GUIDE.sections.map(({ title, steps }) => ({ is: 'steps', title, rows: steps }) as const),
      {
        is: 'form',
        title: GUIDE.fillIn.title,
        columns: [
          { title: '', width: 50 },
          { title: '', width: null },
        ],
        rowHeight: 9,
        rows: GUIDE.fillIn.labels.map((label) => [label, '']),
      },
    ],
  });

export interface EmergencyCodes {
  readonly unit: string;
  readonly unitName: string;
  /** *A*, *B*: which of two envelopes; null: all in one. */
  readonly half: string | null;
  readonly codes: readonly string[];
}

/** Two names by hand fit, and so do all codes of a set on one page. */
const CODE_ROW_MM = 10;

export const codeSheet = ({ unit, unitName, half, codes }: EmergencyCodes, printing: Printing): Sheet =>
  sheetOf({
    name: `${WORDS.codeSheet(half)} – ${unitName}`,
    sub: '',
    code: barcodeOf([unit.toUpperCase(), half].filter((one) => one !== null).join('-')),
    bar: [],
    right: WORDS.noTimeLimit,
    printing,
    sections: [
      { is: 'words', tone: 'strong', lines: WORDS.codesHow },
      {
        is: 'form',
        title: WORDS.codesTitle,
        columns: [
          { title: '', width: 9 },
          { title: WORDS.code, width: 58 },
          { title: WORDS.firstName, width: null },
          { title: WORDS.secondName, width: null },
          { title: WORDS.usedAt, width: 32 },
        ],
        rowHeight: CODE_ROW_MM,
        rows: codes.map((code, index) => [String(index + 1), code, '', '', '']),
      },
    ],
  });

/** One of two, for an envelope of its own: never both in one document. */
export interface KeyHalf {
  readonly station: string;
  readonly half: string;
  readonly pair: string;
  readonly mark: string;
  readonly lines: readonly string[];
}

export const keySheet = ({ station, half, pair, mark, lines }: KeyHalf, printing: Printing): Sheet =>
  sheetOf({
    name: WORDS.keySheet(half),
    sub: WORDS.keyOf(station, pair, mark),
    code: barcodeOf(`NYCKEL-${half}-${pair}`),
    bar: [],
    right: WORDS.noTimeLimit,
    printing,
    saysPlace: false,
    sections: [
      { is: 'words', tone: 'strong', lines: WORDS.keyHow },
      frameOf(
        WORDS.keyLines,
        lines.map((lead, index) => line({ label: String(index + 1), lead, text: '' })),
      ),
    ],
  });

export interface ReadLogExtract {
  readonly name: string;
  readonly number: string;
  /** ms since 1970 UTC, to exclusive. */
  readonly from: number;
  readonly to: number;
  readonly rows: readonly {
    readonly at: number;
    readonly who: string;
    readonly what: string;
    readonly where: string;
  }[];
}

/** For the patient (PDL 8 kap. 5 §): who has read, when, from which unit; nothing of what was read. */
export const readLogSheet = ({ name, number, from, to, rows }: ReadLogExtract, printing: Printing): Sheet =>
  sheetOf({
    name,
    number: numberParts(number),
    sub: WORDS.readLog,
    code: barcodeOf(number.replace('-', ''), number),
    bar: [WORDS.readLogPeriod(datedTime(from, printing), datedTime(to, printing))],
    right: WORDS.readLogRows(rows.length),
    printing,
    sections: [
      { is: 'words', tone: 'plain', lines: [WORDS.readLogNote] },
      frameOf(
        WORDS.readLog,
        rows.length === 0
          ? [{ is: 'words', words: WORDS.readLogNone }]
          : rows.map(({ at, who, what, where }) =>
              line({ label: datedTime(at, printing), lead: who, text: [where, what].filter(Boolean).join(' · ') }),
            ),
      ),
    ],
  });
