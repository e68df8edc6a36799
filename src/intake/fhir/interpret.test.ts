import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { noneSaid } from '../../domain/stated-none.ts';
import { interpretFhir } from './interpret.ts';
import { at, bundle, PNR, peopleOf, put, read, received, resourcesOf, source } from './reading.fixture.ts';
import { splitFhir } from './split.ts';

const karin = {
  resourceType: 'Patient',
  id: '1',
  identifier: [{ system: PNR, value: '189001019802' }],
  name: [{ family: 'Lind' }],
};
const yusuf = { resourceType: 'Patient', id: '2', identifier: [{ system: PNR, value: '18900102-9819' }] };
const potassium = (id: string, patient: string, value = '4.1'): string =>
  `{"resourceType":"Observation","id":"${id}","status":"final","code":{"text":"K"},"effectiveDateTime":"2026-11-22T09:00:00Z","subject":{"reference":"${patient}"},"valueQuantity":{"value":${value},"unit":"mmol/l"}}`;

describe('a person read from FHIR', () => {
  it('is known by the national number first and by the server’s own id too', () => {
    const [person] = peopleOf(read(karin));
    expect(person?.subject).toEqual({ domain: '1.2.752.129.2.1.3.1', id: '189001019802' });
    expect(person?.identifiers).toEqual([
      { domain: '1.2.752.129.2.1.3.1', id: '189001019802' },
      { domain: 'fhir:ehr', id: '1' },
    ]);
    expect(person?.mode).toBe('replace');
    expect(person?.elements).toEqual({ name: [{ family: 'Lind' }] });
  });

  it('with a hyphen in the number is the same person', () => {
    expect(peopleOf(read(yusuf))[0]?.subject.id).toBe('189001029819');
  });

  it.each([
    ['ten digits', '9001019802'],
    ['a wrong check digit', '189001019803'],
    ['zeros', '000000000000'],
  ])('is not known by %s: it could be somebody else', (_what, value) => {
    const reading = read({ ...karin, identifier: [{ system: PNR, value }] });
    expect(peopleOf(reading)[0]?.identifiers).toEqual([{ domain: 'fhir:ehr', id: '1' }]);
    expect(reading.alarms.map(({ code }) => code)).toEqual(['other']);
  });

  it('is not known by an account number', () => {
    const account = { type: { coding: [{ code: 'AN' }] }, value: 'A1' };
    expect(peopleOf(read({ ...karin, identifier: [account] }))[0]?.identifiers).toEqual([
      { domain: 'fhir:ehr', id: '1' },
    ]);
  });

  it('who is replaced by another is a merge that can be undone', () => {
    const reading = read({ ...karin, link: [{ other: { reference: 'Patient/2' }, type: 'replaced-by' }] });
    expect(reading.changes).toContainEqual({
      kind: 'merge',
      survivor: { domain: 'fhir:ehr', id: '2' },
      subsumed: { domain: 'fhir:ehr', id: '1' },
    });
  });
});

