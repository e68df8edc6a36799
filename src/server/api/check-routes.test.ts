// The daily check over HTTP: what is found stands on the chart for everybody at once, and is in the ledger.

import { afterEach, beforeEach, expect, it } from 'vitest';
import { CHECK_PATHS, type ChecksTold } from '../../domain/daily-check.ts';
import type { PatientKey } from '../../domain/identity.ts';
import { DailyChecks } from '../../station/checks/daily-checks.ts';
import { at, KIR, NURSE, signedIn } from '../access/people.fixture.ts';
import { ANNA, admitAnna, BERTIL, ServedCopy } from '../server.fixture.ts';

let copy: ServedCopy;
let anna: PatientKey;
beforeEach(async () => {
  copy = await ServedCopy.started();
  anna = admitAnna(copy);
});
afterEach(() => copy.close());

it('a block that differs is under inquiry on every chart until somebody says what was found', async () => {
  const nurse = await signedIn(copy, NURSE, at(KIR));
  const before = (await nurse.ask(`${CHECK_PATHS.unit}KIR2`)).json as ChecksTold;
  expect(before).toEqual({ patients: [{ patient: anna, isDone: false }], open: [] });
  const check = { unit: 'KIR2', patient: anna, agrees: ['warnings'], differs: ['results'] };
  const { json } = await nurse.post(CHECK_PATHS.made, check);
  expect(json).toMatchObject({ patients: [{ isDone: true }], open: [{ patient: anna, block: 'results' }] });
  expect((await nurse.ask(`/api/charts/${anna}`)).text).toContain('Under utredning: Provsvar');
  expect((await nurse.post('/api/copies/patient', { key: anna })).text).toContain('"inquiries"');
  // A station that starts anew reads it out of the ledger.
  const { entries } = copy;
  const clock = { now: () => copy.now };
  const restarted = new DailyChecks({ clock, ledger: { append: async () => true }, told: entries });
  expect(restarted.of(anna)).toMatchObject([{ block: 'results', by: expect.stringContaining(NURSE.name) }]);
  expect(restarted.counts()).toEqual({ KIR2: 1 });
  const settled = { unit: 'KIR2', patient: anna, block: 'results', how: 'provet var ett annat' };
  expect((await nurse.post(CHECK_PATHS.settled, settled)).json).toMatchObject({ open: [] });
  expect((await nurse.ask(`/api/charts/${anna}`)).text).not.toContain('Under utredning');
  expect(copy.entries.filter(({ kind }) => kind.startsWith('check.'))).toMatchObject([
    { kind: 'check.made', author: NURSE.id, unit: 'KIR2', patient: anna, body: { differs: ['results'] } },
    { kind: 'check.settled', author: NURSE.id, patient: anna, body: { block: 'results', how: 'provet var ett annat' } },
  ]);
});

it('of a patient who is not on the unit nothing is checked, and nothing is settled twice or without words', async () => {
  const nurse = await signedIn(copy, NURSE, at(KIR));
  const check = { unit: 'KIR2', patient: copy.keyOf(BERTIL), agrees: [], differs: ['results'] };
  expect((await nurse.post(CHECK_PATHS.made, check)).status).toBe(404);
  const settled = { unit: 'KIR2', patient: copy.keyOf(ANNA), block: 'results', how: 'x' };
  expect((await nurse.post(CHECK_PATHS.settled, settled)).status).toBe(400);
  expect(copy.entries.filter(({ kind }) => kind.startsWith('check.'))).toEqual([]);
});
