// A reader keeps what it has read while it is proven unchanged. What it then hands out must be what a reader without any memory
// reads at the same moment: a chart, a list or a warning that is a little old is a wrong one.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Change } from '../domain/changes.ts';
import { ANNA, BERTIL, declared, HOUR, handleOf, KIR2, MED1, person, stay, TEN, TestCopy } from './copy.fixture.ts';
import { interleave, PEOPLE, run, SOURCES } from './messages.fixture.ts';
import { CopyReader } from './read/copy-reader.ts';

const PARTS = ['results', 'allergies', 'stay', 'person'] as const;
const UNITS = [KIR2, MED1] as const;

function everythingRead(reader: CopyReader, asOf?: number): unknown {
  const options = asOf === undefined ? {} : { asOf };
  return {
    charts: PEOPLE.map((identity) => reader.patient(handleOf(identity), options)),
    cut: PEOPLE.map((identity) => reader.patient(handleOf(identity), { ...options, rowsMax: 1 })),
    neighbours: UNITS.map((unit) => reader.neighbours(unit, options)),
    heard: asOf === undefined ? reader.heard() : [],
  };
}

it('what is kept while reading is never other than what is read afresh, message by message, now and as of before', () => {
  fc.assert(
    fc.property(run, fc.infiniteStream(fc.nat({ max: 9 })), ({ messages, turns: [one] }, chances) => {
      const copy = new TestCopy();
      try {
        copy.command(
          { command: 'declare', sources: SOURCES.map((source, rank) => declared(source, rank, PARTS)) },
          TEN,
        );
        const moments: number[] = [];
        for (const turn of interleave(messages, one)) {
          copy.send({ ...turn });
          moments.push(copy.wall);
          const chance = chances.next().value ?? 0;
          // Readers come as they like; an earlier moment read in between must leave no trace in the next now.
          if (chance < 2) continue;
          if (chance === 9) {
            const ranks = SOURCES.map((source, rank) => declared(source, (rank + moments.length) % 3, PARTS));
            copy.command({ command: 'declare', sources: ranks });
          }
          const fresh = new CopyReader({ db: copy.readingDb, units: [] });
          if (chance > 6) {
            const before = moments[moments.length >> 1] ?? copy.wall;
            expect(everythingRead(copy.reader, before)).toEqual(everythingRead(fresh, before));
          }
          expect(everythingRead(copy.reader)).toEqual(everythingRead(fresh));
        }
      } finally {
        copy.close();
      }
    }),
    { numRuns: 25, seed: 20261125, endOnFailure: true },
  );
});

it('who lies on the unit is handed out again as it was, until somebody comes, leaves, moves or changes name', () => {
  const copy = new TestCopy();
  try {
    copy.say(
      person(ANNA, { name: [{ family: 'Lind' }] }),
      stay(ANNA, 'admit', { unit: KIR2, room: '1', bed: '2' }, TEN),
    );
    const bertils = (...changes: readonly Change[]) => {
      const before = copy.reader.neighbours(KIR2);
      copy.say(...changes);
      const after = copy.reader.neighbours(KIR2);
      expect(after).toEqual(new CopyReader({ db: copy.readingDb, units: [] }).neighbours(KIR2));
      expect(after.find(({ identity }) => identity.id === ANNA.id)).toBe(
        before.find(({ identity }) => identity.id === ANNA.id),
      );
      return after.filter(({ identity }) => identity.id === BERTIL.id);
    };
    expect(bertils(person(BERTIL, { name: [{ family: 'Berg' }] }))).toEqual([]);
    const lies = stay(BERTIL, 'admit', { unit: KIR2, bed: '3' }, TEN, 'V2');
    expect(bertils(lies)).toMatchObject([{ person: { name: [{ family: 'Berg' }] }, bed: '3' }]);
    expect(bertils(person(BERTIL, { name: [{ family: 'Lind' }] }))).toMatchObject([
      { person: { name: [{ family: 'Lind' }] } },
    ]);
    expect(bertils(stay(BERTIL, 'transfer', { unit: KIR2, bed: '4' }, TEN + 1, 'V2'))).toMatchObject([{ bed: '4' }]);
    expect(bertils(stay(BERTIL, 'discharge', {}, TEN + HOUR, 'V2'))).toEqual([]);
  } finally {
    copy.close();
  }
});
