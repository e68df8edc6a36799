import type { FhirResource } from 'fhir/r4';
import { describe, expect, it } from 'vitest';
import { entry, HOUR_MS, MINUTE_MS, member, NOW_MS, observation, patientCopy, stay } from '../chart/chart.fixture.ts';
import type { PatientCopy } from '../patient-copy.ts';
import { type Look, lookedThrough, looking, SAME_LOOK_MS } from './look.ts';
import { hasNews, LIST_PARTS, type News, newsOf, newsOfCell, newsOfParts, newsWords } from './news.ts';
import { seenAfter, seenOf } from './seen.ts';

const LATER = NOW_MS + 2 * HOUR_MS;
const news = (before: PatientCopy, now: PatientCopy): News => newsOf(seenOf(before), now, seenOf(now));

const penicillin = entry('allergies', { resourceType: 'AllergyIntolerance' }, { key: 'A1' });
const order = entry('medication-orders', { resourceType: 'MedicationRequest' }, { key: 'M1' });
const sodium = observation('2951-2', 'Natrium', '140', 'mmol/L');
const report = (key: string, members: Parameters<typeof member>[], change = {}) =>
  entry(
    'results',
    { resourceType: 'DiagnosticReport' },
    { key, members: members.map((one) => member(...one)), ...change },
  );

describe('what is new since somebody looked', () => {
  it('is nothing when nothing has come, however much older it has become', () => {
    const copy = patientCopy({
      parts: { allergies: { entries: [penicillin] }, results: { entries: [report('R1', [['na', sodium]])] } },
    });
    expect(hasNews(news(copy, { ...copy, sequence: 9 }))).toBe(false);
  });

  it('is a result that has come, the values in it, and the list’s cell of results', () => {
    const before = patientCopy({ parts: { results: { entries: [report('R1', [['na', sodium]])] } } });
    const now = patientCopy({
      parts: { results: { entries: [report('R2', [['k', sodium]]), report('R1', [['na', sodium]])] } },
    });
    const found = news(before, now);
    expect([...found.things]).toEqual([['journal R2', 'new']]);
    expect([...(found.values.get('results') ?? [])]).toEqual([['k', 'new']]);
    expect(newsOfCell(found, 'results')).toBe('new');
    expect(newsOfCell(found, 'medication')).toBeNull();
    expect(newsOfParts(found, ['vitals', 'results'])).toBe('new');
  });

  it('is an order that its source says otherwise, as changed and not as new', () => {
    const before = patientCopy({ parts: { 'medication-orders': { entries: [order] } } });
    const now = patientCopy({
      parts: {
        'medication-orders': {
          entries: [{ ...order, resource: { resourceType: 'MedicationRequest', status: 'stopped' } as FhirResource }],
        },
      },
    });
    expect(newsOfCell(news(before, now), 'medication')).toBe('changed');
    expect([...news(before, now).things.values()]).toEqual(['changed']);
  });

  it('is nothing when a source only says once more, later, what it has said', () => {
    const again = { ...penicillin, at: LATER, eventAt: LATER, receivedAt: LATER };
    const resource = { ...penicillin.resource, meta: { versionId: '2' } } as FhirResource;
    const before = patientCopy({ parts: { allergies: { entries: [penicillin] } } });
    expect(hasNews(news(before, patientCopy({ parts: { allergies: { entries: [{ ...again, resource }] } } })))).toBe(
      false,
    );
  });

  it('is one corrected value of a report, and not the others in it', () => {
    const kept = member('na', sodium);
    const corrected = member('k', sodium, 'corrected');
    const before = patientCopy({
      parts: {
        results: {
          entries: [
            report('R1', [
              ['na', sodium],
              ['k', sodium],
            ]),
          ],
        },
      },
    });
    const now = patientCopy({
      parts: { results: { entries: [{ ...report('R1', []), members: [kept, corrected], receivedAt: LATER }] } },
    });
    expect([...(news(before, now).values.get('results') ?? [])]).toEqual([['k', 'changed']]);
  });

  it('is every value of a report that was cancelled as a whole', () => {
    const before = patientCopy({ parts: { results: { entries: [report('R1', [['na', sodium]])] } } });
    const now = patientCopy({
      parts: { results: { entries: [report('R1', [['na', sodium]], { state: 'cannot-be-done' })] } },
    });
    expect([...(news(before, now).values.get('results') ?? [])]).toEqual([['na', 'changed']]);
  });

  it('is an allergy that is no longer there, and not a dose that has become too old to be read', () => {
    const dose = entry('doses-given', { resourceType: 'MedicationAdministration' }, { key: 'D1' });
    const before = patientCopy({ parts: { allergies: { entries: [penicillin] }, 'doses-given': { entries: [dose] } } });
    const found = news(before, patientCopy());
    expect(newsOfCell(found, 'warnings')).toBe('changed');
    expect(newsOfCell(found, 'medication')).toBeNull();
  });

  it('is what was taken back: its notice, and its part', () => {
    const notices = [
      { kind: 'value-withdrawn', source: penicillin.source, at: LATER, detail: 'Kalium', part: 'results' },
    ] as const;
    const found = news(patientCopy(), patientCopy({ notices }));
    expect(found.hasNotice).toBe(true);
    expect(newsOfCell(found, 'results')).toBe('changed');
    expect(hasNews(news(patientCopy({ notices }), patientCopy({ notices })))).toBe(false);
  });

  it('is another bed, and a patient who was not on the list', () => {
    const moved = news(patientCopy(), patientCopy({ stays: [stay({ bed: '2' })] }));
    expect(newsOfCell(moved, 'place')).toBe('changed');
    expect(newsOfCell(newsOf(undefined, patientCopy(), seenOf(patientCopy())), 'patient')).toBe('new');
  });

  it('is not the older that came into view when something newer left it', () => {
    const old = entry('results', sodium, { key: 'old', at: NOW_MS - 9 * HOUR_MS });
    const newer = entry('results', sodium, { key: 'newer' });
    const before = patientCopy({ parts: { results: { entries: [newer], truncated: true } } });
    const now = patientCopy({ parts: { results: { entries: [old], truncated: true } } });
    expect(hasNews(news(before, now))).toBe(false);
  });

  it('is not what was only kept from the reader for a while', () => {
    const whole = patientCopy({ parts: { allergies: { entries: [penicillin] } } });
    const blocked: PatientCopy = { ...patientCopy(), isWithheld: true };
    expect(hasNews(news(whole, blocked))).toBe(false);
    const carried = seenAfter(seenOf(whole), seenOf(blocked));
    expect(hasNews(newsOf(carried, whole, seenOf(whole)))).toBe(false);
  });

  it('is looked for on a list only in what its columns show', () => {
    const note = entry('notes', { resourceType: 'DocumentReference' }, { key: 'N1' });
    const copy = patientCopy({ parts: { notes: { entries: [note] } } });
    expect(seenOf(copy, LIST_PARTS).parts).toEqual({});
  });

  it('is said with the word and the moment', () => {
    const at = NOW_MS - 8 * HOUR_MS - 8 * MINUTE_MS;
    expect(newsWords('new', at, NOW_MS)).toBe('nytt sedan 03:12');
    expect(newsWords('changed')).toBe('ändrat');
  });
});

