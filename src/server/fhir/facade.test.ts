import type { CapabilityStatement, OperationOutcome } from 'fhir/r4';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PatientKey } from '../../domain/identity.ts';
import { limits } from '../../limits.ts';
import { ANNA, admitAnna, BERTIL, PNR } from '../anna.fixture.ts';
import { ServedCopy } from '../server.fixture.ts';
import { bertil, facadeOf, transaction } from './facade.fixture.ts';

let copy: ServedCopy;
let anna: PatientKey;

beforeEach(async () => {
  copy = await ServedCopy.started();
  anna = admitAnna(copy);
});
afterEach(() => copy.close());

const { bundleAt } = facadeOf(() => copy);

describe('the facade tells what it is', () => {
  it('metadata says R4, read only, and that numbers go in bodies', async () => {
    const { json, headers } = await copy.ask('/fhir/metadata');
    const statement = json as CapabilityStatement;
    expect(headers['content-type']).toBe('application/fhir+json; charset=utf-8');
    expect(statement).toMatchObject({ resourceType: 'CapabilityStatement', fhirVersion: '4.0.1', kind: 'instance' });
    const interactions = statement.rest?.[0]?.resource?.flatMap(({ interaction }) =>
      interaction?.map(({ code }) => code),
    );
    expect(new Set(interactions)).toEqual(new Set(['read', 'search-type']));
    const types = statement.rest?.[0]?.resource?.map(({ type }) => type) ?? [];
    expect(types).toContain('Encounter');
    expect(new Set(types).size).toBe(types.length);
    for (const type of types.filter((one) => one !== 'Patient')) await bundleAt(`/fhir/${type}?patient=${anna}`);
  });
});

describe('a program finds a patient', () => {
  it.each(['189001019802', '18900101-9802'])('by number in the body, written %s', async (value) => {
    const { status, json } = await copy.form('/fhir/Patient/_search', { identifier: `${PNR}|${value}` });
    expect(status).toBe(200);
    expect(json).toMatchObject({ total: 1, entry: [{ resource: { id: anna, name: [{ family: 'Övning' }] } }] });
  });

  it('by name in the body, and all that is asked for must fit', async () => {
    copy.fhir(transaction(bertil));
    expect((await copy.form('/fhir/Patient/_search', { name: 'åsa' })).json).toMatchObject({ total: 1 });
    const both = { name: 'åsa', identifier: `${PNR}|${BERTIL.id}` };
    expect((await copy.form('/fhir/Patient/_search', both)).json).toMatchObject({ total: 0 });
    const same = { name: 'åsa', identifier: `${PNR}|${ANNA.id}` };
    expect((await copy.form('/fhir/Patient/_search', same)).json).toMatchObject({ total: 1 });
  });

  it('a local number keeps its hyphen, and a number of another series is another person', async () => {
    copy.fhir(transaction({ ...bertil, identifier: [{ system: 'https://ehr.example/mrn', value: 'A-12' }] } as never));
    const found = (identifier: string) => copy.form('/fhir/Patient/_search', { identifier });
    expect((await found('https://ehr.example/mrn|A-12')).json).toMatchObject({ total: 1 });
    expect((await found('https://ehr.example/mrn|A12')).json).toMatchObject({ total: 0 });
    expect((await found(`https://ehr.example/mrn|${ANNA.id}`)).json).toMatchObject({ total: 0 });
    expect((await found(ANNA.id)).status).toBe(400);
  });

  it.each([
    '/fhir/Patient?identifier=x|1',
    '/fhir/Patient?name=a',
    '/fhir/Patient?family:exact=a',
    '/fhir/Patient?birthdate=1890-01-01',
    '/fhir/Patient/$summary?identifier=x|1',
    '/fhir/Observation?patient.identifier=x|1',
    '/fhir/Observation?patient=189001019802',
    '/fhir/Observation?patient=18900101-9802',
    '/fhir/Patient/189001019802',
    '/fhir/Patient/189001019802/$everything',
    '/fhir/Observation/189001019802.a',
    '/api/charts/189001019802',
  ])('never by an address: %s', async (url) => {
    const { status, text } = await copy.ask(url);
    expect(status).toBe(400);
    expect(text).not.toContain('9802');
  });

  it('never by an address with the method of a search either', async () => {
    const url = `/fhir/Patient/_search?identifier=${encodeURIComponent(`${PNR}|${ANNA.id}`)}`;
    const { status, json } = await copy.ask({ method: 'POST', url });
    expect([status, (json as OperationOutcome).resourceType]).toEqual([400, 'OperationOutcome']);
  });
});

