// Files found damaged are put aside, never deleted at once: somebody may get more out of them. The newest two of each are kept,
// so that a failing disk does not also fill itself.

import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { limits } from '../../limits.ts';

export interface DamagedFile {
  readonly name: string;
  readonly bytes: number;
  readonly foundMs: number;
}

const DAMAGED = /^(inbox\.db|copy\.db|ledger\.db)\.damaged-(\d+)$/;

/** Newest first. */
export function damagedFiles(dataFolder: string): DamagedFile[] {
  if (!existsSync(dataFolder)) return [];
  return readdirSync(dataFolder)
    .flatMap((name) => {
      const found = DAMAGED.exec(name);
      return found === null ? [] : [{ name, bytes: bytesOf(join(dataFolder, name)), foundMs: Number(found[2]) }];
    })
    .sort((a, b) => b.foundMs - a.foundMs);
}

/** To be called when what replaces the newest one stands in its place. */
export function dropOldDamaged(dataFolder: string): void {
  const kept = new Map<string, number>();
  for (const { name } of damagedFiles(dataFolder)) {
    const of = DAMAGED.exec(name)?.[1] ?? name;
    const newer = kept.get(of) ?? 0;
    kept.set(of, newer + 1);
    if (newer < limits.damagedFilesKept) continue;
    for (const beside of ['', '-wal', '-shm']) rmSync(join(dataFolder, `${name}${beside}`), { force: true });
  }
}

function bytesOf(file: string): number {
  return ['', '-wal'].reduce(
    (sum, beside) => sum + (statSync(`${file}${beside}`, { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}
