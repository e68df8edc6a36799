// *Inga kända* is the most dangerous thing a copy can say: who stated it must still stand by it, and nothing newer may have been
// said to the contrary, in whichever order the messages came (c3.1, c3.2, hazard H4).

import type { FhirResource } from 'fhir/r4';
import { describe, expect, it } from 'vitest';
import type { Change, PartSnapshotChange, ResourceChange } from '../../domain/changes.ts';
import { ANNA, declared, JOURNAL, MINUTE, resource, TEN, type TestCopy } from '../copy.fixture.ts';
import { onFreshCopy } from '../fresh-copy.fixture.ts';

let copy: TestCopy;
onFreshCopy((fresh) => {
  copy = fresh;
  copy.command({ command: 'declare', sources: [declared(JOURNAL, 1, ['allergies', 'other'])] });
});

const penicillin = (rest: Partial<ResourceChange> = {}): Change =>
  resource(ANNA, 'A/p', { part: 'allergies', mode: 'replace', text: 'Penicillin', ...rest });
const deleted = penicillin({ mode: 'withdraw', state: 'deleted' });
const none = (statedBy?: string): PartSnapshotChange => ({
  kind: 'part-snapshot',
  subject: ANNA,
  part: 'allergies',
  keys: [],
  statedNone: true,
  scope: 'statement',
  ...(statedBy === undefined ? {} : { statedBy }),
});
const unknown: PartSnapshotChange = { ...none(), statedNone: false };
const denial = (key = 'AllergyIntolerance/a', extra: object = {}, rest: Partial<ResourceChange> = {}): Change =>
  resource(ANNA, key, {
    part: 'allergies',
    mode: 'replace',
    keyScope: 'source',
    resource: {
      resourceType: 'AllergyIntolerance',
      patient: {},
      code: { coding: [{ system: 'http://snomed.info/sct', code: '716186003' }] },
      ...extra,
    } as FhirResource,
    ...rest,
  });
const list = (reason: string, status = 'current'): Change =>
  resource(ANNA, 'List/l', {
    part: 'other',
    mode: status === 'entered-in-error' ? 'withdraw' : 'replace',
    keyScope: 'source',
    resource: {
      resourceType: 'List',
      status,
      mode: 'snapshot',
      code: { coding: [{ code: '48765-2' }] },
      emptyReason: { coding: [{ code: reason }] },
    } as FhirResource,
  });
const coded = (code: string) => ({ coding: [{ code }] });
const stated = (): number => copy.chartOrNull(ANNA)?.parts.allergies.statedNone.length ?? 0;
/** Each change at its minute of event time. */
const play = (...steps: readonly (readonly [minute: number, change: Change])[]): void => {
  for (const [minute, change] of steps) copy.send({ eventAt: TEN + minute * MINUTE, changes: [change] });
};

describe('c3.1 H4 a denial is never older than something said', () => {
  it.each<readonly [string, readonly (readonly [number, Change])[]]>([
    [
      'it comes late, and the allergy is then deleted',
      [
        [3, penicillin()],
        [2, none()],
        [4, deleted],
      ],
    ],
    [
      'it comes after the allergy and its deletion',
      [
        [3, penicillin()],
        [4, deleted],
        [2, none()],
      ],
    ],
    [
      'the same allergy is said again after it',
      [
        [1, penicillin()],
        [2, none()],
        [3, penicillin()],
        [4, deleted],
      ],
    ],
    [
      'it comes before',
      [
        [2, none()],
        [3, penicillin()],
        [4, deleted],
      ],
    ],
    [
      'it was said before and comes late too',
      [
        [1, none()],
        [3, penicillin()],
        [2, none()],
        [4, deleted],
      ],
    ],
    [
      'it is a line of its own',
      [
        [3, penicillin()],
        [2, denial()],
        [4, deleted],
      ],
    ],
    [
      'it is a line of its own, last',
      [
        [3, penicillin()],
        [4, deleted],
        [2, denial()],
      ],
    ],
    [
      'it is a List',
      [
        [3, penicillin()],
        [4, deleted],
        [2, list('nilknown')],
      ],
    ],
    [
      'somebody says later that it is unknown',
      [
        [2, none()],
        [3, unknown],
      ],
    ],
    [
      'somebody has already said that it is unknown',
      [
        [3, unknown],
        [2, none()],
      ],
    ],
    [
      'the deletion alone is known',
      [
        [4, deleted],
        [2, none()],
      ],
    ],
  ])('no known allergies does not stand when %s', (_when, steps) => {
    play(...steps);
    expect(stated()).toBe(0);
  });

  it('a denial newer than all of it stands, and one of the very message that deletes', () => {
    play([3, penicillin()], [4, deleted], [5, none()]);
    expect(stated()).toBe(1);
    copy.send({ eventAt: TEN + 6 * MINUTE, changes: [penicillin()] });
    expect(stated()).toBe(0);
    copy.send({ eventAt: TEN + 7 * MINUTE, changes: [deleted, denial()] });
    expect(stated()).toBe(1);
  });

  it('a denial in the same message as an allergy does not stand, whichever comes first', () => {
    copy.send({ eventAt: TEN, changes: [denial(), penicillin()] });
    copy.send({ eventAt: TEN + MINUTE, changes: [penicillin(), denial()] });
    expect(stated()).toBe(0);
  });
});

