import { describe, expect, it } from 'vitest';
import { noneSaid } from '../../domain/stated-none.ts';
import { read, resourcesOf } from './reading.fixture.ts';

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
