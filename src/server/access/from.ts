// Where a question comes from: the socket, and which device it says it is.

import type { FastifyRequest } from 'fastify';
import type { From } from '../../access/sign-ins.ts';
import { DEVICE_HEADER } from '../../domain/access/routes.ts';
import { readCookie } from './cookies.ts';
import { headerOf } from './origins.ts';

export const fromOf = (request: FastifyRequest): From => ({
  address: request.raw.socket.remoteAddress ?? '',
  device: request.isElsewhere ? headerOf(request, DEVICE_HEADER) : readCookie(request, 'device'),
});
