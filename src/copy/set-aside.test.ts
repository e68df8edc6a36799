// What cannot be understood or applied: set aside, counted and shown, and in nobody’s way.

import { describe, expect, it } from 'vitest';
import { limits } from '../limits.ts';
import {
  ANNA,
  BERTIL,
  handleOf,
  KIR2,
  MED1,
  MINUTE,
  person,
  readTest,
  resource,
  stay,
  TEN,
  type TestCopy,
} from './copy.fixture.ts';
import { onFreshCopy } from './fresh-copy.fixture.ts';
import { laboratory } from './laboratory.fixture.ts';
import { CopyWriter } from './write/copy-writer.ts';

let copy: TestCopy;
onFreshCopy((fresh) => {
  copy = fresh;
});

const { keysOf } = laboratory(() => copy);

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
