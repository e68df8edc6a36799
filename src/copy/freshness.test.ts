// What feeds are known to carry, and what a wrong clock does to that.

import { describe, expect, it } from 'vitest';
import type { Change } from '../domain/changes.ts';
import { ANNA, BERTIL, declared, HOUR, KIR2, LAB, MED1, MINUTE, stay, TEN, type TestCopy } from './copy.fixture.ts';
import { onFreshCopy } from './fresh-copy.fixture.ts';
import { laboratory } from './laboratory.fixture.ts';

let copy: TestCopy;
onFreshCopy((fresh) => {
  copy = fresh;
});

const { feed, declare, fromLab } = laboratory(() => copy);

describe('c3.16 freshness: what a feed is known to carry', () => {
  it('a part nobody is declared to feed has no feed, also when something has come', () => {
    fromLab('R/1');
    expect(copy.chart(ANNA).parts.results).toMatchObject({ feeds: [], entries: [{}] });
  });

  it('a feed declared for one unit feeds no other', () => {
    const feeds = [{ part: 'results' as const, units: [KIR2], heartbeat: 'any-message' as const }];
    copy.command({ command: 'declare', sources: [declared(LAB, 1, [], { feeds })] });
    copy.say(stay(ANNA, 'admit', { unit: KIR2 }, TEN), stay(BERTIL, 'admit', { unit: MED1 }, TEN));
    expect(copy.chart(ANNA).parts.results.feeds).toHaveLength(1);
    expect(copy.chart(BERTIL).parts.results.feeds).toEqual([]);
  });

  it('any message proves a feed alive where so declared, only its own where not', () => {
    const own = { part: 'doses-given' as const, units: 'all' as const, heartbeat: 'own-messages' as const };
    const any = { part: 'results' as const, units: 'all' as const, heartbeat: 'any-message' as const };
    copy.command({ command: 'declare', sources: [declared(LAB, 1, [], { feeds: [own, any] })] });
    fromLab('R/1', { at: TEN + MINUTE });
    const [doses] = copy.chart(ANNA).parts['doses-given'].feeds;
    expect(doses?.proof).toBeNull();
    expect(feed().proof?.wallMs).toBe(TEN + MINUTE);
    copy.command({ command: 'proof', source: LAB, parts: ['doses-given'] }, TEN + 2 * MINUTE);
    expect(copy.chart(ANNA).parts['doses-given'].feeds[0]?.proof?.wallMs).toBe(TEN + 2 * MINUTE);
  });

  it('something that could not be read proves nothing and is counted', () => {
    declare();
    fromLab('R/1', { at: TEN + MINUTE });
    copy.send({ source: LAB, at: TEN + HOUR, outcome: 'set-aside', reason: 'garbled' });
    expect(feed()).toMatchObject({ proof: { wallMs: TEN + MINUTE }, setAside: 1 });
  });

  it('is whole from its declaration, and fully loaded only after a full load', () => {
    declare();
    const declaredAt = copy.wall;
    fromLab('R/1');
    expect(feed()).toMatchObject({ wholeSince: declaredAt, fullyLoadedAt: null, rebuiltAt: null });
    const phase = (which: 'begin' | 'end'): Change => ({ kind: 'full-load', phase: which, parts: 'all-declared' });
    copy.send({ source: LAB, changes: [phase('begin')] });
    expect(feed().fullyLoadedAt).toBeNull();
    copy.send({ source: LAB, changes: [phase('end')] });
    expect(feed().fullyLoadedAt).toBe(copy.wall);
  });

  it('a rebuilt copy says so until the source has sent everything again', () => {
    declare();
    copy.command({ command: 'full-load', source: LAB, parts: 'all-declared' });
    copy.command({ command: 'rebuilt', reason: 'damaged', missingFrom: null });
    fromLab('R/1');
    expect(feed()).toMatchObject({ fullyLoadedAt: null, rebuiltAt: expect.any(Number) });
    copy.command({ command: 'full-load', source: LAB, parts: 'all-declared' });
    expect(feed()).toMatchObject({ fullyLoadedAt: copy.wall, rebuiltAt: null });
  });

  it('a copy made from the middle of the inbox is never whole by the end of a load whose beginning it lacks', () => {
    for (let lost = 0; lost < 5; lost += 1) copy.receive({});
    declare();
    copy.send({ source: LAB, changes: [{ kind: 'full-load', phase: 'end', parts: 'all-declared' }] });
    fromLab('R/1');
    expect(feed()).toMatchObject({ fullyLoadedAt: null, rebuiltAt: expect.any(Number) });
  });
});

describe('a full load that began before something of the source was lost', () => {
  const load = (phase: 'begin' | 'end', name?: string) =>
    copy.command({
      ...{ command: 'full-load', source: LAB, parts: ['results'], phase },
      ...(name === undefined ? {} : { load: name }),
    });
  const isWhole = () => feed().fullyLoadedAt !== null;

  it.each<[string, () => unknown]>([
    ['the copy was made again', () => copy.command({ command: 'rebuilt', reason: 'damaged', missingFrom: null })],
    [
      'a person left out what had been held',
      () => {
        copy.command({ command: 'hold', source: LAB, by: 'it-1', reason: 'suspect' });
        fromLab('R/1');
        copy.command({ command: 'release', source: LAB, how: 'leave-out', by: 'it-1' });
      },
    ],
  ])('makes nothing whole when it ends: %s', (_, lose) => {
    declare();
    for (const name of ['1', undefined]) {
      load('begin', name);
      lose();
      fromLab('R/2');
      load('end', name);
      expect(isWhole()).toBe(false);
    }
    load('begin', '2');
    fromLab('R/1');
    load('end', '2');
    expect(isWhole()).toBe(true);
  });

  it('makes nothing whole when another has begun since, and does not end that one', () => {
    declare();
    load('begin', '1');
    load('begin', '2');
    fromLab('R/1');
    load('end', '1');
    expect(isWhole()).toBe(false);
    load('end', '2');
    expect(isWhole()).toBe(true);
  });
});

describe('the clock', () => {
  it('that once showed a far future empties no list when it has been set right', () => {
    copy.say(stay(ANNA, 'admit', { unit: KIR2 }, TEN));
    copy.say(stay(ANNA, 'discharge', {}, TEN + MINUTE));
    copy.send({ at: TEN + 10_000 * HOUR, changes: [] });
    copy.send({ at: TEN + HOUR, changes: [] });
    expect(copy.reader.census(KIR2).map(({ kind }) => kind)).toEqual(['discharged']);
    expect(copy.reader.sequenceAt(TEN + HOUR)).toBe(4);
  });
});
