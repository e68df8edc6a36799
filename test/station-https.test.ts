// A ward's computer that trusts the station's authority reaches it over HTTPS by name or fixed address; what is for this machine
// alone does not open there, and nothing of certificates keeps a station from being read.

import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { House, reservkraft } from './support/house.ts';

let house: House;
afterEach(async () => house.end());

const certificate = (...words: string[]) =>
  reservkraft(['certificate', ...words, '--key-file', house.keyFile, '--data', house.dataFolder]);
const authority = (): string => readFileSync(join(house.folder, 'keys/certificates/authority.crt'), 'utf8');

interface Asked {
  readonly path?: string;
  readonly host?: string;
  readonly token?: string;
  readonly ca?: string;
}

/** Status and body, or what the client refuses. */
async function ask({ path = '/health', host = '127.0.0.1', token, ca = authority() }: Asked = {}): Promise<string> {
  // The name in Host may be somebody else's; the certificate is held against the station's own.
  const checked = { servername: 'reserv.lasarettet.example' };
  const headers = { host, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) };
  return await new Promise((resolve) => {
    request({ host: '127.0.0.1', port: house.httpsPort, path, headers, ca, agent: false, ...checked }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
      });
      answer.on('end', () => resolve(`${answer.statusCode} ${text}`));
    })
      .on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''))
      .end();
  });
}

describe('a station with a certificate of its own', () => {
  it('answers over HTTPS to who trusts its authority, by its own names only', async () => {
    house = await House.start();
    expect(house.httpsPort).toBeNull();
    await house.stop();
    await certificate('authority', 'lasarettet.example', '127.0.0.1');
    expect((await certificate('issue', 'reserv.lasarettet.example', '127.0.0.1')).code).toBe(0);
    await house.start();
    expect(await ask()).toMatch(/^200 \{/);
    expect(await ask({ host: 'reserv.lasarettet.example' })).toMatch(/^200 /);
    // A page elsewhere that points its own name at the station.
    expect(await ask({ host: 'elak.example' })).toMatch(/^401 .*request.unauthorized/);
    expect(await ask({ ca: '' })).toMatch(/SELF_SIGNED|UNABLE_TO/);
    expect(await ask({ path: '/api/units' })).toMatch(/^401 /);
    // The same name without TLS is nobody's.
    const plain = await fetch(`http://127.0.0.1:${house.httpPort}/health`, {
      headers: { 'x-forwarded-host': 'reserv.lasarettet.example' },
    });
    expect(plain.status).toBe(200);
  });

  it('whose certificate can’t be read is still read on its own machine, and says so', async () => {
    house = await House.start();
    await house.stop();
    await certificate('authority', '127.0.0.1');
    await certificate('issue', '127.0.0.1');
    writeFileSync(join(house.folder, 'keys/certificates/server.key.sealed'), 'not what was written');
    await house.start();
    expect(house.httpsPort).toBeNull();
    expect((await house.run(['status'])).out).toContain('Certifikatet eller dess nyckel går inte att läsa');
  });
});
