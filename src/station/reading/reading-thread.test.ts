import { afterEach, describe, expect, it, vi } from 'vitest';
import { Failure } from '../../domain/failures.ts';
import { ReadingThread } from './reading-thread.ts';

let thread: ReadingThread;
let ended: string[];
let damages: number;
afterEach(() => thread.stop());

function started(more: { waitingMax?: number; answerWithinMs?: number; idleMs?: number; memoryMb?: number } = {}) {
  ended = [];
  damages = 0;
  thread = new ReadingThread({
    settings: {
      copyFile: '',
      copyKey: new Uint8Array(32),
      handleKey: new Uint8Array(32),
      boot: 'test',
      station: 'test',
      units: [],
      names: { unitNames: {}, sourceNames: {} },
    },
    waitingMax: 4,
    answerWithinMs: 20_000,
    idleMs: null,
    memoryMb: 16,
    onDamage: () => {
      damages += 1;
    },
    onEnded: (why) => ended.push(why),
    worker: new URL('./reading-worker.fixture.ts', import.meta.url),
    ...more,
  });
}

const ask = (text: string) => thread.ask({ ask: 'search', text, options: {} });
/** The code of a refusal, or `answered`. */
const outcome = (text: string): Promise<string> =>
  ask(text).then(
    () => 'answered',
    (error: unknown) => (error instanceof Failure ? error.code : String(error)),
  );

describe('a reading thread', () => {
  it('answers one after another, and refuses with words when too many wait', async () => {
    started({ waitingMax: 2 });
    const asked = ['a', 'b', 'c', 'd', 'e'].map(outcome);
    expect(await Promise.all(asked)).toEqual(['answered', 'answered', 'answered', 'reading.busy', 'reading.busy']);
    expect(await outcome('again')).toBe('answered');
  });

  it('that hangs is ended and started again: the next is answered', async () => {
    started({ answerWithinMs: 4_000 });
    const hanging = outcome('hang');
    expect(await hanging).toBe('reading.too-slow');
    expect(await outcome('after')).toBe('answered');
    expect(ended).toEqual(['too-slow']);
  });

  it('who has waited long behind it is told to ask again', async () => {
    started({ answerWithinMs: 1_000 });
    expect(await Promise.all(['hang', 'behind'].map(outcome))).toEqual(['reading.too-slow', 'reading.busy']);
  });

  for (const text of ['die', 'break', 'eat'])
    it(`that dies (${text}) refuses what it was asked, and the next is answered`, async () => {
      started();
      expect(await Promise.all([outcome(text), outcome('after')])).toEqual(['reading.stopped', 'answered']);
      expect(ended).toEqual(['died']);
    });

  it('tells of a damaged page, and of nothing else of it', async () => {
    started();
    expect(await outcome('damage')).toBe('copy.starting');
    expect(damages).toBe(1);
  });

  it('asks again what was being answered when the copy was replaced', async () => {
    started();
    await ask('first');
    const answer = ask('slow-once');
    thread.reopen();
    expect((await answer).isCut).toBe(true);
  });

  it('is ended when nobody has asked for a while, and is there again for the next', async () => {
    started({ idleMs: 10 });
    expect(await outcome('first')).toBe('answered');
    await vi.waitFor(() => expect(thread.isRunning).toBe(false), { timeout: 20_000 });
    expect(await outcome('later')).toBe('answered');
    expect(ended).toEqual([]);
  });

  it('that is stopped refuses everything at once', async () => {
    started();
    const asked = ['hang', 'behind'].map(outcome);
    await thread.stop();
    expect(await Promise.all([...asked, outcome('late')])).toEqual(Array(3).fill('station.not-running'));
    expect(ended).toEqual([]);
  });
});
