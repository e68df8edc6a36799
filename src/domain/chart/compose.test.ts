// The chart's promises, each named after the invariant of design §5 that it keeps.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isTrusted, PART_STATES } from '../age.ts';
import { VALUE_STATES } from '../changes.ts';
import { sourceId, unitId } from '../identity.ts';
import { SAMORDNINGSNUMMER, VARMLAND_RESERVE } from '../identity-domains.ts';
import { NEEDED_BEFORE_STAY_MS, PART_NAMES, PARTS, type PartName } from '../parts.ts';
import type { PartFeed, PatientCopy, Stay } from '../patient-copy.ts';
import { BLOCKS } from './blocks.ts';
import {
  ago,
  DAY_MS,
  DOUBTS,
  type Doubt,
  entry,
  feed,
  feedsInDoubt,
  HOUR_MS,
  JOURNAL,
  LAB,
  member,
  NOW_MS,
  now,
  observation,
  partOf,
  patientCopy,
  SOURCE_NAMES,
  stay,
  stringsOf,
} from './chart.fixture.ts';
import type { Chart, ChartPart } from './chart.ts';
import { composeChart } from './compose.ts';
import { renderChartText } from './text.ts';

const doubts = Object.keys(DOUBTS) as readonly Doubt[];
const NONE = ['stated-none', 'none-recorded'];
const contentOf = (chart: Chart, part: PartName) => partOf(chart, part).content;

test('every part stands in exactly one block', () => {
  expect(
    Object.values(BLOCKS)
      .flatMap(({ parts }) => parts)
      .sort(),
  ).toEqual([...PART_NAMES].sort());
});

