// What a complete load of a source did not contain stays in the chart with the doubt beside it: never removed, never as if it held.

import { describe, expect, it } from 'vitest';
import type { Change } from '../../domain/changes.ts';
import type { PartName } from '../../domain/parts.ts';
import { ANNA, declared, JOURNAL, KIR2, LAB, local, resource, stay, TEN, TestCopy } from '../copy.fixture.ts';
import { onFreshCopy } from '../fresh-copy.fixture.ts';

const PARTS = ['stay', 'allergies', 'medication-orders', 'results', 'notes'] as const satisfies readonly PartName[];

let copy: TestCopy;
onFreshCopy((fresh) => {
  copy = fresh;
  copy.command({ command: 'declare', sources: [declared(JOURNAL, 1, PARTS), declared(LAB, 2, PARTS)] });
});

const load = (phase: 'begin' | 'end' | 'given-up', more: object = {}) =>
  copy.command({ command: 'full-load', source: JOURNAL, parts: 'all-declared', phase, load: '1', ...more });
const allergy = (key: string) => resource(ANNA, key, { part: 'allergies', mode: 'replace' });
const order = (key: string) => resource(ANNA, key, { part: 'medication-orders', mode: 'replace' });
const unlisted = (part: (typeof PARTS)[number], asOf?: number) =>
  copy
    .chart(ANNA, asOf)
    .parts[part].entries.filter(({ unlistedAt }) => unlistedAt !== null)
    .map(({ key }) => key);
const told = () => copy.chart(ANNA).notices.filter(({ kind }) => kind === 'not-in-full-load');
const before: readonly Change[] = [
  stay(ANNA, 'admit', { unit: KIR2, bed: '1' }, TEN),
  allergy('A/1'),
  allergy('A/2'),
  order('M/1'),
  resource(ANNA, 'R/1'),
  resource(ANNA, 'N/1', { part: 'notes' }),
];

