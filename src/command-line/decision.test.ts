// What a decision about a source says of itself: never that it is done before the copy has come to it.

import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Command } from './command.ts';
import { hold, release, settle } from './hold.ts';
import { waitForCopy } from './in-the-copy.ts';

const held = (isBeingReleased: boolean) => ({
  part: null,
  unit: null,
  reason: 'fel värden',
  by: 'IT',
  since: '2026-11-22T10:00:00Z',
  isBeingReleased,
});
interface Told {
  readonly copySequence: number;
  readonly applyFailure: string | null;
  readonly sources: readonly object[];
}
const told = (copySequence: number, line: object, applyFailure: string | null = null): Told => ({
  copySequence,
  applyFailure,
  sources: [{ source: 'lab', holds: [], held: 0, setAside: 0, ...line }],
});

let folder: string;
let server: Server;
let statuses: Told[];
let asked: unknown[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'reservkraft-decision-'));
  writeFileSync(join(folder, 'token'), 'a-token-of-the-test-station-0123456789');
  [statuses, asked] = [[], []];
  // A station whose decision got number 10, and which is one status further each time it is asked.
  server = createServer(async (request, response) => {
    if (request.method === 'GET') {
      response.end(JSON.stringify(statuses.length > 1 ? statuses.shift() : statuses[0]));
      return;
    }
    asked.push({ url: request.url, ...JSON.parse(await text(request)) });
    response.end(JSON.stringify({ seq: 10, duplicate: false }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

async function run(command: Command, flags: Record<string, string>, isJson = false) {
  let out = '';
  const own = {
    '--data': join(folder, 'data'),
    '--token-file': join(folder, 'token'),
    '--http-port': String((server.address() as AddressInfo).port),
  };
  const code = await command.run({
    words: ['lab'],
    flags: new Map(Object.entries({ ...own, '--by': 'IT', ...flags })),
    isJson,
    environment: {},
    out: (words) => (out += words),
    tell: () => undefined,
  });
  return { code, out };
}

describe('a release', () => {
  it('is told as done once what came meanwhile has been let through, and not before', async () => {
    statuses = [
      told(9, { holds: [held(false)], held: 3 }),
      told(10, { holds: [held(true)], held: 3 }),
      told(11, { holds: [held(true)], held: 1 }),
      told(12, {}),
    ];
    expect(await run(release, {})).toEqual({
      code: 0,
      out: 'Källan lab är släppt. Det som kom under tiden är infört i ordning.\n',
    });
    expect(statuses).toHaveLength(1);
    expect(asked).toEqual([{ url: '/api/release', source: 'lab', by: 'IT', how: 'in-order' }]);
  });

  it('that is not through says how much is left, and why it does not go on', async () => {
    statuses = [told(8, { holds: [held(false)], held: 3 }, 'disken är full')];
    const { code, out } = await run(release, {});
    expect(out).toMatch(
      /^Källan lab ska släppas: begärt och sparat, inte klart än: 2 meddelanden kvar\. .*disken är full/,
    );
    expect(code).toBe(1);
    statuses = [told(10, { holds: [held(true)], held: 3 }, 'disken är full')];
    expect((await run(release, {})).out).toContain('inte klart än: 3 meddelanden kvar.');
    expect(JSON.parse((await run(release, {}, true)).out)).toEqual({
      seq: 10,
      duplicate: false,
      isDone: false,
      left: 3,
    });
  });

  it('of a source somebody has taken hold of again is not told as let go', async () => {
    statuses = [told(12, { holds: [held(false)], held: 3 })];
    expect(await run(release, { '--leave-out': 'yes' })).toEqual({
      code: 1,
      out: 'Källan lab ska släppas: den hålls fortfarande, av IT.\n',
    });
  });
});

it('a release of a source nobody holds is refused, and nothing is asked for', async () => {
  statuses = [{ ...told(9, {}), backlog: 0 } as Told];
  await expect(run(release, {})).rejects.toMatchObject({ detail: expect.stringContaining('lab hålls inte') });
  expect(asked).toEqual([]);
});

it('a word about more than has been set aside is told up to where it was taken', async () => {
  statuses = [told(10, { settled: { upTo: 9 } })];
  expect((await run(settle, { '--up-to': '99999', '--reason': 'skräp' })).out).toContain('nummer 9 är genomgångna');
});

describe('a hold and a word about what was set aside', () => {
  it('are told as done once the copy has come to them', async () => {
    statuses = [told(9, {}), told(10, { holds: [held(false)], setAside: 2 })];
    expect((await run(hold, { '--reason': 'fel', '--unit': 'KIR' })).out).toBe(
      'Källan lab hålls (KIR). Släpp den med: reservkraft release lab\n',
    );
    expect((await run(settle, { '--up-to': '7', '--reason': 'skräp' })).out).toBe(
      'Undanlagda meddelanden från lab till och med nummer 7 är genomgångna. Senare räknas på nytt. Kvar att gå igenom: 2.\n',
    );
    expect(asked).toMatchObject([
      { unit: 'KIR', reason: 'fel' },
      { upTo: 7, reason: 'skräp' },
    ]);
  });

  it('are told as asked for when the copy stands still', async () => {
    statuses = [told(6, {}, 'disken är full')];
    expect(await run(hold, { '--reason': 'fel' })).toMatchObject({
      code: 1,
      out: expect.stringMatching(/^Källan lab ska hållas: .*inte klart än: 4 meddelanden kvar/),
    });
    expect((await run(settle, { '--up-to': '0', '--reason': 'fel' })).out).toMatch(
      /^Undanlagda meddelanden från lab ska räknas åter: .*inte klart än/,
    );
  });
});

it('nobody waits for the copy longer than was said', async () => {
  const asks: string[] = [];
  const get = async (path: string): Promise<unknown> => {
    asks.push(path);
    return told(1, {});
  };
  const waited = await waitForCopy({ get }, { isDone: ({ copySequence }) => (copySequence ?? 0) > 1, withinMs: 250 });
  expect(waited).toMatchObject({ isDone: false, status: { copySequence: 1 } });
  expect(asks.length).toBeGreaterThan(1);
});
