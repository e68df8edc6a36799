import { fileURLToPath } from 'node:url';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

// One more than the cores the suite is meant for: a test of a whole station waits a fifth of its time, for clocks and disks.
const MAX_WORKERS = 3;

// Long enough for a whole house on a busy machine: it ends what hangs, and says nothing of how quick anything is.
const TIMEOUT_MS = 180_000;

const project = (name: string, isolate: boolean, include: string[]): TestProjectInlineConfiguration => ({
  test: {
    name,
    isolate,
    include,
    pool: 'forks',
    maxWorkers: MAX_WORKERS,
    testTimeout: TIMEOUT_MS,
    hookTimeout: TIMEOUT_MS,
  },
});

export default defineConfig({
  test: {
    root: fileURLToPath(new URL('..', import.meta.url)),
    globalSetup: './test/support/output-setup.ts',
    reporters: ['default', './test/tally-reporter.ts'],
    maxWorkers: MAX_WORKERS,
    // Projects begin in the order of their names and then run side by side: what is long comes first.
    projects: [
      project('house', true, ['test/**/*.test.ts']),
      // What is loaded is loaded once a worker and not once a file, which takes half of these tests' time. They leave nothing behind:
      // no module is replaced, and what one puts in the environment it takes out again.
      project('room', false, ['src/**/*.test.ts', 'sim/**/*.test.ts', 'bench/**/*.test.ts']),
    ],
  },
});
