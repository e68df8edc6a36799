// What the disk under the temporary folder takes to make a write durable: the floor under every answer to a sender.

import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { percentile } from './report.ts';
import { scratchFolder } from './scratch.ts';

const WRITES = 200;
const BYTES = 4096;

/** Median and 99th of appending 4 KiB and waiting for the disk, ms. */
export function fsyncMs(): { readonly p50: number; readonly p99: number } {
  const file = openSync(join(scratchFolder('fsync'), 'file'), 'w');
  const times: number[] = [];
  for (let no = 0; no < WRITES; no++) {
    const began = performance.now();
    writeSync(file, Buffer.alloc(BYTES, no));
    fdatasyncSync(file);
    times.push(performance.now() - began);
  }
  closeSync(file);
  return { p50: percentile(times, 0.5), p99: percentile(times, 0.99) };
}
