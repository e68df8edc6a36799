// What nobody has timed and that is sent once more is no newer for that.

import type { FhirResource } from 'fhir/r4';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { timeNotOwn, timeNotOwnExtension } from '../domain/own-time.ts';
import { ANNA, HOUR, resource, TEN, TestCopy } from './copy.fixture.ts';

let copy: TestCopy;
beforeEach(() => {
  copy = new TestCopy();
});
afterEach(() => copy.close());

const untimed = (at: number, rest: object): FhirResource =>
  ({
    ...rest,
    extension: [timeNotOwnExtension({ is: 'received', at: new Date(at).toISOString() })],
  }) as unknown as FhirResource;
const entries = () => copy.chart(ANNA).parts.results.entries;

describe('a value of a report', () => {
  const pulse = (at: number, value: number) => ({
    key: 'P',
    state: 'final' as const,
    resource: untimed(at, { resourceType: 'Observation', code: { text: 'Puls' }, valueInteger: value }),
  });
  const say = (at: number, value: number) =>
    copy.send({ at, changes: [resource(ANNA, 'DiagnosticReport/1', { at, members: [pulse(at, value)] })] });
  const member = () => entries()[0]?.members[0];

  it('the same again keeps the first moment it is known by', () => {
    say(TEN, 88);
    say(TEN + 5 * HOUR, 88);
    expect(timeNotOwn(member()?.resource)?.at).toBe(new Date(TEN).toISOString());
    expect(member()?.receivedAt).toBe(TEN);
  });

  it('another value is another', () => {
    say(TEN, 88);
    say(TEN + 5 * HOUR, 92);
    expect(timeNotOwn(member()?.resource)?.at).toBe(new Date(TEN + 5 * HOUR).toISOString());
  });
});

describe('a dose', () => {
  const say = (at: number, status: string) => {
    const given = untimed(at, { resourceType: 'MedicationAdministration', status });
    copy.send({ at, changes: [resource(ANNA, 'M/1', { at, mode: 'replace', resource: given })] });
  };
  it('the same again stays where it was, and what is new of it is new', () => {
    say(TEN, 'completed');
    say(TEN + 5 * HOUR, 'completed');
    expect(entries()[0]).toMatchObject({ at: TEN, receivedAt: TEN });
    expect(timeNotOwn(entries()[0]?.resource)?.at).toBe(new Date(TEN).toISOString());
    say(TEN + 6 * HOUR, 'not-done');
    expect(entries()[0]).toMatchObject({ at: TEN + 6 * HOUR, receivedAt: TEN + 6 * HOUR });
  });
  it('and a time that is told at last stands', () => {
    say(TEN, 'completed');
    const timed = {
      resourceType: 'MedicationAdministration',
      status: 'completed',
      effectiveDateTime: '2026-11-22T08:00:00Z',
    };
    copy.say(resource(ANNA, 'M/1', { at: TEN - 2 * HOUR, mode: 'replace', resource: timed as FhirResource }));
    expect(entries()[0]).toMatchObject({ at: TEN - 2 * HOUR, resource: timed });
    expect(timeNotOwn(entries()[0]?.resource)).toBeNull();
  });
});
