// The FHIR R4 facade: the copy read by other programs while the record system is gone. Read only. Numbers of people come in
// bodies, never in addresses, and our own ids say nothing of anyone (design §10, §5.13).

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { FAILURES, Failure } from '../../domain/failures.ts';
import type { Clock } from '../../domain/time.ts';
import { asFailure } from '../as-failure.ts';
import type { FacadeQuestion } from './answers.ts';
import { capabilityStatement } from './metadata.ts';
import { requireJson } from './negotiate.ts';
import { operationOutcome } from './operation-outcome.ts';
import { type SearchParameters, searchParameters } from './search.ts';

export interface FacadeOptions {
  readonly clock: Clock;
  /** A resource as JSON. Reading a whole chart takes time: it is done elsewhere than where requests are answered. */
  readonly answer: (question: FacadeQuestion) => Promise<string>;
}

type What = DistributiveOmit<FacadeQuestion, 'parameters' | 'base'>;
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

const FHIR_JSON = 'application/fhir+json; charset=utf-8';

/** Parameters that carry who a person is: in a body only, by whatever method. */
const TELLS_WHO: readonly string[] = [
  'identifier',
  'name',
  'family',
  'given',
  'birthdate',
  'phone',
  'email',
  'address',
];

export function registerFacade(server: FastifyInstance, options: FacadeOptions): void {
  // Described by /fhir/metadata, not by OpenAPI.
  server.addHook('onRoute', (route) => {
    route.schema = { ...route.schema, hide: true };
  });
  registerForms(server);
  server.addHook('preHandler', async (request) => {
    const query = queryOf(request);
    const inAddress = searchParameters(query);
    if (TELLS_WHO.some((name) => [...inAddress.keys()].some((given) => given.split(/[:.]/).includes(name))))
      throw new Failure('request.invalid', 'nummer och namn skickas i kroppen: POST Patient/_search');
    requireJson(request, parametersOf(request));
  });

  const ask = async (request: FastifyRequest, reply: FastifyReply, what: What) => {
    const text = await options.answer({ parameters: parametersOf(request), base: baseOf(request), ...what });
    return reply.type(FHIR_JSON).send(text);
  };
  const searchPatients = (request: FastifyRequest, reply: FastifyReply) => ask(request, reply, { what: 'patients' });
  const typeSearch = (request: FastifyRequest<{ Params: { type: string } }>, reply: FastifyReply) =>
    ask(request, reply, { what: 'type', type: request.params.type });
  type ById = FastifyRequest<{ Params: { id: string } }>;

  server.get('/metadata', (_request, reply) =>
    reply.type(FHIR_JSON).send(JSON.stringify(capabilityStatement(new Date(options.clock.now().wallMs).toISOString()))),
  );
  server.get('/Patient', searchPatients);
  server.post('/Patient/_search', searchPatients);
  server.get('/Patient/:id', (request: ById, reply) => ask(request, reply, { what: 'patient', id: request.params.id }));
  for (const method of ['GET', 'POST'] as const) {
    for (const what of ['summary', 'everything'] as const) {
      server.route({
        method,
        url: `/Patient/:id/$${what}`,
        handler: (request: ById, reply) => ask(request, reply, { what, id: request.params.id }),
      });
    }
  }
  server.get('/Patient/$summary', () => {
    throw new Failure('request.invalid', 'nummer skickas i kroppen: POST Patient/$summary');
  });
  server.post('/Patient/$summary', (request, reply) => ask(request, reply, { what: 'summary-of-number' }));
  server.get('/:type', typeSearch);
  server.post('/:type/_search', typeSearch);
  server.get('/:type/:id', (request: FastifyRequest<{ Params: { type: string; id: string } }>, reply) =>
    ask(request, reply, { what: 'resource', type: request.params.type, id: request.params.id }),
  );
  refuseOtherMethods(server);
}

/** Bodies that are read: search forms, and Parameters of an operation. Errors and strangers get an OperationOutcome. */
function registerForms(server: FastifyInstance): void {
  server.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
    done(null, body),
  );
  server.addContentTypeParser(
    'application/fhir+json',
    { parseAs: 'string' },
    server.getDefaultJsonParser('error', 'error'),
  );
  const refuse = (reply: FastifyReply, failure: Failure) =>
    reply
      .code(FAILURES[failure.code].httpStatus)
      .type(FHIR_JSON)
      .send(JSON.stringify(operationOutcome(failure.code, failure.detail)));
  server.setErrorHandler((error, _request, reply) => refuse(reply, asFailure(error)));
  server.setNotFoundHandler((_request, reply) => refuse(reply, new Failure('request.not-supported')));
}

/** The addresses exist; to write to them does not. */
function refuseOtherMethods(server: FastifyInstance): void {
  const refuse = () => {
    throw new Failure('request.method-not-allowed');
  };
  for (const url of ['/', '/:type', '/:type/:id'])
    server.route({ method: ['POST', 'PUT', 'PATCH', 'DELETE'], url, handler: refuse });
}

const queryOf = (request: FastifyRequest): string =>
  request.url.includes('?') ? request.url.slice(request.url.indexOf('?') + 1) : '';

/** Query, form and FHIR Parameters as one list. */
function parametersOf(request: FastifyRequest): SearchParameters {
  const form = typeof request.body === 'string' ? request.body : fromParameters(request.body).toString();
  return searchParameters(queryOf(request), form);
}

/** A FHIR Parameters body (IPS `$summary`): the values we know how to use, the others refused by their names later. */
function fromParameters(body: unknown): URLSearchParams {
  const given = new URLSearchParams();
  const list = (body as { parameter?: unknown } | null | undefined)?.parameter;
  for (const item of Array.isArray(list) ? list : []) {
    const parameter = item as Record<string, unknown> & {
      name?: unknown;
      valueIdentifier?: { system?: unknown; value?: unknown };
    };
    const { name, valueIdentifier } = parameter;
    if (typeof name !== 'string') throw new Failure('request.invalid', 'en parameter saknar namn');
    const value = Object.entries(parameter).find(([key]) => /^value[A-Z]/.test(key))?.[1];
    given.append(
      name,
      valueIdentifier === undefined
        ? String(value ?? '')
        : `${String(valueIdentifier.system ?? '')}|${String(valueIdentifier.value ?? '')}`,
    );
  }
  return given;
}

/** The Host header has been found to be this machine's own (server.ts). */
const baseOf = (request: FastifyRequest): string => `http://${request.headers.host}/fhir`;
