import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { CopyCommand } from '../../domain/commands.ts';
import { sourceId } from '../../domain/identity.ts';
import type { Arrival } from '../../domain/time.ts';
import { AccessToken } from './access-token.ts';
import { FhirPoll, type PollOptions, type PollState } from './poll.ts';

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

/** A FHIR server of the test's own making: every request is answered by the next answer, and the last one is repeated. */
class ScriptedServer {
  readonly requests: { method: string; url: string; authorization: string | undefined; body: string }[] = [];
  answers: Answer[] = [];
  #server: Server | null = null;

  async start(): Promise<string> {
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => {
        body += chunk.toString();
      });
      request.on('end', () => {
        this.requests.push({
          method: request.method ?? '',
          url: request.url ?? '',
          authorization: request.headers.authorization,
          body,
        });
        const answer = this.answers.length > 1 ? this.answers.shift() : this.answers[0];
        answer?.(request, response, body);
      });
    });
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    if (server === null) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

const json =
  (body: unknown): Answer =>
  (_request, response) => {
    response.setHeader('content-type', 'application/fhir+json');
    response.end(JSON.stringify(body));
  };
const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (_request, response) => {
    response.writeHead(code, headers).end('{"resourceType":"OperationOutcome"}');
  };
const cutShort: Answer = (_request, response) => {
  response.writeHead(200, { 'content-length': '5000' });
  response.write('{"resourceType":"Bundle"');
  response.destroy();
};
/** Sends its head and then nothing more. */
const silent: Answer = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/fhir+json' });
  response.write('{');
};
const endless: Answer = (_request, response) => {
  response.writeHead(200, { 'content-length': '99999999999' });
  response.write('{');
};
const observation = (id: string, lastUpdated: string, versionId = '1'): unknown => ({
  resource: { resourceType: 'Observation', id, meta: { lastUpdated, versionId } },
});
const page = (entry: unknown[], next?: string): unknown => ({
  resourceType: 'Bundle',
  type: 'searchset',
  ...(next ? { link: [{ relation: 'next', url: next }] } : {}),
  entry,
});

const server = new ScriptedServer();
afterEach(async () => {
  await server.stop();
  server.requests.length = 0;
});

/** 10:00 UTC: after everything the server says it has written. */
const STARTED = Date.UTC(2026, 10, 22, 10);

interface Run {
  readonly poll: FhirPoll;
  readonly bodies: string[];
  readonly commands: CopyCommand[];
  readonly waitsMs: number[];
  readonly saved: PollState[];
  /** A new poll with what the former one saved, as after a restart of the station. */
  readonly restart: (state: PollState, changed?: Partial<PollOptions>) => FhirPoll;
  readonly clock: { nowMs: number; wallMs: number };
}

async function startPoll(
  answers: Answer[],
  options: {
    types?: string[];
    within?: number;
    state?: PollState;
    token?: (base: string, now: () => Arrival) => AccessToken;
  } = {},
): Promise<Run> {
  server.answers = answers;
  const base = await server.start();
  const clock = { nowMs: 1_000_000, wallMs: STARTED };
  const now = (): Arrival => ({ wallMs: clock.wallMs, boot: 'b', monotonicMs: clock.nowMs });
  const run = {
    bodies: [] as string[],
    commands: [] as CopyCommand[],
    waitsMs: [] as number[],
    saved: [] as PollState[],
  };
  const settings: PollOptions = {
    source: sourceId('ehr'),
    baseUrl: `${base}/fhir`,
    types: options.types ?? ['Observation'],
    pageSize: 2,
    ...(options.within === undefined ? {} : { pageWithinMs: options.within }),
    token: options.token?.(base, now) ?? null,
    clock: { now },
    random: () => 0.5,
    wait: async (ms) => {
      run.waitsMs.push(ms);
    },
    submit: async (body) => {
      run.bodies.push(Buffer.from(body).toString());
    },
    command: async (command) => {
      run.commands.push(command);
    },
    save: async (state) => {
      run.saved.push(state);
    },
  };
  return {
    poll: new FhirPoll(settings, null),
    restart: (state, changed = {}) => new FhirPoll({ ...settings, ...changed }, state),
    clock,
    ...run,
  };
}

const PARTS = ['vitals', 'results', 'fluid-balance', 'blood', 'history', 'risks', 'limits', 'infection'] as const;
const NAME = `poll-${STARTED}`;
const LOAD = (['begin', 'end'] as const).map((phase) => ({
  ...({ command: 'full-load', source: 'ehr', parts: PARTS } as const),
  ...{ phase, load: NAME },
}));
const PROOF = { command: 'proof', source: 'ehr', parts: PARTS };
/** What was said to have come: a load that only began says nothing. */
const proven = (run: Run) =>
  run.commands.filter((command) => command.command !== 'full-load' || command.phase !== 'begin');