describe('c3.1 H4 a denial stands only while what stated it stands', () => {
  it.each<readonly [string, Change]>([
    ['entered in error', denial(undefined, { verificationStatus: coded('entered-in-error') }, { mode: 'withdraw' })],
    ['refuted', denial(undefined, { verificationStatus: coded('refuted') }, { mode: 'withdraw', state: 'deleted' })],
    ['resolved', denial(undefined, { clinicalStatus: coded('resolved') })],
    ['inactive', denial(undefined, { clinicalStatus: coded('inactive') })],
    ['unconfirmed', denial(undefined, { verificationStatus: coded('unconfirmed') })],
    ['deleted', { kind: 'withdraw-key', key: 'AllergyIntolerance/a' }],
    ['replaced by an allergy', penicillin({ key: 'AllergyIntolerance/a' })],
    ['replaced by "not asked"', denial(undefined, { code: { text: 'Ej tillfrågad' } })],
    ['no longer in the whole list', { ...unknown, scope: 'list' }],
  ])('the same line is then %s', (_how, change) => {
    play([1, denial()]);
    expect(stated()).toBe(1);
    play([2, change]);
    expect(stated()).toBe(0);
    // What is older cannot bring it back.
    play([1, denial()]);
    expect(stated()).toBe(0);
  });

  it.each<readonly [string, Change]>([
    ['not asked', list('notasked')],
    ['entered in error', list('nilknown', 'entered-in-error')],
    ['retired', list('nilknown', 'retired')],
    ['deleted', { kind: 'withdraw-key', key: 'List/l' }],
  ])('the List is then %s', (_how, change) => {
    play([1, list('nilknown')]);
    expect(stated()).toBe(1);
    play([2, change]);
    expect(stated()).toBe(0);
  });

  it('a second line that says the same stands by itself', () => {
    play(
      [1, denial()],
      [1, denial('AllergyIntolerance/b')],
      [2, { kind: 'withdraw-key', key: 'AllergyIntolerance/a' }],
    );
    expect(stated()).toBe(1);
    play([3, { kind: 'withdraw-key', key: 'AllergyIntolerance/b' }]);
    expect(stated()).toBe(0);
  });

  it('a line taken back by its own number takes back the denial it stated (IAM-7)', () => {
    play([1, none('AllergyIntolerance/id:N1')], [2, penicillin({ key: 'AllergyIntolerance/id:N1', mode: 'withdraw' })]);
    expect(stated()).toBe(0);
  });

  it('an earlier moment is read as it was known then', () => {
    play([1, denial()]);
    const before = copy.wall;
    play([2, { kind: 'withdraw-key', key: 'AllergyIntolerance/a' }]);
    expect(copy.chart(ANNA, before).parts.allergies.statedNone).toHaveLength(1);
    expect(stated()).toBe(0);
  });

  it('a full load that no longer has the line leaves the denial in doubt', () => {
    play([1, denial()]);
    copy.say({ kind: 'full-load', phase: 'begin', parts: ['allergies'] });
    copy.say({ kind: 'full-load', phase: 'end', parts: ['allergies'] });
    expect(stated()).toBe(0);
    play([9, denial()]);
    expect(stated()).toBe(1);
  });
});
