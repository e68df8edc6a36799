import { randomBytes } from 'node:crypto';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { censusText } from '../../command-line/census-text.ts';
import type { Chart } from '../../domain/chart/chart.ts';
import { FAILURES } from '../../domain/failures.ts';
import type { PatientKey } from '../../domain/identity.ts';
import type { UnitList } from '../../domain/unit-list/unit-list.ts';
import { limits } from '../../limits.ts';
import { ANNA, admitAnna, BERTIL, PNR, potassium, report, ServedCopy, TEN } from '../server.fixture.ts';

let copy: ServedCopy;
let anna: PatientKey;

beforeEach(async () => {
  copy = await ServedCopy.started();
  anna = admitAnna(copy);
});
afterEach(() => copy.close());

const post = (url: string, payload: object) => copy.ask({ method: 'POST', url, payload });
const intake = (payload: Buffer | string, contentType: string, more: Record<string, string> = {}) =>
  copy.ask({
    method: 'POST',
    url: '/api/intake/ehr/fhir',
    payload: Buffer.from(payload),
    headers: { 'content-type': contentType, ...more },
  });

const bertil = {
  resourceType: 'Patient',
  id: 'p1',
  identifier: [{ system: PNR, value: BERTIL.id }],
  name: [{ family: 'Prov' }],
};
const pulse = (id: string) => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: { text: 'Puls' },
  subject: { reference: 'Patient/p1' },
});
const bundle = {
  resourceType: 'Bundle',
  type: 'collection',
  entry: [{ resource: bertil }, { resource: pulse('o1') }],
};

const partOf = (json: unknown, name: string) =>
  (json as Chart).blocks.flatMap((block) => block.parts).find(({ part }) => part === name);

describe('reading through our own routes', () => {
  it('units, a unit’s list, and a unit that is not here', async () => {
    expect((await copy.ask('/api/units')).json).toMatchObject({
      units: [{ unit: 'KIR2', name: 'Kirurgavdelning 2', listKind: 'bed' }],
    });
    expect((await copy.ask('/api/units/KIR2')).json).toMatchObject({
      unit: 'KIR2',
      name: 'Kirurgavdelning 2',
      rows: [{ key: anna }],
    });
    const list = (await copy.ask('/api/units/KIR2')).json as UnitList;
    expect(list).toMatchObject({ at: copy.now.wallMs, asOf: null, asOfWords: null });
    expect(list.age[0]).toMatch(/^Beläggning: /);
    expect(list.feeds.find(({ part }) => part === 'results')).toMatchObject({ source: 'lab' });
    for (const { state, words } of list.feeds) expect([state, words]).not.toContain('');
    expect(list.rows[0]?.warnings[0]).toMatch(/^Allergi: ▲ Penicillin/);
    expect(censusText(list, 160)).toContain(list.rows[0]?.warnings[0]);
    const then = (await copy.ask(`/api/units/KIR2?at=${copy.now.wallMs - 1_000}`)).json as UnitList;
    expect(then.asOf).toBe(copy.now.wallMs - 1_000);
    expect(then.asOfWords).toMatch(/^som den var \d\d:\d\d$/);
    for (const address of ['units/KIR2', `charts/${anna}`])
      expect(await copy.ask(`/api/${address}?at=${TEN - 60_000}`)).toMatchObject({
        status: 410,
        json: { code: 'history.too-old' },
      });
    expect(await copy.ask('/api/units/MARS')).toMatchObject({ status: 404, json: { code: 'unit.not-found' } });
  });

  it('a chart now and as it was', async () => {
    const before = copy.now.wallMs;
    report(copy, 'C1', [potassium('5.1', 'C')]);
    const now = await copy.ask(`/api/charts/${anna}`);
    expect(JSON.stringify(partOf(now.json, 'results'))).toContain('5,1');
    const then = await copy.ask(`/api/charts/${anna}?at=${before}`);
    expect(JSON.stringify(partOf(then.json, 'results'))).not.toContain('5,1');
    expect((then.json as Chart).asOf).not.toBeNull();
    expect(await copy.ask('/api/charts/aaaaaaaaaaaaaaaaaaaaaaaaaa')).toMatchObject({
      status: 404,
      json: { code: 'patient.not-found' },
    });
  });

  it('a person by number or name, in the body', async () => {
    for (const text of [ANNA.id, '18900101-9802', 'åsa övn'])
      expect((await post('/api/patients/search', { text, unit: 'KIR2' })).json).toMatchObject({
        hits: [{ key: anna }],
      });
    expect((await post('/api/patients/search', { text: 'ingen sådan' })).json).toEqual({
      hits: [],
      isCut: false,
      isEveryoneSearched: true,
      remark: null,
    });
    for (const [text, said] of [
      ['0101019802', /alla tolv siffror/],
      ['189001019803', /Kontrollsiffran stämmer inte/],
      ['189013019802', /Datumet i numret finns inte/],
    ] as const)
      expect((await post('/api/patients/search', { text })).json).toMatchObject({
        hits: [],
        remark: expect.stringMatching(said),
      });
    for (const wrong of [{}, { text: '' }, { text: 'a'.repeat(limits.searchTextMax + 1) }, { text: 7 }])
      expect((await post('/api/patients/search', wrong)).status).toBe(400);
  });

  it('status, and messages that did not become part of the copy', async () => {
    expect((await copy.ask('/api/status')).json).toEqual({ state: 'receiving' });
    copy.fhir('{"resourceType":');
    expect((await copy.ask('/api/messages?outcome=set-aside')).json).toMatchObject({
      messages: [{ source: 'ehr', outcome: 'set-aside' }],
    });
    expect((await copy.ask('/api/messages?outcome=held&limit=1')).json).toEqual({ messages: [] });
    const last = copy.rows.length;
    copy.fhir('{"resourceType":');
    for (const [asked, seqs] of [
      [`after=${last}`, [last + 1]],
      [`before=${last + 1}&source=ehr`, [last]],
      [`after=${last + 1}`, []],
      ['source=lab', []],
    ] as const) {
      const { messages } = (await copy.ask(`/api/messages?outcome=set-aside&${asked}`)).json as { messages: object[] };
      expect(messages).toEqual(seqs.map((seq) => expect.objectContaining({ seq })));
    }
    expect(await copy.ask('/api/messages?source=mars')).toMatchObject({ status: 400 });
    expect((await copy.ask('/api/messages?outcome=nonsense')).status).toBe(400);
    expect((await copy.ask('/api/messages?limit=100000')).status).toBe(400);
  });

  it('a snapshot can be asked for', async () => {
    expect((await post('/api/snapshot', {})).json).toMatchObject({ file: 'copy-1.db' });
  });
});

