// What a source says under the number that survived a merge, of what it said under the other (knowledge c3.3, c3.4, c3.13, c3.14;
// hazards H5, H8, H11, H15; design §5.8).

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ResourceChange } from '../../domain/changes.ts';
import type { Identity } from '../../domain/identity.ts';
import {
  ANNA,
  BERTIL,
  declared,
  HOUR,
  JOURNAL,
  LAB,
  local,
  MINUTE,
  potassium,
  resource,
  TEN,
  TestCopy,
} from '../copy.fixture.ts';

let copy: TestCopy;
beforeEach(() => {
  copy = new TestCopy();
  copy.command({ command: 'declare', sources: [declared(JOURNAL, 1), declared(LAB, 2)] });
});
afterEach(() => copy.close());

const RESERVE = local('R1');
const merge = () => copy.say({ kind: 'merge', survivor: ANNA, subsumed: RESERVE });
const unmerge = () => copy.say({ kind: 'unmerge', survivor: ANNA, subsumed: RESERVE });
const lab = (subject: Identity, ...values: Parameters<typeof potassium>[]) =>
  copy.send({
    source: LAB,
    changes: [resource(subject, 'DiagnosticReport/77', { members: values.map((value) => potassium(...value)) })],
  });
const results = (identity: Identity) => copy.chart(identity).parts.results.entries;
const values = (identity: Identity) =>
  results(identity).flatMap(({ members }) =>
    members.map(({ state, resource: one, former }) => [
      state,
      (one as { valueQuantity?: { value?: number } }).valueQuantity?.value,
      former.map((before) => (before.resource as { valueQuantity?: { value?: number } }).valueQuantity?.value),
    ]),
  );
const told = (identity: Identity) =>
  copy
    .chart(identity)
    .notices.filter(({ kind }) => !kind.endsWith('merged'))
    .map(({ kind, detail }) => `${kind} ${detail}`);
const strip = (identity: Identity) => {
  const { sequence: _, notices: __, ...chart } = copy.chart(identity);
  return chart;
};

const order = (subject: Identity, status: string | null, more: object = {}) =>
  resource(subject, 'MedicationRequest/P1', {
    part: 'medication-orders',
    resource: { resourceType: 'MedicationRequest', ...(status === null ? {} : { status }), ...more } as never,
  });
const orders = (identity: Identity) =>
  copy.chart(identity).parts['medication-orders'].entries.map(({ resource: one }) => one as { status?: string });

