// Which times of a FHIR resource are its own, and what is kept where it has none.

import { describe, expect, it } from 'vitest';
import { ownTime, timeNotOwn } from '../../domain/own-time.ts';
import { at, bundle, read, resourcesOf } from './reading.fixture.ts';

const pulse = (more: object = {}) => ({
  resourceType: 'Observation',
  id: 'o',
  status: 'final',
  code: { text: 'Puls' },
  subject: { reference: 'Patient/1' },
  valueQuantity: { value: 88, unit: '/min' },
  ...more,
});
const kept = (resource: unknown) => {
  const [change] = resourcesOf(read(resource));
  return { ...change, times: [ownTime(change?.resource), timeNotOwn(change?.resource)] };
};
/** 10:00 UTC is when it comes. */
const RECEIVED = { is: 'received', at: '2026-11-22T10:00:00.000Z' };

describe('an observation', () => {
  it.each([
    { effectiveDateTime: '2026-11-22T08:00:00Z' },
    { effectiveInstant: '2026-11-22T08:00:00Z' },
    { effectivePeriod: { end: '2026-11-22T08:00:00Z' } },
    { effectiveTiming: { event: ['2026-11-22T08:00:00Z'] } },
  ])('with %o has a time of its own', (said) => {
    const { times, at: ms } = kept(pulse({ ...said, issued: '2026-11-22T09:00:00Z' }));
    expect([...times, ms]).toEqual(['2026-11-22T08:00:00Z', null, Date.UTC(2026, 10, 22, 8)]);
  });

  it.each([
    [{}, RECEIVED],
    [{ effectiveDateTime: '2026-13-45' }, RECEIVED],
    [{ issued: '2026-11-22T09:00:00Z' }, { is: 'reported', at: '2026-11-22T09:00:00Z' }],
    [{ issued: '2026-11-23T09:00:00Z' }, RECEIVED],
    [{ meta: { lastUpdated: '2026-11-22T07:00:00Z' } }, { is: 'recorded', at: '2026-11-22T07:00:00Z' }],
  ])('with %o has none, and is known by another', (said, notOwn) => {
    const { times, at: ms } = kept(pulse(said));
    expect([...times, ms]).toEqual([null, notOwn, Date.parse(notOwn.at)]);
  });

  it('in a bundle that lay waiting is known by when that was made', () => {
    const made = { ...(bundle('collection', { resource: pulse() }) as object), timestamp: '2026-11-22T04:00:00Z' };
    const patient = { resource: { resourceType: 'Patient', id: '1' } };
    (made as unknown as { entry: unknown[] }).entry.push(patient);
    expect(kept(made).times).toEqual([null, { is: 'sent', at: '2026-11-22T04:00:00.000Z' }]);
  });

  it('of a copy of ours keeps what was known there, and loses our mark where it has a time', () => {
    const mark = (moment: string) => ({
      url: 'urn:reservkraft:time-not-own',
      extension: [
        { url: 'is', valueCode: 'sent' },
        { url: 'at', valueDateTime: moment },
      ],
    });
    const others = { url: 'urn:annat', valueString: 'x' };
    const early = pulse({ extension: [others, mark('2026-11-20T10:00:00Z')] });
    expect(kept(early).times).toEqual([null, { is: 'sent', at: '2026-11-20T10:00:00Z' }]);
    expect(kept(pulse({ extension: [mark('2026-11-29T10:00:00Z')] })).times).toEqual([null, RECEIVED]);
    const timed = kept({ ...early, effectiveDateTime: '2026-11-22T08:00:00Z' });
    expect(at(timed.resource, 'extension')).toEqual([others]);
  });
});

describe('a report’s values', () => {
  const told = (report: object, value: object) => {
    const [change] = resourcesOf(
      read(
        bundle(
          'collection',
          { fullUrl: 'urn:uuid:1', resource: { resourceType: 'Patient', id: '1' } },
          { fullUrl: 'urn:uuid:2', resource: { ...pulse(value), subject: { reference: 'urn:uuid:1' } } },
          {
            fullUrl: 'urn:uuid:3',
            resource: {
              resourceType: 'DiagnosticReport',
              status: 'final',
              code: { text: 'Elektrolyter' },
              subject: { reference: 'urn:uuid:1' },
              result: [{ reference: 'urn:uuid:2' }],
              ...report,
            },
          },
        ),
      ),
    );
    const member = change?.members?.[0]?.resource;
    return [timeNotOwn(change?.resource), ownTime(member), timeNotOwn(member)];
  };
  it('have the report’s time, else their own, else none', () => {
    const time = { effectiveDateTime: '2026-11-22T08:00:00Z' };
    expect(told(time, {})).toEqual([null, null, null]);
    expect(told({}, time)).toEqual([RECEIVED, '2026-11-22T08:00:00Z', null]);
    const reported = { is: 'reported', at: '2026-11-22T09:00:00Z' };
    expect(told({ issued: '2026-11-22T09:00:00Z' }, {})).toEqual([reported, null, reported]);
  });
});

it.each([
  ['MedicationAdministration', {}],
  ['Procedure', {}],
  ['Immunization', { recorded: '2026-11-22' }],
  ['Appointment', { participant: [{ actor: { reference: 'Patient/1' } }] }],
])('a %s without a time has none of its own', (resourceType, more) => {
  const who = { subject: { reference: 'Patient/1' }, patient: { reference: 'Patient/1' } };
  expect(kept({ resourceType, id: 'x', status: 'completed', ...who, ...more }).times).toEqual([
    null,
    expect.objectContaining({ at: expect.stringContaining('2026-11-22') }),
  ]);
});

it('an allergy’s time is when it was told: it does not happen at one', () => {
  const allergy = { resourceType: 'AllergyIntolerance', id: 'a', patient: { reference: 'Patient/1' } };
  expect(kept(allergy).times).toEqual([null, null]);
});
