// What has gone to paper, read out of the ledger's entries: which signing sheets lie in somebody's hand and are not closed yet. Nothing
// here is kept elsewhere: the same entries always give the same answer.

import { type PatientKey, patientKey, type UnitId, unitId } from '../domain/identity.ts';
import type { EntryDraft } from '../domain/ledger-entry.ts';
import type { Paper, PrintProgress } from '../domain/printing/printing.ts';
import type { Arrival } from '../domain/time.ts';
import type { SheetOf } from './jobs.ts';

/** A signing sheet that was printed: it holds until each line of it is entered, however many are printed after it (design §5.26). */
export interface SigningSheetOut {
  readonly number: string;
  readonly patient: PatientKey;
  readonly unit: UnitId | null;
  /** ms since 1970 UTC; by whom. */
  readonly at: number;
  readonly by: string;
  /** Times this very number was printed: more than one means that two papers carry it. */
  readonly papers: number;
}

export interface PrintedAct {
  /** One word for one act of printing, to tie its failure to. */
  readonly print: string;
  readonly what: Paper;
  readonly unit: UnitId | null;
  readonly version: number | null;
  readonly printer: string;
  readonly copies: number;
  readonly by: PrintedBy;
  /** How a chart of another unit came to be open for who prints it; null: their own unit's. */
  readonly opened: string | null;
  readonly at: number;
  readonly sheets: readonly SheetOf[];
}

/** `author` as the ledger has people: an HSA-id, or what the station calls itself. `name` as it stands on the sheet. */
export interface PrintedBy {
  readonly author: string;
  readonly name: string;
}

/** Written before the first byte leaves: a sheet that may be out is counted as out. */
export function printedDraft(act: PrintedAct): EntryDraft {
  const patients = [...new Set(act.sheets.flatMap(({ patient }) => patient ?? []))];
  return {
    kind: act.what === 'test' ? 'paper.tested' : 'paper.printed',
    eventAt: act.at,
    author: act.by.author,
    unit: act.unit,
    patient: patients.length === 1 ? (patients[0] ?? null) : null,
    body: {
      ...{
        print: act.print,
        what: act.what,
        version: act.version,
        printer: act.printer,
        copies: act.copies,
        by: act.by.name,
        ...(act.opened === null ? {} : { opened: act.opened }),
      },
      patients,
      signing: act.sheets.flatMap(({ number, patient }) => (number === null ? [] : [[number, patient]])),
    },
  };
}

/** How long ago a test was is counted by the clock that nobody can set, while the machine's run is the same. */
export function testedDraft(act: PrintedAct, { boot, monotonicMs }: Arrival): EntryDraft {
  const draft = printedDraft(act);
  return { ...draft, body: { ...draft.body, boot, monotonicMs } };
}

export const testEndedDraft = (act: PrintedAct, { state, failure }: PrintProgress, at: number): EntryDraft => ({
  kind: 'paper.test-ended',
  eventAt: at,
  author: act.by.author,
  unit: null,
  patient: null,
  body: { print: act.print, printer: act.printer, outcome: state, ...(failure === null ? {} : { code: failure }) },
});

/** Nothing left for the printer: its sheets were never out. What is unclear is not told here: then they may be. */
export const notPrintedDraft = (act: PrintedAct, code: string, at: number): EntryDraft => ({
  kind: 'paper.not-printed',
  eventAt: at,
  author: act.by.author,
  unit: act.unit,
  patient: null,
  body: { print: act.print, code },
});

/** `how`: *införd*, *inskannad*, *tom*. Each line of it is entered by name, or it had none. */
export const sheetClosedDraft = (
  sheet: Pick<SigningSheetOut, 'number' | 'patient' | 'unit'>,
  { by, how, at }: { readonly by: string; readonly how: string; readonly at: number },
): EntryDraft => ({
  kind: 'paper.sheet-closed',
  eventAt: at,
  author: by,
  unit: sheet.unit,
  patient: sheet.patient,
  body: { sheet: sheet.number, how, by },
});

type Followed = Pick<EntryDraft, 'kind' | 'eventAt' | 'unit' | 'body'>;

interface Out {
  readonly sheet: Omit<SigningSheetOut, 'papers'>;
  /** Each with how many copies of it went: one that failed takes back all of its own. */
  prints: { readonly print: string; readonly copies: number }[];
}

const papersOf = ({ prints }: Out): number => prints.reduce((sum, { copies }) => sum + copies, 0);

export const PRINT_KINDS = ['paper.printed', 'paper.not-printed', 'paper.sheet-closed'] as const;
export const TEST_KINDS = ['paper.tested', 'paper.test-ended'] as const;

export class PrintLedger {
  readonly #out = new Map<string, Out>();
  readonly #versions = new Map<string, number>();

  /** In the order they were written. Kinds that are not of paper are passed over. */
  follow({ kind, eventAt, unit, body }: Followed): void {
    switch (kind) {
      case 'paper.printed':
        this.#printed(eventAt, unit, body);
        return;
      case 'paper.not-printed':
        this.#notPrinted(String(body['print']));
        return;
      case 'paper.sheet-closed':
        this.#out.delete(String(body['sheet']));
        return;
      default:
        return;
    }
  }

  /** Oldest first: those have waited longest to be entered. */
  openSheets(patient?: PatientKey): readonly SigningSheetOut[] {
    return [...this.#out.values()]
      .filter(({ sheet }) => patient === undefined || sheet.patient === patient)
      .map((out) => ({ ...out.sheet, papers: papersOf(out) }))
      .sort((a, b) => a.at - b.at);
  }

  openSheet(number: string): SigningSheetOut | null {
    const out = this.#out.get(number);
    return out === undefined ? null : { ...out.sheet, papers: papersOf(out) };
  }

  /** The highest version of a unit's that has been on paper; 0 when none. */
  versionPrinted(unit: UnitId): number {
    return this.#versions.get(unit) ?? 0;
  }

  #printed(at: number, unit: string | null, body: Followed['body']): void {
    const { version, print, by, copies } = body;
    if (unit !== null && typeof version === 'number')
      this.#versions.set(unit, Math.max(version, this.#versions.get(unit) ?? 0));
    const act = { print: String(print), copies: typeof copies === 'number' ? copies : 1 };
    for (const [number, patient] of pairs(body['signing'])) {
      const known = this.#out.get(number);
      if (known !== undefined) {
        known.prints.push(act);
        continue;
      }
      const where = unit === null ? null : unitId(unit);
      const sheet = { number, patient: patientKey(patient), unit: where, at, by: String(by) };
      this.#out.set(number, { sheet, prints: [act] });
    }
  }

  #notPrinted(print: string): void {
    for (const [number, out] of this.#out) {
      const at = out.prints.findIndex((one) => one.print === print);
      if (at === -1) continue;
      out.prints.splice(at, 1);
      if (out.prints.length === 0) this.#out.delete(number);
    }
  }
}

const pairs = (value: unknown): readonly (readonly [string, string])[] =>
  (Array.isArray(value) ? value : []).filter(
    (one): one is [string, string] => Array.isArray(one) && typeof one[0] === 'string' && typeof one[1] === 'string',
  );
