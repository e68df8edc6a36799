// A unit's list as a machine and a person read it: how far it can be trusted, at the moment it is read as of, and what is held.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { censusText, unitsText } from '../../command-line/census-text.ts';
import type { UnitSummary } from '../../copy/read/census.ts';
import type { Chart } from '../../domain/chart/chart.ts';
import { type PatientKey, unitId } from '../../domain/identity.ts';
import type { UnitList } from '../../domain/unit-list/unit-list.ts';
import { useOf } from '../../domain/unit-use/unit-use.fixture.ts';
import { admitAnna, potassium, report } from '../anna.fixture.ts';
import { ServedCopy } from '../server.fixture.ts';

const HOUR_MS = 3_600_000;

let copy: ServedCopy;
let anna: PatientKey;

beforeEach(async () => {
  copy = await ServedCopy.started();
  anna = admitAnna(copy);
});
afterEach(() => copy.close());

const at = (asOf: number | null): string => (asOf === null ? '' : `?at=${asOf}`);
const listOf = async (asOf: number | null = null, unit = 'KIR2'): Promise<UnitList> =>
  (await copy.ask(`/api/units/${unit}${at(asOf)}`)).json as UnitList;
const chartOf = async (asOf: number | null = null): Promise<Chart> =>
  (await copy.ask(`/api/charts/${anna}${at(asOf)}`)).json as Chart;
const feedOf = ({ feeds }: UnitList, part: string) => feeds.find((feed) => feed.part === part);
const partOf = ({ blocks }: Chart, part: string) =>
  blocks.flatMap(({ parts }) => parts).find((one) => one.part === part)?.state;

function hoursPass(hours: number): void {
  const ms = hours * HOUR_MS;
  copy.now = { ...copy.now, wallMs: copy.now.wallMs + ms, monotonicMs: copy.now.monotonicMs + ms };
}

/** The list and a chart on it, read as of one moment, are equally old and equally well. */
async function expectSame(asOf: number | null, state: string): Promise<void> {
  const [list, chart] = [await listOf(asOf), await chartOf(asOf)];
  for (const part of ['stay', 'results']) {
    const { state: name, short } = feedOf(list, part) ?? { state: '', short: '' };
    expect([part, name, short]).toEqual([part, partOf(chart, part)?.state, partOf(chart, part)?.short]);
  }
  expect(feedOf(list, 'results')?.state).toBe(state);
}

describe('a list read as of an earlier moment has the ages of that moment', () => {
  it('what fell silent afterwards was fresh then', async () => {
    const then = copy.now.wallMs;
    await expectSame(then, 'incomplete');
    hoursPass(3);
    await expectSame(null, 'silent');
    await expectSame(then, 'incomplete');
    expect((await listOf(then)).age.join()).not.toContain('tyst');
    expect((await listOf()).age.join()).toContain('tyst');
  });

  it('what was silent then is told so, also when it has come back since', async () => {
    hoursPass(3);
    const silentAt = copy.now.wallMs;
    report(copy, 'L2', [potassium('4.4', 'F')]);
    await expectSame(null, 'incomplete');
    await expectSame(silentAt, 'silent');
    const list = await listOf(silentAt);
    expect(feedOf(list, 'results')?.short).toBe(
      (await chartOf(silentAt)).sources.find(({ source }) => source === 'lab')?.short,
    );
    expect(list.age[0]).toMatch(/^Beläggning: tyst sedan/);
    expect(censusText(list, 160)).toContain('Beläggning: tyst sedan');
  });
});

