// A unit's list on the screen: no cell is ever empty, none says that there is nothing where nobody knows, and its head names the
// worst critical feed whatever combination of feeds is in doubt.

import { describe, expect, it } from 'vitest';
import {
  ago,
  type CopyChange,
  DOUBTS,
  type Doubt,
  entry,
  feed,
  feedsInDoubt,
  HOUR_MS,
  JOURNAL,
  LAB,
  MINUTE_MS,
  now,
  patientCopy,
  SOURCE_NAMES,
  stay,
} from '../chart/chart.fixture.ts';
import { patientKey, sourceId, unitId } from '../identity.ts';
import { PART_NAMES, PARTS, type PartName } from '../parts.ts';
import type { PartFeed } from '../patient-copy.ts';
import { LIST_KINDS, type ListKind } from '../unit.ts';
import type { CensusRow } from './census-row.ts';
import { composeListHead, composeListRows, composeUnitList, type UnitList, type UnitListInput } from './unit-list.ts';

const K2 = unitId('K2');

interface Given {
  readonly parts?: CopyChange['parts'];
  readonly feeds?: readonly PartFeed[];
  readonly kind?: ListKind;
  readonly row?: Partial<CensusRow>;
}

const listOf = (given: Given): UnitList => composeUnitList(inputOf(given));

function inputOf({
  parts = {},
  feeds = PART_NAMES.map((part) => feed(part)),
  kind = 'bed',
  row = {},
}: Given): UnitListInput {
  const copy = patientCopy({ parts });
  const line: CensusRow = {
    key: copy.key,
    identity: copy.identities[0]?.identity ?? { domain: '', id: '' },
    kind: 'present',
    stay: stay(),
    person: copy.person,
    isProtected: false,
    bedConflict: false,
    sourceConflict: false,
    identityConflict: false,
    severalPlaces: false,
    ...row,
  };
  return {
    unit: { id: K2, name: 'Kirurgavdelning 2', listKind: kind },
    asOf: null,
    rows: [line],
    feeds: feeds.map((one) => ({ feed: one, declaredName: one.source })),
    copyOf: () => copy,
    names: { sourceNames: SOURCE_NAMES, unitNames: {} },
    now,
  };
}

/** Everything a cell of the row says, by column. */
function saidIn({ rows, columns }: UnitList): readonly (readonly [string, readonly string[]])[] {
  const [row] = rows;
  if (row?.cells == null) throw new Error('nobody is on the list');
  const { who, cells } = row;
  return columns.map(({ name }) => {
    if (name === 'place') return [name, [who.place]];
    if (name === 'patient') return [name, [who.name, who.number, who.ageAndSex]];
    return [name, name === 'news2' ? [cells.news2.words] : cells[name].map(({ words }) => words)];
  });
}

const NOTHING = /\b(inga kända|ingen känd|ingen enligt|inget väntar|ingen registrerad|inga registrerade)\b/i;
const doubts = Object.keys(DOUBTS) as Doubt[];

describe.each(LIST_KINDS)('§5.4 on a list of kind %s', (kind) => {
  it.each(doubts)('no cell is empty and none says none while everything is %s', (doubt) => {
    const parts = Object.fromEntries(PART_NAMES.map((part) => [part, { feeds: feedsInDoubt(part, doubt) }]));
    const list = listOf({ kind, parts, feeds: PART_NAMES.flatMap((part) => feedsInDoubt(part, doubt)) });
    for (const [column, words] of saidIn(list)) {
      expect([column, words.length]).not.toEqual([column, 0]);
      for (const one of words) {
        expect([column, one]).toEqual([column, expect.stringMatching(/[\p{L}\d]/u)]);
        expect([column, one]).not.toEqual([column, expect.stringMatching(NOTHING)]);
      }
    }
    for (const { title, short } of list.columns) expect(`${title} ${short}`).toMatch(/\w.* .*\w/);
  });
});

it('a place that only an undeclared sender tells is marked as that, and others are not', () => {
  const stranger = { stay: stay({ source: sourceId('unknown:GHOST|X') }) };
  const words = 'Plats enligt okänd avsändare – kontrollera';
  const { rows } = listOf({ row: stranger });
  expect(rows[0]?.warnings[0]).toBe(words);
  expect(rows[0]?.cells?.warnings[0]).toMatchObject({ tone: 'doubt', words });
  expect(JSON.stringify(listOf({}))).not.toContain(words);
});

