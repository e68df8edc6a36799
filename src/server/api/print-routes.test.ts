// Who may put whose chart on paper, and as what it is told.

import { afterEach, beforeEach, expect, it } from 'vitest';
import { ACCESS_PATHS } from '../../domain/access/routes.ts';
import type { PatientKey } from '../../domain/identity.ts';
import { PRINT_PATHS } from '../../domain/printing/printing.ts';
import { at, KIR, MED, NURSE, signedIn } from '../access/people.fixture.ts';
import { admitAnna } from '../anna.fixture.ts';
import { ServedCopy } from '../server.fixture.ts';

let copy: ServedCopy;
let anna: PatientKey;
beforeEach(async () => {
  copy = await ServedCopy.started();
  anna = admitAnna(copy);
});
afterEach(() => copy.close());

it('a nurse prints on her unit as herself, on its own printer first', async () => {
  const nurse = await signedIn(copy, NURSE, at(KIR));
  const { json } = await nurse.ask(`${PRINT_PATHS.unit}KIR2`);
  expect(json).toMatchObject({
    printers: [
      { id: 'exp', isOwn: true },
      { id: 'med', isOwn: false },
    ],
    prints: [{ by: 'Anna Berg, ssk' }],
  });
  const { status } = await nurse.post(PRINT_PATHS.printUnit, { unit: 'KIR2', what: 'pack', printer: 'exp' });
  expect(status).toBe(200);
  expect(copy.printed).toMatchObject([{ unit: 'KIR2', only: null, by: { author: NURSE.id }, again: false }]);
});

it('anybody who works here tries a printer as themselves, and is told what its last page came to', async () => {
  const nurse = await signedIn(copy, NURSE, at(KIR));
  expect((await nurse.ask(PRINT_PATHS.printers)).json).toMatchObject({
    printers: [{ id: 'exp', words: 'Provsida utskriven 06:00', trouble: null }],
  });
  expect((await nurse.post(PRINT_PATHS.test, { printer: 'exp' })).status).toBe(200);
  expect(copy.printed).toMatchObject([{ test: 'exp', by: { author: NURSE.id } }]);
});

it('another unit’s patient is printed only by who has opened the chart, on a unit of their own, and how is told', async () => {
  const nurse = await signedIn(copy, NURSE, at(MED));
  const asked = { key: anna, unit: 'MED1', printer: 'med' };
  expect((await nurse.post(PRINT_PATHS.printChart, asked)).json).toMatchObject({ code: 'access.choice-needed' });
  await nurse.post(ACCESS_PATHS.choices, { patient: anna, relation: 'consulted' });
  expect((await nurse.post(PRINT_PATHS.printChart, { ...asked, unit: 'KIR2' })).status).toBe(403);
  expect(copy.printed).toEqual([]);
  expect((await nurse.post(PRINT_PATHS.printChart, asked)).status).toBe(200);
  expect(copy.printed).toMatchObject([
    { unit: 'MED1', opened: 'choice', chart: { key: anna }, by: { author: NURSE.id } },
  ]);
});

it('what a patient has had blocked on another unit is on no paper made of the chart', async () => {
  const nurse = await signedIn(copy, NURSE, at(MED));
  copy.access.blocks.set(anna, KIR);
  await nurse.post(ACCESS_PATHS.choices, { patient: anna, relation: 'consulted' });
  const { json } = await nurse.post(PRINT_PATHS.chartPdf, { key: anna, unit: 'MED1' });
  expect(json).toMatchObject({ code: 'access.choice-needed', step: 'emergency' });
  expect(copy.printed).toEqual([]);
});

it('pages are handed out although the ledger can’t be written, and the answer says so', async () => {
  const nurse = await signedIn(copy, NURSE, at(KIR));
  copy.notLogged = 'liggaren är full';
  const pdf = await nurse.post(PRINT_PATHS.unitPdf, { unit: 'KIR2', what: 'round' });
  expect([pdf.status, pdf.headers['content-type'], pdf.headers['reservkraft-not-logged']]).toEqual([
    200,
    'application/pdf',
    '1',
  ]);
  const { json } = await nurse.post(PRINT_PATHS.printUnit, { unit: 'KIR2', what: 'round', printer: 'exp' });
  expect(json).toMatchObject({ notLogged: expect.stringMatching(/liggaren/) });
});
