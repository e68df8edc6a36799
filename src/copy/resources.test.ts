// Results, orders, allergies and documents through corrections (knowledge c3.1, c3.7, c3.13; hazards H4, H5, H15, H16).

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MemberChange } from '../domain/changes.ts';
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
} from './copy.fixture.ts';

let copy: TestCopy;
beforeEach(() => {
  copy = new TestCopy();
});
afterEach(() => copy.close());

const REPORT = 'DiagnosticReport/1';
const sodium: MemberChange = {
  key: 'Na',
  state: 'final',
  resource: { resourceType: 'Observation', status: 'final', code: { text: 'P-Natrium' }, valueString: '140' },
};
const report = (...members: readonly MemberChange[]) => resource(ANNA, REPORT, { members });
const members = () => copy.chart(ANNA).parts.results.entries[0]?.members ?? [];
const values = () =>
  members().map(({ key, state, resource: one }) => [
    key,
    state,
    (one as { valueQuantity?: { value?: number } }).valueQuantity?.value,
  ]);

describe('c3.13 values of a report', () => {
  it('c3.13 partial: a partial resend never deletes the other values', () => {
    copy.say(report(potassium(4.1), sodium));
    copy.say(report(potassium(4.2)));
    expect(members().map(({ key }) => key)).toEqual(['K', 'Na']);
  });

  it('c3.13 corrected: the former value is kept and told', () => {
    copy.say(report(potassium(4.1)));
    copy.say(report(potassium(5.9, 'corrected')));
    expect(members()).toMatchObject([
      {
        state: 'corrected',
        resource: { valueQuantity: { value: 5.9 } },
        former: [{ state: 'final', replacedAt: copy.wall, resource: { valueQuantity: { value: 4.1 } } }],
      },
    ]);
  });

  it('c3.13 corrected: a value that is no report’s keeps what it was before, and gives it up when it is taken back', () => {
    const single = (value: number | null, state: 'final' | 'corrected' | 'withdrawn', key = 'Observation/k') =>
      resource(ANNA, key, {
        keyScope: 'source',
        mode: state === 'withdrawn' ? 'withdraw' : 'replace',
        state,
        resource: potassium(value).resource,
      });
    const entry = () => copy.chart(ANNA).parts.results.entries[0];
    copy.say(single(4.1, 'final'));
    copy.say(single(4.1, 'final'));
    expect(entry()).not.toHaveProperty('former');
    copy.say(single(5.9, 'corrected'));
    const before = { state: 'final', replacedAt: copy.wall, resource: { valueQuantity: { value: 4.1 } } };
    expect(entry()).toMatchObject({ state: 'corrected', former: [before] });
    copy.say(single(5.9, 'corrected'));
    copy.send({ eventAt: TEN - HOUR, changes: [single(3.9, 'final')] });
    expect(entry()).toMatchObject({
      resource: { valueQuantity: { value: 5.9 } },
      former: [before, { state: 'final', resource: { valueQuantity: { value: 3.9 } } }],
    });
    copy.say(single(null, 'withdrawn'));
    copy.say(single(4.4, 'final'));
    expect(entry()).toMatchObject({ resource: { valueQuantity: { value: 4.4 } } });
    expect(entry()).not.toHaveProperty('former');
    expect(JSON.stringify(copy.chart(ANNA).parts)).not.toMatch(/5\.9|4\.1/);
  });

  const glucose = (key: string, value: number, minute: number, state: MemberChange['state']): MemberChange => ({
    key,
    state,
    resource: {
      resourceType: 'Observation',
      status: 'final',
      code: { text: 'Glukos' },
      effectiveDateTime: new Date(TEN + minute * MINUTE).toISOString(),
      ...(state === 'withdrawn' ? {} : { valueQuantity: { value } }),
    },
  });

  it('c3.13 corrected: of a value measured several times the one of its time, told alone or beside the others', () => {
    copy.say(report(glucose('G@0', 4, 0, 'final'), glucose('G@30', 5, 30, 'final')));
    copy.say(report(glucose('G', 6, 30, 'corrected')));
    expect(values()).toEqual([
      ['G@0', 'final', 4],
      ['G@30', 'corrected', 6],
    ]);
    copy.say(resource(BERTIL, REPORT, { members: [glucose('G', 4, 0, 'final')] }));
    copy.say(
      resource(BERTIL, REPORT, { members: [glucose('G@0', 5, 0, 'corrected'), glucose('G@30', 7, 30, 'final')] }),
    );
    copy.say(resource(BERTIL, REPORT, { members: [glucose('G', 0, 30, 'withdrawn')] }));
    const [entry] = copy.chart(BERTIL).parts.results.entries;
    expect(entry?.members).toMatchObject([{ key: 'G', state: 'corrected', former: [{ state: 'final' }] }]);
  });

  it('c3.13 status only: the value stands with the sender’s own digits, its picture, range and flag', () => {
    const told = {
      ...potassium(4.1, 'preliminary'),
      resource: {
        ...potassium(4.1).resource,
        extension: [{ url: 'urn:reservkraft:as-written', valueString: '4.10' }],
        referenceRange: [{ text: '3,5 - 4,4' }],
        interpretation: [{ coding: [{ code: 'N' }] }],
      } as MemberChange['resource'],
    };
    const only = {
      resourceType: 'Observation',
      status: 'final',
      code: { text: 'P-Kalium' },
    } as MemberChange['resource'];
    copy.say(report(told));
    copy.say(report({ key: 'K', state: 'final', resource: only }));
    expect(members()[0]).toMatchObject({
      state: 'final',
      resource: {
        valueQuantity: { value: 4.1 },
        extension: [{ valueString: '4.10' }],
        referenceRange: [{ text: '3,5 - 4,4' }],
        interpretation: [{ coding: [{ code: 'N' }] }],
      },
    });
  });

  it('c3.13 final after preliminary with the same value is no correction', () => {
    copy.say(report(potassium(4.1, 'preliminary')));
    copy.say(report(potassium(4.1, 'final')));
    expect(members()).toMatchObject([{ state: 'final', former: [] }]);
  });

  it('c3.13 withdrawn: a value of another patient leaves view at once with its history, and the reader is told', () => {
    copy.say(report(potassium(4.1), sodium));
    copy.say(report(potassium(5.9, 'corrected')));
    copy.say(report(potassium(null, 'withdrawn')));
    const text = JSON.stringify(copy.chart(ANNA).parts);
    expect(members().map(({ key }) => key)).toEqual(['Na']);
    expect(text).not.toContain('5.9');
    expect(text).not.toContain('4.1');
    expect(copy.chart(ANNA).notices).toMatchObject([{ kind: 'value-withdrawn', detail: 'P-Kalium', part: 'results' }]);
  });

  it('c3.13 withdrawn: a report with nothing left leaves view, and an older copy of it does not return', () => {
    copy.say(report(potassium(4.1)));
    copy.say(report(potassium(null, 'withdrawn')));
    copy.send({ eventAt: TEN, changes: [report(potassium(4.1))] });
    expect(copy.chart(ANNA).parts.results.entries).toEqual([]);
  });

  it('c3.13 deleted: the value goes and that it was there is told', () => {
    copy.say(report(potassium(4.1), sodium));
    copy.say(report({ ...potassium(null), state: 'deleted' }));
    expect(members()[0]).toMatchObject({ state: 'deleted', former: [{ resource: { valueQuantity: { value: 4.1 } } }] });
    expect(members()[0]?.resource).not.toHaveProperty('valueQuantity');
  });

  it('c3.13 status without value: the value stands', () => {
    copy.say(report(potassium(4.1, 'preliminary')));
    copy.say(report(potassium(null, 'final')));
    expect(values()).toEqual([['K', 'final', 4.1]]);
  });

  it('c3.13 late: an answer older than its correction never wins, and is told as what stood before', () => {
    copy.send({ eventAt: TEN + HOUR, changes: [report(potassium(5.9, 'corrected'))] });
    copy.send({ eventAt: TEN, changes: [report(potassium(4.1, 'final'))] });
    expect(members()).toMatchObject([
      {
        state: 'corrected',
        resource: { valueQuantity: { value: 5.9 } },
        former: [{ resource: { valueQuantity: { value: 4.1 } } }],
      },
    ]);
  });

  it('c3.13 late: within one event time a preliminary copy does not undo the final answer', () => {
    copy.send({ eventAt: TEN, changes: [report(potassium(4.1, 'final'))] });
    copy.send({ eventAt: TEN, changes: [report(potassium(4.0, 'preliminary'))] });
    expect(values()).toEqual([['K', 'final', 4.1]]);
  });

  it('c3.13 late: each value has its own time; an older message still adds values nobody has spoken of', () => {
    copy.send({ eventAt: TEN + HOUR, changes: [report(potassium(4.1))] });
    copy.send({ eventAt: TEN, changes: [report(potassium(3.0), sodium)] });
    expect(members().map(({ key, former }) => [key, former.length])).toEqual([
      ['K', 0],
      ['Na', 0],
    ]);
    expect(values()[0]).toEqual(['K', 'final', 4.1]);
  });
});

