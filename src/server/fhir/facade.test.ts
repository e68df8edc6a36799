import type { Bundle, CapabilityStatement, FhirResource, OperationOutcome, Patient } from 'fhir/r4';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type PatientKey, sourceId } from '../../domain/identity.ts';
import { limits } from '../../limits.ts';
import { ANNA, admitAnna, BERTIL, PNR, potassium, report, ServedCopy } from '../server.fixture.ts';

let copy: ServedCopy;
let anna: PatientKey;

beforeEach(async () => {
  copy = await ServedCopy.started();
  anna = admitAnna(copy);
});
afterEach(() => copy.close());

const bundleAt = async (url: string): Promise<Bundle> => {
  const { status, json } = await copy.ask(url);
  expect([url, status]).toEqual([url, 200]);
  return json as Bundle;
};
const resourcesAt = async (url: string): Promise<FhirResource[]> =>
  ((await bundleAt(url)).entry ?? []).flatMap(({ resource, search }) =>
    resource === undefined || search?.mode !== 'match' ? [] : [resource as FhirResource],
  );
const everything = (key: PatientKey) => resourcesAt(`/fhir/Patient/${key}/$everything?_count=200`);

/** Every value of these names, however deep. */
function valuesOf(value: unknown, names: readonly string[]): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => valuesOf(item, names));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    typeof inner === 'string' ? (names.includes(name) ? [inner] : []) : valuesOf(inner, names),
  );
}

