// What every answer carries, whatever it is: of a route, a refusal, a file, an address nobody can read, words that are no HTTP. Here and
// nowhere else, so that no kind of answer is left out; a route may say more of its own answer, never less.

import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { Failure } from '../domain/failures.ts';
import { limits } from '../limits.ts';
import { refusalOf } from './refusal.ts';

/** An answer to a program is never a page: opened as one it runs nothing, loads nothing and stands in nobody's frame. */
const NO_PAGE = "default-src 'none'; frame-ancestors 'none'";

interface Asked {
  /** As it came. */
  readonly url: string;
  readonly isEncrypted: boolean;
}

export function answerHeaders({ url, isEncrypted }: Asked): Readonly<Record<string, string>> {
  return {
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
    'content-security-policy': NO_PAGE,
    // No other name than the station's own, and for so short a time that nobody is kept out by what held yesterday (limits.ts).
    ...(isEncrypted ? { 'strict-transport-security': `max-age=${limits.onlyEncryptedSeconds}` } : {}),
    // An address typed or sent to somebody saves a file, and is not read as a page. What is refused elsewhere is words for who typed it.
    ...(/^\/(api|fhir|health)\b/i.test(url) ? { 'content-disposition': 'attachment; filename="api.json"' } : {}),
  };
}

/** How both listeners, of this machine and of the wards, treat what never comes to a route. */
export const HTTP_RULES = {
  // Who names no Host is refused in our own words, as who names another.
  requireHostHeader: false,
} as const;

/** What a client expects besides being told to go on is nothing we know of: it is answered as if it had not said so. */
export function ignoreExpectations(server: Server): void {
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
}

const STATUS: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** Words that are no HTTP, too long a head, or one that never ends: nobody knows who asks, or for what. */
export function answerUnreadable(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code !== 'ECONNRESET' && socket.writable) {
    const isTooLong = error.code === 'HPE_HEADER_OVERFLOW';
    const status = STATUS[error.code ?? ''] ?? '400 Bad Request';
    const body = Buffer.from(
      JSON.stringify(refusalOf(new Failure(isTooLong ? 'request.too-large' : 'request.invalid'))),
    );
    const headers = {
      ...answerHeaders({ url: '/api', isEncrypted: 'encrypted' in socket }),
      'content-type': 'application/json; charset=utf-8',
      'content-length': String(body.length),
      connection: 'close',
    };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    const head = Buffer.from(`HTTP/1.1 ${status}\r\n${lines.join('\r\n')}\r\n\r\n`);
    socket.end(Buffer.concat([head, body]), () => socket.destroy());
  } else socket.destroy();
}
