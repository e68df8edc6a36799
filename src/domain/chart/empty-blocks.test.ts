// A block without entries says which kind of nothing it is (design §5.4).

import { describe, expect, test } from 'vitest';
import { isTrusted } from '../age.ts';
import { PART_NAMES } from '../parts.ts';
import type { PartFeed, Stay } from '../patient-copy.ts';
import {
  ago,
  contentOf,
  DAY_MS,
  DOUBTS,
  type Doubt,
  entry,
  feed,
  feedsInDoubt,
  HOUR_MS,
  JOURNAL,
  LAB,
  NONE,
  NOW_MS,
  now,
  partOf,
  patientCopy,
  SOURCE_NAMES,
  stay,
  stringsOf,
} from './chart.fixture.ts';
import type { ChartPart } from './chart.ts';
import { composeChart } from './compose.ts';

const doubts = Object.keys(DOUBTS) as readonly Doubt[];

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
