// Large answers go packed to those who can unpack them: a unit's copy is a tenth of its size on a ward's slow line.

import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';

const pack = promisify(gzip);
/** Smaller answers fit a packet or two anyway. */
const PACKED_BYTES_MIN = 2_048;

/** As a route's last `onSend`, after the answer has been recorded. */
export async function packed(request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> {
  if (!(typeof payload === 'string' || Buffer.isBuffer(payload)) || payload.length < PACKED_BYTES_MIN) return payload;
  if (!/\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) return payload;
  reply.header('content-encoding', 'gzip');
  reply.header('vary', 'accept-encoding');
  reply.removeHeader('content-length');
  return pack(payload, { level: constants.Z_BEST_SPEED });
}
