// What the last test page of a printer told, in words for a screen, a status and a terminal. A printer that nobody has printed on for a
// year is found dry in the night it is needed (design §12).

import type { SureNow } from '../age.ts';
import { domainLimits } from '../domain-limits.ts';
import { FAILURES, type FailureCode } from '../failures.ts';
import type { UnitId } from '../identity.ts';
import { surelySince } from '../since.ts';
import { durationWords, timeWords } from '../swedish-time.ts';
import type { Arrival } from '../time.ts';
import { unreachable } from '../unreachable.ts';

/**
 * `never`: not since the ledger began. `waiting`: on its way now. `sent`: handed over to a printer that does not say whether the page came
 * out. `unclear`: it may have. `unanswered`: the station ended before it knew.
 */
export const PRINTER_TEST_STATES = ['never', 'waiting', 'printed', 'sent', 'failed', 'unclear', 'unanswered'] as const;
type PrinterTestState = (typeof PRINTER_TEST_STATES)[number];

/** The last try of one printer; `at`: when the page was sent. */
export interface PrinterTest {
  readonly state: PrinterTestState;
  readonly at: Arrival | null;
  /** Why it did not come out, in a failure's words and the printer's own. */
  readonly failure: FailureCode | null;
}

/** One printer, as it is told everywhere. */
export interface PrinterLine {
  readonly id: string;
  readonly name: string;
  readonly units: readonly UnitId[];
  readonly state: PrinterTestState;
  /** *Provsida utskriven 06:02*. */
  readonly words: string;
  /** ms since 1970 UTC; null: never. */
  readonly testedAt: number | null;
  /** What somebody must see to; null: nothing. */
  readonly trouble: 'failed' | 'untested' | null;
}

export const NEVER_TESTED: PrinterTest = { state: 'never', at: null, failure: null };

export interface PrinterLineOptions {
  readonly now: SureNow;
  /** Since when this station could have tested it: a printer that is new in the settings is not yet late. */
  readonly since: Arrival;
  /** Test pages are printed by the station each day. */
  readonly isDaily: boolean;
}

export function printerLine(
  { id, name, units }: { readonly id: string; readonly name: string; readonly units: readonly UnitId[] },
  test: PrinterTest,
  { now, since, isDaily }: PrinterLineOptions,
): PrinterLine {
  const ageMs = surelySince(test.at ?? since, now);
  const isLate = isDaily && (ageMs === null || ageMs > domainLimits.printerTestLateMs);
  const late =
    !isLate || test.at === null
      ? ''
      : ` · inte prövad sedan dess${ageMs === null ? ', klockan osäker' : ` (${durationWords(ageMs)})`}`;
  const hasFailed = test.state === 'failed' || test.state === 'unclear' || test.state === 'unanswered';
  return {
    ...{ id, name, units, state: test.state },
    words: `${testWords(test, now)}${late}`,
    testedAt: test.at?.wallMs ?? null,
    trouble: hasFailed ? 'failed' : isLate ? 'untested' : null,
  };
}

function testWords({ state, at, failure }: PrinterTest, now: SureNow): string {
  const when = at === null ? '' : timeWords(at.wallMs, now.wallMs, { clockIsUnsure: now.clockIsBehind === true });
  switch (state) {
    case 'never':
      return 'Aldrig prövad';
    case 'waiting':
      return `Provsida på väg sedan ${when}`;
    case 'printed':
      return `Provsida utskriven ${when}`;
    case 'sent':
      return `Provsida sänd ${when}: skrivaren svarar inte om den kom ut, se efter`;
    case 'failed':
      return `Provsidan kom inte ut ${when}. ${FAILURES[failure ?? 'paper.printer-silent'].happened}`;
    case 'unclear':
      return `Oklart om provsidan kom ut ${when}: skrivaren sade aldrig att den var klar`;
    case 'unanswered':
      return `Inget svar sedan provsidan sändes ${when}: stationen stannade under tiden`;
    default:
      return unreachable(state);
  }
}