describe('§5.4 no block is ever empty without saying which', () => {
  test('none recorded: only a part that is fed, fresh and whole', () => {
    const chart = composeChart(patientCopy(), now, { sourceNames: SOURCE_NAMES });
    expect(contentOf(chart, 'notes')).toEqual({
      kind: 'empty',
      reason: 'none-recorded',
      words: 'Inga registrerade, per 11:19 (Journalen)',
    });
  });
  test.each(doubts)('a feed that is %s never says none recorded, and says what it is', (doubt) => {
    for (const part of PART_NAMES) {
      const chart = composeChart(
        patientCopy({
          stays: [],
          person: null,
          parts: {
            [part]: { feeds: feedsInDoubt(part, doubt), statedNone: [{ source: JOURNAL, at: NOW_MS - DAY_MS }] },
          },
        }),
        now,
      );
      const { content, state } = partOf(chart, part);
      expect(isTrusted(state.state)).toBe(false);
      if (content.kind === 'empty') expect(NONE).not.toContain(content.reason);
      expect(state.words).not.toBe('');
    }
  });
  test('one silent source among two is enough: the other cannot say none for both', () => {
    const chart = composeChart(
      patientCopy({
        parts: { notes: { feeds: [feed('notes'), feed('notes', { source: LAB, proof: ago(9 * HOUR_MS) })] } },
      }),
      now,
    );
    expect(contentOf(chart, 'notes')).toMatchObject({ kind: 'empty', reason: 'silent' });
  });
  test('an allergy list never received is unknown, not empty', () => {
    const chart = composeChart(patientCopy(), now);
    const content = contentOf(chart, 'allergies');
    expect(content).toMatchObject({ kind: 'empty', reason: 'unknown' });
    expect(content.kind === 'empty' && content.words).toContain('Okänt – fråga patienten');
    expect(chart.banner.chips[0]).toMatchObject({ kind: 'allergy', tone: 'doubt' });
  });
  test('no known allergies: only when a source has said so, with who and when', () => {
    const chart = composeChart(
      patientCopy({ parts: { allergies: { statedNone: [{ source: JOURNAL, at: NOW_MS - HOUR_MS }] } } }),
      now,
      { sourceNames: SOURCE_NAMES },
    );
    expect(contentOf(chart, 'allergies')).toEqual({
      kind: 'empty',
      reason: 'stated-none',
      words: 'Inga kända allergier (Journalen, 10:20, per 11:19)',
    });
  });
  test('an entry that only says "no known allergy" is a statement, not an allergy', () => {
    const resource = {
      resourceType: 'AllergyIntolerance',
      code: { coding: [{ system: 'http://snomed.info/sct', code: '716186003' }] },
    };
    const entries = [entry('allergies', resource)];
    const statedNone = [{ source: JOURNAL, at: NOW_MS - HOUR_MS }];
    const fresh = composeChart(patientCopy({ parts: { allergies: { entries, statedNone } } }), now);
    expect(contentOf(fresh, 'allergies')).toMatchObject({ reason: 'stated-none' });
    // H4: whether a denial stands is known by the copy, which has seen what was said after it; the entry alone proves nothing.
    const takenBack = composeChart(patientCopy({ parts: { allergies: { entries } } }), now);
    expect(contentOf(takenBack, 'allergies')).toMatchObject({ reason: 'unknown' });
    const silent = composeChart(
      patientCopy({
        parts: { allergies: { entries: [entry('allergies', resource)], feeds: feedsInDoubt('allergies', 'silent') } },
      }),
      now,
    );
    expect(contentOf(silent, 'allergies')).toMatchObject({ reason: 'silent' });
  });
  test('H4: a "no known allergy" that names penicillin besides is a line with both words', () => {
    const resource = {
      resourceType: 'AllergyIntolerance',
      code: {
        coding: [
          { system: 'http://snomed.info/sct', code: '716186003', display: 'No known allergy' },
          { system: 'http://snomed.info/sct', code: '91936005', display: 'Allergi mot penicillin' },
        ],
      },
    };
    const parts = { allergies: { entries: [entry('allergies', resource)] } };
    const part = partOf(composeChart(patientCopy({ parts }), now), 'allergies');
    expect(part?.content).toEqual({ kind: 'entries' });
    expect(JSON.stringify(part?.entries)).toContain('Allergi mot penicillin');
  });
  test('H4: a denial of current problems that does not stand leaves the block unknown, never "inga registrerade"', () => {
    const resource = {
      resourceType: 'Condition',
      clinicalStatus: { coding: [{ code: 'resolved' }] },
      code: { coding: [{ system: 'http://snomed.info/sct', code: '160245001' }] },
    };
    const parts = { problems: { entries: [entry('problems', resource)] } };
    expect(contentOf(composeChart(patientCopy({ parts }), now), 'problems')).toMatchObject({ reason: 'unknown' });
  });
  test('a denial of one kind of allergy is told as that, and never as no known allergies', () => {
    const resource = {
      resourceType: 'AllergyIntolerance',
      code: { coding: [{ system: 'http://snomed.info/sct', code: '429625007', display: 'No known food allergy' }] },
    };
    const parts = { allergies: { entries: [entry('allergies', resource)] } };
    const part = partOf(composeChart(patientCopy({ parts }), now), 'allergies');
    expect(part.content).toMatchObject({ kind: 'empty', reason: 'unknown' });
    expect(part.remarks).toEqual(['journal uppger: No known food allergy, 10:20']);
    const blocked = stringsOf(composeChart(patientCopy({ parts }), now, { blocked: ['allergies'] })).join();
    expect(blocked).not.toContain('No known food allergy');
  });
  const neverLoaded = (part: ChartPart['part'], one: Partial<Stay>, change: Partial<PartFeed> = {}) =>
    contentOf(
      composeChart(
        patientCopy({
          stays: [stay({ admittedAt: NOW_MS - DAY_MS, ...one })],
          parts: { [part]: { feeds: [feed(part, { fullyLoadedAt: null, ...change })] } },
        }),
        now,
        { sourceNames: SOURCE_NAMES },
      ),
      part,
    );
  test('a patient admitted after the copy began has "none recorded" of nothing that gathers over a life, until a full load', () => {
    for (const part of ['notes', 'problems', 'devices', 'history', 'immunizations', 'procedures', 'orders'] as const) {
      expect(neverLoaded(part, {})).toMatchObject({ reason: 'incomplete' });
      expect(neverLoaded(part, {}, { fullyLoadedAt: NOW_MS - HOUR_MS })).toMatchObject({ reason: 'none-recorded' });
    }
  });
  test('of what lives within the stay none is said as of the stay', () => {
    expect(neverLoaded('vitals', {})).toEqual({
      kind: 'empty',
      reason: 'none-recorded',
      words: 'Inga registrerade under vårdtillfället, per 11:19 (Journalen)',
    });
    expect(neverLoaded('vitals', {}, { wholeSince: NOW_MS - HOUR_MS })).toMatchObject({ reason: 'incomplete' });
  });
  test('a stay said to begin later than now, or later than when it was said, proves nothing', () => {
    expect(neverLoaded('vitals', { admittedAt: NOW_MS + 1 })).toMatchObject({ reason: 'incomplete' });
    expect(neverLoaded('vitals', { admittedIsAhead: true })).toMatchObject({ reason: 'incomplete' });
  });
  test('a message of this patient that could not be read makes what it may concern incomplete', () => {
    const chart = composeChart(
      patientCopy({
        notices: [{ kind: 'set-aside-message', source: JOURNAL, at: NOW_MS, detail: 'ORU^R01', part: 'results' }],
      }),
      now,
    );
    expect(contentOf(chart, 'results')).toMatchObject({ reason: 'incomplete' });
    expect(contentOf(chart, 'notes')).toMatchObject({ reason: 'none-recorded' });
  });
  test('a block shows the worst of its parts', () => {
    const chart = composeChart(
      patientCopy({ parts: { 'doses-given': { feeds: feedsInDoubt('doses-given', 'silent') } } }),
      now,
    );
    expect(chart.blocks.find(({ name }) => name === 'medication')).toMatchObject({
      state: 'silent',
      short: 'Tyst sedan 01:20',
    });
  });
  test('what is missing is told in one line: not fed, silent and unread', () => {
    const { missing } = composeChart(
      patientCopy({
        parts: { immunizations: { feeds: [] }, notes: { feeds: feedsInDoubt('notes', 'silent') } },
        notices: [{ kind: 'unread-message', source: JOURNAL, at: NOW_MS, detail: 'VXU^V04', part: null }],
      }),
      now,
    );
    expect(missing.words).toBe(
      'Saknas i kopian: Anteckningar (tyst sedan 01:20) · Vaccinationer (ingår inte) · 1 meddelande av oläst typ',
    );
  });
  test('after a message nobody here reads, no part its source feeds says that there is nothing', () => {
    const unread = { kind: 'unread-message', source: JOURNAL, at: NOW_MS, detail: 'ZZZ^Z01', part: null } as const;
    const chart = composeChart(
      patientCopy({ notices: [unread, unread], parts: { results: { feeds: [feed('results', { source: LAB })] } } }),
      now,
      { sourceNames: SOURCE_NAMES },
    );
    for (const part of PART_NAMES) {
      const { content, state } = partOf(chart, part);
      if (content.kind === 'entries' || part === 'results') continue;
      expect(content).toMatchObject({ reason: 'incomplete' });
      expect(state.words).toContain('Ofullständig: 2 meddelanden av en typ som inte läses');
      expect(content.words).toContain('Ofullständig: 2 meddelanden av en typ som inte läses');
    }
    expect(contentOf(chart, 'results')).toMatchObject({ reason: 'none-recorded' });
    const aside = { ...unread, kind: 'set-aside-message' } as const;
    const after = composeChart(patientCopy({ notices: [aside] }), now);
    for (const part of PART_NAMES) expect(JSON.stringify(contentOf(after, part))).not.toContain('none-recorded');
  });
  test('an unread message puts in doubt the parts its type can carry, and no others', () => {
    const unread = (detail: string) =>
      ({ kind: 'unread-message', source: JOURNAL, at: NOW_MS, detail, part: null }) as const;
    const doubtful = (detail: string, parts: Parameters<typeof patientCopy>[0] = {}) =>
      composeChart(patientCopy({ notices: [unread(detail)], ...parts }), now).missing.doubtful;
    expect(doubtful('VXU^V04')).toEqual(['immunizations']);
    expect(doubtful('RDS^O13')).toEqual(['medication-orders', 'infusions']);
    expect(doubtful('MFN^M02')).toEqual([]);
    const dose = entry('immunizations', { resourceType: 'Immunization', status: 'completed' });
    const order = entry('medication-orders', { resourceType: 'MedicationRequest', status: 'active' });
    // A vaccination more may have come in it; a dispensing changes no order.
    expect(doubtful('VXU^V04', { parts: { immunizations: { entries: [dose] } } })).toEqual(['immunizations']);
    expect(doubtful('RDS^O13', { parts: { 'medication-orders': { entries: [order] } } })).toEqual(['infusions']);
  });
  test('one happening is one sentence: a merge of several numbers, a report taken back', () => {
    const notice = (kind: 'merged' | 'value-withdrawn', detail: string) =>
      ({ kind, source: JOURNAL, at: NOW_MS, detail, part: null }) as const;
    const notices = [
      notice('merged', '189001019802'),
      notice('merged', '18900101SP03'),
      notice('merged', 'R4014431'),
      notice('merged', '189001019802'),
      notice('value-withdrawn', 'B-Hb'),
      notice('value-withdrawn', 'P-CRP'),
    ];
    const chart = composeChart(patientCopy({ notices }), now);
    expect(chart.notices.map(({ words }) => words)).toEqual([
      'Nummer sammanfört 11:20: 18900101-SP03, R4014431.',
      expect.stringMatching(/^B-Hb, P-CRP återtaget 11:20 .*gällde en annan patient/),
    ]);
  });
  test('a day of planned discharge is told as a day, not as midnight', () => {
    const planned = (expectedDischargeAt: number) =>
      partOf(composeChart(patientCopy({ stays: [stay({ expectedDischargeAt })] }), now), 'stay').entries[0]?.details[0]
        ?.text;
    expect(planned(Date.UTC(2026, 10, 18, 23))).toBe('tor 19/11');
    expect(planned(Date.UTC(2026, 10, 16, 23))).toBe('tis 17/11');
    expect(planned(Date.UTC(2026, 10, 19, 10))).toBe('tor 19/11 11:00');
  });
  test('claims and invoices are one line a type with its count, and never bury what else came', () => {
    const bill = (type: string, key: string) => entry('other', { resourceType: type, status: 'active' }, { key });
    const entries = [bill('Claim', 'a'), bill('Claim', 'b'), bill('ExplanationOfBenefit', 'c'), bill('Basic', 'd')];
    const part = partOf(composeChart(patientCopy({ parts: { other: { entries } } }), now), 'other');
    expect(part.entries.map(({ title }) => title)).toEqual([
      expect.not.stringMatching(/×/),
      '2 × ersättningskrav',
      '1 × ersättningsbesked',
    ]);
  });
  test('unread types are counted and shown, so that nobody thinks that nothing came', () => {
    const unread = { kind: 'unread-message', source: JOURNAL, at: NOW_MS, detail: 'VXU^V04', part: null } as const;
    const part = partOf(composeChart(patientCopy({ notices: [unread, unread] }), now), 'other');
    expect(part.entries).toMatchObject([{ kind: 'unread', title: '2 meddelanden av oläst typ', text: 'VXU^V04' }]);
  });
});

