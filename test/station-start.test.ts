// A station starts whole or not at all: what keeps it from starting is said in three sentences, nothing is left listening, and
// what it had kept is untouched.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FAILURES, type FailureCode } from '../src/domain/failures.ts';
import { makeCertificate } from '../src/intake/mllp/certificate.fixture.ts';
import { reservkraft } from './support/house.ts';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));

let folder: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reservkraft-start-'));
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  rmSync(folder, { recursive: true, force: true });
});

interface Started {
  readonly child: ChildProcess;
  /** Null when it ended before it was ready. */
  readonly ready: { readonly http: { readonly port: number }; readonly mllp: { readonly port: number } } | null;
  readonly code: number | null;
  readonly said: string;
}

/** Starts the program and waits until it is ready or has ended. */
async function start(...flags: string[]): Promise<Started> {
  const places = ['--data', join(folder, 'data'), '--key-file', join(folder, 'keys/station.key')];
  const token = [
    '--token-file',
    join(folder, 'keys/station.token'),
    '--http-port',
    '0',
    '--https-port',
    '0',
    '--mllp-port',
    '0',
  ];
  const child = spawn(process.execPath, [MAIN, 'start', '--json', ...places, ...token, ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: folder,
  });
  children.push(child);
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const closed = once(child, 'close') as Promise<[number | null]>;
  const line = new Promise<string>((resolve) =>
    createInterface({ input: child.stdout as never }).once('line', resolve),
  );
  const first = await Promise.race([line, closed]);
  if (typeof first === 'string') return { child, ready: JSON.parse(first), code: null, said };
  return { child, ready: null, code: first[0], said };
}

async function stop({ child }: Started): Promise<void> {
  child.kill('SIGTERM');
  await once(child, 'close');
}

async function taken(): Promise<{ server: Server; port: number }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as { port: number }).port };
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const outcome = Promise.race([once(server, 'listening').then(() => true), once(server, 'error').then(() => false)]);
  server.listen(port, '127.0.0.1');
  const free = await outcome;
  server.close();
  return free;
}

function expectRefusal(started: Started, code: FailureCode): void {
  expect(started.ready).toBeNull();
  expect(started.code).toBe(2);
  const { happened, stillRight, doNow } = FAILURES[code];
  for (const sentence of [happened, `Fortfarande rätt: ${stillRight}`, `Gör nu: ${doNow}`])
    expect(started.said).toContain(sentence);
  expect(started.said).not.toMatch(/^\s+at /m);
}

