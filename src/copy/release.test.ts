// Letting a held source go on: in order, in pieces that others' messages come between, and the same however it is interrupted.

import type { DiagnosticReport } from 'fhir/r4';
import { describe, expect, it } from 'vitest';
import { sourceId, unitId } from '../domain/identity.ts';
import type { PartFeed } from '../domain/patient-copy.ts';
import type { Interpreter } from '../domain/received.ts';
import { limits } from '../limits.ts';
import {
  ANNA,
  BERTIL,
  declared,
  handleOf,
  JOURNAL,
  KIR2,
  LAB,
  MED1,
  readTest,
  resource,
  type Sent,
  SURELY_OLD,
  stay,
  TEN,
  TestCopy,
} from './copy.fixture.ts';
import { onFreshCopy } from './fresh-copy.fixture.ts';
import { CopyWriter } from './write/copy-writer.ts';

let copy: TestCopy;
onFreshCopy((fresh) => {
  copy = fresh;
  copy.command({ command: 'declare', sources: [declared(LAB, 1, ['results'])] });
});

const PIECE = limits.releasePieceMessagesMax;
const HELD = PIECE * 3 + 5;

const fromLab = (number: number, more: Partial<Sent> = {}) =>
  copy.send({ source: LAB, changes: [resource(ANNA, 'R/1', { text: `${number}`, mode: 'replace' })], ...more });
const hold = (more: object = {}) =>
  copy.command({ command: 'hold', source: LAB, by: 'it-1', reason: 'suspect', ...more });
const release = (how: 'in-order' | 'leave-out' = 'in-order') =>
  copy.command({ command: 'release', source: LAB, how, by: 'it-1' });
const goOn = () => copy.command({ command: 'continue-release', source: LAB });
const holdMany = () => {
  hold();
  for (let number = 1; number <= HELD; number += 1) fromLab(number);
};
const shown = (asOf?: number) =>
  copy.chart(ANNA, asOf).parts.results.entries.map((entry) => (entry.resource as DiagnosticReport).code.text);
const feed = (): PartFeed => {
  const [first] = copy.chart(ANNA).parts.results.feeds;
  if (first === undefined) throw new Error('not fed');
  return first;
};
const heldCount = () => copy.reader.sources().find(({ source }) => source === LAB)?.counts.held;