const unidentified = (person: object | null): PatientCopy =>
  patientCopy({
    identities: [
      { identity: { domain: VARMLAND_RESERVE, id: '20261117SX1A' }, how: 'head', source: JOURNAL, since: 0 },
    ],
    person: person === null ? null : { resourceType: 'Patient', ...person },
  });

describe('§5.6 two identifiers, always', () => {
  test('name and number, and the birth date when it is known', () => {
    const { banner } = composeChart(patientCopy(), now);
    expect(banner).toMatchObject({ name: 'Lind, Karin', number: '18900101-9802', age: '84 år', sex: 'kvinna' });
    expect(banner.identifiers).toEqual(['Lind, Karin', '18900101-9802', 'född 1942-06-08']);
  });
  test('without a name the banner says so and keeps the number', () => {
    const { banner } = composeChart(patientCopy({ person: null }), now);
    expect(banner.identifiers).toEqual(['Namn saknas i kopian', '18900101-9802', 'född 1890-01-01']);
  });
  test('an unidentified adult with a reserve number of today is no new-born: age and birth date are unknown', () => {
    const { banner } = composeChart(unidentified({ gender: 'female' }), now);
    expect(banner).toMatchObject({
      age: 'ålder okänd',
      ageYears: null,
      birthDate: 'födelsedatum okänt',
      sex: 'kvinna',
    });
    expect(banner.identifiers).toEqual([
      'Namn saknas i kopian',
      '20261117-SX1A (Reservnummer Region Värmland)',
      'födelsedatum okänt',
      'K2 · 1:1',
    ]);
    expect(composeChart(unidentified(null), now).banner.sex).toBe('kön ej angivet');
  });
  test('a birth date the source says counts as said, also beside a reserve number', () => {
    const { banner } = composeChart(unidentified({ birthDate: '1960' }), now);
    expect(banner).toMatchObject({ birthDate: '1960', age: 'ålder okänd', remarks: [] });
  });
  test('without a name every screenful carries number, birth date and place', () => {
    const text = renderChartText(composeChart(unidentified(null), now), 120, { screenLines: 20 });
    expect(text.match(/20261117-SX1A.*födelsedatum okänt · K2 · 1:1/g)?.length).toBeGreaterThan(1);
  });
  test('a number says which series it is of, besides the personnummer everyone knows', () => {
    const identity = { domain: SAMORDNINGSNUMMER, id: '196109732393' };
    const { banner } = composeChart(
      patientCopy({ identities: [{ identity, how: 'head', source: JOURNAL, since: 0 }] }),
      now,
    );
    expect(banner.number).toBe('19610973-2393 (Samordningsnummer)');
  });
  test('a birth date that does not agree with the number is told', () => {
    expect(composeChart(patientCopy(), now).banner.remarks.join()).toContain('stämmer inte med numret');
  });
  test('the text repeats them at the top of each screenful', () => {
    const lines = renderChartText(composeChart(patientCopy(), now), 100, { screenLines: 24 }).split('\n');
    for (let top = 24; top < lines.length - 1; top += 24) {
      expect(lines[top]).toMatch(/^Lind, Karin · 18900101-9802/);
    }
  });
  test('look-alikes are named, and the warning can be switched off', () => {
    const nearPatients = [{ kind: 'name', name: 'Lind, Karen', number: '18900102-9819', bed: '2:2' }] as const;
    const chips = (nearName: boolean): readonly string[] =>
      composeChart(patientCopy(), now, { nearPatients, functions: { nearName } }).banner.chips.map(
        ({ words }) => words,
      );
    expect(chips(true)).toContain('Namnlik patient i 2:2: Lind, Karen 18900102-9819');
    expect(chips(false).join()).not.toContain('Namnlik');
  });
  test('like numbers are told once, each person by name, so that the warning is read', () => {
    const near = (name: string, number: string, bed: string) => ({ kind: 'number', name, number, bed }) as const;
    const ek = near('Ek, Bo', '18900101-9803', '1:1');
    const nearPatients = [ek, ek, near('Alm, Siv', '18900101-9804', '')];
    const { chips } = composeChart(patientCopy(), now, { nearPatients }).banner;
    expect(chips.filter(({ kind }) => kind === 'near-name').map(({ words }) => words)).toEqual([
      'Liknande nummer: Ek, Bo 18900101-9803 (1:1); Alm, Siv 18900101-9804 (plats saknas). Jämför alla tolv siffror.',
    ]);
  });
});

