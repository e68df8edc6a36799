// Which snapshot a damaged copy is made again from.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { listSnapshots } from './snapshots.ts';

it('the newest snapshot is the one that has come furthest, whatever the clock showed when it was taken', () => {
  const folder = mkdtempSync(join(tmpdir(), 'reservkraft-snapshots-'));
  try {
    const year = 365 * 86_400_000;
    // The second was taken by a clock a year ahead, the third by one that had lost its battery.
    for (const [takenMs, cursor] of [
      [56 * year, 10],
      [57 * year, 20],
      [1, 30],
    ] as const)
      writeFileSync(join(folder, `copy-${takenMs}-${cursor}.db`), '');
    expect(listSnapshots(folder).map(({ cursor }) => cursor)).toEqual([30, 20, 10]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
