import { describe, expect, it } from 'vitest';
import type { Change } from '../../../domain/changes.ts';
import { event, header, KARIN, pid, read, withDialect } from './adt-fixture.ts';

const SNAPSHOTS = withDialect({ allergies: 'snapshot' });
const PENICILLIN = 'AL1|1|DA|J01CE02^Fenoximetylpenicillin^ATC|SV|Utslag~Andnöd|20190301';
const NUTS = 'AL1|2|FA|^Jordnötter|MO';
const NONE = 'AL1|1|MA|716186003^Inga kända överkänsligheter^SCT';

/** What a message says of allergies: lines by key, removals, and what is said of the list itself. */
function said(reading: { readonly changes: readonly Change[] }) {
  const lists: string[] = [];
  const lines: string[] = [];
  for (const change of reading.changes) {
    if (change.kind === 'part-snapshot' && change.part === 'allergies') {
      lists.push(`${change.scope}${change.statedNone ? ' none' : ''} [${change.keys.length}]`);
    }
    if (change.kind === 'resource' && change.part === 'allergies') lines.push(`${change.mode} ${change.key}`);
  }
  return { lists, lines };
}
const ATC = 'AllergyIntolerance/http://www.whocc.no/atc|J01CE02';

describe('allergies as single statements (the default)', () => {
  it('a line is kept with substance, reactions, severity and onset as the sender wrote them', () => {
    const reading = read(event('A08', PENICILLIN));
    const [line] = reading.changes.filter((change) => change.kind === 'resource');
    expect(line?.resource).toMatchObject({
      resourceType: 'AllergyIntolerance',
      code: { text: 'Fenoximetylpenicillin', coding: [{ code: 'J01CE02' }] },
      category: ['medication'],
      criticality: 'high',
      reaction: [{ manifestation: [{ text: 'Utslag' }, { text: 'Andnöd' }], severity: 'severe' }],
      note: [{ text: 'Allvarlighetsgrad: svår' }],
      onsetDateTime: '2019-03-01',
    });
    expect(line?.at).toBe(Date.UTC(2019, 1, 28, 23));
  });

  it('c3.2 update mode: a message without AL1 says nothing of allergies', () => {
    expect(said(read(event('A08')))).toEqual({ lists: [], lines: [] });
    expect(said(read(event('A08'), SNAPSHOTS))).toEqual({ lists: [], lines: [] });
  });

  it('c3.2 update mode: new lines add, none is removed by its absence, and "none" stands no longer', () => {
    expect(said(read(event('A08', PENICILLIN, NUTS)))).toEqual({
      lists: ['statement [0]'],
      lines: [`replace ${ATC}`, 'replace AllergyIntolerance/jordnötter'],
    });
  });

  it('c3.1 three-state fields: "" in AL1 removes no line but takes back "none known", and IT is told', () => {
    const reading = read(event('A08', 'AL1|1|""|""|""'));
    expect(said(reading)).toEqual({ lists: ['statement [0]'], lines: [] });
    expect(reading.alarms).toEqual([
      { code: 'other', detail: '"" in an allergy line removes nothing: lists are not snapshots' },
    ]);
  });

  it.each([NONE, 'AL1|1||^Inga kända allergier', 'AL1|1||NKA', 'AL1|1||^no known allergies', 'IAM|1||716186003^^SCT'])(
    'only a plain statement is "none known": %s',
    (line) => {
      expect(said(read(event('A08', line)))).toEqual({ lists: ['statement none [0]'], lines: [] });
    },
  );

  it.each([
    'AL1|1||^Inga kända läkemedelsallergier',
    'AL1|1||409137002^No known drug allergy^SCT',
    'AL1|1||^Ingen information',
    'AL1|1||^Nej',
  ])('a narrower statement is a line to read, never "none": %s', (line) => {
    expect(said(read(event('A08', line)))).toMatchObject({ lists: ['statement [0]'], lines: [expect.any(String)] });
  });

  it.each([
    'AL1|1||716186003^No known allergies^SCT^91936005^Penicillin^L',
    'AL1|1||716186003^Penicillin^SCT',
    'AL1|1||716186003^^SCT||Utslag',
    'AL1|1||^Inga kända allergier|SV|Andnöd',
  ])('H4: what names something besides is a line to read, never "none": %s', (line) => {
    expect(said(read(event('A08', line)))).toMatchObject({ lists: ['statement [0]'], lines: [expect.any(String)] });
  });

  it('H4: "no known allergy" of somebody not asked takes back what was said', () => {
    const line = 'AL1|1||716186003^Ej tillfrågad^SCT';
    expect(said(read(event('A08', line)))).toEqual({ lists: ['statement [0]'], lines: [] });
  });

  it('an allergy beside "none known" stands, and the contradiction is told', () => {
    const reading = read(event('A08', NONE, PENICILLIN));
    expect(said(reading)).toEqual({ lists: ['statement [0]'], lines: [`replace ${ATC}`] });
    expect(reading.alarms).toHaveLength(1);
  });
});

