// A ward's computer is tried before it is needed: what is good, what to do, and what only the browser can say.

import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { House, type Ran, reservkraft } from './support/house.ts';

let house: House;
let authority: string;
beforeAll(async () => {
  house = await House.start();
  await house.stop();
  const certificate = (...words: string[]) =>
    reservkraft(['certificate', ...words, '--key-file', house.keyFile, '--data', house.dataFolder]);
  await certificate('authority', 'lasarettet.example', '127.0.0.1');
  expect((await certificate('issue', 'reserv.lasarettet.example', '127.0.0.1')).code).toBe(0);
  authority = join(house.folder, 'keys/certificates/authority.crt');
  await house.start();
});
afterAll(() => house.end());

const check = (words: readonly string[], isTrusted = true): Promise<Ran> =>
  reservkraft(['install', 'check', ...words, '--json'], {
    // The computer's own trust, as far as a test can set it.
    environment: isTrusted ? { SSL_CERT_FILE: authority } : {},
  });
const statesIn = ({ out }: Ran): Record<string, string> =>
  Object.fromEntries((JSON.parse(out) as { about: string; state: string }[]).map(({ about, state }) => [about, state]));
const at = (host = '127.0.0.1'): string => `https://${host}:${house.httpsPort}`;

describe('a ward’s computer', () => {
  it('that trusts the authority and reaches the station is good in all that a terminal can try, and says what it cannot', async () => {
    const printer = createServer((socket) => socket.end()).listen(0, '127.0.0.1');
    await once(printer, 'listening');
    const { port } = printer.address() as { port: number };
    const ran = await check([at(), `socket://127.0.0.1:${port}`]);
    printer.close();
    expect(statesIn(ran)).toEqual({
      ...{ address: 'good', authority: 'good', names: 'good', validity: 'good', app: 'good', clock: 'good' },
      ...{ printer: 'good', store: 'untried' },
    });
    expect(ran.code).toBe(0);
    expect(ran.out).toContain(`${at()}/install.html`);
    const page = await house.fetch('/install.html');
    expect(await page.text()).toContain('Prova den här datorn');
    expect((await house.fetch('/install.js')).headers.get('content-type')).toContain('javascript');
  });

  it('that does not trust the authority is told to, and whether it is only that', async () => {
    const without = await check([at()], false);
    expect([without.code, statesIn(without)['authority']]).toEqual([1, 'bad']);
    expect(without.out).toContain('jämför fingeravtrycket');
    const given = await check([at(), '--authority', authority], false);
    expect(statesIn(given)['authority']).toBe('bad');
    expect(given.out).toContain('utfärdat av den givna utfärdaren');
  });

  it('is told of an address the certificate is not for, of nobody there, and of a dead printer', async () => {
    const named = await check([at('localhost')]);
    expect(statesIn(named)).toMatchObject({ address: 'good', names: 'bad' });
    expect(named.out).toContain('reserv.lasarettet.example');
    const plain = await check([`https://127.0.0.1:${house.httpPort}`, 'ipp://127.0.0.1:1/ipp/print']);
    expect([plain.code, statesIn(plain)]).toEqual([1, { address: 'bad', printer: 'bad', store: 'untried' }]);
    expect(plain.out).toContain('talar inte HTTPS');
    const nobody = await check(['https://127.0.0.1:1']);
    expect(nobody.out).toContain('Är stationen igång');
    expect((await check(['http://127.0.0.1'])).code).toBe(2);
  });

  it('with its clock wrong is told by how much', async () => {
    const { checkInstall } = await import('../src/command-line/install-check.ts');
    const real = Date.now;
    try {
      Date.now = () => real() + 11 * 60_000;
      const lines = await checkInstall({ url: new URL(at()), authority: null, printers: [] });
      expect(lines.find(({ about }) => about === 'clock')).toMatchObject({ state: 'bad' });
      expect(lines.find(({ about }) => about === 'clock')?.words).toContain('11 min före');
    } finally {
      Date.now = real;
    }
  });
});
