// The station's HTTP server: health for anyone, /fhir and /api for people who have signed in, each within their rights, and on its own
// machine for the station's token. Request logging is off, since a log line of an address or a body could name a patient (design §5.13).

import swagger, { type FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import Fastify, { type FastifyInstance } from 'fastify';
import type { Access } from '../access/access.ts';
import type { StationsTold } from '../domain/access/routes.ts';
import { FAILURES, Failure } from '../domain/failures.ts';
import type { PatientKey } from '../domain/identity.ts';
import { limits } from '../limits.ts';
import { registerAccounts } from './access/account-routes.ts';
import { foreignHost, isOwnHost, registerCallers, TOKEN } from './access/callers.ts';
import { isEncrypted } from './access/cookies.ts';
import { registerDevices } from './access/device-routes.ts';
import { type NamedEntriesPort, registerErasures } from './access/erasure-routes.ts';
import { registerGuard } from './access/guard.ts';
import { registerOrigins } from './access/origins.ts';
import { registerOwnSessions } from './access/own-session-routes.ts';
import { registerPins } from './access/pin-routes.ts';
import { registerProvider } from './access/provider-routes.ts';
import { tellRefused } from './access/refusals.ts';
import { registerSessions } from './access/session-routes.ts';
import { registerStations } from './access/stations-route.ts';
import { registerVisitors } from './access/visitor-routes.ts';
import { answerHeaders, answerUnreadable, HTTP_RULES, ignoreExpectations } from './answer-headers.ts';
import { type ChecksPort, registerChecks } from './api/check-routes.ts';
import { type CopyRouteOptions, registerCopies } from './api/copy-routes.ts';
import { INTAKE_BODY } from './api/intake-route.ts';
import { type PlacesPort, registerPlaces } from './api/place-routes.ts';
import { type PrintPort, registerPrints } from './api/print-routes.ts';
import { registerReads } from './api/reads.ts';
import { type ApiOptions, registerApi } from './api/routes.ts';
import { registerUses, type UsesPort } from './api/use-routes.ts';
import { type AppFiles, registerApp } from './app-files.ts';
import { asFailure } from './as-failure.ts';
import { type FacadeOptions, registerFacade } from './fhir/facade.ts';
import { fieldCheck } from './field-words.ts';
import { type LedgerPort, registerRecording } from './recording.ts';
import { REFUSAL, refuse } from './refusal.ts';

export interface ServerOptions {
  readonly facade: FacadeOptions;
  readonly access: Access;
  readonly api: Omit<ApiOptions, 'uses'> & CopyRouteOptions;
  /** Null where it has not been built: the station's other work goes on. */
  readonly app: AppFiles | null;
  readonly prints: PrintPort;
  readonly checks: ChecksPort;
  readonly uses: UsesPort;
  readonly places: PlacesPort;
  readonly ledger: LedgerPort;
  readonly entries: NamedEntriesPort;
  /** The station's token; compared without telling by time how much of it was right. */
  readonly token: string;
  readonly stations: StationsTold & {
    /** Whose pages may ask this station too: the apps of the stations below it. */
    readonly appOrigins: readonly string[];
  };
  /** Names and addresses that the station's certificate is for: how others reach it over HTTPS. */
  readonly hosts: readonly string[];
  /** Who is told of what nobody expected; never gets patient data. */
  readonly onFault: (event: { readonly name: string; readonly route: string; readonly cause: string }) => void;
}

/** Makes the server without listening, so that tests can ask it without a port. */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  // A token that was lost or cut short must not open the station to whoever sends none.
  if (!TOKEN.test(options.token)) throw new Failure('settings.invalid', 'stationens token saknas eller är för kort');
  const server = Fastify({
    logger: false,
    // An address that cannot even be read; the library's own answer would repeat it.
    frameworkErrors: (_error, request, reply) => {
      reply.headers(answerHeaders({ url: request.url, isEncrypted: isEncrypted(request) }));
      const isOwn = isOwnHost(request, options.hosts);
      refuse(reply, isOwn ? new Failure('request.invalid', 'adressen går inte att läsa') : foreignHost());
    },
    clientErrorHandler: answerUnreadable,
    http: HTTP_RULES,
    bodyLimit: limits.apiBodyBytesMax,
    requestTimeout: limits.httpRequestMs,
    connectionTimeout: 120_000,
    routerOptions: { maxParamLength: 200 },
    // Said in our own words, by the first hook.
    return503OnClosing: false,
  })
    .withTypeProvider<TypeBoxTypeProvider>()
    .setValidatorCompiler(fieldCheck);
  // The only kind of body a page of another origin may send without asking first; nothing here is written in it.
  server.removeContentTypeParser('text/plain');
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Reservkraft',
        version: '0.1.0',
        description: 'Stationens egna vägar. Endast denna maskin, med token.',
      },
      components: {
        securitySchemes: { station: { type: 'http', scheme: 'bearer' } },
        schemas: { Refusal: REFUSAL },
      },
      security: [{ station: [] }],
    },
    transformObject: (document) =>
      'openapiObject' in document ? withIntakeBody(withRefusals(document.openapiObject)) : {},
  });

  ignoreExpectations(server.server);
  let isClosing = false;
  server.addHook('preClose', async () => {
    isClosing = true;
  });
  server.addHook('onRequest', async (request, reply) => {
    reply.headers(answerHeaders({ url: request.url, isEncrypted: isEncrypted(request) }));
    if (isClosing) throw new Failure('station.not-running');
  });
  registerOrigins(server, options.stations.appOrigins);
  registerCallers(server, { access: options.access, token: options.token, hosts: options.hosts });
  const guard = {
    access: options.access,
    reader: options.api.reader,
    marks: (patient: PatientKey) => ({
      inquiries: { [patient]: options.checks.of(patient) },
      uses: options.uses.all(),
    }),
  };
  registerGuard(server, guard);
  const { happened, stillRight } = FAILURES['access.not-kept-yet'];
  registerRecording(server, {
    ledger: options.ledger,
    clock: options.facade.clock,
    notKept: () => (options.access.isBehind ? `${happened} ${stillRight}` : null),
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
  server.setErrorHandler((error, request, reply) => {
    const failure = asFailure(error);
    tellRefused(request, failure, options.access);
    return refuse(reply, failure);
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
  await server.register(
    async (scope) => {
      const typed = scope.withTypeProvider<TypeBoxTypeProvider>();
      registerApi(typed, { ...options.api, ...guard, uses: options.uses });
      registerCopies(scope, { ...options.api, ...guard });
      registerChecks(scope, { ...guard, checks: options.checks, now: options.api.now });
      registerUses(scope, { access: options.access, uses: options.uses });
      registerPrints(scope, { ...guard, prints: options.prints, chart: options.api.chart });
      registerPlaces(scope, { ...guard, places: options.places, units: options.api.units });
      registerReads(scope);
      registerSessions(typed, guard);
      registerProvider(typed, guard);
      registerStations(typed, options.stations);
      registerAccounts(typed, options.access);
      const { access, ledger, places, api, facade } = options;
      registerDevices(typed, { access, ledger, places, units: api.units, clock: facade.clock });
      registerVisitors(typed, guard, options.entries);
      registerErasures(typed, guard, options.entries);
      registerPins(typed, options.access);
      registerOwnSessions(typed, options.access);
    },
    { prefix: '/api' },
  );
  server.get('/health', { schema: { hide: true } }, () => options.api.health());
  if (options.app === null)
    server.get('/', { schema: { hide: true } }, () => {
      throw new Failure('app.not-built');
    });
  else registerApp(server, options.app, options.stations.others);
  return server;
}

type OpenApi = Extract<
  Parameters<NonNullable<FastifyDynamicSwaggerOptions['transformObject']>>[0],
  { openapiObject: unknown }
>['openapiObject'];

function withRefusals(document: OpenApi): OpenApi {
  const refusal = {
    description: 'Avslag, med kod och vad man gör nu',
    content: { 'application/json': { schema: { $ref: '#/components/schemas/Refusal' } } },
  };
  for (const path of Object.values(document.paths ?? {}))
    for (const operation of [path?.get, path?.post, path?.delete])
      if (operation) operation.responses = { ...operation.responses, default: refusal };
  return document;
}

function withIntakeBody(document: OpenApi): OpenApi {
  const { path, requestBody } = INTAKE_BODY;
  const operation = document.paths?.[path]?.post;
  if (operation === undefined) throw new Error(`${path} is not described`);
  operation.requestBody = requestBody;
  return document;
}