describe('a station that cannot start says why, and leaves nothing half started:', () => {
  it('its disk is gone: the key has locked data before, and an empty folder would be answered as if nothing were missing', async () => {
    await stop(await start());
    renameSync(join(folder, 'data'), join(folder, 'elsewhere'));
    expectRefusal(await start(), 'store.data-missing');
    expect(existsSync(join(folder, 'data', 'inbox.db'))).toBe(false);
    rmSync(join(folder, 'data'), { recursive: true, force: true });
    renameSync(join(folder, 'elsewhere'), join(folder, 'data'));
    const back = await start();
    expect(back.ready).not.toBeNull();
    await stop(back);
    rmSync(join(folder, 'data'), { recursive: true });
    expect((await start('--begin-anew')).ready).not.toBeNull();
  });

  it('another one already uses the folder, and goes on undisturbed', async () => {
    const first = await start();
    expectRefusal(await start(), 'station.already-running');
    const same = ['--http-port', String(first.ready?.http.port), '--mllp-port', String(first.ready?.mllp.port)];
    expectRefusal(await start(...same), 'station.already-running');
    const health = await fetch(`http://127.0.0.1:${first.ready?.http.port}/health`);
    expect(health.status).toBe(200);
    await stop(first);
    const again = await start();
    expect(again.ready).not.toBeNull();
  });

  it('the MLLP port is taken, and the HTTP port is not left open', async () => {
    const { server, port } = await taken();
    const http = await taken();
    http.server.close();
    expectRefusal(await start('--mllp-port', String(port), '--http-port', String(http.port)), 'station.port-busy');
    expect(await isFree(http.port)).toBe(true);
    expect(readdirSync(folder)).toEqual([]);
    server.close();
  });

  it('the HTTP port is taken, and no sender is received on the MLLP port', async () => {
    const { server, port } = await taken();
    const mllp = await taken();
    mllp.server.close();
    expectRefusal(await start('--http-port', String(port), '--mllp-port', String(mllp.port)), 'station.port-busy');
    expect(await isFree(mllp.port)).toBe(true);
    expect(readdirSync(folder)).toEqual([]);
    server.close();
    expect((await start()).ready).not.toBeNull();
  });

  it('the HTTPS port is taken, once it has a certificate, and nothing is made', async () => {
    const { server, port } = await taken();
    const withoutOne = await start('--https-port', String(port));
    expect(withoutOne.ready).not.toBeNull();
    await stop(withoutOne);
    const keyFile = join(folder, 'keys/station.key');
    const data = join(folder, 'data');
    for (const words of [
      ['authority', '127.0.0.1'],
      ['issue', '127.0.0.1'],
    ])
      await reservkraft(['certificate', ...words, '--key-file', keyFile, '--data', data]);
    // Asking whether another station has the folder takes its lock and gives it back.
    const files = readdirSync(data).filter((name) => name !== 'station.lock' && name !== 'station.pid');
    const written = () => files.map((name) => [name, statSync(join(data, name)).mtimeMs]);
    const before = written();
    const [http, mllp] = [await taken(), await taken()];
    for (const { server: one } of [http, mllp]) one.close();
    const flags = ['--http-port', String(http.port), '--mllp-port', String(mllp.port)];
    const refused = await start('--https-port', String(port), ...flags);
    expectRefusal(refused, 'station.port-busy');
    expect(refused.said).toContain('HTTPS');
    expect(written()).toEqual(before);
    expect(readdirSync(data)).toHaveLength(files.length + 2);
    server.close();
  });

  it('its key is missing, wrong, malformed or open to others, and no new one is made', async () => {
    await stop(await start());
    const file = join(folder, 'keys/station.key');
    const key = readFileSync(file, 'utf8');
    const inbox = readFileSync(join(folder, 'data/inbox.db'));
    rmSync(file);
    expectRefusal(await start(), 'key.missing');
    expect(existsSync(file)).toBe(false);
    writeFileSync(file, `${'0123456789abcdef'.repeat(4)}\n`, { mode: 0o600 });
    expectRefusal(await start(), 'key.wrong');
    writeFileSync(file, 'nyckel\n');
    expectRefusal(await start(), 'key.malformed');
    writeFileSync(file, key);
    chmodSync(file, 0o644);
    expectRefusal(await start(), 'key.exposed');
    expect(readFileSync(join(folder, 'data/inbox.db')).equals(inbox)).toBe(true);
    chmodSync(file, 0o600);
    expect((await start()).ready).not.toBeNull();
  });

  it('nothing can be kept in its data folder', async () => {
    writeFileSync(join(folder, 'data'), 'a file, not a folder');
    expectRefusal(await start(), 'store.cannot-open');
  });

  it('its key lies in the data folder', async () => {
    mkdirSync(join(folder, 'data'));
    const refused = await start('--key-file', join(folder, 'data/station.key'));
    expectRefusal(refused, 'settings.invalid');
    expect(existsSync(join(folder, 'data/station.key'))).toBe(false);
  });

  it('a file it is told of is none that can be used, and `check` says the same of it', async () => {
    const [own, other] = [makeCertificate('station'), makeCertificate('annan')];
    const file = (name: string, text: string): string => {
      writeFileSync(join(folder, name), text, { mode: 0o600 });
      return join(folder, name);
    };
    const cert = file('cert.pem', own.cert);
    const tls = (certificate: string, key: string): string[] => [
      ...['--mllp-certificate', certificate, '--mllp-private-key', key],
    ];
    for (const [flags, words] of [
      [tls(cert, join(folder, 'none.pem')), /mllpPrivateKey: .*none\.pem går inte att läsa \(ENOENT\)/],
      [tls(cert, file('junk.pem', 'skräp')), /mllpPrivateKey: .* är ingen PEM-fil/],
      [tls(cert, file('other.pem', other.key)), /mllpPrivateKey: hör inte till mllpCertificate/],
      [['--token-file', folder], /tokenFile: .* är en mapp/],
    ] as const) {
      const started = await start(...flags);
      expectRefusal(started, 'settings.invalid');
      expect(started.said).toMatch(words);
      const checked = await reservkraft(['check', '--data', join(folder, 'data'), ...flags]);
      expect([checked.code, checked.err]).toEqual([2, expect.stringMatching(words)]);
      expect(existsSync(join(folder, 'data'))).toBe(false);
    }
    expect((await start(...tls(cert, file('key.pem', own.key)))).ready).not.toBeNull();
  });

  it('a file with a secret is open to all accounts of the machine, and `check` says the same; a group’s is its owner’s choice', async () => {
    const names = ['keys/station.token', 'mllp.pem', 'siths.secret', 'siths.pem', 'ehr.secret'];
    await stop(await start());
    const { cert, key } = makeCertificate('station');
    const texts = ['', key, 'hemligt', key, 'hemligt'];
    for (const [index, name] of names.entries())
      if (index > 0) writeFileSync(join(folder, name), texts[index] ?? '', { mode: 0o600 });
    writeFileSync(join(folder, 'mllp.crt'), cert);
    const settings = (secret: string): string => {
      const file = join(folder, `${secret}.yaml`);
      const provider = `{ issuer: "https://siths.example", clientId: a, addresses: ["https://127.0.0.1:7443/"], ${secret} }`;
      const poll =
        '{ source: ehr, baseUrl: "https://ehr/fhir", types: [Patient], tokenUrl: "https://ehr/t", clientId: a';
      writeFileSync(
        file,
        `sources: [{ id: ehr, transport: fhir-poll }]\nmllpCertificate: mllp.crt\nmllpPrivateKey: mllp.pem\nprovider: ${provider}\npolls: [${poll}, clientSecretFile: ehr.secret }]\n`,
      );
      return file;
    };
    const [bySecret, byKey] = [settings('clientSecretFile: siths.secret'), settings('privateKeyFile: siths.pem')];
    const places = ['--data', join(folder, 'data'), '--key-file', join(folder, 'keys/station.key')];
    const check = async (config: string) =>
      reservkraft(['check', ...places, '--token-file', join(folder, 'keys/station.token'), '--config', config]);
    for (const mode of [0o604, 0o602, 0o640]) {
      for (const name of names) chmodSync(join(folder, name), mode);
      const said = `${(await check(bySecret)).err}${(await check(byKey)).err}`;
      const told = [
        'tokenFile',
        'mllpPrivateKey',
        'provider.clientSecretFile',
        'provider.privateKeyFile',
        'polls, ehr: clientSecretFile',
      ];
      expect([mode, told.filter((where) => said.includes(`${where}: `))]).toEqual([mode, mode === 0o640 ? [] : told]);
      expect(said).not.toContain('hemligt,');
    }
    const token = join(folder, 'keys/station.token');
    chmodSync(token, 0o644);
    const started = await start();
    expectRefusal(started, 'settings.invalid');
    expect(started.said).toMatch(/tokenFile: .*station\.token är öppen för alla konton/);
    chmodSync(token, 0o600);
    const again = await start();
    expect(again.ready).not.toBeNull();
    await stop(again);
    rmSync(token);
    await start();
    expect(statSync(token).mode & 0o777).toBe(0o600);
  });

  it('the address it is to listen on is not this machine’s', async () => {
    const allow = ['--mllp-allow', '10.0.0.0/8'];
    expectRefusal(await start('--mllp-host', '192.0.2.1', '--mllp-port', '17072', ...allow), 'station.address-absent');
    expectRefusal(await start('--mllp-host', '192.0.2.1', ...allow), 'station.address-absent');
  });
});
