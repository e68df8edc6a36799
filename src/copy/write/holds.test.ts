// A suspect source is held, and released or left out.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ANNA, BERTIL, HOUR, LAB, MED1, MINUTE, resource, stay, TEN, TestCopy } from '../copy.fixture.ts';
import { laboratory } from '../laboratory.fixture.ts';

let copy: TestCopy;
beforeEach(() => {
  copy = new TestCopy();
});
afterEach(() => copy.close());

const { keysOf, feed, declare, fromLab } = laboratory(() => copy);

describe('§5.15 a suspect source can be held', () => {
  const hold = (more: object = {}) =>
    copy.command({ command: 'hold', source: LAB, by: 'it-1', reason: 'suspect', ...more });

  it('what comes is received and not shown, and every chart says since when', () => {
    declare();
    fromLab('R/1');
    hold();
    const heldAt = copy.wall;
    expect(fromLab('R/2', { at: heldAt + MINUTE }).outcome).toBe('held');
    expect(keysOf()).toEqual(['R/1']);
    expect(feed().heldSince).toBe(heldAt);
    expect(copy.reader.sources().find(({ source }) => source === LAB)).toMatchObject({
      holds: [{ by: 'it-1', reason: 'suspect' }],
      counts: { held: 1 },
      heard: { wallMs: copy.wall },
    });
  });

  it('the age of what is shown does not get younger by what is held', () => {
    declare();
    fromLab('R/1');
    const proof = feed().proof;
    hold();
    fromLab('R/2', { at: copy.wall + HOUR });
    expect(feed().proof).toEqual(proof);
  });

  it('released in order, everything is there as if it had never been held', () => {
    hold();
    fromLab('R/1', { eventAt: TEN });
    copy.send({ source: LAB, eventAt: TEN + 1, changes: [resource(ANNA, 'R/1', { text: 'newer', mode: 'replace' })] });
    const receivedAt = copy.wall;
    copy.command({ command: 'release', source: LAB, how: 'in-order', by: 'it-1' });
    expect(copy.chart(ANNA).parts.results.entries).toMatchObject([
      { resource: { code: { text: 'newer' } }, receivedAt },
    ]);
    expect(copy.reader.outcomes()).toEqual([]);
    expect(fromLab('R/2').outcome).toBe('applied');
  });

  it('left out, it never comes, stays told, and the source is no longer whole', () => {
    declare();
    copy.command({ command: 'full-load', source: LAB, parts: 'all-declared' });
    fromLab('R/0');
    expect(feed().fullyLoadedAt).not.toBeNull();
    hold();
    fromLab('R/1');
    copy.command({ command: 'release', source: LAB, how: 'leave-out', by: 'it-1' });
    expect(keysOf()).toEqual(['R/0']);
    expect(copy.reader.outcomes({ source: LAB })).toMatchObject([{ outcome: 'left-out' }]);
    expect(feed()).toMatchObject({ fullyLoadedAt: null, rebuiltAt: copy.wall, heldSince: null });
  });

  it('one part, or one unit, can be held alone', () => {
    copy.say(stay(BERTIL, 'admit', { unit: MED1 }, TEN));
    hold({ part: 'results', unit: MED1 });
    expect(fromLab('R/1').outcome).toBe('applied');
    expect(copy.send({ source: LAB, changes: [resource(BERTIL, 'R/2')] }).outcome).toBe('held');
    expect(copy.send({ source: LAB, changes: [resource(BERTIL, 'S/1', { part: 'orders' })] }).outcome).toBe('applied');
  });
});
