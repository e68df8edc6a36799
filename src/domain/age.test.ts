// The age of what is shown, by two clocks that may each be wrong.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { limits } from '../limits.ts';
import {
  elapsed,
  type FeedStateOptions,
  feedState,
  isTrusted,
  notBefore,
  PART_STATES,
  partState,
  worstCriticalFeed,
} from './age.ts';
import { ago, feed, HOUR_MS, MINUTE_MS, NOW_MS, now } from './chart/chart.fixture.ts';
import { NEEDED_BEFORE_STAY_MS, PART_NAMES, type PartName } from './parts.ts';
import type { PartFeed } from './patient-copy.ts';
import type { Arrival } from './time.ts';

const named = { sourceName: 'Journalen' } as const;
const stateOf = (change: Partial<PartFeed>, at: Arrival = now) => feedState(feed('results', change), at, named);

describe('§5.25 a wrong clock can only make data look older, never fresher', () => {
  test('within one run of the machine the wall clock put back changes nothing', () => {
    expect(elapsed(ago(HOUR_MS), { ...now, wallMs: NOW_MS - 50 * MINUTE_MS })).toEqual({
      ageMs: HOUR_MS,
      clockIsUnsure: true,
    });
  });
  test('of two answers the older stands: a machine that slept', () => {
    expect(elapsed(ago(HOUR_MS), { ...now, monotonicMs: now.monotonicMs - 55 * MINUTE_MS })).toEqual({
      ageMs: HOUR_MS,
      clockIsUnsure: true,
    });
  });
  test('a proof of a later moment than now, by the clock nobody can set, has no age, whatever the wall clock says', () => {
    expect(elapsed({ ...ago(HOUR_MS), monotonicMs: now.monotonicMs + 1 }, now)).toEqual({
      ageMs: null,
      clockIsUnsure: true,
    });
  });
  test('after a restart only the wall clock is left, and time that ran backwards is no age at all', () => {
    const after = { wallMs: NOW_MS, boot: 'run 2', monotonicMs: 5 };
    expect(elapsed(ago(HOUR_MS), after)).toEqual({ ageMs: HOUR_MS, clockIsUnsure: false });
    expect(elapsed(ago(-HOUR_MS), after)).toEqual({ ageMs: null, clockIsUnsure: true });
  });
  test('a clock in 1970 is no clock', () => {
    expect(
      elapsed({ wallMs: 0, boot: 'a', monotonicMs: 0 }, { wallMs: 1000, boot: 'b', monotonicMs: 0 }).ageMs,
    ).toBeNull();
  });
  test('a feed whose age nobody can tell is silent, and the screen says that the clock is unsure', () => {
    const state = stateOf({ proof: { ...ago(-HOUR_MS), boot: 'run 0' } });
    expect(state.state).toBe('silent');
    expect(state.words).toContain('klockan osäker');
  });
  test('a wall clock put back over a restart is held at the latest time the station has lived through', () => {
    const putBack = { wallMs: NOW_MS - 24 * HOUR_MS, boot: 'run 2', monotonicMs: 0 };
    expect(notBefore(putBack, [ago(HOUR_MS), ago(2 * HOUR_MS)]).wallMs).toBe(NOW_MS - HOUR_MS);
    expect(notBefore(now, [ago(HOUR_MS)])).toBe(now);
  });
  test('then no feed of before the restart is fresh, neither the one heard last nor one the wrong clock calls recent', () => {
    const putBack = { wallMs: NOW_MS - 3 * HOUR_MS, boot: 'run 2', monotonicMs: 9 * MINUTE_MS };
    const sure = notBefore(putBack, [ago(MINUTE_MS)]);
    for (const proof of [ago(MINUTE_MS), ago(3 * HOUR_MS + MINUTE_MS)])
      expect(stateOf({ proof }, sure).state).toBe('silent');
    // What came after the restart is counted by the clock nobody can set.
    const since = { ...putBack, monotonicMs: 0 };
    expect(stateOf({ proof: since }, sure)).toMatchObject({
      state: 'fresh',
      ageMs: 9 * MINUTE_MS,
      clockIsUnsure: true,
    });
  });
  test('however either clock is set, no age comes out younger than the true one within a run', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 10 * 24 * HOUR_MS }),
        fc.integer({ min: -1e12, max: 1e12 }),
        (trueAge, wallError) => {
          const { ageMs } = elapsed(ago(trueAge), { ...now, wallMs: now.wallMs + wallError });
          return ageMs === null || ageMs >= trueAge;
        },
      ),
      { seed: 25 },
    );
  });
});

