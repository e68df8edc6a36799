import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { acknowledge, acknowledgeBatch } from '../src/intake/hl7v2/acknowledge.ts';
import { type Hl7Message, parseMessage } from '../src/intake/hl7v2/message.ts';
import { splitFrame } from '../src/intake/hl7v2/split.ts';
import type { FrameOrigin } from '../src/intake/mllp/server.ts';
import { MllpServer } from '../src/intake/mllp/server.ts';
import { Control } from './control.ts';
import { Runner, type RunnerStatus } from './runner.ts';
import { noFaults } from './systems/source-system.ts';

/** A station's ear: keeps whole messages and answers them as the station does. */
class Ear {
  readonly heard: { readonly message: Hl7Message; readonly raw: Uint8Array }[] = [];
  abandoned = 0;
  isAnswering = true;
  batches = 0;
  readonly #waiting: { readonly fits: () => boolean; readonly done: () => void }[] = [];
  readonly server = new MllpServer({
    port: 0,
    handler: {
      frame: (frame, origin) => this.#frame(frame, origin),
      tooLarge: () => undefined,
      remains: () => {
        this.abandoned += 1;
        this.#look();
      },
    },
  });

  #frame(frame: Uint8Array, origin: FrameOrigin): void {
    const { slices, isBatch } = splitFrame(frame);
    const messages = slices.filter((slice) => slice.kind === 'message').map((slice) => read(slice.bytes));
    if (isBatch) this.batches += 1;
    else for (const message of messages) this.heard.push({ message, raw: frame });
    const answer = { code: 'AA', controlId: '1', atMs: 0 } as const;
    const [first] = messages;
    const envelope = slices[0];
    if (this.isAnswering && isBatch && envelope !== undefined) {
      origin.answer(
        acknowledgeBatch(
          read(envelope.bytes),
          messages.map((message) => ({ message, ...answer })),
        ),
      );
    } else if (this.isAnswering && first !== undefined) origin.answer(acknowledge(first, answer));
    this.#look();
  }

  #look(): void {
    for (const waiting of this.#waiting) if (waiting.fits()) waiting.done();
  }

  /** Resolves when what is awaited has been heard; the test's own time limit is the only clock. */
  until(fits: () => boolean): Promise<void> {
    return new Promise((done) => {
      this.#waiting.push({ fits, done });
      this.#look();
    });
  }

  types(): string[] {
    return this.heard.map(({ message }) => `${message.header?.value(9, 1)}^${message.header?.value(9, 2)}`);
  }
}

const read = (bytes: Uint8Array): Hl7Message => parseMessage(bytes, { charset: 'windows-1252' });

const NOON = Date.UTC(2026, 10, 24, 11, 0);
let ear: Ear;
let runner: Runner;
let control: Control;
let port: number;
let now: number;
let reports: string;

// One house for all tests: making it and telling everything takes a second.
beforeAll(async () => {
  ear = new Ear();
  const address = await ear.server.listen();
  now = NOON;
  reports = mkdtempSync(join(tmpdir(), 'sim-reports-'));
  runner = new Runner({
    clock: { now: () => now },
    wall: () => Date.now(),
    seed: '1',
    hospitals: ['ASEN', 'FJALL'],
    to: { host: address.host, port: address.port },
    reportsFolder: reports,
  });
  control = new Control(runner);
  port = await control.listen(0);
  for (const system of runner.systems) system.start();
  runner.tick();
  await ear.until(() => ear.batches === runner.systems.length);
});

beforeEach(async () => {
  for (const system of runner.systems) Object.assign(system.faults, noFaults());
  await emptyQueues();
  ear.heard.length = 0;
  ear.abandoned = 0;
});

afterAll(async () => {
  await Promise.all([runner.stop(), control.close()]);
  await ear.server.close({ graceMs: 0 });
});

