// A unit's list as a machine and a person read it: how far it can be trusted, at the moment it is read as of, and what is held.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { censusText } from '../../command-line/census-text.ts';
import type { Chart } from '../../domain/chart/chart.ts';
import type { PatientKey } from '../../domain/identity.ts';
import type { UnitList } from '../../station/unit-list.ts';
import { admitAnna, potassium, report, ServedCopy } from '../server.fixture.ts';

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
    expect((await listOf(then)).age.join()).not.toContain('Tyst');
    expect((await listOf()).age.join()).toContain('Tyst');
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
    expect(list.age[0]).toMatch(/^Beläggning: Tyst sedan/);
    expect(censusText(list, 160)).toContain('Beläggning: Tyst sedan');
  });
});
