import type { Patient } from 'fhir/r4';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PatientKey } from '../../domain/identity.ts';
import { ANNA, admitAnna, BERTIL, PNR } from '../anna.fixture.ts';
import { ServedCopy } from '../server.fixture.ts';
import { bertil, facadeOf, observation, transaction, valuesOf } from './facade.fixture.ts';

let copy: ServedCopy;
let anna: PatientKey;

beforeEach(async () => {
  copy = await ServedCopy.started();
  anna = admitAnna(copy);
});
afterEach(() => copy.close());

const { bundleAt, resourcesAt, everything } = facadeOf(() => copy);

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
