// The app as a browser fetches it from the station.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readAppFiles } from './app-files.ts';
import { ServedCopy } from './server.fixture.ts';

let folder: string;
let copy: ServedCopy;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'app-'));
  mkdirSync(join(folder, '_app/immutable'), { recursive: true });
  writeFileSync(join(folder, 'index.html'), '<!doctype html><script>start()</script>');
  writeFileSync(join(folder, '_app/immutable/x.js'), 'export {};');
  writeFileSync(join(folder, '_app/immutable/x.js.br'), 'packed by the build');
  writeFileSync(join(folder, 'secret.key'), 'not of the app');
  copy = new ServedCopy();
  copy.app = readAppFiles(folder);
  await copy.start();
});
afterEach(async () => {
  await copy.close();
  rmSync(folder, { recursive: true });
});

const get = (url: string, headers: Record<string, string> = {}) =>
  copy.server?.inject({ url, headers: { host: '127.0.0.1:7070', ...headers } });

describe('the app’s files', () => {
  it('open without sign-in, and nothing about anyone does', async () => {
    expect((await get('/'))?.statusCode).toBe(200);
    expect((await get('/_app/immutable/x.js'))?.headers['content-type']).toBe('text/javascript; charset=utf-8');
    for (const url of ['/api/units', '/api/status', '/fhir/Patient/x', '/api/copies/unit'])
      expect([url, (await get(url))?.statusCode]).toEqual([url, 401]);
  });

  it('may ask the stations that the settings name, and nothing else', async () => {
    const policy = String((await get('/'))?.headers['content-security-policy']);
    expect(policy).toContain("connect-src 'self' https://10.0.0.5:8443;");
  });

  it('run nothing but what the station serves: the page’s own script is named by its hash, and nothing inline', async () => {
    const policy = String((await get('/'))?.headers['content-security-policy']);
    expect(policy).toMatch(/default-src 'none'; script-src 'self' 'wasm-unsafe-eval' 'sha256-[\w+/=]+';/);
    expect(policy).not.toContain('unsafe-inline');
    expect(policy).toContain("frame-ancestors 'none'");
  });

  it('lie in memory: still served when the folder is gone, and no address leads to another file', async () => {
    rmSync(folder, { recursive: true });
    mkdirSync(folder);
    expect((await get('/'))?.body).toContain('start()');
    for (const url of ['/secret.key', '/../package.json', '/_app/../secret.key', '/%2e%2e/package.json', '/_app', '/x'])
      expect([url, (await get(url))?.statusCode]).not.toEqual([url, 200]);
  });

  it('are packed for who can unpack, and not sent again to who has them', async () => {
    const file = await get('/_app/immutable/x.js', { 'accept-encoding': 'gzip' });
    expect(file?.headers).toMatchObject({
      'content-encoding': 'gzip',
      'cache-control': expect.stringContaining('immutable'),
    });
    const smaller = await get('/_app/immutable/x.js', { 'accept-encoding': 'gzip, br' });
    expect([smaller?.headers['content-encoding'], smaller?.body]).toEqual(['br', 'packed by the build']);
    const again = await get('/', { 'if-none-match': String((await get('/'))?.headers['etag']) });
    expect([again?.statusCode, again?.body]).toEqual([304, '']);
  });

  it('missing, the station says what to do and answers everything else', async () => {
    const bare = await ServedCopy.started();
    const page = await bare.server?.inject({ url: '/', headers: { host: '127.0.0.1:7070' } });
    expect(page?.json()).toMatchObject({ code: 'app.not-built', doNow: expect.stringContaining('prepare') });
    expect((await bare.ask('/api/units')).status).toBe(200);
    await bare.close();
  });
});
