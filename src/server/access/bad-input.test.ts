// Whatever is sent to the station's doors: a clear refusal, never a fault, nothing of what was sent repeated, and who is signed in still is.

import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACCESS_PATHS } from '../../domain/access/routes.ts';
import { admitAnna } from '../anna.fixture.ts';
import { ServedCopy } from '../server.fixture.ts';
import { at, Browser, KIR, NURSE, signedIn } from './people.fixture.ts';

let copy: ServedCopy;
let nurse: Browser;
let port: number;
beforeAll(async () => {
  copy = await ServedCopy.started();
  admitAnna(copy);
  nurse = await signedIn(copy, NURSE, at(KIR, 'lead'));
  const address = (await copy.server?.listen({ host: '127.0.0.1', port: 0 })) ?? '';
  port = Number(new URL(address).port);
});
afterAll(() => copy.close());

const SENT = 'Zxqvinsson';
const deep = (levels: number): string => `${'['.repeat(levels)}"${SENT}"${']'.repeat(levels)}`;
const BODIES: Readonly<Record<string, string>> = {
  nothing: '',
  'no JSON': `{"user": ${SENT}`,
  'two of them': '{}{}',
  null: 'null',
  'a number': '1e999',
  'a text': `"${SENT}"`,
  'a list': `["${SENT}"]`,
  'very deep': deep(20_000),
  'a changed prototype': `{"__proto__": {"isLead": true, "name": "${SENT}"}}`,
  'a changed constructor': `{"constructor": {"prototype": {"name": "${SENT}"}}}`,
  'letters that are none': `{"user": "\\ud800${SENT}", "secret": "\\u0000"}`,
  'a field twice': `{"user": "${SENT}", "user": {"$ne": null}, "secret": {"$gt": ""}}`,
  'words of a database': `{"user": "' OR 1=1 --${SENT}", "secret": "'; DROP TABLE kept; --", "text": "\\" OR name:*", "patient": "' OR ''='"}`,
  'a script': `{"user": "<script>${SENT}</script>", "secret": "x", "text": "<img onerror=1>"}`,
};
const TYPES = [
  'application/json',
  'application/json; charset=utf-7',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'text/plain',
  'text/xml',
  'application/fhir+json',
  '',
];
const posts = (): string[] =>
  copy.routes.filter((route) => route.startsWith('POST /api/')).map((route) => route.slice(5).replace(/:\w+/g, 'x'));

describe.each(Object.entries(BODIES))('a body that is %s', (_, payload) => {
  it('is refused at every route, by stranger and colleague alike', async () => {
    for (const url of posts())
      for (const browser of [new Browser(copy), nurse])
        for (const type of payload === BODIES['no JSON'] ? TYPES : TYPES.slice(0, 1)) {
          const { status, text } = await browser.ask({
            method: 'POST',
            url,
            payload,
            headers: type === '' ? {} : { 'content-type': type },
          });
          expect([url, type, status]).toEqual([url, type, expect.toSatisfy((one: number) => one >= 400 && one < 500)]);
          expect([url, text.includes(SENT)]).toEqual([url, false]);
        }
    expect(copy.faults).toEqual([]);
    expect((await nurse.ask(ACCESS_PATHS.session)).status).toBe(200);
  });
});

/** What stands on the line reaches the station as it is: no client makes it tidy first. */
async function raw(address: string, browser: Browser): Promise<string> {
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const socket = connect(port, '127.0.0.1');
  const head = [`GET ${address} HTTP/1.1`, `host: 127.0.0.1:${port}`, 'connection: close', 'x-reservkraft: 1'];
  socket.end(`${[...head, ...(cookie === '' ? [] : [`cookie: ${cookie}`])].join('\r\n')}\r\n\r\n`);
  return text(socket);
}

describe('an address', () => {
  it('that is right opens what is there, so that the others are refused for what they are', async () => {
    expect(await raw('/api/session', nurse)).toMatch(/^HTTP\/1\.1 200[\s\S]*Anna Berg/);
  });

  it.each([
    '//api/session',
    '/api//session',
    '/API/SESSION',
    '/api/session/',
    '/api/./session',
    '/api/x/../session',
    '/api/%2e%2e/api/session',
    '/api/session%00',
    '/api/session%2f..%2fstatus',
    '/api/charts/..%2f..%2fetc%2fpasswd',
    '/api/charts/%c0%ae%c0%ae',
    '/api/charts/%',
    `/api/charts/${'a'.repeat(5_000)}`,
    '/api/units/__proto__',
    '/api/units/constructor',
    '/fhir/Patient/..;/status',
    '/_app/../../../etc/passwd',
    '/_app/%2e%2e/%2e%2e/package.json',
    '\\\\etc\\passwd',
    '/api/session;jsessionid=1',
  ])('%s leads nowhere, as it stands on the line, for stranger and colleague alike', async (address) => {
    for (const browser of [new Browser(copy), nurse]) {
      const said = await raw(address, browser);
      expect([address, said.slice(0, 12)]).toEqual([address, expect.stringMatching(/^HTTP\/1\.1 4\d\d/)]);
      expect(said).not.toMatch(/Övning|root:|Anna Berg|dependencies/);
    }
    expect(copy.faults).toEqual([]);
  });
});

describe('a cookie', () => {
  it.each([
    'x'.repeat(43),
    'x'.repeat(8_000),
    '',
    '__proto__',
    'constructor',
    '%00',
    '"; DROP TABLE kept; --',
    `${'A'.repeat(43)}=`,
    'null',
  ])('%j is nobody, in the session’s place, the device’s or the provider’s', async (value) => {
    for (const name of ['reservkraft-session', 'reservkraft-device', 'reservkraft-provider']) {
      const browser = new Browser(copy);
      browser.cookies.set(name, value);
      expect((await browser.ask(ACCESS_PATHS.session)).status).toBe(401);
      expect((await browser.post(ACCESS_PATHS.session, { user: 'SE0000000000-X', secret: 'x' })).status).toBeOneOf([
        401, 429,
      ]);
    }
    expect(copy.faults).toEqual([]);
  });
});

it('none of it stands in the ledger', () => {
  expect(JSON.stringify(copy.entries)).not.toContain(SENT);
});
