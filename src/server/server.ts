// The station's HTTP server: health for anyone on this machine, /fhir and /api for who holds the station's token. Binds to
// loopback; request logging is off, since a log line of an address or a body could name a patient (design §5.13).

import { createHash, timingSafeEqual } from 'node:crypto';
import swagger from '@fastify/swagger';
import { type TypeBoxTypeProvider, TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox';
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { FAILURES, Failure, failureText } from '../domain/failures.ts';
import { limits } from '../limits.ts';
import { type ApiOptions, registerApi } from './api/routes.ts';
import { asFailure, type FacadeOptions, registerFacade } from './fhir/facade.ts';

export interface ServerOptions {
  readonly facade: FacadeOptions;
  readonly api: ApiOptions;
  /** The station's token; compared without telling by time how much of it was right. */
  readonly token: string;
  /** Who is told of what nobody expected; never gets patient data. */
  readonly onFault: (event: { readonly name: string; readonly route: string; readonly cause: string }) => void;
}

/** Makes the server without listening, so that tests can ask it without a port. */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const server = Fastify({
    logger: false,
    bodyLimit: limits.apiBodyBytesMax,
    requestTimeout: 60_000,
    connectionTimeout: 120_000,
    routerOptions: { maxParamLength: 200 },
    return503OnClosing: true,
  })
    .withTypeProvider<TypeBoxTypeProvider>()
    .setValidatorCompiler(TypeBoxValidatorCompiler);
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Reservkraft',
        version: '0.1.0',
        description: 'Stationens egna vägar. Endast denna maskin, med token.',
      },
      components: { securitySchemes: { station: { type: 'http', scheme: 'bearer' } } },
      security: [{ station: [] }],
    },
  });

  server.addHook('onRequest', async (request) => {
    if (!isOwnHost(request)) throw new Failure('request.unauthorized', 'adressen i Host är inte den här maskinens');
    if (request.url === '/health') return;
    if (!hasToken(request, options.token)) throw new Failure('request.unauthorized');
  });
  server.addHook('onSend', async (_request, reply) => {
    reply.header('x-content-type-options', 'nosniff');
    reply.header('referrer-policy', 'no-referrer');
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
  });
  server.addHook('onError', async (request, _reply, error) => {
    const failure = asFailure(error);
    if (failure.code !== 'station.internal') return;
    options.onFault({
      name: 'server.fault',
      route: `${request.method} ${request.routeOptions.url ?? 'unknown'}`,
      cause: error.name,
    });
  });
  server.setErrorHandler((error, _request, reply) => {
    const failure = asFailure(error);
    const rule = FAILURES[failure.code];
    return reply.code(rule.httpStatus).send({
      code: failure.code,
      happened: failure.detail === null ? rule.happened : `${rule.happened} ${failure.detail}`,
      stillRight: rule.stillRight,
      doNow: rule.doNow,
      text: failureText(failure.code, failure.detail),
    });
  });
  server.setNotFoundHandler(() => {
    throw new Failure('request.not-supported');
  });

  await server.register(
    async (scope) => {
      registerFacade(scope, options.facade);
    },
    { prefix: '/fhir' },
  );
  await server.register(async (scope) => registerApi(scope.withTypeProvider<TypeBoxTypeProvider>(), options.api), {
    prefix: '/api',
  });
  server.get('/health', { schema: { hide: true } }, () => options.api.health());
  return server;
}

/** Refuses a page elsewhere that has pointed its own name at this machine (DNS rebinding). */
function isOwnHost(request: FastifyRequest): boolean {
  const host = (request.headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
  return host === '127.0.0.1' || host === 'localhost' || host === '[::1]';
}

function hasToken(request: FastifyRequest, token: string): boolean {
  const given = /^Bearer ([\w.-]{20,200})$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}
