// Every failure a person can meet, by code: what happened, what is still right, what to do now. One registry, so that the
// screen, the command line, the HTTP answer and docs/failures.md say the same thing (a test holds them equal).

import { ACCESS_FAILURES } from './failures/access.ts';
import { COPY_FAILURES } from './failures/copy.ts';
import type { FailureRule } from './failures/failure-rule.ts';
import { KEY_FAILURES } from './failures/keys.ts';
import { LEDGER_FAILURES } from './failures/ledger.ts';
import { PAPER_FAILURES } from './failures/paper.ts';
import { PLACE_FAILURES } from './failures/places.ts';
import { REQUEST_FAILURES } from './failures/requests.ts';
import { STATION_FAILURES } from './failures/station.ts';

export const FAILURES = {
  ...STATION_FAILURES,
  ...REQUEST_FAILURES,
  ...COPY_FAILURES,
  ...KEY_FAILURES,
  ...PAPER_FAILURES,
  ...PLACE_FAILURES,
  ...LEDGER_FAILURES,
  ...ACCESS_FAILURES,
} as const satisfies Record<string, FailureRule>;

export type FailureCode = keyof typeof FAILURES;

/** An expected failure on its way to a person. `detail` says which setting, file or field; never patient data. */
export class Failure extends Error {
  readonly code: FailureCode;
  readonly detail: string | null;

  constructor(code: FailureCode, detail: string | null = null, options?: ErrorOptions) {
    super(detail === null ? code : `${code}: ${detail}`, options);
    this.name = 'Failure';
    this.code = code;
    this.detail = detail;
  }
}

/** The three sentences for a screen or a terminal, with the detail after the first. */
export function failureText(code: FailureCode, detail: string | null): string {
  const rule = FAILURES[code];
  const what = detail === null ? rule.happened : `${rule.happened}\n  ${detail.split('\n').join('\n  ')}`;
  return `${what}\nFortfarande rätt: ${rule.stillRight}\nGör nu: ${rule.doNow}`;
}