describe('c3.13 late words and the same sent once more', () => {
  const say = (minute: number, ...said: readonly MemberChange[]) =>
    copy.send({ eventAt: TEN + minute * MINUTE, changes: [report(...said)] });
  const notices = () => copy.chart(ANNA).notices.map(({ kind, detail }) => `${kind} ${detail}`);

  it('c3.13 late: a withdrawal is not warded off by the same value sent once more', () => {
    say(0, potassium(4.4));
    say(60, potassium(4.4));
    say(15, potassium(4.4, 'withdrawn'));
    expect(members()).toEqual([]);
    expect(notices()).toEqual(['value-withdrawn P-Kalium']);
  });

  it('c3.13 late: nor is a withdrawal that names no value, a deletion or a correction', () => {
    const states = [
      potassium(null, 'withdrawn'),
      { ...potassium(null), state: 'deleted' },
      potassium(6.4, 'corrected'),
    ] as const;
    for (const late of states) {
      say(0, sodium, potassium(4.4));
      say(60, sodium, potassium(4.4));
      say(15, late);
      expect(values().some(([key, state, value]) => key === 'K' && state === 'final' && value === 4.4)).toBe(false);
      copy.close();
      copy = new TestCopy();
    }
  });

  it('c3.13 late: a late correction keeps what stood before it', () => {
    say(0, potassium(4.4));
    say(60, potassium(4.4));
    say(15, potassium(6.4, 'corrected'));
    expect(members()).toMatchObject([
      {
        state: 'corrected',
        resource: { valueQuantity: { value: 6.4 } },
        former: [{ resource: { valueQuantity: { value: 4.4 } } }],
      },
    ]);
  });

  it('c3.13 late: older than a new value, it changes nothing and is told', () => {
    say(0, potassium(4.4));
    say(60, potassium(5.1));
    say(15, potassium(null, 'withdrawn'));
    expect(members()).toMatchObject([{ state: 'final', resource: { valueQuantity: { value: 5.1 } }, former: [] }]);
    expect(notices()).toEqual(['value-withdrawn P-Kalium (osäkert, står kvar: återtagandet är äldre än värdet)']);
  });

  it('c3.13 late: a deletion or a correction older than a new value is told', () => {
    say(60, potassium(5.1));
    say(15, { ...potassium(null), state: 'deleted' });
    expect(values()).toEqual([['K', 'final', 5.1]]);
    expect(notices()).toEqual(['late-word P-Kalium']);
    say(20, potassium(6.4, 'corrected'));
    expect(members()).toMatchObject([
      { resource: { valueQuantity: { value: 5.1 } }, former: [{ resource: { valueQuantity: { value: 6.4 } } }] },
    ]);
  });

  it('c3.13 withdrawn: the very same value sent once more is not shown, and that it came is told', () => {
    say(0, potassium(4.4));
    say(10, potassium(null, 'withdrawn'));
    say(20, potassium(4.4));
    expect(members()).toEqual([]);
    expect(notices()).toEqual(['value-withdrawn P-Kalium (sänt igen efter återtagandet, visas inte)']);
    expect(JSON.stringify(copy.chart(ANNA))).not.toContain('4.4');
    say(30, potassium(5.1));
    expect(values()).toEqual([['K', 'final', 5.1]]);
    say(40, potassium(4.4));
    expect(values()).toEqual([['K', 'final', 5.1]]);
    say(50, potassium(4.4, 'corrected'));
    expect(values()).toEqual([['K', 'corrected', 4.4]]);
  });

  it('H5 a deleted allergy, document or dose is not kept by having been sent once more', () => {
    const latex = resource(ANNA, 'A/Latex', { part: 'allergies', mode: 'replace', text: 'Latex' });
    const at = (minute: number, change: typeof latex) =>
      copy.send({ eventAt: TEN + minute * MINUTE, changes: [change] });
    at(0, latex);
    at(60, latex);
    at(15, { ...latex, mode: 'withdraw', state: 'deleted' });
    expect(copy.chart(ANNA).parts.allergies.entries).toEqual([]);
    expect(notices()).toEqual(['allergy-removed Latex']);
    at(70, { ...latex, resource: { ...latex.resource, criticality: 'high' } as never });
    at(65, { ...latex, mode: 'withdraw', state: 'deleted' });
    expect(copy.chart(ANNA).parts.allergies.entries).toHaveLength(1);
    expect(notices()).toContain('late-word Latex');
  });
});

