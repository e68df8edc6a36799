// Any run of messages a hospital's sources could send, made up: what every reader and every replay must agree about.

import fc from 'fast-check';
import type { FhirResource } from 'fhir/r4';
import type { Change, MemberChange } from '../domain/changes.ts';
import { type Identity, sourceId } from '../domain/identity.ts';
import {
  ANNA,
  BERTIL,
  HOUR,
  JOURNAL,
  KIR2,
  LAB,
  local,
  MED1,
  MINUTE,
  person,
  resource,
  stay,
  TEN,
} from './copy.fixture.ts';

const PMI = sourceId('pmi');
export const SOURCES = [JOURNAL, LAB, PMI] as const;
export const PEOPLE: readonly Identity[] = [ANNA, BERTIL, local('1'), local('2')];

interface Message {
  readonly eventAt: number;
  readonly sequence: number | null;
  readonly changes: readonly Change[];
}

export const someone = fc.constantFrom(...PEOPLE);
const time = fc.integer({ min: 0, max: 6 }).map((minute) => TEN + minute * MINUTE);
const bed = fc.constantFrom('1', '2', null);

const member: fc.Arbitrary<MemberChange> = fc
  .record({
    key: fc.constantFrom('K', 'Na'),
    state: fc.constantFrom('preliminary' as const, 'final' as const, 'corrected' as const, 'withdrawn' as const),
    value: fc.option(fc.integer({ min: 1, max: 4 })),
  })
  .map(({ key, state, value }) => ({
    key,
    state,
    resource: {
      resourceType: 'Observation',
      status: 'final',
      code: { text: key },
      ...(value === null ? {} : { valueInteger: value }),
    },
  }));

const noKnownAllergy = (status: string): FhirResource => ({
  resourceType: 'AllergyIntolerance',
  patient: {},
  clinicalStatus: { coding: [{ code: status }] },
  code: { coding: [{ system: 'http://snomed.info/sct', code: '716186003' }] },
});

const change: fc.Arbitrary<Change> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc
      .tuple(someone, fc.constantFrom('Lind', 'Berg', null))
      .map(([subject, family]) => person(subject, { name: family === null ? null : [{ family }], gender: 'female' })),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(someone, fc.uniqueArray(someone, { maxLength: 2 }))
      .map(([subject, others]) => person(subject, {}, { identifiers: [subject, ...others] })),
  },
  {
    weight: 8,
    arbitrary: fc
      .tuple(
        someone,
        fc.constantFrom(
          'admit',
          'transfer',
          'cancel-transfer',
          'discharge',
          'cancel-discharge',
          'cancel',
          'update',
          'leave',
          'return',
          'plan',
        ),
        fc.record(
          {
            unit: fc.constantFrom(KIR2, MED1),
            bed,
            class: fc.constantFrom('inpatient' as const, 'outpatient' as const),
          },
          { requiredKeys: [] },
        ),
        time,
        fc.constantFrom('V1', 'V2', null),
        fc.boolean(),
      )
      .map(([subject, action, fields, at, visit, isInPassing]) => ({
        ...stay(subject, action, fields, at, visit),
        ...(action === 'update' && isInPassing ? { isInPassing: true as const } : {}),
      })),
  },
  {
    weight: 8,
    arbitrary: fc
      .tuple(
        someone,
        fc.constantFrom('R/1', 'R/2'),
        fc.constantFrom('merge', 'replace', 'withdraw'),
        fc.uniqueArray(member, { maxLength: 2, selector: ({ key }) => key }),
        time,
      )
      .map(([subject, key, mode, members, at]) => resource(subject, key, { mode, members, at })),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(someone, fc.constantFrom('A/1', 'A/2'), fc.boolean())
      .map(([subject, key, isServer]) =>
        resource(subject, key, { part: 'allergies', mode: 'replace', keyScope: isServer ? 'source' : 'subject' }),
      ),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(someone, fc.subarray(['A/1', 'A/2']), fc.boolean(), fc.constantFrom('list' as const, 'statement' as const))
      .map(([subject, keys, statedNone, scope]) => ({
        kind: 'part-snapshot' as const,
        subject,
        part: 'allergies' as const,
        keys,
        statedNone,
        scope,
      })),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(someone, fc.constantFrom('A/1', 'A/2', 'A/3'), fc.constantFrom('active', 'resolved'), fc.boolean())
      .map(([subject, key, status, isWithdrawn]) =>
        resource(subject, key, {
          part: 'allergies',
          mode: isWithdrawn ? 'withdraw' : 'replace',
          keyScope: 'source',
          resource: noKnownAllergy(status),
        }),
      ),
  },
  { weight: 1, arbitrary: fc.constantFrom('A/1', 'A/2').map((key) => ({ kind: 'withdraw-key' as const, key })) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom('merge' as const, 'merge' as const, 'unmerge' as const), someone, someone)
      .map(([kind, survivor, subsumed]) => ({ kind, survivor, subsumed })),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(someone, someone, fc.constantFrom('V1', 'V2')).map(([from, to, id]) => ({
      kind: 'move-visit' as const,
      from,
      to,
      visit: { domain: 'source:journal/visit', id },
    })),
  },
  {
    weight: 1,
    arbitrary: someone.map((subject) => ({
      kind: 'merge-visit' as const,
      subject,
      survivor: { domain: 'source:journal/visit', id: 'V1' },
      subsumed: { domain: 'source:journal/visit', id: 'V2' },
    })),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('link' as const, 'unlink' as const), someone, someone)
      .map(([kind, a, b]) => ({ kind, a, b })),
  },
  { weight: 1, arbitrary: someone.map((subject) => ({ kind: 'delete-person' as const, subject })) },
);

const message: fc.Arbitrary<Message> = fc.record({
  eventAt: time,
  sequence: fc.option(fc.integer({ min: 1, max: 3 })),
  changes: fc.array(change, { minLength: 1, maxLength: 3 }),
});

/** Each source's messages in its own order, and which source speaks next. */
export const run = fc.record({
  messages: fc.tuple(...SOURCES.map(() => fc.array(message, { maxLength: 12 }))),
  turns: fc.tuple(fc.infiniteStream(fc.nat()), fc.infiniteStream(fc.nat())),
});

export interface Turn extends Message {
  readonly source: (typeof SOURCES)[number];
  readonly at: number;
}

/** Arrival belongs to the message: the same message arrives at the same time in both runs. */
export function interleave(messages: readonly (readonly Message[])[], turns: Iterator<number>): Turn[] {
  const queues = messages.map((list, source) =>
    list.map((one, place) => ({ ...one, source: SOURCES[source] ?? JOURNAL, at: TEN + HOUR + place * 5 * MINUTE })),
  );
  const order: Turn[] = [];
  for (;;) {
    const waiting = queues.filter((queue) => queue.length > 0);
    const next = waiting[(turns.next().value ?? 0) % Math.max(waiting.length, 1)]?.shift();
    if (next === undefined) return order;
    order.push(next);
  }
}
