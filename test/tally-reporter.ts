import type { Reporter, TestModule } from 'vitest/node';

/** Ends the run with one line `N passed, N failed`, also when a file could not be loaded or a promise was left unhandled. */
export default class TallyReporter implements Reporter {
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
    const tail = skipped > 0 ? `, ${skipped} skipped` : '';
    process.once('exit', () => process.stdout.write(`${passed} passed, ${failed} failed${tail}\n`));
  }
}
