import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PatientKey } from '../domain/identity.ts';
import { ANNA, admitAnna, PNR } from './anna.fixture.ts';
import { RECORD_RULES, UNRECORDED } from './record-rules.ts';
import { ServedCopy } from './server.fixture.ts';

let copy: ServedCopy;
let anna: PatientKey;
beforeEach(async () => {
  copy = await ServedCopy.started();
  anna = admitAnna(copy);
});
afterEach(() => copy.close());

const post = (url: string, payload: object) => copy.ask({ method: 'POST', url, payload });
const hold = { source: 'lab', by: 'IT-jouren', reason: 'fel värden' };

describe('§5.10 every answer that shows or changes something is an entry', () => {
  it('no route is forgotten', () => {
    const said = copy.routes;
    expect(said.length).toBeGreaterThan(25);
    // Addresses of /fhir that exist and can't be written to.
    const refused = ['POST /fhir', 'POST /fhir/', 'POST /fhir/:type', 'POST /fhir/:type/:id'];
    const known = [...Object.keys(RECORD_RULES), ...UNRECORDED, ...refused];
    expect(said.filter((route) => !known.includes(route))).toEqual([]);
    expect(known.filter((route) => !said.includes(route))).toEqual([]);
  });

  it.each<[string, () => Promise<unknown>, object]>([
    ['a chart', () => copy.ask(`/api/charts/${anna}`), { kind: 'chart.read', patient: 'ANNA', unit: null, body: {} }],
    [
      'a chart as it was',
      () => copy.ask(`/api/charts/${anna}?at=${copy.now.wallMs}`),
      { kind: 'chart.read', body: { asOf: expect.any(Number) } },
    ],
    [
      'a unit’s list, one entry',
      () => copy.ask('/api/units/KIR2'),
      { kind: 'list.read', unit: 'KIR2', patient: null, body: { patients: ['ANNA'] } },
    ],
    [
      'a search, by whom it found',
      () => post('/api/patients/search', { text: ANNA.id, unit: 'KIR2' }),
      { kind: 'search.made', unit: 'KIR2', patient: null, body: { patients: ['ANNA'], isCut: false } },
    ],
    [
      'a search that found nobody',
      () => post('/api/patients/search', { text: 'Nobodysson' }),
      { kind: 'search.made', body: { patients: [], isCut: false } },
    ],
    ['the messages', () => copy.ask('/api/messages'), { kind: 'messages.read', body: { outcome: null, count: 0 } }],
    ['a hold', () => post('/api/hold', hold), { kind: 'copy.held', body: hold }],
    [
      'a release',
      () => post('/api/release', { source: 'lab', how: 'in-order', by: 'IT' }),
      { kind: 'copy.released', body: { source: 'lab', how: 'in-order', by: 'IT' } },
    ],
    [
      'what was set aside, gone through',
      () => post('/api/settle', { source: 'lab', upTo: 1, by: 'IT', reason: 'skräp' }),
      { kind: 'copy.settled', body: { source: 'lab', upTo: 1, by: 'IT', reason: 'skräp' } },
    ],
    [
      'a full load',
      () => post('/api/full-load', { source: 'lab' }),
      { kind: 'copy.full-load', body: { source: 'lab' } },
    ],
    ['a snapshot', () => post('/api/snapshot', {}), { kind: 'snapshot.taken' }],
    [
      'what is handed in',
      () =>
        post('/api/intake/ehr/fhir', {
          resourceType: 'Patient',
          id: 'p1',
          identifier: [{ system: PNR, value: ANNA.id }],
        }),
      { kind: 'import.received', body: { source: 'ehr', received: 1, repeated: 0 } },
    ],
    [
      'what a terminal read from the disk',
      () => post('/api/reads', { kind: 'chart.read', patient: anna, by: 'drift' }),
      { kind: 'chart.read', patient: 'ANNA', body: { place: 'terminal', by: 'drift' } },
    ],
    ['a person by FHIR', () => copy.ask(`/fhir/Patient/${anna}`), { kind: 'fhir.read', patient: 'ANNA' }],
    [
      'people searched by FHIR',
      () => copy.form('/fhir/Patient/_search', { identifier: `${PNR}|${ANNA.id}` }),
      { kind: 'fhir.read', patient: null, body: { what: 'Patient', patients: ['ANNA'] } },
    ],
    [
      'a summary',
      () => copy.ask(`/fhir/Patient/${anna}/$summary`),
      { kind: 'fhir.read', patient: 'ANNA', body: { what: '$summary' } },
    ],
    [
      'a summary asked for by number',
      () => copy.form('/fhir/Patient/$summary', { identifier: `${PNR}|${ANNA.id}` }),
      { kind: 'fhir.read', patient: 'ANNA', body: { what: '$summary' } },
    ],
    [
      'everything',
      () => copy.ask(`/fhir/Patient/${anna}/$everything`),
      { kind: 'fhir.read', patient: 'ANNA', body: { what: '$everything' } },
    ],
    [
      'one kind of resource',
      () => copy.ask(`/fhir/Observation?patient=${anna}`),
      { kind: 'fhir.read', patient: 'ANNA', body: { what: 'Observation' } },
    ],
    [
      'one kind of resource asked for in a form',
      () => copy.form('/fhir/Observation/_search', { subject: `Patient/${anna}` }),
      { kind: 'fhir.read', patient: 'ANNA', body: { what: 'Observation' } },
    ],
  ])('%s', async (_, ask, entry) => {
    expect(await ask()).toMatchObject({ status: expect.toSatisfy((status: number) => status < 300) });
    const text = JSON.stringify(copy.entries);
    expect(JSON.parse(text.replaceAll(anna, 'ANNA'))).toMatchObject([{ author: 'station-token', ...entry }]);
    expect(copy.entries[0]?.eventAt).toBe(copy.now.wallMs);
    for (const word of ['Övning', 'Åsa', ANNA.id, ANNA.id.slice(2), 'Nobodysson']) expect(text).not.toContain(word);
  });

  it('what an app read of its own copy is of the time it was read, and never of a time to come', async () => {
    const read = { kind: 'chart.read', patient: anna, by: 'SE1', place: 'app' };
    await post('/api/reads', { ...read, readAt: 1_000 });
    await post('/api/reads', { ...read, readAt: copy.now.wallMs + 1_000 });
    expect(copy.entries).toMatchObject([
      { kind: 'chart.read', patient: anna, eventAt: 1_000, body: { place: 'app', by: 'SE1' } },
      { eventAt: copy.now.wallMs },
    ]);
  });

  it('nothing is written of what was refused, of health and of names of units', async () => {
    for (const url of [
      '/api/charts/aaaaaaaaaaaaaaaaaaaaaaaaaa',
      '/api/units/MARS',
      '/health',
      '/api/units',
      '/api/status',
    ])
      await copy.ask(url);
    await post('/api/hold', { ...hold, source: 'mars' });
    expect(copy.entries).toEqual([]);
  });
});

