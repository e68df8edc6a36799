// What people decide (hold, release, pin, retention), what feeds are known to carry, and what a crash leaves behind.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Change } from '../domain/changes.ts';
import type { PartFeed } from '../domain/patient-copy.ts';
import type { Received } from '../domain/received.ts';
import { limits } from '../limits.ts';
import {
  ANNA,
  BERTIL,
  declared,
  HOUR,
  handleOf,
  JOURNAL,
  KIR2,
  LAB,
  local,
  MED1,
  MINUTE,
  person,
  readTest,
  resource,
  stay,
  TEN,
  TestCopy,
} from './copy.fixture.ts';
import { CopyWriter } from './copy-writer.ts';

let copy: TestCopy;
beforeEach(() => {
  copy = new TestCopy();
});
afterEach(() => copy.close());

const keysOf = (identity = ANNA, asOf?: number) =>
  copy.chart(identity, asOf).parts.results.entries.map(({ key }) => key);
const feed = (): PartFeed => {
  const [first] = copy.chart(ANNA).parts.results.feeds;
  if (first === undefined) throw new Error('not fed');
  return first;
};
const declare = () => copy.command({ command: 'declare', sources: [declared(LAB, 1, ['results'])] });
const fromLab = (key: string, more: { at?: number; eventAt?: number } = {}) =>
  copy.send({ source: LAB, changes: [resource(ANNA, key)], ...more });

describe('§5.3 what cannot be understood is set aside, counted and shown, and blocks nothing', () => {
  it('an unread type is kept as such, and the chart says that something unread exists', () => {
    const result = copy.send({ outcome: 'unread', type: 'VXU^V04', subjects: [ANNA] });
    expect(result.outcome).toBe('unread');
    expect(copy.chart(ANNA).notices).toMatchObject([{ kind: 'unread-message', detail: 'VXU^V04' }]);
    expect(copy.reader.outcomes()).toMatchObject([{ seq: 1, outcome: 'unread', type: 'VXU^V04' }]);
  });

  it('what was not understood is set aside with its reason and never blocks what comes after it', () => {
    copy.send({ outcome: 'set-aside', reason: 'no patient', subjects: [ANNA] });
    expect(copy.chart(ANNA).notices).toMatchObject([{ kind: 'set-aside-message' }]);
    copy.say(resource(ANNA, 'R/1'));
    expect(copy.reader.outcomes()).toMatchObject([{ outcome: 'set-aside', reason: 'no patient' }]);
    expect(keysOf()).toEqual(['R/1']);
  });

  it('what a message that is set aside had begun to say is forgotten, also by the messages after it', () => {
    const here = stay(ANNA, 'admit', { unit: KIR2, bed: '3', class: 'inpatient' }, TEN);
    copy.say(person(ANNA, { gender: 'female' }), here);
    const moved = stay(ANNA, 'transfer', { unit: MED1, bed: '1' }, TEN + MINUTE);
    const refused = { kind: 'merge', survivor: ANNA, subsumed: ANNA } as const;
    expect(copy.say(person(ANNA, { gender: 'male' }), moved, refused).outcome).toBe('set-aside');
    copy.say(person(ANNA, { birthDate: '1890-01-01' }), stay(ANNA, 'update', { room: '9' }, TEN + 2 * MINUTE));
    const chart = copy.chart(ANNA);
    expect(chart.person).toMatchObject({ gender: 'female', birthDate: '1890-01-01' });
    expect(chart.stays).toMatchObject([{ unit: KIR2, room: '9', bed: '3' }]);
  });

  it('a message that breaks its reader is tried three times, set aside, and the cursor passes it', () => {
    let tries = 0;
    const writer = new CopyWriter({
      db: copy.db,
      interpret: (row, source) => {
        if (row.seq === 1) tries += 1;
        return readTest(row, source);
      },
      received: () => undefined,
      handleOf,
    });
    const rows = [copy.receive({ throws: 'always' }), copy.receive({ changes: [resource(ANNA, 'R/1')] })];
    const results = writer.applyBatch(rows);
    expect(results.map(({ outcome }) => outcome)).toEqual(['set-aside', 'applied']);
    expect(results[0]?.reason).toBe('could not be applied (TypeError)');
    expect(tries).toBe(limits.applyAttemptsMax);
    expect(writer.cursor).toBe(2);
  });

  it('a message that has to be undone, in the middle of a piece, takes none of the others with it', () => {
    const refused = { kind: 'merge', survivor: ANNA, subsumed: ANNA } as const;
    const rows = [
      copy.receive({ changes: [resource(ANNA, 'R/1')] }),
      copy.receive({ changes: [resource(ANNA, 'R/2'), refused] }),
      copy.receive({ changes: [stay(BERTIL, 'cancel', {}, TEN)] }),
      copy.receive({ changes: [resource(ANNA, 'R/4')] }),
    ];
    const outcomes = copy.writer.applyBatch(rows).map(({ outcome }) => outcome);
    expect(outcomes).toEqual(['applied', 'set-aside', 'waiting', 'applied']);
    expect(keysOf()).toEqual(['R/1', 'R/4']);
    expect(copy.chart(ANNA).notices).toMatchObject([{ kind: 'set-aside-message' }]);
  });

  it('an alarm of an applied message is kept for IT', () => {
    copy.send({ changes: [resource(ANNA, 'R/1')], alarms: [{ code: 'mojibake', detail: 'field 5' }] });
    expect(copy.reader.outcomes()).toMatchObject([{ outcome: 'applied', alarms: [{ code: 'mojibake' }] }]);
  });
});

