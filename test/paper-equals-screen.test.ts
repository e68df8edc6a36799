// Paper equals screen: the words of the PDF, read back by another program, hold everything the chart's blocks hold, each value with
// its time; and every page says whose it is, how old it is and which page it is.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { simulatedSources } from '../sim/declarations.ts';
import type { Chart } from '../src/domain/chart/chart.ts';
import { composeChart } from '../src/domain/chart/compose.ts';
import { chartPrint } from '../src/paper/jobs.ts';
import type { Printing } from '../src/paper/printing.ts';
import { Renderer } from '../src/paper/render/renderer.ts';
import { screenPieces } from './support/on-paper.ts';
import { bare, pdfPages, runningText } from './support/pdf-text.ts';
import { SimulatedCopy } from './support/simulated-copy.ts';

const MORNING = Date.UTC(2026, 10, 17, 9, 20);
const HOUR_MS = 3_600_000;
const SOURCE_NAMES = Object.fromEntries(simulatedSources(['ASEN']).map(({ id, name }) => [id, name]));

/** Marks beside values say what the source said of them, and stand in no value. */
const unmarked = (text: string): string => text.replace(/[▲▼†!*]/gu, '');

describe('a chart on paper', () => {
  const renderer = new Renderer({ onEnded: () => {} });
  let copy: SimulatedCopy;
  let charts: readonly Chart[];
  let printing: Printing;

  beforeAll(() => {
    copy = new SimulatedCopy({ at: MORNING, patients: 16, seed: 'paper' });
    copy.act('merge');
    copy.act('correct-result');
    copy.act('withdraw-result');
    copy.live(6 * HOUR_MS);
    // Then the record system falls silent, and the laboratory goes on.
    copy.live(HOUR_MS, ({ id }) => id.includes('LAB'));
    const { now } = copy;
    charts = copy.patients().map((key) => {
      const patient = copy.freshReader().patient(key);
      if (patient === null) throw new Error('a patient of the list has no chart');
      return composeChart(patient, now, { sourceNames: SOURCE_NAMES });
    });
    printing = {
      at: now.wallMs,
      clockIsUnsure: false,
      by: 'Anna Berg, ssk',
      version: 7,
      replaces: { version: 6, at: now.wallMs - HOUR_MS },
      validUntil: now.wallMs + 2 * HOUR_MS,
      situation: null,
      writeIn: 'JOURNALEN',
      watermark: null,
    };
  });
  afterAll(() => {
    renderer.stop();
    copy.close();
  });

  it('holds every value of every block with its time, for each patient of the unit', async () => {
    const missing: string[] = [];
    for (const chart of charts) {
      const { pdf } = await renderer.render(chartPrint(chart, printing).job);
      const text = unmarked(runningText(await pdfPages(pdf)));
      for (const piece of screenPieces(chart)) {
        const words = unmarked(bare(piece.join('')));
        if (!text.includes(words)) missing.push(piece.join(' | '));
      }
    }
    expect(charts.length).toBeGreaterThan(10);
    expect(missing).toEqual([]);
  });

  it('says on every page whose it is, how old, when printed, until when, which page of how many, and where to write', async () => {
    for (const chart of charts.slice(0, 4)) {
      const { pdf, pages } = await renderer.render(chartPrint(chart, printing).job);
      const texts = await pdfPages(pdf);
      expect(pages).toEqual([{ first: 1, last: texts.length }]);
      texts.forEach((text, index) => {
        for (const words of [
          chart.banner.name,
          chart.banner.number,
          ...chart.sources.map(({ name }) => name),
          'tyst sedan 16:20 (1 h)',
          'Utskrivet tis 17/11 17:20',
          'Giltig till 19:20',
          `Sida ${index + 1} av ${texts.length}`,
          'Läsblad version 7',
          'Ersätter version 6, 16:20. Kasta den.',
          'Skriv i: JOURNALEN',
          'Tider utan datum gäller tis 17/11',
          'Utskrivet av Anna Berg, ssk',
          ...chart.banner.chips.map((chip) => chip.words),
        ])
          expect(text).toContain(bare(words));
      });
    }
  });
});
