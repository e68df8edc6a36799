// *Under uppbyggnad* over HTTP: who may take a unit in use, and that every answer about its patients says what it is.

import { afterEach, beforeEach, expect, it } from 'vitest';
import type { PatientKey } from '../../domain/identity.ts';
import type { UnitCopy } from '../../domain/unit-copy.ts';
import type { UnitList } from '../../domain/unit-list/unit-list.ts';
import { PRACTICE_REMARK } from '../../domain/unit-use/practice-copy.ts';
import { USE_PATHS } from '../../domain/unit-use/routes.ts';
import type { UnitUse } from '../../domain/unit-use/unit-use.ts';
import { at, type Browser, KIR, LEAD, MED, NURSE, signedIn } from '../access/people.fixture.ts';
import { admitAnna } from '../anna.fixture.ts';
import { ServedCopy } from '../server.fixture.ts';

let copy: ServedCopy;
let anna: PatientKey;
let head: Browser;
beforeEach(async () => {
  copy = await ServedCopy.started();
  anna = admitAnna(copy);
  head = await signedIn(copy, LEAD, at(KIR, 'lead'));
});
afterEach(() => copy.close());

const takeOut = () => head.post(USE_PATHS.takeOut, { unit: KIR, reason: 'sängar fel' });
const useOf = async (): Promise<UnitUse> => (await head.ask(`${USE_PATHS.unit}KIR2`)).json as UnitUse;
const ACTS: readonly string[] = ['unit.put-in-use', 'unit.taken-out'];
const acts = (): readonly string[] => copy.entries.map(({ kind }) => kind).filter((kind) => ACTS.includes(kind));

it('every answer about a patient of a unit under uppbyggnad says that it is not for care', async () => {
  const charts = [`/api/charts/${anna}`];
  const machines = [
    `Patient/${anna}`,
    `Patient/${anna}/$summary`,
    `Patient/${anna}/$everything`,
    `Observation?patient=${anna}`,
  ];
  const paths = [...charts, ...machines.map((path) => `/fhir/${path}`)];
  const isTold = async (path: string): Promise<boolean> => (await copy.ask(path)).text.includes(PRACTICE_REMARK);
  for (const path of paths) expect([path, await isTold(path)]).toEqual([path, false]);
  await takeOut();
  for (const path of paths) expect([path, await isTold(path)]).toEqual([path, true]);
  const list = (await head.ask('/api/units/KIR2')).json as UnitList;
  const kept = (await head.post('/api/copies/unit', { unit: KIR })).json as UnitCopy;
  for (const { use } of [list, kept])
    expect(use).toMatchObject({ state: 'under-construction', words: expect.stringContaining('sängar fel') });
  expect((await head.post('/api/copies/patient', { key: anna })).text).toContain('"isPractice":true');
  const { units } = (await head.ask('/api/units')).json as { units: readonly { unit: string; use: UnitUse }[] };
  expect(units.find(({ unit }) => unit === KIR)?.use.state).toBe('under-construction');
});

it('a resource that is read alone says it to machines that know no word of ours: HTEST, not for care', async () => {
  const bundle = (await copy.ask(`/fhir/Encounter?patient=${anna}`)).json as { entry: { resource: { id: string } }[] };
  const path = `/fhir/Encounter/${bundle.entry[0]?.resource.id}`;
  expect((await copy.ask(path)).text).not.toContain('HTEST');
  await takeOut();
  expect((await copy.ask(path)).json).toMatchObject({
    meta: { security: [{ code: 'HTEST' }], tag: [{ code: 'practice-copy', display: `${PRACTICE_REMARK}.` }] },
  });
});

it('only the head of that unit takes it in use or back: no colleague, no other unit’s head, not the station’s own programs', async () => {
  const nurse = await signedIn(copy, NURSE, at(KIR), at(MED, 'lead'));
  const body = { unit: KIR, reason: 'prov' };
  for (const who of [nurse, copy]) {
    const ask = (url: string, payload: object) => who.ask({ method: 'POST', url, payload });
    const answers = [await ask(USE_PATHS.takeOut, body), await ask(USE_PATHS.takeInUse, { ...body, absent: [] })];
    for (const { status, json } of answers) expect([status, json]).toMatchObject([403, { code: 'access.not-allowed' }]);
  }
  expect([(await useOf()).state, acts()]).toEqual(['in-use', []]);
  // Everybody on the unit may see how it is.
  expect((await nurse.ask(`${USE_PATHS.unit}KIR2`)).json).toMatchObject({ state: 'in-use' });
});

it('the head signs for exactly what does not come, and is told what was missed', async () => {
  await takeOut();
  const missing = (await useOf()).parts.filter(({ fed }) => fed !== 'fed').map(({ part }) => part);
  expect(missing).toContain('limits');
  const refused = await head.post(USE_PATHS.takeInUse, { unit: KIR, absent: [], reason: 'prövad' });
  expect([refused.status, refused.text]).toEqual([409, expect.stringContaining('behandlingsbegränsningar')]);
  const wordless = await head.post(USE_PATHS.takeInUse, { unit: KIR, absent: missing, reason: '  ' });
  expect(wordless.status).toBe(400);
  const { json } = await head.post(USE_PATHS.takeInUse, { unit: KIR, absent: missing, reason: 'prövad i två veckor' });
  expect(json).toMatchObject({ state: 'in-use', decided: { by: 'Eva Ek, vårdenhetschef' } });
  expect(acts()).toEqual(['unit.taken-out', 'unit.put-in-use']);
  expect(copy.entries.at(-1)).toMatchObject({
    author: LEAD.id,
    unit: KIR,
    body: { absent: missing, reason: 'prövad i två veckor' },
  });
});

it('an act that can’t be written holds, and says that it is not written', async () => {
  copy.notLogged = 'disken är full';
  expect((await takeOut()).json).toMatchObject({ state: 'under-construction', notLogged: expect.any(String) });
});

it('a critical feed taken out of the settings takes the unit back; one that is silent for weeks does not', async () => {
  const weeksMs = 28 * 86_400_000;
  const state = async () => (await copy.ask(`${USE_PATHS.unit}KIR2`)).json as UnitUse;
  expect(await state()).toMatchObject({ state: 'in-use' });
  copy.now = { ...copy.now, wallMs: copy.now.wallMs + weeksMs, monotonicMs: copy.now.monotonicMs + weeksMs };
  expect(await state()).toMatchObject({ state: 'in-use' });
  // The journal's stays have come, and were not signed for as missing.
  copy.declared = copy.declared.map((source) => ({
    ...source,
    feeds: source.feeds.filter(({ part }) => part !== 'stay'),
  }));
  expect(await state()).toMatchObject({
    state: 'under-construction',
    words: expect.stringContaining('matas inte längre: vårdtillfälle och plats'),
  });
  expect((await copy.ask(`/api/charts/${anna}`)).text).toContain(PRACTICE_REMARK);
});