/** Until nothing is left to say: looked at once a turn of the event loop. */
async function emptyQueues(): Promise<void> {
  while (runner.systems.some((system) => system.status().queued > 0)) await new Promise(setImmediate);
}

async function post(path: string, body: unknown = {}): Promise<Record<string, unknown>> {
  const answer = await fetch(`http://127.0.0.1:${port}/api/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return (await answer.json()) as Record<string, unknown>;
}

/** As a browser or another program would, with any headers. */
function raw(method: string, path: string, headers: Record<string, string>, body = ''): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, method, path, headers }, (answer) => {
      answer.resume();
      answer.once('end', () => resolve(answer.statusCode ?? 0));
    });
    asked.once('error', reject);
    asked.end(body);
  });
}

test('every system tells everything once, in a batch of its own, when it comes up', async () => {
  expect(ear.batches).toBe(7);
  expect(ear.heard).toEqual([]);
});

test('two patients change beds in one A17 with both in it', async () => {
  await post('action/swap-beds');
  await ear.until(() => ear.heard.length > 0);
  const message = ear.heard[0]?.message;
  expect(ear.types()).toEqual(['ADT^A17']);
  expect(message?.all('PID')).toHaveLength(2);
  const places = message?.all('PV1').map((pv1) => [1, 2, 3].map((part) => pv1.value(3, part)).join('/'));
  expect(new Set(places).size).toBe(2);
});

test('two numbers are merged and the merge is undone', async () => {
  await post('action/merge');
  await post('action/unmerge');
  await ear.until(() => ear.heard.length >= 3);
  expect(ear.types()).toEqual(['ADT^A28', 'ADT^A40', 'ADT^A37']);
  const [registered, merged, undone] = ear.heard.map(({ message }) => message);
  expect(merged?.first('MRG')?.value(1)).toBe(registered?.first('PID')?.value(3));
  expect(undone?.all('PID').map((pid) => pid.value(3))).toEqual([
    merged?.first('PID')?.value(3),
    merged?.first('MRG')?.value(1),
  ]);
});

test('an answer is corrected, another taken back from the wrong patient', async () => {
  await post('action/correct-result');
  await post('action/withdraw-result');
  await ear.until(() => ear.heard.length >= 2);
  const states = ear.heard.map(({ message }) => new Set(message.all('OBX').map((obx) => obx.value(11))));
  expect(states).toEqual([new Set(['C']), new Set(['W'])]);
});

test('a stopped system says nothing, the others go on, and started again it tells everything anew', async () => {
  await post('system/journal/stop');
  const { done } = (await post('action/swap-beds')) as { done: string };
  expect(done).toMatch(/har bytt säng \(A17\)\. Stoppat: .+ – stationen får veta det först när det startas/);
  await post('action/correct-result');
  await ear.until(() => ear.types().includes('ORU^R01'));
  expect(ear.types()).not.toContain('ADT^A17');
  const { batches } = ear;
  await post('system/journal/start');
  runner.tick();
  await ear.until(() => ear.batches === batches + 1);
  expect(runner.status().systems.find((system) => system.id === 'journal')?.state).toBe('running');
});

test('duplicates are the same message with the same control id, byte for byte', async () => {
  await post('system/journal/faults', { duplicates: true });
  await post('action/swap-beds');
  await ear.until(() => ear.heard.length >= 2);
  expect(ear.heard[0]?.raw).toEqual(ear.heard[1]?.raw);
});

test('a truncated frame is begun anew: the half is abandoned, the whole arrives', async () => {
  await post('system/lab/faults', { garble: 'truncated' });
  await post('action/correct-result');
  await ear.until(() => ear.abandoned > 0 && ear.heard.length > 0);
  expect(ear.types()).toEqual(['ORU^R01']);
});

test('broken letters and a wrong charset label really go out on the line', async () => {
  await post('system/journal/faults', { garble: 'letters' });
  await post('action/burst', { size: 30 });
  await ear.until(() => ear.heard.length >= 30);
  expect(ear.heard.some(({ raw: bytes }) => bytes.includes(0xff))).toBe(true);
  await post('system/journal/faults', { garble: 'label' });
  await post('action/burst', { size: 1 });
  await ear.until(() => ear.heard.length >= 31);
  expect(ear.heard.at(-1)?.message.header?.value(18)).toBe('UNICODE UTF-8');
});

test('reordering sends a burst in another order than it was said, and loses none', async () => {
  await post('action/burst', { size: 40 });
  await ear.until(() => ear.heard.length >= 40);
  await post('system/journal/faults', { reorder: true });
  await post('action/burst', { size: 40 });
  await ear.until(() => ear.heard.length >= 77); // the last few wait for more to be mixed with
  const ids = ear.heard.map(({ message }) => message.header?.value(10));
  expect(new Set(ids).size).toBe(ids.length);
});

test('a faster clock only moves the hospital: what happened in an hour is told', async () => {
  now += 60 * 60_000;
  runner.tick();
  await ear.until(() => ear.heard.length > 50);
  expect(new Set(ear.types())).toContain('RAS^O17');
});

test('another site, a form, another host name and a large body are refused, and change nothing', async () => {
  const json = { 'content-type': 'application/json', host: `127.0.0.1:${port}` };
  expect(await raw('POST', '/api/system/lab/stop', { ...json, origin: 'http://example.org' })).toBe(403);
  expect(await raw('POST', '/api/system/lab/stop', { ...json, 'sec-fetch-site': 'cross-site' })).toBe(403);
  expect(await raw('POST', '/api/system/lab/stop', { ...json, 'content-type': 'text/plain' })).toBe(415);
  expect(await raw('POST', '/api/system/lab/stop', { ...json, host: `example.org:${port}` })).toBe(421);
  expect(await raw('POST', '/api/system/lab/faults', json, JSON.stringify({ x: 'x'.repeat(5_000) }))).toBe(400);
  expect(await raw('POST', '/api/system/lab/faults', json, '{"slowMs":-1}')).toBe(400);
  expect(await raw('POST', '/api/action/burst', json, '{"size":999999}')).toBe(400);
  expect(await raw('GET', '/api/system/lab/stop', json)).toBe(404);
  const status: RunnerStatus = runner.status();
  const lab = status.systems.find((system) => system.id === 'lab');
  expect(lab?.state).toBe('running');
  expect(lab?.faults.slowMs).toBe(0);
});

test('the page comes whole, with nothing from elsewhere', async () => {
  const answer = await fetch(`http://127.0.0.1:${port}/`);
  const html = await answer.text();
  expect(html).toContain('lang="sv"');
  expect(html).not.toMatch(/(?:src|href)=/u);
  expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
});

test('the poor hospital’s lists lie in the folder, whole, a page a patient with number, name and print time', async () => {
  await post('reports/print');
  const files = readdirSync(reports).filter((name) => !name.startsWith('.'));
  const pdf = files.find((name) => name.startsWith('fjavd') && name.endsWith('.pdf')) ?? '';
  const text = readFileSync(join(reports, pdf)).toString('latin1');
  const pages = text.split('/Type /Page ').length - 1;
  expect(pages).toBeGreaterThan(5);
  expect(text.match(/Personnummer: \d{8}-\d{4}|Personnummer: \d{8}-S/gu)).toHaveLength(pages);
  expect(text.match(/\(Namn: /gu)).toHaveLength(pages);
  expect(text.match(/Utskriven 2026-11-24 12:00/gu)).toHaveLength(pages);
  const start = Number(/startxref\n(\d+)/u.exec(text)?.[1]);
  expect(text.slice(start, start + 4)).toBe('xref');
  for (const [, offset] of text.slice(start).matchAll(/^(\d{10}) 00000 n/gmu)) {
    expect(text.slice(Number(offset))).toMatch(/^\d+ 0 obj/u);
  }
});
