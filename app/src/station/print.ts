// Paper asked of the station: which printers there are, what is printed just now, and the pages themselves.

import type { PatientKey, UnitId } from '../../../src/domain/identity.ts';
import {
  type ChartPaperAsked,
  PRINT_PATHS,
  type PrintersTold,
  type PrintStarted,
  type ToPrinter,
  type UnitPaper,
  type UnitPaperAsked,
} from '../../../src/domain/printing/printing.ts';
import { ask, askFile } from './ask.ts';

/** What somebody wants on paper. */
export type Wanted =
  | {
      readonly kind: 'unit';
      readonly unit: UnitId;
      readonly what: UnitPaper;
      readonly only: readonly PatientKey[] | null;
    }
  | { readonly kind: 'chart'; readonly unit: UnitId; readonly key: PatientKey; readonly asOf: number | null };

/** A whole unit's pages on a busy station take a while; the renderer itself gives up after a minute. */
const PAGES_WITHIN_MS = 90_000;

/** @throws {Refused | NoContact} */
export const askPrinters = (unit: UnitId): Promise<PrintersTold> =>
  ask('GET', `${PRINT_PATHS.unit}${encodeURIComponent(unit)}`, undefined, { isBackground: true });

/** @throws {Refused | NoContact} */
export function print(wanted: Wanted, to: ToPrinter): Promise<PrintStarted> {
  const path = wanted.kind === 'unit' ? PRINT_PATHS.printUnit : PRINT_PATHS.printChart;
  return ask('POST', path, { ...asked(wanted), ...to }, { withinMs: PAGES_WITHIN_MS });
}

/** @throws {Refused | NoContact} */
export function pagesOf(wanted: Wanted): Promise<Blob> {
  const path = wanted.kind === 'unit' ? PRINT_PATHS.unitPdf : PRINT_PATHS.chartPdf;
  return askFile(path, asked(wanted), { withinMs: PAGES_WITHIN_MS });
}

function asked(wanted: Wanted): UnitPaperAsked | ChartPaperAsked {
  const { unit } = wanted;
  if (wanted.kind === 'chart') return { key: wanted.key, unit, ...(wanted.asOf === null ? {} : { at: wanted.asOf }) };
  return { unit, what: wanted.what, ...(wanted.only === null ? {} : { only: wanted.only }) };
}
