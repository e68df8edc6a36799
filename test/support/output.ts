// Everything a station of the tests writes to its log is kept in one folder until the run ends, where it is searched for the
// names and numbers of patients, and for secrets (test/support/output-scan.ts).

import { appendFileSync } from 'node:fs';
import { join } from 'node:path';

/** Set by test/support/output-setup.ts before the first test starts, so that every worker has the same. */
export const OUTPUT_FOLDER = 'RESERVKRAFT_TEST_OUTPUT';

/** Beside the logs: what tests used that opens something, and that has no form by which it would be found. */
export const USED_SECRETS = 'used-secrets';

/** A secret of this test must stand in no log. */
export function keepSecret(secret: string): void {
  const folder = process.env[OUTPUT_FOLDER];
  if (folder !== undefined) appendFileSync(join(folder, USED_SECRETS), `${secret}\n`);
}

/** Keeps what a program wrote to its log; `from` says which. */
export function keepOutput(from: string, text: string | Uint8Array): void {
  const folder = process.env[OUTPUT_FOLDER];
  if (folder !== undefined) appendFileSync(join(folder, `${from}-${process.pid}.log`), text);
}
