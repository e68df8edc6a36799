import { describe, expect, it } from 'vitest';
import { PurgeGuard } from './purge-guard.ts';

function guarded() {
  const state = { isHeld: false, isLost: false, isReadable: true, allowed: [] as boolean[] };
  const guard = new PurgeGuard({
    isAnythingHeld: () => {
      if (!state.isReadable) throw new Error('no copy');
      return state.isHeld;
    },
    isContactLost: () => state.isLost,
    allow: (isAllowed) => state.allowed.push(isAllowed),
  });
  return { state, guard };
}

describe('forgetting by time', () => {
  it('does not begin until the copy has applied all that was received before the start', () => {
    const { guard, state } = guarded();
    expect(guard.reasons).toEqual(['unknown']);
    guard.applied(100);
    expect(state.allowed).toEqual([]);
    guard.level({ inboxSeq: 120, copyCursor: 100 });
    guard.applied(119);
    expect(state.allowed).toEqual([]);
    guard.applied(120);
    expect([guard.reasons, state.allowed]).toEqual([[], [true]]);
  });

  it('does not begin at a start with a source held', () => {
    const { guard, state } = guarded();
    state.isHeld = true;
    guard.level({ inboxSeq: 5, copyCursor: 5 });
    expect([guard.reasons, state.allowed]).toEqual([['hold'], []]);
  });

  it('stops the moment a hold is pressed, and goes on when the release is in the copy', async () => {
    const { guard, state } = guarded();
    guard.level({ inboxSeq: 5, copyCursor: 5 });
    const written = Promise.withResolvers<{ seq: number }>();
    const held = guard.deciding(() => written.promise);
    expect(state.allowed).toEqual([true, false]);
    guard.applied(6);
    expect(guard.reasons).toEqual(['unknown']);
    written.resolve({ seq: 7 });
    await held;
    expect(guard.reasons).toEqual(['unknown']);
    state.isHeld = true;
    guard.applied(7);
    expect(guard.reasons).toEqual(['hold']);
    await guard.deciding(async () => ({ seq: 9 }));
    guard.applied(8);
    expect(state.allowed).toEqual([true, false]);
    state.isHeld = false;
    guard.applied(9);
    expect([guard.reasons, state.allowed]).toEqual([[], [true, false, true]]);
  });

  it('goes on after a hold that could not be kept', async () => {
    const { guard, state } = guarded();
    guard.level({ inboxSeq: 5, copyCursor: 5 });
    await expect(guard.deciding(() => Promise.reject(new Error('full')))).rejects.toThrow('full');
    expect(state.allowed).toEqual([true, false, true]);
  });

  it('stands still through a downtime and a lost contact, each until its own end', () => {
    const { guard, state } = guarded();
    guard.level({ inboxSeq: 0, copyCursor: 0 });
    guard.begin('downtime');
    guard.begin('no-contact');
    guard.end('downtime');
    expect([guard.reasons, state.allowed]).toEqual([['no-contact'], [true, false]]);
    guard.end('no-contact');
    expect(state.allowed).toEqual([true, false, true]);
  });

  it('stands still while the copy is being made again or cannot be read', () => {
    const { guard, state } = guarded();
    guard.level({ inboxSeq: 5, copyCursor: 5 });
    guard.forget();
    guard.applied(5);
    expect(guard.reasons).toEqual(['unknown']);
    state.isReadable = false;
    guard.level({ inboxSeq: 5, copyCursor: 5 });
    expect(guard.reasons).toEqual(['unknown']);
    state.isReadable = true;
    guard.applied(5);
    expect([guard.reasons, state.allowed]).toEqual([[], [true, false, true]]);
  });

  it('stops while the record system is silent, also at a start in the midst of that, and goes on when it is heard again', () => {
    const { guard, state } = guarded();
    state.isLost = true;
    guard.level({ inboxSeq: 5, copyCursor: 5 });
    expect([guard.reasons, state.allowed]).toEqual([['silence'], []]);
    state.isLost = false;
    guard.turn();
    expect([guard.reasons, state.allowed]).toEqual([[], [true]]);
    state.isLost = true;
    guard.turn();
    expect([guard.reasons, state.allowed]).toEqual([['silence'], [true, false]]);
  });
});