describe('c3.7 the same again', () => {
  it('c3.7 content: the same content under another control id makes no new version, but older messages now stand back', () => {
    copy.send({ eventAt: TEN, changes: [report(potassium(4.1))] });
    const received = copy.wall;
    copy.send({ eventAt: TEN + HOUR, changes: [report(potassium(4.1))] });
    expect(copy.db.prepare('SELECT count(*) FROM fact WHERE key = ?').pluck().get(REPORT)).toBe(1);
    copy.send({ eventAt: TEN + MINUTE, changes: [report(potassium(9.9))] });
    expect(values()).toEqual([['K', 'final', 4.1]]);
    expect(copy.chart(ANNA).parts.results.entries[0]?.receivedAt).toBe(received);
  });

  it('c3.7 content: a stay told again exactly makes no new version', () => {
    const admit = { kind: 'stay', subject: ANNA, visit: null, action: 'admit', fields: { bed: '1' }, at: TEN } as const;
    copy.say(admit);
    copy.say(admit);
    expect(copy.db.prepare('SELECT count(*) FROM fact').pluck().get()).toBe(1);
  });
});

describe('resources', () => {
  const order = (status: string, eventAt: number) =>
    copy.send({
      eventAt,
      changes: [
        resource(ANNA, 'ServiceRequest/1', {
          part: 'orders',
          resource: { resourceType: 'ServiceRequest', status, intent: 'order', subject: {} } as never,
          mode: 'replace',
        }),
      ],
    });
  const statuses = () =>
    copy.chart(ANNA).parts.orders.entries.map(({ resource: one }) => (one as { status?: string }).status);

  it('a newer version replaces, an older one is passed by', () => {
    order('active', TEN);
    order('completed', TEN + HOUR);
    order('active', TEN + MINUTE);
    expect(statuses()).toEqual(['completed']);
  });

  it('c3.6 c3.14 H8 a stop that comes late is a stop, whatever else of the order was said since', () => {
    const said = (minute: number, elements: object) =>
      copy.send({
        eventAt: TEN + minute * MINUTE,
        changes: [
          resource(ANNA, 'MedicationRequest/1', {
            part: 'medication-orders',
            resource: { resourceType: 'MedicationRequest', ...elements } as never,
          }),
        ],
      });
    const kept = () => copy.chart(ANNA).parts['medication-orders'].entries[0]?.resource;
    said(0, { status: 'active', dosageInstruction: [{ text: '5 mg' }] });
    said(40, { note: [{ text: 'kontrollera INR' }] });
    said(30, { status: 'stopped' });
    said(20, { dosageInstruction: [{ text: '2,5 mg' }] });
    expect(kept()).toMatchObject({ status: 'stopped', dosageInstruction: [{ text: '2,5 mg' }] });
    said(25, { status: 'active' });
    said(10, { dosageInstruction: [{ text: '7,5 mg' }] });
    expect(kept()).toMatchObject({ status: 'stopped', dosageInstruction: [{ text: '2,5 mg' }] });
  });

  it('merged elements replace and absent ones stay', () => {
    copy.say(resource(ANNA, 'S/1', { text: 'before', orderNumbers: { placer: 'P1' } }));
    copy.say(
      resource(ANNA, 'S/1', {
        resource: { resourceType: 'DiagnosticReport', status: 'amended' } as never,
        orderNumbers: { filler: 'F1' },
      }),
    );
    expect(copy.chart(ANNA).parts.results.entries).toMatchObject([
      { resource: { status: 'amended', code: { text: 'before' } }, orderNumbers: { placer: 'P1', filler: 'F1' } },
    ]);
  });

  it('a withdrawn document leaves view, is told, and stays away', () => {
    copy.say(resource(ANNA, 'D/1', { part: 'notes', text: 'Epikris' }));
    copy.say(resource(ANNA, 'D/1', { part: 'notes', text: 'Epikris', mode: 'withdraw', state: 'withdrawn' }));
    copy.send({ eventAt: TEN, changes: [resource(ANNA, 'D/1', { part: 'notes', text: 'Epikris' })] });
    expect(copy.chart(ANNA).parts.notes.entries).toEqual([]);
    expect(copy.chart(ANNA).notices).toMatchObject([{ kind: 'document-withdrawn', detail: 'Epikris', part: 'notes' }]);
  });

  it("a server's resource that is moved to the right person leaves the wrong one in the same message", () => {
    copy.say(resource(ANNA, 'Observation/55', { keyScope: 'source' }));
    copy.say(resource(BERTIL, 'Observation/55', { keyScope: 'source' }));
    expect(copy.chart(ANNA).parts.results.entries).toEqual([]);
    expect(copy.chart(ANNA).notices.map(({ kind }) => kind)).toEqual(['value-withdrawn']);
    expect(copy.chart(BERTIL).parts.results.entries).toHaveLength(1);
    copy.say({ kind: 'withdraw-key', key: 'Observation/55' });
    expect(copy.chart(BERTIL).parts.results.entries).toEqual([]);
  });

  it('one source never writes what another has said', () => {
    copy.say(resource(ANNA, 'R/1', { text: 'from the journal' }));
    copy.send({ source: LAB, changes: [resource(ANNA, 'R/1', { text: 'from the lab', mode: 'replace' })] });
    copy.send({ source: LAB, changes: [resource(ANNA, 'R/1', { mode: 'withdraw', state: 'withdrawn' })] });
    expect(copy.chart(ANNA).parts.results.entries).toMatchObject([
      { resource: { code: { text: 'from the journal' } } },
    ]);
  });
});

