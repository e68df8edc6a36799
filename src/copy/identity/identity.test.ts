// Merges, identifier lists and links (knowledge c3.3, c3.4; hazards H11, H12; design §5.7, §5.8).

import { describe, expect, it } from 'vitest';
import type { MergeChange } from '../../domain/changes.ts';
import { type Identity, sourceId } from '../../domain/identity.ts';
import { SAMORDNINGSNUMMER } from '../../domain/identity-domains.ts';
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
  resource,
  stay,
  TEN,
  type TestCopy,
} from '../copy.fixture.ts';
import { onFreshCopy } from '../fresh-copy.fixture.ts';

let copy: TestCopy;
onFreshCopy((fresh) => {
  copy = fresh;
  copy.command({ command: 'declare', sources: [declared(JOURNAL, 1), declared(LAB, 2)] });
});

const RESERVE = local('R1');
const merge = (survivor: Identity, subsumed: Identity, kind: MergeChange['kind'] = 'merge'): MergeChange => ({
  kind,
  survivor,
  subsumed,
});
const keysOf = (identity: Identity) => copy.chart(identity).parts.results.entries.map(({ key }) => key);

describe('c3.3 merges', () => {
  it('c3.3 merge: what was received under either number is in one chart, each under its own number', () => {
    copy.say(resource(ANNA, 'R/1', { at: TEN }), resource(RESERVE, 'R/2', { at: TEN + 1 }));
    copy.say(merge(ANNA, RESERVE));
    expect(copy.chart(RESERVE).key).toBe(handleOf(ANNA));
    const { entries } = copy.chart(ANNA).parts.results;
    expect(entries.map(({ key, subject }) => [key, subject.id])).toEqual([
      ['R/2', 'R1'],
      ['R/1', ANNA.id],
    ]);
    expect(copy.chart(ANNA).identities.map(({ identity, how }) => [identity.id, how])).toEqual([
      [ANNA.id, 'head'],
      ['R1', 'merged'],
    ]);
    expect(copy.chart(ANNA).notices).toMatchObject([{ kind: 'merged' }, { kind: 'merged' }]);
  });

  it('c3.3 merge: the ward’s line tells what the person was called before, so that a mark made then is not lost', () => {
    copy.say(stay(ANNA, 'admit', { unit: KIR2, room: '3', bed: '1' }, TEN), resource(RESERVE, 'R/2'));
    expect(copy.reader.census(KIR2)[0]).not.toHaveProperty('formerKeys');
    copy.say(merge(ANNA, RESERVE));
    expect(copy.reader.census(KIR2)).toMatchObject([{ key: handleOf(ANNA), formerKeys: [handleOf(RESERVE)] }]);
  });

  it('c3.3 merge: a late result under the number that is gone reaches the survivor, from any source', () => {
    copy.say(merge(ANNA, RESERVE));
    copy.send({ source: LAB, changes: [resource(RESERVE, 'R/late')] });
    expect(keysOf(ANNA)).toEqual(['R/late']);
    expect(copy.reader.find(RESERVE)).toBe(handleOf(ANNA));
  });

  it('c3.3 merge: chains are followed, circles end', () => {
    copy.say(resource(local('A'), 'R/a'), resource(local('C'), 'R/c'));
    copy.say(merge(local('B'), local('A')));
    copy.say(merge(local('C'), local('B')));
    expect(copy.chart(local('A')).key).toBe(handleOf(local('C')));
    expect(keysOf(local('C'))).toEqual(['R/a', 'R/c']);
    copy.send({ source: LAB, changes: [merge(local('A'), local('C'))] });
    expect(keysOf(local('A'))).toEqual(['R/a', 'R/c']);
  });

  it('c3.3 merge: numbers never heard of are kept, so that what comes later finds its person', () => {
    copy.say(merge(ANNA, RESERVE));
    expect(copy.chart(RESERVE)).toMatchObject({ key: handleOf(ANNA), person: null, stays: [] });
  });

  it('c3.3 merge: of a number with itself is set aside with an alarm', () => {
    const result = copy.say(merge(ANNA, ANNA));
    expect(result).toMatchObject({ outcome: 'set-aside', alarms: [{ code: 'merge-refused' }] });
    expect(copy.reader.outcomes({ outcome: 'set-aside' })).toHaveLength(1);
  });

  it('c3.3 merge: of two patients who both are admitted is set aside with an alarm, and nothing is merged', () => {
    copy.say(stay(ANNA, 'admit', { class: 'inpatient', unit: KIR2 }, TEN, 'V1'));
    copy.say(stay(BERTIL, 'admit', { class: 'inpatient', unit: KIR2 }, TEN, 'V2'));
    const result = copy.say(person(ANNA, { gender: 'female' }), merge(ANNA, BERTIL));
    expect(result).toMatchObject({ outcome: 'set-aside', alarms: [{ code: 'merge-refused' }] });
    expect(copy.chart(ANNA).identities).toHaveLength(1);
    expect(copy.chart(ANNA).person).toBeNull();
    copy.say(stay(BERTIL, 'discharge', {}, TEN + HOUR, 'V2'));
    expect(copy.say(merge(ANNA, BERTIL)).outcome).toBe('applied');
  });

  it('c3.4 unmerge: gives both charts back exactly as they were', () => {
    copy.say(person(ANNA, { gender: 'female' }), resource(ANNA, 'R/1'), stay(ANNA, 'admit', { unit: KIR2 }, TEN));
    copy.say(person(RESERVE, { gender: 'unknown' }), resource(RESERVE, 'R/2'));
    const before = [strip(ANNA), strip(RESERVE)];
    copy.say(merge(ANNA, RESERVE));
    expect(strip(RESERVE)).not.toEqual(before[1]);
    copy.say(merge(ANNA, RESERVE, 'unmerge'));
    expect([strip(ANNA), strip(RESERVE)]).toEqual(before);
  });

  it('c3.4 unmerge: a person at IT undoes a merge, and the same old merge message does not bring it back', () => {
    copy.say(resource(ANNA, 'R/1'), resource(RESERVE, 'R/2'));
    copy.send({ eventAt: TEN, changes: [merge(ANNA, RESERVE)] });
    copy.command({ command: 'unmerge', survivor: ANNA, subsumed: RESERVE, by: 'it-1' });
    expect(keysOf(ANNA)).toEqual(['R/1']);
    copy.send({ eventAt: TEN, changes: [merge(ANNA, RESERVE)] });
    expect(keysOf(ANNA)).toEqual(['R/1']);
    expect(copy.chart(ANNA).notices.map(({ kind }) => kind)).toContain('unmerged');
  });

  it('c3.4 of merges and their undoing, said in any order, the latest stands', () => {
    copy.say(resource(ANNA, 'R/1'), resource(RESERVE, 'R/2'));
    const say = (kind: MergeChange['kind'], minute: number) =>
      copy.send({ eventAt: TEN + minute * MINUTE, changes: [merge(ANNA, RESERVE, kind)] });
    say('merge', 1);
    say('unmerge', 2);
    say('unmerge', 4);
    say('merge', 3);
    expect(keysOf(ANNA)).toEqual(['R/1']);
    say('merge', 5);
    say('merge', 7);
    say('unmerge', 6);
    expect(keysOf(ANNA).sort()).toEqual(['R/1', 'R/2']);
  });

  it('c3.3 merge: the stay kept under the old number goes on under the survivor as one stay', () => {
    copy.say(stay(RESERVE, 'admit', { unit: KIR2, bed: '1' }, TEN));
    copy.say(merge(ANNA, RESERVE));
    copy.say(stay(ANNA, 'transfer', { unit: KIR2, bed: '2' }, TEN + MINUTE));
    expect(copy.chart(ANNA).stays).toMatchObject([{ bed: '2', status: 'present' }]);
    expect(copy.reader.census(KIR2)).toHaveLength(1);
  });
});