describe('going through what was set aside', () => {
  it('makes the source whole again, up to the number named', async () => {
    copy.fhir('{"resourceType":');
    const [aside] = copy.reader.outcomes();
    const settle = { source: 'ehr', upTo: aside?.seq, by: 'IT-jouren', reason: 'trasig fil' };
    expect(await post('/api/settle', settle)).toMatchObject({ status: 200, json: { duplicate: false } });
    expect((await copy.ask('/api/messages?outcome=set-aside')).json).toMatchObject({ messages: [{ isSettled: true }] });
  });
});

describe('holding a source', () => {
  it('what comes meanwhile waits, and is applied in order when it is released', async () => {
    const hold = { source: 'lab', by: 'IT-jouren', reason: 'fel värden' };
    expect(await post('/api/hold', hold)).toMatchObject({ status: 200, json: { duplicate: false } });
    report(copy, 'H1', [potassium('6.6', 'F')]);
    const held = await copy.ask(`/api/charts/${anna}`);
    expect(JSON.stringify(partOf(held.json, 'results'))).not.toContain('6,6');
    expect(partOf(held.json, 'results')?.state.state).toBe('held');
    expect((await copy.ask('/api/messages?outcome=held')).json).toMatchObject({ messages: [{ source: 'lab' }] });
    expect((await post('/api/release', { source: 'lab', how: 'in-order', by: 'IT-jouren' })).status).toBe(200);
    expect((await copy.ask(`/api/charts/${anna}`)).text).toContain('6,6');
  });

  it('or is left out', async () => {
    await post('/api/hold', { source: 'lab', by: 'IT', reason: 'prov', part: 'results' });
    report(copy, 'H1', [potassium('6.6', 'F')]);
    await post('/api/release', { source: 'lab', how: 'leave-out', by: 'IT' });
    expect((await copy.ask(`/api/charts/${anna}`)).text).not.toContain('6,6');
  });

  it.each([
    ['/api/hold', { source: 'mars', by: 'IT', reason: 'prov' }],
    ['/api/hold', { source: 'lab', by: 'IT', reason: 'prov', part: 'mars' }],
    ['/api/hold', { source: 'lab', reason: 'prov' }],
    ['/api/release', { source: 'lab', how: 'somehow', by: 'IT' }],
    ['/api/release', { source: 'mars', how: 'in-order', by: 'IT' }],
    ['/api/full-load', { source: 'mars' }],
    ['/api/settle', { source: 'mars', upTo: 1, by: 'IT', reason: 'skräp' }],
    ['/api/settle', { source: 'lab', upTo: 1, by: 'IT', reason: '' }],
    ['/api/settle', { source: 'lab', upTo: -1, by: 'IT', reason: 'skräp' }],
    ['/api/settle', { source: 'lab', by: 'IT', reason: 'skräp' }],
  ])('%s refuses %j and changes nothing', async (url, body) => {
    const rows = copy.rows.length;
    expect(await post(url, body)).toMatchObject({ status: 400, json: { code: 'request.invalid' } });
    expect(copy.rows).toHaveLength(rows);
  });

  it('a source that has sent everything is whole', async () => {
    await post('/api/full-load', { source: 'journal' });
    const { json } = await copy.ask(`/api/charts/${anna}`);
    expect(partOf(json, 'problems')?.content).toMatchObject({ kind: 'empty', reason: 'none-recorded' });
  });
});