describe('c3.2 update mode: action codes (IAM-6)', () => {
  const iam = (action: string, id = 'A1') => `IAM|1|DA|J01CE02^Fenoximetylpenicillin^ATC|SV|Utslag|${action}|${id}`;

  it('A and U set, D removes, X leaves, whatever the source’s dialect', () => {
    for (const source of [undefined, SNAPSHOTS]) {
      const lines = (action: string) => said(read(event('A60', iam(action)), source));
      expect(lines('A')).toEqual({ lists: ['statement [0]'], lines: ['replace AllergyIntolerance/id:A1'] });
      expect(lines('U').lines).toEqual(['replace AllergyIntolerance/id:A1']);
      expect(lines('D')).toEqual({ lists: [], lines: ['withdraw AllergyIntolerance/id:A1'] });
      expect(lines('X')).toEqual({ lists: [], lines: [] });
    }
  });

  const none = (action: string, status = '', id = 'N1') => `IAM|1||716186003^^SCT|||${action}|${id}||||||||||${status}`;

  it('H4: "no known allergy" stands for as long as its line is confirmed, and D takes it back', () => {
    expect(said(read(event('A60', none('A')))).lists).toEqual(['statement none [0]']);
    expect(said(read(event('A60', none('U', 'C')))).lists).toEqual(['statement none [0]']);
    for (const id of ['N1', '']) {
      expect(said(read(event('A60', none('D', '', id)))).lists).toEqual(['statement [0]']);
    }
  });

  it.each(['I', 'D', 'S', 'U', 'P', 'E', 'Z'])('H4: "no known allergy" with IAM-17 %s is no denial', (status) => {
    for (const source of [undefined, SNAPSHOTS]) {
      expect(said(read(event('A60', none('A', status)), source)).lists).toEqual(['statement [0]']);
    }
  });

  it('an erroneous line leaves view; suspected, inactive and intolerance are said as such (IAM-9, IAM-17)', () => {
    const line = (kind: string, status: string) => {
      const reading = read(event('A60', `${iam('A')}||${kind}||||||||${status}`));
      return reading.changes.find((change) => change.kind === 'resource');
    };
    expect(line('AL', 'E')).toMatchObject({ mode: 'withdraw', state: 'deleted' });
    expect(line('IN', 'S')?.resource).toMatchObject({
      type: 'intolerance',
      verificationStatus: { coding: [{ code: 'unconfirmed' }] },
    });
    expect(line('AL', 'I')?.resource).toMatchObject({
      type: 'allergy',
      clinicalStatus: { coding: [{ code: 'inactive' }] },
    });
  });
});

describe('allergies of a source declared to send whole lists', () => {
  it('c3.2 update mode: the list is the list, what is missing in it is removed', () => {
    expect(said(read(event('A08', PENICILLIN), SNAPSHOTS))).toEqual({ lists: ['list [1]'], lines: [`replace ${ATC}`] });
  });

  it('"" empties it without saying "none known"; a plain statement says it', () => {
    expect(said(read(event('A08', 'AL1|1|""|""'), SNAPSHOTS))).toEqual({ lists: ['list [0]'], lines: [] });
    expect(said(read(event('A08', NONE), SNAPSHOTS))).toEqual({ lists: ['list none [0]'], lines: [] });
  });

  it('an order’s allergies are never the whole list', () => {
    const order = [header('ORM^O01'), pid(KARIN), PENICILLIN, 'ORC|NW|P1', 'OBR|1|P1||NPU1^P-CRP'];
    expect(said(read(order, SNAPSHOTS))).toEqual({ lists: ['statement [0]'], lines: [`replace ${ATC}`] });
  });
});