describe('c3.16 freshness: each state in words', () => {
  test('fresh until half its limit, then ageing, then past it', () => {
    expect(stateOf({ proof: ago(30 * MINUTE_MS) })).toMatchObject({ state: 'fresh', short: '10:50' });
    expect(stateOf({ proof: ago(30 * MINUTE_MS + 1) })).toMatchObject({
      state: 'aging',
      short: 'Åldras, 10:49 (30 min)',
    });
    expect(stateOf({ proof: ago(60 * MINUTE_MS) }).state).toBe('aging');
    expect(stateOf({ proof: ago(60 * MINUTE_MS + 1) })).toMatchObject({ state: 'silent', short: 'Tyst sedan 10:19' });
  });
  test('where quiet may mean that nothing happened, it is old rather than silent', () => {
    const state = stateOf({ proof: ago(7 * HOUR_MS), heartbeat: 'own-messages' });
    expect(state).toMatchObject({ state: 'stale', short: 'Gammal, 04:20 (7 h)' });
    expect(state.words).toBe('Kan vara gammal – kontrollera. Senast hört 04:20 (7 h).');
  });
  test('a source measured as down is silent at once', () => {
    expect(feedState(feed('results'), now, { ...named, downSince: NOW_MS }).state).toBe('silent');
  });
  test('a declared feed that has never been heard is silent, not fresh', () => {
    expect(stateOf({ proof: null })).toMatchObject({ state: 'silent', short: 'Tyst: inget har kommit' });
  });
  test('held, rebuilt, incomplete', () => {
    expect(stateOf({ heldSince: NOW_MS - HOUR_MS })).toMatchObject({ state: 'held', short: 'Hållen sedan 10:20' });
    expect(stateOf({ heldSince: NOW_MS - HOUR_MS, isBeingReleased: true })).toMatchObject({
      state: 'held',
      short: 'Hållen sedan 10:20, släpps',
    });
    expect(stateOf({ rebuiltAt: NOW_MS - HOUR_MS }).words).toContain('Återuppbyggd 10:20: äldre uppgifter kan saknas');
    expect(stateOf({ rebuiltAt: NOW_MS - HOUR_MS, fullyLoadedAt: NOW_MS - MINUTE_MS }).state).toBe('fresh');
    expect(stateOf({ setAside: 1 }).words).toContain('1 meddelande har inte kunnat läsas in');
    expect(stateOf({ isElsewhere: true })).toMatchObject({
      state: 'incomplete',
      short: 'Ofullständig, per 11:19',
      words: 'Ofullständig: uppgifter finns under ett nummer som inte säkert är patientens. Per 11:19.',
    });
    expect(stateOf({ wholeSince: null, fullyLoadedAt: null }).state).toBe('incomplete');
    expect(stateOf({ wholeSince: NOW_MS - MINUTE_MS, fullyLoadedAt: null }).words).toContain(
      'uppgifter från före 11:19 kan saknas',
    );
  });
  test('a feed can be several things; all are said, the worst first', () => {
    const state = stateOf({
      proof: ago(3 * HOUR_MS),
      rebuiltAt: NOW_MS - HOUR_MS,
      heldSince: NOW_MS - 2 * HOUR_MS,
      setAside: 2,
    });
    expect(state.states).toEqual(['silent', 'held', 'rebuilt', 'incomplete']);
    for (const words of ['Tyst sedan', 'Hållen sedan', 'Återuppbyggd', '2 meddelanden'])
      expect(state.words).toContain(words);
  });
});