describe('whose a resource is', () => {
  it('is each patient’s own in a bundle about several', () => {
    const reading = read(
      bundle(
        'searchset',
        { resource: karin },
        { resource: yusuf },
        ...['1', '2', '1'].map((id, index) => ({
          resource: JSON.parse(potassium(`o${index}`, `Patient/${id}`)) as unknown,
        })),
      ),
    );
    expect(resourcesOf(reading).map(({ key, subject }) => [key, subject.id])).toEqual([
      ['Observation/o0', '1'],
      ['Observation/o1', '2'],
      ['Observation/o2', '1'],
    ]);
  });

  it('is the server’s number for the patient, with or without the Patient in the same bundle, so that it is one row', () => {
    const alone = resourcesOf(read(potassium('o1', 'Patient/1')))[0];
    const together = resourcesOf(
      read(bundle('searchset', { resource: karin }, { resource: JSON.parse(potassium('o1', 'Patient/1')) as unknown })),
    )[0];
    expect(alone?.subject).toEqual({ domain: 'fhir:ehr', id: '1' });
    expect(together?.subject).toEqual(alone?.subject);
    expect(alone?.keyScope).toBe('source');
  });

  it('is nobody when the reference leads nowhere in a document: it is never given to the document’s patient', () => {
    const reading = read(
      bundle(
        'document',
        {
          fullUrl: 'urn:uuid:c',
          resource: { resourceType: 'Composition', status: 'final', subject: { reference: 'urn:uuid:p' } },
        },
        { fullUrl: 'urn:uuid:p', resource: { ...karin, id: 'p' } },
        { fullUrl: 'urn:uuid:o', resource: JSON.parse(potassium('o', 'Patient/somebody')) as unknown },
      ),
    );
    expect(resourcesOf(reading).map(({ key }) => key)).toEqual(['Composition/c']);
    expect(reading.alarms.map(({ detail }) => detail)).toEqual([
      'Bundle/document: 1 Observation without a patient that can be told',
    ]);
  });

  it('is nobody when two patients of a document answer to the same name', () => {
    const reading = read(
      bundle(
        'collection',
        { fullUrl: 'urn:uuid:a', resource: { ...karin, id: 'same' } },
        { fullUrl: 'urn:uuid:b', resource: { ...yusuf, id: 'same' } },
        { resource: JSON.parse(potassium('o', 'Patient/same')) as unknown },
        { resource: JSON.parse(potassium('q', 'urn:uuid:b')) as unknown },
      ),
    );
    expect(resourcesOf(reading).map(({ key, subject }) => [key.slice(0, 13), subject.id])).toEqual([
      ['Observation/q', '189001029819'],
    ]);
  });

  it('is nobody when the reference’s own identifier is another person', () => {
    const reading = read(
      bundle(
        'searchset',
        { resource: karin },
        {
          resource: {
            resourceType: 'Observation',
            id: 'o',
            status: 'final',
            code: { text: 'K' },
            subject: { reference: 'Patient/1', identifier: { system: PNR, value: '189001029819' } },
          },
        },
      ),
    );
    expect(resourcesOf(reading)).toEqual([]);
    expect(reading.alarms.map(({ code }) => code)).toContain('identity-conflict');
  });

  it('is two persons in two bundles when both call their patient urn:uuid:1 and give no number', () => {
    const make = (name: string): unknown =>
      bundle(
        'collection',
        { fullUrl: 'urn:uuid:1', resource: { resourceType: 'Patient', name: [{ text: name }] } },
        {
          fullUrl: 'urn:uuid:2',
          resource: JSON.parse(potassium('o', 'urn:uuid:1')) as unknown,
        },
      );
    const [a] = resourcesOf(read(make('Lind')));
    const [b] = resourcesOf(read(make('Omar')));
    expect(a?.subject.domain).toMatch(/^bundle:[0-9a-f]{64}$/);
    expect(a?.subject).not.toEqual(b?.subject);
  });

  it('is told by a logical reference, a conditional one or a contained patient', () => {
    const observation = (subject: unknown, contained?: unknown): unknown => ({
      resourceType: 'Observation',
      id: 'o',
      status: 'final',
      subject,
      ...(contained ? { contained: [contained] } : {}),
    });
    const national = { domain: '1.2.752.129.2.1.3.1', id: '189001019802' };
    const subjects = [
      observation({ identifier: { system: PNR, value: '189001019802' } }),
      observation({ reference: `Patient?identifier=${PNR}|189001019802` }),
      observation({ reference: '#p' }, { ...karin, id: 'p' }),
    ].map((body) => resourcesOf(read(body))[0]?.subject);
    expect(subjects).toEqual([national, national, national]);
  });

  it.each([
    'Patient?identifier=12345',
    'Patient?name=Lind',
    'Group/1',
    'Device/1',
    'urn:uuid:unknown',
    '#gone',
    'Patient/',
  ])('is nobody for the reference %s', (reference) => {
    const reading = read(potassium('o', reference));
    expect(reading.outcome).toBe('unread');
    expect(reading.changes).toEqual([]);
  });

  it('moves when the server corrects it: the key is the source’s, not the person’s', () => {
    const [before] = resourcesOf(read(potassium('55', 'Patient/1')));
    const [after] = resourcesOf(read(potassium('55', 'Patient/2')));
    expect([before?.key, before?.keyScope, before?.subject.id]).toEqual(['Observation/55', 'source', '1']);
    expect([after?.key, after?.keyScope, after?.subject.id]).toEqual(['Observation/55', 'source', '2']);
  });
});

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

