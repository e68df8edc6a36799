// How a ward's computer is met over TLS: the station's own server behind its own certificate, by a real handshake.

import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { type ConnectionOptions, connect, getCiphers, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACCESS_PATHS, OWN_PAGE_HEADER, OWN_PAGE_VALUE } from '../../domain/access/routes.ts';
import { limits } from '../../limits.ts';
import { at, enrol, KIR, NURSE } from '../../server/access/people.fixture.ts';
import { ServedCopy } from '../../server/server.fixture.ts';
import { HttpsListener } from './https-listener.ts';
import { issueAuthority, issueServer } from './issue.ts';
import { readScope } from './scope.ts';

const authority = await issueAuthority('Lasarettets station', readScope(['127.0.0.1']));
let copy: ServedCopy;
let secret: string;
let listener: HttpsListener;
beforeAll(async () => {
  copy = await ServedCopy.started();
  await copy.server?.ready();
  secret = await enrol(copy, NURSE, at(KIR));
  const place = { host: '127.0.0.1', port: 0, issued: await issueServer(authority, ['127.0.0.1']) };
  listener = await HttpsListener.start({ ...place, answer: (asked, answer) => copy.server?.routing(asked, answer) });
});
afterAll(async () => {
  await listener.stop();
  await copy.close();
});

const to = (): { host: string; port: number; ca: string } => ({ ...listener.address, ca: authority.certificate });

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
}

function ask(method: string, path: string, headers: Readonly<Record<string, string>>, body = ''): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const own = { [OWN_PAGE_HEADER]: OWN_PAGE_VALUE, ...(body === '' ? {} : { 'content-type': 'application/json' }) };
    request({ ...to(), method, path, agent: false, headers: { ...own, ...headers } }, (answer) => {
      answer.resume().on('end', () => resolve({ status: answer.statusCode, headers: answer.headers }));
    })
      .on('error', reject)
      .end(body === '' ? undefined : body);
  });
}

/** The line that was agreed on, or who refused and why. */
function shakeHands(offer: ConnectionOptions): Promise<string> {
  return new Promise((resolve) => {
    const socket: TLSSocket = connect({ ...to(), ...offer }, () => {
      resolve(`${socket.getProtocol()} ${socket.getCipher().standardName}`);
      socket.destroy();
    });
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
  });
}

describe('over TLS', () => {
  it('both cookies are the station’s alone, for encrypted lines alone, and open under that name alone', async () => {
    const signedIn = await ask('POST', ACCESS_PATHS.session, {}, JSON.stringify({ user: NURSE.id, secret }));
    expect(signedIn.status).toBe(200);
    const [session = '', device = ''] = signedIn.headers['set-cookie'] ?? [];
    expect(session).toMatch(/^__Host-reservkraft-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Secure$/);
    expect(device).toMatch(
      /^__Host-reservkraft-device=[^;]+; Path=\/; HttpOnly; SameSite=Strict; Secure; Max-Age=\d+$/,
    );
    const [cookie = ''] = session.split(';');
    expect((await ask('GET', ACCESS_PATHS.session, { cookie })).status).toBe(200);
    // A host beside it, without TLS, can set only names without the prefix.
    expect((await ask('GET', ACCESS_PATHS.session, { cookie: cookie.replace('__Host-', '') })).status).toBe(401);
    const out = await ask('DELETE', ACCESS_PATHS.session, { cookie });
    expect(out.headers['set-cookie']).toEqual([
      '__Host-reservkraft-session=; Path=/; HttpOnly; SameSite=Strict; Secure; Max-Age=0',
    ]);
  });

  it('every answer asks to be met encrypted only, for a day, and speaks for no other name', async () => {
    const alone = `max-age=${limits.onlyEncryptedSeconds}`;
    expect(limits.onlyEncryptedSeconds).toBe(86_400);
    for (const path of ['/health', '/api/units', '/', '/nonsense', '/api/charts/%'])
      expect([path, (await ask('GET', path, {})).headers['strict-transport-security']]).toEqual([path, alone]);
    const socket = connect(to());
    socket.end('no HTTP\r\n\r\n');
    expect(await text(socket)).toContain(`strict-transport-security: ${alone}\r\n`);
  });

  it('1.3 is spoken with who can, 1.2 with who can’t, and nothing older', async () => {
    expect(await shakeHands({})).toMatch(/^TLSv1\.3 TLS_AES_256_GCM_SHA384$/);
    expect(await shakeHands({ maxVersion: 'TLSv1.2' })).toMatch(/^TLSv1\.2 /);
    for (const version of ['TLSv1', 'TLSv1.1'] as const) {
      const old = { minVersion: version, maxVersion: version, ciphers: 'ALL:@SECLEVEL=0' };
      // Said by the station: the offer itself was made.
      expect([version, await shakeHands(old)]).toEqual([version, 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION']);
    }
  });

  it('of all ciphers only those that leave nothing behind and prove what they carry are spoken', async () => {
    const spoken = new Set<string>();
    for (const cipher of getCiphers().filter((name) => !name.startsWith('tls_'))) {
      const agreed = await shakeHands({ maxVersion: 'TLSv1.2', ciphers: `${cipher.toUpperCase()}:@SECLEVEL=0` });
      if (agreed.startsWith('TLS')) spoken.add(agreed);
    }
    for (const cipher of getCiphers().filter((name) => name.startsWith('tls_'))) {
      const agreed = await shakeHands({ minVersion: 'TLSv1.3', ciphers: cipher.toUpperCase() });
      if (agreed.startsWith('TLS')) spoken.add(agreed);
    }
    expect([...spoken].sort()).toEqual([
      'TLSv1.2 TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
      'TLSv1.2 TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
      'TLSv1.2 TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256',
      'TLSv1.3 TLS_AES_128_GCM_SHA256',
      'TLSv1.3 TLS_AES_256_GCM_SHA384',
      'TLSv1.3 TLS_CHACHA20_POLY1305_SHA256',
    ]);
  });
});