describe('§5.4 a source that has never sent everything it has', () => {
  const WEEK_MS = 7 * 24 * HOUR_MS;
  const stateSince = (part: PartName, wholeForMs: number, options: Partial<FeedStateOptions> = {}) =>
    feedState(feed(part, { wholeSince: NOW_MS - wholeForMs, fullyLoadedAt: null }), now, {
      ...named,
      stayBegan: NOW_MS - HOUR_MS,
      ...options,
    });

  test('is incomplete for all that gathers over a life, however new the stay', () => {
    const lifelong = PART_NAMES.filter((part) => !NEEDED_BEFORE_STAY_MS.has(part));
    for (const part of [
      'problems',
      'devices',
      'medication-orders',
      'immunizations',
      'notes',
      'history',
      'orders',
    ] as const)
      expect(lifelong).toContain(part);
    for (const part of lifelong) expect(stateSince(part, 365 * 24 * HOUR_MS).state, part).toBe('incomplete');
  });
  test('is whole for given doses once it was heard a week before the stay began, and says that it is for the stay only', () => {
    expect(stateSince('doses-given', WEEK_MS + HOUR_MS)).toMatchObject({ state: 'fresh', isWholeForStayOnly: true });
    expect(stateSince('doses-given', WEEK_MS + HOUR_MS - 1).state).toBe('incomplete');
    expect(stateSince('doses-given', WEEK_MS + HOUR_MS, { stayBegan: null }).state).toBe('incomplete');
  });
  test('is whole for the allergies of a new stay from when it denied them all, and not from a denial of before the copy', () => {
    expect(stateSince('allergies', 2 * HOUR_MS, { deniedAt: NOW_MS - 2 * HOUR_MS })).toMatchObject({
      state: 'fresh',
      isWholeForStayOnly: true,
    });
    expect(stateSince('allergies', 2 * HOUR_MS, { deniedAt: NOW_MS - 2 * HOUR_MS - 1 }).state).toBe('incomplete');
    const before = { deniedAt: NOW_MS - HOUR_MS, stayBegan: NOW_MS - 2 * HOUR_MS - 1 };
    expect(stateSince('allergies', 2 * HOUR_MS, before).state).toBe('incomplete');
  });
});

describe('the worst is what stands there', () => {
  test('a part with one fresh and one silent source is silent, and says whose', () => {
    const fresh = stateOf({});
    const silent = feedState(feed('results', { proof: ago(2 * HOUR_MS) }), now, { ...named, sourceName: 'Labbet' });
    expect(partState('results', [fresh, silent])).toMatchObject({ state: 'silent', short: 'Labbet: Tyst sedan 09:20' });
  });
  test('nobody declared: not part of this copy', () => {
    expect(partState('results', [])).toMatchObject({ state: 'not-fed', short: 'Ingår inte i kopian' });
  });
  test('the header names the most critical feed in doubt, never the newest', () => {
    const of = (part: Parameters<typeof feed>[0], change: Partial<PartFeed>) =>
      feedState(feed(part, change), now, named);
    const feeds = [
      of('notes', { proof: ago(30 * HOUR_MS) }),
      of('doses-given', { proof: ago(HOUR_MS) }),
      of('allergies', { setAside: 1 }),
      of('results', {}),
    ];
    expect(worstCriticalFeed(feeds)?.part).toBe('doses-given');
    expect(worstCriticalFeed([of('results', {})])).toBeNull();
  });
  test('only fresh and ageing are trusted', () => {
    expect(PART_STATES.filter(isTrusted)).toEqual(['aging', 'fresh']);
  });
});

test('two clocks may drift a little before anyone is told', () => {
  const drift = limits.clockDisagreementToleratedMs;
  expect(elapsed(ago(HOUR_MS), { ...now, wallMs: NOW_MS + drift }).clockIsUnsure).toBe(false);
  expect(elapsed(ago(HOUR_MS), { ...now, wallMs: NOW_MS + drift + 1 }).clockIsUnsure).toBe(true);
});
