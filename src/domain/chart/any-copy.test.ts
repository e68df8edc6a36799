// The chart's promises, of any copy whatever, also one that no profile allows.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isTrusted, PART_STATES } from '../age.ts';
import { VALUE_STATES } from '../changes.ts';
import { unitId } from '../identity.ts';
import { NEEDED_BEFORE_STAY_MS, PART_NAMES, PARTS, type PartName } from '../parts.ts';
import type { PatientCopy } from '../patient-copy.ts';
import { DAY_MS, entry, HOUR_MS, JOURNAL, LAB, member, NONE, NOW_MS, now, patientCopy } from './chart.fixture.ts';
import { composeChart } from './compose.ts';
import { renderChartText } from './text.ts';

/** Anything a copy could hold, also what no profile allows. */
const arbitraryFeed = (part: PartName) =>
  fc.record({
    source: fc.constantFrom(JOURNAL, LAB),
    part: fc.constant(part),
    heartbeat: fc.constantFrom('any-message', 'own-messages'),
    ageLimitMs: fc.constant(PARTS[part].ageLimitMs),
    proof: fc.option(
      fc.record({
        wallMs: fc.integer({ min: NOW_MS - 9 * DAY_MS, max: NOW_MS + DAY_MS }),
        boot: fc.constantFrom('run 1', 'run 0'),
        monotonicMs: fc.integer({ min: 0, max: 101 * HOUR_MS }),
      }),
    ),
    wholeSince: fc.option(fc.integer({ min: NOW_MS - 30 * DAY_MS, max: NOW_MS })),
    fullyLoadedAt: fc.option(fc.integer({ min: NOW_MS - 30 * DAY_MS, max: NOW_MS }), { freq: 3 }),
    rebuiltAt: fc.option(fc.integer({ min: NOW_MS - 30 * DAY_MS, max: NOW_MS }), { freq: 1 }),
    heldSince: fc.option(fc.integer({ min: NOW_MS - DAY_MS, max: NOW_MS }), { freq: 1 }),
    isBeingReleased: fc.boolean(),
    holds: fc.array(
      fc.record({
        part: fc.option(fc.constantFrom(...PART_NAMES)),
        unit: fc.option(fc.string().map(unitId)),
        reason: fc.string(),
        by: fc.string(),
        since: fc.integer({ min: NOW_MS - DAY_MS, max: NOW_MS }),
        isBeingReleased: fc.boolean(),
      }),
      { maxLength: 2 },
    ),
    setAside: fc.constantFrom(0, 0, 0, 1),
  });
const TYPES = [
  'Observation',
  'DiagnosticReport',
  'MedicationRequest',
  'MedicationAdministration',
  'AllergyIntolerance',
  'Flag',
  'Consent',
  'ServiceRequest',
  'Condition',
  'DocumentReference',
  'Appointment',
  'CarePlan',
  'RelatedPerson',
  'DeviceUseStatement',
  'Unheard',
];
const NAMES = [
  'code',
  'status',
  'category',
  'text',
  'coding',
  'display',
  'value',
  'unit',
  'valueQuantity',
  'dosageInstruction',
  'dosage',
  'timing',
  'repeat',
  'timeOfDay',
  'reaction',
  'manifestation',
  'contained',
  'extension',
  'component',
  'effectiveDateTime',
  'name',
  'medicationCodeableConcept',
  'content',
  'attachment',
  'data',
  'contentType',
];
const arbitraryResource = fc
  .record({
    resourceType: fc.constantFrom(...TYPES),
    body: fc.dictionary(fc.constantFrom(...NAMES), fc.jsonValue({ maxDepth: 3 })),
  })
  .map(({ resourceType, body }) => ({ ...body, resourceType }));
