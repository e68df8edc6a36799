// The FHIR R4 facade: the copy read by other programs while the record system is gone. Read only. Numbers of people come in
// bodies, never in addresses, and our own ids say nothing of anyone (design §10, §5.13).

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Bundle, BundleEntry, FhirResource } from 'fhir/r4';
import type { CopyReader } from '../../copy/copy-reader.ts';
import { FAILURES, Failure } from '../../domain/failures.ts';
import { type Identity, type PatientKey, patientKey } from '../../domain/identity.ts';
import { canonicalDomain } from '../../domain/identity-domains.ts';
import type { PatientCopy } from '../../domain/patient-copy.ts';
import type { Clock } from '../../domain/time.ts';
import { limits } from '../../limits.ts';
import { capabilityStatement, isClinicalType } from './metadata.ts';
import { operationOutcome } from './operation-outcome.ts';
import { type HandleOf, type PatientResources, patientOfResourceId, toResources } from './resources.ts';
import {
  hasToken,
  isUpdatedWithin,
  pagePlace,
  pageSize,
  pageToken,
  refuseUnknown,
  type SearchParameters,
  searchParameters,
  single,
} from './search.ts';
import type { SummaryProfile } from './summary.ts';

export interface FacadeOptions {
  readonly reader: () => CopyReader;
  readonly handleOf: HandleOf;
  readonly clock: Clock;
  /** Makes the IPS document of a patient (`$summary`). */
  readonly summary: (copy: PatientCopy, resources: PatientResources, profile: SummaryProfile) => Bundle;
}

const FHIR_JSON = 'application/fhir+json; charset=utf-8';

export function registerFacade(server: FastifyInstance, options: FacadeOptions): void {
  server.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
    done(null, body),
  );
  server.setErrorHandler((error, _request, reply) => {
    const failure = asFailure(error);
    return reply
      .code(FAILURES[failure.code].httpStatus)
      .type(FHIR_JSON)
      .send(JSON.stringify(operationOutcome(failure.code, failure.detail)));
  });
  server.setNotFoundHandler((_request, reply) =>
    reply
      .code(404)
      .type(FHIR_JSON)
      .send(JSON.stringify(operationOutcome('request.not-supported', null))),
  );

  const send = (reply: FastifyReply, resource: FhirResource) =>
    reply.header('cache-control', 'no-store').type(FHIR_JSON).send(JSON.stringify(resource));

  server.get('/metadata', (_request, reply) =>
    send(reply, capabilityStatement(new Date(options.clock.now().wallMs).toISOString())),
  );

  const searchPatients = (request: FastifyRequest, reply: FastifyReply, isPost: boolean) => {
    const parameters = parametersOf(request);
    if (!isPost && ['identifier', 'name', 'family', 'given', 'birthdate'].some((name) => parameters.has(name)))
      throw new Failure('request.invalid', 'nummer och namn skickas i kroppen: POST Patient/_search');
    refuseUnknown(parameters, ['identifier', 'name', '_id']);
    return send(reply, patientBundle(options, parameters));
  };
  server.get('/Patient', (request, reply) => searchPatients(request, reply, false));
  server.post('/Patient/_search', (request, reply) => searchPatients(request, reply, true));

  server.get<{ Params: { id: string } }>('/Patient/:id', (request, reply) =>
    send(reply, resourcesOf(options, patientKey(request.params.id)).resources.patient),
  );
  for (const method of ['GET', 'POST'] as const) {
    server.route<{ Params: { id: string } }>({
      method,
      url: '/Patient/:id/$summary',
      handler: (request, reply) => {
        const { copy, resources } = resourcesOf(options, patientKey(request.params.id));
        return send(reply, options.summary(copy, resources, profileOf(parametersOf(request))));
      },
    });
    server.route<{ Params: { id: string } }>({
      method,
      url: '/Patient/:id/$everything',
      handler: (request, reply) => {
        const parameters = parametersOf(request);
        refuseUnknown(parameters, []);
        const key = patientKey(request.params.id);
        const place = pagePlace(parameters);
        const { copy, resources } = resourcesOf(options, key, place.asOf);
        const all = [resources.patient, ...resources.encounters, ...resources.clinical];
        return send(
          reply,
          page(all, copy, `Patient/${key}/$everything`, new URLSearchParams(), place.offset, pageSize(parameters)),
        );
      },
    });
  }
  server.post('/Patient/$summary', (request, reply) => {
    const identity = identityOf(single(parametersOf(request), 'identifier') ?? identifierParameter(request.body));
    const key = identity === null ? null : options.reader().find(identity);
    if (key === null) throw new Failure('patient.not-found');
    const { copy, resources } = resourcesOf(options, key);
    return send(reply, options.summary(copy, resources, profileOf(parametersOf(request))));
  });

  server.get<{ Params: { type: string } }>('/:type', (request, reply) => send(reply, typeSearch(options, request)));
  server.post<{ Params: { type: string } }>('/:type/_search', (request, reply) =>
    send(reply, typeSearch(options, request)),
  );
  server.get<{ Params: { type: string; id: string } }>('/:type/:id', (request, reply) => {
    const { type, id } = request.params;
    requireType(type);
    const key = patientOfResourceId(id);
    if (key === null) throw new Failure('request.not-supported', 'id är inte härifrån');
    const { resources } = resourcesOf(options, key);
    const found = [...resources.encounters, ...resources.clinical].find(
      (resource) => resource.id === id && resource.resourceType === type,
    );
    if (found === undefined) throw new Failure('request.not-supported', 'uppgiften finns inte (längre) i kopian');
    return send(reply, found);
  });
}