describe('§5.24 blocked data is never a silently shorter list', () => {
  test('no part says none while blocked data exists, also where the source said none', () => {
    const statedNone = [{ source: JOURNAL, at: NOW_MS }];
    const parts = Object.fromEntries(PART_NAMES.map((part) => [part, { statedNone }]));
    const chart = composeChart(patientCopy({ parts, stays: [], person: null }), now, { blocked: 'all' });
    for (const part of PART_NAMES) {
      expect(contentOf(chart, part)).toMatchObject({ kind: 'empty', reason: 'blocked' });
      expect(partOf(chart, part).remarks).toContain('Spärrade uppgifter finns');
    }
    const everything = stringsOf(chart).join('\n');
    expect(everything).not.toMatch(/inga kända|inga registrerade|inget väntar/i);
    expect(chart.banner.chips.map(({ words }) => words)).toContain('Spärrade uppgifter finns');
  });
});

describe('protected identity', () => {
  test('address, telephone and relatives are nowhere in the chart', () => {
    const person = {
      resourceType: 'Patient',
      name: [{ family: 'Lind', given: ['Karin'] }],
      address: [{ text: 'Hemliga gatan 1' }],
      telecom: [{ value: '070-000000' }],
      contact: [{ name: { family: 'Lind', given: ['Sixten'] }, telecom: [{ value: '070-111111' }] }],
    } as const;
    const kin = entry('kin', { resourceType: 'RelatedPerson', name: [{ family: 'Lind', given: ['Olle'] }] });
    const strings = (isProtected: boolean): string =>
      stringsOf(
        composeChart(
          patientCopy({ person: structuredClone(person) as never, isProtected, parts: { kin: { entries: [kin] } } }),
          now,
        ),
      ).join('\n');
    for (const secret of ['Hemliga gatan', '070-000000', '070-111111', 'Sixten', 'Olle']) {
      expect(strings(false)).toContain(secret);
      expect(strings(true)).not.toContain(secret);
    }
    expect(strings(true)).toContain('Skyddad identitet: adress och närstående visas inte');
  });
});

