// Vital signs, NEWS2, answers and what is waited for, as a chart shows them.

import type { Observation } from 'fhir/r4';
import { describe, expect, test } from 'vitest';
import { VARMLAND_RESERVE } from '../identity-domains.ts';
import type { Entry, Member, PartFeed } from '../patient-copy.ts';
import {
  ago,
  type CopyChange,
  DAY_MS,
  entry,
  feed,
  HOUR_MS,
  JOURNAL,
  LAB,
  MINUTE_MS,
  member,
  NOW_MS,
  now,
  observation,
  PUMPS,
  patientCopy,
  SOURCE_NAMES,
  stay,
} from './chart.fixture.ts';
import type { BlockView, ChartNews2, ResultsView, VitalsView } from './chart.ts';
import { composeChart } from './compose.ts';
import type { ChartOptions } from './context.ts';
import { renderChartText } from './text.ts';

function viewOf<Kind extends BlockView['kind']>(
  kind: Kind,
  copy: CopyChange,
  options: ChartOptions = {},
): Extract<BlockView, { kind: Kind }> {
  const chart = composeChart(patientCopy(copy), now, { sourceNames: SOURCE_NAMES, ...options });
  const view = chart.blocks.find((block) => block.view?.kind === kind)?.view;
  return view as Extract<BlockView, { kind: Kind }>;
}

const VITALS = {
  respiration: observation('9279-1', 'Andningsfrekvens', '22', '/min'),
  saturation: observation('59408-5', 'SpO2', '93', '%'),
  oxygen: observation('3151-8', 'Syrgasflöde', '2', 'l/min'),
  systolic: observation('8480-6', 'Systoliskt', '112', 'mm[Hg]'),
  diastolic: observation('8462-4', 'Diastoliskt', '64', 'mm[Hg]'),
  pulse: observation('8867-4', 'Puls', '104', '/min'),
  consciousness: { resourceType: 'Observation', code: { text: 'Medvetande' }, valueString: 'A' },
  temperature: observation('8310-5', 'Temp', '38.2', 'Cel'),
};
type Vital = keyof typeof VITALS;
const NAMES = Object.keys(VITALS) as readonly Vital[];
const panel = (names: readonly Vital[], at = NOW_MS - 15 * MINUTE_MS, change: Partial<Entry> = {}): Entry =>
  entry(
    'vitals',
    { resourceType: 'DiagnosticReport', code: { text: 'Vitalparametrar' } },
    {
      key: `DiagnosticReport/${at}`,
      at,
      members: names.map((name) => member(name, VITALS[name])),
      ...change,
    },
  );
const news2Of = (entries: readonly Entry[], copy: CopyChange = {}, options: ChartOptions = {}): ChartNews2 =>
  viewOf('vitals', { ...copy, parts: { ...copy.parts, vitals: { entries } } }, options).news2;