describe('a hold is told where it holds, with its reason and who decided, and nowhere else', () => {
  const hold = (more: object = {}) =>
    copy.ask({
      method: 'POST',
      url: '/api/hold',
      payload: { source: 'journal', by: 'Anna Berg', reason: 'fel patient i går', ...more },
    });
  const WORDS =
    /hålls sedan \d\d:\d\d av Anna Berg, skäl: fel patient i går\. Nyare uppgifter tas emot men visas inte\./;

  it('of a whole source: on every list and chart', async () => {
    expect((await hold()).status).toBe(200);
    const list = await listOf();
    expect(list.holds).toMatchObject([
      { source: 'journal', part: null, unit: null, reason: 'fel patient i går', by: 'Anna Berg' },
    ]);
    expect(list.holds[0]?.words).toMatch(WORDS);
    expect(censusText(list, 400)).toMatch(WORDS);
    const notices = (await chartOf()).notices.filter(({ kind }) => kind === 'held');
    expect(notices).toHaveLength(1);
    expect(notices[0]?.words).toMatch(WORDS);
  });

  it('of one unit’s stays: on that unit’s list alone', async () => {
    copy.hl7(
      'journal',
      'MSH|^~\\&|JOURNAL|HUS|RK|RK|20261122100000+0000||ADT^A01^ADT_A01|M1|P|2.5|||||SWE|UNICODE UTF-8',
      'EVN|A01|20261122100000+0000',
      'PID|1||189001029819^^^SKV^NNSWE||Prov^Bo||18900102|M',
      'PV1|1|I|MED3^1^1||||||||||||||||V200',
    );
    expect((await hold({ part: 'stay', unit: 'MED3' })).status).toBe(200);
    const [here, there] = [await listOf(null, 'KIR2'), await listOf(null, 'MED3')];
    expect([here.holds, feedOf(here, 'stay')?.state]).toEqual([[], 'incomplete']);
    expect(there.holds).toMatchObject([{ part: 'stay', unit: 'MED3', by: 'Anna Berg' }]);
    expect(feedOf(there, 'stay')?.state).toBe('held');
    expect(feedOf(there, 'allergies')?.state).toBe('incomplete');
    expect(partOf(await chartOf(), 'stay')?.state).toBe('incomplete');
    expect((await chartOf()).notices.some(({ kind }) => kind === 'held')).toBe(false);
    const chart = (await copy.ask(`/api/charts/${there.rows[0]?.key}`)).json as Chart;
    expect(partOf(chart, 'stay')?.state).toBe('held');
    expect(chart.notices.find(({ kind }) => kind === 'held')?.words).toMatch(
      /^journal: vårdtillfälle och plats på MED3 hålls sedan/,
    );
  });

  it('of a unit, a part or a source that is not there, or without a reason, is refused and holds nothing', async () => {
    const refusals: readonly [object, RegExp][] = [
      [{ source: 'nosuch' }, /den källan finns inte; kända källor: ehr, journal, lab/],
      [{ unit: 'KIR9' }, /den enheten finns inte; kända enheter: KIR2/],
      [{ source: 'lab', part: 'doses-given' }, /källan matar inte doses-given; den matar: results/],
      [{ source: 'lab', part: 'mars' }, /den delen finns inte; källan matar: results/],
      [{ reason: '' }, /skälet saknas/],
      [{ reason: ' \n ' }, /skälet saknas/],
      [{ by: ' ' }, /vem som beslutar/],
    ];
    for (const [more, words] of refusals) {
      const answer = await hold(more);
      expect(answer.status).toBe(400);
      expect(answer.text).toMatch(words);
    }
    expect((await listOf()).holds).toEqual([]);
  });
});

describe('the overview of the units', () => {
  it('at an earlier moment counts those who were there then', async () => {
    const then = copy.now.wallMs;
    copy.hl7(
      'journal',
      'MSH|^~\\&|JOURNAL|HUS|RK|RK|20261122100000+0000||ADT^A03^ADT_A03|D1|P|2.5|||||SWE|UNICODE UTF-8',
      'EVN|A03|20261122100000+0000',
      'PID|1||189001019802^^^SKV^NNSWE||Övning^Åsa||18900101|F',
      'PV1|1|I|KIR2^1^2||||^Ek^Eva|||||||||||V100|||||||||||||||||||||||||20261121080000|20261122100000',
    );
    const present = async (query = '') =>
      ((await copy.ask(`/api/units${query}`)).json as { units: UnitSummary[] }).units[0]?.counts.present;
    expect([await present(), await present(at(then))]).toEqual([0, 1]);
    expect((await copy.ask('/api/units?at=1000')).status).toBe(410);
  });

  it('has those of whom nobody knows whether they have come in a column of their own', () => {
    const counts = { present: 3, 'on-leave': 0, expected: 0, unknown: 2, booked: 0, discharged: 0 };
    const [head = '', row = ''] = unitsText(
      [{ unit: unitId('KIR2'), counts, bedConflicts: 0, use: useOf('KIR2') }],
      [],
      [],
    ).split('\n');
    expect(row[head.indexOf('Oklara')]).toBe('2');
  });
});
