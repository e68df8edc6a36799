// What cannot wait stands at the top of a chart, and nothing stands there that has not happened.

import { expect, it } from 'vitest';
import { attentionOf } from './attention.ts';
import { type CopyChange, entry, feedsInDoubt, now, observation, patientCopy } from './chart.fixture.ts';
import { composeChart } from './compose.ts';

const factsOf = (parts: CopyChange['parts'] = {}) => attentionOf(composeChart(patientCopy({ parts }), now));
const potassium = (code: string) =>
  entry('results', observation('2823-3', 'Kalium', '2.9', 'mmol/l', { interpretation: [{ coding: [{ code }] }] }));

it('is absent on a quiet day', () => expect(factsOf()).toEqual([]));

it('a critical answer is told with its unit and time; one merely low is not', () => {
  expect(factsOf({ results: { entries: [potassium('LL')] } })).toEqual([
    {
      block: 'results',
      tone: 'danger',
      icon: 'critical',
      what: 'Kalium 2,9\u00a0mmol/l',
      words: 'kritiskt lågt, taget 10:20',
    },
  ]);
  expect(factsOf({ results: { entries: [potassium('L')] } })).toEqual([]);
});

it('§5.19 given doses that fell silent are unknown, never late; those never fed are no news', () => {
  const [fact] = factsOf({ 'doses-given': { feeds: feedsInDoubt('doses-given', 'silent') } });
  expect(fact).toMatchObject({ block: 'medication', tone: 'doubt', what: 'Givna doser okända sedan 01:20' });
  expect(factsOf({ 'doses-given': { feeds: [] } })).toEqual([]);
});