it('each column of a unit fed by nobody says so itself', () => {
  const { columns, header } = listOf({ feeds: [] });
  expect(columns.map(({ short }) => short)).toEqual(columns.map(() => 'Ingår inte i kopian'));
  expect(header).toEqual({ state: 'not-fed', words: 'Kopian: ingen källa matar den här enheten' });
});

it('a source that has said none is told so, in each column that may', () => {
  const statedNone = [{ source: JOURNAL, at: now.wallMs - HOUR_MS }];
  const said = new Map(saidIn(listOf({ parts: { allergies: { statedNone }, limits: { statedNone } } })));
  expect(said.get('warnings')?.[0]).toBe('Inga kända allergier');
  expect(said.get('limits')).toEqual(['ingen enligt källan']);
});

it('a limit of treatment and a life-threatening allergy stand by themselves, with what is to be asked beside', () => {
  const allergy = entry('allergies', {
    resourceType: 'AllergyIntolerance',
    code: { text: 'Penicillin' },
    criticality: 'high',
    clinicalStatus: { coding: [{ code: 'active' }] },
  });
  const [row] = listOf({
    parts: { allergies: { entries: [allergy], feeds: feedsInDoubt('allergies', 'silent') } },
  }).rows;
  expect(row?.cells?.warnings[0]).toEqual({ tone: 'danger', icon: 'allergy', words: 'Penicillin – livshotande' });
  expect(row?.cells?.warnings.map(({ words }) => words).join()).toMatch(/Allergi: tyst sedan 01:20 – fråga/);
});

it('§5.19 nothing comes next while given doses are in doubt: since when they are stands there', () => {
  for (const doubt of doubts) {
    const [row] = listOf({ parts: { 'doses-given': { feeds: feedsInDoubt('doses-given', doubt) } } }).rows;
    expect(row?.cells?.medication[0]?.words).toMatch(/^Givna doser (okända|kan )/);
  }
});

it('who has left keeps a line with the time, and no cells', () => {
  const { rows } = listOf({ row: { kind: 'discharged', stay: stay({ dischargedAt: now.wallMs - HOUR_MS }) } });
  expect(rows[0]).toMatchObject({ cells: null, who: { kindWords: 'utskriven', since: '10:20', place: '1:1' } });
});

it('two with the same family name on the unit are told apart on the line of each', () => {
  const other = { key: patientKey('other'), stay: stay({ bed: '2' }) };
  const base = listOf({});
  const rows = [base.rows[0], base.rows[0]].map((row, at) => ({ ...row, ...(at === 0 ? {} : other) }) as CensusRow);
  const { rows: lines } = composeUnitList({
    unit: { id: K2, name: 'K2', listKind: 'bed' },
    asOf: null,
    rows,
    feeds: [],
    copyOf: () => patientCopy(),
    names: {},
    now,
  });
  expect(lines.map((line) => line.cells?.warnings.map(({ words }) => words).join())).toEqual([
    expect.stringContaining('Namnlik: 1:2'),
    expect.stringContaining('Namnlik: 1:1'),
  ]);
});

it('a list made a few rows at a time is the list made at once, and its head needs no patient', () => {
  const input = inputOf({});
  const [one] = input.rows;
  if (one === undefined) throw new Error('nobody is on the list');
  const key = patientKey('other');
  const rows = [
    one,
    { ...one, key, stay: stay({ bed: '2' }) },
    { ...one, key: patientKey('third'), kind: 'discharged' as const },
  ];
  const whole = composeUnitList({ ...input, rows });
  expect([...composeListRows({ ...input, rows }, 0, 1), ...composeListRows({ ...input, rows }, 1)]).toEqual(whole.rows);
  const noPatient = () => {
    throw new Error('the head asked for a patient');
  };
  const head = composeListHead({ ...input, rows, copyOf: noPatient });
  expect({ ...head, rows: whole.rows }).toEqual(whole);
  // Who has left is not on the unit.
  expect(head.present).toBe(2);
});

