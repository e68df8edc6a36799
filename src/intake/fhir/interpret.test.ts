import { describe, expect, it } from 'vitest';
import { at, bundle, karin, potassium, read, resourcesOf, source, yusuf } from './reading.fixture.ts';

describe('a value', () => {
  it.each(['1.10', '4.0', '0.10', '1e3', '12345678901234567890', '-0', '0.12345678901234567'])(
    'of %s keeps its text',
    (written) => {
      const [change] = resourcesOf(read(potassium('o', 'Patient/1', written)));
      expect(at(change?.resource, 'extension')).toEqual([{ url: 'urn:reservkraft:as-written', valueString: written }]);
    },
  );

  it('needs no text of its own where the number says it all', () => {
    expect(at(resourcesOf(read(potassium('o', 'Patient/1', '4.1')))[0]?.resource, 'extension')).toBeUndefined();
  });

  it('of a component keeps its text on the component', () => {
    const body =
      '{"resourceType":"Observation","id":"o","status":"final","subject":{"reference":"Patient/1"},"component":[{"valueQuantity":{"value":120.0}}]}';
    expect(at(resourcesOf(read(body))[0]?.resource, 'component')).toMatchObject([
      { extension: [{ url: 'urn:reservkraft:as-written', valueString: '120.0' }] },
    ]);
  });

  it.each([
    ['preliminary', 'preliminary', 'replace'],
    ['amended', 'corrected', 'replace'],
    ['cancelled', 'cannot-be-done', 'replace'],
    ['entered-in-error', 'withdrawn', 'withdraw'],
    ['unheard-of', 'unknown', 'replace'],
  ])('with status %s is %s', (status, state, mode) => {
    const body = { ...(JSON.parse(potassium('o', 'Patient/1')) as object), status };
    expect(resourcesOf(read(body))[0]).toMatchObject({ state, mode });
  });

  it('keeps elements nobody knows, and `__proto__` is one of them', () => {
    const body =
      '{"resourceType":"Observation","id":"o","effectiveInstant":"2026-11-22T09:00:00Z","subject":{"reference":"Patient/1"},"__proto__":{"status":"evil"},"nyttFält":{"å":[1,{"b":null}]}}';
    const [change] = resourcesOf(read(body));
    expect(JSON.stringify(change?.resource)).toBe(body);
    expect(change?.state).toBe('unknown');
  });

  it('about a foetus or a donor does not stand among the patient’s own', () => {
    const body = { ...(JSON.parse(potassium('o', 'Patient/1')) as object), focus: [{ reference: 'Patient/9' }] };
    expect(resourcesOf(read(body))[0]?.part).toBe('other');
  });
});

describe('a laboratory report in a message', () => {
  const message = (extra: object = {}): unknown =>
    bundle(
      'message',
      { fullUrl: 'Patient/1', resource: karin },
      {
        fullUrl: 'DiagnosticReport/r',
        resource: {
          resourceType: 'DiagnosticReport',
          id: 'r',
          status: 'final',
          subject: { reference: 'Patient/1' },
          effectiveDateTime: '2026-11-22T08:15:00+01:00',
          identifier: [{ type: { coding: [{ code: 'FILL' }] }, value: 'F77' }],
          result: [{ reference: 'Observation/a' }, { reference: 'Observation/b' }],
          ...extra,
        },
      },
      { fullUrl: 'Observation/a', resource: JSON.parse(potassium('a', 'Patient/1')) as unknown },
      { fullUrl: 'Observation/b', resource: { ...(JSON.parse(potassium('b', 'Patient/2')) as object) } },
    );

  it('is one row with its values, known by its order number so that a correction finds it', () => {
    const [report, ...others] = resourcesOf(read(message()));
    expect(others).toEqual([]);
    expect(report).toMatchObject({
      key: 'DiagnosticReport/F77',
      part: 'results',
      at: Date.UTC(2026, 10, 22, 7, 15),
      orderNumbers: { filler: 'F77' },
    });
    expect(report?.members).toHaveLength(1);
    expect(report?.members?.[0]?.state).toBe('final');
  });

  it('leaves a value of another patient of the same message to that patient', () => {
    const { entry } = message() as { entry: unknown[] };
    const reading = read(bundle('message', { fullUrl: 'Patient/2', resource: yusuf }, ...entry));
    const [report, value] = resourcesOf(reading);
    expect([report?.subject.id, report?.members?.map(({ resource }) => resource.id)]).toEqual(['189001019802', ['a']]);
    expect([value?.subject.id, value?.resource.id]).toEqual(['189001029819', 'b']);
  });

  it('never takes in a value of another patient', () => {
    const reading = read(message());
    expect(resourcesOf(reading)[0]?.members?.map(({ resource }) => resource.id)).toEqual(['a']);
    expect(reading.alarms.map(({ detail }) => detail)).toEqual([
      'Bundle/message: 1 Observation without a patient that can be told',
    ]);
  });
});