describe('FHIR handed in', () => {
  const values = async () => {
    const { json } = await copy.ask(`/fhir/Observation?patient=${copy.keyOf(BERTIL)}`);
    return (json as { total?: number }).total;
  };

  it.each([
    ['a bundle', JSON.stringify(bundle), 'application/fhir+json'],
    ['a bundle as JSON', JSON.stringify(bundle), 'application/json; charset=utf-8'],
    ['a packed bundle', gzipSync(JSON.stringify(bundle)), 'application/gzip'],
    ['a packed bundle of no said kind', gzipSync(JSON.stringify(bundle)), 'application/octet-stream'],
    ['a bundle packed the new way', zstdCompressSync(JSON.stringify(bundle)), 'application/fhir+json'],
    ['a line a resource', `${JSON.stringify(bertil)}\n${JSON.stringify(pulse('o1'))}\n`, 'application/fhir+ndjson'],
  ])('%s is received and in the chart', async (_, body, contentType) => {
    const { status, json } = await intake(body, contentType);
    expect(status).toBe(202);
    for (const one of (json as { received: unknown[] }).received) expect(one).toMatchObject({ duplicate: false });
    expect(await values()).toBe(1);
  });

  it('several documents become several messages', async () => {
    const { json } = await intake(`${JSON.stringify(bundle)}\n${JSON.stringify(bundle)}`, 'application/x-ndjson');
    expect((json as { received: unknown[] }).received).toHaveLength(2);
  });

  it('what cannot be read is kept and told, never refused: it was received', async () => {
    expect((await intake('{"resourceType":"Bundle",', 'application/fhir+json')).status).toBe(202);
    expect((await copy.ask('/api/messages?outcome=set-aside')).json).toMatchObject({ messages: [{ source: 'ehr' }] });
  });

  it.each([
    ['nothing', 400, '', 'application/fhir+json', {}],
    ['white space', 400, ' \r\n\t'.repeat(1000), 'application/fhir+json', {}],
    ['white space of two bytes a letter', 400, Buffer.from('\ufeff  \r\n', 'utf16le'), 'application/fhir+json', {}],
    ['packed white space', 400, gzipSync(' '.repeat(1_000_000)), 'application/gzip', {}],
    ['a package in a package', 400, gzipSync(gzipSync('{"resourceType":"Basic"}')), 'application/gzip', {}],
    ['a damaged package', 400, gzipSync('x'.repeat(1000)).subarray(0, 20), 'application/gzip', {}],
    ['something packed another way', 415, 'abc', 'application/fhir+json', { 'content-encoding': 'br' }],
    ['XML', 415, '<Bundle/>', 'application/fhir+xml', {}],
    ['a form', 415, 'a=1', 'application/x-www-form-urlencoded', {}],
  ] as const)('%s is refused: %i', async (_, status, body, contentType, headers) => {
    const rows = copy.rows.length;
    const answer = await intake(Buffer.from(body), contentType, headers);
    expect(answer.status).toBe(status);
    expect(answer.json).toHaveProperty('doNow');
    expect(copy.rows).toHaveLength(rows);
  });

  it('a small package that grows without end is refused', async () => {
    const zeros = Buffer.alloc(16 * 1024 * 1024);
    const members = Array.from({ length: limits.fhirUnpackedBytesMax / zeros.length + 1 }, () => gzipSync(zeros));
    expect(Buffer.concat(members).length).toBeLessThan(limits.fhirBodyBytesMax);
    expect((await intake(Buffer.concat(members), 'application/gzip')).status).toBe(413);
    const grown = gzipSync(Buffer.alloc(limits.fhirUnpackedFreelyBytes + 1, '{}'));
    expect(grown.length * limits.fhirPackingMax).toBeLessThan(limits.fhirUnpackedFreelyBytes);
    expect((await intake(grown, 'application/gzip')).status).toBe(413);
  });

  it('a document beyond what is read in one piece is refused, also among others', async () => {
    const pieces = Array.from({ length: 1025 }, () =>
      randomBytes(1024)
        .toString('hex')
        .padEnd(64 * 1024, '0'),
    );
    const packed = zstdCompressSync(`{}\n{"a":"${pieces.join('')}"}\n`);
    expect(packed.length * limits.fhirPackingMax).toBeGreaterThan(limits.fhirBodyBytesMax);
    const rows = copy.rows.length;
    expect((await intake(packed, 'application/fhir+ndjson')).status).toBe(413);
    expect(copy.rows).toHaveLength(rows);
  });

  it('a body beyond the bound is refused by its length', async () => {
    const answer = await intake('{}', 'application/fhir+json', {
      'content-length': String(limits.fhirBodyBytesMax + 1),
    });
    expect(answer).toMatchObject({ status: 413, json: { code: 'request.too-large' } });
  });

  it('from a source nobody has declared is refused', async () => {
    const answer = await copy.ask({ method: 'POST', url: '/api/intake/mars/fhir', payload: bundle });
    expect(answer).toMatchObject({ status: 400, json: { code: 'request.invalid' } });
  });
});

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
