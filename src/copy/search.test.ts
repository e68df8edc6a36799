// Finding a person: by number, by name among those who are here, by name among everyone; and never a shorter list without saying so.

import { beforeEach, describe, expect, it } from 'vitest';
import type { Change } from '../domain/changes.ts';
import { limits } from '../limits.ts';
import { ANNA, declared, JOURNAL, KIR2, LAB, local, MED1, person, stay, TEN, type TestCopy } from './copy.fixture.ts';
import { onFreshCopy } from './fresh-copy.fixture.ts';

let copy: TestCopy;
onFreshCopy((fresh) => {
  copy = fresh;
});

describe('search', () => {
  const named = (id: string, family: string, given: string) =>
    person(local(id), { name: [{ family, given: [given] }] }, { identifiers: [local(id)] });
  const found = (text: string, unit?: typeof KIR2) =>
    copy.reader
      .search(text, unit === undefined ? {} : { unit })
      .hits.map(({ identity, found: how }) => [identity.id, how]);

  it('finds by exact number, with or without hyphen and century', () => {
    copy.say(person(ANNA, { name: [{ family: 'Lind' }] }));
    for (const text of ['189001019802', '18900101-9802', '900101-9802'])
      expect(found(text)).toEqual([[ANNA.id, 'number']]);
    expect(found('900101-9803')).toEqual([]);
  });

  it('a number that a set-aside message gave without saying whose it is never makes two people of one', () => {
    const other = { domain: 'unknown-authority', id: ANNA.id };
    copy.send({ outcome: 'set-aside', reason: 'a number without authority', subjects: [other] });
    expect(found(ANNA.id)).toEqual([[ANNA.id, 'number']]);
    expect(copy.reader.search(ANNA.id).hits[0]?.person).toBeNull();
    copy.say(person(ANNA, { name: [{ family: 'Lind' }] }));
    const { hits } = copy.reader.search(ANNA.id);
    expect(hits.map(({ person: who }) => who?.name?.[0]?.family)).toEqual(['Lind']);
    // Somebody of whom something is kept is never left out.
    copy.say(person(other, { name: [{ family: 'Berg' }] }));
    expect(copy.reader.search(ANNA.id).hits).toHaveLength(2);
  });

  it('finds by any word of the name, in any order, without marks, those with marks as written first', () => {
    copy.say(named('1', 'Åkesson', 'Åsa'), named('2', 'Akesson', 'Asa'), named('3', 'Lind', 'Örjan'));
    expect(found('asa ake').map(([id]) => id)).toEqual(['2', '1']);
    expect(found('Åke').map(([id]) => id)).toEqual(['1', '2']);
    expect(found('orjan li').map(([id]) => id)).toEqual(['3']);
    expect(found('rjan')).toEqual([]);
  });

  it("puts the unit's patients first, then the house's, and everyone only from three letters", () => {
    copy.say(named('1', 'Berg', 'Bo'), named('2', 'Berg', 'Eva'), named('3', 'Berg', 'Ida'));
    copy.say(
      stay(local('2'), 'admit', { unit: MED1 }, TEN, 'V2'),
      stay(local('3'), 'admit', { unit: KIR2 }, TEN, 'V3'),
    );
    expect(found('berg', KIR2)).toEqual([
      ['3', 'unit'],
      ['2', 'house'],
      ['1', 'everyone'],
    ]);
    expect(found('be', KIR2).map(([id]) => id)).toEqual(['3', '2']);
  });

  it('puts who is here with protected identity where they would stand if they were not: the order tells nothing', () => {
    const hidden = { meta: { security: [{ code: 'R' }] } };
    copy.say(
      named('1', 'Berg', 'Ada'),
      named('2', 'Berg', 'Bo'),
      person(local('2'), hidden),
      named('3', 'Berg', 'Ida'),
    );
    const absent = found('berg');
    copy.say(stay(local('2'), 'admit', { unit: MED1 }, TEN, 'V2'));
    expect(found('berg')).toEqual(absent);
    expect(found('berg', KIR2)).toEqual(absent);
    expect(found('berg', MED1)[0]).toEqual(['2', 'unit']);
    copy.say(stay(local('2'), 'admit', { unit: MED1, plannedUnit: KIR2 }, TEN + 1, 'V2'));
    expect(copy.reader.search('berg', { unit: KIR2 }).hits[0]).toMatchObject({ stay: { unit: MED1 } });
  });

  it('shows one person once, whatever numbers and sources the name stands under, and follows a change of name', () => {
    copy.command({ command: 'declare', sources: [declared(JOURNAL, 1)] });
    copy.say(person(local('1'), { name: [{ family: 'Berg' }] }, { identifiers: [local('1'), ANNA] }));
    copy.send({ source: LAB, changes: [person(ANNA, { name: [{ family: 'Berg' }] })] });
    expect(found('berg')).toEqual([[ANNA.id, 'everyone']]);
    copy.say(person(local('1'), { name: [{ family: 'Lind' }] }));
    copy.send({ source: LAB, changes: [person(ANNA, { name: [{ family: 'Lind' }] })] });
    expect(found('berg')).toEqual([]);
    expect(found('lind')).toHaveLength(1);
  });

  it('puts who has just that name before whose name only begins so', () => {
    copy.say(named('1', 'Lindberg', 'Annika'), named('2', 'Lind', 'Annika'), named('3', 'Lind', 'Anna'));
    expect(found('lind anna')).toEqual([['3', 'everyone']]);
    expect(found('anni lind').map(([id]) => id)).toEqual(['2', '1']);
    expect(found('lind').map(([id]) => id)).toEqual(['3', '2', '1']);
  });

  it('counts the letters of all words: Bo Ek is looked for among everyone, Bo alone among those who are here', () => {
    copy.say(named('1', 'Ek', 'Bo'), named('2', 'Berg', 'Bo'));
    copy.say(stay(local('2'), 'admit', { unit: KIR2 }, TEN, 'V2'));
    expect(copy.reader.search('bo ek')).toMatchObject({ hits: [{ found: 'everyone' }], isEveryoneSearched: true });
    expect(copy.reader.search('bo')).toMatchObject({ hits: [{ found: 'house' }], isEveryoneSearched: false });
    expect(copy.reader.search('189001019802').isEveryoneSearched).toBe(true);
  });

  it('says of who is not here yet where they are expected, and of nobody that they are here before they are', () => {
    copy.say(named('1', 'Berg', 'Bo'), named('2', 'Berg', 'Eva'));
    copy.say(
      stay(local('1'), 'pre-admit', { unit: KIR2 }, TEN, 'V1'),
      stay(local('2'), 'admit', { unit: KIR2 }, TEN, 'V2'),
    );
    const { hits } = copy.reader.search('berg');
    const where = new Map(
      hits.map(({ identity, stay: here, expected }) => [identity.id, [here?.unit, expected?.unit]]),
    );
    expect(where.get('1')).toEqual([undefined, KIR2]);
    expect(where.get('2')).toEqual([KIR2, undefined]);
  });

  it('what two sources say of one person is one name', () => {
    copy.command({ command: 'declare', sources: [declared(JOURNAL, 1), declared(LAB, 2)] });
    copy.say(person(ANNA, { name: [{ family: 'Lind', given: ['Karin'] }] }));
    copy.send({ source: LAB, changes: [person(ANNA, { name: [{ family: 'Omar', given: ['Karin'] }] })] });
    expect(found('lind omar')).toEqual([[ANNA.id, 'everyone']]);
    copy.send({ source: LAB, changes: [person(ANNA, { name: [{ given: ['Karin'] }] })] });
    expect(found('lind omar')).toEqual([]);
    expect(found('karin lind')).toHaveLength(1);
  });

  it('a long name is found by each of its words', () => {
    const given = Array.from({ length: 12 }, (_, no) => `Namn${'abcdefghijkl'[no]}`);
    copy.say(person(ANNA, { name: [{ family: 'von Över-Under', given }] }));
    for (const word of ['von', 'over', 'under', ...given]) expect(found(word.slice(0, 6))).toHaveLength(1);
    expect(found(given.toReversed().join(' '))).toHaveLength(1);
  });

  it('nothing of a message that was set aside is found by', () => {
    copy.say(person(local('1'), { name: [{ family: 'Berg' }] }));
    const refused: Change = { kind: 'merge', survivor: local('1'), subsumed: local('1') };
    expect(copy.say(person(local('1'), { name: [{ family: 'Omar' }] }), refused).outcome).toBe('set-aside');
    expect([found('omar'), found('berg')].map(({ length }) => length)).toEqual([0, 1]);
  });

  describe('when more people fit than can be shown', () => {
    const many = limits.searchNamesReadMax + 20;
    beforeEach(() => {
      const everyone = Array.from({ length: many }, (_, no) => named(`${1_000 + no}`, 'Åkesson', `Ida${no % 7}`));
      copy.say(
        ...everyone,
        named('5000', 'Akesson', 'Bo'),
        named('5001', 'Åke', 'Eva'),
        named('5002', 'Åkesson', 'Bo'),
      );
      copy.say(
        stay(local(`${1_000 + many - 1}`), 'admit', { unit: MED1 }, TEN, 'V1'),
        stay(local(`${1_000 + many - 2}`), 'admit', { unit: KIR2 }, TEN, 'V2'),
      );
    });

    it('the answer says that it is cut, and those who are here are never among the missing', () => {
      const { hits, isCut } = copy.reader.search('ake', { unit: KIR2 });
      expect([hits.length, isCut]).toEqual([limits.searchHitsMax, true]);
      expect(hits.slice(0, 3).map(({ identity, found: how }) => [identity.id, how])).toEqual([
        [`${1_000 + many - 2}`, 'unit'],
        [`${1_000 + many - 1}`, 'house'],
        ['5000', 'everyone'],
      ]);
    });

    it('as written and whole words are found before the bound is reached', () => {
      const best = (text: string) => copy.reader.search(text).hits.find((hit) => hit.found === 'everyone')?.identity.id;
      expect(best('akesson')).toBe('5000');
      expect(best('åke')).toBe('5001');
    });

    it('another word, and the answer is whole', () => {
      const { hits, isCut } = copy.reader.search('åkesson bo');
      expect(hits.map(({ identity }) => identity.id)).toEqual(['5002', '5000']);
      expect(isCut).toBe(false);
    });

    it('exactly as many as can be shown is not cut', () => {
      const limit = copy.reader.search('ida3').hits.length;
      expect(limit).toBeLessThanOrEqual(limits.searchHitsMax);
      const of = (most: number) => copy.reader.search('åkesson bo', { limit: most }).isCut;
      expect([of(1), of(2), of(3)]).toEqual([true, false, false]);
    });
  });
});