describe('what a source takes back', () => {
  it('leaves view by its key, whoever it was about', () => {
    const reading = read(bundle('transaction', { request: { method: 'DELETE', url: 'Observation/55' } }));
    expect(reading.changes).toEqual([{ kind: 'withdraw-key', key: 'Observation/55' }]);
  });

  it('follows the order of events in a history, which comes newest first', () => {
    const version = (value: string): unknown => ({
      resource: JSON.parse(potassium('55', 'Patient/1', value)) as unknown,
      request: { method: 'PUT', url: 'Observation/55' },
    });
    const reading = read(
      bundle('history', { request: { method: 'DELETE', url: 'Observation/55' } }, version('4.2'), version('4.1')),
    );
    expect(reading.changes.map((change) => change.kind)).toEqual(['resource', 'resource', 'withdraw-key']);
    expect(
      resourcesOf(reading).map(({ resource }) => (at(resource, 'valueQuantity') as { value: number }).value),
    ).toEqual([4.1, 4.2]);
  });

  it('is a tombstone for a person', () => {
    const reading = read(bundle('batch', { request: { method: 'DELETE', url: 'Patient/1' } }));
    expect(reading.changes).toEqual([{ kind: 'delete-person', subject: { domain: 'fhir:ehr', id: '1' } }]);
  });
});

describe('a stay', () => {
  const encounter = (extra: object): unknown =>
    bundle(
      'searchset',
      {
        resource: {
          resourceType: 'Encounter',
          id: 'e',
          class: { code: 'IMP' },
          subject: { reference: 'Patient/1' },
          period: { start: '2026-11-20T10:00:00+01:00' },
          ...extra,
        },
      },
      {
        resource: {
          resourceType: 'Location',
          id: 'w',
          name: 'Kirurgavdelning 2',
          physicalType: { coding: [{ code: 'wa' }] },
        },
      },
      {
        resource: {
          resourceType: 'Location',
          id: 'b',
          name: '3',
          physicalType: { coding: [{ code: 'bd' }] },
          partOf: { reference: 'Location/w' },
        },
      },
    );
  const stay = (extra: object): unknown => read(encounter(extra)).changes.find(({ kind }) => kind === 'stay');

  it('in progress is present in its unit and bed', () => {
    expect(
      stay({ status: 'in-progress', location: [{ location: { reference: 'Location/b' }, status: 'active' }] }),
    ).toMatchObject({
      action: 'admit',
      visit: { domain: 'fhir:ehr', id: 'e' },
      fields: {
        class: 'inpatient',
        unit: 'Kirurgavdelning 2',
        bed: '3',
        admittedAt: Date.UTC(2026, 10, 20, 9),
        dischargedAt: null,
      },
    });
  });

  it.each([
    ['planned', 'pre-admit'],
    ['onleave', 'leave'],
    ['finished', 'discharge'],
    ['cancelled', 'cancel'],
    ['entered-in-error', 'cancel'],
    ['unknown', 'update'],
  ])('%s is read as %s', (status, action) => {
    expect(stay({ status })).toMatchObject({ action });
  });

  it('is only told by sources declared to feed it', () => {
    expect(
      read(encounter({ status: 'in-progress' }), { ...source, feeds: [] }).changes.map(({ kind }) => kind),
    ).toEqual(['resource']);
  });
});

describe('names of others', () => {
  it('are written beside the reference, so that the drug and the doctor can be read without the source', () => {
    const reading = read(
      bundle(
        'searchset',
        {
          resource: {
            resourceType: 'MedicationRequest',
            id: 'm',
            status: 'active',
            subject: { reference: 'Patient/1' },
            medicationReference: { reference: 'Medication/x' },
            requester: { reference: 'Practitioner/d' },
          },
        },
        { resource: { resourceType: 'Medication', id: 'x', code: { text: 'Heparin 5000 E/ml' } } },
        {
          resource: { resourceType: 'Practitioner', id: 'd', name: [{ given: ['Eva'], family: 'Ek' }] },
        },
      ),
    );
    expect(resourcesOf(reading)[0]?.resource).toMatchObject({
      medicationReference: { reference: 'Medication/x', display: 'Heparin 5000 E/ml' },
      requester: { reference: 'Practitioner/d', display: 'Eva Ek' },
    });
  });
});