describe('identifier lists', () => {
  it('several numbers in one list are one person', () => {
    copy.say(person(local('77'), { gender: 'female' }, { identifiers: [local('77'), ANNA] }));
    copy.send({ source: LAB, changes: [resource(ANNA, 'R/1')] });
    expect(copy.chart(local('77')).key).toBe(handleOf(ANNA));
    expect(keysOf(local('77'))).toEqual(['R/1']);
  });

  it('a personal number after a coordination number is the same person', () => {
    const coordination = { domain: SAMORDNINGSNUMMER, id: '189001619802' };
    copy.say(person(local('77'), {}, { identifiers: [local('77'), coordination] }));
    copy.say(person(local('77'), {}, { identifiers: [local('77'), coordination, ANNA] }));
    expect(copy.chart(coordination).key).toBe(handleOf(ANNA));
    expect(copy.chart(ANNA).notices).toEqual([]);
  });

  it('a number no longer in the list is no longer that person', () => {
    copy.say(person(local('77'), {}, { identifiers: [local('77'), BERTIL] }));
    copy.say(person(local('77'), {}, { identifiers: [local('77'), ANNA] }));
    expect(copy.chart(local('77')).key).toBe(handleOf(ANNA));
    expect(copy.chart(BERTIL).identities).toHaveLength(1);
  });

  it('two personal numbers are never joined by a list: both charts stay apart and say so', () => {
    copy.say(resource(ANNA, 'R/1'), person(ANNA, {}, { identifiers: [ANNA, local('77')] }));
    const result = copy.say(resource(BERTIL, 'R/2'), person(BERTIL, {}, { identifiers: [BERTIL, local('77')] }));
    expect(result).toMatchObject({ outcome: 'applied', alarms: [{ code: 'identity-conflict' }] });
    expect(copy.say(person(BERTIL, {}, { identifiers: [BERTIL, local('77')] })).alarms).toEqual([]);
    expect(keysOf(ANNA)).toEqual(['R/1']);
    expect(keysOf(BERTIL)).toEqual(['R/2']);
    for (const identity of [ANNA, BERTIL]) {
      expect(copy.chart(identity).notices.map(({ kind }) => kind)).toContain('identity-conflict');
    }
    expect(copy.chart(local('77')).key).toBe(handleOf(local('77')));
  });

  it('§5.4 what is kept under a number that is not surely the patient puts its part in doubt, and no other', () => {
    copy.command({ command: 'declare', sources: [declared(JOURNAL, 1), declared(LAB, 2, ['results', 'allergies'])] });
    const feeds = (identity: Identity, asOf?: number) => {
      const { results, allergies } = copy.chart(identity, asOf).parts;
      return [results, allergies].map(({ feeds: [feed] }) => feed?.isElsewhere ?? false);
    };
    const number: Identity = { domain: 'fhir:lab', id: 'p1' };
    copy.send({
      source: LAB,
      changes: [person(ANNA, {}, { identifiers: [ANNA, number] }), resource(number, 'R/1', { mode: 'replace' })],
    });
    expect(copy.chart(ANNA).parts.results.entries).toHaveLength(1);
    expect(feeds(ANNA)).toEqual([false, false]);
    const before = copy.wall;
    copy.send({ source: LAB, changes: [person(BERTIL, {}, { identifiers: [BERTIL, number] })] });
    expect(copy.chart(ANNA).parts.results.entries).toHaveLength(0);
    expect(feeds(ANNA)).toEqual([true, false]);
    expect(feeds(BERTIL)).toEqual([true, false]);
    expect(feeds(number)).toEqual([false, false]);
    expect(feeds(ANNA, before)).toEqual([false, false]);
  });

  it('two personal numbers in one list are not joined either', () => {
    copy.say(resource(ANNA, 'R/1'), resource(BERTIL, 'R/2'));
    expect(copy.say(person(ANNA, {}, { identifiers: [ANNA, BERTIL] })).alarms).toMatchObject([
      { code: 'identity-conflict' },
    ]);
    expect(keysOf(ANNA)).toEqual(['R/1']);
    expect(copy.chart(BERTIL).notices.map(({ kind }) => kind)).toEqual(['identity-conflict']);
  });
});