describe('a sender nobody has declared', () => {
  const stranger = sourceId('unknown:X|Y');
  test('says so on everything it has said: warnings, orders, doses, values', () => {
    const chart = composeChart(
      patientCopy({
        parts: {
          allergies: {
            entries: [
              entry('allergies', { resourceType: 'AllergyIntolerance', code: { text: 'Latex' } }, { source: stranger }),
            ],
          },
          'medication-orders': {
            entries: [
              entry(
                'medication-orders',
                { resourceType: 'MedicationRequest', status: 'active', medicationCodeableConcept: { text: 'Waran' } },
                { source: stranger },
              ),
            ],
          },
          'doses-given': {
            entries: [
              entry(
                'doses-given',
                {
                  resourceType: 'MedicationAdministration',
                  status: 'completed',
                  medicationCodeableConcept: { text: 'Heparin' },
                },
                { source: stranger },
              ),
            ],
          },
          vitals: { entries: [entry('vitals', observation('8867-4', 'Puls', '88', '/min'), { source: stranger })] },
        },
      }),
      now,
    );
    expect(chart.banner.chips.find(({ kind }) => kind === 'allergy')?.words).toContain('«okänd avsändare»');
    const text = renderChartText(chart, 160);
    for (const said of [/Latex.*«okänd avsändare»/, /† Puls.*«okänd avsändare»/, /Heparin.*«okänd avsändare»/])
      expect(text).toMatch(said);
    expect(text).toMatch(/Waran[\s\S]*?! +«okänd avsändare»/);
    expect(renderChartText(composeChart(patientCopy(), now), 160)).not.toContain('okänd avsändare');
  });
});