describe('a crash', () => {
  const writerThatFailsAt = (seq: number, error: () => never) =>
    new CopyWriter({
      db: copy.db,
      interpret: (row, source) => (row.seq === seq ? error() : readTest(row, source)),
      received: () => undefined,
      handleOf,
    });
  const diskFails = (): never => {
    throw Object.assign(new Error('disk'), { code: 'SQLITE_IOERR' });
  };
  const rows = (): Received[] => ['R/1', 'R/2', 'R/3'].map((key) => copy.receive({ changes: [resource(ANNA, key)] }));

  it('inside a batch leaves cursor and rows together, and nothing is set aside for a fault of the disk', () => {
    const batch = rows();
    const writer = writerThatFailsAt(3, diskFails);
    expect(() => writer.applyBatch(batch)).toThrow('disk');
    expect(writer.cursor).toBe(0);
    expect(copy.db.prepare('SELECT count(*) FROM fact').pluck().get()).toBe(0);
    copy.reopen();
    expect(copy.writer.cursor).toBe(0);
    expect(copy.writer.applyBatch(batch).map(({ outcome }) => outcome)).toEqual(['applied', 'applied', 'applied']);
    expect(keysOf()).toEqual(['R/1', 'R/2', 'R/3']);
  });

  it('a message that ends the program each time is set aside after the third, with what came before and after it kept', () => {
    const batch = rows();
    const dies = 2;
    for (let crash = 0; crash <= limits.applyAttemptsMax; crash += 1) {
      const writer = writerThatFailsAt(dies, diskFails);
      const rest = batch.filter(({ seq }) => seq > writer.cursor);
      expect(() => writer.applyBatch(rest)).toThrow();
    }
    expect(keysOf()).toEqual(['R/1']);
    const after = writerThatFailsAt(dies, diskFails);
    const results = after.applyBatch(batch.filter(({ seq }) => seq > after.cursor));
    expect(results.map(({ outcome }) => outcome)).toEqual(['set-aside', 'applied']);
    expect(keysOf()).toEqual(['R/1', 'R/3']);
    expect(copy.db.prepare('SELECT count(*) FROM attempt').pluck().get()).toBe(0);
  });

  it('rows with a gap are refused: applying on would lose one silently', () => {
    const [first, , third] = rows();
    if (first === undefined || third === undefined) throw new Error('no rows');
    copy.writer.applyBatch([first]);
    expect(() => copy.writer.applyBatch([third])).toThrow('stands at 1');
    expect(copy.writer.cursor).toBe(1);
  });
});

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