describe('§5.15 a held source is let go on in order', () => {
  it("in pieces: another source's message is applied between them, and does not wait for them all", () => {
    holdMany();
    release();
    expect(heldCount()).toBe(HELD - PIECE);
    expect(copy.send({ source: JOURNAL, changes: [stay(BERTIL, 'admit', { unit: KIR2 }, TEN)] }).outcome).toBe(
      'applied',
    );
    expect(copy.reader.census(KIR2)).toHaveLength(1);
    expect(heldCount()).toBe(HELD - PIECE);
    goOn();
    expect(heldCount()).toBe(HELD - 2 * PIECE);
  });

  it('and a message among it that has to be undone takes nothing else with it', () => {
    const refused = { kind: 'merge', survivor: ANNA, subsumed: ANNA } as const;
    hold();
    fromLab(1);
    fromLab(2, { changes: [resource(ANNA, 'R/2'), refused] });
    fromLab(3, { changes: [resource(ANNA, 'R/3')] });
    expect(release().outcome).toBe('applied');
    expect(copy.chart(ANNA).parts.results.entries.map(({ key }) => key)).toEqual(['R/1', 'R/3']);
    expect(copy.reader.outcomes()).toMatchObject([{ outcome: 'set-aside' }]);
    expect(heldCount()).toBe(0);
  });

  it('a source renamed meanwhile is read as it was declared when it sent, and so is one declared anew', () => {
    const at = (unit: string) => declared(LAB, 1, ['results'], { units: { A1: unitId(unit) } });
    const seen: unknown[] = [];
    const interpret: Interpreter = (row, source) => {
      if (row.source === LAB) seen.push(source.units);
      return readTest(row, source);
    };
    copy.command({ command: 'declare', sources: [at('KIR2')] });
    hold();
    fromLab(1);
    copy.command({ command: 'declare', sources: [declared(sourceId('lab-2'), 1, ['results'])] });
    copy.reopen({ interpret });
    release();
    expect(shown()).toEqual(['1']);
    copy.command({ command: 'declare', sources: [at('MED1')] });
    fromLab(2);
    expect(seen).toEqual([{ A1: 'KIR2' }, { A1: 'MED1' }]);
  });

  it('and says that it is held, and being let go, until the last of it is in', () => {
    copy.say(stay(ANNA, 'admit', { unit: KIR2 }, TEN));
    holdMany();
    const heldAt = feed().heldSince;
    release();
    expect(feed()).toMatchObject({ heldSince: heldAt, isBeingReleased: true });
    expect(copy.writer.releasing()).toEqual([LAB]);
    for (let piece = 1; piece < 3; piece += 1) goOn();
    expect(feed()).toMatchObject({ heldSince: heldAt, isBeingReleased: true });
    goOn();
    expect(feed()).toMatchObject({ heldSince: null, isBeingReleased: false });
    expect(copy.writer.releasing()).toEqual([]);
    expect(copy.reader.outcomes()).toEqual([]);
  });

  it('what comes new of it waits behind what was held, so that nothing newer is overtaken', () => {
    holdMany();
    release();
    expect(fromLab(HELD + 1, { eventAt: TEN }).outcome).toBe('held');
    while (copy.writer.releasing().length > 0) goOn();
    expect(heldCount()).toBe(0);
    // Every version came after the one before it: the last held one is the newest by its own time.
    expect(shown()).toEqual([`${HELD}`]);
    expect(fromLab(HELD + 2).outcome).toBe('applied');
    expect(shown()).toEqual([`${HELD + 2}`]);
  });

  it('read as it was while it went on, the chart shows what had been let through by then', () => {
    holdMany();
    release();
    const then = copy.wall;
    copy.send({ at: then + 10_000, changes: [] });
    while (copy.writer.releasing().length > 0) goOn();
    expect(shown(then + 5_000)).toEqual([`${PIECE}`]);
    expect(copy.chart(ANNA, then + 5_000).parts.results.feeds[0]).toMatchObject({ isBeingReleased: true });
    expect(shown()).toEqual([`${HELD}`]);
  });

  it('taken hold of again in the middle, the rest stays held', () => {
    holdMany();
    release();
    hold({ reason: 'still wrong' });
    goOn();
    expect(copy.writer.releasing()).toEqual([]);
    expect(shown()).toEqual([`${PIECE}`]);
    expect(feed()).toMatchObject({ heldSince: expect.any(Number), isBeingReleased: false });
    release();
    while (copy.writer.releasing().length > 0) goOn();
    expect(shown()).toEqual([`${HELD}`]);
    expect(feed().heldSince).toBeNull();
  });

  it('one unit taken hold of in the middle stays held alone, and the release ends', () => {
    copy.say(stay(BERTIL, 'admit', { unit: MED1 }, TEN));
    hold();
    for (let number = 1; number <= PIECE * 2; number += 1) {
      const patient = number % 2 === 0 ? ANNA : BERTIL;
      copy.send({ source: LAB, changes: [resource(patient, `R/${number}`)] });
    }
    release();
    hold({ unit: MED1 });
    for (let piece = 0; piece < 3; piece += 1) goOn();
    expect(copy.writer.releasing()).toEqual([]);
    expect(heldCount()).toBe(PIECE / 2);
    expect(copy.chart(ANNA).parts.results.entries).toHaveLength(PIECE);
    expect(copy.reader.sources().find(({ source }) => source === LAB)?.holds).toMatchObject([{ unit: MED1 }]);
  });

  it('left out in the middle, the rest never comes and that is told', () => {
    holdMany();
    release();
    release('leave-out');
    expect(copy.writer.releasing()).toEqual([]);
    expect(shown()).toEqual([`${PIECE}`]);
    expect(feed()).toMatchObject({ heldSince: null, rebuiltAt: copy.wall });
  });

  it('nothing is purged before the last of it is in', () => {
    holdMany();
    release();
    const versions = () => copy.db.prepare('SELECT count(*) FROM fact').pluck().get();
    const before = versions();
    copy.command({ command: 'retain', historyBefore: copy.wall, dischargedBefore: copy.wall, beforeSeq: SURELY_OLD });
    expect(versions()).toBe(before);
  });
});

