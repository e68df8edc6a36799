import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ANNA, admitAnna } from '../anna.fixture.ts';
import { ServedCopy } from '../server.fixture.ts';
import { at, Browser, DOCTOR, KIR, LEAD, MED, NURSE, signedIn } from './people.fixture.ts';

let copy: ServedCopy;
beforeEach(async () => {
  copy = await ServedCopy.started();
  admitAnna(copy);
});
afterEach(() => copy.close());

describe('who is signed in and refused', () => {
  const denied = () =>
    copy.entries
      .filter(({ kind }) => kind === 'access.denied')
      .map(({ unit, patient, author, body }) => ({ unit, patient, author, body }));

  it('leaves a trace, by person, patient or unit, and the step that was needed; one of each, however often it is asked', async () => {
    const doctor = await signedIn(copy, DOCTOR, at(MED));
    const patient = copy.keyOf(ANNA);
    for (const url of [
      `/api/charts/${patient}`,
      `/api/charts/${patient}`,
      `/fhir/Patient/${patient}`,
      '/api/units/KIR2',
      '/api/units/MARS',
    ])
      expect((await doctor.ask(url)).status).toBe(403);
    expect(denied()).toEqual([
      { author: DOCTOR.id, patient, unit: 'MED1', body: { why: 'choice', tries: 1 } },
      { author: DOCTOR.id, patient: null, unit: 'KIR2', body: { why: 'choice', tries: 1 } },
      // What is no unit is not repeated.
      { author: DOCTOR.id, patient: null, unit: 'MED1', body: { why: 'choice', tries: 1 } },
    ]);
    expect(JSON.stringify(copy.entries)).not.toContain('MARS');
  });

  it('also of what nobody but the operator or who answers for a unit may do, by its route and nothing of what was sent', async () => {
    const nurse = await signedIn(copy, NURSE, at(KIR));
    await nurse.post('/api/accounts/close', { id: LEAD.id });
    await nurse.post('/api/hold', { source: 'lab', reason: 'hemligt' });
    await nurse.ask('/api/hemligt');
    await nurse.ask('/api/units/PSYK');
    expect(denied().map(({ unit, body }) => [unit, body])).toEqual([
      ['KIR2', { why: 'not-allowed', tries: 1, asked: 'POST /api/accounts/close' }],
      ['KIR2', { why: 'not-allowed', tries: 1, asked: 'POST /api/hold' }],
      ['KIR2', { why: 'not-allowed', tries: 1, asked: 'okänd' }],
      ['PSYK', { why: 'not-allowed', tries: 1 }],
    ]);
    expect(JSON.stringify(copy.entries)).not.toContain('hemligt');
  });

  it('is answered as before also while nothing can be written, and what is found with nobody signed in leaves none', async () => {
    const doctor = await signedIn(copy, DOCTOR, at(MED));
    copy.notLogged = 'Läsningen kan inte loggas just nu.';
    const answer = await doctor.ask(`/api/charts/${copy.keyOf(ANNA)}`);
    expect(answer).toMatchObject({ status: 403, json: { code: 'access.choice-needed', step: 'choice' } });
    expect(answer.text).not.toContain('Beslutet');
    copy.entries.length = 0;
    await new Browser(copy).ask('/api/units/KIR2');
    await doctor.ask({ method: 'POST', url: '/api/hold', payload: {}, headers: { origin: 'https://evil.example' } });
    expect(denied()).toEqual([]);
  });
});
