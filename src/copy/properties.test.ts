// What must hold for every run of messages, not only for those we thought of: another order between sources gives the same copy,
// a replay gives the same bytes, the same said twice changes nothing, a merge undone leaves no trace.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { declared, HOUR, KIR2, LAB, MED1, MINUTE, person, TEN, TestCopy } from './copy.fixture.ts';
import { interleave, PEOPLE, run, SOURCES, someone, type Turn } from './messages.fixture.ts';

const RUNS = { numRuns: 40, seed: 20261122 };

const withCopy = <T>(use: (copy: TestCopy) => T): T => {
  const copy = new TestCopy();
  try {
    return use(copy);
  } finally {
    copy.close();
  }
};

function play(copy: TestCopy, turns: readonly Turn[]): void {
  const parts = ['results', 'allergies', 'stay', 'person'] as const;
  copy.command({ command: 'declare', sources: SOURCES.map((source, rank) => declared(source, rank, parts)) }, TEN);
  for (const turn of turns) copy.receive({ ...turn });
  copy.applyAll();
  copy.command({ command: 'tick' }, TEN + 100 * HOUR);
}

/** Everything a reader can see, without the sequence it was read at. */
function seen(copy: TestCopy): unknown {
  const charts = PEOPLE.map((identity) => {
    const chart = copy.chartOrNull(identity);
    return chart === null ? null : { ...chart, sequence: 0 };
  });
  const lists = [KIR2, MED1].map((unit) => copy.reader.census(unit));
  const outcomes = copy.reader
    .outcomes({ limit: 1_000 })
    // Whoever speaks second hears of a conflict between sources.
    .filter(({ outcome }) => outcome !== 'applied')
    .map(({ source, receivedAt, outcome, reason }) => JSON.stringify([source, receivedAt, outcome, reason]))
    .sort();
  return { charts, lists, outcomes, names: copy.reader.search('lind').hits };
}

describe('§5.18 §5.7 §5.8 any run of messages', () => {
  it('gives the same copy however the sources are interleaved, each in its own order', () => {
    fc.assert(
      fc.property(run, ({ messages, turns: [one, other] }) => {
        const first = withCopy((copy) => {
          play(copy, interleave(messages, one[Symbol.iterator]()));
          return seen(copy);
        });
        const second = withCopy((copy) => {
          play(copy, interleave(messages, other[Symbol.iterator]()));
          return seen(copy);
        });
        expect(second).toEqual(first);
      }),
      RUNS,
    );
  });

  it('gives the same copy byte for byte when replayed, whatever the batches and however often it was restarted', () => {
    fc.assert(
      fc.property(run, fc.integer({ min: 1, max: 50 }), ({ messages, turns: [one] }, batchSize) => {
        const order = interleave(messages, one[Symbol.iterator]());
        const replay = (size: number, isRestarted = false) =>
          withCopy((copy) => {
            copy.command({ command: 'declare', sources: [declared(LAB, 1, ['results'])] }, TEN);
            for (const turn of order) {
              copy.receive({ ...turn });
              // What the writer remembers between messages must never be part of what it writes.
              if (!isRestarted) continue;
              copy.applyAll(size);
              copy.reopen();
            }
            copy.applyAll(size);
            return { dump: copy.dump(), bytes: copy.vacuumed() };
          });
        const replays = [replay(1), replay(batchSize), replay(1_000), replay(1, true)];
        const [first, ...others] = replays;
        for (const { dump, bytes } of others) {
          expect(dump).toBe(first?.dump);
          expect(first?.bytes.equals(bytes)).toBe(true);
        }
      }),
      { ...RUNS, numRuns: 25 },
    );
  });

  it('is not changed by saying each message twice', () => {
    fc.assert(
      fc.property(run, ({ messages, turns: [one] }) => {
        // Two changes of one message may speak of the same thing; said again, the first would be news.
        const single = messages.map((list) => list.map((each) => ({ ...each, changes: each.changes.slice(0, 1) })));
        const order = interleave(single, one[Symbol.iterator]());
        const read = (turns: readonly Turn[]) =>
          withCopy((copy) => {
            play(copy, turns);
            return { charts: withoutNotices(copy), lists: [KIR2, MED1].map((unit) => copy.reader.census(unit)) };
          });
        expect(read(order.flatMap((turn) => [turn, turn]))).toEqual(read(order));
      }),
      RUNS,
    );
  });

  it('can be merged and unmerged without a trace', () => {
    fc.assert(
      fc.property(run, someone, someone, ({ messages, turns: [one] }, survivor, subsumed) => {
        const apart = messages.map((list) =>
          list.map((one) => ({ ...one, changes: one.changes.filter(({ kind }) => kind !== 'merge') })),
        );
        withCopy((copy) => {
          play(copy, interleave(apart, one[Symbol.iterator]()));
          const at = TEN + 100 * HOUR;
          // A merge of unknown numbers leaves them known, as it should.
          copy.say(...PEOPLE.map((identity) => person(identity, {})));
          const before = withoutNotices(copy);
          copy.send({ at, eventAt: at, changes: [{ kind: 'merge', survivor, subsumed }] });
          copy.send({ at, eventAt: at, changes: [{ kind: 'unmerge', survivor, subsumed }] });
          expect(withoutNotices(copy)).toEqual(before);
        });
      }),
      RUNS,
    );
  });
});

describe('§5.8 what is said between a merge and its undoing', () => {
  it('stands under the number it was said under, as if the merge had never been', () => {
    fc.assert(
      fc.property(run, someone, someone, fc.nat(30), ({ messages, turns: [one] }, survivor, subsumed, place) => {
        fc.pre(survivor.id !== subsumed.id);
        const ofResources = messages.map((list) =>
          list.map((each) => ({ ...each, changes: each.changes.filter(({ kind }) => OF_RESOURCES.has(kind)) })),
        );
        const order = interleave(ofResources, one[Symbol.iterator]());
        const tie = (copy: TestCopy, kind: 'merge' | 'unmerge', minute: number) =>
          copy.send({ eventAt: TEN + minute * MINUTE, changes: [{ kind, survivor, subsumed }] });
        const read = (isMerged: boolean) =>
          withCopy((copy) => {
            play(copy, order.slice(0, place));
            copy.say(...PEOPLE.map((identity) => person(identity, {})));
            if (isMerged) tie(copy, 'merge', 1);
            for (const turn of order.slice(place)) copy.receive({ ...turn });
            copy.applyAll();
            if (isMerged) tie(copy, 'unmerge', 2);
            return PEOPLE.map((identity) =>
              Object.values(copy.chart(identity).parts).map(({ entries, statedNone }) => ({ entries, statedNone })),
            );
          });
        expect(read(true)).toEqual(read(false));
      }),
      RUNS,
    );
  });
});

const OF_RESOURCES: ReadonlySet<string> = new Set(['resource', 'part-snapshot', 'withdraw-key', 'person']);

/** A merge and its undoing are told; everything else is as before, the age of the source excepted. */
const withoutNotices = (copy: TestCopy): unknown =>
  PEOPLE.map((identity) => {
    const chart = copy.chartOrNull(identity);
    if (chart === null) return [];
    const { identities, person: read, stays, parts } = chart;
    return {
      identities,
      read,
      stays,
      entries: Object.values(parts).map(({ entries, statedNone }) => ({ entries, statedNone })),
    };
  });