describe('c3.1 allergies', () => {
  const allergy = (key: string) => resource(ANNA, key, { part: 'allergies', text: key, mode: 'replace' });
  const list = (keys: readonly string[], statedNone = false, scope: 'list' | 'statement' = 'list') =>
    ({ kind: 'part-snapshot', subject: ANNA, part: 'allergies', keys, statedNone, scope }) as const;
  const keys = () => copy.chart(ANNA).parts.allergies.entries.map(({ key }) => key);

  it('c3.1 removed: an allergy no longer in the list is told for 24 hours', () => {
    copy.say(allergy('Penicillin'), allergy('Latex'), list(['Penicillin', 'Latex']));
    copy.say(allergy('Latex'), list(['Latex']));
    const removedAt = copy.wall;
    expect(keys()).toEqual(['Latex']);
    expect(copy.chart(ANNA).notices).toMatchObject([
      { kind: 'allergy-removed', detail: 'Penicillin', part: 'allergies' },
    ]);
    copy.send({ at: removedAt + 24 * HOUR, changes: [] });
    expect(copy.chart(ANNA).notices).toHaveLength(1);
    copy.send({ at: removedAt + 24 * HOUR + 1, changes: [] });
    expect(copy.chart(ANNA).notices).toEqual([]);
  });

  it('c3.1 none: only a statement says inga kända, and a later allergy takes it back', () => {
    expect(copy.chartOrNull(ANNA)?.parts.allergies.statedNone ?? []).toEqual([]);
    copy.say(list([]));
    expect(copy.chart(ANNA).parts.allergies.statedNone).toEqual([]);
    copy.say(list([], true));
    expect(copy.chart(ANNA).parts.allergies.statedNone).toMatchObject([{ source: 'journal' }]);
    copy.say(allergy('Latex'));
    expect(copy.chart(ANNA).parts.allergies).toMatchObject({ statedNone: [], entries: [{ key: 'Latex' }] });
  });

  it('c3.1 none: a lone statement removes nothing; the contradiction is shown', () => {
    copy.say(allergy('Latex'));
    copy.say(list([], true, 'statement'));
    expect(copy.chart(ANNA).parts.allergies).toMatchObject({ statedNone: [{}], entries: [{ key: 'Latex' }] });
  });

  it('c3.1 late: an allergy older than the list that lacks it does not return, and an older list removes nothing', () => {
    copy.send({ eventAt: TEN + HOUR, changes: [allergy('Latex'), list(['Latex'])] });
    copy.send({ eventAt: TEN, changes: [allergy('Penicillin')] });
    copy.send({ eventAt: TEN, changes: [list([])] });
    expect(keys()).toEqual(['Latex']);
  });
});