const paths = (): string[] => server.requests.map(({ url }) => url);

describe('a poll of a FHIR server', () => {
  it('fetches every page as it is, and only then says that everything has come', async () => {
    const run = await startPoll([
      (request, response) =>
        json(page([observation('a', '2026-11-22T08:00:00Z')], `http://${request.headers.host}/fhir?page=2`))(
          request,
          response,
          '',
        ),
      json(page([observation('b', '2026-11-22T09:00:00Z')])),
    ]);
    const report = await run.poll.sweep();
    expect(report).toEqual({ pages: 2, submitted: 2, failed: [], restMs: null });
    expect(paths()).toEqual(['/fhir/Observation?_count=2&_sort=_lastUpdated', '/fhir?page=2']);
    expect(run.bodies[1]).toBe(JSON.stringify(page([observation('b', '2026-11-22T09:00:00Z')])));
    expect(run.commands).toEqual([...LOAD, PROOF]);
  });

  it('§5.16 only ever asks: nothing is created, changed or deleted in a source system', async () => {
    const run = await startPoll([json(page([observation('a', '2026-11-22T08:00:00Z')])), json(page([]))]);
    await run.poll.sweep();
    await run.poll.sweep();
    expect(server.requests.map(({ method }) => method)).toEqual(['GET', 'GET']);
  });

  it('asks again for what overlaps, so that two with the same time are both fetched, and stores only what is new', async () => {
    const time = '2026-11-22T09:00:00.000Z';
    const run = await startPoll([
      json(page([observation('a', time)])),
      json(page([observation('a', time)])),
      json(page([observation('a', time), observation('b', time)])),
    ]);
    await run.poll.sweep();
    const quiet = await run.poll.sweep();
    const news = await run.poll.sweep();
    expect([quiet.submitted, news.submitted]).toEqual([0, 1]);
    expect(new URLSearchParams(paths()[1]?.split('?')[1]).get('_lastUpdated')).toBe('ge2026-11-22T08:58:00.000Z');
    expect(run.commands).toEqual([...LOAD, PROOF, PROOF, PROOF]);
  });

  it('asks on from what the server can have written by now: one time far ahead hides nothing that comes after', async () => {
    const run = await startPoll([
      json(page([observation('a', '2026-11-22T09:00:00.000Z'), observation('slip', '2027-11-22T09:00:00.000Z')])),
      json(page([observation('b', '2026-11-22T09:30:00.000Z'), observation('slip', '2027-11-22T09:00:00.000Z')])),
      json(page([observation('slip', '2027-11-22T09:00:00.000Z')])),
    ]);
    for (let sweep = 0; sweep < 3; sweep += 1) await run.poll.sweep();
    const asked = paths().map((path) => new URLSearchParams(path.split('?')[1]).get('_lastUpdated'));
    expect(asked).toEqual([null, 'ge2026-11-22T08:58:00.000Z', 'ge2026-11-22T09:28:00.000Z']);
    expect(run.bodies).toHaveLength(2);
  });

  it('goes on after a stop from the page it was at', async () => {
    const run = await startPoll([json(page([observation('a', '2026-11-22T08:00:00Z')], '/fhir?page=2')), status(500)]);
    await run.poll.sweep();
    const kept = JSON.parse(JSON.stringify(run.saved.at(-1))) as PollState;
    server.requests.length = 0;
    server.answers = [json(page([observation('b', '2026-11-22T09:00:00Z')]))];
    expect(await run.restart(kept).sweep()).toMatchObject({ submitted: 1, failed: [] });
    expect(paths()).toEqual(['/fhir?page=2']);
    expect(run.commands).toEqual([...LOAD, PROOF]);
  });

  it('begins a type anew when the server has forgotten the page', async () => {
    const run = await startPoll([json(page([observation('a', '2026-11-22T08:00:00Z')], '/fhir?page=2')), status(503)]);
    await run.poll.sweep();
    server.answers = [status(410), json(page([observation('a', '2026-11-22T08:00:00Z')]))];
    const report = await run.poll.sweep();
    expect(report.failed).toEqual([]);
    expect(paths().slice(-2)).toEqual(['/fhir?page=2', '/fhir/Observation?_count=2&_sort=_lastUpdated']);
  });

  it.each([
    ['errors', status(502)],
    ['an answer cut short', cutShort],
  ])('is patient with %s, each wait longer than the last, and then goes on', async (_what, fault) => {
    const run = await startPoll([fault, fault, json(page([observation('a', '2026-11-22T08:00:00Z')]))]);
    expect(await run.poll.sweep()).toMatchObject({ submitted: 1, failed: [] });
    expect(run.waitsMs).toEqual([750, 1500]);
  });

  it('leaves a server that goes silent in the middle, and tries again', async () => {
    const run = await startPoll([silent, json(page([observation('a', '2026-11-22T08:00:00Z')]))], { within: 200 });
    expect(await run.poll.sweep()).toMatchObject({ submitted: 1, failed: [] });
    expect(run.waitsMs).toEqual([750]);
  });

  it('takes no page larger than the bound', async () => {
    const run = await startPoll([endless]);
    expect((await run.poll.sweep()).failed).toEqual([{ type: 'Observation', code: 'too-large', status: 200 }]);
    expect(run.bodies).toEqual([]);
  });

  it('waits as long as a busy server asks', async () => {
    const run = await startPoll([status(429, { 'retry-after': '7' }), json(page([]))]);
    await run.poll.sweep();
    expect(run.waitsMs).toEqual([7000]);
  });

  it('ends the sweep without proof when a server asks for a long rest', async () => {
    const run = await startPoll([status(429, { 'retry-after': '2000' })], { types: ['Patient', 'Observation'] });
    expect(await run.poll.sweep()).toMatchObject({
      restMs: 2_000_000,
      failed: [{ type: 'Patient', code: 'too-many-requests' }],
    });
    expect(paths()).toHaveLength(1);
    expect(proven(run)).toEqual([]);
  });

  it('rests an hour at the most, however long a server asks for', async () => {
    const run = await startPoll([status(429, { 'retry-after': '2592000' })]);
    expect((await run.poll.sweep()).restMs).toBe(3_600_000);
  });

  it('proves nothing of a part that no type it asks for can carry', async () => {
    const run = await startPoll([json(page([]))], { types: ['AllergyIntolerance'] });
    await run.poll.sweep();
    await run.poll.sweep();
    for (const command of run.commands) expect(command).toMatchObject({ parts: ['allergies'] });
  });

  it('asks a day later for everything anew, so that what the server has deleted is seen', async () => {
    const time = '2026-11-22T09:00:00.000Z';
    const run = await startPoll([json(page([observation('a', time)]))]);
    await run.poll.sweep();
    run.clock.wallMs += 86_400_000 - 1;
    await run.poll.sweep();
    expect(run.bodies).toHaveLength(1);
    run.clock.wallMs += 1;
    await run.poll.sweep();
    // The very same page once more: what is not on it any more is not there.
    expect(run.bodies).toHaveLength(2);
    expect(paths().at(-1)).toBe('/fhir/Observation?_count=2&_sort=_lastUpdated');
    const phases = run.commands.flatMap((each) => (each.command === 'full-load' ? [[each.phase, each.load]] : []));
    const second = `poll-${run.clock.wallMs}`;
    expect(phases.slice(2)).toEqual([
      ['begin', second],
      ['end', second],
    ]);
  });

  it('ends a load only when every type has come, over restarts', async () => {
    const types = ['Condition', 'AllergyIntolerance'];
    const run = await startPoll([json(page([])), status(403)], { types });
    await run.poll.sweep();
    const ended = () => run.commands.filter((each) => each.command === 'full-load' && each.phase === 'end');
    expect(ended()).toEqual([]);
    server.answers = [json(page([]))];
    await run.restart(JSON.parse(JSON.stringify(run.saved.at(-1))) as PollState).sweep();
    expect(ended()).toHaveLength(1);
  });

  it('takes nothing along from another server or other types, and never goes where another server pointed', async () => {
    const run = await startPoll([json(page([observation('a', '2026-11-22T08:00:00Z')], '/fhir?page=2')), status(500)]);
    await run.poll.sweep();
    const kept = JSON.parse(JSON.stringify(run.saved.at(-1))) as PollState;
    const elsewhere = (state: PollState): PollState => ({
      ...state,
      types: { Observation: { since: null, nextUrl: 'https://elsewhere.example/fhir?page=2', seen: {} } },
    });
    for (const [state, changed] of [
      [{ ...kept, baseUrl: 'http://old.example/fhir' }, {}],
      [kept, { types: ['Observation', 'Condition'] }],
      [elsewhere(kept), {}],
    ] as const) {
      server.requests.length = 0;
      server.answers = [json(page([]))];
      expect((await run.restart(state, changed).sweep()).failed).toEqual([]);
      expect(paths()[0]).toBe('/fhir/Observation?_count=2&_sort=_lastUpdated');
    }
  });

  it('gives up in the end, and then proves nothing', async () => {
    const run = await startPoll([status(500)]);
    expect(await run.poll.sweep()).toMatchObject({
      submitted: 0,
      failed: [{ type: 'Observation', code: 'server-error', status: 500 }],
    });
    expect(paths()).toHaveLength(5);
    expect(proven(run)).toEqual([]);
  });

  it('proves the parts of the types that came when another type is refused', async () => {
    const run = await startPoll([status(403), json(page([]))], { types: ['AllergyIntolerance', 'Condition'] });
    expect((await run.poll.sweep()).failed).toEqual([{ type: 'AllergyIntolerance', code: 'refused', status: 403 }]);
    expect(proven(run)).toEqual([{ command: 'proof', source: 'ehr', parts: ['problems'] }]);
  });

  it.each([
    ['a next link to another server', page([], 'https://elsewhere.example/fhir?page=2'), 'next-link-elsewhere'],
    ['a bundle that is no searchset', { resourceType: 'Bundle', type: 'collection' }, 'not-a-searchset'],
    ['an outcome instead of a bundle', { resourceType: 'OperationOutcome' }, 'not-a-searchset'],
    [
      'a page that says the search failed',
      page([{ resource: { resourceType: 'OperationOutcome', issue: [{ severity: 'error' }] } }]),
      'search-error',
    ],
  ])('believes nothing of %s', async (_what, body, code) => {
    const run = await startPoll([json(body)]);
    expect((await run.poll.sweep()).failed).toMatchObject([{ code }]);
    expect(run.bodies).toEqual([]);
    expect(proven(run)).toEqual([]);
  });

  it('follows no redirect, which could carry the token away, and leaves a paging loop', async () => {
    const redirected = await startPoll([status(302, { location: 'http://127.0.0.1:9/fhir' })]);
    expect((await redirected.poll.sweep()).failed).toMatchObject([{ code: 'redirected' }]);
    await server.stop();
    const looping = await startPoll([json(page([], '/fhir?page=2'))]);
    expect((await looping.poll.sweep()).failed).toMatchObject([{ code: 'paging-loop' }]);
  });

  it('gets a changed resource once more, while pages move under it', async () => {
    const run = await startPoll([
      json(page([observation('a', '2026-11-22T08:00:00Z'), observation('b', '2026-11-22T08:01:00Z')], '/fhir?page=2')),
      json(page([observation('a', '2026-11-22T08:05:00Z', '2')])),
    ]);
    expect((await run.poll.sweep()).submitted).toBe(2);
    expect(run.saved.at(-1)?.types['Observation']).toEqual({
      since: '2026-11-22T08:05:00Z',
      nextUrl: null,
      seen: { 'Observation/a': '2 2026-11-22T08:05:00Z' },
    });
  });

  it('can ask how many the server has, for the nightly comparison', async () => {
    const run = await startPoll([json({ resourceType: 'Bundle', type: 'searchset', total: 42 }), status(403)], {
      types: ['Patient', 'Condition'],
    });
    expect(await run.poll.counts()).toEqual({ Patient: 42, Condition: null });
    expect(paths()[0]).toBe('/fhir/Patient?_summary=count');
  });
});