describe('§5.9 when nothing can be written', () => {
  it('charts, lists and searches are answered as ever, and say that the reading can’t be logged', async () => {
    const before = await copy.ask(`/api/charts/${anna}`);
    expect(before.headers['reservkraft-not-logged']).toBeUndefined();
    copy.notLogged = 'Läsningen kan inte loggas just nu: "disken"';
    for (const answer of [
      await copy.ask(`/api/charts/${anna}`),
      await copy.ask('/api/units/KIR2'),
      await post('/api/patients/search', { text: 'åsa' }),
      await post('/api/reads', { kind: 'chart.read', patient: anna, by: 'drift' }),
    ]) {
      expect(answer).toMatchObject({ status: 200, json: { notLogged: copy.notLogged } });
      expect(answer.headers['reservkraft-not-logged']).toBe('1');
    }
    const chart = (await copy.ask(`/api/charts/${anna}`)).json as object;
    expect({ ...chart, notLogged: undefined }).toEqual({ ...(before.json as object), notLogged: undefined });
    expect(await post('/api/hold', hold)).toMatchObject({ status: 200, json: { notLogged: copy.notLogged } });
    const fhir = await copy.ask(`/fhir/Patient/${anna}`);
    expect(fhir.status).toBe(200);
    expect(fhir.headers['reservkraft-not-logged']).toBe('1');
  });
});
