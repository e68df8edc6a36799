// What a whole station fetches and is sent: a polled FHIR server, printed lists in a folder, senders with certificates.

import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { connect as connectPlain } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { connect } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writePdf } from '../sim/reports/pdf.ts';
import { makeCertificate } from '../src/intake/mllp/certificate.fixture.ts';
import { readPdfPages } from '../src/intake/reports/pdf-pages.ts';
import { readSettings } from '../src/station/settings/settings.ts';
import { Station } from '../src/station/station.ts';
import { testMessage } from './station-fixture.ts';

const quiet = { info: () => {}, warn: () => {} };

let folder: string;
let station: Station | null = null;
let server: Server | null = null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reservkraft-feeds-'));
  mkdirSync(join(folder, 'lists'));
});
afterEach(async () => {
  await station?.stop();
  server?.closeAllConnections();
  server?.close();
  [station, server] = [null, null];
  rmSync(folder, { recursive: true, force: true });
});

async function start(yaml: string): Promise<void> {
  const file = join(folder, 'reservkraft.yaml');
  writeFileSync(file, `data: ./data\nkeyFile: ./key\ntokenFile: ./token\nhttpPort: 0\nmllpPort: 0\n${yaml}`);
  const settings = readSettings(new Map([['--config', file]]), {});
  station = await Station.start({ settings, log: quiet, onDied: () => {} });
}

