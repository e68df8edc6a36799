// What a crash leaves behind.

import { describe, expect, it } from 'vitest';
import type { Received } from '../domain/received.ts';
import { limits } from '../limits.ts';
import { ANNA, handleOf, readTest, resource, type TestCopy } from './copy.fixture.ts';
import { onFreshCopy } from './fresh-copy.fixture.ts';
import { laboratory } from './laboratory.fixture.ts';
import { CopyWriter } from './write/copy-writer.ts';

let copy: TestCopy;
onFreshCopy((fresh) => {
  copy = fresh;
});

const { keysOf } = laboratory(() => copy);

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

  it('how often the program has ended in the message that comes next is told, and of no other', () => {
    const batch = rows();
    const told = (): number[] => {
      const writer = writerThatFailsAt(2, diskFails);
      const before = writer.endedInNext();
      expect(() => writer.applyBatch(batch.filter(({ seq }) => seq > writer.cursor))).toThrow();
      return [before, writer.cursor];
    };
    // First together with the others, then alone.
    expect([told(), told(), told()]).toEqual([
      [0, 0],
      [0, 1],
      [1, 1],
    ]);
    const healthy = writerThatFailsAt(-1, diskFails);
    expect(healthy.endedInNext()).toBe(2);
    healthy.applyBatch(batch.slice(1));
    expect(healthy.endedInNext()).toBe(0);
  });

  it('rows with a gap are refused: applying on would lose one silently', () => {
    const [first, , third] = rows();
    if (first === undefined || third === undefined) throw new Error('no rows');
    copy.writer.applyBatch([first]);
    expect(() => copy.writer.applyBatch([third])).toThrow('stands at 1');
    expect(copy.writer.cursor).toBe(1);
  });
});
