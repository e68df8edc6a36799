import type { Bundle } from 'fhir/r4';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type PatientKey, sourceId } from '../../domain/identity.ts';
import { ANNA, admitAnna, BERTIL, PNR, report } from '../anna.fixture.ts';
import { ServedCopy } from '../server.fixture.ts';
import { bertil, facadeOf, observation, transaction, valuesOf } from './facade.fixture.ts';

let copy: ServedCopy;
let anna: PatientKey;

beforeEach(async () => {
  copy = await ServedCopy.started();
  anna = admitAnna(copy);
});
afterEach(() => copy.close());

const { resourcesAt, everything } = facadeOf(() => copy);

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
