import { describe, expect, it } from 'vitest';
import type { SourceStatus } from '../../copy/read/status.ts';
import { limits } from '../../limits.ts';
import { isContactLost } from './contact.ts';

const HOUR_MS = 3_600_000;
const NOW = { wallMs: Date.UTC(2026, 10, 22, 12), boot: 'b', monotonicMs: 100 * HOUR_MS };
const heardBefore = (ms: number) => ({ ...NOW, wallMs: NOW.wallMs - ms, monotonicMs: NOW.monotonicMs - ms });
const source = (change: Partial<SourceStatus> = {}, part = 'stay'): SourceStatus =>
  ({ isDeclared: true, heard: heardBefore(HOUR_MS), feeds: [{ part }], ...change }) as unknown as SourceStatus;

describe('contact with the record system', () => {
  it('is lost when a source of who lies where has not been heard for long, whatever others say', () => {
    const silent = source({ heard: heardBefore(limits.contactLostMs + 1) });
    expect(isContactLost([source()], NOW)).toBe(false);
    expect(isContactLost([source(), silent], NOW)).toBe(true);
    expect(isContactLost([source({ heard: heardBefore(limits.contactLostMs) })], NOW)).toBe(false);
  });

  it('is not lost by a silent laboratory, by whom nobody has declared, or by who was never heard', () => {
    const heard = heardBefore(28 * 24 * HOUR_MS);
    expect(isContactLost([source({ heard }, 'results')], NOW)).toBe(false);
    expect(isContactLost([source({ heard, isDeclared: false })], NOW)).toBe(false);
    expect(isContactLost([source({ heard: null })], NOW)).toBe(false);
  });

  it('is lost where no clock can say since when, and by whichever of two clocks says longer', () => {
    const other = source({ heard: { ...heardBefore(HOUR_MS), boot: 'before' } });
    expect(isContactLost([other], NOW)).toBe(false);
    expect(isContactLost([other], { ...NOW, wallMs: NOW.wallMs - 5 * HOUR_MS, clockIsBehind: true })).toBe(true);
    expect(isContactLost([source()], { ...NOW, wallMs: NOW.wallMs + 7 * HOUR_MS })).toBe(true);
  });
});