/** Fastify's own refusals (too large, malformed) in our words; everything unexpected is `station.internal`. */
export function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const status = (error as { statusCode?: number }).statusCode;
  if (status === 413) return new Failure('request.too-large');
  if (status !== undefined && status >= 400 && status < 500) return new Failure('request.invalid');
  return new Failure('station.internal', null, { cause: error });
}

function parametersOf(request: FastifyRequest): SearchParameters {
  const query = request.url.includes('?') ? request.url.slice(request.url.indexOf('?') + 1) : '';
  return searchParameters(query, typeof request.body === 'string' ? request.body : '');
}

/** IPS 2.0 unless the reader asks for 1.1 by the profile's canonical with version (IPS `$summary`, parameter `profile`). */
function profileOf(parameters: SearchParameters): SummaryProfile {
  refuseUnknown(parameters, ['profile', 'identifier', 'graph']);
  return /\|1\.1/.test(single(parameters, 'profile') ?? '') ? 'ips-1.1' : 'ips-2.0';
}

/** The `identifier` of a FHIR Parameters body (IPS `$summary` by identifier). */
function identifierParameter(body: unknown): string | null {
  const parameters = (
    body as { parameter?: readonly { name?: string; valueIdentifier?: { system?: string; value?: string } }[] }
  )?.parameter;
  const identifier = Array.isArray(parameters)
    ? parameters.find((parameter) => parameter.name === 'identifier')?.valueIdentifier
    : undefined;
  return identifier?.value === undefined ? null : `${identifier.system ?? ''}|${identifier.value}`;
}

/** `system|value`; a value without system names nobody, since a number alone is not an identity. */
function identityOf(token: string | null): Identity | null {
  if (token === null) return null;
  const bar = token.indexOf('|');
  if (bar <= 0) throw new Failure('request.invalid', 'identifier skrivs nummerserie|nummer');
  const system = token.slice(0, bar);
  return {
    domain: canonicalDomain(system) ?? system,
    id: token
      .slice(bar + 1)
      .replaceAll('-', '')
      .trim(),
  };
}