describe('a release that is interrupted', () => {
  const diskFails = (): never => {
    throw Object.assign(new Error('disk'), { code: 'SQLITE_IOERR' });
  };
  const received = (seq: number) => copy.rows.find((row) => row.seq === seq);
  const messages = () => {
    holdMany();
    release();
    copy.send({ source: JOURNAL, changes: [stay(BERTIL, 'admit', { unit: KIR2 }, TEN)] });
    fromLab(HELD + 1);
    for (let piece = 0; piece < 4; piece += 1) goOn();
  };

  it('in the middle of a piece goes on where it was, and ends as one that was not', () => {
    messages();
    const whole = copy.dump();
    const rows = [...copy.rows];
    for (const broken of [3, PIECE + 3, 2 * PIECE + 10]) {
      const other = new TestCopy();
      other.rows.push(...rows);
      const writer = new CopyWriter({
        db: other.db,
        interpret: (row, source) => (row.seq === broken ? diskFails() : readTest(row, source)),
        received: (seq) => rows.find((row) => row.seq === seq),
        handleOf,
      });
      expect(() => {
        for (const row of rows) writer.applyBatch([row]);
      }).toThrow('disk');
      other.reopen();
      other.applyAll(7);
      expect(other.dump()).toBe(whole);
      other.close();
    }
  });

  it('is replayed byte for byte, whatever the batches', () => {
    messages();
    const whole = copy.vacuumed();
    for (const size of [1, 7, 10_000]) {
      const other = new TestCopy();
      other.rows.push(...copy.rows);
      other.applyAll(size);
      expect(other.vacuumed().equals(whole)).toBe(true);
      other.close();
    }
  });

  it.each([3, PIECE + 5])(
    'by held row %i that can no longer be read goes past it, and says that it is missing',
    (lost) => {
      holdMany();
      const gone = copy.rows.filter(({ source }) => source === LAB)[lost - 1];
      copy.rows.splice(copy.rows.indexOf(gone as never), 1);
      const sent = copy.rows.length;
      const say = (command: object) => {
        const seq = sent + 2 + said++;
        const raw = Buffer.from(JSON.stringify(command));
        const arrival = { ...(gone?.arrival ?? { boot: 'test', monotonicMs: 0 }), wallMs: copy.wall + 1_000 };
        return copy.writer.applyBatch([{ seq, source: 'station' as never, format: 'command', arrival, raw }]);
      };
      let said = 0;
      say({ command: 'release', source: LAB, how: 'in-order', by: 'it-1' });
      while (copy.writer.releasing().length > 0 && said < 20) say({ command: 'continue-release', source: LAB });
      expect(said).toBe(4);
      expect(heldCount()).toBe(0);
      expect(shown()).toEqual([`${HELD}`]);
      expect(feed()).toMatchObject({ heldSince: null, isBeingReleased: false, rebuiltAt: copy.wall + 1_000 });
      expect(copy.reader.outcomes()).toMatchObject([
        { outcome: 'set-aside', seq: gone?.seq, receivedAt: gone?.arrival.wallMs, reason: 'no longer in the inbox' },
      ]);
    },
  );

  it('by a placeholder where a held row was takes it for missing, not for a command', () => {
    hold();
    fromLab(1);
    const held = copy.rows.at(-1);
    if (held !== undefined) Object.assign(held, { source: 'station', format: 'command', raw: Buffer.from('{}') });
    release();
    expect(copy.reader.outcomes()).toMatchObject([{ outcome: 'set-aside', source: LAB }]);
    copy.say(stay(ANNA, 'admit', { unit: KIR2 }, TEN));
    expect(feed().rebuiltAt).not.toBeNull();
  });

  it('by a piece that cannot be carried out stays held and ends, instead of being asked for without end', () => {
    holdMany();
    release();
    const failing = new CopyWriter({
      db: copy.db,
      interpret: readTest,
      received: () => {
        throw new Error('unreadable');
      },
      handleOf,
    });
    const row = copy.receive({});
    copy.rows.pop();
    const raw = Buffer.from(JSON.stringify({ command: 'continue-release', source: LAB }));
    expect(failing.applyBatch([{ ...row, source: 'station' as never, format: 'command', raw }])).toMatchObject([
      { outcome: 'set-aside' },
    ]);
    expect(failing.releasing()).toEqual([]);
    copy.reopen();
    expect(feed()).toMatchObject({ heldSince: expect.any(Number), isBeingReleased: false });
    expect(heldCount()).toBe(HELD - PIECE);
  });

  it('by a message that ends the program each time stays held, and says so, instead of ending it for ever', () => {
    holdMany();
    const bad = 1 + 1 + PIECE + 5;
    const writer = () =>
      new CopyWriter({
        db: copy.db,
        interpret: (row, source) => (row.seq === bad ? diskFails() : readTest(row, source)),
        received,
        handleOf,
      });
    release();
    const next = copy.receive({});
    copy.rows.pop();
    const row = {
      ...next,
      source: 'station' as never,
      format: 'command' as const,
      raw: Buffer.from(JSON.stringify({ command: 'continue-release', source: LAB })),
    };
    for (let crash = 0; crash < limits.applyAttemptsMax; crash += 1)
      expect(() => writer().applyBatch([row])).toThrow('disk');
    expect(writer().applyBatch([row])).toMatchObject([{ outcome: 'set-aside' }]);
    copy.reopen();
    expect(copy.writer.releasing()).toEqual([]);
    expect(feed()).toMatchObject({ heldSince: expect.any(Number), isBeingReleased: false });
    expect(heldCount()).toBe(HELD - PIECE);
  });
});
