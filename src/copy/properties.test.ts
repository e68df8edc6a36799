// What must hold for every run of messages, not only for those we thought of: another order between sources gives the same copy,
// a replay gives the same bytes, the same said twice changes nothing, a merge undone leaves no trace.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Change, MemberChange } from '../domain/changes.ts';
import { type Identity, sourceId } from '../domain/identity.ts';
import {
  ANNA,
  BERTIL,
  declared,
  HOUR,
  JOURNAL,
  KIR2,
  LAB,
  local,
  MED1,
  MINUTE,
  person,
  resource,
  stay,
  TEN,
  TestCopy,
} from './copy.fixture.ts';

const PMI = sourceId('pmi');
const SOURCES = [JOURNAL, LAB, PMI] as const;
const PEOPLE: readonly Identity[] = [ANNA, BERTIL, local('1'), local('2')];
const RUNS = { numRuns: 40, seed: 20261122 };

interface Message {
  readonly eventAt: number;
  readonly sequence: number | null;
  readonly changes: readonly Change[];
}

const someone = fc.constantFrom(...PEOPLE);
const time = fc.integer({ min: 0, max: 6 }).map((minute) => TEN + minute * MINUTE);
const bed = fc.constantFrom('1', '2', null);

const member: fc.Arbitrary<MemberChange> = fc
  .record({
    key: fc.constantFrom('K', 'Na'),
    state: fc.constantFrom('preliminary' as const, 'final' as const, 'corrected' as const, 'withdrawn' as const),
    value: fc.option(fc.integer({ min: 1, max: 4 })),
  })
  .map(({ key, state, value }) => ({
    key,
    state,
    resource: {
      resourceType: 'Observation',
      status: 'final',
      code: { text: key },
      ...(value === null ? {} : { valueInteger: value }),
    },
  }));

const change: fc.Arbitrary<Change> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc
      .tuple(someone, fc.constantFrom('Lind', 'Berg', null))
      .map(([subject, family]) => person(subject, { name: family === null ? null : [{ family }], gender: 'female' })),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(someone, fc.uniqueArray(someone, { maxLength: 2 }))
      .map(([subject, others]) => person(subject, {}, { identifiers: [subject, ...others] })),
  },
  {
    weight: 8,
    arbitrary: fc
      .tuple(
        someone,
        fc.constantFrom(
          'admit',
          'transfer',
          'cancel-transfer',
          'discharge',
          'cancel-discharge',
          'cancel',
          'update',
          'leave',
          'return',
          'plan',
        ),
        fc.record(
          {
            unit: fc.constantFrom(KIR2, MED1),
            bed,
            class: fc.constantFrom('inpatient' as const, 'outpatient' as const),
          },
          { requiredKeys: [] },
        ),
        time,
        fc.constantFrom('V1', 'V2', null),
      )
      .map(([subject, action, fields, at, visit]) => stay(subject, action, fields, at, visit)),
  },
  {
    weight: 8,
    arbitrary: fc
      .tuple(
        someone,
        fc.constantFrom('R/1', 'R/2'),
        fc.constantFrom('merge', 'replace', 'withdraw'),
        fc.uniqueArray(member, { maxLength: 2, selector: ({ key }) => key }),
        time,
      )
      .map(([subject, key, mode, members, at]) => resource(subject, key, { mode, members, at })),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(someone, fc.constantFrom('A/1', 'A/2'), fc.boolean())
      .map(([subject, key, isServer]) =>
        resource(subject, key, { part: 'allergies', mode: 'replace', keyScope: isServer ? 'source' : 'subject' }),
      ),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(someone, fc.subarray(['A/1', 'A/2']), fc.boolean(), fc.constantFrom('list' as const, 'statement' as const))
      .map(([subject, keys, statedNone, scope]) => ({
        kind: 'part-snapshot' as const,
        subject,
        part: 'allergies' as const,
        keys,
        statedNone,
        scope,
      })),
  },
  { weight: 1, arbitrary: fc.constantFrom('A/1', 'A/2').map((key) => ({ kind: 'withdraw-key' as const, key })) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom('merge' as const, 'merge' as const, 'unmerge' as const), someone, someone)
      .map(([kind, survivor, subsumed]) => ({ kind, survivor, subsumed })),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(someone, someone, fc.constantFrom('V1', 'V2')).map(([from, to, id]) => ({
      kind: 'move-visit' as const,
      from,
      to,
      visit: { domain: 'source:journal/visit', id },
    })),
  },
  {
    weight: 1,
    arbitrary: someone.map((subject) => ({
      kind: 'merge-visit' as const,
      subject,
      survivor: { domain: 'source:journal/visit', id: 'V1' },
      subsumed: { domain: 'source:journal/visit', id: 'V2' },
    })),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('link' as const, 'unlink' as const), someone, someone)
      .map(([kind, a, b]) => ({ kind, a, b })),
  },
  { weight: 1, arbitrary: someone.map((subject) => ({ kind: 'delete-person' as const, subject })) },
);

const message: fc.Arbitrary<Message> = fc.record({
  eventAt: time,
  sequence: fc.option(fc.integer({ min: 1, max: 3 })),
  changes: fc.array(change, { minLength: 1, maxLength: 3 }),
});

/** Each source's messages in its own order, and which source speaks next. */
const run = fc.record({
  messages: fc.tuple(...SOURCES.map(() => fc.array(message, { maxLength: 12 }))),
  turns: fc.tuple(fc.infiniteStream(fc.nat()), fc.infiniteStream(fc.nat())),
});

interface Turn extends Message {
  readonly source: (typeof SOURCES)[number];
  readonly at: number;
}

/** Arrival belongs to the message: the same message arrives at the same time in both runs. */
function interleave(messages: readonly (readonly Message[])[], turns: Iterator<number>): Turn[] {
  const queues = messages.map((list, source) =>
    list.map((one, place) => ({ ...one, source: SOURCES[source] ?? JOURNAL, at: TEN + HOUR + place * 5 * MINUTE })),
  );
  const order: Turn[] = [];
  for (;;) {
    const waiting = queues.filter((queue) => queue.length > 0);
    const next = waiting[(turns.next().value ?? 0) % Math.max(waiting.length, 1)]?.shift();
    if (next === undefined) return order;
    order.push(next);
  }
}

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
  return { charts, lists, outcomes, names: copy.reader.search('lind') };
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

  it('gives the same copy byte for byte when replayed, whatever the batches', () => {
    fc.assert(
      fc.property(run, fc.integer({ min: 1, max: 50 }), ({ messages, turns: [one] }, batchSize) => {
        const order = interleave(messages, one[Symbol.iterator]());
        const replays = [1, batchSize, 1_000].map((size) =>
          withCopy((copy) => {
            copy.command({ command: 'declare', sources: [declared(LAB, 1, ['results'])] }, TEN);
            for (const turn of order) copy.receive({ ...turn });
            copy.applyAll(size);
            return { dump: copy.dump(), bytes: copy.vacuumed() };
          }),
        );
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
