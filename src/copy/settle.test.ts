// What was set aside puts charts in doubt for as long as nobody knows what it said, and no longer: until a person has gone through
// it, until the source has sent everything again, or until what was cut off has come whole.

import { describe, expect, it } from 'vitest';
import type { Change } from '../domain/changes.ts';
import type { Identity } from '../domain/identity.ts';
import {
  ANNA,
  BERTIL,
  declared,
  JOURNAL,
  LAB,
  local,
  MINUTE,
  person,
  resource,
  SURELY_OLD,
  TEN,
  TestCopy,
} from './copy.fixture.ts';
import { onFreshCopy } from './fresh-copy.fixture.ts';

let copy: TestCopy;
onFreshCopy((fresh) => {
  copy = fresh;
  copy.command(
    { command: 'declare', sources: [declared(LAB, 1, ['results', 'allergies']), declared(JOURNAL, 2, ['results'])] },
    TEN,
  );
  copy.say(person(ANNA, { gender: 'female' }), person(BERTIL, { gender: 'male' }));
});

const junk = () => copy.send({ source: LAB, outcome: 'set-aside', reason: 'garbled' });
const about = (...subjects: Identity[]) =>
  copy.send({ source: LAB, outcome: 'set-aside', reason: 'garbled', type: 'ORU^R01', subjects, isOfSubjects: true });
const settle = (upTo: number, source = LAB) =>
  copy.command({ command: 'settle', source, upTo, by: 'IT-jouren', reason: 'skräp på linjen' });
const doubt = (identity = ANNA, part: 'results' | 'allergies' = 'results', asOf?: number) =>
  copy.chart(identity, asOf).parts[part].feeds.find(({ source }) => source === LAB)?.setAside;
const load = (phase: 'begin' | 'end', parts: Extract<Change, { kind: 'full-load' }>['parts'] = 'all-declared') =>
  copy.send({ source: LAB, changes: [{ kind: 'full-load', phase, parts }] });
const lab = () => copy.reader.sources().find(({ source }) => source === LAB);

describe('a person goes through what was set aside', () => {
  it('takes the doubt away up to the number named, of that source only, and says who and why', () => {
    junk();
    copy.send({ outcome: 'set-aside', reason: 'garbled' });
    settle(copy.rows.length);
    expect(doubt()).toBe(0);
    expect(copy.chart(ANNA).parts.results.feeds.find(({ source }) => source === JOURNAL)?.setAside).toBe(1);
    expect(lab()).toMatchObject({ openSetAside: 0, settled: { by: 'IT-jouren', reason: 'skräp på linjen' } });
    expect(copy.reader.outcomes({ source: LAB })).toMatchObject([{ outcome: 'set-aside', isSettled: true }]);
  });
  it('leaves what came after that number in doubt, and what is set aside later counts anew', () => {
    junk();
    const first = copy.rows.length;
    junk();
    settle(first);
    expect(doubt()).toBe(1);
    settle(first + 1);
    expect(doubt()).toBe(0);
    junk();
    expect(doubt()).toBe(1);
  });
  it('cannot be done in advance', () => {
    junk();
    settle(1_000_000);
    junk();
    expect(doubt()).toBe(1);
    expect(lab()).toMatchObject({ openSetAside: 1 });
  });
  it('can be taken back', () => {
    junk();
    settle(copy.rows.length);
    settle(0);
    expect(doubt()).toBe(1);
  });
  it('leaves the doubt at moments before it, and the same after a replay', () => {
    junk();
    const before = copy.wall;
    settle(copy.rows.length);
    expect(doubt(ANNA, 'results', before)).toBe(1);
    const replayed = new TestCopy();
    try {
      replayed.rows.push(...copy.rows);
      replayed.applyAll(2);
      expect(replayed.dump()).toBe(copy.dump());
    } finally {
      replayed.close();
    }
  });
});

describe('the source sends everything again', () => {
  it('after the fault, known whole: it is whole again', () => {
    junk();
    const before = copy.wall;
    load('begin');
    load('end');
    expect(doubt()).toBe(0);
    expect(lab()).toMatchObject({ openSetAside: 0 });
    expect(doubt(ANNA, 'results', before)).toBe(1);
    junk();
    expect(doubt()).toBe(1);
  });
  it.each<[string, () => void]>([
    ['whose beginning is not known', () => load('end')],
    [
      'in the middle of which something was set aside',
      () => {
        load('begin');
        junk();
        load('end');
      },
    ],
  ])('by a load %s: the doubt stays', (_, loads) => {
    junk();
    loads();
    expect(doubt()).toBeGreaterThan(0);
    expect(lab()?.openSetAside).toBeGreaterThan(0);
  });
  it('of one part: the others stay in doubt', () => {
    junk();
    load('begin');
    load('end', ['results']);
    expect([doubt(), doubt(ANNA, 'allergies')]).toEqual([0, 1]);
    expect(lab()).toMatchObject({ openSetAside: 1 });
  });
});