async function ask(path: string, body?: object): Promise<Record<string, unknown>> {
  const answer = await fetch(`http://127.0.0.1:${station?.addresses.http.port}${path}`, {
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    headers: {
      authorization: `Bearer ${readFileSync(join(folder, 'token'), 'utf8').trim()}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
  });
  return (await answer.json()) as Record<string, unknown>;
}

/** Asks again until it is so; the test's own time limit is the bound. */
async function until<T>(look: () => Promise<T>, isSo: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await look();
    if (isSo(value)) return value;
    await wait(50);
  }
}
const found = async (text: string): Promise<readonly { key: string }[]> =>
  ((await ask('/api/patients/search', { text }))['hits'] ?? []) as { key: string }[];

const SOURCE = (id: string, transport: string, part: string): string => `sources:
  - { id: ${id}, name: ${id}, transport: ${transport}, match: { application: LAB }, feeds: [{ part: ${part} }] }
`;

describe('a polled FHIR server', () => {
  it('that fails at its second page loses nothing, is taken up again after a restart, and is not asked for all once more', async () => {
    const asked: string[] = [];
    let isBroken = true;
    const patient = (id: number) => ({
      resource: {
        resourceType: 'Patient',
        id: `p${id}`,
        meta: { versionId: '1', lastUpdated: `2026-11-22T08:00:0${id}Z` },
        identifier: [{ system: 'urn:test', value: `L${id}` }],
        name: [{ family: `Övning${id}` }],
      },
    });
    server = createServer((request, response) => {
      const url = request.url ?? '';
      asked.push(url);
      const isSecond = url.includes('page=2');
      if (isSecond && isBroken) {
        response.writeHead(404).end();
        return;
      }
      const link = isSecond ? [] : [{ relation: 'next', url: `/fhir/Patient?page=2` }];
      const entry = isSecond ? [patient(3), patient(4)] : [patient(1), patient(2)];
      response.setHeader('content-type', 'application/fhir+json');
      response.end(JSON.stringify({ resourceType: 'Bundle', type: 'searchset', link, entry }));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const yaml = `${SOURCE('ehr', 'fhir-poll', 'person')}polls:
  - { source: ehr, baseUrl: "http://127.0.0.1:${port}/fhir", types: [Patient], everySeconds: 5 }
`;
    await start(yaml);
    await until(
      () => found('Övning'),
      (hits) => hits.length === 2,
    );
    await until(
      async () => asked.length,
      (count) => count >= 2,
    );
    await station?.stop();
    isBroken = false;
    asked.length = 0;
    await start(yaml);
    await until(
      () => found('Övning'),
      (hits) => hits.length === 4,
    );
    expect(asked[0]).toContain('page=2');
    const kept = readdirSync(join(folder, 'data')).filter((name) => name.startsWith('poll-'));
    expect(kept).toEqual(['poll-ehr.sealed']);
    expect(readFileSync(join(folder, 'data/poll-ehr.sealed')).includes('Patient')).toBe(false);
  });

  it('that does not let us in, or whose secret is missing, is told in status with why, until it is right', async () => {
    let status = 401;
    server = createServer((_request, response) => {
      response.writeHead(status, { 'content-type': 'application/fhir+json' });
      response.end(JSON.stringify({ resourceType: 'Bundle', type: 'searchset', entry: [] }));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const base = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
    const yaml = (more: string) => `${SOURCE('ehr', 'fhir-poll', 'person')}polls:
  - { source: ehr, baseUrl: "${base}/fhir", types: [Patient], everySeconds: 5${more} }
`;
    const notes = async () => ((await ask('/api/status'))['notes'] as { code: string; detail: string }[]) ?? [];
    await start(yaml(''));
    const [told] = await until(notes, (all) => all.length > 0);
    expect(told).toMatchObject({ code: 'poll.failed', detail: 'ehr: Patient unauthorised (401)' });
    expect(await ask('/health')).toMatchObject({ notes: 1 });
    status = 200;
    await until(notes, (all) => all.length === 0);
    await station?.stop();
    await start(yaml(`, tokenUrl: "${base}/token", clientId: x, clientSecretFile: ./no-such-file`));
    const [missing] = await until(notes, (all) => all.length > 0);
    expect(missing).toMatchObject({ code: 'poll.failed', detail: 'ehr: no-secret' });
    await station?.stop();
    // Another address of this very machine, as another machine's would be.
    const other = yaml(', allowUnencrypted: true').replace('127.0.0.1', '127.0.0.2');
    await start(other);
    expect(await notes()).toContainEqual(expect.objectContaining({ code: 'poll.unencrypted', detail: 'ehr' }));
  });
});

describe('a printed list dropped in the folder', () => {
  it('becomes a page of the right patient, and one with two numbers is nobody’s', async () => {
    await start(`${SOURCE('listor', 'reports', 'reports')}reports:
  - { source: listor, folder: ./lists, kind: Läkemedelslista, restSeconds: 1 }
`);
    const karin = 'Läkemedelslista\nUtskriven 2026-11-20 06:00\n18900101-9802 Lind, Karin\nAlvedon 1 g x 4';
    const both = 'Rapport\n18900101-9802 Lind, Karin\n18900102-9819 Omar, Yusuf';
    writeFileSync(join(folder, 'lists/a.txt'), `${karin}\f${both}`);
    const [karinsChart] = await until(
      () => found('189001019802'),
      (hits) => hits.length === 1,
    );
    const chart = JSON.stringify(await ask(`/api/charts/${karinsChart?.key}`));
    // The page's own print time, 06:00 in Sweden, and its text as it stands.
    expect(chart).toContain(String(Date.UTC(2026, 10, 20, 5)));
    expect(chart).toContain('Alvedon 1 g x 4');
    expect(chart).not.toContain('Omar');
    expect(await found('189001029819')).toEqual([]);
  });

  it('as a PDF is each page the right patient’s, as printed, to be opened without the system that made it', async () => {
    await start(`${SOURCE('listor', 'reports', 'reports')}reports:
  - { source: listor, folder: ./lists, kind: Läkemedelslista, restSeconds: 1 }
`);
    const page = (who: string, drug: string): string[] => ['Läkemedelslista', 'Utskriven 2026-11-20 06:00', who, drug];
    const pages = [
      page('18900101-9802 Lind, Karin', 'Alvedon 1 g x 4'),
      page('18900102-9819 Omar, Yusuf', 'Waran 2,5 mg'),
    ];
    writeFileSync(join(folder, 'lists/b.pdf'), writePdf([...pages, ['Sida utan nummer', 'Furix 40 mg']]));
    const printed: string[] = [];
    for (const number of ['189001019802', '189001029819']) {
      const [hit] = await until(
        () => found(number),
        (hits) => hits.length === 1,
      );
      const chart = JSON.stringify(await ask(`/api/charts/${hit?.key}`));
      // The page's own print time, 06:00 in Sweden.
      expect(chart).toContain(String(Date.UTC(2026, 10, 20, 5)));
      const files = (await ask(`/fhir/DocumentReference?patient=${hit?.key}`)) as {
        entry?: { resource: { content?: { attachment: { contentType: string; data: string } }[] } }[];
      };
      // Beside them it is said that nobody has taken the unit in use.
      const attachments = (files.entry ?? []).flatMap(({ resource }) =>
        (resource.content ?? []).map((one) => one.attachment),
      );
      expect(attachments.map(({ contentType }) => contentType)).toEqual([
        'application/pdf',
        'text/plain; charset=utf-8',
      ]);
      const pages = await readPdfPages(Buffer.from(attachments[0]?.data ?? '', 'base64'));
      const words = Buffer.from(attachments[1]?.data ?? '', 'base64').toString('utf8');
      expect(words).toMatch(/^Läkemedelslista/);
      printed.push(JSON.stringify([words, ...(pages ?? []).map(({ text }) => text)]));
    }
    const [karins = '', yusufs = ''] = printed;
    expect(karins).toContain('Alvedon 1 g x 4');
    expect(yusufs).toContain('Waran 2,5 mg');
    expect(karins).not.toContain('Waran');
    expect(yusufs).not.toContain('Alvedon');
    expect(printed.join()).not.toContain('Furix');
  });
});

describe('a hold', () => {
  it('stops all purging at once, also over a restart, until the source is released', async () => {
    const yaml = SOURCE('lab', 'mllp', 'results');
    await start(yaml);
    const stopped = async (): Promise<unknown> => (await ask('/api/status'))['purgeStoppedBy'];
    await until(stopped, (by) => JSON.stringify(by) === '[]');
    await ask('/api/hold', { source: 'lab', by: 'Anna Berg', reason: 'övning' });
    expect(await stopped()).not.toEqual([]);
    await until(stopped, (by) => JSON.stringify(by) === '["hold"]');
    await station?.stop();
    await start(yaml);
    expect(await until(stopped, (by) => !JSON.stringify(by).includes('unknown'))).toEqual(['hold']);
    await ask('/api/release', { source: 'lab', by: 'Anna Berg', how: 'in-order' });
    await until(stopped, (by) => JSON.stringify(by) === '[]');
  });
});

describe('a release', () => {
  it('of many messages goes on piece by piece, also over a restart, until the source is level', async () => {
    const yaml = SOURCE('lab', 'mllp', 'stay');
    await start(yaml);
    await ask('/api/hold', { source: 'lab', by: 'Anna Berg', reason: 'övning' });
    const many = 500;
    const socket = connectPlain(station?.addresses.mllp.port ?? 0, '127.0.0.1');
    let answers = '';
    socket.on('data', (bytes: Buffer) => {
      answers += bytes.toString();
    });
    for (let number = 1; number <= many; number += 1) socket.write(`\x0b${testMessage('a', 'LAB', number)}\x1c\r`);
    await until(
      async () => answers.split('MSA|AA').length - 1,
      (count) => count === many,
    );
    socket.destroy();
    const lab = async (): Promise<{ held: number; holds: unknown[] }> =>
      ((await ask('/api/status'))['sources'] as { source: string; held: number; holds: unknown[] }[]).find(
        ({ source }) => source === 'lab',
      ) ?? { held: -1, holds: [] };
    await until(lab, ({ held }) => held === many);
    await ask('/api/release', { source: 'lab', by: 'Anna Berg', how: 'in-order' });
    await station?.stop();
    await start(yaml);
    expect(await until(lab, ({ held, holds }) => held === 0 && holds.length === 0)).toMatchObject({ held: 0 });
    expect(await found('Övning')).toHaveLength(1);
    await until(
      async () => JSON.stringify((await ask('/api/status'))['purgeStoppedBy']),
      (by) => by === '[]',
    );
  });
});

describe('a port that demands certificates', () => {
  it('answers a sender with one of its authority’s and no other', async () => {
    const authority = makeCertificate('Regionens test-CA');
    const own = makeCertificate('127.0.0.1', authority);
    writeFileSync(join(folder, 'ca.pem'), authority.cert);
    writeFileSync(join(folder, 'cert.pem'), own.cert);
    writeFileSync(join(folder, 'key.pem'), own.key, { mode: 0o600 });
    await start(`${SOURCE('lab', 'mllp', 'results')}mllpCertificate: ./cert.pem
mllpPrivateKey: ./key.pem
mllpClientAuthority: ./ca.pem
`);
    /** The answer, or null when the line was closed without one. */
    const send = async (certificate: { key: string; cert: string } | null): Promise<string | null> => {
      const place = { host: '127.0.0.1', port: station?.addresses.mllp.port ?? 0, ca: authority.cert };
      const socket = connect(certificate === null ? place : { ...place, key: certificate.key, cert: certificate.cert });
      const answer = new Promise<string | null>((resolve) => {
        socket.on('data', (bytes: Buffer) => resolve(bytes.toString()));
        socket.on('error', () => resolve(null));
        socket.on('close', () => resolve(null));
      });
      socket.write(`\x0b${testMessage('a', 'LAB', 1)}\x1c\r`);
      const heard = await answer;
      socket.destroy();
      return heard;
    };
    expect(await send(null)).toBeNull();
    expect(await send(makeCertificate('främmande'))).toBeNull();
    expect(await send(makeCertificate('lab.example', authority))).toContain('MSA|AA|a-1');
  });
});