describe('conflicts are shown, never decided', () => {
  const penicillin = (source = JOURNAL, verification = 'confirmed') =>
    entry(
      'allergies',
      {
        resourceType: 'AllergyIntolerance',
        code: { text: 'Penicillin' },
        criticality: 'high',
        verificationStatus: { coding: [{ code: verification }] },
        reaction: [{ manifestation: [{ text: 'anafylaxi' }] }],
      },
      { source },
    );
  test('an allergy stands in red in the banner', () => {
    const chart = composeChart(patientCopy({ parts: { allergies: { entries: [penicillin()] } } }), now);
    expect(chart.banner.chips[0]).toEqual({
      kind: 'allergy',
      tone: 'danger',
      words: 'Penicillin – anafylaxi · livshotande',
    });
  });
  test('one source denies what another says: both stand there, with a question', () => {
    const parts = {
      allergies: { entries: [penicillin(), penicillin(LAB, 'refuted')], statedNone: [{ source: LAB, at: NOW_MS }] },
    };
    const part = partOf(composeChart(patientCopy({ parts }), now, { sourceNames: SOURCE_NAMES }), 'allergies');
    expect(part.entries).toHaveLength(2);
    expect(part.remarks).toEqual([
      'Två versioner – välj inte, fråga: Labbet uppger "inga kända" 11:20',
      'Två versioner – välj inte, fråga: Penicillin gäller enligt Journalen 10:20, inte enligt Labbet 10:20',
    ]);
  });
  test('blood group is information only, and two groups are both told', () => {
    const group = (value: string, source = JOURNAL) =>
      entry(
        'blood',
        {
          resourceType: 'Observation',
          code: { coding: [{ system: 'http://loinc.org', code: '883-9' }] },
          valueString: value,
        },
        { source },
      );
    const part = partOf(
      composeChart(patientCopy({ parts: { blood: { entries: [group('A'), group('0', LAB)] } } }), now, {
        sourceNames: SOURCE_NAMES,
      }),
      'blood',
    );
    expect(part.remarks).toEqual([
      'Endast information – bastest krävs',
      'Två versioner – välj inte, fråga: blodgrupp A (Journalen 10:20) och 0 (Labbet 10:20)',
    ]);
  });
  test('a blood group among the answers is information only there too', () => {
    const group = entry('results', {
      resourceType: 'Observation',
      code: { text: 'ABO', coding: [{ system: 'http://loinc.org', code: '882-1' }] },
      valueString: 'A Rh+',
    });
    const chart = composeChart(patientCopy({ parts: { results: { entries: [group] } } }), now);
    expect(partOf(chart, 'results').entries[0]?.values[0]?.remarks).toEqual(['Endast information – bastest krävs']);
  });
  test('what came under a merged number says so', () => {
    const old = { domain: 'source:journal', id: 'RES-K2-0007-4' };
    const part = partOf(
      composeChart(patientCopy({ parts: { allergies: { entries: [{ ...penicillin(), subject: old }] } } }), now),
      'allergies',
    );
    expect(part.entries[0]?.receivedUnder).toBe('RES-K2-0007-4 (Källans eget nummer)');
  });
});

describe('§5.5 no value without its time and its source’s age', () => {
  test('a corrected value tells what it was; a preliminary one is never plain', () => {
    const report = (state: 'corrected' | 'preliminary' | 'unverified' | 'unknown') =>
      entry(
        'results',
        { resourceType: 'DiagnosticReport', code: { text: 'Elektrolyter' } },
        {
          members: [
            member('K', observation('2823-3', 'Kalium', '3.10', 'mmol/l'), state, [
              {
                resource: observation('2823-3', 'Kalium', '4.1', 'mmol/l'),
                state: 'preliminary',
                replacedAt: Date.UTC(2026, 10, 17, 9, 58),
              },
            ]),
          ],
        },
      );
    const shownAs = (state: Parameters<typeof report>[0]) =>
      partOf(composeChart(patientCopy({ parts: { results: { entries: [report(state)] } } }), now), 'results').entries[0]
        ?.values[0];
    expect(shownAs('corrected')).toMatchObject({
      text: '3,10',
      written: '3.10',
      remarks: ['Rättat 10:58, var 4,1'],
      time: { text: '10:20' },
    });
    expect(shownAs('preliminary')?.remarks).toContain('Preliminärt');
    expect(shownAs('unverified')?.remarks).toContain('Ej verifierat');
    expect(shownAs('unknown')?.remarks).toContain('Okänd status');
  });
  test('a withdrawn value is nowhere, and the notice tells', () => {
    const report = entry(
      'results',
      { resourceType: 'DiagnosticReport', code: { text: 'Elektrolyter' } },
      {
        members: [member('K', observation('2823-3', 'Kalium', '7.77', 'mmol/l'), 'withdrawn')],
      },
    );
    const notice = { kind: 'value-withdrawn', source: LAB, at: NOW_MS, detail: 'Kalium', part: 'results' } as const;
    const chart = composeChart(patientCopy({ parts: { results: { entries: [report] } }, notices: [notice] }), now);
    expect(stringsOf(chart).filter((words) => words.includes('7,77') || words.includes('7.77'))).toEqual([]);
    expect(chart.notices[0]?.words).toContain('gällde en annan patient');
  });
  test('the copy is no younger than its oldest critical feed', () => {
    const chart = composeChart(
      patientCopy({ parts: { 'doses-given': { feeds: [feed('doses-given', { proof: ago(3 * HOUR_MS) })] } } }),
      now,
    );
    expect(chart.banner.copyFrom).toBe('Kopia från 08:20');
    expect(chart.worstFeed?.part).toBe('doses-given');
  });
});

