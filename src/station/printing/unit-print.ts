// A print of a unit, asked for of the thread that reads whole charts: what goes to the renderer, and what each sheet is.

import type { UnitWithholding } from '../../domain/access/steps.ts';
import type { UnitId } from '../../domain/identity.ts';
import type { UnitPaper } from '../../domain/printing/printing.ts';
import { isInUse } from '../../domain/unit-use/unit-use.ts';
import { unreachable } from '../../domain/unreachable.ts';
import { type PreparedPrint, packPrint, roundPrint, workPrint } from '../../paper/jobs.ts';
import type { Printing } from '../../paper/printing.ts';
import { type JobBytes, jobBytes } from '../../paper/render/render-messages.ts';
import type { UnitListOptions } from '../reading/unit-list.ts';
import { readUnitForPaper } from './read-unit.ts';

export interface UnitPrintQuestion {
  readonly unit: UnitId;
  readonly asOf: number | undefined;
  readonly what: UnitPaper;
  readonly printing: Printing;
  /** Keys of those it is about; null: all. */
  readonly only: readonly string[] | null;
  /** What is kept from those who read it; null: nothing in the house is blocked. */
  readonly withheld: UnitWithholding | null;
  /** Numbers of signing sheets that are out and open, by patient. */
  readonly openSheets: Readonly<Record<string, readonly string[]>>;
}

export type UnitPrint = Pick<PreparedPrint, 'sheets'> & {
  readonly job: JobBytes;
  readonly unitName: string;
  readonly isPractice: boolean;
};

/** @throws {Failure} `unit.not-found`, `history.too-old` */
export function readUnitPrint(question: UnitPrintQuestion, options: Omit<UnitListOptions, 'withheld'>): UnitPrint {
  const { withheld } = question;
  const { list, charts } = readUnitForPaper(question.unit, question.asOf, { ...options, withheld });
  const { printing, what, openSheets } = question;
  const input = { list, printing, only: question.only === null ? null : new Set(question.only) };
  const { job, sheets } = prepared();
  return { job: jobBytes(job), sheets, unitName: list.name, isPractice: !isInUse(list.use) };

  function prepared(): PreparedPrint {
    switch (what) {
      case 'round':
        return roundPrint(input);
      case 'work':
        return workPrint({ ...input, charts });
      case 'pack':
      case 'mine':
        return packPrint({ ...input, charts, openSheets: (patient) => openSheets[patient] ?? [] });
      default:
        return unreachable(what);
    }
  }
}