describe('every refusal is an OperationOutcome that says what to do', () => {
  const refusals: [string, number, Parameters<ServedCopy['ask']>[0]][] = [
    ['an unknown parameter', 400, '/fhir/Observation?patient=KEY&foo=1'],
    ['a chained parameter', 400, '/fhir/Observation?patient=KEY&encounter.status=x'],
    ['a search of everyone', 400, '/fhir/Patient'],
    ['a search without a patient', 400, '/fhir/Observation'],
    ['two patients at once', 400, '/fhir/Observation?patient=KEY&patient=KEY'],
    ['an unknown type', 404, '/fhir/Banana?patient=KEY'],
    ['a type that is not of a patient', 404, '/fhir/StructureDefinition/x'],
    ['an unknown patient', 404, '/fhir/Patient/aaaaaaaaaaaaaaaaaaaaaaaaaa'],
    ['a patient id of another server', 404, '/fhir/Patient/12'],
    ['an unknown resource', 404, '/fhir/Observation/KEY.aaaaaaaaaaaaaaaaaaaaaaaaaa'],
    ['an id of another server', 404, '/fhir/Observation/12'],
    ['an id that climbs', 404, '/fhir/Observation/..%2F..%2Fapi'],
    ['a path that is none', 404, '/fhir/a/b/c/d'],
    ['a summary of an unknown profile', 400, '/fhir/Patient/KEY/$summary?profile=http://example.org/x'],
    [
      'a summary of a version we have not',
      400,
      '/fhir/Patient/KEY/$summary?profile=http://hl7.org/fhir/uv/ips/StructureDefinition/Bundle-uv-ips|9.0.0',
    ],
    ['a graph', 400, '/fhir/Patient/KEY/$summary?graph=x'],
    ['an address that cannot be read', 400, '/fhir/Patient/%E0%A4%A'],
    ['XML by Accept', 406, { url: '/fhir/metadata', headers: { accept: 'application/fhir+xml' } }],
    ['XML by _format', 406, '/fhir/metadata?_format=xml'],
    ['a page for people', 406, { url: '/fhir/metadata', headers: { accept: 'text/html' } }],
    ['creating', 405, { method: 'POST', url: '/fhir/Observation', payload: { resourceType: 'Observation' } }],
    ['changing', 405, { method: 'PUT', url: '/fhir/Patient/KEY', payload: { resourceType: 'Patient' } }],
    ['deleting', 405, { method: 'DELETE', url: '/fhir/Patient/KEY' }],
    ['a batch', 405, { method: 'POST', url: '/fhir', payload: { resourceType: 'Bundle' } }],
    [
      'a malformed body',
      400,
      {
        method: 'POST',
        url: '/fhir/Patient/$summary',
        payload: '{"a":',
        headers: { 'content-type': 'application/fhir+json' },
      },
    ],
    [
      'a body of a strange kind',
      415,
      { method: 'POST', url: '/fhir/Patient/_search', payload: '<a/>', headers: { 'content-type': 'application/xml' } },
    ],
    [
      'a body that is too large',
      413,
      {
        method: 'POST',
        url: '/fhir/Patient/_search',
        payload: `name=${'a'.repeat(limits.apiBodyBytesMax)}`,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      },
    ],
    ['no token', 401, { url: '/fhir/Patient/KEY', headers: { authorization: '' } }],
  ];

  it.each(refusals)('%s: %i', async (_, status, options) => {
    const filled = JSON.parse(JSON.stringify(options).replaceAll('KEY', anna));
    const answer = await copy.ask(filled);
    expect(answer.status).toBe(status);
    const outcome = answer.json as OperationOutcome;
    if (filled === '/fhir/Patient/%E0%A4%A') {
      expect(answer.json).toMatchObject({ code: 'request.invalid' });
      expect(answer.text).not.toContain('%E0');
      return;
    }
    expect(answer.headers['content-type']).toBe('application/fhir+json; charset=utf-8');
    expect(outcome.resourceType).toBe('OperationOutcome');
    expect(outcome.issue[0]?.diagnostics).toContain('Gör nu:');
    expect(answer.text).not.toMatch(/Övning|9802/);
    expect(copy.faults).toEqual([]);
  });

  it.each([
    'application/fhir+json',
    'application/json',
    '*/*',
    'text/html, */*;q=0.8',
    'application/fhir+json;fhirVersion=4.0',
  ])('and Accept: %s is answered as FHIR JSON', async (accept) => {
    const { status, headers } = await copy.ask({ url: `/fhir/Patient/${anna}`, headers: { accept } });
    expect([status, headers['content-type']]).toEqual([200, 'application/fhir+json; charset=utf-8']);
  });

  it('_format stands before Accept', async () => {
    const headers = { accept: 'application/fhir+xml' };
    expect((await copy.ask({ url: '/fhir/metadata?_format=json', headers })).status).toBe(200);
  });

  it('a summary by number in a Parameters body', async () => {
    const identifier = { name: 'identifier', valueIdentifier: { system: PNR, value: ANNA.id } };
    const ask = (parameter: object[]) =>
      copy.ask({
        method: 'POST',
        url: '/fhir/Patient/$summary',
        payload: JSON.stringify({ resourceType: 'Parameters', parameter }),
        headers: { 'content-type': 'application/fhir+json' },
      });
    expect((await ask([identifier])).json).toMatchObject({ resourceType: 'Bundle', type: 'document' });
    expect((await ask([])).status).toBe(400);
    expect((await ask([identifier, { name: 'graph', valueUri: 'x' }])).status).toBe(400);
    expect((await ask([{ name: 'identifier', valueIdentifier: { system: PNR, value: '191212121212' } }])).status).toBe(
      404,
    );
  });
});