describe('§5.15 the chart as it was', () => {
  test('says which moment is read, and counts ages from there', () => {
    const asOf = NOW_MS - 5 * HOUR_MS;
    const feeds = PART_NAMES.map((part) => [part, { feeds: [feed(part, { proof: ago(5 * HOUR_MS + 60_000) })] }]);
    const chart = composeChart(patientCopy({ asOf, parts: Object.fromEntries(feeds) }), now);
    expect(chart.asOfWords).toBe('Du läser journalkopian som den var 06:20. Nyare uppgifter visas inte.');
    expect(partOf(chart, 'notes').state.state).toBe('fresh');
  });
  test('a moment of another day carries its date, and so does every time of that day', () => {
    const asOf = NOW_MS - 2 * DAY_MS;
    const feeds = PART_NAMES.map((part) => [part, { feeds: [feed(part, { proof: ago(2 * DAY_MS + 60_000) })] }]);
    const chart = composeChart(patientCopy({ asOf, parts: Object.fromEntries(feeds) }), now);
    expect(chart.asOfWords).toBe('Du läser journalkopian som den var sön 15/11 11:20. Nyare uppgifter visas inte.');
    expect(partOf(chart, 'notes').state).toMatchObject({ state: 'fresh', short: 'sön 15/11 11:19' });
    expect(chart.banner.copyFrom).toBe('Kopia från sön 15/11 11:19');
  });
});

/** Anything a copy could hold, also what no profile allows. */
const arbitraryFeed = (part: PartName) =>
  fc.record({
    source: fc.constantFrom(JOURNAL, LAB),
    part: fc.constant(part),
    heartbeat: fc.constantFrom('any-message', 'own-messages'),
    ageLimitMs: fc.constant(PARTS[part].ageLimitMs),
    proof: fc.option(
      fc.record({
        wallMs: fc.integer({ min: NOW_MS - 9 * DAY_MS, max: NOW_MS + DAY_MS }),
        boot: fc.constantFrom('run 1', 'run 0'),
        monotonicMs: fc.integer({ min: 0, max: 101 * HOUR_MS }),
      }),
    ),
    wholeSince: fc.option(fc.integer({ min: NOW_MS - 30 * DAY_MS, max: NOW_MS })),
    fullyLoadedAt: fc.option(fc.integer({ min: NOW_MS - 30 * DAY_MS, max: NOW_MS }), { freq: 3 }),
    rebuiltAt: fc.option(fc.integer({ min: NOW_MS - 30 * DAY_MS, max: NOW_MS }), { freq: 1 }),
    heldSince: fc.option(fc.integer({ min: NOW_MS - DAY_MS, max: NOW_MS }), { freq: 1 }),
    isBeingReleased: fc.boolean(),
    holds: fc.array(
      fc.record({
        part: fc.option(fc.constantFrom(...PART_NAMES)),
        unit: fc.option(fc.string().map(unitId)),
        reason: fc.string(),
        by: fc.string(),
        since: fc.integer({ min: NOW_MS - DAY_MS, max: NOW_MS }),
        isBeingReleased: fc.boolean(),
      }),
      { maxLength: 2 },
    ),
    setAside: fc.constantFrom(0, 0, 0, 1),
  });
const TYPES = [
  'Observation',
  'DiagnosticReport',
  'MedicationRequest',
  'MedicationAdministration',
  'AllergyIntolerance',
  'Flag',
  'Consent',
  'ServiceRequest',
  'Condition',
  'DocumentReference',
  'Appointment',
  'CarePlan',
  'RelatedPerson',
  'DeviceUseStatement',
  'Unheard',
];
const NAMES = [
  'code',
  'status',
  'category',
  'text',
  'coding',
  'display',
  'value',
  'unit',
  'valueQuantity',
  'dosageInstruction',
  'dosage',
  'timing',
  'repeat',
  'timeOfDay',
  'reaction',
  'manifestation',
  'contained',
  'extension',
  'component',
  'effectiveDateTime',
  'name',
  'medicationCodeableConcept',
  'content',
  'attachment',
  'data',
  'contentType',
];
const arbitraryResource = fc
  .record({
    resourceType: fc.constantFrom(...TYPES),
    body: fc.dictionary(fc.constantFrom(...NAMES), fc.jsonValue({ maxDepth: 3 })),
  })
  .map(({ resourceType, body }) => ({ ...body, resourceType }));