const kindsOf = (identity: Identity) => copy.chart(identity).notices.map(({ kind }) => kind);
const wordsOf = (identity: Identity) =>
  copy
    .chart(identity)
    .notices.filter(({ kind }) => kind === 'identity-conflict')
    .map(({ detail }) => detail);
const admit = (subject: Identity, bed: string, number: string | null) =>
  stay(subject, 'admit', { class: 'inpatient', unit: KIR2, bed }, TEN, number);

describe('two people who both lie in a bed (H11, H12)', () => {
  const SAM = { domain: SAMORDNINGSNUMMER, id: '189001619802' };

  it('a list never joins two numbers that both are admitted, whichever came first and from whichever source', () => {
    const listed = person(local('77'), {}, { identifiers: [local('77'), ANNA] });
    copy.say(admit(ANNA, '1', 'V1'));
    copy.say(listed);
    expect(copy.chart(local('77')).key).toBe(handleOf(ANNA));
    const result = copy.send({ source: LAB, changes: [admit(local('77'), '2', 'V2')] });
    expect(result.alarms).toMatchObject([{ code: 'identity-conflict' }]);
    for (const [one, other, bed] of [
      [ANNA, local('77'), '1'],
      [local('77'), ANNA, '2'],
    ] as const) {
      expect(copy.chart(one).key).toBe(handleOf(one));
      expect(copy.chart(one).stays.map((read) => read.bed)).toEqual([bed]);
      expect(wordsOf(one)).toEqual([`nummer inte sammanförda, båda är inskrivna: ${other.id}`]);
    }
    expect(copy.reader.census(KIR2).map((row) => [row.stay.bed, row.identityConflict])).toEqual([
      ['1', true],
      ['2', true],
    ]);
  });

  it('a list never joins an admitted personal number and an admitted coordination number', () => {
    copy.say(admit(ANNA, '1', 'V1'), admit(SAM, '2', 'V2'));
    expect(copy.say(person(ANNA, {}, { identifiers: [ANNA, SAM] })).alarms).toMatchObject([
      { code: 'identity-conflict' },
    ]);
    expect(copy.chart(SAM).key).toBe(handleOf(SAM));
    expect(kindsOf(ANNA)).toContain('identity-conflict');
  });

  it('a personal number that takes over a visit from a coordination number is the same person', () => {
    copy.say(person(SAM, { birthDate: '1890-01-01' }), admit(SAM, '1', 'V1'));
    copy.say(person(ANNA, { birthDate: '1890-01-01' }, { identifiers: [ANNA, SAM] }));
    copy.say(stay(ANNA, 'transfer', { class: 'inpatient', unit: KIR2, bed: '2' }, TEN + MINUTE, 'V1'));
    expect(copy.chart(SAM).key).toBe(handleOf(ANNA));
    expect(copy.reader.census(KIR2)).toMatchObject([{ stay: { bed: '2' }, identityConflict: false }]);
  });

  it.each([
    ['birth date', { birthDate: '1890-01-01' }, { birthDate: '1921-05-05' }],
    ['sex', { gender: 'female' }, { gender: 'male' }],
  ] as const)('a list never joins two persons whose %s differs, whoever says so', (_, one, other) => {
    copy.say(person(ANNA, one), resource(ANNA, 'R/1'));
    copy.send({ source: LAB, changes: [person(local('77'), other), resource(local('77'), 'R/2')] });
    expect(copy.say(person(ANNA, {}, { identifiers: [ANNA, local('77')] })).alarms).toMatchObject([
      { code: 'identity-conflict' },
    ]);
    expect(keysOf(ANNA)).toEqual(['R/1']);
    expect(keysOf(local('77'))).toEqual(['R/2']);
    expect(wordsOf(ANNA)).toEqual(['nummer inte sammanförda, födelsedatum eller kön skiljer: 77']);
    expect(wordsOf(local('77'))).toHaveLength(1);
  });

  it.each(['inpatient', 'emergency', 'birth', 'day-care', 'unknown', 'pre-admit'] as const)(
    'a merge by another source of two who both are present (%s) is told on both charts and not done, until one has left',
    (kind) => {
      copy.say(stay(ANNA, 'admit', { class: kind, unit: KIR2, bed: '1' }, TEN, 'V1'));
      copy.say(admit(BERTIL, '2', 'V2'));
      const result = copy.send({ source: LAB, changes: [merge(ANNA, BERTIL)] });
      expect(result.alarms).toMatchObject([{ code: 'identity-conflict' }]);
      expect(wordsOf(ANNA)).toEqual([`sammanslagning inte utförd, båda är inskrivna: ${BERTIL.id}`]);
      expect(wordsOf(BERTIL)).toEqual([`sammanslagning inte utförd, båda är inskrivna: ${ANNA.id}`]);
      expect(kindsOf(ANNA)).not.toContain('merged');
      expect(copy.reader.census(KIR2).map(({ identity }) => identity.id)).toEqual([ANNA.id, BERTIL.id]);
      copy.say(stay(BERTIL, 'discharge', {}, TEN + HOUR, 'V2'));
      expect(copy.chart(BERTIL).key).toBe(handleOf(ANNA));
      expect(kindsOf(ANNA)).toEqual(['merged', 'merged']);
    },
  );

  it('a merge by the same source of an emergency patient and an inpatient is set aside', () => {
    copy.say(stay(ANNA, 'register', { class: 'emergency', unit: KIR2 }, TEN, 'V1'), admit(BERTIL, '2', 'V2'));
    expect(copy.say(merge(ANNA, BERTIL))).toMatchObject({ outcome: 'set-aside', alarms: [{ code: 'merge-refused' }] });
  });

  it('an outpatient visit nobody has ended holds up no merge', () => {
    copy.say(stay(RESERVE, 'register', { class: 'outpatient', unit: MED1 }, TEN, 'V1'), admit(ANNA, '1', 'V2'));
    copy.send({ source: LAB, changes: [merge(ANNA, RESERVE)] });
    expect(copy.chart(RESERVE).key).toBe(handleOf(ANNA));
  });

  it('a number that lies in a bed under another number of its list is not merged with one in another bed', () => {
    copy.say(person(ANNA, {}, { identifiers: [ANNA, local('77')] }), admit(local('77'), '1', 'V1'));
    copy.say(admit(BERTIL, '2', 'V2'));
    copy.send({ source: LAB, changes: [merge(ANNA, BERTIL)] });
    expect(copy.chart(local('77')).key).toBe(handleOf(ANNA));
    expect(copy.chart(BERTIL).key).toBe(handleOf(BERTIL));
  });

  it('merges in a circle of three, two of them in beds, keep those two apart', () => {
    copy.say(admit(local('A'), '1', 'V1'), admit(local('B'), '2', 'V2'));
    for (const [survivor, subsumed] of [
      ['B', 'A'],
      ['C', 'B'],
      ['A', 'C'],
    ] as const) {
      copy.send({ source: LAB, changes: [merge(local(survivor), local(subsumed))] });
    }
    expect(copy.chart(local('A')).stays).toHaveLength(1);
    expect(copy.chart(local('B')).stays).toHaveLength(1);
    expect(copy.chart(local('C')).key).toBe(copy.chart(local('B')).key);
    expect(kindsOf(local('A'))).toContain('identity-conflict');
    expect(kindsOf(local('B'))).toContain('identity-conflict');
  });

  it('what a sender nobody has declared says of who is who is told and never followed', () => {
    const stranger = sourceId('unknown:X|Y');
    copy.say(resource(ANNA, 'R/1'), resource(RESERVE, 'R/2'), resource(local('77'), 'R/3'));
    const merged = copy.send({ source: stranger, changes: [merge(ANNA, RESERVE)] });
    expect(merged.alarms).toMatchObject([{ code: 'identity-conflict' }]);
    copy.send({ source: stranger, changes: [person(ANNA, {}, { identifiers: [ANNA, local('77')] })] });
    expect(keysOf(ANNA)).toEqual(['R/1']);
    expect(wordsOf(ANNA).sort()).toEqual([
      'nummer inte sammanförda, avsändaren är okänd: 77',
      'sammanslagning inte utförd, avsändaren är okänd: R1',
    ]);
    expect(wordsOf(RESERVE)).toEqual([`sammanslagning inte utförd, avsändaren är okänd: ${ANNA.id}`]);
  });
});