describe('allergies that are none', () => {
  const allergy = (id: string, code: string, extra: object = {}): object => ({
    resourceType: 'AllergyIntolerance',
    id,
    patient: { reference: 'Patient/1' },
    code: { coding: [{ system: 'http://snomed.info/sct', code }] },
    ...extra,
  });
  const snapshots = (reading: ReturnType<typeof read>): unknown[] =>
    reading.changes.filter(({ kind }) => kind === 'part-snapshot');

  const stated = (resource: object) => resourcesOf(read(resource)).map((change) => noneSaid(change.resource)?.said);

  it('are stated by "no known allergy", and that alone removes no row', () => {
    expect(stated(allergy('n', '716186003'))).toEqual(['none']);
    expect(snapshots(read(allergy('n', '716186003')))).toEqual([]);
  });

  it.each(['409137002', '1003774007', '429625007'])('are not stated by %s, which speaks of one kind only', (code) => {
    expect(stated(allergy('n', code))).toEqual([undefined]);
  });

  it('H4: are not stated where the sender has altered the meaning', () => {
    const modifierExtension = [{ url: 'urn:x', valueBoolean: true }];
    expect(stated(allergy('n', '716186003', { modifierExtension }))).toEqual(['doubtful']);
  });

  const patient = { resourceType: 'Patient', id: 'p', identifier: [{ system: 'urn:x', value: '1' }] };
  const document = (section: object, status = 'final', ...others: { id: string }[]): object => ({
    resourceType: 'Bundle',
    type: 'document',
    timestamp: '2026-11-22T10:00:00Z',
    entry: [
      {
        fullUrl: 'urn:uuid:c',
        resource: {
          resourceType: 'Composition',
          status,
          subject: { reference: 'urn:uuid:p' },
          section: [{ code: { coding: [{ system: 'http://loinc.org', code: '48765-2' }] }, ...section }],
        },
      },
      { fullUrl: 'urn:uuid:p', resource: patient },
      ...others.map((resource) => ({ fullUrl: `urn:uuid:${resource.id}`, resource })),
    ],
  });
  const reason = (code: string) => ({ emptyReason: { coding: [{ code }] } });
  const lists = (body: object) => snapshots(read(body)).map((one) => (one as { statedNone: boolean }).statedNone);

  it.each([
    ['nilknown in a document', document(reason('nilknown')), [true]],
    ['unavailable', document(reason('unavailable')), [false]],
    ['withheld', document(reason('withheld')), [false]],
    ['notasked', document(reason('notasked')), [false]],
    ['a section that is empty without a reason', document({}), [false]],
    ['nilknown in a draft', document(reason('nilknown'), 'preliminary'), [false]],
    ['nilknown in a document taken back', document(reason('nilknown'), 'entered-in-error'), [false]],
    [
      'nilknown and notasked together',
      document({ emptyReason: { coding: [{ code: 'nilknown' }, { code: 'notasked' }] } }),
      [false],
    ],
    ['nilknown, altered', document({ ...reason('nilknown'), modifierExtension: [{ url: 'urn:x' }] }), [false]],
  ])('H4: a section states none only by nilknown, and else takes it back: %s', (_what, body, expected) => {
    expect(lists(body)).toEqual(expected);
  });

  it('are not stated by a statement entered in error', () => {
    const verificationStatus = { coding: [{ code: 'entered-in-error' }] };
    expect(stated(allergy('n', '716186003', { verificationStatus }))).toEqual(['silent']);
  });

  it('leave view when refuted', () => {
    const verificationStatus = { coding: [{ code: 'refuted' }] };
    expect(resourcesOf(read(allergy('p', '91936005', { verificationStatus })))[0]).toMatchObject({
      mode: 'withdraw',
      state: 'deleted',
    });
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

describe('bytes from outside', () => {
  it('gzipped or not say the same', () => {
    const bytes = Buffer.from(JSON.stringify(karin));
    expect(interpretFhir(received(gzipSync(bytes)), source)).toEqual(interpretFhir(received(bytes), source));
  });

  it('in Windows-1252 are read and told of', () => {
    const reading = interpretFhir(
      received(Buffer.from(JSON.stringify({ ...karin, name: [{ family: 'Åström' }] }), 'latin1')),
      source,
    );
    expect(peopleOf(reading)[0]?.elements).toMatchObject({ name: [{ family: 'Åström' }] });
    expect(reading.alarms.map(({ code }) => code)).toEqual(['charset-mismatch']);
  });

  it('with a broken line lose that line only', () => {
    const reading = read(
      `${potassium('a', 'Patient/1')}\n{"resourceType":"Observation","id"\n${potassium('b', 'Patient/2')}\n`,
    );
    expect(resourcesOf(reading).map(({ key }) => key)).toEqual(['Observation/a', 'Observation/b']);
    expect(reading.alarms.map(({ detail }) => detail)).toEqual(['1 of 3 documents not read']);
  });

  it.each([
    '',
    '   ',
    'null',
    '{',
    '[]',
    '[1]',
    '{}',
    '"x"',
    '{"resourceType":7}',
    '\u0000',
    `${'['.repeat(100)}${']'.repeat(100)}`,
  ])('that are no FHIR are set aside with a reason: %j', (body) => {
    expect(read(body)).toMatchObject({ outcome: 'set-aside', changes: [], reason: expect.any(String) });
  });

  it('from a clock ahead of ours do not win over what comes later', () => {
    const reading = read({
      ...(bundle('searchset', { resource: karin }) as object),
      timestamp: '2031-01-01T00:00:00Z',
    });
    expect(reading.eventAt).toBe(received(Buffer.alloc(0)).arrival.wallMs);
    expect(reading.alarms.map(({ code }) => code)).toEqual(['clock-ahead']);
  });

  it.each(['utf16le', 'utf16be'])(
    'that are UTF-16 (%s) are read, and kept as one piece of the bytes received',
    (which) => {
      const bytes = Buffer.from(`\ufeff${JSON.stringify(karin)}\n`, 'utf16le');
      if (which === 'utf16be') bytes.swap16();
      expect(peopleOf(interpretFhir(received(bytes), source))).toMatchObject([{ subject: { id: '189001019802' } }]);
      expect(splitFhir(bytes)).toEqual([bytes]);
      const twice = Buffer.concat([bytes, bytes.subarray(2)]);
      const pieces = splitFhir(twice) as Uint8Array[];
      expect(Buffer.concat(pieces).equals(twice)).toBe(true);
      expect(pieces.map((piece) => peopleOf(interpretFhir(received(piece), source)).length)).toEqual([1, 1]);
    },
  );

  it('that are XML say what to do about it', () => {
    expect(read('<Patient xmlns="http://hl7.org/fhir"/>').reason).toContain('FHIR as XML is not read');
  });

  it('that nest too deep or claim an unknown bundle type are kept, not read', () => {
    const deep = `{"resourceType":"Basic","a":${'{"a":'.repeat(70)}1${'}'.repeat(70)}}`;
    expect(read(deep)).toMatchObject({ outcome: 'set-aside', reason: 'byte 0: nests too deep' });
    expect(read(bundle('later', put(karin)))).toMatchObject({ outcome: 'unread', subjects: [{ id: '189001019802' }] });
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
