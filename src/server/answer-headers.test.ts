// Every kind of answer, asked for each header: what a browser needs to be told so that nothing of a chart is kept, guessed, run or framed.

import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACCESS_PATHS } from '../domain/access/routes.ts';
import { at, Browser, KIR, MED, NURSE, signedIn } from './access/people.fixture.ts';
import { admitAnna } from './anna.fixture.ts';
import { readAppFiles } from './app-files.ts';
import { ServedCopy, TOKEN, WARD_ORIGIN } from './server.fixture.ts';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

let folder: string;
let copy: ServedCopy;
let nurse: Browser;
let anna: string;
let port: number;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'headers-'));
  mkdirSync(join(folder, '_app/immutable'), { recursive: true });
  const files = {
    'index.html': '<script>start()</script>',
    'install.html': '<p>',
    '_app/immutable/x.js': '',
    'i.svg': '',
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  copy = new ServedCopy();
  copy.app = readAppFiles(folder);
  await copy.start();
  anna = admitAnna(copy);
  nurse = await signedIn(copy, NURSE, at(MED));
  const address = (await copy.server?.listen({ host: '127.0.0.1', port: 0 })) ?? '';
  port = Number(new URL(address).port);
});
afterAll(async () => {
  await copy.close();
  rmSync(folder, { recursive: true });
});

type Headers = Readonly<Record<string, unknown>>;

function expectHeaders(what: string, headers: Headers, { isFile = false } = {}): void {
  expect([what, headers]).toEqual([
    what,
    expect.objectContaining({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': isFile ? expect.stringMatching(/^no-cache$|immutable$/) : 'no-store',
      'content-security-policy': expect.stringMatching(/^default-src 'none'; .*frame-ancestors 'none'$/),
    }),
  ]);
  expect([what, String(headers['content-type'] ?? 'charset=utf-8')]).toEqual([
    what,
    expect.stringMatching(/charset=utf-8$|^application\/pdf$|^application\/json$/),
  ]);
  // What is not encrypted can't promise to be (RFC 6797 §7.2).
  for (const name of ['strict-transport-security', 'server', 'x-powered-by', 'via'])
    expect([what, name, headers[name]]).toEqual([what, name, undefined]);
  expect(JSON.stringify(headers)).not.toContain(version);
}

const AS_FILE = 'attachment; filename="api.json"';

describe('an answer can’t be kept, guessed, run, framed or taken for a page:', () => {
  it('of every route, to a program of the station’s, to a colleague and to a stranger', async () => {
    const asked = new Map<number, number>();
    for (const route of copy.routes) {
      const [method = '', path = ''] = route.split(' ');
      const url = path.replace(/:\w+/g, 'x');
      if (method === 'DELETE') continue;
      for (const ask of [copy, nurse, new Browser(copy)]) {
        const payload = method === 'POST' ? { payload: {} } : {};
        const { status, headers } = await ask.ask({ method: method as 'GET', url, ...payload });
        const isFile = copy.app?.files.has(url === '/' ? 'index.html' : url.slice(1)) === true;
        expectHeaders(`${route} ${status}`, headers, { isFile });
        expect([route, headers['content-disposition']]).toEqual([route, isFile ? undefined : AS_FILE]);
        asked.set(status, (asked.get(status) ?? 0) + 1);
      }
    }
    expect([...asked.keys()].sort()).toEqual(expect.arrayContaining([200, 400, 401, 403, 404]));
  });

  it.each([
    ['a patient as FHIR', 200, () => copy.ask(`/fhir/Patient/${anna}`)],
    ['a chart', 200, () => copy.ask(`/api/charts/${anna}`)],
    ['a choice to be made', 403, () => nurse.ask(`/api/charts/${anna}`)],
    ['a method that is not there', 405, () => copy.ask({ method: 'PUT', url: '/fhir/Patient/x' })],
    [
      'a body of an unknown kind',
      415,
      () => copy.ask({ method: 'POST', url: '/api/hold', payload: '<x/>', headers: { 'content-type': 'text/xml' } }),
    ],
    [
      'a body too long',
      413,
      () => copy.ask({ method: 'POST', url: '/api/hold', payload: { source: 'x'.repeat(2_000_000) } }),
    ],
    ['an address that can’t be read', 400, () => copy.ask('/api/charts/%')],
    ['an address too long', 400, () => copy.ask(`/api/charts/${'a'.repeat(500)}`)],
    ['a FHIR address that can’t be read', 400, () => copy.ask('/fhir/Patient/%zz')],
    [
      'another station’s page, asking first',
      204,
      () => copy.ask({ method: 'OPTIONS', url: '/api/units', headers: { origin: WARD_ORIGIN } }),
    ],
    [
      'signing out',
      204,
      async () =>
        (await signedIn(copy, { ...NURSE, id: 'SE0000000000-P10009' as never }, at(KIR))).ask({
          method: 'DELETE',
          url: ACCESS_PATHS.session,
        }),
    ],
    ['another site', 401, () => copy.ask({ url: '/api/units', headers: { host: 'evil.example' } })],
    [
      'another site, with an address that can’t be read',
      401,
      () => copy.ask({ url: '/api/charts/%', headers: { host: 'evil.example' } }),
    ],
  ] as const)('%s (%i)', async (what, status, ask) => {
    const answer = await ask();
    expect([what, answer.status]).toEqual([what, status]);
    expectHeaders(what, answer.headers);
    expect(answer.headers['content-disposition']).toBe(AS_FILE);
  });

  it('pages to print', async () => {
    const { status, headers } = await copy.ask({
      method: 'POST',
      url: '/api/papers/unit',
      payload: { unit: 'KIR2', what: 'pack' },
    });
    expect(status).toBe(200);
    expectHeaders('pdf', headers);
    expect(headers['content-disposition']).toBe('attachment; filename="reservkraft.pdf"');
  });

  it('an address of no page: in words for who typed it, and not as a file', async () => {
    for (const url of ['/kirurgen', '/%']) {
      const { status, headers } = await copy.ask(url);
      expect(status).toBeOneOf([400, 404]);
      expectHeaders(url, headers);
      expect(headers['content-disposition']).toBeUndefined();
    }
  });

  it('the app’s files, fetched again too; a script of its own is held to the page’s policy', async () => {
    const page = await copy.ask('/');
    for (const url of ['/', '/install.html', '/_app/immutable/x.js', '/i.svg']) {
      const { headers } = await copy.ask(url);
      expectHeaders(url, headers, { isFile: true });
      expect(headers['content-security-policy']).toBe(page.headers['content-security-policy']);
      const again = await copy.ask({ url, headers: { 'if-none-match': String(headers['etag']) } });
      expect(again.status).toBe(304);
      expectHeaders(`${url} again`, again.headers, { isFile: true });
    }
    for (const url of ['/', '/install.html'])
      expect((await copy.ask(url)).headers).toMatchObject({
        'cross-origin-opener-policy': 'same-origin',
        'permissions-policy': 'camera=(), microphone=(), geolocation=()',
      });
  });

  it('a fault of the station’s own', async () => {
    const { patient } = copy.reader;
    copy.reader.patient = () => {
      throw new TypeError('x');
    };
    const { status, headers } = await copy.ask(`/fhir/Patient/${anna}`);
    copy.reader.patient = patient;
    expect(status).toBe(500);
    expectHeaders('fault', headers);
    copy.faults.length = 0;
  });
});