it('a limit stands in the source’s own words, all of them, under a head that says what it is', () => {
  const words = '0-HLR: hjärt-lungräddning ska inte utföras. I övrigt full vård';
  const limit = entry('limits', {
    resourceType: 'Flag',
    status: 'active',
    code: { text: `Behandlingsbegränsning – ${words}` },
  });
  const said =
    listOf({ parts: { limits: { entries: [limit] } } }).rows[0]?.cells?.limits.map((line) => line.words) ?? [];
  expect(said[0]).toContain(words);
  expect(said.join()).not.toContain('Behandlingsbegränsning');
});

describe('the head of the list', () => {
  const criticality = (part: PartName): number => PARTS[part].criticality;

  it('names the worst critical feed in every pair of feeds in doubt, never the newest', () => {
    for (const one of PART_NAMES)
      for (const other of PART_NAMES) {
        if (one === other || criticality(one) >= criticality(other)) continue;
        const feeds = [
          feed(one, { source: LAB, proof: ago(26 * HOUR_MS) }),
          feed(other, { proof: ago(40 * HOUR_MS) }),
          feed('stay', { source: LAB, proof: ago(0) }),
        ];
        if (one === 'stay') continue;
        const { header } = listOf({ feeds });
        expect([one, other, header.words]).toEqual([
          one,
          other,
          `Kopian: ${PARTS[one].swedish.toLowerCase()} tyst sedan mån 16/11 09:20`,
        ]);
      }
  });

  it.each(doubts.filter((doubt) => doubt !== 'not fed'))('says of one feed that it is %s, with its state', (doubt) => {
    const feeds = [feed('stay'), ...feedsInDoubt('limits', doubt)];
    expect(listOf({ feeds }).header.words).toMatch(/^Kopian: behandlingsbegränsningar \p{L}+/u);
    expect(listOf({ feeds }).header.state).not.toBe('fresh');
  });

  it('counts the copy young only when every feed is fresh', () => {
    expect(listOf({ feeds: [feed('stay'), feed('notes')] }).header.words).toBe('Kopian 1 min gammal');
    const aging = [feed('stay'), feed('limits', { proof: ago(40 * MINUTE_MS) })];
    expect(listOf({ feeds: aging }).header).toMatchObject({
      state: 'aging',
      words: 'Kopian: behandlingsbegränsningar åldras, 10:40 (40 min)',
    });
  });
});

describe('what nobody timed', () => {
  const untimed = { effectiveDateTime: undefined };
  const potassium = (id: string, value: number, at: number, rest: object = {}) =>
    entry(
      'results',
      {
        resourceType: 'Observation',
        code: { text: 'P-Kalium', coding: [{ system: 'http://loinc.org', code: '2823-3' }] },
        valueQuantity: { value, unit: 'mmol/L' },
        ...rest,
      },
      { key: id, source: LAB, at },
    );
  const resultsOf = (...entries: readonly ReturnType<typeof entry>[]) =>
    listOf({ parts: { results: { entries } } }).rows[0]?.cells?.results.map(({ words }) => words);
  const critical = { interpretation: [{ coding: [{ code: 'HH' }] }] };

  it('is never the latest answer without saying so', () => {
    const at = now.wallMs - 20 * MINUTE_MS;
    expect(resultsOf(potassium('a', 4.1, at, untimed))).toEqual(['tid saknas, mottaget 11:00', 'inget väntar']);
    expect(resultsOf(potassium('a', 6.1, at, untimed), potassium('b', 4.1, at - HOUR_MS))).toEqual([
      'senast 10:00, kanske nyare: tid saknas, mottaget 11:00',
      'inget väntar',
    ]);
    expect(resultsOf(potassium('a', 6.1, at - 2 * HOUR_MS, untimed), potassium('b', 4.1, at - HOUR_MS))).toEqual([
      'senast 10:00',
      'inget väntar',
    ]);
  });

  it('and is critical is told also where a later one was timed before it came', () => {
    const at = now.wallMs - 20 * MINUTE_MS;
    const said = resultsOf(potassium('a', 7.1, at, { ...untimed, ...critical }), potassium('b', 4.1, at - HOUR_MS));
    expect(said?.[0]).toBe('P-Kalium 7,1\u00a0mmol/L, tid saknas, mottaget 11:00, kritiskt');
  });
});
