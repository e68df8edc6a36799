// The FHIR R4 facade: the copy read by other programs while the record system is gone. Read only. Numbers of people come in
// bodies, never in addresses, and our own ids say nothing of anyone (design §10, §5.13).

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Bundle, FhirResource } from 'fhir/r4';
import { FAILURES, Failure } from '../../domain/failures.ts';
import type { PatientCopy } from '../../domain/patient-copy.ts';
import { asFailure } from '../as-failure.ts';
import { type Paging, pageOf } from './bundles.ts';
import { capabilityStatement, isPatientType } from './metadata.ts';
import { requireJson } from './negotiate.ts';
import { operationOutcome } from './operation-outcome.ts';
import { identityOf, patientBundle } from './patients.ts';
import { PatientReading, type ReadingOptions, readPatientKey } from './reading.ts';
import { looksLikePersonNumber } from './references.ts';
import { type PatientResources, type ResourceRow, readResourceId } from './resources.ts';
import {
  hasToken,
  pagePlace,
  pageSize,
  refuseUnknown,
  type SearchParameters,
  searchParameters,
  single,
  updatedTest,
} from './search.ts';
import type { SummaryProfile } from './summary.ts';

export interface FacadeOptions extends ReadingOptions {
  /** Makes the IPS document of a patient (`$summary`). */
  readonly summary: (copy: PatientCopy, resources: PatientResources, profile: SummaryProfile) => Bundle;
}

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
  const reading = new PatientReading(options);
  // Described by /fhir/metadata, not by OpenAPI.
  server.addHook('onRoute', (route) => {
    route.schema = { ...route.schema, hide: true };
  });
  registerForms(server);
  const send = (reply: FastifyReply, resource: FhirResource) =>
    reply.header('cache-control', 'no-store').type(FHIR_JSON).send(JSON.stringify(resource));

  server.addHook('preHandler', async (request) => {
    const query = queryOf(request);
    const inAddress = searchParameters(query);
    if (TELLS_WHO.some((name) => [...inAddress.keys()].some((given) => given.split(/[:.]/).includes(name))))
      throw new Failure('request.invalid', 'nummer och namn skickas i kroppen: POST Patient/_search');
    requireJson(request, parametersOf(request));
  });

  const searchPatients = (request: FastifyRequest, reply: FastifyReply) =>
    send(reply, patientBundle(reading, parametersOf(request), baseOf(request)));
  const typeSearch = (request: FastifyRequest<{ Params: { type: string } }>, reply: FastifyReply) =>
    send(reply, searchType(reading, request.params.type, parametersOf(request), baseOf(request)));
  const summary = (resources: PatientResources, parameters: SearchParameters, reply: FastifyReply) =>
    send(reply, options.summary(resources.copy, resources, profileOf(parameters)));
  type ById = FastifyRequest<{ Params: { id: string } }>;

  server.get('/metadata', (_request, reply) =>
    send(reply, capabilityStatement(new Date(options.clock.now().wallMs).toISOString())),
  );
  server.get('/Patient', searchPatients);
  server.post('/Patient/_search', searchPatients);
  server.get('/Patient/:id', (request: ById, reply) => {
    const key = readPatientKey(request.params.id);
    const person = reading.person(key);
    if (person === null) throw new Failure('patient.not-found');
    return send(reply, person.patientAs(key));
  });
  for (const method of ['GET', 'POST'] as const) {
    server.route({
      method,
      url: '/Patient/:id/$summary',
      handler: (request: ById, reply) =>
        summary(reading.now(readPatientKey(request.params.id)), parametersOf(request), reply),
    });
    server.route({
      method,
      url: '/Patient/:id/$everything',
      handler: (request: ById, reply) =>
        send(reply, everything(reading, request.params.id, parametersOf(request), baseOf(request))),
    });
  }
  server.get('/Patient/$summary', () => {
    throw new Failure('request.invalid', 'nummer skickas i kroppen: POST Patient/$summary');
  });
  server.post('/Patient/$summary', (request, reply) => {
    const parameters = parametersOf(request);
    const identity = identityOf(single(parameters, 'identifier'));
    if (identity === null) throw new Failure('request.invalid', 'identifier behövs');
    const key = reading.reader.find(identity);
    if (key === null) throw new Failure('patient.not-found');
    return summary(reading.now(key), parameters, reply);
  });
  server.get('/:type', typeSearch);
  server.post('/:type/_search', typeSearch);
  server.get('/:type/:id', (request: FastifyRequest<{ Params: { type: string; id: string } }>, reply) =>
    send(reply, readOne(reading, request.params.type, request.params.id)),
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

const IPS_PROFILE =
  /^http:\/\/hl7\.org\/fhir\/uv\/ips\/StructureDefinition\/(?:Bundle|Composition)-uv-ips(?:\|(\d+\.\d+)(?:\.\d+)?)?$/;

/** IPS 2.0 unless the reader asks for 1.1 by the profile's canonical with version (IPS `$summary`, parameter `profile`). */
function profileOf(parameters: SearchParameters): SummaryProfile {
  refuseUnknown(parameters, ['profile', 'identifier']);
  const asked = single(parameters, 'profile');
  if (asked === null) return 'ips-2.0';
  const match = IPS_PROFILE.exec(asked);
  const version = match?.[1] ?? '2.0';
  if (match === null || (version !== '1.1' && version !== '2.0'))
    throw new Failure('request.invalid', 'profile är IPS 2.0 (som ges utan profile) eller 1.1');
  return version === '1.1' ? 'ips-1.1' : 'ips-2.0';
}

function everything(reading: PatientReading, id: string, parameters: SearchParameters, base: string): Bundle {
  refuseUnknown(parameters, ['_type', '_since']);
  const key = readPatientKey(id);
  const since = single(parameters, '_since');
  const isNew = updatedTest(since === null ? [] : [`ge${since}`]);
  const types = single(parameters, '_type')?.split(',') ?? null;
  const { sequence, offset } = pagePlace(parameters);
  const resources = reading.page(key, sequence);
  const wanted = resources.rows.filter(
    ({ type, updatedAt }) => isNew(updatedAt) && (types === null || types.includes(type)),
  );
  const person = types === null || types.includes('Patient') ? [{ make: () => resources.patient }] : [];
  return pageOf([...person, ...wanted], resources, {
    base,
    path: `Patient/${key}/$everything`,
    parameters,
    offset,
    size: pageSize(parameters),
  } satisfies Paging);
}

function searchType(reading: PatientReading, type: string, parameters: SearchParameters, base: string): Bundle {
  requireType(type);
  const tokens = type === 'Observation' ? ['category', 'code'] : [];
  refuseUnknown(parameters, ['patient', 'subject', '_lastUpdated', ...tokens]);
  const [reference, other] = [single(parameters, 'patient'), single(parameters, 'subject')].filter(
    (one) => one !== null,
  );
  if (reference === undefined || (other !== undefined && other !== reference))
    throw new Failure('request.invalid', `sök ${type} med patient=<vårt patient-id>`);
  const isWithin = updatedTest(parameters.get('_lastUpdated') ?? []);
  const { sequence, offset } = pagePlace(parameters);
  const resources = reading.page(readPatientKey(reference), sequence);
  const found = resources.rows
    .filter((row) => row.type === type && isWithin(row.updatedAt) && hasTokens(row, parameters))
    .sort((a, b) => b.at - a.at);
  return pageOf(found, resources, { base, path: type, parameters, offset, size: pageSize(parameters) });
}

function hasTokens({ received }: ResourceRow, parameters: SearchParameters): boolean {
  if (received?.resourceType !== 'Observation') return true;
  const { category, code } = received;
  return (
    hasToken(Array.isArray(category) ? category : [], parameters.get('category') ?? []) &&
    hasToken([code], parameters.get('code') ?? [])
  );
}

/** A resource under its id, also under the id it had before its person was merged. */
function readOne(reading: PatientReading, type: string, id: string): FhirResource {
  requireType(type);
  const place = readResourceId(id);
  if (place === null) {
    if (looksLikePersonNumber(id)) readPatientKey(id);
    throw new Failure('resource.not-found');
  }
  const row = reading.now(place.key).rows.find((one) => one.type === type && one.handle() === place.handle);
  if (row === undefined) throw new Failure('resource.not-found');
  return row.make();
}

function requireType(type: string): void {
  if (!isPatientType(type)) throw new Failure('request.not-supported');
}
