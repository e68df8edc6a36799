import { describe, expect, it } from 'vitest';
import { sourceId, unitId } from '../../domain/identity.ts';
import { nightlyCounts } from './nightly-counts.ts';

const row = (part: 'results' | 'notes', count: number) => ({
  unit: unitId('KIR2'),
  part,
  source: sourceId('lab'),
  count,
});
const counted = (type: string, count: number) => ({ units: [], types: [{ source: 'lab', type, count }] });
const compared = (inCopy: number, atSource: number | null, type = 'AllergyIntolerance') =>
  nightlyCounts({
    counted: counted(type, inCopy),
    atSource: new Map([['lab', { [type]: atSource }]]),
    before: null,
    takenAt: '2026-11-22T03:30:00.000Z',
  }).compared;

describe('the nightly counts', () => {
  it('stand beside last night’s, and what has gone since is not left out', () => {
    const options = { atSource: new Map(), takenAt: 'second' };
    const types = { types: [] };
    const first = nightlyCounts({
      ...options,
      counted: { ...types, units: [row('notes', 7), row('results', 3)] },
      before: null,
      takenAt: 'first',
    });
    expect(first.rows.map(({ before }) => before)).toEqual([null, null]);
    const second = nightlyCounts({ ...options, counted: { ...types, units: [row('results', 4)] }, before: first });
    expect([second.beforeAt, second.rows]).toEqual([
      'first',
      [
        { ...row('notes', 0), before: 7 },
        { ...row('results', 4), before: 3 },
      ],
    ]);
  });

  it('differ from the source’s own when the source has more than a few and more than one in a hundred besides', () => {
    expect(compared(990, 1000)).toMatchObject([{ inCopy: 990, atSource: 1000, differs: false }]);
    expect(compared(989, 1000)).toMatchObject([{ differs: true }]);
    expect(compared(0, 10)).toMatchObject([{ differs: false }]);
    expect(compared(0, 11)).toMatchObject([{ differs: true }]);
    expect(compared(99_000, 100_000)).toMatchObject([{ differs: false }]);
    expect(compared(2_000, 1_000)).toMatchObject([{ differs: false }]);
  });

  it('are not compared with a source that does not say, nor for stays, which many resources tell', () => {
    expect(compared(0, null)).toEqual([]);
    expect(compared(0, 500, 'Encounter')).toEqual([]);
    expect(compared(0, 500, 'Observation')).toMatchObject([{ differs: true }]);
  });
});
