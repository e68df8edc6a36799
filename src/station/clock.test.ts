import { spawnSync } from 'node:child_process';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { SystemClock } from './clock.ts';

afterEach(() => vi.restoreAllMocks());

describe('the station’s clock', () => {
  it('can be compared between two processes of the same boot', () => {
    const clock = new SystemClock();
    const before = clock.now();
    const script = `import { SystemClock } from ${JSON.stringify(new URL('./clock.ts', import.meta.url).href)};
      console.log(JSON.stringify(new SystemClock().now()));`;
    const child = spawnSync(process.execPath, ['--input-type=module-typescript', '-e', script], { encoding: 'utf8' });
    const between = JSON.parse(child.stdout);
    const after = clock.now();
    if (!before.boot.startsWith('process-')) expect(between.boot).toBe(before.boot);
    expect(between.monotonicMs).toBeGreaterThanOrEqual(before.monotonicMs);
    expect(between.monotonicMs).toBeLessThanOrEqual(after.monotonicMs);
  });

  it('notices that somebody set the wall clock, and goes on counting', () => {
    const clock = new SystemClock('boot-1');
    const first = clock.now();
    expect(clock.steps).toEqual({ count: 0, last: null });
    vi.spyOn(Date, 'now').mockReturnValue(first.wallMs - 3_600_000);
    const second = clock.now();
    expect(second.monotonicMs).toBeGreaterThanOrEqual(first.monotonicMs);
    expect(clock.steps.count).toBe(1);
    expect(Math.round((clock.steps.last?.byMs ?? 0) / 60_000)).toBe(-60);
    expect(clock.follows(first)).toBe(false);
  });
});