function resourcesOf(options: FacadeOptions, key: PatientKey, asOf: number | null = null) {
  const copy = options.reader().patient(key, {
    everything: true,
    rowsMax: limits.everythingRowsMax,
    ...(asOf === null ? {} : { sequence: asOf }),
  });
  if (copy === null) throw new Failure('patient.not-found');
  return { copy, resources: toResources(copy, options.handleOf) };
}

function patientBundle(options: FacadeOptions, parameters: SearchParameters): Bundle {
  const keys = new Set<PatientKey>();
  const id = single(parameters, '_id');
  const identity = identityOf(single(parameters, 'identifier'));
  const name = single(parameters, 'name');
  if (id !== null) keys.add(patientKey(id));
  if (identity !== null) {
    const key = options.reader().find(identity);
    if (key !== null) keys.add(key);
  }
  if (name !== null)
    for (const hit of options.reader().search(name.slice(0, limits.searchTextMax), { limit: pageSize(parameters) }))
      keys.add(hit.key);
  const patients = [...keys].flatMap((key) => {
    const copy = options.reader().patient(key, { rowsMax: 1 });
    return copy === null ? [] : [toResources(copy, options.handleOf).patient];
  });
  return {
    resourceType: 'Bundle',
    type: 'searchset',
    total: patients.length,
    entry: patients.map(
      (patient): BundleEntry => ({ fullUrl: `Patient/${patient.id}`, resource: patient, search: { mode: 'match' } }),
    ),
  };
}

function requireType(type: string): void {
  if (type !== 'Encounter' && !isClinicalType(type)) throw new Failure('request.not-supported');
}

function typeSearch(options: FacadeOptions, request: FastifyRequest<{ Params: { type: string } }>): Bundle {
  const { type } = request.params;
  requireType(type);
  const parameters = parametersOf(request);
  refuseUnknown(parameters, [
    'patient',
    'subject',
    '_lastUpdated',
    ...(type === 'Observation' ? ['category', 'code'] : []),
  ]);
  const reference = single(parameters, 'patient') ?? single(parameters, 'subject');
  if (reference === null) throw new Failure('request.invalid', `sök ${type} med patient=<vårt patient-id>`);
  const key = patientKey(reference.replace(/^Patient\//, ''));
  const place = pagePlace(parameters);
  const { copy, resources } = resourcesOf(options, key, place.asOf);
  const pool: readonly FhirResource[] = type === 'Encounter' ? resources.encounters : resources.clinical;
  const matches = pool.filter((resource) => {
    if (resource.resourceType !== type) return false;
    if (!isUpdatedWithin(resource, parameters.get('_lastUpdated') ?? [])) return false;
    if (resource.resourceType !== 'Observation') return true;
    return (
      hasToken(resource.category ?? [], parameters.get('category') ?? []) &&
      hasToken([resource.code], parameters.get('code') ?? [])
    );
  });
  const kept = new URLSearchParams();
  for (const [name, values] of parameters) if (name !== '_page') for (const value of values) kept.append(name, value);
  return page(matches, copy, type, kept, place.offset, pageSize(parameters));
}

/** One page, with a `next` that reads on at the same moment of the copy. */
function page(
  all: readonly FhirResource[],
  copy: PatientCopy,
  path: string,
  parameters: URLSearchParams,
  offset: number,
  size: number,
): Bundle {
  const entries = all.slice(offset, offset + size);
  const query = (at: number): string => {
    const next = new URLSearchParams(parameters);
    next.set('_count', String(size));
    next.set('_page', pageToken({ asOf: copy.sequence, offset: at }));
    return `${path}?${next}`;
  };
  return {
    resourceType: 'Bundle',
    type: 'searchset',
    total: all.length,
    link: [
      { relation: 'self', url: query(offset) },
      ...(offset + size < all.length ? [{ relation: 'next', url: query(offset + size) }] : []),
    ],
    entry: entries.map(
      (resource): BundleEntry => ({
        fullUrl: `${resource.resourceType}/${resource.id}`,
        resource,
        search: { mode: 'match' },
      }),
    ),
  };
}