describe('§5.15 the copy can be read as it was', () => {
  it('a feed read as of a moment is never fresher than that moment', () => {
    declare();
    fromLab('R/1', { at: TEN + MINUTE });
    fromLab('R/2', { at: TEN + MINUTE + 40_000 });
    const [then] = copy.chart(ANNA, TEN + MINUTE + 20_000).parts.results.feeds;
    expect(then?.proof?.wallMs).toBe(TEN + MINUTE);
    expect(feed().proof?.wallMs).toBe(TEN + MINUTE + 40_000);
  });

  it('a chart of the last 72 hours is read as it was, in all its parts', () => {
    const moments: { at: number; chart: unknown }[] = [];
    const steps: Change[][] = [
      [person(ANNA, { gender: 'female' }), stay(ANNA, 'admit', { unit: KIR2, bed: '1' }, TEN)],
      [resource(ANNA, 'R/1', { text: 'first', mode: 'replace' })],
      [resource(ANNA, 'R/1', { text: 'second', mode: 'replace' }), stay(ANNA, 'transfer', { unit: MED1 }, TEN + HOUR)],
      [resource(local('9'), 'R/2'), { kind: 'merge', survivor: ANNA, subsumed: local('9') }],
      [resource(ANNA, 'R/1', { mode: 'withdraw', state: 'withdrawn' }), stay(ANNA, 'discharge', {}, TEN + 2 * HOUR)],
    ];
    for (const [hour, changes] of steps.entries()) {
      const at = TEN + hour * 10 * HOUR;
      copy.send({ at, changes });
      moments.push({ at, chart: { ...copy.chart(ANNA), asOf: at } });
    }
    copy.send({ at: TEN + 72 * HOUR, changes: [] });
    for (const { at, chart } of moments) expect(copy.chart(ANNA, at)).toEqual(chart);
    expect(copy.reader.census(KIR2, { asOf: TEN }).map(({ kind }) => kind)).toEqual(['present']);
    expect(copy.reader.census(KIR2)).toEqual([]);
    expect(copy.reader.census(MED1, { asOf: TEN + 20 * HOUR }).map(({ kind }) => kind)).toEqual(['present']);
  });
});

describe('retention', () => {
  const retain = (historyBefore: number, dischargedBefore: number) =>
    copy.command({ command: 'retain', historyBefore, dischargedBefore });
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

  it('a patient who is still here is never dropped, however old the stay', () => {
    copy.say(stay(ANNA, 'admit', { unit: KIR2 }, TEN), resource(ANNA, 'R/1'));
    copy.send({ at: TEN + 1_000 * HOUR, changes: [] });
    retain(TEN + 999 * HOUR, TEN + 999 * HOUR);
    expect(keysOf()).toEqual(['R/1']);
    expect(copy.reader.census(KIR2)).toHaveLength(1);
  });
});

describe('counts', () => {
  it('count what is in view for those who are on the unit, by part and source', () => {
    copy.say(stay(ANNA, 'admit', { unit: KIR2 }, TEN), resource(ANNA, 'R/1'), resource(ANNA, 'R/2'));
    fromLab('R/1');
    copy.send({ source: LAB, changes: [resource(ANNA, 'R/9', { mode: 'withdraw' })] });
    copy.say(resource(BERTIL, 'R/1'));
    expect(copy.reader.counts()).toEqual([
      { unit: KIR2, part: 'results', source: JOURNAL, count: 2 },
      { unit: KIR2, part: 'results', source: LAB, count: 1 },
    ]);
    expect(copy.reader.units()).toMatchObject([{ unit: KIR2, counts: { present: 1 }, bedConflicts: 0 }]);
  });
});
