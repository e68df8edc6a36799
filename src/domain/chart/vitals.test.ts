// Vital signs and NEWS2 as a chart shows them.

import { describe, expect, test } from 'vitest';
import { VARMLAND_RESERVE } from '../identity-domains.ts';
import type { Entry } from '../patient-copy.ts';
import {
  type CopyChange,
  DAY_MS,
  entry,
  HOUR_MS,
  JOURNAL,
  MINUTE_MS,
  member,
  NOW_MS,
  now,
  observation,
  PUMPS,
  patientCopy,
  stay,
} from './chart.fixture.ts';
import type { ChartNews2, VitalsView } from './chart.ts';
import { composeChart } from './compose.ts';
import type { ChartOptions } from './context.ts';
import { renderChartText } from './text.ts';
import { panel, VITALS, type Vital, viewOf } from './view-of.fixture.ts';

const NAMES = Object.keys(VITALS) as readonly Vital[];

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