describe('the token of a poll', () => {
  const issue = (token: string, expiresIn: number): Answer =>
    json({ access_token: token, expires_in: expiresIn, token_type: 'Bearer' });
  const token =
    (method: 'basic' | 'post') =>
    (base: string, now: () => Arrival): AccessToken =>
      new AccessToken({
        tokenUrl: `${base}/token`,
        clientId: 'station',
        readSecret: async () => 'hemlig\n',
        scope: 'system/*.read',
        method,
        clock: { now },
      });

  it('is asked for once, used until shortly before it ends, and then asked for again', async () => {
    const run = await startPoll([issue('one', 600), json(page([]))], { token: token('basic') });
    await run.poll.sweep();
    run.clock.nowMs += 500_000;
    await run.poll.sweep();
    run.clock.nowMs += 80_000;
    server.answers = [issue('two', 600), json(page([]))];
    await run.poll.sweep();
    expect(server.requests.map(({ authorization }) => authorization)).toEqual([
      `Basic ${Buffer.from('station:hemlig').toString('base64')}`,
      'Bearer one',
      'Bearer one',
      `Basic ${Buffer.from('station:hemlig').toString('base64')}`,
      'Bearer two',
    ]);
  });

  it('is renewed once when the server no longer takes it', async () => {
    const run = await startPoll([issue('old', 600), status(401), issue('new', 600), json(page([]))], {
      token: token('post'),
    });
    expect((await run.poll.sweep()).failed).toEqual([]);
    expect(server.requests[2]?.body).toBe(
      'grant_type=client_credentials&scope=system%2F*.read&client_id=station&client_secret=hemlig',
    );
  });

  it('that is never accepted ends the sweep instead of asking for ever', async () => {
    const run = await startPoll([issue('a', 600), status(401), issue('b', 600), status(401)], {
      token: token('basic'),
    });
    expect((await run.poll.sweep()).failed).toEqual([{ type: 'Observation', code: 'unauthorised', status: 401 }]);
    expect(server.requests).toHaveLength(4);
  });
});
