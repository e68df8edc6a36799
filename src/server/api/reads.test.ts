// What an app tells of afterwards: only what is its to tell.

import { expect, it } from 'vitest';
import { at, KIR, NURSE, signedIn } from '../access/people.fixture.ts';
import { admitAnna } from '../anna.fixture.ts';
import { ServedCopy } from '../server.fixture.ts';

it('somebody signed in tells of charts read in the app’s own copy and of its screen printed, and can write nothing else into the ledger', async () => {
  const copy = await ServedCopy.started();
  const anna = admitAnna(copy);
  const nurse = await signedIn(copy, NURSE, at(KIR));
  const read = { kind: 'chart.read', by: 'SE0-OTHER', patient: anna, unit: 'KIR2', place: 'app', readAt: 1_000 };
  expect((await nurse.post('/api/reads', read)).status).toBe(200);
  expect(copy.entries).toMatchObject([
    { kind: 'chart.read', author: NURSE.id, eventAt: 1_000, body: { place: 'app', readBy: 'SE0-OTHER' } },
  ]);
  const printed = { kind: 'paper.made', by: NURSE.id, unit: 'KIR2', place: 'app', readAt: 2_000 };
  expect((await nurse.post('/api/reads', printed)).status).toBe(200);
  expect(copy.entries.at(-1)).toMatchObject({ kind: 'paper.made', author: NURSE.id, unit: 'KIR2', patient: null });
  for (const other of [{ kind: 'ledger.exported' }, { place: 'terminal' }, { kind: 'list.read' }])
    expect((await nurse.post('/api/reads', { ...read, ...other })).status).toBe(403);
  expect(copy.entries).toHaveLength(3);
  expect(copy.entries[2]).toMatchObject({ kind: 'access.denied', body: { asked: 'POST /api/reads', tries: 1 } });
  await copy.close();
});

it('what was told carries its device’s name for it into the ledger, and is answered as kept only when it is on the disk', async () => {
  const copy = await ServedCopy.started();
  const anna = admitAnna(copy);
  const nurse = await signedIn(copy, NURSE, at(KIR));
  const id = '5f8d1c1e-0000-4000-8000-000000000001';
  const read = { id, kind: 'chart.read', by: NURSE.id, patient: anna, unit: 'KIR2', place: 'app', readAt: 1_000 };
  expect((await nurse.post('/api/reads', read)).json).toEqual({});
  expect(copy.entries).toMatchObject([{ kind: 'chart.read', body: { told: id, readBy: NURSE.id } }]);
  copy.writesLate = true;
  expect((await nurse.post('/api/reads', read)).json).toEqual({
    notLogged: 'Det som lästes är inte skrivet i liggaren än.',
  });
  await copy.close();
});
