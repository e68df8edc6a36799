// Pages of other stations: when a ward's own station is silent its app asks the next one, from another origin. Only the origins that the
// settings name, letter by letter, are answered so that a browser lets the page read it; no cookie is read or set for them, and no other
// origin is told anything it was not told before (decision 0022).

import type { FastifyInstance, FastifyRequest } from 'fastify';
import {
  BACKGROUND_HEADER,
  DEVICE_HEADER,
  OWN_PAGE_HEADER,
  OWN_PAGE_VALUE,
  SESSION_HEADER,
} from '../../domain/access/routes.ts';

/** How long a browser remembers that it may ask. */
const REMEMBERED_SECONDS = 600;
const ALLOWED_HEADERS = ['content-type', OWN_PAGE_HEADER, BACKGROUND_HEADER, SESSION_HEADER, DEVICE_HEADER].join(', ');

declare module 'fastify' {
  interface FastifyRequest {
    /** The page that asks is another station's, named in the settings. */
    isElsewhere: boolean;
  }
}

/** Before it is known who asks. */
export function registerOrigins(server: FastifyInstance, origins: readonly string[]): void {
  server.decorateRequest('isElsewhere', false);
  server.addHook('onRequest', async (request, reply) => {
    const { origin } = request.headers;
    if (origin === undefined || !origins.includes(origin)) return;
    reply.header('access-control-allow-origin', origin).header('vary', 'origin');
    if (request.method === 'OPTIONS')
      return (
        reply
          .header('access-control-allow-methods', 'GET, POST, DELETE')
          .header('access-control-allow-headers', ALLOWED_HEADERS)
          .header('access-control-max-age', REMEMBERED_SECONDS)
          // A browser may ask this of a page that reaches a machine on the same network.
          .header('access-control-allow-private-network', 'true')
          .code(204)
          .send()
      );
    // A form or a picture carries no header of ours, whatever its origin.
    request.isElsewhere = request.headers[OWN_PAGE_HEADER] === OWN_PAGE_VALUE;
    return undefined;
  });
}

export const headerOf = ({ headers }: FastifyRequest, name: string): string | null => {
  const value = headers[name];
  return typeof value === 'string' ? value : null;
};
