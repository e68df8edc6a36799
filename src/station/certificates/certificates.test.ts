// The station's certificates, as the programs that must trust them see them.

import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StationKeys } from '../files/keys.ts';
import { CertificateStore } from './certificate-store.ts';
import { type Issued, issueAuthority, issueClient, issueServer } from './issue.ts';
import { readScope, requireInScope } from './scope.ts';

const scope = readScope(['lasarettet.example', 'localhost', '127.0.0.0/8']);
const authority = await issueAuthority('Lasarettets station', scope);

/** What a client that trusts the authority gets, or the name of what it refuses. */
async function ask(server: Issued, host: string, trusted: Issued = authority): Promise<string> {
  const listening = createServer({ cert: server.certificate, key: server.privateKey }, (_asked, answer) => {
    answer.end('svar');
  });
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  const { port } = listening.address() as AddressInfo;
  try {
    return await new Promise<string>((resolve) => {
      request({ host: '127.0.0.1', port, servername: host, ca: trusted.certificate, agent: false }, (answer) => {
        answer.setEncoding('utf8').on('data', resolve);
      })
        .on('error', (error: NodeJS.ErrnoException) => resolve(`${error.code} ${error.message}`))
        .end();
    });
  } finally {
    listening.close();
  }
}

describe('the station’s own authority', () => {
  it('is trusted for the station’s names and fixed addresses, without asking anyone', async () => {
    const server = await issueServer(authority, ['reserv.lasarettet.example', '127.0.0.1']);
    expect(await ask(server, 'reserv.lasarettet.example')).toBe('svar');
    const read = new X509Certificate(server.certificate);
    expect(read.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(read.checkHost('annan.lasarettet.example')).toBeUndefined();
    expect(read.infoAccess).toBeUndefined();
    expect(read.checkIssued(new X509Certificate(authority.certificate))).toBe(true);
  });

  it('is not trusted by who knows another authority of the same name', async () => {
    const other = await issueAuthority('Lasarettets station', scope);
    const server = await issueServer(other, ['reserv.lasarettet.example']);
    expect(await ask(server, 'reserv.lasarettet.example')).toMatch(/CERT|SIGNATURE/);
  });

  it('can’t be used to pretend to be what it was not made for, by whoever has stolen its key', async () => {
    expect(await ask(await issueServer(authority, ['www.region.example']), 'www.region.example')).toMatch(
      /permitted subtree violation/,
    );
    const addresses = await issueAuthority('Bara nät', readScope(['127.0.0.1']));
    const named = await issueServer(addresses, ['www.region.example']);
    expect(await ask(named, 'www.region.example', addresses)).toMatch(/subtree violation/);
  });

  it.each(['2020-06-01', '2049-12-01'])('holds when the computer’s clock says %s', (day) => {
    const read = new X509Certificate(authority.certificate);
    expect(Date.parse(read.validFrom)).toBeLessThan(Date.parse(day));
    expect(Date.parse(read.validTo)).toBeGreaterThan(Date.parse(day));
  });

  it('lets in a sender with a certificate from it, and no other', async () => {
    const server = await issueServer(authority, ['127.0.0.1']);
    const listening = createTlsServer(
      {
        cert: server.certificate,
        key: server.privateKey,
        ca: authority.certificate,
        requestCert: true,
        rejectUnauthorized: true,
      },
      (socket: TLSSocket) => socket.end(String(socket.getPeerCertificate().subject.CN)),
    );
    await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
    const { port } = listening.address() as AddressInfo;
    const seenAs = (client: Partial<Issued>): Promise<string> =>
      new Promise((resolve) => {
        const pair = client.certificate === undefined ? {} : { cert: client.certificate, key: client.privateKey };
        let text = '';
        connect({ host: '127.0.0.1', port, ca: authority.certificate, ...pair })
          .on('data', (bytes) => {
            text += String(bytes);
          })
          .on('error', () => undefined)
          .on('close', () => resolve(text));
      });
    const stranger = await issueAuthority('Någon annan', scope);
    expect(await seenAs(await issueClient(authority, 'journal'))).toBe('Avsändare journal');
    expect(await seenAs({})).toBe('');
    expect(await seenAs(await issueClient(stranger, 'journal'))).toBe('');
    // A server's certificate is not a sender's.
    expect(await seenAs(await issueServer(authority, ['127.0.0.1']))).toBe('');
    listening.close();
  });
});

describe('what an authority may vouch for', () => {
  it.each([
    ['reserv.lasarettet.example', true],
    ['lasarettet.example', true],
    ['notlasarettet.example', false],
    ['region.example', false],
    ['10.20.30.40', true],
    ['10.21.0.1', false],
    ['::1', false],
  ])('%s: %s', (host, isInside) => {
    const within = readScope(['lasarettet.example', '10.20.0.0/16']);
    const require = (): void => requireInScope(host, within);
    if (isInside) expect(require).not.toThrow();
    else expect(require).toThrow(expect.objectContaining({ code: 'request.invalid' }));
  });

  it.each(['', '*.example', 'a..b', '10.0.0.0/33', '999.1.1.1', 'exämple.se', '-a.se', `${'a'.repeat(64)}.se`])(
    'is not %j',
    (text) => {
      expect(() => readScope([text])).toThrow(expect.objectContaining({ code: 'request.invalid' }));
    },
  );
});

describe('the folder of certificates', () => {
  const keys = new StationKeys(Buffer.alloc(32, 7));
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'reservkraft-certificates-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const store = (with_: StationKeys = keys) => new CertificateStore(join(folder, 'station.key'), with_);

  it('gives back what was kept, and holds no private key in the clear', async () => {
    const server = await issueServer(authority, ['reserv.lasarettet.example', '127.0.0.1']);
    expect(store().read('server')).toBeNull();
    store().keepAuthority(authority, scope);
    store().keepServer(server);
    expect(store().open('server')).toEqual(server);
    expect(store().scope()).toEqual(scope);
    expect(store().read('server')?.hosts).toEqual(['reserv.lasarettet.example', '127.0.0.1']);
    const secrets = [authority, server].map(({ privateKey }) => privateKey.split('\n')[1] ?? '');
    for (const name of readdirSync(store().folder)) {
      const bytes = readFileSync(join(store().folder, name)).toString('latin1');
      expect(bytes).not.toContain('PRIVATE KEY');
      for (const secret of secrets) expect(bytes).not.toContain(secret);
    }
  });

  it('with another station key says so, and gives no key', async () => {
    store().keepAuthority(authority, scope);
    const other = new StationKeys(Buffer.alloc(32, 8));
    expect(() => store(other).open('authority')).toThrow(expect.objectContaining({ code: 'certificate.unreadable' }));
    expect(() => store().open('server')).toThrow(expect.objectContaining({ code: 'certificate.missing' }));
  });
});