describe('one person in several places', () => {
  it('has a line for each place, with a flag, and the chart tells them', () => {
    copy.say(admit(ANNA, '1', 'V1'));
    copy.send({ source: LAB, changes: [admit(ANNA, '2', 'V2')] });
    copy.send({ source: LAB, changes: [stay(ANNA, 'admit', { class: 'emergency', unit: MED1 }, TEN, 'V3')] });
    expect(copy.reader.census(KIR2).map(({ stay: { bed }, severalPlaces }) => [bed, severalPlaces])).toEqual([
      ['1', true],
      ['2', true],
    ]);
    expect(copy.reader.census(MED1)).toMatchObject([{ severalPlaces: true }]);
    expect(copy.reader.units().map(({ counts }) => counts.present)).toEqual([1, 1]);
    const told = copy.chart(ANNA).notices.map(({ detail }) => detail);
    expect(told.filter((detail) => detail.includes('flera platser'))).toHaveLength(1);
    expect(told.join()).toContain('KIR2 2');
  });

  it("two systems' own visits in one bed are one place and one line", () => {
    copy.say(admit(ANNA, '1', 'V1'));
    copy.send({ source: LAB, changes: [admit(ANNA, '1', 'V2')] });
    expect(copy.reader.census(KIR2)).toMatchObject([{ severalPlaces: false }]);
    expect(kindsOf(ANNA)).toEqual([]);
  });
});

