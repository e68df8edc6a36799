// Makes the folder where the stations of this run leave what they log, before any test starts.

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OUTPUT_FOLDER } from './output.ts';

export function setup(): void {
  process.env[OUTPUT_FOLDER] = mkdtempSync(join(tmpdir(), 'reservkraft-output-'));
}
