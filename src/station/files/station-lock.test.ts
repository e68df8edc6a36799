import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockStation } from './station-lock.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reservkraft-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the data folder', () => {
  it('belongs to one station at a time, also within one process', () => {
    const release = lockStation(folder);
    expect(() => lockStation(folder)).toThrow('station.already-running');
    release();
    lockStation(folder)();
  });

  it('is free again at once when the station that had it was killed', async () => {
    const script = `import { lockStation } from ${JSON.stringify(new URL('./station-lock.ts', import.meta.url).href)};
      lockStation(process.argv[1]); console.log('locked'); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script, folder]);
    await once(child.stdout, 'data');
    expect(() => lockStation(folder)).toThrow(`station.already-running: process ${child.pid}`);
    child.kill('SIGKILL');
    await once(child, 'exit');
    lockStation(folder)();
  });
});
