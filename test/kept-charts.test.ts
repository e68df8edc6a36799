// Charts opened again and again through one reader and one memory, beside charts made from nothing: the same bytes, whatever has
// happened in between and whatever time it has become. An age that stood still would be the worst fault of a fast chart.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { declared, HOUR, handleOf, TEN, TestCopy } from '../src/copy/copy.fixture.ts';
import { interleave, PEOPLE, run, SOURCES } from '../src/copy/messages.fixture.ts';
import { CopyReader } from '../src/copy/read/copy-reader.ts';
import type { SureNow } from '../src/domain/age.ts';
import type { Chart } from '../src/domain/chart/chart.ts';
import { composeChart } from '../src/domain/chart/compose.ts';
import type { ChartOptions } from '../src/domain/chart/context.ts';
import { ChartMemory, type Remember } from '../src/domain/chart/memory.ts';
import { type PatientKey, sourceId } from '../src/domain/identity.ts';
import { ChartJson } from '../src/server/api/chart-json.ts';
import { nearPatients } from '../src/station/reading/near-patients.ts';
import { SimulatedCopy } from './support/simulated-copy.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const NAMES = { sourceNames: { lab: 'Laboratoriet' }, unitNames: { kir2: 'Kirurgavdelning 2' } };
const OTHER_NAMES = { sourceNames: { lab: 'Kemlab' }, unitNames: {} };

interface Moment {
  readonly now: SureNow;
  readonly asOf?: number;
  readonly options?: ChartOptions;
}

function chartOf(key: PatientKey, reader: CopyReader, moment: Moment, remember?: Remember): Chart | null {
  const { now, asOf, options = NAMES } = moment;
  return reader.atOnce(() => {
    const copy = reader.patient(key, asOf === undefined ? {} : { asOf });
    if (copy === null) return null;
    return composeChart(copy, now, { ...options, nearPatients: nearPatients(copy, reader) }, remember);
  });
}

/** One reader that keeps, with its memory and its written pieces, held against another that begins anew each time. */
class Beside {
  readonly #kept: CopyReader;
  readonly #fresh: () => CopyReader;
  readonly #remember = new ChartMemory().remember;
  readonly #json = new ChartJson();

  constructor(kept: CopyReader, fresh: () => CopyReader) {
    this.#kept = kept;
    this.#fresh = fresh;
  }

