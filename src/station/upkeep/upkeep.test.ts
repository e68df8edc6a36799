import { describe, expect, it } from 'vitest';
import { Upkeep } from './upkeep.ts';

function night(...minutes: number[]) {
  const state = { now: new Date(2026, 10, 22, 0, 0).getTime(), begun: [] as string[], running: 0, atOnce: 0 };
  const clock = { now: () => ({ wallMs: state.now, boot: 'test', monotonicMs: 0 }) };
  const jobs = minutes.map((atMinute) => ({
    name: `at ${atMinute}`,
    atMinute,
    run: async () => {
      state.begun.push(`at ${atMinute}`);
      state.atOnce = Math.max(state.atOnce, ++state.running);
      await Promise.resolve();
      state.running--;
    },
  }));
  const upkeep = new Upkeep(jobs, clock);
  const at = (day: number, hour: number, minute: number): Promise<void> => {
    state.now = new Date(2026, 10, day, hour, minute).getTime();
    return upkeep.turn();
  };
  return { state, at };
}

describe('the night’s work', () => {
  it('is begun once a night at its own time, and again the next night', async () => {
    const { state, at } = night(180);
    for (const minute of [0, 1, 59]) await at(22, 3, minute);
    await at(22, 4, 0);
    expect(state.begun).toEqual(['at 180']);
    await at(23, 3, 10);
    expect(state.begun).toEqual(['at 180', 'at 180']);
    await at(24, 4, 30);
    expect(state.begun).toHaveLength(2);
  });

  it('is never two things at once, however late the first began', async () => {
    const { state, at } = night(180, 210, 225);
    await at(22, 3, 50);
    expect(state.begun).toEqual(['at 180', 'at 210', 'at 225']);
    expect(state.atOnce).toBe(1);
  });

  it('that is due at midnight is done in its hour and once', async () => {
    const { state, at } = night(23 * 60 + 30, 24 * 60);
    await at(22, 23, 45);
    await at(23, 0, 5);
    await at(23, 0, 20);
    expect(state.begun).toEqual(['at 1410', 'at 1440']);
  });
});
