// What a round list and a work sheet say: never an empty fact, no medicine left out, and no dose called due, late or missed.

import { expect, it } from 'vitest';
import {
  type CopyChange,
  DOUBTS,
  type Doubt,
  entry,
  feedsInDoubt,
  NOW_MS,
  now,
  patientCopy,
  SOURCE_NAMES,
  stay,
} from '../chart/chart.fixture.ts';
import { composeChart } from '../chart/compose.ts';
import { unitId } from '../identity.ts';
import type { Fact } from './list-facts.ts';
import { roundFacts, workFacts, workHours, writableRows } from './list-facts.ts';
import { composeUnitList } from './unit-list.ts';

function given(parts: CopyChange['parts'] = {}) {
  const copy = patientCopy({ parts });
  const list = composeUnitList({
    unit: { id: unitId('K2'), name: 'Kirurgavdelning 2', listKind: 'bed' },
    asOf: null,
    rows: [
      {
        ...{ key: copy.key, identity: copy.identities[0]?.identity ?? { domain: '', id: '' }, kind: 'present' },
        ...{ stay: stay(), person: copy.person, isProtected: false, bedConflict: false, sourceConflict: false },
        ...{ identityConflict: false, severalPlaces: false },
      },
    ],
    feeds: [],
    copyOf: () => copy,
    names: { sourceNames: SOURCE_NAMES, unitNames: {} },
    now,
  });
  const [row] = list.rows;
  if (row === undefined) throw new Error('nobody on the list');
  const chart = composeChart(copy, now, { sourceNames: SOURCE_NAMES });
  return { list, row, work: workFacts(list, row, chart, NOW_MS), round: roundFacts(list, row) };
}

const order = (key: string, substance: string, change: object) =>
  entry(
    'medication-orders',
    {
      resourceType: 'MedicationRequest',
      status: 'active',
      intent: 'order',
      medicationCodeableConcept: { text: substance },
      ...change,
    },
    { key: `MedicationRequest/${key}` },
  );
const at = (...timeOfDay: string[]) => ({ dosageInstruction: [{ timing: { repeat: { timeOfDay } } }] });
const wordsIn = (facts: readonly Fact[], label: string): string =>
  facts
    .filter((one) => one.label === label)
    .flatMap(({ lines }) => lines.map(({ words }) => words))
    .join('|');

it('the hours are twelve, from the one that has begun', () => {
  expect(workHours(NOW_MS).words).toMatch(/^11:20–.*23:00$/);
});

it('the work sheet has the times the orders themselves write, in order, and the others by name', () => {
  const entries = [
    order('1', 'Cefotaxim', at('22:00:00', '14:00:00', '06:00:00')),
    order('2', 'Oxikodon', { dosageInstruction: [{ asNeededBoolean: true, text: 'vid smärta' }] }),
    order('3', 'Furosemid', {}),
  ];
  const { work } = given({ 'medication-orders': { entries } });
  expect(wordsIn(work, 'Ordinerade tider')).toMatch(/^14:00 Cefotaxim.*\|22:00 Cefotaxim[^|]*$/);
  expect(wordsIn(work, 'Vid behov')).toContain('Oxikodon');
  expect(work.flatMap(({ lines }) => lines).some(({ words }) => words.includes('Furosemid'))).toBe(true);
});

it('§5.19 while given doses are unknown the work sheet says so, keeps the orders’ times, and calls no dose due, late or missed', () => {
  const entries = [order('1', 'Cefotaxim', at('14:00:00'))];
  const parts = { 'medication-orders': { entries }, 'doses-given': { feeds: feedsInDoubt('doses-given', 'silent') } };
  const { work } = given(parts);
  expect(wordsIn(work, 'Ordinerade tider')).toMatch(/Givna doser okända sedan .*\|14:00 Cefotaxim/);
  const all = work.flatMap(({ lines }) => lines.map(({ words }) => words)).join(' ');
  expect(all).not.toMatch(/\b(sen|försenad|missad|ska ges|due)\b/i);
});

it.each(Object.keys(DOUBTS) as Doubt[])('§5.4 no fact is empty, and orders in doubt say so (%s)', (doubt) => {
  const names = ['allergies', 'limits', 'vitals', 'medication-orders', 'results', 'orders'] as const;
  const parts = Object.fromEntries(names.map((part) => [part, { feeds: feedsInDoubt(part, doubt) }]));
  const { work, round } = given(parts);
  for (const { label, lines } of [...work, ...round])
    expect([label, lines.filter(({ words }) => !/[\p{L}\d]/u.test(words)), lines.length > 0]).toEqual([
      label,
      [],
      true,
    ]);
  expect(wordsIn(work, 'Ordinerade tider')).not.toMatch(/^inget klockslag/);
});

it('who has left is not on a list to write on, and a chart that cannot be read is said', () => {
  const { list, row } = given();
  const left = { ...list, rows: [{ ...row, kind: 'discharged' as const }] };
  expect(writableRows(list, null)).toHaveLength(1);
  expect(writableRows(left, null)).toEqual([]);
  expect(wordsIn(workFacts(list, { ...row, cells: null }, null, NOW_MS), 'Ordinerade tider')).toBe(
    'journalkopia saknas',
  );
});
