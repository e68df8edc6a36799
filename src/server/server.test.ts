import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { admitAnna } from './anna.fixture.ts';
import { ServedCopy, TOKEN } from './server.fixture.ts';
import { createServer } from './server.ts';

let copy: ServedCopy;

beforeEach(async () => {
  copy = await ServedCopy.started();
});
afterEach(() => copy.close());

describe('who may ask', () => {
  it('anyone on this machine sees that the station lives, and nothing of a patient', async () => {
    admitAnna(copy);
    const { status, text } = await copy.ask({ url: '/health', headers: { authorization: '' } });
    expect(status).toBe(200);
    expect(text).not.toMatch(/Övning|9802|KIR2|Penicillin/);
  });

  it.each([
    ['none', ''],
    ['a wrong one of the same length', `Bearer ${'x'.repeat(TOKEN.length)}`],
    ['the beginning of the right one', `Bearer ${TOKEN.slice(0, -1)}`],
    ['the right one and more', `Bearer ${TOKEN}0`],
    ['the right one by another scheme', `Basic ${TOKEN}`],
    ['an empty one', 'Bearer '],
    ['two', `Bearer ${TOKEN} ${TOKEN}`],
  ])('with the token %s: nothing under /fhir or /api', async (_, authorization) => {
    for (const url of [
      '/fhir/metadata',
      '/api/units',
      '/api/openapi.json',
      '/fhir/nonsense',
      '/nonsense',
      '/health?x=1',
    ]) {
      const { status, headers } = await copy.ask({ url, headers: { authorization } });
      expect([url, status]).toEqual([url, 401]);
      expect(headers['www-authenticate']).toBe('Bearer');
    }
  });

  it('the scheme’s name may be written in any case', async () => {
    expect((await copy.ask({ url: '/api/units', headers: { authorization: `bearer ${TOKEN}` } })).status).toBe(200);
  });

  it('a token in the address or a cookie opens nothing', async () => {
    const headers = { authorization: '', cookie: `token=${TOKEN}` };
    expect((await copy.ask({ url: `/api/units?access_token=${TOKEN}`, headers })).status).toBe(401);
  });

  it('a station whose token file is empty does not start, rather than standing open', async () => {
    const nothing = { reader: () => copy.reader } as never;
    await expect(
      createServer({
        token: '',
        hosts: [],
        stations: { name: 'T', others: [], appOrigins: [] },
        onFault: () => {},
        access: nothing,
        prints: nothing,
        places: null as never,
        checks: nothing,
        uses: nothing,
        facade: nothing,
        api: nothing,
        ledger: nothing,
        entries: nothing,
        app: null,
      }),
    ).rejects.toThrow('settings.invalid');
  });

  it.each(['evil.example', 'evil.example:7070', '127.0.0.1.evil.example', 'localhost.evil.example', '10.0.0.7'])(
    'a page elsewhere that calls this machine %j gets nothing, with the token too',
    async (host) => {
      for (const url of ['/health', '/fhir/metadata', '/api/units'])
        expect((await copy.ask({ url, headers: { host } })).status).toBe(401);
    },
  );

  it.each(['127.0.0.1', 'localhost:7070', 'LOCALHOST', '[::1]:7070'])(
    'this machine under the name %s is answered',
    async (host) => {
      expect((await copy.ask({ url: '/api/units', headers: { host } })).status).toBe(200);
    },
  );

  it('no page of another origin is ever told that it may read or send', async () => {
    const origin = 'https://evil.example';
    const preflight = await copy.ask({
      method: 'OPTIONS',
      url: '/api/hold',
      headers: { origin, authorization: '', 'access-control-request-method': 'POST' },
    });
    expect(preflight.status).toBe(401);
    const simple = await copy.ask({
      method: 'POST',
      url: '/api/hold',
      payload: 'source=lab',
      headers: { origin, authorization: '', 'content-type': 'text/plain' },
    });
    expect(simple.status).toBe(401);
    for (const { headers } of [preflight, simple, await copy.ask({ url: '/api/units', headers: { origin } })]) {
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
      expect(headers['set-cookie']).toBeUndefined();
      expect(headers['cache-control']).toBe('no-store');
      expect(headers['x-content-type-options']).toBe('nosniff');
    }
  });
});

async function listening(): Promise<number> {
  if (copy.server === null) throw new Error('not started');
  await copy.server.listen({ host: '127.0.0.1', port: 0 });
  return (copy.server.server.address() as AddressInfo).port;
}

it('an unexpected fault is told by route and kind, never by patient or address', async () => {
  const anna = admitAnna(copy);
  await copy.server?.close();
  const server = await copy.start();
  copy.reader.patient = () => {
    throw new TypeError(`a fault about ${anna}`);
  };
  const { status, text } = await copy.ask(`/fhir/Patient/${anna}`);
  expect(status).toBe(500);
  expect(text).not.toContain(anna);
  expect(copy.faults).toEqual(['GET /fhir/Patient/:id TypeError']);
  expect(server).toBe(copy.server);
});

it('over a real socket: a patient is found, read page by page by the links given, and summarised', async () => {
  const anna = admitAnna(copy);
  const port = await listening();
  const base = `http://127.0.0.1:${port}/fhir`;
  const headers = { authorization: `Bearer ${TOKEN}`, accept: 'application/fhir+json' };
  const found = await fetch(`${base}/Patient/_search`, {
    method: 'POST',
    headers,
    body: new URLSearchParams({ name: 'Åsa Övning' }),
  });
  const person = (await found.json()) as { entry: { fullUrl: string }[] };
  expect(person.entry[0]?.fullUrl).toBe(`${base}/Patient/${anna}`);
  const types: string[] = [];
  for (let url: string | undefined = `${base}/Patient/${anna}/$everything?_count=2`; url !== undefined; ) {
    const page = (await (await fetch(url, { headers })).json()) as {
      entry: { resource: { resourceType: string }; fullUrl: string }[];
      link: { relation: string; url: string }[];
    };
    for (const { resource, fullUrl } of page.entry) {
      types.push(resource.resourceType);
      expect(await (await fetch(fullUrl, { headers })).json()).toEqual(resource);
    }
    url = page.link.find(({ relation }) => relation === 'next')?.url;
  }
  expect(types).toEqual(
    [
      'Patient',
      'Encounter',
      'AllergyIntolerance',
      'DiagnosticReport',
      'Observation',
      'Observation',
      'RelatedPerson',
    ].filter((type) => types.includes(type)),
  );
  expect(types.length).toBeGreaterThan(5);
  const summary = await fetch(`${base}/Patient/${anna}/$summary`, { headers });
  expect(await summary.json()).toMatchObject({ resourceType: 'Bundle', type: 'document' });
});

it('an answer to words that are no HTTP says nothing of the station’s patients', async () => {
  admitAnna(copy);
  const port = await listening();
  const status = await new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path: `/fhir/Patient/${'a'.repeat(20_000)}` }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    asked.on('error', reject);
    asked.end();
  });
  expect(status).toBe(431);
});
