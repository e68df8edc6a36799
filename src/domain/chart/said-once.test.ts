// What a block may say once, and what must stand each time.

import { describe, expect, it } from 'vitest';
import { entry, feed, JOURNAL, LAB, NOW_MS, now, partOf, patientCopy, SOURCE_NAMES } from './chart.fixture.ts';
import type { ChartEntry } from './chart.ts';
import { composeChart } from './compose.ts';
import { onlySource, saidOnce } from './said-once.ts';
import { tellsValue, untoldText } from './value-text.ts';

const relative = (key: string, source: typeof JOURNAL, at: number, phone: string) =>
  entry(
    'kin',
    {
      resourceType: 'RelatedPerson',
      name: [{ text: 'Lind, Per' }],
      relationship: [{ text: 'Son' }],
      telecom: [{ system: 'phone', value: phone }],
    },
    { key, source, at },
  );
const entriesOf = (...entries: readonly ReturnType<typeof entry>[]): readonly ChartEntry[] =>
  partOf(
    composeChart(patientCopy({ parts: { kin: { entries, feeds: [feed('kin')] } } }), now, {
      sourceNames: SOURCE_NAMES,
    }),
    'kin',
  ).entries;

describe('lines that are alike', () => {
  it('are one, with the time and source of each', () => {
    const entries = entriesOf(
      relative('a', JOURNAL, NOW_MS - 60_000, '070-1740610'),
      relative('b', LAB, NOW_MS - 120_000, '070-1740610'),
    );
    const [one, ...more] = saidOnce(entries);
    expect(more).toEqual([]);
    expect(one?.all.map(({ sourceName }) => sourceName).sort()).toEqual(['Journalen', 'Labbet']);
    expect(new Set(one?.all.map(({ time }) => time.text)).size).toBe(2);
    expect(onlySource(entries)).toBeNull();
  });

  it('of one source are each an act of its own, in the order they stood', () => {
    const entries = entriesOf(
      relative('a', JOURNAL, NOW_MS - 60_000, '070-1740610'),
      relative('b', LAB, NOW_MS - 90_000, '070-1740610'),
      relative('c', JOURNAL, NOW_MS - 120_000, '070-1740610'),
    );
    expect(saidOnce(entries).map(({ all }) => all.length)).toEqual([1, 1, 1]);
    expect(saidOnce(entries).map(({ entry }) => entry)).toEqual(entries);
  });

  it('are two when one word of them differs, a digit of a telephone number too', () => {
    const entries = entriesOf(
      relative('a', JOURNAL, NOW_MS - 60_000, '070-1740610'),
      relative('b', JOURNAL, NOW_MS - 60_000, '070-1740611'),
    );
    expect(saidOnce(entries)).toHaveLength(2);
    expect(onlySource(entries)).toBe('Journalen');
    expect(onlySource([])).toBeNull();
  });
});

describe('a line’s own words', () => {
  const value = (name: string, text: string) =>
    ({ name, text, unit: '', written: null }) as unknown as ChartEntry['values'][0];

  it('leave out what its values say with their names, and nothing else', () => {
    const values = [value('PVK (1)', 'PVK vänster underarm'), value('Fallrisk', '3')];
    expect(
      untoldText({ title: 'Infarter', text: 'PVK (1) PVK vänster underarm · Fallrisk 3 · Fallrisk 13 · 3', values }),
    ).toBe('Fallrisk 13 · 3');
    const limit = [value('Behandlingsbegränsning', '0-HLR')];
    expect(untoldText({ title: 'Behandlingsbegränsning', text: '0-HLR · av Ek', values: limit })).toBe('av Ek');
    expect(untoldText({ title: 'Beslut', text: '0-HLR', values: limit })).toBe('0-HLR');
    expect(untoldText({ title: 'Infarter', text: 'Patienten är ängslig', values })).toBe('Patienten är ängslig');
  });

  it('tell a value when they say it with its name, and not when its digit stands in another number', () => {
    const three = value('Fallrisk', '3');
    expect(tellsValue('Trycksår 13 · Fallrisk 3', 'Riskbedömning', three)).toBe(true);
    expect(tellsValue('Fallrisk 3 (osäker)', 'Riskbedömning', three)).toBe(true);
    expect(tellsValue('Fallrisk 31', 'Riskbedömning', three)).toBe(false);
    expect(tellsValue('Trycksår 13', 'Riskbedömning', three)).toBe(false);
    expect(tellsValue('3', 'Fallrisk', three)).toBe(true);
  });
});