const observation = (id: string, more: object = {}) => ({
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
const bertil = {
  resourceType: 'Patient',
  id: 'p1',
  identifier: [{ system: PNR, value: BERTIL.id }],
  name: [{ family: 'Prov', given: ['Bertil'] }],
  birthDate: '1890-01-02',
};
const transaction = (...resources: { resourceType: string; id: string }[]) => ({
  resourceType: 'Bundle',
  type: 'transaction',
  entry: resources.map(put),
});

describe('the facade tells what it is', () => {
  it('metadata says R4, read only, and that numbers go in bodies', async () => {
    const { json, headers } = await copy.ask('/fhir/metadata');
    const statement = json as CapabilityStatement;
    expect(headers['content-type']).toBe('application/fhir+json; charset=utf-8');
    expect(statement).toMatchObject({ resourceType: 'CapabilityStatement', fhirVersion: '4.0.1', kind: 'instance' });
    const interactions = statement.rest?.[0]?.resource?.flatMap(({ interaction }) =>
      interaction?.map(({ code }) => code),
    );
    expect(new Set(interactions)).toEqual(new Set(['read', 'search-type']));
    const types = statement.rest?.[0]?.resource?.map(({ type }) => type) ?? [];
    expect(types).toContain('Encounter');
    expect(new Set(types).size).toBe(types.length);
    for (const type of types.filter((one) => one !== 'Patient')) await bundleAt(`/fhir/${type}?patient=${anna}`);
  });
});

describe('a program finds a patient', () => {
  it.each(['189001019802', '18900101-9802'])('by number in the body, written %s', async (value) => {
    const { status, json } = await copy.form('/fhir/Patient/_search', { identifier: `${PNR}|${value}` });
    expect(status).toBe(200);
    expect(json).toMatchObject({ total: 1, entry: [{ resource: { id: anna, name: [{ family: 'Övning' }] } }] });
  });

  it('by name in the body, and all that is asked for must fit', async () => {
    copy.fhir(transaction(bertil));
    expect((await copy.form('/fhir/Patient/_search', { name: 'åsa' })).json).toMatchObject({ total: 1 });
    const both = { name: 'åsa', identifier: `${PNR}|${BERTIL.id}` };
    expect((await copy.form('/fhir/Patient/_search', both)).json).toMatchObject({ total: 0 });
    const same = { name: 'åsa', identifier: `${PNR}|${ANNA.id}` };
    expect((await copy.form('/fhir/Patient/_search', same)).json).toMatchObject({ total: 1 });
  });

  it('a local number keeps its hyphen, and a number of another series is another person', async () => {
    copy.fhir(transaction({ ...bertil, identifier: [{ system: 'https://ehr.example/mrn', value: 'A-12' }] } as never));
    const found = (identifier: string) => copy.form('/fhir/Patient/_search', { identifier });
    expect((await found('https://ehr.example/mrn|A-12')).json).toMatchObject({ total: 1 });
    expect((await found('https://ehr.example/mrn|A12')).json).toMatchObject({ total: 0 });
    expect((await found(`https://ehr.example/mrn|${ANNA.id}`)).json).toMatchObject({ total: 0 });
    expect((await found(ANNA.id)).status).toBe(400);
  });

  it.each([
    '/fhir/Patient?identifier=x|1',
    '/fhir/Patient?name=a',
    '/fhir/Patient?family:exact=a',
    '/fhir/Patient?birthdate=1890-01-01',
    '/fhir/Patient/$summary?identifier=x|1',
    '/fhir/Observation?patient.identifier=x|1',
    '/fhir/Observation?patient=189001019802',
    '/fhir/Observation?patient=18900101-9802',
    '/fhir/Patient/189001019802',
    '/fhir/Patient/189001019802/$everything',
    '/fhir/Observation/189001019802.a',
    '/api/charts/189001019802',
  ])('never by an address: %s', async (url) => {
    const { status, text } = await copy.ask(url);
    expect(status).toBe(400);
    expect(text).not.toContain('9802');
  });

  it('never by an address with the method of a search either', async () => {
    const url = `/fhir/Patient/_search?identifier=${encodeURIComponent(`${PNR}|${ANNA.id}`)}`;
    const { status, json } = await copy.ask({ method: 'POST', url });
    expect([status, (json as OperationOutcome).resourceType]).toEqual([400, 'OperationOutcome']);
  });
});

describe('a program reads a chart', () => {
  it('the person with numbers, and every kind by patient', async () => {
    const { json } = await copy.ask(`/fhir/Patient/${anna}`);
    expect(json).toMatchObject({
      resourceType: 'Patient',
      id: anna,
      identifier: [{ system: PNR, value: ANNA.id }],
      birthDate: '1890-01-01',
    });
    const of = (type: string) => resourcesAt(`/fhir/${type}?patient=Patient/${anna}`);
    expect(await of('Encounter')).toMatchObject([
      { status: 'in-progress', class: { code: 'IMP' }, location: [{ location: { display: 'KIR2 1 2' } }] },
    ]);
    expect(await of('AllergyIntolerance')).toMatchObject([
      { code: { text: 'Penicillin' }, patient: { reference: `Patient/${anna}` } },
    ]);
    const [lab] = await of('DiagnosticReport');
    const values = await of('Observation');
    expect(values).toHaveLength(2);
    expect(valuesOf(lab, ['reference']).filter((one) => one.startsWith('Observation/'))).toEqual(
      values.map(({ id }) => `Observation/${id}`),
    );
    expect(await of('Condition')).toEqual([]);
  });

  it('each resource again under its own id, valid as FHIR, with source and time', async () => {
    for (const resource of await everything(anna)) {
      expect(resource.id).toMatch(/^[A-Za-z0-9\-.]{1,64}$/);
      const { status, json } = await copy.ask(`/fhir/${resource.resourceType}/${resource.id}`);
      expect(status).toBe(200);
      expect(json).toEqual(resource);
      if (resource.resourceType === 'Patient') continue;
      expect(resource.meta?.source).toMatch(/^urn:reservkraft:source:(journal|lab)$/);
      expect(resource.meta?.lastUpdated).toMatch(/^2026-11-22T(?:10:00|09:01):/);
    }
  });

  it('by what was updated since, to the second and by the Swedish day', async () => {
    const count = async (test: string) =>
      (await bundleAt(`/fhir/Observation?patient=${anna}&_lastUpdated=${test}`)).total;
    expect(await count('ge2026-11-22')).toBe(2);
    expect(await count('2026-11-22')).toBe(2);
    expect(await count('gt2026-11-22')).toBe(0);
    expect(await count('lt2026-11-22T10:00:03Z')).toBe(0);
    expect(await count('2026-11-22T10:00:03Z')).toBe(2);
    expect(await count('le2026-11-22T11:00:03%2B01:00')).toBe(2);
    expect(await count('gt2026-11-22T11:00:03')).toBe(0);
    expect((await bundleAt(`/fhir/Encounter?patient=${anna}&_lastUpdated=ge2026-11-22`)).total).toBe(1);
    for (const wrong of ['igår', 'ne2026-11-22', '2026-13-01', '2026'])
      expect((await copy.ask(`/fhir/Condition?patient=${anna}&_lastUpdated=${wrong}`)).status).toBe(400);
  });

  it('observations by category and code', async () => {
    copy.fhir(transaction(bertil, observation('o1'), observation('o2', { code: { text: 'bara ord' } })));
    const key = copy.keyOf(BERTIL);
    const count = async (query: string) => (await bundleAt(`/fhir/Observation?patient=${key}&${query}`)).total;
    expect(await count('category=vital-signs')).toBe(2);
    expect(await count('category=laboratory')).toBe(0);
    expect(await count('code=http://loinc.org|8867-4')).toBe(1);
    expect(await count('code=8867-4,1234-5')).toBe(1);
    expect(await count('code=http://loinc.org|')).toBe(1);
    expect(await count('code=|8867-4')).toBe(0);
    expect(await count('code=')).toBe(0);
  });

  it('a FHIR source’s own encounter is one encounter, and what points at it still does', async () => {
    const encounter = {
      resourceType: 'Encounter',
      id: 'e1',
      status: 'in-progress',
      class: { code: 'IMP' },
      subject: { reference: 'Patient/p1' },
      serviceProvider: { reference: 'Organization/9', display: 'KIR2' },
    };
    const more = { encounter: { reference: 'Encounter/e1' }, performer: [{ reference: 'Practitioner/77' }] };
    copy.fhir(transaction(bertil, encounter, observation('o1', more)));
    const found = await everything(copy.keyOf(BERTIL));
    const [kept] = found.filter(({ resourceType }) => resourceType === 'Encounter');
    expect(found.filter(({ resourceType }) => resourceType === 'Encounter')).toHaveLength(1);
    expect(kept).toMatchObject({ serviceProvider: { display: 'KIR2' } });
    expect(JSON.stringify(kept)).not.toContain('Organization/9');
    const value = found.find(({ resourceType }) => resourceType === 'Observation');
    expect(value).toMatchObject({
      encounter: { reference: `Encounter/${kept?.id}` },
      performer: [{ display: 'Finns inte i kopian' }],
    });
  });

  it('every reference leads somewhere here or is words, also from contained resources', async () => {
    const contained = [{ resourceType: 'Practitioner', id: '189001019802', name: [{ text: 'Ek' }] }];
    const more = {
      contained,
      performer: [{ reference: '#189001019802' }, { reference: 'https://elsewhere.example/Practitioner/189001019802' }],
      hasMember: [{ reference: 'Observation/o2' }, { reference: 'Observation/gone' }],
      focus: [{ reference: 'Patient/p1' }, { reference: 'Patient/p2', display: 'En annan' }],
    };
    const document = {
      resourceType: 'DocumentReference',
      id: 'd1',
      status: 'current',
      subject: { reference: 'Patient/p1' },
      content: [
        {
          attachment: { contentType: 'text/plain', url: 'https://ehr.example/doc?pnr=18900102-9819', title: 'Epikris' },
        },
      ],
    };
    copy.fhir(transaction(bertil, observation('o1', more), observation('o2'), document));
    const key = copy.keyOf(BERTIL);
    const found = await everything(key);
    const here = new Set(found.map(({ resourceType, id }) => `${resourceType}/${id}`));
    const references = valuesOf(found, ['reference']);
    expect(references.filter((one) => !one.startsWith('#') && !here.has(one))).toEqual([]);
    expect(references.filter((one) => one.startsWith('#'))).toEqual(['#c1']);
    expect(valuesOf(found, ['display'])).toContain('En annan');
    expect(found.find(({ resourceType }) => resourceType === 'DocumentReference')).toMatchObject({
      content: [{ attachment: { title: 'Epikris' } }],
    });
  });

  it('no address, link or id in any answer carries a person’s number', async () => {
    copy.fhir(
      transaction(
        { ...bertil, id: BERTIL.id },
        observation(`${BERTIL.id}-1`, { subject: { reference: `Patient/${BERTIL.id}` } }),
      ),
    );
    const urls = [anna, copy.keyOf(BERTIL)].flatMap((key) => [
      `/fhir/Patient/${key}/$everything`,
      `/fhir/Patient/${key}/$summary`,
      `/fhir/Observation?patient=${key}&_count=1`,
      `/fhir/Patient?_id=${key}`,
      `/api/charts/${key}`,
    ]);
    for (const url of urls) {
      const { json, status } = await copy.ask(url);
      expect(status).toBe(200);
      const addresses = url.startsWith('/api')
        ? valuesOf(json, ['key']).filter((key) => /^[a-z2-7]{26}$/.test(key))
        : valuesOf(json, ['url', 'fullUrl', 'id', 'reference', 'source', 'uri']);
      expect(addresses.length).toBeGreaterThan(0);
      for (const address of addresses) expect(address).not.toMatch(/9802|9819/);
    }
  });
});

describe('pages', () => {
  const all = async (first: string, between: (page: number) => void = () => {}): Promise<FhirResource[]> => {
    const found: FhirResource[] = [];
    let url: string | undefined = first;
    for (let page = 1; url !== undefined; page += 1) {
      const bundle: Bundle = await bundleAt(url);
      found.push(...(bundle.entry ?? []).map(({ resource }) => resource as FhirResource));
      const next = bundle.link?.find(({ relation }) => relation === 'next')?.url;
      url = next === undefined ? undefined : new URL(next).pathname + new URL(next).search;
      between(page);
    }
    return found;
  };

  beforeEach(() => {
    for (let order = 1; order <= 7; order += 1) report(copy, `M${order}`, [potassium(`4.${order}`, 'F')], `P${order}`);
  });

  it('give each resource once, although new answers come meanwhile', async () => {
    const whole = await everything(anna);
    const paged = await all(`/fhir/Patient/${anna}/$everything?_count=3`, (page) => {
      report(copy, `N${page}`, [potassium('5.9', 'F')], `N${page}`);
    });
    expect(paged).toEqual(whole);
    expect((await everything(anna)).length).toBeGreaterThan(whole.length);
  });

  it('newest first within a kind', async () => {
    const found = await all(`/fhir/DiagnosticReport?patient=${anna}&_count=2`);
    expect(found).toHaveLength(8);
    expect(new Set(found.map(({ id }) => id)).size).toBe(8);
    const [first] = await resourcesAt(`/fhir/Observation?patient=${anna}&_count=1`);
    expect(first).toBeDefined();
  });

  it('stop when a value is withdrawn between two pages: it is never read through an old page', async () => {
    const first = await bundleAt(`/fhir/Observation?patient=${anna}&_count=2`);
    const next = first.link?.find(({ relation }) => relation === 'next')?.url ?? '';
    const path = new URL(next).pathname + new URL(next).search;
    expect((await copy.ask(path)).status).toBe(200);
    report(copy, 'W1', [potassium('4.1', 'W')]);
    const { status, json } = await copy.ask(path);
    expect(status).toBe(410);
    expect((json as OperationOutcome).issue[0]?.details?.coding?.[0]?.code).toBe('history.too-old');
  });

  it('stop when the first page is too old', async () => {
    const first = await bundleAt(`/fhir/Observation?patient=${anna}&_count=2`);
    const next = new URL(first.link?.find(({ relation }) => relation === 'next')?.url ?? '');
    report(copy, 'X1', [potassium('4.1', 'F')], 'X1');
    copy.now = { ...copy.now, wallMs: copy.now.wallMs + limits.pageKeptMs + 1_000 };
    expect((await copy.ask(next.pathname + next.search)).status).toBe(410);
  });

  it('of zero tell only how many, and a page from nowhere is refused', async () => {
    expect(await bundleAt(`/fhir/Observation?patient=${anna}&_count=0`)).toMatchObject({ total: 9 });
    expect((await bundleAt(`/fhir/Observation?patient=${anna}&_count=0`)).entry).toBeUndefined();
    for (const wrong of ['_page=x', '_page=999999-0', '_count=-1', '_count=many', '_count=1&_count=2'])
      expect((await copy.ask(`/fhir/Observation?patient=${anna}&${wrong}`)).status).toBe(400);
  });

  it('by type and since', async () => {
    const types = (await resourcesAt(`/fhir/Patient/${anna}/$everything?_type=Observation,Patient&_count=200`)).map(
      ({ resourceType }) => resourceType,
    );
    expect(new Set(types)).toEqual(new Set(['Patient', 'Observation']));
    expect((await bundleAt(`/fhir/Patient/${anna}/$everything?_since=2026-11-23&_type=Observation`)).total).toBe(0);
  });
});

describe('what must not leave', () => {
  it('a withdrawn and a deleted value are nowhere, and the report points at what is left', async () => {
    report(copy, 'W1', ['OBX|1|NM|^Kalium^L||7.77|mmol/L|||||F'], '88');
    report(copy, 'W2', ['OBX|1|NM|^Kalium^L||7.77|mmol/L|||||W', 'OBX|2|NM|^Natrium^L||141|mmol/L|||||F'], '88');
    report(copy, 'D1', ['OBX|1|NM|^Kalium^L||8.88|mmol/L|||||F', 'OBX|2|NM|^CRP^L||12|mg/L|||||F'], '89');
    report(copy, 'D2', ['OBX|1|NM|^Kalium^L||8.88|mmol/L|||||D'], '89');
    const found = await everything(anna);
    const summary = (await copy.ask(`/fhir/Patient/${anna}/$summary`)).text;
    for (const text of [JSON.stringify(found), summary]) expect(text).not.toMatch(/7[.,]77/);
    expect(JSON.stringify(found)).not.toMatch(/8[.,]88/);
    const here = new Set(found.map(({ resourceType, id }) => `${resourceType}/${id}`));
    expect(valuesOf(found, ['reference']).filter((one) => !here.has(one))).toEqual([]);
  });

  it('an order that its source’s full load did not contain is not told as active', async () => {
    const order = (id: string) => ({
      resourceType: 'MedicationRequest',
      id,
      status: 'active',
      intent: 'order',
      subject: { reference: 'Patient/p1' },
      medicationCodeableConcept: { text: id },
    });
    copy.fhir(transaction(bertil, order('stands'), order('gone')));
    const source = copy.rows.at(-1)?.source ?? sourceId('');
    const load = { command: 'full-load', source, parts: ['medication-orders'], load: '1' } as const;
    copy.command({ ...load, phase: 'begin' });
    copy.fhir(order('stands'));
    copy.command({ ...load, phase: 'end' });
    const told = await resourcesAt(`/fhir/MedicationRequest?patient=${copy.keyOf(BERTIL)}`);
    expect(told).toMatchObject([
      { status: 'active', medicationCodeableConcept: { text: 'stands' } },
      {
        status: 'unknown',
        medicationCodeableConcept: { text: 'gone' },
        extension: expect.arrayContaining([expect.objectContaining({ url: 'urn:reservkraft:not-in-full-load' })]),
      },
    ]);
  });

  it('a resource a FHIR source calls entered in error is gone, and so is every pointer to it', async () => {
    const panel = observation('panel', {
      hasMember: [{ reference: 'Observation/o1' }, { reference: 'Observation/o2' }],
    });
    const wrong = { valueQuantity: { value: 99, unit: '/min' } };
    copy.fhir(transaction(bertil, panel, observation('o1'), observation('o2', wrong)));
    const gone = (await everything(copy.keyOf(BERTIL))).find((resource) => JSON.stringify(resource).includes(':99,'));
    copy.fhir({ ...observation('o2'), status: 'entered-in-error' });
    const found = await everything(copy.keyOf(BERTIL));
    expect(found.filter(({ resourceType }) => resourceType === 'Observation')).toHaveLength(2);
    expect(found.flatMap((resource) => ('hasMember' in resource ? resource.hasMember : []))).toHaveLength(1);
    expect((await copy.ask(`/fhir/Observation/${gone?.id}`)).status).toBe(404);
  });

  it('a protected person’s address, phones, relatives, place and presence', async () => {
    const secret = { system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'R' };
    const place = { location: [{ location: { reference: 'Location/l1', display: 'Hemlig avdelning' } }] };
    copy.fhir(
      transaction(
        {
          ...bertil,
          meta: { security: [secret] },
          address: [{ text: 'Hemliga gatan 1' }],
          telecom: [{ system: 'phone', value: '070-1112223' }],
          contact: [{ name: { text: 'Hemlig Anhörig' } }],
          managingOrganization: { display: 'Hemlig avdelning' },
          extension: [
            {
              url: 'http://hl7.org/fhir/StructureDefinition/patient-birthPlace',
              valueAddress: { city: 'Hemliga byn' },
            },
          ],
          text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">Hemliga gatan 1</div>' },
        } as never,
        {
          resourceType: 'RelatedPerson',
          id: 'r1',
          patient: { reference: 'Patient/p1' },
          name: [{ text: 'Hemlig Anhörig' }],
        } as never,
        {
          resourceType: 'Encounter',
          id: 'e1',
          status: 'in-progress',
          class: { code: 'IMP' },
          subject: { reference: 'Patient/p1' },
          serviceProvider: { display: 'Hemlig avdelning' },
          identifier: [{ system: 'urn:x', value: 'besok-77' }],
          period: { start: '2026-11-20T08:12:00+01:00' },
          ...place,
        } as never,
        observation('o1', {
          performer: [{ reference: 'Organization/o', display: 'Hemlig avdelning' }],
          contained: [
            { resourceType: 'Location', id: 'l', name: 'Hemlig avdelning' },
            { resourceType: 'RelatedPerson', id: 'r', name: [{ text: 'Hemlig Anhörig' }] },
          ],
          text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">på Hemlig avdelning</div>' },
        }),
      ),
    );
    const key = copy.keyOf(BERTIL);
    const { json, text } = await copy.ask(`/fhir/Patient/${key}/$everything`);
    const answers = [
      text,
      (await copy.ask(`/fhir/Patient/${key}/$summary`)).text,
      (await copy.ask(`/fhir/Patient/${key}`)).text,
    ];
    for (const answer of answers) {
      expect(answer).not.toMatch(/Hemlig|1112223|besok-77|2026-11-20T0[78]:12|in-progress/);
      expect(answer).toContain('Bertil');
    }
    expect((json as Bundle).entry?.at(-1)).toMatchObject({
      search: { mode: 'outcome' },
      resource: { issue: [{ code: 'suppressed' }] },
    });
    expect(await resourcesAt(`/fhir/RelatedPerson?patient=${key}`)).toEqual([]);
    expect(await resourcesAt(`/fhir/Encounter?patient=${key}`)).toEqual([
      expect.not.objectContaining({ identifier: expect.anything(), period: expect.anything() }),
    ]);
  });

  it('a person whom the source has deleted', async () => {
    copy.hl7(
      'journal',
      'MSH|^~\\&|JOURNAL|HUS|RK|RK|20261122095000+0000||ADT^A29|D1|P|2.5',
      'EVN|A29|20261122095000+0000',
      'PID|1||189001019802^^^SKV^NNSWE',
    );
    for (const url of [
      `/fhir/Patient/${anna}`,
      `/fhir/Patient/${anna}/$everything`,
      `/fhir/Observation?patient=${anna}`,
    ])
      expect((await copy.ask(url)).status).toBe(404);
    expect((await copy.form('/fhir/Patient/_search', { identifier: `${PNR}|${ANNA.id}` })).json).toMatchObject({
      total: 0,
    });
  });
});

describe('merged patients', () => {
  it('are read by either key, each telling where the chart is, and ids from before the merge still lead', async () => {
    copy.fhir(transaction(bertil, observation('o1')));
    const former = copy.keyOf(BERTIL);
    const [value] = await resourcesAt(`/fhir/Observation?patient=${former}`);
    const at = '20261122095500+0000';
    copy.hl7(
      'journal',
      `MSH|^~\\&|JOURNAL|HUS|RK|RK|${at}||ADT^A40^ADT_A39|M1|P|2.5`,
      `EVN|A40|${at}`,
      'PID|1||189001019802^^^SKV^NNSWE',
      'MRG|189001029819^^^SKV^NNSWE',
    );
    const survivor = (await copy.ask(`/fhir/Patient/${anna}`)).json as Patient;
    const subsumed = (await copy.ask(`/fhir/Patient/${former}`)).json as Patient;
    expect(survivor.link).toContainEqual({ other: { reference: `Patient/${former}` }, type: 'replaces' });
    expect(subsumed).toMatchObject({
      id: former,
      active: false,
      link: [{ other: { reference: `Patient/${anna}` }, type: 'replaced-by' }],
    });
    expect(survivor.identifier).toContainEqual({ use: 'old', system: PNR, value: BERTIL.id });
    const byEither = await Promise.all([anna, former].map((key) => resourcesAt(`/fhir/Observation?patient=${key}`)));
    expect(byEither[0]).toEqual(byEither[1]);
    expect(byEither[0]).toHaveLength(3);
    const old = await copy.ask(`/fhir/Observation/${value?.id}`);
    expect(old.json).toMatchObject({
      subject: { reference: `Patient/${anna}` },
      extension: [{ url: 'urn:reservkraft:received-under', valueIdentifier: { system: 'fhir:ehr', value: 'p1' } }],
    });
    expect((await copy.ask(`/fhir/Patient/${former}/$summary`)).status).toBe(200);
  });
});

describe('every refusal is an OperationOutcome that says what to do', () => {
  const refusals: [string, number, Parameters<ServedCopy['ask']>[0]][] = [
    ['an unknown parameter', 400, '/fhir/Observation?patient=KEY&foo=1'],
    ['a chained parameter', 400, '/fhir/Observation?patient=KEY&encounter.status=x'],
    ['a search of everyone', 400, '/fhir/Patient'],
    ['a search without a patient', 400, '/fhir/Observation'],
    ['two patients at once', 400, '/fhir/Observation?patient=KEY&patient=KEY'],
    ['an unknown type', 404, '/fhir/Banana?patient=KEY'],
    ['a type that is not of a patient', 404, '/fhir/StructureDefinition/x'],
    ['an unknown patient', 404, '/fhir/Patient/aaaaaaaaaaaaaaaaaaaaaaaaaa'],
    ['a patient id of another server', 404, '/fhir/Patient/12'],
    ['an unknown resource', 404, '/fhir/Observation/KEY.aaaaaaaaaaaaaaaaaaaaaaaaaa'],
    ['an id of another server', 404, '/fhir/Observation/12'],
    ['an id that climbs', 404, '/fhir/Observation/..%2F..%2Fapi'],
    ['a path that is none', 404, '/fhir/a/b/c/d'],
    ['a summary of an unknown profile', 400, '/fhir/Patient/KEY/$summary?profile=http://example.org/x'],
    [
      'a summary of a version we have not',
      400,
      '/fhir/Patient/KEY/$summary?profile=http://hl7.org/fhir/uv/ips/StructureDefinition/Bundle-uv-ips|9.0.0',
    ],
    ['a graph', 400, '/fhir/Patient/KEY/$summary?graph=x'],
    ['an address that cannot be read', 400, '/fhir/Patient/%E0%A4%A'],
    ['XML by Accept', 406, { url: '/fhir/metadata', headers: { accept: 'application/fhir+xml' } }],
    ['XML by _format', 406, '/fhir/metadata?_format=xml'],
    ['a page for people', 406, { url: '/fhir/metadata', headers: { accept: 'text/html' } }],
    ['creating', 405, { method: 'POST', url: '/fhir/Observation', payload: { resourceType: 'Observation' } }],
    ['changing', 405, { method: 'PUT', url: '/fhir/Patient/KEY', payload: { resourceType: 'Patient' } }],
    ['deleting', 405, { method: 'DELETE', url: '/fhir/Patient/KEY' }],
    ['a batch', 405, { method: 'POST', url: '/fhir', payload: { resourceType: 'Bundle' } }],
    [
      'a malformed body',
      400,
      {
        method: 'POST',
        url: '/fhir/Patient/$summary',
        payload: '{"a":',
        headers: { 'content-type': 'application/fhir+json' },
      },
    ],
    [
      'a body of a strange kind',
      415,
      { method: 'POST', url: '/fhir/Patient/_search', payload: '<a/>', headers: { 'content-type': 'application/xml' } },
    ],
    [
      'a body that is too large',
      413,
      {
        method: 'POST',
        url: '/fhir/Patient/_search',
        payload: `name=${'a'.repeat(limits.apiBodyBytesMax)}`,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      },
    ],
    ['no token', 401, { url: '/fhir/Patient/KEY', headers: { authorization: '' } }],
  ];

  it.each(refusals)('%s: %i', async (_, status, options) => {
    const filled = JSON.parse(JSON.stringify(options).replaceAll('KEY', anna));
    const answer = await copy.ask(filled);
    expect(answer.status).toBe(status);
    const outcome = answer.json as OperationOutcome;
    if (filled === '/fhir/Patient/%E0%A4%A') {
      expect(answer.json).toMatchObject({ code: 'request.invalid' });
      expect(answer.text).not.toContain('%E0');
      return;
    }
    expect(answer.headers['content-type']).toBe('application/fhir+json; charset=utf-8');
    expect(outcome.resourceType).toBe('OperationOutcome');
    expect(outcome.issue[0]?.diagnostics).toContain('Gör nu:');
    expect(answer.text).not.toMatch(/Övning|9802/);
    expect(copy.faults).toEqual([]);
  });

  it.each([
    'application/fhir+json',
    'application/json',
    '*/*',
    'text/html, */*;q=0.8',
    'application/fhir+json;fhirVersion=4.0',
  ])('and Accept: %s is answered as FHIR JSON', async (accept) => {
    const { status, headers } = await copy.ask({ url: `/fhir/Patient/${anna}`, headers: { accept } });
    expect([status, headers['content-type']]).toEqual([200, 'application/fhir+json; charset=utf-8']);
  });

  it('_format stands before Accept', async () => {
    const headers = { accept: 'application/fhir+xml' };
    expect((await copy.ask({ url: '/fhir/metadata?_format=json', headers })).status).toBe(200);
  });

  it('a summary by number in a Parameters body', async () => {
    const identifier = { name: 'identifier', valueIdentifier: { system: PNR, value: ANNA.id } };
    const ask = (parameter: object[]) =>
      copy.ask({
        method: 'POST',
        url: '/fhir/Patient/$summary',
        payload: JSON.stringify({ resourceType: 'Parameters', parameter }),
        headers: { 'content-type': 'application/fhir+json' },
      });
    expect((await ask([identifier])).json).toMatchObject({ resourceType: 'Bundle', type: 'document' });
    expect((await ask([])).status).toBe(400);
    expect((await ask([identifier, { name: 'graph', valueUri: 'x' }])).status).toBe(400);
    expect((await ask([{ name: 'identifier', valueIdentifier: { system: PNR, value: '191212121212' } }])).status).toBe(
      404,
    );
  });
});
