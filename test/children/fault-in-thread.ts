// Loaded into every thread of a station (`--import`): when the test leaves a file with a thread's name, an error nobody catches is thrown in
// that thread, with a patient in its words.

import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isMainThread, workerData } from 'node:worker_threads';

const folder = process.env['FAULT_FOLDER'] ?? '';
const settings = (workerData ?? {}) as object;
const NAMES: Readonly<Record<string, string>> = {
  seed: 'ledger',
  cursor: 'applying',
  mllp: 'receiving',
  copyFile: 'reading',
};
const names = isMainThread
  ? ['main', 'promise']
  : Object.keys(NAMES).flatMap((key) => (key in settings ? [NAMES[key] ?? ''] : []));

setInterval(() => {
  for (const name of names) {
    const file = join(folder, name);
    if (!existsSync(file)) continue;
    rmSync(file);
    const error = new RangeError('Övning, Åsa 18900101-9802\n    at Åsa Övning (/home/asa/189001019802.ts:1:1)');
    if (name !== 'promise') throw error;
    void Promise.reject(error);
  }
}, 20).unref();