  compare(key: PatientKey, moment: Moment): Chart | null {
    const kept = chartOf(key, this.#kept, moment, this.#remember);
    const fresh = chartOf(key, this.#fresh(), moment);
    if (kept === null || fresh === null) {
      expect(kept).toBe(fresh);
      return null;
    }
    const [bytes, text] = [this.#json.bytes(kept), Buffer.from(JSON.stringify(fresh), 'utf8')];
    if (!bytes.equals(text)) {
      expect(JSON.parse(bytes.toString('utf8'))).toEqual(JSON.parse(text.toString('utf8')));
      expect(bytes.length).toBe(text.length);
    }
    return kept;
  }
}

/** The moments at which a reader might stand: soon, past every limit, past midnight, and with a clock nobody can trust. */
const momentsAfter = (now: SureNow): Moment[] => [
  { now },
  { now: later(now, 11 * MINUTE_MS) },
  { now: later(now, 9 * HOUR_MS) },
  { now: later(now, 15 * HOUR_MS) },
  { now: { ...now, wallMs: now.wallMs - 2 * HOUR_MS } },
  { now: { ...now, boot: 'another', monotonicMs: 5 } },
  { now, options: OTHER_NAMES },
  { now, options: { ...NAMES, functions: { news2: false, nextScheduled: false } } },
  { now, options: { ...NAMES, blocked: ['results', 'allergies'] } },
  { now, options: { ...NAMES, dosesOnPaperSince: now.wallMs - HOUR_MS, sourcesDown: { lab: now.wallMs - MINUTE_MS } } },
];
const later = (now: SureNow, ms: number): SureNow => ({
  ...now,
  wallMs: now.wallMs + ms,
  monotonicMs: now.monotonicMs + ms,
});

describe('a chart opened again', () => {
  it('is byte for byte the chart made from nothing, through a day of the simulated hospital', () => {
    const copy = new SimulatedCopy({ at: Date.UTC(2026, 10, 24, 19, 0), patients: 3, seed: '1' });
    try {
      const beside = new Beside(copy.reader, () => copy.freshReader());
      const look = (): void => {
        for (const key of copy.patients()) for (const moment of momentsAfter(copy.now)) beside.compare(key, moment);
      };
      const before = copy.now.wallMs;
      look();
      const acts = ['swap-beds', 'correct-result', 'merge', 'withdraw-result', 'unmerge'] as const;
      for (const action of acts) {
        // Past midnight with the second: the day of every time in words changes.
        copy.live(3 * HOUR_MS);
        copy.act(action);
        look();
        for (const key of copy.patients()) {
          beside.compare(key, { now: copy.now, asOf: before + HOUR_MS });
          beside.compare(key, { now: copy.now });
        }
      }
      copy.command({ command: 'hold', source: sourceId('lab'), by: 'test', reason: 'test' });
      copy.live(20 * MINUTE_MS, ({ id }) => id !== 'lakemedel');
      look();
      copy.command({ command: 'release', source: sourceId('lab'), by: 'test', how: 'in-order' });
      look();
      expect(copy.patients().length).toBeGreaterThan(2);
    } finally {
      copy.close();
    }
  }, 120_000);

  it('is byte for byte the chart made from nothing, after any run of messages', () => {
    fc.assert(
      fc.property(run, fc.infiniteStream(fc.nat({ max: 9 })), ({ messages, turns: [one] }, chances) => {
        const copy = new TestCopy();
        try {
          const parts = ['results', 'allergies', 'stay', 'person'] as const;
          copy.command(
            { command: 'declare', sources: SOURCES.map((source, rank) => declared(source, rank, parts)) },
            TEN,
          );
          const beside = new Beside(copy.reader, () => new CopyReader({ db: copy.readingDb, units: [] }));
          for (const turn of interleave(messages, one)) {
            copy.send({ ...turn });
            const chance = chances.next().value ?? 0;
            const now = { wallMs: copy.wall, boot: 'test', monotonicMs: copy.wall - TEN + HOUR };
            const moments = momentsAfter(now);
            for (const identity of PEOPLE) {
              beside.compare(handleOf(identity), moments[chance] ?? { now });
              if (chance > 6) beside.compare(handleOf(identity), { now, asOf: copy.wall });
              beside.compare(handleOf(identity), { now });
            }
          }
        } finally {
          copy.close();
        }
      }),
      { numRuns: 8, seed: 20261125, endOnFailure: true },
    );
  }, 60_000);

  it('shows ages that have grown, and the silence that has come, though nothing in the copy has changed', () => {
    const copy = new SimulatedCopy({ at: Date.UTC(2026, 10, 24, 12, 0), patients: 3, seed: '2' });
    try {
      copy.live(MINUTE_MS);
      const { remember } = new ChartMemory();
      const [key] = copy.patients();
      if (key === undefined) throw new Error('nobody lies in the hospital');
      const at = (ms: number) => chartOf(key, copy.reader, { now: later(copy.now, ms) }, remember);
      const feeds = (chart: Chart | null) =>
        (chart?.blocks ?? []).flatMap(({ parts }) => parts.flatMap(({ state }) => state.feeds));
      const [first, second, third] = [at(0), at(MINUTE_MS), at(9 * HOUR_MS)];
      expect(feeds(first).length).toBeGreaterThan(10);
      for (const [index, { ageMs, state }] of feeds(first).entries()) {
        expect(state).not.toBe('silent');
        expect(feeds(second)[index]?.ageMs).toBe((ageMs ?? Number.NaN) + MINUTE_MS);
        expect(feeds(third)[index]?.state).toBe('silent');
      }
      const medication = (chart: Chart | null) => chart?.blocks.find(({ name }) => name === 'medication')?.view;
      expect(medication(third)).toMatchObject({ dosesWords: expect.stringMatching(/^Givna doser okända sedan/) });
      expect(medication(first)).not.toMatchObject({ dosesWords: expect.stringMatching(/okända sedan/) });
      expect(first?.banner.copyFrom).not.toBe(at(24 * HOUR_MS)?.banner.copyFrom);
    } finally {
      copy.close();
    }
  });
});
