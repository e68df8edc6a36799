// Whose turn it is at the daily check, and what a block under inquiry says.

import { expect, it } from 'vitest';
import { NOW_MS, now, patientCopy } from './chart/chart.fixture.ts';
import { composeChart } from './chart/compose.ts';
import { chosenToday, PATIENTS_A_DAY } from './daily-check.ts';
import { patientKey, unitId } from './identity.ts';

const K2 = unitId('K2');
const here = Array.from({ length: 20 }, (_, at) => patientKey(`patient-${at}`));

it('two patients, the same for everybody on the unit all day, whatever order they are read in', () => {
  const chosen = chosenToday(K2, 20_000, here);
  expect(chosen).toHaveLength(PATIENTS_A_DAY);
  expect(chosenToday(K2, 20_000, [...here, ...here].reverse())).toEqual(chosen);
  expect(chosenToday(K2, 20_000, here.slice(0, 1))).toEqual(here.slice(0, 1));
  expect(chosenToday(K2, 20_000, [])).toEqual([]);
});

it('over some weeks nearly everybody has had a turn', () => {
  const days = Array.from({ length: 30 }, (_, day) => chosenToday(K2, 20_000 + day, here));
  expect(new Set(days.flat()).size).toBeGreaterThan(15);
});

it('a block under inquiry says so in its own place and at the top, until it is settled', () => {
  const copy = patientCopy({});
  const inquiries = [{ block: 'medication', since: NOW_MS, by: 'Anna Berg, ssk' }] as const;
  const chart = composeChart({ ...copy, inquiries }, now);
  expect(chart.banner.remarks).toContain('Under utredning: Läkemedel');
  const block = chart.blocks.find(({ name }) => name === 'medication');
  expect(block?.parts[0]?.remarks.join()).toMatch(
    /^Under utredning sedan 11:20: stämde inte med journalsystemet \(Anna Berg, ssk\)/,
  );
  expect(JSON.stringify(composeChart(copy, now))).not.toContain('Under utredning');
});
