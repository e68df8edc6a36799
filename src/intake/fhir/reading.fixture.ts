// Test support: one source as declared in most tests, and a body read as if it had just arrived.

import type { PersonChange, Reading, ResourceChange } from '../../domain/changes.ts';
import { sourceId } from '../../domain/identity.ts';
import type { Received, ReceivedFormat } from '../../domain/received.ts';
import { DEFAULT_DIALECT, type SourceDeclaration } from '../../domain/source.ts';
import { interpretFhir } from './interpret.ts';

export const ARRIVAL_MS = Date.UTC(2026, 10, 22, 10, 0, 0);
export const PNR = 'http://electronichealth.se/identifier/personnummer';

export const source: SourceDeclaration = {
  id: sourceId('ehr'),
  name: 'Journalsystemet',
  transport: 'fhir',
  match: {},
  rank: 1,
  feeds: [{ part: 'stay', units: 'all', heartbeat: 'any-message' }],
  identityDomain: 'source:ehr',
  identityDomains: {},
  units: {},
  hl7: { ...DEFAULT_DIALECT, charset: 'utf-8' },
};

export function received(raw: Uint8Array, format: ReceivedFormat = 'fhir+json'): Received {
  return { seq: 1, source: source.id, format, arrival: { wallMs: ARRIVAL_MS, boot: 'boot', monotonicMs: 0 }, raw };
}

export function read(body: unknown, from: SourceDeclaration = source): Reading {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return interpretFhir(received(Buffer.from(text)), from);
}

export const resourcesOf = (reading: Reading): ResourceChange[] =>
  reading.changes.filter((change): change is ResourceChange => change.kind === 'resource');

export const peopleOf = (reading: Reading): PersonChange[] =>
  reading.changes.filter((change): change is PersonChange => change.kind === 'person');

/** An element of a resource, whatever its type. */
export const at = (resource: unknown, name: string): unknown => (resource as Record<string, unknown>)[name];

export const bundle = (type: string, ...entry: unknown[]): unknown => ({ resourceType: 'Bundle', type, entry });

export const put = (resource: { resourceType: string; id: string; [name: string]: unknown }): unknown => ({
  fullUrl: `https://ehr.example/fhir/${resource.resourceType}/${resource.id}`,
  resource,
  request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
});

export const karin = {
  resourceType: 'Patient',
  id: '1',
  identifier: [{ system: PNR, value: '189001019802' }],
  name: [{ family: 'Lind' }],
};
export const yusuf = { resourceType: 'Patient', id: '2', identifier: [{ system: PNR, value: '18900102-9819' }] };
export const potassium = (id: string, patient: string, value = '4.1'): string =>
  `{"resourceType":"Observation","id":"${id}","status":"final","code":{"text":"K"},"effectiveDateTime":"2026-11-22T09:00:00Z","subject":{"reference":"${patient}"},"valueQuantity":{"value":${value},"unit":"mmol/l"}}`;