describe('a look', () => {
  const first = looking<string>(null, 'a', NOW_MS);

  it('marks nothing the first time', () => {
    expect(first).toEqual({ at: NOW_MS, since: null, before: null, shown: 'a' });
  });

  it('is one and the same from the list to a chart and back: what was marked stays marked', () => {
    const next = looking(first, 'b', NOW_MS + SAME_LOOK_MS + 1);
    const back = looking(next, 'c', next.at + 10 * MINUTE_MS);
    expect(back).toEqual({ at: next.at + 10 * MINUTE_MS, since: NOW_MS, before: 'a', shown: 'c' });
  });

  it('is another when somebody comes back later, and is compared with the end of the one before', () => {
    const second = looking(looking(first, 'b', NOW_MS + MINUTE_MS), 'c', NOW_MS + 8 * HOUR_MS);
    expect(second).toMatchObject({ since: NOW_MS + MINUTE_MS, before: 'b', shown: 'c' });
  });

  it('keeps its marks when the clock has been set back', () => {
    const second = looking(first, 'b', NOW_MS + HOUR_MS);
    expect(looking(second, 'c', NOW_MS - HOUR_MS)).toMatchObject({ since: NOW_MS, before: 'a' });
  });

  it('marks from the press of *Sett* only what comes after it', () => {
    const seen: Look<string> = lookedThrough(looking(first, 'b', NOW_MS + HOUR_MS), NOW_MS + HOUR_MS);
    expect(seen).toMatchObject({ since: NOW_MS + HOUR_MS, before: 'b' });
  });
});