describe('c3.3 after a merge by whichever source', () => {
  it('c3.13 a correction under the surviving number corrects what came under the other', () => {
    lab(RESERVE, [4.4]);
    merge();
    lab(ANNA, [6.4, 'corrected']);
    expect(values(ANNA)).toEqual([['corrected', 6.4, [4.4]]]);
  });

  it('c3.13 H15 a value withdrawn under the surviving number leaves view at once, and its reader is told', () => {
    lab(RESERVE, [4.4]);
    merge();
    expect(lab(ANNA, [null, 'withdrawn']).alarms).toEqual([]);
    expect(results(ANNA)).toEqual([]);
    expect(told(ANNA)).toEqual(['value-withdrawn P-Kalium']);
  });

  it('c3.4 H15 once the merge is undone the withdrawn value stands again under its own number, in doubt', () => {
    lab(RESERVE, [4.4]);
    merge();
    lab(ANNA, [null, 'withdrawn']);
    unmerge();
    expect(values(RESERVE)).toEqual([['final', 4.4, []]]);
    expect(told(RESERVE)).toEqual([
      'value-withdrawn P-Kalium (osäkert, står kvar: återtagandet kom på en annan patient)',
    ]);
    expect(results(ANNA)).toEqual([]);
    expect(told(ANNA)).toEqual(['value-withdrawn P-Kalium (hittades inte i den här journalen)']);
  });

  it('c3.13 whichever number it came under first, and whichever came first of merge and correction', () => {
    lab(ANNA, [6.4, 'corrected']);
    copy.send({
      source: LAB,
      eventAt: TEN - HOUR,
      changes: [resource(RESERVE, 'DiagnosticReport/77', { members: [potassium(4.4)] })],
    });
    merge();
    expect(values(RESERVE)).toEqual([['corrected', 6.4, [4.4]]]);
  });

  it('c3.13 a value of the report that only one number has stays', () => {
    lab(RESERVE, [4.4]);
    merge();
    const sodium = { ...potassium(140), key: 'Na' };
    copy.send({ source: LAB, changes: [resource(ANNA, 'DiagnosticReport/77', { members: [sodium] })] });
    expect(results(ANNA)).toHaveLength(1);
    expect(
      results(ANNA)[0]
        ?.members.map(({ key }) => key)
        .sort(),
    ).toEqual(['K', 'Na']);
  });

  it('c3.14 H8 a medicine stopped under the surviving number is stopped, with its dose and its name', () => {
    copy.say(order(RESERVE, 'active', { medicationCodeableConcept: { text: 'Heparin' } }));
    merge();
    copy.say(order(ANNA, 'stopped'));
    expect(orders(ANNA)).toMatchObject([{ status: 'stopped', medicationCodeableConcept: { text: 'Heparin' } }]);
    // A change of dose under the old number, said later, starts nothing again.
    copy.say(order(RESERVE, null, { dosageInstruction: [{ text: '2' }] }));
    expect(orders(ANNA)).toMatchObject([{ status: 'stopped', dosageInstruction: [{ text: '2' }] }]);
  });

  it('c3.3 a dose told again under the surviving number is the one dose, as told last', () => {
    const dose = (subject: Identity, body: object, more: Partial<ResourceChange> = {}) =>
      resource(subject, 'MedicationAdministration/1', {
        part: 'doses-given',
        mode: 'replace',
        resource: { resourceType: 'MedicationAdministration', ...body } as never,
        ...more,
      });
    const doses = () => copy.chart(ANNA).parts['doses-given'].entries.map(({ resource: one }) => one);
    copy.say(dose(RESERVE, { status: 'completed', statusReason: [{ text: 'a' }] }));
    merge();
    copy.say(dose(ANNA, { status: 'not-done' }));
    expect(doses()).toEqual([{ resourceType: 'MedicationAdministration', status: 'not-done' }]);
    copy.say(dose(ANNA, { status: 'entered-in-error' }, { mode: 'withdraw', state: 'deleted' }));
    expect(doses()).toEqual([]);
  });

  it('H5 an allergy deleted under the surviving number is gone, and that is told', () => {
    const latex = (subject: Identity, more: Partial<ResourceChange> = {}) =>
      resource(subject, 'AllergyIntolerance/Latex', { part: 'allergies', mode: 'replace', text: 'Latex', ...more });
    copy.say(latex(RESERVE));
    merge();
    copy.say(latex(ANNA, { mode: 'withdraw', state: 'deleted' }));
    expect(copy.chart(ANNA).parts.allergies.entries).toEqual([]);
    expect(told(ANNA)).toEqual(['allergy-removed Latex']);
    copy.say(latex(ANNA));
    expect(copy.chart(ANNA).parts.allergies.entries).toHaveLength(1);
  });

  it("a server's resource moved between two numbers of one person is not told as another patient's", () => {
    copy.say(resource(RESERVE, 'Observation/55', { keyScope: 'source', mode: 'replace' }));
    merge();
    copy.say(resource(ANNA, 'Observation/55', { keyScope: 'source', mode: 'replace' }));
    expect(results(ANNA)).toHaveLength(1);
    expect(told(ANNA)).toEqual([]);
  });

  it('c3.4 the merge undone gives both charts back exactly as if it had never been', () => {
    const say = () => {
      lab(RESERVE, [4.4]);
      copy.say(order(RESERVE, 'active'));
      return () => {
        lab(ANNA, [6.4, 'corrected']);
        copy.say(order(ANNA, 'stopped'));
      };
    };
    const later = say();
    merge();
    later();
    unmerge();
    expect(values(RESERVE)).toEqual([['final', 4.4, []]]);
    expect(values(ANNA)).toEqual([['corrected', 6.4, []]]);
    expect([orders(RESERVE), orders(ANNA)]).toMatchObject([[{ status: 'active' }], [{ status: 'stopped' }]]);
  });

  it('what another patient has under the same key is never touched', () => {
    lab(RESERVE, [4.4]);
    lab(BERTIL, [5.5]);
    const before = strip(BERTIL);
    merge();
    lab(ANNA, [6.4, 'corrected']);
    expect(strip(BERTIL).parts.results.entries).toEqual(before.parts.results.entries);
  });

  it('§5.15 the chart of an earlier moment is as it was then', () => {
    lab(RESERVE, [4.4]);
    merge();
    copy.send({ at: TEN + 10 * MINUTE, changes: [] });
    copy.send({
      source: LAB,
      at: TEN + 20 * MINUTE,
      changes: [resource(ANNA, 'DiagnosticReport/77', { members: [potassium(null, 'withdrawn')] })],
    });
    expect(copy.chart(ANNA, TEN + 10 * MINUTE).parts.results.entries).toHaveLength(1);
    expect(copy.chart(ANNA).parts.results.entries).toEqual([]);
  });
});

describe('H4 inga kända across a merge', () => {
  const said = (subject: Identity, statedNone: boolean, eventAt: number) =>
    copy.send({
      eventAt,
      changes: [
        {
          kind: 'part-snapshot',
          subject,
          part: 'allergies',
          keys: [],
          statedNone,
          scope: 'statement',
          statedBy: 'nka',
        },
      ],
    });
  const none = () => copy.chart(ANNA).parts.allergies.statedNone;

  it('a denial of one number is not revived when an allergy said since of the other is deleted', () => {
    said(RESERVE, true, TEN);
    merge();
    expect(none()).toHaveLength(1);
    const penicillin = resource(ANNA, 'AllergyIntolerance/Pc', { part: 'allergies', mode: 'replace' });
    copy.send({ eventAt: TEN + HOUR, changes: [penicillin] });
    expect(none()).toEqual([]);
    copy.send({ eventAt: TEN + 2 * HOUR, changes: [{ ...penicillin, mode: 'withdraw', state: 'deleted' }] });
    expect(none()).toEqual([]);
    said(ANNA, true, TEN + 3 * HOUR);
    expect(none()).toHaveLength(1);
    unmerge();
    expect(copy.chart(RESERVE).parts.allergies.statedNone).toHaveLength(1);
  });

  it('what another source says takes no denial back', () => {
    said(RESERVE, true, TEN);
    merge();
    copy.send({
      source: LAB,
      eventAt: TEN + HOUR,
      changes: [resource(ANNA, 'AllergyIntolerance/Pc', { part: 'allergies', mode: 'replace' })],
    });
    expect(none()).toHaveLength(1);
  });
});
