// The README's two commands on a machine that has only git, Node and npm: takes minutes and installs from the registry, so it
// runs with RESERVKRAFT_TEST_LONG only.

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const isLong = process.env['RESERVKRAFT_TEST_LONG'] === '1';
const repository = fileURLToPath(new URL('..', import.meta.url));
const MINUTES_MS = 60_000;

/** The surroundings of a person at a terminal: whatever Node the machine has, none of ours, nothing that npm or vitest set. */
const environment = Object.fromEntries(
  Object.entries({
    ...process.env,
    PATH: (process.env['PATH'] ?? '')
      .split(delimiter)
      .filter((folder) => !folder.includes('node_modules'))
      .join(delimiter),
  }).filter(([name]) => !/^(npm_|RESERVKRAFT_|VITEST|NODE_)/.test(name)),
);

describe.skipIf(!isLong)('a fresh clone (RESERVKRAFT_TEST_LONG)', () => {
  let clone: string;
  beforeAll(() => {
    clone = join(mkdtempSync(join(tmpdir(), 'reservkraft-clone-')), 'reservkraft');
    execFileSync('git', ['clone', '--quiet', repository, clone]);
  });
  afterAll(() => rmSync(join(clone, '..'), { recursive: true, force: true }));

  it(
    '"npm start" alone installs, starts the demo and tells what to try',
    async () => {
      const words = ['start', '--', '--control', '0', '--http-port', '0', '--mllp-port', '0'];
      const npm = spawn('npm', words, {
        cwd: clone,
        env: environment,
        stdio: ['ignore', 'pipe', 'ignore'],
        detached: true,
      });
      const seen: string[] = [];
      for await (const line of createInterface({ input: npm.stdout })) {
        seen.push(line);
        if (line.includes('Avsluta med Ctrl-C')) break;
      }
      expect(seen.join('\n')).toMatch(/Stationen är igång[\s\S]*Simulerade sjukhus[\s\S]*bin\/reservkraft unit/);
      // Ctrl-C reaches every program of the terminal.
      process.kill(-(npm.pid ?? 0), 'SIGINT');
      await once(npm, 'exit');
    },
    5 * MINUTES_MS,
  );

  it(
    '"npm test" alone installs what is missing and ends with what passed and failed',
    () => {
      const out = execFileSync('npm', ['test', '--', 'test/documents.test.ts'], { cwd: clone, env: environment });
      expect(out.toString('utf8').trim().split('\n').at(-1)).toMatch(/^\d+ passed, 0 failed/);
    },
    5 * MINUTES_MS,
  );
});
