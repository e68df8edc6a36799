import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MemberChange } from '../domain/changes.ts';
import { membersOf, REPORT, report, valuesOf } from './answers.fixture.ts';
import {
  ANNA,
  BERTIL,
  declared,
  HOUR,
  JOURNAL,
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

const sodium: MemberChange = {
  key: 'Na',
  state: 'final',
  resource: { resourceType: 'Observation', status: 'final', code: { text: 'P-Natrium' }, valueString: '140' },
};

describe('c3.13 values of a report', () => {
  it('c3.13 partial: a partial resend never deletes the other values', () => {
    copy.say(report(potassium(4.1), sodium));
    copy.say(report(potassium(4.2)));
    expect(membersOf(copy).map(({ key }) => key)).toEqual(['K', 'Na']);
  });

  it('c3.13 corrected: the former value is kept and told', () => {
    copy.say(report(potassium(4.1)));
    copy.say(report(potassium(5.9, 'corrected')));
    expect(membersOf(copy)).toMatchObject([
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
    expect(valuesOf(copy)).toEqual([
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
    expect(membersOf(copy)[0]).toMatchObject({
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
    expect(membersOf(copy)).toMatchObject([{ state: 'final', former: [] }]);
  });

  it('c3.13 withdrawn: a value of another patient leaves view at once with its history, and the reader is told', () => {
    copy.say(report(potassium(4.1), sodium));
    copy.say(report(potassium(5.9, 'corrected')));
    copy.say(report(potassium(null, 'withdrawn')));
    const text = JSON.stringify(copy.chart(ANNA).parts);
    expect(membersOf(copy).map(({ key }) => key)).toEqual(['Na']);
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
    expect(membersOf(copy)[0]).toMatchObject({
      state: 'deleted',
      former: [{ resource: { valueQuantity: { value: 4.1 } } }],
    });
    expect(membersOf(copy)[0]?.resource).not.toHaveProperty('valueQuantity');
  });

  it('c3.13 status without value: the value stands', () => {
    copy.say(report(potassium(4.1, 'preliminary')));
    copy.say(report(potassium(null, 'final')));
    expect(valuesOf(copy)).toEqual([['K', 'final', 4.1]]);
  });

  it('c3.13 late: an answer older than its correction never wins, and is told as what stood before', () => {
    copy.send({ eventAt: TEN + HOUR, changes: [report(potassium(5.9, 'corrected'))] });
    copy.send({ eventAt: TEN, changes: [report(potassium(4.1, 'final'))] });
    expect(membersOf(copy)).toMatchObject([
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
    expect(valuesOf(copy)).toEqual([['K', 'final', 4.1]]);
  });

  it('c3.13 late: each value has its own time; an older message still adds values nobody has spoken of', () => {
    copy.send({ eventAt: TEN + HOUR, changes: [report(potassium(4.1))] });
    copy.send({ eventAt: TEN, changes: [report(potassium(3.0), sodium)] });
    expect(membersOf(copy).map(({ key, former }) => [key, former.length])).toEqual([
      ['K', 0],
      ['Na', 0],
    ]);
    expect(valuesOf(copy)[0]).toEqual(['K', 'final', 4.1]);
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
    expect(membersOf(copy)).toEqual([]);
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
      expect(valuesOf(copy).some(([key, state, value]) => key === 'K' && state === 'final' && value === 4.4)).toBe(
        false,
      );
      copy.close();
      copy = new TestCopy();
    }
  });

  it('c3.13 late: a late correction keeps what stood before it', () => {
    say(0, potassium(4.4));
    say(60, potassium(4.4));
    say(15, potassium(6.4, 'corrected'));
    expect(membersOf(copy)).toMatchObject([
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
    expect(membersOf(copy)).toMatchObject([
      { state: 'final', resource: { valueQuantity: { value: 5.1 } }, former: [] },
    ]);
    expect(notices()).toEqual(['value-withdrawn P-Kalium (osäkert, står kvar: återtagandet är äldre än värdet)']);
  });

  it('c3.13 late: a deletion or a correction older than a new value is told', () => {
    say(60, potassium(5.1));
    say(15, { ...potassium(null), state: 'deleted' });
    expect(valuesOf(copy)).toEqual([['K', 'final', 5.1]]);
    expect(notices()).toEqual(['late-word P-Kalium']);
    say(20, potassium(6.4, 'corrected'));
    expect(membersOf(copy)).toMatchObject([
      { resource: { valueQuantity: { value: 5.1 } }, former: [{ resource: { valueQuantity: { value: 6.4 } } }] },
    ]);
  });

  it('c3.13 withdrawn: the very same value sent once more is not shown, and that it came is told', () => {
    say(0, potassium(4.4));
    say(10, potassium(null, 'withdrawn'));
    say(20, potassium(4.4));
    expect(membersOf(copy)).toEqual([]);
    expect(notices()).toEqual(['value-withdrawn P-Kalium (sänt igen efter återtagandet, visas inte)']);
    expect(JSON.stringify(copy.chart(ANNA))).not.toContain('4.4');
    say(30, potassium(5.1));
    expect(valuesOf(copy)).toEqual([['K', 'final', 5.1]]);
    say(40, potassium(4.4));
    expect(valuesOf(copy)).toEqual([['K', 'final', 5.1]]);
    say(50, potassium(4.4, 'corrected'));
    expect(valuesOf(copy)).toEqual([['K', 'corrected', 4.4]]);
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
