// The facade as a program reads it, and Bertil with a pulse as another server sends them: what tests of it share.

import type { Bundle, FhirResource } from 'fhir/r4';
import { expect } from 'vitest';
import type { PatientKey } from '../../domain/identity.ts';
import { BERTIL, PNR } from '../anna.fixture.ts';
import type { ServedCopy } from '../server.fixture.ts';

/** As a program reads; the copy is asked for at each question. */
export function facadeOf(served: () => ServedCopy) {
  const bundleAt = async (url: string): Promise<Bundle> => {
    const { status, json } = await served().ask(url);
    expect([url, status]).toEqual([url, 200]);
    return json as Bundle;
  };
  const resourcesAt = async (url: string): Promise<FhirResource[]> =>
    ((await bundleAt(url)).entry ?? []).flatMap(({ resource, search }) =>
      resource === undefined || search?.mode !== 'match' ? [] : [resource as FhirResource],
    );
  const everything = (key: PatientKey) => resourcesAt(`/fhir/Patient/${key}/$everything?_count=200`);
  return { bundleAt, resourcesAt, everything };
}

/** Every value of these names, however deep. */
export function valuesOf(value: unknown, names: readonly string[]): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => valuesOf(item, names));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    typeof inner === 'string' ? (names.includes(name) ? [inner] : []) : valuesOf(inner, names),
  );
}

export const observation = (id: string, more: object = {}) => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }], text: 'Puls' },
  category: [
    { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' }] },
  ],
  subject: { reference: 'Patient/p1' },
  effectiveDateTime: '2026-11-22T09:00:00Z',
  valueQuantity: { value: 72, unit: '/min' },
  ...more,
});

const put = (resource: { resourceType: string; id: string }) => ({
  resource,
  request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
});
export const bertil = {
  resourceType: 'Patient',
  id: 'p1',
  identifier: [{ system: PNR, value: BERTIL.id }],
  name: [{ family: 'Prov', given: ['Bertil'] }],
  birthDate: '1890-01-02',
};
export const transaction = (...resources: { resourceType: string; id: string }[]) => ({
  resourceType: 'Bundle',
  type: 'transaction',
  entry: resources.map(put),
});