/** What comes back for these very bytes. */
async function answered(words: string): Promise<ReturnType<typeof parsed>> {
  const socket = connect(port, '127.0.0.1');
  socket.end(words);
  return parsed(await text(socket));
}

function parsed(said: string): { status: number; headers: Headers; body: string } {
  const [head = '', body = ''] = said.split('\r\n\r\n');
  const [first = '', ...lines] = head.split('\r\n');
  const headers = Object.fromEntries(lines.map((line) => line.split(/: (.*)/s).slice(0, 2)));
  return { status: Number(first.split(' ')[1]), headers, body };
}

describe('what never comes to a route is answered in the same words, with the same headers:', () => {
  const HOST = 'host: 127.0.0.1\r\n';
  it.each([
    ['no HTTP', 400, 'request.invalid', 'Åsa Övning 189001019802\r\n\r\n'],
    ['a header that can’t be read', 400, 'request.invalid', `GET /health HTTP/1.1\r\n${HOST}x y: z\r\n\r\n`],
    [
      'two lengths (a second question hidden in the first)',
      400,
      'request.invalid',
      `POST /api/session HTTP/1.1\r\n${HOST}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /health HTTP/1.1\r\n\r\n`,
    ],
    ['a head too long', 431, 'request.too-large', `GET /health HTTP/1.1\r\n${HOST}x: ${'a'.repeat(20_000)}\r\n\r\n`],
    ['no Host', 401, 'request.unauthorized', 'GET /health HTTP/1.1\r\nconnection: close\r\n\r\n'],
    ['no Host, of the old kind', 401, 'request.unauthorized', 'GET /health HTTP/1.0\r\n\r\n'],
  ])('%s (%i)', async (what, status, code, words) => {
    const answer = await answered(words);
    expect([what, answer.status]).toEqual([what, status]);
    expectHeaders(what, answer.headers);
    expect(JSON.parse(answer.body)).toMatchObject({ code, doNow: expect.any(String) });
    expect(answer.body).not.toContain('Övning');
  });

  it('an expectation nobody knows is passed over', async () => {
    const { status, headers } = await answered(
      `GET /health HTTP/1.1\r\n${HOST}expect: a miracle\r\nconnection: close\r\n\r\n`,
    );
    expect(status).toBe(200);
    expectHeaders('expect', headers);
  });

  it('a question that comes while the station stops', async () => {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    let release = (): void => {};
    const searching = new Promise<[]>((resolve) => {
      release = () => resolve([]);
    });
    const begun = new Promise<void>((resolve) => {
      copy.reader.search = (() => {
        resolve();
        return searching;
      }) as never;
    });
    const body = JSON.stringify({ text: 'övning' });
    const head = `host: 127.0.0.1\r\nauthorization: Bearer ${TOKEN}\r\n`;
    socket.write(
      `POST /api/patients/search HTTP/1.1\r\n${head}content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
    await begun;
    const closed = copy.server?.close();
    await new Promise(setImmediate);
    socket.write(`GET /health HTTP/1.1\r\n${HOST}connection: close\r\n\r\n`);
    await new Promise(setImmediate);
    release();
    const [, second = ''] = (await text(socket)).split(/(?=HTTP\/1\.1 503)/);
    expect(second).toMatch(/^HTTP\/1\.1 503/);
    const { headers, body: said } = parsed(second);
    expectHeaders('stopping', headers);
    expect(JSON.parse(said)).toMatchObject({ code: 'station.not-running' });
    await closed;
  });
});
