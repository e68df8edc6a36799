// A disk that is soon full: mounting one needs root.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const canMount = tryMount();

function tryMount(): boolean {
  const place = mkdtempSync(join(tmpdir(), 'reservkraft-mount-'));
  const isMounted = spawnSync('mount', ['-t', 'tmpfs', 'tmpfs', place], { stdio: 'ignore' }).status === 0;
  if (isMounted) spawnSync('umount', [place]);
  rmSync(place, { recursive: true });
  return isMounted;
}
