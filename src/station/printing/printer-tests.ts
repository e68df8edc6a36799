// A test page on each printer each day, at its own minute, and what became of it: read out of the ledger's entries, and kept nowhere else.
// A printer that did not take it is tried again each hour until it does; one that may have printed it is not.

import type { SureNow } from '../../domain/age.ts';
import type { FailureCode } from '../../domain/failures.ts';
import type { EntryDraft } from '../../domain/ledger-entry.ts';
import { NEVER_TESTED, type PrinterLine, type PrinterTest, printerLine } from '../../domain/printing/printer-test.ts';
import { surelySince } from '../../domain/since.ts';
import { localMoment } from '../../domain/swedish-time.ts';
import type { Arrival } from '../../domain/time.ts';
import { limits } from '../../limits.ts';
import type { PrinterSettings } from '../../paper/print/printer.ts';

const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;
/** Begun within this long of its minute, or by how long it has been. */
const WITHIN_MINUTES = 60;
/** Between two printers, while they all fit in the hour: their wards hear them one by one, and the renderer makes one page at a time. */
const APART_MINUTES = 2;

export interface PrinterTestsOptions {
  readonly printers: readonly PrinterSettings[];
  /** Local minutes after midnight of the first; null: none by itself. */
  readonly atMinute: number | null;
  readonly sureNow: () => SureNow;
}

export class PrinterTests {
  readonly #options: PrinterTestsOptions;
  readonly #since: Arrival;
  readonly #last = new Map<string, PrinterTest & { readonly print: string }>();
  /** Begun in this run: what the ledger tells of and this run did not begin has no answer to come. */
  readonly #going = new Set<string>();

  constructor(options: PrinterTestsOptions) {
    this.#options = options;
    this.#since = options.sureNow();
  }

  /** In the order they were written; kinds may be mixed or not. Kinds that are not of tests are passed over. */
  follow({ kind, eventAt, body }: Pick<EntryDraft, 'kind' | 'eventAt' | 'body'>, isNow = false): void {
    const print = String(body['print']);
    if (kind === 'paper.tested') {
      const printer = String(body['printer']);
      if (isNow) this.#going.add(print);
      const at = { wallMs: eventAt, boot: String(body['boot']), monotonicMs: Number(body['monotonicMs']) };
      this.#last.set(printer, { print, at, state: isNow ? 'waiting' : 'unanswered', failure: null });
    }
    if (kind === 'paper.test-ended') {
      this.#going.delete(print);
      const [printer, test] = [...this.#last].find(([, one]) => one.print === print) ?? [];
      if (printer === undefined || test === undefined) return;
      const state = OUTCOMES.find((one) => one === body['outcome']) ?? 'unclear';
      this.#last.set(printer, { ...test, state, failure: (body['code'] as FailureCode | undefined) ?? null });
    }
  }

  /** Something else has come whole out of it just now: that is as good as a test page. */
  worked(printer: string): void {
    const at = this.#options.sureNow();
    this.#last.set(printer, { print: '', at, state: 'printed', failure: null });
  }

  lines(): readonly PrinterLine[] {
    const { printers, atMinute, sureNow } = this.#options;
    const options = { now: sureNow(), since: this.#since, isDaily: atMinute !== null };
    return printers.map((printer) => printerLine(printer, this.#last.get(printer.id) ?? NEVER_TESTED, options));
  }

  /** The printer whose turn has come; null when none has. */
  due(): PrinterSettings | null {
    const { printers, atMinute, sureNow } = this.#options;
    const now = sureNow();
    const moment = localMoment(now.wallMs);
    if (atMinute === null || moment === null) return null;
    const minute = moment.hour * 60 + moment.minute;
    const apart = Math.min(APART_MINUTES, WITHIN_MINUTES / Math.max(1, printers.length));
    return (
      printers.find((printer, index) => {
        const sinceTurn = (minute - atMinute - Math.floor(index * apart) + 2 * DAY_MINUTES) % DAY_MINUTES;
        return this.#isDue(printer.id, sinceTurn < WITHIN_MINUTES, now);
      }) ?? null
    );
  }

  #isDue(printer: string, isItsTurn: boolean, now: SureNow): boolean {
    const test = this.#last.get(printer);
    if (test !== undefined && this.#going.has(test.print)) return false;
    const ageMs = surelySince(test?.at ?? this.#since, now);
    if (ageMs === null || ageMs >= limits.printerTestOverdueMs) return true;
    if (test === undefined) return isItsTurn;
    if (test.state === 'failed') return ageMs >= limits.printerTestAgainMs;
    // A wall clock that is set back over the turn, or summer time that ends, calls for no second page.
    return isItsTurn && ageMs >= (DAY_MINUTES / 2) * MINUTE_MS;
  }
}

const OUTCOMES = ['printed', 'sent', 'failed', 'unclear'] as const;
