import { describe, expect, it } from 'vitest';
import { bundle, karin, PNR, peopleOf, potassium, read, resourcesOf, yusuf } from './reading.fixture.ts';

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
