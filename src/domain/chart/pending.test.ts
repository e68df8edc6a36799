// What is waited for, as a chart tells it.

import { describe, expect, test } from 'vitest';
import type { Entry, PartFeed } from '../patient-copy.ts';
import {
  ago,
  entry,
  feed,
  HOUR_MS,
  LAB,
  member,
  NOW_MS,
  now,
  observation,
  patientCopy,
  SOURCE_NAMES,
} from './chart.fixture.ts';
import type { ResultsView } from './chart.ts';
import { composeChart } from './compose.ts';
import { renderChartText } from './text.ts';
import { viewOf } from './view-of.fixture.ts';

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