const arbitraryPart = (part: PartName) =>
  fc.record({
    feeds: fc.array(arbitraryFeed(part), { maxLength: 2 }),
    entries: fc.array(
      fc
        .tuple(arbitraryResource, fc.constantFrom(...VALUE_STATES), fc.integer({ min: 0, max: 9 * DAY_MS }))
        .map(([resource, state, age]) =>
          entry(part, resource, { state, at: NOW_MS - age, members: [member('m', resource, state)] }),
        ),
      { maxLength: 2 },
    ),
    truncated: fc.boolean(),
    statedNone: fc.array(
      fc.record({ source: fc.constant(JOURNAL), at: fc.integer({ min: NOW_MS - DAY_MS, max: NOW_MS }) }),
      { maxLength: 1 },
    ),
  });
const arbitraryCopy: fc.Arbitrary<PatientCopy> = fc
  .record({
    parts: fc.record(Object.fromEntries(PART_NAMES.map((part) => [part, arbitraryPart(part)]))),
    hasPerson: fc.boolean(),
    hasStay: fc.boolean(),
    isProtected: fc.boolean(),
  })
  .map(({ parts, hasPerson, hasStay, isProtected }) =>
    patientCopy({
      parts: parts as never,
      isProtected,
      ...(hasPerson ? {} : { person: null }),
      ...(hasStay ? {} : { stays: [] }),
    }),
  );
const NUM_RUNS = 100;

describe('whatever a copy holds', () => {
  test('§5.4 every part of every block has a state in words, and entries or one reason in words', () => {
    fc.assert(
      fc.property(arbitraryCopy, (copy) => {
        const chart = composeChart(copy, now);
        for (const block of chart.blocks) {
          expect(block.short).not.toBe('');
          expect(PART_STATES).toContain(block.state);
          for (const { content, entries, state } of block.parts) {
            expect(state.short.trim()).not.toBe('');
            expect(state.words.trim()).not.toBe('');
            if (content.kind === 'empty') expect(content.words.trim()).not.toBe('');
            expect(entries.length > 0).toBe(content.kind === 'entries');
            for (const one of entries)
              expect(one.title.trim() !== '' && one.time.text !== '' && one.sourceName !== '').toBe(true);
          }
        }
      }),
      { seed: 54, numRuns: NUM_RUNS },
    );
  });
  test('§5.4 none is said only of what is fed, heard, applied, whole and read', () => {
    fc.assert(
      fc.property(arbitraryCopy, (copy) => {
        for (const { parts } of composeChart(copy, now).blocks) {
          for (const { part, content, state } of parts) {
            if (content.kind === 'entries' || !NONE.includes(content.reason)) continue;
            const { feeds, statedNone, entries } = copy.parts[part];
            expect(isTrusted(state.state)).toBe(true);
            expect(feeds.length).toBeGreaterThan(0);
            for (const one of feeds) {
              expect(one.proof).not.toBeNull();
              expect(one.heldSince).toBeNull();
              expect(one.setAside).toBe(0);
              expect(one.rebuiltAt === null || (one.fullyLoadedAt ?? 0) >= one.rebuiltAt).toBe(true);
              expect(
                one.fullyLoadedAt !== null ||
                  (NEEDED_BEFORE_STAY_MS.has(part) &&
                    (copy.stays[0]?.admittedAt ?? 0) >= (one.wholeSince ?? Number.POSITIVE_INFINITY)) ||
                  Math.max(...statedNone.map(({ at }) => at)) >= (one.wholeSince ?? Number.POSITIVE_INFINITY),
              ).toBe(true);
            }
            if (PARTS[part].absence === 'explicit') expect(statedNone.length + entries.length).toBeGreaterThan(0);
          }
        }
      }),
      { seed: 4, numRuns: NUM_RUNS },
    );
  });
  test('it survives JSON and fits the terminal', () => {
    fc.assert(
      fc.property(arbitraryCopy, fc.integer({ min: 60, max: 140 }), (copy, width) => {
        const chart = composeChart(copy, now);
        expect(JSON.parse(JSON.stringify(chart))).toEqual(chart);
        const lines = renderChartText(chart, width).split('\n');
        expect(lines.filter((line) => [...line].length > width)).toEqual([]);
      }),
      { seed: 9, numRuns: 40 },
    );
  });
});