describe('a value taken back from a patient who does not have it (H15)', () => {
  const report = (subject: typeof ANNA, value: number | null, state: 'final' | 'withdrawn') =>
    resource(subject, 'DiagnosticReport/1', { members: [potassium(value, state)] });
  const told = (subject: typeof ANNA) => copy.chart(subject).notices.map(({ kind, detail }) => [kind, detail]);

  it('is an alarm, told on that chart, and on the chart that has it, where it stays', () => {
    copy.say(report(BERTIL, 6.1, 'final'));
    const result = copy.say(report(ANNA, null, 'withdrawn'));
    expect(result).toMatchObject({ outcome: 'applied', alarms: [{ code: 'unmatched-withdrawal' }] });
    expect(copy.reader.outcomes()).toHaveLength(1);
    expect(told(ANNA)).toEqual([['value-withdrawn', 'P-Kalium (hittades inte i den här journalen)']]);
    expect(told(BERTIL)).toEqual([
      ['value-withdrawn', 'P-Kalium (osäkert, står kvar: återtagandet kom på en annan patient)'],
    ]);
    expect(copy.chart(BERTIL).parts.results.entries[0]?.members).toMatchObject([{ state: 'final' }]);
  });

  it('is taken back under the number the source has merged into the one it names', () => {
    copy.command({ command: 'declare', sources: [declared(JOURNAL, 1)] });
    copy.say(report(local('R1'), 6.1, 'final'), { kind: 'merge', survivor: ANNA, subsumed: local('R1') });
    expect(copy.say(report(ANNA, null, 'withdrawn')).alarms).toEqual([]);
    expect(copy.chart(local('R1')).parts.results.entries).toEqual([]);
  });

  it('is no alarm when it is found', () => {
    copy.say(report(ANNA, 6.1, 'final'));
    expect(copy.say(report(ANNA, null, 'withdrawn')).alarms).toEqual([]);
  });
});
