// A patient's orders with boxes for a hand (*Signeringsblad*). It has a number of its own, is never void, replaced or expired, and
// goes on from the sheets that are not yet closed (design §5.26).

import { datedTime, printDay } from '../printing.ts';
import { WORDS } from '../words.ts';
import { barWords, bold, chartHead, chipsOf, type ForChart, plain } from './chart-head.ts';
import { medicationSection } from './medicines.ts';
import { barcodeOf, type Sheet } from './sheet.ts';

export interface SigningSheetOptions extends ForChart {
  /** *K2-37-04*: of this one sheet of paper. */
  readonly number: string;
  /** This patient's sheets on which lines are still open: a dose signed there is signed. */
  readonly continues: readonly string[];
}

export function signingSheet({ chart, printing, number, continues }: SigningSheetOptions): Sheet {
  return {
    name: `${chart.banner.name} ${chart.banner.number} – ${WORDS.signingSheet} ${number}`,
    head: chartHead(chart),
    bar: { words: barWords({ chart, printing }), right: `${WORDS.signingSheet} ${number}` },
    chips: chipsOf(chart),
    foot: {
      left: [bold(`${WORDS.signingSheet} ${number}`), plain(WORDS.untimed(printDay(printing)))],
      right: WORDS.printedBy(printing.by),
      code: barcodeOf(number),
    },
    watermark: printing.watermark,
    sections: [
      {
        is: 'words',
        tone: 'strong',
        lines: [
          ...(continues.length === 0 ? [] : [WORDS.continues(continues.join(', '))]),
          `${WORDS.signingSheet} ${number}, ${datedTime(printing.at, printing)}. ${WORDS.neverVoid}`,
        ],
      },
      medicationSection(chart, { printing, hasBoxes: true }),
    ],
  };
}