describe('what names its patients', () => {
  it('is missing in their charts, and in nobody else’s', () => {
    about(ANNA);
    expect([doubt(ANNA), doubt(BERTIL)]).toEqual([1, 0]);
    expect(copy.chart(ANNA).notices).toMatchObject([{ kind: 'set-aside-message', detail: 'ORU^R01' }]);
    expect(copy.chart(BERTIL).notices).toEqual([]);
    expect(lab()).toMatchObject({ openSetAside: 1 });
  });
  it('and perhaps somebody else puts every chart in doubt', () => {
    copy.send({ source: LAB, outcome: 'set-aside', reason: 'no usable patient identifier', subjects: [ANNA] });
    expect([doubt(ANNA), doubt(BERTIL)]).toEqual([1, 1]);
    expect(copy.chart(ANNA).notices).toMatchObject([{ kind: 'set-aside-message' }]);
  });
  it('is cleared in their charts by a person or a full load, notice and all', () => {
    about(ANNA);
    settle(copy.rows.length);
    expect([doubt(ANNA), copy.chart(ANNA).notices]).toEqual([0, []]);
    about(ANNA);
    load('begin');
    load('end');
    expect([doubt(ANNA), copy.chart(ANNA).notices]).toEqual([0, []]);
  });
  it('is not forgotten by time: a chart lacks it for as long as nobody has gone through it', () => {
    about(ANNA);
    const later = copy.wall + 100 * 60 * MINUTE;
    copy.command({ command: 'retain', historyBefore: later, dischargedBefore: 0, beforeSeq: SURELY_OLD }, later);
    expect(doubt(ANNA)).toBe(1);
    expect(copy.chart(ANNA).notices).toMatchObject([{ kind: 'set-aside-message' }]);
  });
  it('under another of the patient’s numbers is missing too', () => {
    copy.send({ changes: [person(local('7'), {}, { identifiers: [local('7'), ANNA] })] });
    about(local('7'));
    expect(doubt(ANNA)).toBe(1);
  });
  it('a merge that is refused puts both in doubt and whoever else the message named, and nobody more', () => {
    const refused = { kind: 'merge', survivor: ANNA, subsumed: ANNA } as const;
    expect(copy.send({ source: LAB, changes: [resource(BERTIL, 'R/1'), refused] }).outcome).toBe('set-aside');
    copy.say(person(local('9'), { gender: 'male' }));
    expect([doubt(ANNA), doubt(BERTIL), doubt(local('9'))]).toEqual([1, 1, 0]);
  });
});

describe('a message that was cut off', () => {
  const cutOff = (controlId: string, source = LAB) => {
    const row = {
      ...copy.receive({ source, outcome: 'set-aside', reason: 'cut off', controlId }),
      format: 'hl7v2-fragment' as const,
    };
    copy.rows[row.seq - 1] = row;
    copy.writer.applyBatch([row]);
  };
  const whole = (controlId: string, source = LAB, more = {}) => copy.send({ source, changes: [], controlId, ...more });

  it('is settled when it comes whole, also after a restart, and not before', () => {
    cutOff('77');
    const before = copy.wall;
    expect(doubt()).toBe(1);
    copy.reopen();
    whole('77');
    expect(doubt()).toBe(0);
    expect(lab()).toMatchObject({ openSetAside: 0 });
    expect(copy.reader.outcomes({ source: LAB })).toMatchObject([{ isSettled: true }]);
    expect(doubt(ANNA, 'results', before)).toBe(1);
  });
  it.each<[string, () => void]>([
    ['another control id', () => whole('78')],
    ['another source', () => whole('77', JOURNAL)],
    ['a message that is set aside itself', () => whole('77', LAB, { outcome: 'set-aside', reason: 'garbled' })],
  ])('is not settled by %s', (_, comes) => {
    cutOff('77');
    comes();
    expect(doubt()).toBeGreaterThan(0);
  });
});
