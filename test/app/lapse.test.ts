// How long ago, when a computer sleeps and when its clock is set.

import { expect, it } from 'vitest';
import { Lapse } from '../../app/src/state/lapse.ts';

it('a computer that slept all night with its lid shut has been left all night, and one whose clock was set back no shorter than it was', () => {
  let [steadyMs, wallMs] = [5_000, 1_700_000_000_000];
  const idle = new Lapse({ steadyMs: () => steadyMs, wallMs: () => wallMs });
  expect(idle.ms).toBe(0);
  // The steady clock stands still while the computer sleeps.
  [steadyMs, wallMs] = [steadyMs + 1_000, wallMs + 8 * 3_600_000];
  expect(idle.ms).toBe(8 * 3_600_000);
  idle.restart();
  expect(idle.ms).toBe(0);
  [steadyMs, wallMs] = [steadyMs + 60_000, wallMs - 3_600_000];
  expect(idle.ms).toBe(60_000);
});
