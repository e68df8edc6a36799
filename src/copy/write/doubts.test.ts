// What a source changed in a way that is not read is shown as no longer sure, until the source says it whole again.

import { expect, it } from 'vitest';
import { ANNA, BERTIL, declared, LAB, local, resource, type TestCopy } from '../copy.fixture.ts';
import { onFreshCopy } from '../fresh-copy.fixture.ts';

let copy: TestCopy;
onFreshCopy((fresh) => {
  copy = fresh;
  copy.command({ command: 'declare', sources: [declared(LAB, 1, ['medication-orders', 'allergies'])] });
});

const order = (text = 'Waran') =>
  resource(ANNA, 'MedicationRequest/7', { part: 'medication-orders', mode: 'replace', keyScope: 'source', text });
const fromServer = (more: object) => copy.send({ source: LAB, ...more });
const patched = { detail: 'PATCH MedicationRequest', key: 'MedicationRequest/7', subject: null, parts: [] };
const stateOf = () => copy.chart(ANNA).parts['medication-orders'].entries.map(({ state }) => state);

it('a patched order is in doubt, with its part, and no other patient’s', () => {
  fromServer({ changes: [order(), resource(BERTIL, 'MedicationRequest/8', { part: 'medication-orders' })] });
  expect(fromServer({ outcome: 'unread', type: 'Bundle/batch', doubts: [patched] }).outcome).toBe('unread');
  expect(stateOf()).toEqual(['unknown']);
  expect(copy.chart(ANNA).notices).toMatchObject([
    { kind: 'unread-message', detail: 'PATCH MedicationRequest', part: 'medication-orders' },
  ]);
  expect(copy.chart(BERTIL).notices).toEqual([]);
});

it('said whole again, word for word, the doubt is gone from it', () => {
  fromServer({ changes: [order()] });
  fromServer({ changes: [resource(ANNA, 'R/1')], doubts: [patched] });
  expect(stateOf()).toEqual(['unknown']);
  fromServer({ changes: [order()] });
  expect(stateOf()).toEqual(['final']);
});

it('a delete by criteria that names a patient makes that part of the chart incomplete', () => {
  const doubt = { detail: 'DELETE AllergyIntolerance', key: null, subject: local('1'), parts: ['allergies'] };
  fromServer({ outcome: 'unread', type: 'Bundle/transaction', doubts: [doubt] });
  expect(copy.chart(local('1')).notices).toMatchObject([{ kind: 'unread-message', part: 'allergies' }]);
});

it('another source’s resource of that id is not its', () => {
  copy.say(order());
  fromServer({ outcome: 'unread', doubts: [patched] });
  expect(stateOf()).toEqual(['final']);
});
