import type { UserConsoleLog } from 'vitest';
import type { Reporter, TestModule } from 'vitest/node';
import { keepOutput } from './support/output.ts';
import { scanOutput } from './support/output-scan.ts';

/**
 * Ends the run with one line `N passed, N failed`, also when a file could not be loaded or a promise was left unhandled. The
 * search of all logs for patients counts as one test.
 */
export default class TallyReporter implements Reporter {
  onUserConsoleLog({ content }: UserConsoleLog): void {
    keepOutput('tests', content);
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    let passed = 0;
    let failed = errors.length;
    let skipped = 0;
    for (const module of modules) {
      const states = [...module.children.allTests()].map((test) => test.result().state);
      if (module.state() === 'failed' && !states.includes('failed')) failed++;
      for (const state of states) {
        if (state === 'passed') passed++;
        else if (state === 'failed') failed++;
        else skipped++;
      }
    }
    if (scanOutput()) passed++;
    else {
      failed++;
      process.exitCode = 1;
    }
    const tail = skipped > 0 ? `, ${skipped} skipped` : '';
    process.once('exit', () => process.stdout.write(`${passed} passed, ${failed} failed${tail}\n`));
  }
}