describe('NEWS2 in the chart', () => {
  test('one whole set gives a score, with its time and its scale', () => {
    // 2 (22/min) + 2 (93 %) + 2 (oxygen) + 0 (112) + 1 (104) + 0 (A) + 1 (38,2)
    expect(news2Of([panel(NAMES)])).toMatchObject({
      kind: 'score',
      words: 'NEWS2 8, 11:05 (skala 1)',
      score: { total: 8, level: 'high' },
    });
  });
  test('scale 2 only where it is decided', () => {
    expect(news2Of([panel(NAMES)], {}, { news2Scale: 2 })).toMatchObject({ words: 'NEWS2 7, 11:05 (skala 2)' });
    const flag = entry('alerts', { resourceType: 'Flag', status: 'active', code: { text: 'KOL: NEWS2 skala 2' } });
    expect(news2Of([panel(NAMES)], { parts: { alerts: { entries: [flag] } } })).toMatchObject({
      words: 'NEWS2 7, 11:05 (skala 2)',
    });
  });
  test.each([
    ['NEWS2: använd INTE skala 2', {}],
    ['NEWS2 skala 2 avslutad', {}],
    ['NEWS2 skala 2', { period: { end: new Date(NOW_MS - DAY_MS).toISOString() } }],
    ['NEWS2 skala 2', { period: { start: new Date(NOW_MS + DAY_MS).toISOString() } }],
  ])('scale 2 is not decided by %j %j', (text, more) => {
    const flag = entry('alerts', { resourceType: 'Flag', status: 'active', code: { text }, ...more });
    expect(news2Of([panel(NAMES)], { parts: { alerts: { entries: [flag] } } })).toMatchObject({
      words: expect.stringContaining('skala 1'),
    });
  });
  test('of two values of one part at one moment the worse is scored, and said', () => {
    const twice = (name: Vital, other: object): Entry =>
      panel(NAMES, undefined, {
        members: [...NAMES.map((one) => member(one, VITALS[one])), member('other', { ...VITALS[name], ...other })],
      });
    const faster = observation('8867-4', 'Puls', '135', '/min');
    const alone = news2Of([panel(NAMES)]);
    const pulse = news2Of([twice('pulse', faster)]);
    expect(alone.kind === 'score' && pulse.kind === 'score' && pulse.score.total - alone.score.total).toBe(2);
    expect(pulse.words).toContain('två värden på puls, det sämre räknas');
    // The better of two changes nothing, and is told all the same.
    expect(news2Of([twice('pulse', observation('8867-4', 'Puls', '80', '/min'))])).toMatchObject({
      words: expect.stringContaining('två värden på puls'),
      score: { total: alone.kind === 'score' ? alone.score.total : 0 },
    });
    expect(news2Of([twice('consciousness', { valueString: 'C' })]).words).toContain('två värden på medvetande');
  });
  test('§5.25 what is dated ahead of when it came hides nothing that has been measured', () => {
    const ahead = panel(NAMES, NOW_MS + 365 * DAY_MS, { receivedAt: NOW_MS - MINUTE_MS });
    const of = (entries: Entry[]) => news2Of(entries).words;
    expect(of([panel(NAMES), ahead])).toMatch(/^NEWS2 8, 11:05 \(skala 1\)\. Kanske nyare mätning, tid oklar \(/);
    expect(of([ahead])).toMatch(/utan mättid/);
  });
  test('single values of one source within a quarter of an hour are one set; over it they are not', () => {
    const singles = (apartMs: number): readonly Entry[] =>
      NAMES.map((name, index) =>
        entry('vitals', VITALS[name], { key: name, at: NOW_MS - 20 * MINUTE_MS + (index === 0 ? 0 : apartMs) }),
      );
    expect(news2Of(singles(15 * MINUTE_MS)).kind).toBe('score');
    expect(news2Of(singles(16 * MINUTE_MS))).toMatchObject({
      kind: 'refused',
      words: 'NEWS2 räknas inte: andning saknas',
    });
  });
  test('a value from another source never completes a set', () => {
    const [temperature, ...others] = [...NAMES].reverse();
    const elsewhere = entry('vitals', VITALS[temperature ?? 'pulse'], { source: PUMPS, at: NOW_MS - 15 * MINUTE_MS });
    expect(news2Of([panel(others), elsewhere])).toMatchObject({ kind: 'refused' });
  });
  test('a newer, incomplete measurement does not hide behind the older score', () => {
    expect(news2Of([panel(NAMES, NOW_MS - 3 * HOUR_MS), panel(['pulse'])])).toMatchObject({
      words: expect.stringMatching(
        /^NEWS2 8, 08:20 \(skala 1\)\. Nyare mätning 11:05: NEWS2 räknas inte: andning, .+ saknas$/,
      ),
    });
  });
  test('not for somebody whose number only says when it was given: the age is unknown, not under 16', () => {
    const identity = { domain: VARMLAND_RESERVE, id: '20261117SX1A' };
    const copy = { identities: [{ identity, how: 'head', source: JOURNAL, since: 0 }], person: null } as const;
    expect(news2Of([panel(NAMES)], copy)).toMatchObject({
      kind: 'refused',
      words: expect.stringContaining('NEWS2 räknas inte: ålder okänd'),
    });
  });
  test('not for children, the pregnant and those who have just given birth', () => {
    expect(news2Of([panel(NAMES)], { person: { resourceType: 'Patient', birthDate: '2010-11-18' } })).toMatchObject({
      words: 'NEWS2 gäller från 16 år',
    });
    expect(news2Of([panel(NAMES)], { stays: [stay({ class: 'birth' })] })).toMatchObject({ kind: 'refused' });
    const pregnant = entry('problems', { resourceType: 'Condition', code: { coding: [{ code: 'O14.9' }] } });
    expect(news2Of([panel(NAMES)], { parts: { problems: { entries: [pregnant] } } })).toMatchObject({
      kind: 'refused',
    });
  });
  test('a preliminary value, an odd unit or an unknown level of consciousness is not scored', () => {
    const without = (name: Vital, resource: unknown, state: 'final' | 'preliminary' = 'final'): string => {
      const members = [
        ...NAMES.filter((one) => one !== name).map((one) => member(one, VITALS[one])),
        member(name, resource, state),
      ];
      return news2Of([panel([], NOW_MS - 15 * MINUTE_MS, { members })]).words;
    };
    expect(without('pulse', VITALS.pulse, 'preliminary')).toBe('NEWS2 räknas inte: puls ej slutgiltigt');
    expect(without('temperature', observation('8310-5', 'Temp', '100.8', '[degF]'))).toBe(
      'NEWS2 räknas inte: temp: enheten är [degF]',
    );
    expect(
      without('consciousness', { resourceType: 'Observation', code: { text: 'Medvetande' }, valueString: 'RLS 1' }),
    ).toBe('NEWS2 räknas inte: medvetande saknas');
    expect(without('oxygen', { resourceType: 'Observation', code: { text: 'Syrgas' }, valueString: 'luft' })).toMatch(
      /^NEWS2 6/,
    );
  });
  test('it can be switched off', () => {
    const view = viewOf('vitals', { parts: { vitals: { entries: [panel(NAMES)] } } }, { functions: { news2: false } });
    expect(view.news2.kind).toBe('off');
    expect(view.scores).toEqual([null]);
  });
});

test('vital signs stand in bedside order, pressures together, other units in rows of their own', () => {
  const fahrenheit = entry('vitals', observation('8310-5', 'Temp', '100.8', '[degF]'), {
    key: 'f',
    at: NOW_MS - 2 * HOUR_MS,
  });
  const { table }: VitalsView = viewOf('vitals', { parts: { vitals: { entries: [panel(NAMES), fahrenheit] } } });
  expect(table.columns.map(({ time }) => time.text)).toEqual(['09:20', '11:05']);
  expect(table.rows.map(({ name, unit, cells }) => [name, unit, ...cells.map((cell) => cell?.text)])).toEqual([
    ['Andning', '/min', undefined, '22'],
    ['SpO₂', '%', undefined, '93'],
    ['Syrgas', 'l/min', undefined, '2'],
    ['Blodtryck', 'mm[Hg]', undefined, '112/64'],
    ['Puls', '/min', undefined, '104'],
    ['Medvetande', '', undefined, 'A'],
    ['Temp', 'Cel', undefined, '38,2'],
    ['Temp', '[degF]', '100,8', undefined],
  ]);
});

const request = (placer: string, name: string, change: object = {}, rest: Partial<Entry> = {}): Entry =>
  entry(
    'orders',
    { resourceType: 'ServiceRequest', status: 'active', code: { text: name }, ...change },
    { key: `ServiceRequest/${placer}`, orderNumbers: { placer }, ...rest },
  );
const answer = (placer: string, written: string | null, rest: Partial<Entry> = {}): Entry =>
  entry(
    'results',
    { resourceType: 'DiagnosticReport', code: { text: 'Troponin' } },
    {
      source: LAB,
      key: `DiagnosticReport/${placer}`,
      orderNumbers: { placer, filler: `L-${placer}` },
      members: [
        written === null
          ? member('T', { resourceType: 'Observation', code: { text: 'Troponin T' } }, 'registered')
          : member('T', observation('6598-7', 'Troponin T', written, 'ng/l'), rest.state ?? 'final'),
      ],
      ...rest,
    },
  );

describe('what is waited for', () => {
  const pendingOf = (
    orders: readonly Entry[],
    results: readonly Entry[],
    feeds: readonly PartFeed[] = [feed('orders')],
  ): ResultsView => viewOf('results', { parts: { orders: { entries: orders, feeds }, results: { entries: results } } });
  test('an order is answered by its number, whichever source answers', () => {
    const view = pendingOf([request('P1', 'Troponin T'), request('P2', 'Blododling')], [answer('P1', '14')]);
    expect(view.pending).toMatchObject([{ name: 'Blododling', words: 'ej besvarad', time: { text: '10:20' } }]);
    expect(view.pendingWords).toBe('Väntar på svar: 1');
  });
  test('a preliminary answer, or a sample only registered, is still waited for', () => {
    expect(pendingOf([request('P1', 'Odling')], [answer('P1', '14', { state: 'preliminary' })]).pending[0]?.words).toBe(
      'preliminärt svar finns',
    );
    expect(pendingOf([request('P1', 'Odling')], [answer('P1', null)]).pending).toMatchObject([
      { words: 'ej besvarad' },
    ]);
    expect(pendingOf([], [answer('P9', null)]).pending).toMatchObject([{ words: 'mottaget, svar saknas' }]);
  });
  test('where a number is the referral’s, an answer answers only what it names', () => {
    const orders = ['Hb', 'CRP', 'Troponin T'].map((name, at) => ({ ...request('P1', name), key: `order/${at}` }));
    const view = pendingOf(orders, [
      entry('results', observation('718-7', 'Hb', '120', 'g/l'), { orderNumbers: { placer: 'P1' } }),
    ]);
    const unsure = 'oklart om besvarad: svaret kan gälla en annan beställning med samma nummer';
    expect(view.pending.map(({ name, words }) => [name, words]).sort()).toEqual([
      ['CRP', unsure],
      ['Troponin T', unsure],
    ]);
  });
  test('an answer under another system’s number is the order’s only where it names what was ordered', () => {
    const numbered = (one: Entry, placerSpace: string): Entry => ({
      ...one,
      orderNumbers: { ...one.orderNumbers, placerSpace },
    });
    const order = numbered(request('4711', 'Troponin T'), 'J');
    const xray = entry('results', {
      resourceType: 'DiagnosticReport',
      code: { text: 'Lungröntgen' },
      conclusion: 'ua',
    });
    const of = (answered: Entry) => pendingOf([order], [answered]).pending.map(({ words }) => words);
    expect(of(numbered({ ...xray, orderNumbers: { placer: '4711' } }, 'RIS'))).toEqual([
      'oklart om besvarad: svaret kan gälla en annan beställning med samma nummer',
    ]);
    expect(of(numbered(answer('4711', '14'), 'LAB'))).toEqual([]);
    expect(of(numbered({ ...xray, orderNumbers: { placer: '4711' } }, 'J'))).toEqual([]);
    expect(of({ ...xray, orderNumbers: { placer: '4711' } })).toEqual([]);
  });
  test('a panel that lacks one of its answers is waited for, and an answer taken back is told as that', () => {
    const report = (members: Entry['members']): Entry =>
      entry('results', { resourceType: 'DiagnosticReport', code: { text: 'El' } }, { members });
    const kalium = { resourceType: 'Observation', code: { text: 'Kalium' } };
    const natrium = member('na', observation('2951-2', 'Natrium', '140', 'mmol/L'));
    expect(pendingOf([], [report([natrium, member('k', kalium, 'registered')])]).pending).toMatchObject([
      { name: 'El', words: 'delsvar saknas: Kalium' },
    ]);
    expect(pendingOf([], [report([natrium, member('k', kalium, 'cannot-be-done')])]).pending).toEqual([]);
    expect(pendingOf([], [report([member('k', kalium, 'deleted')])]).pending).toMatchObject([
      { words: 'svaret borttaget av avsändaren' },
    ]);
  });
  test('nothing pending is only said when orders and answers are both sound', () => {
    expect(pendingOf([], [])).toMatchObject({ pendingIsKnown: true, pendingWords: 'Inget väntar' });
    const words = (feeds: readonly PartFeed[]): string => pendingOf([], [], feeds).pendingWords;
    expect(words([])).toBe('Okänt om svar väntar: Beställningar: ingår inte i kopian');
    expect(words([feed('orders', { proof: ago(3 * HOUR_MS) })])).toBe(
      'Okänt om svar väntar: Beställningar: tyst sedan 08:20',
    );
    expect(words([feed('orders', { rebuiltAt: NOW_MS - HOUR_MS })])).toMatch(/^Okänt/);
  });
  test('cancelled orders and diets are not waited for; an order of unknown status is', () => {
    const orders = [
      request('P1', 'Hb', { status: 'revoked' }),
      request('P2', 'Kost', { category: [{ text: 'kost' }] }),
      request('P3', 'Lungröntgen', { status: 'unknown', category: [{ coding: [{ code: 'RAD' }] }] }),
    ];
    expect(pendingOf(orders, []).pending.map(({ name }) => name)).toEqual(['Lungröntgen']);
  });
});

describe('answers as a table', () => {
  const hb = (at: number, written: string, change: object = {}): Entry =>
    entry(
      'results',
      observation('718-7', 'Hb', written, 'g/l', {
        interpretation: [{ coding: [{ code: 'L' }] }],
        referenceRange: [{ text: '117-153' }],
        ...change,
      }),
      { key: `Observation/${at}`, at },
    );
  test('five columns, newest last; what is older is counted, and no analysis is left without its last value', () => {
    const entries = [
      ...[1, 2, 3, 4, 5, 6].map((hours) => hb(NOW_MS - hours * HOUR_MS, `${100 + hours}`)),
      entry('results', observation('6301-6', 'INR', '1.1', ''), { key: 'inr', at: NOW_MS - 20 * DAY_MS }),
    ];
    const { table } = viewOf('results', { parts: { results: { entries } } });
    expect(table.columns.map(({ time }) => time.text)).toEqual(['06:20', '07:20', '08:20', '09:20', '10:20']);
    expect(table.rows.map(({ name, latest, olderCount }) => [name, latest.text, latest.time.text, olderCount])).toEqual(
      [
        ['Hb', '101', '10:20', 1],
        ['INR', '1,1', '28 okt 2026', 1],
      ],
    );
    expect(table.rows[0]?.latest).toMatchObject({ interpretation: 'low', reference: '117-153' });
    expect(renderChartText(composeChart(patientCopy({ parts: { results: { entries } } }), now), 100)).toContain(
      'senaste 1,1',
    );
  });
  test('another unit is another row: nothing is converted', () => {
    const entries = [
      hb(NOW_MS - HOUR_MS, '104'),
      entry('results', observation('718-7', 'Hb', '10.4', 'g/dl'), { key: 'b' }),
    ];
    expect(
      viewOf('results', { parts: { results: { entries } } })
        .table.rows.map(({ unit }) => unit)
        .sort(),
    ).toEqual(['g/dl', 'g/l']);
  });
  test('a value too long for its column is told on lines of its own, and pushes no other out of its place', () => {
    const words = Array.from({ length: 60 }, (_, at) => `ord${at}`).join(' ');
    const digits = '9'.repeat(300);
    const linesOf = (valueString: string): string[] => {
      const consciousness = { ...VITALS.consciousness, valueString };
      const entries = [
        panel(['pulse'], NOW_MS - 15 * MINUTE_MS, {
          members: [member('pulse', VITALS.pulse), member('consciousness', consciousness)],
        }),
      ];
      return renderChartText(composeChart(patientCopy({ parts: { vitals: { entries } } }), now), 80).split('\n');
    };
    for (const [value, told] of [
      [words, words],
      [digits, `${'9'.repeat(60)}… (hela värdet: reservkraft messages --raw)`],
    ] as const) {
      const lines = linesOf(value);
      expect(Math.max(...lines.map((line) => [...line].length))).toBeLessThanOrEqual(80);
      expect(lines.find((line) => line.includes('Medvetande'))).toContain('se nedan');
      const below = lines
        .slice(lines.findIndex((line) => line.includes('¶')))
        .join(' ')
        .replace(/\s+/g, ' ');
      expect(below).toContain(told);
      const endOf = (name: string, text: string): number =>
        (lines.find((line) => line.includes(name))?.indexOf(text) ?? 0) + text.length;
      expect(endOf('Puls', '104')).toBe(endOf('Medvetande', 'se nedan'));
    }
  });
  test.each([
    ['registered', 'Väntar på svar', ['Ändrat 11:10, var 6,8\u00a0mmol/L']],
    ['cannot-be-done', 'Kan ej utföras', ['Ändrat 11:10, var 6,8\u00a0mmol/L']],
    ['deleted', 'Borttaget av avsändaren', []],
  ] as const)('§5.4 a panel’s member that is %s has its cell, on the line of its analysis', (state, text, remarks) => {
    const before = observation('2823-3', 'Kalium', '6.8', 'mmol/L');
    const { valueQuantity: _, extension: __, ...gone } = before as unknown as Record<string, unknown>;
    const former = [{ state: 'final', resource: before, replacedAt: NOW_MS - 10 * MINUTE_MS }] as never;
    const panelOf = (at: number, kalium: ReturnType<typeof member>): Entry =>
      entry(
        'results',
        { resourceType: 'DiagnosticReport', code: { text: 'Elstatus' } },
        { key: `r/${at}`, at, members: [member('na', observation('2951-2', 'Natrium', '140', 'mmol/L')), kalium] },
      );
    const entries = [
      panelOf(NOW_MS - HOUR_MS, member('k', gone, state, former)),
      panelOf(NOW_MS - 5 * HOUR_MS, member('k', observation('2823-3', 'Kalium', '4.1', 'mmol/L'))),
    ];
    const { table, documents } = viewOf('results', { parts: { results: { entries } } });
    expect(documents).toEqual([]);
    expect(table.rows.map(({ name, unit }) => [name, unit])).toEqual([
      ['Kalium', 'mmol/L'],
      ['Natrium', 'mmol/L'],
    ]);
    expect(table.rows[0]?.cells.map((cell) => cell?.text)).toEqual(['4,1', text]);
    expect(table.rows[0]?.cells.at(-1)?.remarks).toEqual(remarks);
  });
  test('of two values of one time the corrected one stands, the other beside it', () => {
    const at = NOW_MS - HOUR_MS;
    const entries = [hb(at, '104'), { ...hb(at, '61'), key: 'again', state: 'corrected' as const }];
    const [row] = viewOf('results', { parts: { results: { entries } } }).table.rows;
    expect(row?.cells.map((cell) => cell?.text)).toEqual(['61']);
    expect(row?.alsoAtSameTime.map(({ text }) => text)).toEqual(['104']);
  });
  test('a blood group is information only, also where its code says nothing and its name does', () => {
    for (const name of ['B-RhD', 'Ery-ABO-grupp', 'Blodgrupp', 'ABO']) {
      const entries = [
        entry('results', { ...observation('x', name, '1', ''), code: { text: name }, valueString: 'A' }),
      ];
      const [row] = viewOf('results', { parts: { results: { entries } } }).table.rows;
      expect(row?.cells[0]?.remarks, name).toContain('Endast information – bastest krävs');
    }
  });
  test('two values of one analysis at one time are both shown', () => {
    const entries = [hb(NOW_MS - HOUR_MS, '104'), { ...hb(NOW_MS - HOUR_MS, '134'), key: 'again' }];
    expect(
      viewOf('results', { parts: { results: { entries } } }).table.rows[0]?.alsoAtSameTime.map(({ text }) => text),
    ).toEqual(['134']);
  });
  test.each([
    ['4.10', '4,10'],
    ['<0.05', '<0,05'],
    ['1.000.000', '1.000.000'],
    ['1,5', '1,5'],
    ['pos.', 'pos.'],
    ['007', '007'],
  ])('%s stands as %s: no digit is added, rounded or lost', (written, text) => {
    const value = viewOf('results', { parts: { results: { entries: [hb(NOW_MS, written)] } } }).table.rows[0]?.latest;
    expect(value).toMatchObject({ text, written });
  });
});

describe('what a source says of the oxygen scale with the set', () => {
  const scaleSaid = (written: string, at?: number): Entry => {
    const set = panel(NAMES, at);
    const said = {
      resourceType: 'Observation',
      code: { text: 'SpO2-skala för NEWS2', coding: [{ code: 'NEWS2SKALA' }] },
      valueString: written,
    };
    return { ...set, members: [...set.members, member('scale', said)] };
  };
  const vitals = (entries: readonly Entry[], options: ChartOptions = {}): VitalsView =>
    viewOf('vitals', { parts: { vitals: { entries } } }, options);
  test('scale 2 is counted, shown, and told in the banner', () => {
    const view = vitals([scaleSaid('2')]);
    expect(view.scale).toBe(2);
    expect(view.news2.words).toContain('(skala 2)');
    const chart = composeChart(patientCopy({ parts: { vitals: { entries: [scaleSaid('2')] } } }), now);
    expect(chart.banner.chips.filter(({ kind }) => kind === 'news2-scale').map(({ words }) => words)).toEqual([
      'NEWS2 skala 2',
    ]);
  });
  test('a word that is neither 1 nor 2 decides nothing, and another set’s scale is not this set’s', () => {
    expect(vitals([scaleSaid('kanske 2')]).scale).toBe(1);
    const view = vitals([scaleSaid('2', NOW_MS - 5 * HOUR_MS), panel(NAMES)]);
    expect(view.news2.words).toContain('(skala 1)');
  });
  test('a clinician’s own choice stands over it', () => {
    expect(vitals([scaleSaid('2')], { news2Scale: 1 }).scale).toBe(1);
  });
});

describe('monitors that speak 11073 (MDC)', () => {
  const monitor = (code: string, name: string, written: string, unit: string, system = 'urn:id:MDC'): object => ({
    resourceType: 'Observation',
    code: { text: name, coding: [{ system, code }] },
    valueQuantity: { value: Number(written), unit },
  });
  const set = (change: Partial<Record<string, object>> = {}): Entry => {
    const values: Record<string, object> = {
      rr: monitor('151562', 'MDC_RESP_RATE', '22', '/min'),
      spo2: monitor('150456', 'MDC_PULS_OXIM_SAT_O2', '93', '%'),
      oxygen: VITALS.oxygen,
      sys: monitor('150021', 'MDC_PRESS_BLD_NONINV_SYS', '112', 'mm[Hg]'),
      dia: monitor('150022', 'MDC_PRESS_BLD_NONINV_DIA', '64', 'mm[Hg]'),
      pulse: monitor('147842', 'MDC_ECG_HEART_RATE', '104', '/min'),
      consciousness: VITALS.consciousness,
      temperature: monitor('150364', 'MDC_TEMP_BODY', '38.2', 'Cel'),
      ...change,
    } as Record<string, object>;
    return { ...panel([]), members: Object.entries(values).map(([key, value]) => member(key, value)) };
  };
  const view = (entry_: Entry): VitalsView => viewOf('vitals', { parts: { vitals: { entries: [entry_] } } });
  test('stand in their rows and give the same score as any other sender', () => {
    expect(view(set()).table.rows.map(({ name }) => name)).toContain('Blodtryck');
    expect(view(set()).news2.words).toBe(
      viewOf('vitals', { parts: { vitals: { entries: [panel(NAMES)] } } }).news2.words,
    );
  });
  test('the pressure of an arterial line never stands in for a cuff’s, nor a number of another code system for a monitor’s', () => {
    const arterial = set({ sys: monitor('150037', 'MDC_PRESS_BLD_ART_ABP_SYS', '98', 'mm[Hg]') });
    expect(view(arterial).news2.kind).toBe('refused');
    expect(view(arterial).table.rows.map(({ name }) => name)).toContain('MDC_PRESS_BLD_ART_ABP_SYS');
    expect(view(set({ rr: monitor('151562', 'Annat', '22', '/min', 'urn:other') })).news2.kind).toBe('refused');
  });
});

test('an answered order says so, a diet or physiotherapy is never waited for, and times are read as times', () => {
  const request = (name: string, key: string, placer: string): Entry =>
    entry(
      'orders',
      {
        resourceType: 'ServiceRequest',
        status: 'active',
        code: { text: name },
        occurrenceDateTime: '2026-11-17T06:40:34+01:00',
      },
      { key, orderNumbers: { placer } },
    );
  const answer = entry(
    'results',
    { resourceType: 'DiagnosticReport', code: { text: 'CRP' } },
    {
      source: LAB,
      key: 'DiagnosticReport/1',
      orderNumbers: { placer: 'P1' },
      members: [member('crp', observation('1988-5', 'P-CRP', '12', 'mg/L'))],
    },
  );
  const orders = [
    request('P-CRP', 'a', 'P1'),
    request('Kost: normalkost', 'b', 'P2'),
    request('Fysioterapeut: mobilisering', 'c', 'P3'),
    request('Urinodling', 'd', 'P4'),
  ];
  const chart = composeChart(
    patientCopy({ parts: { orders: { entries: orders }, results: { entries: [answer] } } }),
    now,
    { sourceNames: SOURCE_NAMES },
  );
  const results = chart.blocks.find(({ name }) => name === 'results')?.view as ResultsView;
  expect(results.pending.map(({ name }) => name)).toEqual(['Urinodling']);
  const shown = chart.blocks.find(({ name }) => name === 'orders')?.parts[0]?.entries ?? [];
  expect(shown.map(({ title, remarks }) => [title, remarks])).toContainEqual(['P-CRP', ['besvarad']]);
  expect(shown[0]?.details).toContainEqual({ label: 'Planerad', text: '06:40' });
  const text = renderChartText(chart, 100);
  expect(text).toMatch(/Besvarade +P-CRP 10:20 \(Journalen\)/);
  expect(text).not.toMatch(/\d{4}-\d{2}-\d{2}T/);
});

test('long words of a cell go on below and never run into the next column; UCUM’s signs are read as people read them', () => {
  const sets = [4, 3, 2, 1].map((hours) => {
    const set = panel(NAMES, NOW_MS - hours * HOUR_MS);
    const confused = { ...VITALS.consciousness, valueString: 'Nytillkommen förvirring' };
    return {
      ...set,
      members: set.members.map((one) => (one.key === 'consciousness' ? member(one.key, confused) : one)),
    };
  });
  const text = renderChartText(composeChart(patientCopy({ parts: { vitals: { entries: sets } } }), now), 80);
  const line = text.split('\n').find((one) => one.includes('Medvetande')) ?? '';
  expect(line.match(/Nytillkommen/g)).toHaveLength(4);
  expect(text.match(/förvirring/g)).toHaveLength(4);
  expect(line).not.toMatch(/förvirringNy/);
  expect(text).toContain('Temp °C');
  expect(text).toContain('Blodtryck mmHg');
});

test('long words of an answer stand whole, and a thousand digits are bounded and say where they stand', () => {
  const words = 'Riklig växt av Staphylococcus aureus, resistens se separat svar som skickas med nästa rapport';
  const answer = (name: string, valueString: string): Entry =>
    entry('results', { resourceType: 'Observation', code: { text: name }, valueString }, { key: name });
  const text = renderChartText(
    composeChart(
      patientCopy({
        parts: { results: { entries: [answer('Odling', words), answer('Serienummer', '7'.repeat(5000))] } },
      }),
      now,
    ),
    80,
  );
  expect(text.replace(/\s+/g, ' ')).toContain(words);
  expect(text.replace(/\s+/g, ' ')).toContain('… (hela värdet: reservkraft messages --raw)');
  expect(text.match(/7{5,}/g)?.join('').length).toBeLessThanOrEqual(60);
  for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});

describe('c3.13 an answer in words', () => {
  const words = (state: Member['state'], former: Member['former'] = []): Entry =>
    entry(
      'results',
      { resourceType: 'DiagnosticReport', code: { text: 'Odling' }, conclusion: 'Svar till avdelningen är ringt' },
      {
        members: [
          member(
            'B',
            {
              resourceType: 'Observation',
              code: { text: 'Blododling' },
              valueString: 'Växt av gramnegativa stavar, typning pågår',
            },
            state,
            former,
          ),
        ],
      },
    );
  const lines = (entries: readonly Entry[]): string =>
    renderChartText(composeChart(patientCopy({ parts: { results: { entries } } }), now), 160).replace(/\s+/g, ' ');

  test('tells the state of each of its values, beside the conclusion', () => {
    expect(lines([words('preliminary')])).toContain(
      'Odling · Svar till avdelningen är ringt · Blododling: Växt av gramnegativa stavar, typning pågår (Preliminärt)',
    );
    expect(lines([words('final')])).toContain('typning pågår · ');
    const resource = {
      resourceType: 'Observation',
      code: { text: 'Blododling' },
      valueString: 'Ingen växt',
    } as Observation;
    expect(lines([words('corrected', [{ resource, state: 'final', replacedAt: NOW_MS }])])).toContain(
      '(Rättat 11:20, var Ingen växt)',
    );
  });

  test('given twice for one moment stands as the final one, and the other says what it is', () => {
    const of = (key: string, value: string, state: Member['state']): Member =>
      member(key, { resourceType: 'Observation', code: { text: 'Art' }, valueString: value }, state);
    const twice = entry(
      'results',
      { resourceType: 'DiagnosticReport', code: { text: 'Odling' } },
      { members: [of('A#1', 'S. aureus', 'preliminary'), of('A#2', 'E. coli', 'final')] },
    );
    const told = lines([twice]);
    expect(told).toContain('Art E. coli');
    expect(told).toContain('samma källa uppger också S. aureus (Preliminärt)');
    expect(told).not.toContain('†');
  });
});

test('what two isolates of one culture are resistant to stands with each, and one alone has no number', () => {
  const of = (key: string, name: string, value: string, finding: string): Member =>
    member(key, {
      resourceType: 'Observation',
      code: { text: name },
      valueString: value,
      extension: [{ url: 'urn:reservkraft:finding', valueString: finding }],
    });
  const first = [of('A|1', 'Art', 'E. coli', '1'), of('C|1', 'Cefotaxim', 'R', '1')];
  const rows = (members: readonly Member[]) =>
    viewOf('results', {
      parts: {
        results: {
          entries: [entry('results', { resourceType: 'DiagnosticReport', code: { text: 'Odling' } }, { members })],
        },
      },
    }).table.rows.map(({ name, cells, alsoAtSameTime }) => [name, cells[0]?.text, alsoAtSameTime.length]);
  expect(rows([...first, of('A|2', 'Art', 'S. aureus', '2'), of('C|2', 'Cefotaxim', 'S', '2')])).toEqual([
    ['Art (1)', 'E. coli', 0],
    ['Art (2)', 'S. aureus', 0],
    ['Cefotaxim (1)', 'R', 0],
    ['Cefotaxim (2)', 'S', 0],
  ]);
  expect(rows([of('A|1', 'Hb', '120', '1'), of('C|2', 'CRP', '5', '2')]).map(([name]) => name)).toEqual(['CRP', 'Hb']);
  expect(rows(first)).toEqual([
    ['Art', 'E. coli', 0],
    ['Cefotaxim', 'R', 0],
  ]);
});
