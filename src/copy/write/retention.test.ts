// What retention drops, and what it never does.

import { describe, expect, it } from 'vitest';
import {
  ANNA,
  declared,
  HOUR,
  JOURNAL,
  KIR2,
  LAB,
  local,
  MINUTE,
  person,
  resource,
  SURELY_OLD,
  stay,
  TEN,
  type TestCopy,
} from '../copy.fixture.ts';
import { onFreshCopy } from '../fresh-copy.fixture.ts';
import { laboratory } from '../laboratory.fixture.ts';

let copy: TestCopy;
onFreshCopy((fresh) => {
  copy = fresh;
});

const { keysOf, feed, declare } = laboratory(() => copy);

describe('retention', () => {
  const retain = (historyBefore: number, dischargedBefore: number, beforeSeq = SURELY_OLD) =>
    copy.command({ command: 'retain', historyBefore, dischargedBefore, beforeSeq });
  const versions = () => copy.db.prepare("SELECT count(*) FROM fact WHERE key = 'R/1'").pluck().get();
  const twoVersions = () => {
    copy.send({ at: TEN, changes: [resource(ANNA, 'R/1', { text: 'first', mode: 'replace' })] });
    copy.send({ at: TEN + HOUR, changes: [resource(ANNA, 'R/1', { text: 'second', mode: 'replace' })] });
    copy.send({ at: TEN + 80 * HOUR, changes: [] });
  };

  it('history older than asked goes, what is shown stays', () => {
    twoVersions();
    retain(TEN + 30 * MINUTE, 0);
    expect(versions()).toBe(2);
    retain(TEN + 2 * HOUR, 0);
    expect(versions()).toBe(1);
    expect(copy.chart(ANNA).parts.results.entries).toMatchObject([{ resource: { code: { text: 'second' } } }]);
  });

  it('a pinned moment stays readable until unpinned', () => {
    copy.send({ at: TEN, changes: [resource(ANNA, 'R/1', { text: 'first', mode: 'replace' })] });
    copy.command({ command: 'pin', name: 'reservläge', by: 'it-1' }, TEN + MINUTE);
    twoVersions();
    retain(TEN + 79 * HOUR, 0);
    expect(copy.chart(ANNA, TEN + MINUTE).parts.results.entries).toMatchObject([
      { resource: { code: { text: 'first' } } },
    ]);
    copy.command({ command: 'unpin', name: 'reservläge', by: 'it-1' });
    retain(TEN + 79 * HOUR, 0);
    expect(versions()).toBe(1);
  });

  it('nothing is dropped while anything is held', () => {
    twoVersions();
    copy.command({ command: 'hold', source: LAB, by: 'it-1', reason: 'suspect' });
    retain(TEN + 79 * HOUR, TEN + 79 * HOUR);
    expect(versions()).toBe(2);
  });

  it('what came under an old number stays as long as its person lies in bed under the new one', () => {
    const OLD = local('R77');
    copy.command({ command: 'declare', sources: [declared(JOURNAL, 1)] });
    copy.send({ at: TEN, changes: [resource(OLD, 'R/1'), stay(OLD, 'admit', { unit: KIR2 }, TEN)] });
    copy.send({ at: TEN + HOUR, changes: [{ kind: 'merge', survivor: ANNA, subsumed: OLD }] });
    copy.send({ at: TEN + 2 * HOUR, changes: [stay(OLD, 'discharge', {}, TEN + 2 * HOUR)] });
    copy.send({ at: TEN + 24 * HOUR, changes: [stay(ANNA, 'admit', { unit: KIR2 }, TEN + 24 * HOUR, 'V2')] });
    copy.send({ at: TEN + 110 * HOUR, changes: [] });
    retain(TEN, TEN + 38 * HOUR);
    expect(copy.chart(ANNA).parts.results.entries.map(({ key }) => key)).toEqual(['R/1']);
    copy.send({ at: TEN + 111 * HOUR, changes: [stay(ANNA, 'discharge', {}, TEN + 111 * HOUR, 'V2')] });
    copy.send({ at: TEN + 300 * HOUR, changes: [] });
    retain(TEN, TEN + 220 * HOUR);
    expect(copy.chart(ANNA).parts.results.entries).toEqual([]);
  });

  it('a chart that was dropped after discharge never says none recorded, and the person is still found', () => {
    declare();
    copy.command({ command: 'full-load', source: LAB, parts: 'all-declared' });
    copy.send({
      at: TEN + HOUR,
      changes: [
        person(ANNA, { name: [{ family: 'Lind' }] }),
        resource(ANNA, 'R/1'),
        stay(ANNA, 'admit', { unit: KIR2 }, TEN),
      ],
    });
    copy.send({ at: TEN + 2 * HOUR, changes: [stay(ANNA, 'discharge', {}, TEN + 2 * HOUR)] });
    copy.send({ at: TEN + 80 * HOUR, changes: [] });
    expect(feed().fullyLoadedAt).not.toBeNull();
    retain(TEN, TEN + HOUR);
    expect(keysOf()).toEqual(['R/1']);
    retain(TEN, TEN + 3 * HOUR);
    expect(copy.chart(ANNA)).toMatchObject({ stays: [], person: { name: [{ family: 'Lind' }] } });
    expect(keysOf()).toEqual([]);
    expect(feed()).toMatchObject({ fullyLoadedAt: null, rebuiltAt: copy.wall });
    expect(copy.reader.search('lind').hits).toHaveLength(1);
  });

  it('a chart of a discharged patient is not dropped while any moment is pinned', () => {
    copy.send({ at: TEN, changes: [resource(ANNA, 'R/1'), stay(ANNA, 'admit', { unit: KIR2 }, TEN)] });
    copy.send({ at: TEN + HOUR, changes: [stay(ANNA, 'discharge', {}, TEN + HOUR)] });
    copy.command({ command: 'pin', name: 'reservläge', by: 'it-1' });
    copy.send({ at: TEN + 300 * HOUR, changes: [] });
    retain(TEN, TEN + 220 * HOUR);
    expect(keysOf()).toEqual(['R/1']);
    copy.command({ command: 'unpin', name: 'reservläge', by: 'it-1' });
    retain(TEN, TEN + 220 * HOUR);
    expect(keysOf()).toEqual([]);
  });

  it('a patient who is still here is never dropped, however old the stay', () => {
    copy.say(stay(ANNA, 'admit', { unit: KIR2 }, TEN), resource(ANNA, 'R/1'));
    copy.send({ at: TEN + 1_000 * HOUR, changes: [] });
    retain(TEN + 999 * HOUR, TEN + 999 * HOUR);
    expect(keysOf()).toEqual(['R/1']);
    expect(copy.reader.census(KIR2)).toHaveLength(1);
  });

  it('a clock that runs days ahead for a minute drops nothing: what is old must surely have been here so long', () => {
    declare();
    copy.send({ at: TEN, changes: [resource(ANNA, 'R/1', { text: 'first', mode: 'replace' })] });
    copy.say(stay(ANNA, 'admit', { unit: KIR2 }, TEN));
    copy.say(resource(ANNA, 'R/1', { text: 'second', mode: 'replace' }), stay(ANNA, 'discharge', {}, TEN + MINUTE));
    // The clock shows eight days later: by it all of this is out of view.
    copy.command(
      { command: 'retain', historyBefore: TEN + 120 * HOUR, dischargedBefore: TEN + 120 * HOUR, beforeSeq: 1 },
      TEN + 192 * HOUR,
    );
    copy.command({ command: 'retain', historyBefore: TEN + 120 * HOUR, dischargedBefore: TEN + 120 * HOUR });
    copy.send({ at: TEN + 2 * MINUTE, changes: [] });
    expect(versions()).toBe(2);
    expect(keysOf()).toEqual(['R/1']);
    expect(copy.chart(ANNA, TEN + 500).parts.results.entries).toMatchObject([
      { resource: { code: { text: 'first' } } },
    ]);
  });

  it('a clock that was days behind for an hour drops nothing once it is right', () => {
    copy.send({ at: TEN, changes: [resource(ANNA, 'R/1', { text: 'first', mode: 'replace' })] });
    copy.send({
      at: TEN - 240 * HOUR,
      eventAt: TEN + 1,
      changes: [resource(ANNA, 'R/1', { text: 'second', mode: 'replace' })],
    });
    copy.send({ at: TEN + HOUR, changes: [resource(ANNA, 'R/1', { text: 'third', mode: 'replace' })] });
    retain(TEN + HOUR - 72 * HOUR, TEN + HOUR - 72 * HOUR, 1);
    const versionsOf = copy.db.prepare("SELECT count(*) FROM fact WHERE key = 'R/1'").pluck();
    expect(versionsOf.get()).toBe(3);
    // What came in that hour is no answer to what was known a minute after it began.
    expect(copy.chart(ANNA, TEN + MINUTE).parts.results.entries).toMatchObject([
      { resource: { code: { text: 'first' } } },
    ]);
  });
});
