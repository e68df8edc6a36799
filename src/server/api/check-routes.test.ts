// The daily check over HTTP: what is found stands on the chart for everybody at once, and is in the ledger.

import { afterEach, beforeEach, expect, it } from 'vitest';
import { CHECK_PATHS, type ChecksTold } from '../../domain/daily-check.ts';
import type { PatientKey } from '../../domain/identity.ts';
import { DailyChecks } from '../../station/checks/daily-checks.ts';
import { at, KIR, NURSE, signedIn } from '../access/people.fixture.ts';
import { ANNA, admitAnna, BERTIL } from '../anna.fixture.ts';
import { ServedCopy } from '../server.fixture.ts';

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
  expect((await nurse.ask('/api/units/KIR2')).text).toContain('Under utredning: Provsvar');
  // A station that starts anew reads it out of the ledger.
  const { entries } = copy;
  const clock = { now: () => copy.now };
  const restarted = new DailyChecks({
    clock,
    ledger: { append: async () => true },
    told: entries,
    keysOf: (key) => [key],
  });
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

it('what is under inquiry follows the patient through a merge that gives the chart another key', async () => {
  const nurse = await signedIn(copy, NURSE, at(KIR));
  await nurse.post(CHECK_PATHS.made, { unit: 'KIR2', patient: anna, agrees: [], differs: ['results'] });
  copy.hl7(
    'journal',
    'MSH|^~\\&|JOURNAL|HUS|RK|RK|20261122095500+0000||ADT^A40^ADT_A39|M1|P|2.5|||||SWE|UNICODE UTF-8',
    'EVN|A40|20261122095500+0000',
    'PID|1||189001029819^^^SKV^NNSWE||Övning^Åsa||18900101|F',
    'MRG|189001019802^^^SKV',
  );
  const head = copy.keyOf(BERTIL);
  const isShown = async (path: string): Promise<boolean> =>
    (await nurse.ask(path)).text.includes('Under utredning: Provsvar');
  for (const path of [`/api/charts/${head}`, `/api/charts/${anna}`, '/api/units/KIR2'])
    expect([path, await isShown(path)]).toEqual([path, true]);
  const told = (await nurse.ask(`${CHECK_PATHS.unit}KIR2`)).json as ChecksTold;
  expect(told).toMatchObject({
    patients: [{ patient: head, isDone: true }],
    open: [{ patient: head, block: 'results' }],
  });
  // Found once more under the new key: one line still, and settled together, also for who reads the ledger anew.
  await nurse.post(CHECK_PATHS.made, { unit: 'KIR2', patient: head, agrees: [], differs: ['results'] });
  expect(((await nurse.ask(`${CHECK_PATHS.unit}KIR2`)).json as ChecksTold).open).toEqual(told.open);
  const settled = { unit: 'KIR2', patient: head, block: 'results', how: 'provet var ett annat' };
  expect((await nurse.post(CHECK_PATHS.settled, settled)).json).toMatchObject({ open: [] });
  expect(await isShown(`/api/charts/${head}`)).toBe(false);
  const clock = { now: () => copy.now };
  const ledger = { append: async () => true };
  const restarted = new DailyChecks({ clock, ledger, told: copy.entries, keysOf: () => [head, anna] });
  expect(restarted.all()).toEqual({});
});

it('what was found of two numbers that are taken apart again is under inquiry on both charts, each settled by itself', async () => {
  const nurse = await signedIn(copy, NURSE, at(KIR));
  copy.hl7(
    'journal',
    'MSH|^~\\&|JOURNAL|HUS|RK|RK|20261122095500+0000||ADT^A40^ADT_A39|M1|P|2.5|||||SWE|UNICODE UTF-8',
    'EVN|A40|20261122095500+0000',
    'PID|1||189001029819^^^SKV^NNSWE||Övning^Åsa||18900101|F',
    'MRG|189001019802^^^SKV',
  );
  const head = copy.keyOf(BERTIL);
  await nurse.post(CHECK_PATHS.made, { unit: 'KIR2', patient: head, agrees: [], differs: ['results'] });
  expect(copy.checks.counts()).toEqual({ KIR2: 1 });
  copy.command({ command: 'unmerge', survivor: BERTIL, subsumed: ANNA, by: 'it-1' });
  const isMarked = async (key: PatientKey): Promise<boolean> =>
    (await copy.ask(`/api/charts/${key}`)).text.includes('Under utredning: Provsvar');
  expect(copy.reader.keysOf(head)).toEqual([head]);
  expect([await isMarked(head), await isMarked(anna)]).toEqual([true, true]);
  const restarted = new DailyChecks({
    clock: { now: () => copy.now },
    ledger: { append: async () => true },
    told: copy.entries,
    keysOf: (key) => [key],
  });
  expect([restarted.of(head), restarted.of(anna)]).toMatchObject([[{ block: 'results' }], [{ block: 'results' }]]);
  await nurse.post(CHECK_PATHS.settled, { unit: 'KIR2', patient: head, block: 'results', how: 'rätt hos Åsa' });
  expect([await isMarked(head), await isMarked(anna)]).toEqual([false, true]);
});

it('a block that differed again stays under inquiry in a station that starts anew, though the clock was a year ahead the first time', async () => {
  const nurse = await signedIn(copy, NURSE, at(KIR));
  const right = copy.now;
  const ahead = { ...right, wallMs: right.wallMs + 365 * 86_400_000 };
  const check = { unit: 'KIR2', patient: anna, agrees: [], differs: ['results'] };
  copy.now = ahead;
  await nurse.post(CHECK_PATHS.made, check);
  await nurse.post(CHECK_PATHS.settled, { unit: 'KIR2', patient: anna, block: 'results', how: 'provet var ett annat' });
  copy.now = right;
  await nurse.post(CHECK_PATHS.made, check);
  const restarted = new DailyChecks({
    clock: { now: () => copy.now },
    ledger: { append: async () => true },
    told: copy.entries,
    keysOf: (key) => [key],
  });
  expect(restarted.of(anna)).toMatchObject([{ block: 'results', since: right.wallMs }]);
});

it('a machine that reads the patient is told that somebody doubts the copy', async () => {
  const nurse = await signedIn(copy, NURSE, at(KIR));
  const bundle = (await copy.ask(`/fhir/Encounter?patient=${anna}`)).json as { entry: { resource: { id: string } }[] };
  const paths = [
    `Patient/${anna}`,
    // A resource that is read alone has no bundle around it to say so.
    `Encounter/${bundle.entry[0]?.resource.id}`,
    ...[`Patient/${anna}/$summary`, `Patient/${anna}/$everything`, `Observation?patient=${anna}`],
  ];
  const isTold = async (path: string): Promise<boolean> =>
    (await copy.ask(`/fhir/${path}`)).text.includes('Under utredning: Provsvar');
  for (const path of paths) expect([path, await isTold(path)]).toEqual([path, false]);
  await nurse.post(CHECK_PATHS.made, { unit: 'KIR2', patient: anna, agrees: [], differs: ['results'] });
  for (const path of paths) expect([path, await isTold(path)]).toEqual([path, true]);
});