describe('§5.4 a full load of a source', () => {
  it('leaves in doubt what it did not contain of what holds until it is ended, and says so', () => {
    copy.say(...before);
    load('begin');
    copy.say(allergy('A/1'));
    load('end');
    const endedAt = copy.wall;
    expect(unlisted('allergies')).toEqual(['A/2']);
    expect(unlisted('medication-orders')).toEqual(['M/1']);
    expect(copy.chart(ANNA).stays).toMatchObject([{ status: 'present', unlistedAt: endedAt }]);
    expect(copy.reader.census(KIR2)).toMatchObject([{ kind: 'present', stay: { unlistedAt: endedAt } }]);
    expect(told()).toMatchObject([
      { source: JOURNAL, at: endedAt, detail: 'Överkänslighet (1), Läkemedelsordinationer (1)' },
    ]);
  });

  it('removes nothing, and what has happened is not doubted for not being told again', () => {
    copy.say(...before);
    load('begin');
    load('end');
    expect(copy.chart(ANNA).parts.allergies.entries).toHaveLength(2);
    expect(unlisted('results')).toEqual([]);
    expect(unlisted('notes')).toEqual([]);
    expect(copy.chart(ANNA).parts.results.entries).toHaveLength(1);
  });

  it('doubts nothing that was said after it began, whatever came first', () => {
    load('begin');
    copy.say(...before);
    load('end');
    expect(unlisted('allergies')).toEqual([]);
    expect(copy.chart(ANNA).stays).toMatchObject([{ unlistedAt: null }]);
    expect(told()).toEqual([]);
  });

  it('is not doubted when it says the same again, word for word', () => {
    copy.say(...before);
    load('begin');
    copy.say(...before);
    load('end');
    expect(told()).toEqual([]);
    expect(copy.chart(ANNA).stays).toMatchObject([{ unlistedAt: null }]);
  });

  it('takes the doubt back as soon as the source says it again', () => {
    copy.say(...before);
    load('begin');
    load('end');
    const doubtedAt = copy.wall;
    copy.send({ changes: [allergy('A/2'), stay(ANNA, 'update', { bed: '1' }, copy.wall)], at: doubtedAt + 60_000 });
    expect(unlisted('allergies')).toEqual(['A/1']);
    expect(copy.chart(ANNA).stays).toMatchObject([{ unlistedAt: null }]);
    expect(unlisted('allergies', doubtedAt)).toEqual(['A/1', 'A/2']);
  });

  it("doubts no other source's rows, no ended stay, and no part it is not declared to feed", () => {
    copy.command({
      command: 'declare',
      sources: [declared(JOURNAL, 1, ['allergies', 'stay']), declared(LAB, 2, PARTS)],
    });
    copy.say(...before, stay(ANNA, 'discharge', {}, TEN + 1));
    copy.send({ source: LAB, changes: [allergy('A/9')] });
    load('begin');
    load('end');
    expect(unlisted('allergies')).toEqual(['A/1', 'A/2']);
    expect(unlisted('medication-orders')).toEqual([]);
    expect(copy.chart(ANNA).stays).toMatchObject([{ status: 'discharged', unlistedAt: null }]);
  });

  it.each<[string, () => void]>([
    ['whose beginning is not known', () => load('end')],
    [
      'that another one was begun in the middle of',
      () => {
        load('begin');
        load('begin', { load: '2' });
        load('end');
      },
    ],
    [
      'of which something was received before',
      () => {
        load('begin');
        load('end', { isPartial: true });
      },
    ],
    [
      'of which something could not be understood',
      () => {
        load('begin');
        copy.send({ outcome: 'set-aside', reason: 'garbled' });
        load('end');
      },
    ],
    [
      'of which something was of a type not read',
      () => {
        load('begin');
        copy.send({ outcome: 'unread', type: 'ADT^A60', subjects: [ANNA] });
        load('end');
      },
    ],
    [
      'that came while its source was held',
      () => {
        copy.command({ command: 'hold', source: JOURNAL, by: 'it-1', reason: 'suspect' });
        load('begin');
        copy.say(allergy('A/1'));
        load('end');
      },
    ],
    [
      'around a loss of part of the inbox',
      () => {
        load('begin');
        copy.command({ command: 'rebuilt', reason: 'damaged', missingFrom: null });
        load('end');
      },
    ],
    [
      'that was given up',
      () => {
        load('begin');
        load('given-up');
        load('end');
      },
    ],
  ])('%s doubts nothing', (_, loading) => {
    copy.say(...before);
    loading();
    expect(unlisted('allergies')).toEqual([]);
    expect(unlisted('medication-orders')).toEqual([]);
    expect(copy.chart(ANNA).stays).toMatchObject([{ unlistedAt: null }]);
    expect(copy.db.prepare('SELECT count(*) FROM in_load').pluck().get()).toBe(0);
  });

  it('doubts a row under the number it was said of, and a stay only when no source still says it', () => {
    copy.say(stay(ANNA, 'admit', { unit: KIR2 }, TEN), allergy('A/1'));
    copy.send({ source: LAB, changes: [stay(ANNA, 'admit', { unit: KIR2 }, TEN)] });
    load('begin');
    copy.say(resource(local('7'), 'A/1', { part: 'allergies', mode: 'replace' }));
    load('end');
    expect(unlisted('allergies')).toEqual(['A/1']);
    expect(copy.chart(ANNA).stays).toMatchObject([{ unlistedAt: null }]);
  });

  it('replays byte for byte, whatever the batches', () => {
    copy.say(...before);
    load('begin');
    copy.say(allergy('A/1'));
    copy.send({ outcome: 'set-aside', reason: 'garbled' });
    load('end');
    load('begin');
    copy.say(allergy('A/1'));
    load('end');
    load('begin');
    copy.say(allergy('A/2'));
    const whole = copy.vacuumed();
    for (const size of [1, 3, 1_000]) {
      const other = new TestCopy();
      other.rows.push(...copy.rows);
      other.applyAll(size);
      expect(other.vacuumed().equals(whole)).toBe(true);
      other.close();
    }
  });
});