const arbitraryPart = (part: PartName) =>
  fc.record({
    feeds: fc.array(arbitraryFeed(part), { maxLength: 2 }),
    entries: fc.array(
      fc
        .tuple(arbitraryResource, fc.constantFrom(...VALUE_STATES), fc.integer({ min: 0, max: 9 * DAY_MS }))
        .map(([resource, state, age]) =>
          entry(part, resource, { state, at: NOW_MS - age, members: [member('m', resource, state)] }),
        ),
      { maxLength: 2 },
    ),
    truncated: fc.boolean(),
    statedNone: fc.array(
      fc.record({ source: fc.constant(JOURNAL), at: fc.integer({ min: NOW_MS - DAY_MS, max: NOW_MS }) }),
      { maxLength: 1 },
    ),
  });
const arbitraryCopy: fc.Arbitrary<PatientCopy> = fc
  .record({
    parts: fc.record(Object.fromEntries(PART_NAMES.map((part) => [part, arbitraryPart(part)]))),
    hasPerson: fc.boolean(),
    hasStay: fc.boolean(),
    isProtected: fc.boolean(),
  })
  .map(({ parts, hasPerson, hasStay, isProtected }) =>
    patientCopy({
      parts: parts as never,
      isProtected,
      ...(hasPerson ? {} : { person: null }),
      ...(hasStay ? {} : { stays: [] }),
    }),
  );
const NUM_RUNS = 100;

describe('whatever a copy holds', () => {
  test('§5.4 every part of every block has a state in words, and entries or one reason in words', () => {
    fc.assert(
      fc.property(arbitraryCopy, (copy) => {
        const chart = composeChart(copy, now);
        for (const block of chart.blocks) {
          expect(block.short).not.toBe('');
          expect(PART_STATES).toContain(block.state);
          for (const { content, entries, state } of block.parts) {
            expect(state.short.trim()).not.toBe('');
            expect(state.words.trim()).not.toBe('');
            if (content.kind === 'empty') expect(content.words.trim()).not.toBe('');
            expect(entries.length > 0).toBe(content.kind === 'entries');
            for (const one of entries)
              expect(one.title.trim() !== '' && one.time.text !== '' && one.sourceName !== '').toBe(true);
          }
        }
      }),
      { seed: 54, numRuns: NUM_RUNS },
    );
  });
  test('§5.4 none is said only of what is fed, heard, applied, whole and read', () => {
    fc.assert(
      fc.property(arbitraryCopy, (copy) => {
        for (const { parts } of composeChart(copy, now).blocks) {
          for (const { part, content, state } of parts) {
            if (content.kind === 'entries' || !NONE.includes(content.reason)) continue;
            const { feeds, statedNone, entries } = copy.parts[part];
            expect(isTrusted(state.state)).toBe(true);
            expect(feeds.length).toBeGreaterThan(0);
            for (const one of feeds) {
              expect(one.proof).not.toBeNull();
              expect(one.heldSince).toBeNull();
              expect(one.setAside).toBe(0);
              expect(one.rebuiltAt === null || (one.fullyLoadedAt ?? 0) >= one.rebuiltAt).toBe(true);
              expect(
                one.fullyLoadedAt !== null ||
                  (NEEDED_BEFORE_STAY_MS.has(part) &&
                    (copy.stays[0]?.admittedAt ?? 0) >= (one.wholeSince ?? Number.POSITIVE_INFINITY)) ||
                  Math.max(...statedNone.map(({ at }) => at)) >= (one.wholeSince ?? Number.POSITIVE_INFINITY),
              ).toBe(true);
            }
            if (PARTS[part].absence === 'explicit') expect(statedNone.length + entries.length).toBeGreaterThan(0);
          }
        }
      }),
      { seed: 4, numRuns: NUM_RUNS },
    );
  });
  test('it survives JSON and fits the terminal', () => {
    fc.assert(
      fc.property(arbitraryCopy, fc.integer({ min: 60, max: 140 }), (copy, width) => {
        const chart = composeChart(copy, now);
        expect(JSON.parse(JSON.stringify(chart))).toEqual(chart);
        const lines = renderChartText(chart, width).split('\n');
        expect(lines.filter((line) => [...line].length > width)).toEqual([]);
      }),
      { seed: 9, numRuns: 40 },
    );
  });
});
