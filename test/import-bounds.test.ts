// Hazard H33 at a running station: what is handed in to take the ward's computer is refused in little memory, while everybody
// else is answered; and one large import at a time.

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limits } from '../src/limits.ts';
import { SETTINGS_EXAMPLE } from './support/example.ts';
import { House } from './support/house.ts';

const MIB = 1024 * 1024;
const PATH = '/api/intake/journal/fhir';

let house: House;
beforeAll(async () => {
  house = await House.start({ settings: SETTINGS_EXAMPLE });
});
afterAll(() => house.end());

const handIn = (body: Uint8Array) =>
  house.fetch(PATH, {
    method: 'POST',
    body: new Uint8Array(body),
    headers: { 'content-type': 'application/fhir+json' },
  });
const patient = (id: string, more: object = {}) =>
  Buffer.from(`${JSON.stringify({ resourceType: 'Basic', id, ...more })}\n`);

/** The most the station's process has held so far, in MiB. */
const mostHeld = (): number =>
  Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${house.pid}/status`, 'utf8'))?.[1]) / 1024;

describe('a small body that unpacks to hundreds of megabytes of spaces', () => {
  it('is refused four times at once in little memory, health answers meanwhile, and nothing reaches the inbox', async () => {
    const bomb = gzipSync(Buffer.alloc(300 * MIB, ' '), { level: 1 });
    const before = (await house.settled()).inboxSequence;
    const held = mostHeld();
    let slowest = 0;
    let isDone = false;
    const all = Promise.all(Array.from({ length: 4 }, () => handIn(bomb))).finally(() => {
      isDone = true;
    });
    while (!isDone) {
      const from = performance.now();
      expect((await house.fetch('/health')).status).toBe(200);
      slowest = Math.max(slowest, performance.now() - from);
    }
    for (const answer of await all) expect([413, 503]).toContain(answer.status);
    expect(mostHeld() - held).toBeLessThan(600);
    expect(slowest).toBeLessThan(2_000);
    expect((await house.settled()).inboxSequence).toBe(before);
  });

  it('and one that unpacks in proportion, to nothing but spaces, is refused as empty', async () => {
    const before = (await house.settled()).inboxSequence;
    const answer = await handIn(gzipSync(Buffer.alloc(3 * MIB, ' ')));
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('tom kropp');
    expect((await house.settled()).inboxSequence).toBe(before);
  });
});

describe('while one large import goes on', () => {
  /** A sender that has said how much is to come, was told to go on, so that the turn is its own, and has sent half of it. */
  async function half(bytes: number): Promise<Socket> {
    const token = readFileSync(house.settings.tokenFile, 'utf8').trim();
    const socket = connect(house.httpPort, '127.0.0.1');
    socket.on('error', () => {});
    const head = `POST ${PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/fhir+json\r\nContent-Length: ${bytes}\r\nExpect: 100-continue\r\n\r\n`;
    socket.write(head);
    const [told] = (await once(socket, 'data')) as [Buffer];
    expect(told.toString()).toMatch(/^HTTP\/1.1 100 /);
    socket.write(' '.repeat(bytes / 2));
    return socket;
  }

  it('another is asked to come back, a small one is taken, and who gives up leaves the turn', async () => {
    const large = patient('large', { text: { div: 'x'.repeat(limits.largeImportBytes) } });
    const first = await half(2 * MIB);
    let answer = await handIn(large);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe(String(limits.retryAfterMs / 1000));
    expect(await answer.json()).toMatchObject({ code: 'intake.busy' });
    expect((await handIn(patient('small'))).status).toBe(202);
    first.destroy();
    do answer = await handIn(large);
    while (answer.status === 503);
    expect(answer.status).toBe(202);
  });
});

it('an export of many thousand lines is one import, each line a message, in memory in proportion to it', async () => {
  const lines = Buffer.concat(
    Array.from({ length: 3_000 }, (_, at) => patient(`l${at}`, { text: { div: 'x'.repeat(2_000) } })),
  );
  const held = mostHeld();
  const answer = await handIn(lines);
  expect(answer.status).toBe(202);
  expect(((await answer.json()) as { received: unknown[] }).received).toHaveLength(3_000);
  expect(mostHeld() - held).toBeLessThan(300);
});
