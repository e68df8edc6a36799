import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FAILURES } from '../../domain/failures.ts';
import { limits } from '../../limits.ts';
import { admitAnna } from '../anna.fixture.ts';
import { ServedCopy } from '../server.fixture.ts';

let copy: ServedCopy;

beforeEach(async () => {
  copy = await ServedCopy.started();
  admitAnna(copy);
});
afterEach(() => copy.close());

const post = (url: string, payload: object) => copy.ask({ method: 'POST', url, payload });

describe('what the routes say of themselves', () => {
  interface OpenApi {
    readonly openapi: string;
    readonly info: { readonly title: string; readonly version: string };
    readonly security: unknown;
    readonly components: {
      readonly schemas: Record<string, { readonly properties: Record<string, { enum?: string[] }> }>;
    };
    readonly paths: Record<
      string,
      Record<
        string,
        {
          summary?: string;
          parameters?: { name: string; in: string; required?: boolean; schema: unknown }[];
          requestBody?: { description?: string; content: Record<string, unknown> };
          responses: Record<string, { description: string }>;
        }
      >
    >;
  }

  it('openapi.json is OpenAPI 3.1 and lists every route, each with words, parameters and refusals', async () => {
    const document = (await copy.ask('/api/openapi.json')).json as OpenApi;
    expect(document.openapi).toMatch(/^3\.1\.\d+$/);
    expect(document.info.title).toBe('Reservkraft');
    expect(document.security).toEqual([{ station: [] }]);
    const listed = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(listed.sort()).toEqual(
      [
        'DELETE /api/session',
        'GET /api/accounts',
        'GET /api/session',
        'POST /api/accounts',
        'POST /api/accounts/close',
        'POST /api/accounts/deal',
        'POST /api/accounts/import',
        'POST /api/choices',
        'POST /api/devices/lost',
        'POST /api/reads/sealed',
        'POST /api/emergencies',
        'POST /api/enrolments',
        'POST /api/session',
        'POST /api/session/emergency-code',
        'POST /api/session/emergency-code/used',
        'GET /api/session/pins',
        'POST /api/accounts/pins/remove',
        'POST /api/session/pin',
        'POST /api/session/pin/challenge',
        'POST /api/session/pins',
        'POST /api/session/pins/offer',
        'POST /api/session/pins/remove',
        'POST /api/vouches',
        'POST /api/emergency-codes',
        'POST /api/blocks',
        'POST /api/blocks/lift',
        'POST /api/reviews',
        'POST /api/ledger/erasures',
        'POST /api/ledger/erasures/asked',
        'POST /api/session/secret',
        'GET /api/sessions/own',
        'POST /api/sessions/own/end',
        'POST /api/sessions/own/seen',
        'GET /api/session/provider',
        'POST /api/session/provider',
        'POST /api/session/provider/return',
        'POST /api/session/practice',
        'GET /api/charts/{key}',
        'GET /api/messages',
        'GET /api/checks/{unit}',
        'GET /api/devices',
        'POST /api/checks/made',
        'POST /api/checks/settled',
        'GET /api/uses/{unit}',
        'POST /api/uses/in-use',
        'POST /api/uses/out',
        'GET /api/prints/{unit}',
        'POST /api/papers/chart',
        'POST /api/papers/unit',
        'GET /api/places/{unit}',
        'POST /api/places/mark',
        'POST /api/places/tie',
        'POST /api/places/tested',
        'POST /api/places/end',
        'GET /api/printers',
        'POST /api/printers/test',
        'POST /api/prints/chart',
        'POST /api/prints/unit',
        'GET /api/stations',
        'GET /api/status',
        'GET /api/units',
        'GET /api/units/{unit}',
        'POST /api/copies/key',
        'POST /api/copies/patient',
        'POST /api/copies/unit',
        'POST /api/full-load',
        'POST /api/hold',
        'POST /api/intake/{source}/fhir',
        'POST /api/patients/search',
        'POST /api/reads',
        'POST /api/release',
        'POST /api/settle',
        'POST /api/snapshot',
      ].sort(),
    );
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const operation of Object.values(methods)) {
        expect(operation.summary).toMatch(/\w/);
        expect(operation.responses['default']?.description).toMatch(/\w/);
        const inPath = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
        expect(inPath.map(({ name }) => `{${name}}`)).toEqual(path.match(/\{\w+\}/g) ?? []);
        for (const parameter of operation.parameters ?? []) expect(parameter.schema).toBeTypeOf('object');
        expect(inPath.every(({ required }) => required === true)).toBe(true);
      }
    }
    for (const reference of JSON.stringify(document).match(/"#\/components\/schemas\/\w+"/g) ?? [])
      expect(document.components.schemas).toHaveProperty(reference.replaceAll('"', '').split('/').at(-1) ?? '');
  });

  it('openapi.json tells what is handed in as FHIR: kinds, packing and size, and those and no others are taken', async () => {
    const { paths } = (await copy.ask('/api/openapi.json')).json as OpenApi;
    const operation = paths['/api/intake/{source}/fhir']?.['post'];
    const kinds = Object.keys(operation?.requestBody?.content ?? {});
    expect(kinds).toContain('application/fhir+ndjson');
    expect(operation?.requestBody?.description).toMatch(/64 MiB.*gzip.*128 MiB/);
    const handIn = (type: string, payload: string | Buffer, more = {}) =>
      copy.ask({
        method: 'POST',
        url: '/api/intake/ehr/fhir',
        payload,
        headers: { 'content-type': type, ...more },
      });
    const body = '{"resourceType":"Basic"}';
    for (const kind of kinds) {
      expect([kind, (await handIn(kind, body)).status]).toEqual([kind, 202]);
      const packed = await handIn(kind, gzipSync(body), { 'content-encoding': 'gzip' });
      expect([kind, packed.status]).toEqual([kind, 202]);
    }
    for (const kind of ['application/fhir+xml', 'text/csv']) expect((await handIn(kind, body)).status).toBe(415);
    expect((await handIn('application/json', body, { 'content-encoding': 'br' })).status).toBe(415);
  });

  it('a refusal is the same everywhere: a registered code, what happened, what is right, what to do', async () => {
    const document = (await copy.ask('/api/openapi.json')).json as OpenApi;
    const codes = document.components.schemas['Refusal']?.properties['code']?.enum ?? [];
    expect(codes).toEqual(Object.keys(FAILURES));
    const refusals = [
      await copy.ask('/api/units/MARS'),
      await copy.ask('/api/charts/x'),
      await copy.ask('/api/nonsense'),
      await copy.ask({ method: 'DELETE', url: '/api/units' }),
      await copy.ask({ url: '/api/units', headers: { authorization: 'Bearer wrong-token-wrong-token' } }),
      await copy.ask({
        method: 'POST',
        url: '/api/hold',
        payload: '{',
        headers: { 'content-type': 'application/json' },
      }),
      await copy.ask({ method: 'POST', url: '/api/hold', payload: 'x', headers: { 'content-type': 'text/plain' } }),
      await post('/api/patients/search', { text: 'a', unit: 'x'.repeat(limits.apiBodyBytesMax) }),
    ];
    expect(refusals.map(({ status }) => status)).toEqual([404, 400, 404, 404, 401, 400, 415, 413]);
    for (const { json } of refusals) {
      expect(Object.keys(json as object).sort()).toEqual(['code', 'doNow', 'happened', 'stillRight', 'text']);
      expect(codes).toContain((json as { code: string }).code);
    }
    expect(copy.faults).toEqual([]);
  });
});
