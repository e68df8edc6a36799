// Everything a station of the tests writes to its log is kept in one folder until the run ends, where it is searched for the
// names and numbers of patients (test/support/output-reporter.ts).

import { appendFileSync } from 'node:fs';
import { join } from 'node:path';

/** Set by test/support/output-setup.ts before the first test starts, so that every worker has the same. */
export const OUTPUT_FOLDER = 'RESERVKRAFT_TEST_OUTPUT';

/** Keeps what a program wrote to its log; `from` says which. */
export function keepOutput(from: string, text: string | Uint8Array): void {
  const folder = process.env[OUTPUT_FOLDER];
  if (folder !== undefined) appendFileSync(join(folder, `${from}-${process.pid}.log`), text);
}