describe('links and deletion', () => {
  it('A24: a link is told and never acted on, and ends with A37', () => {
    copy.say(resource(ANNA, 'R/1'), resource(BERTIL, 'R/2'));
    copy.say({ kind: 'link', a: ANNA, b: BERTIL });
    expect(keysOf(ANNA)).toEqual(['R/1']);
    expect(copy.chart(ANNA).notices).toMatchObject([{ kind: 'linked', detail: BERTIL.id }]);
    copy.say({ kind: 'unlink', a: ANNA, b: BERTIL });
    expect(copy.chart(ANNA).notices).toEqual([]);
  });

  it('A29: a deleted person leaves lists and search, and is kept', () => {
    copy.say(person(ANNA, { name: [{ family: 'Lind' }] }), stay(ANNA, 'admit', { unit: KIR2 }, TEN));
    copy.say({ kind: 'delete-person', subject: ANNA });
    expect(copy.reader.census(KIR2)).toEqual([]);
    expect(copy.reader.search('lind').hits).toEqual([]);
    expect(copy.chart(ANNA)).toMatchObject({ isDeleted: true, person: { name: [{ family: 'Lind' }] } });
  });
});

describe('fields of several sources', () => {
  it('the source of better rank is believed, whatever comes last, and the difference is told', () => {
    copy.command({ command: 'declare', sources: [declared(LAB, 2), declared(JOURNAL, 1)] });
    copy.send({ changes: [person(ANNA, { birthDate: '1890-01-01', name: [{ family: 'Lind', given: ['Anna'] }] })] });
    copy.send({
      source: LAB,
      changes: [person(ANNA, { birthDate: '1890-01-02', name: [{ family: 'LIND', given: ['ANNA'] }] })],
    });
    const chart = copy.chart(ANNA);
    expect(chart.person?.birthDate).toBe('1890-01-01');
    const said = [
      { source: JOURNAL, at: TEN + 3_000, value: '1890-01-01' },
      { source: LAB, at: TEN + 4_000, value: '1890-01-02' },
    ];
    expect(chart.personConflicts).toEqual([{ element: 'birthDate', said }]);
    expect(chart.notices).toMatchObject([{ kind: 'source-conflict', at: TEN + 4_000, detail: 'birthDate', said }]);
  });

  it('one source that marks protected identity is enough', () => {
    copy.send({ changes: [person(ANNA, { gender: 'female' })] });
    copy.send({ source: LAB, changes: [person(ANNA, { meta: { security: [{ code: 'sekretessmarkering' }] } })] });
    expect(copy.chart(ANNA).isProtected).toBe(true);
  });
});

function strip(identity: Identity) {
  const { sequence: _, notices: __, ...chart } = copy.chart(identity);
  return chart;
}
