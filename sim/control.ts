// The control page's server: anyone at this machine can pull the plug on a simulated system, slow it, garble it, or make
// something happen in the house. Only from this machine, only from its own page or a program (never from another site).

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isActionName } from './actions.ts';
import { controlPage } from './control-page.ts';
import type { Runner } from './runner.ts';
import type { SourceSystem } from './systems/source-system.ts';
import { isSystemId } from './systems/voices.ts';
import { GARBLES, type Garble } from './systems/wire.ts';

/** What a button sends is some tens of bytes. */
const BODY_BYTES_MAX = 4_096;
const SLOW_MS_MAX = 60_000;
const BURST_MAX = 5_000;
const BURST_DEFAULT = 200;

type Answer = { readonly status: number; readonly body: unknown };
type Body = Readonly<Record<string, unknown>>;

const ok = (body: unknown): Answer => ({ status: 200, body });
const refused = (status: number, swedish: string): Answer => ({ status, body: { error: swedish } });

export class Control {
  readonly #runner: Runner;
  readonly #server: Server;
  #port = 0;

  constructor(runner: Runner) {
    this.#runner = runner;
    this.#server = createServer((request, response) => void this.#answer(request, response));
    this.#server.requestTimeout = 10_000;
    this.#server.maxConnections = 64;
  }

  /** Listens on this machine only; resolves with the port (which is chosen when asked for 0). */
  listen(port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, '127.0.0.1', () => {
        this.#port = (this.#server.address() as AddressInfo).port;
        resolve(this.#port);
      });
    });
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    if (!this.#isOurHost(request.headers.host)) send(response, refused(421, 'Fel värdnamn'));
    else if (request.method === 'GET' && path === '/') sendPage(response);
    else if (request.method === 'GET' && path === '/api/status') send(response, ok(this.#runner.status()));
    else if (request.method === 'POST' && path.startsWith('/api/')) {
      const fault = this.#refusal(request);
      const body = fault === null ? await readBody(request) : null;
      if (fault !== null) send(response, fault);
      else if (body === null) send(response, refused(400, 'Kroppen ska vara ett litet JSON-objekt'));
      else send(response, await this.#do(path.slice(5).split('/'), body));
    } else send(response, refused(404, 'Finns inte'));
  }

  /** Another name for this machine (DNS rebinding) is not this page. */
  #isOurHost(host: string | undefined): boolean {
    return host === `127.0.0.1:${this.#port}` || host === `localhost:${this.#port}`;
  }

  /** A browser says where a request comes from; what comes from another site is refused. JSON only, so that no form can do it. */
  #refusal({ headers }: IncomingMessage): Answer | null {
    const { origin } = headers;
    const site = headers['sec-fetch-site'];
    const isOwn =
      origin === undefined ||
      origin === `http://127.0.0.1:${this.#port}` ||
      origin === `http://localhost:${this.#port}`;
    if (!isOwn || (site !== undefined && site !== 'same-origin' && site !== 'none')) {
      return refused(403, 'Bara härifrån');
    }
    const type = headers['content-type'] ?? '';
    return /^application\/json\b/iu.test(type) ? null : refused(415, 'Bara application/json');
  }

  async #do([what, name = '', act = '']: readonly string[], body: Body): Promise<Answer> {
    const runner = this.#runner;
    switch (what) {
      case 'system': {
        const system = isSystemId(name) ? runner.systems.find((s) => s.voice.id === name) : undefined;
        return system === undefined ? refused(404, 'Inget sådant system') : this.#system(system, act, body);
      }
      case 'action': {
        if (!isActionName(name)) return refused(404, 'Ingen sådan händelse');
        const size = body['size'] ?? BURST_DEFAULT;
        if (!isWhole(size, 1, BURST_MAX)) return refused(400, `size: 1 till ${BURST_MAX}`);
        return ok({ done: runner.act(name, size) });
      }
      case 'reports':
        if (!runner.hasReports) return refused(404, 'Inga listor skrivs ut');
        if (name !== 'stop' && name !== 'start' && name !== 'print') return refused(404, 'Finns inte');
        await runner.setReports(name);
        return ok(runner.status());
      default:
        return refused(404, 'Finns inte');
    }
  }

  async #system(system: SourceSystem, act: string, body: Body): Promise<Answer> {
    switch (act) {
      case 'stop':
        await system.stop();
        return ok(system.status());
      case 'start':
        system.start();
        return ok(system.status());
      case 'full-load':
        system.requestFullLoad();
        return ok(system.status());
      case 'faults':
        return changeFaults(system, body);
      default:
        return refused(404, 'Finns inte');
    }
  }
}

const isWhole = (value: unknown, min: number, max: number): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;

/** All or nothing: a fault that is not understood changes none. */
function changeFaults(system: SourceSystem, body: Body): Answer {
  const { slowMs, garble, duplicates, reorder } = { ...system.faults, ...body } as Body;
  for (const key of Object.keys(body)) {
    if (!Object.hasOwn(system.faults, key)) return refused(400, 'Okänt fel: slowMs, garble, duplicates eller reorder');
  }
  if (!isWhole(slowMs, 0, SLOW_MS_MAX)) return refused(400, `slowMs: 0 till ${SLOW_MS_MAX}`);
  if (!(GARBLES as readonly unknown[]).includes(garble)) return refused(400, `garble: ${GARBLES.join(', ')}`);
  if (typeof duplicates !== 'boolean' || typeof reorder !== 'boolean') {
    return refused(400, 'duplicates och reorder: true eller false');
  }
  Object.assign(system.faults, { slowMs, garble: garble as Garble, duplicates, reorder });
  return ok(system.status());
}

async function readBody(request: IncomingMessage): Promise<Body | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > BODY_BYTES_MAX) return null;
      chunks.push(chunk);
    }
    const text = Buffer.concat(chunks).toString('utf8');
    const value: unknown = text === '' ? {} : JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Body) : null;
  } catch {
    return null;
  }
}

function send(response: ServerResponse, { status, body }: Answer): void {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(status >= 400 ? { connection: 'close' } : {}),
  });
  response.end(JSON.stringify(body));
}

function sendPage(response: ServerResponse): void {
  const { html, policy } = controlPage();
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  });
  response.end(html);
}
