// Paper: a unit's pack from the copy to the finished PDF, with a renderer that is warm and one that has to start; and a house of a
// thousand, the next pack read while one is set, as the station makes them. Processor time stands beside: it is what a busy neighbour does not change.

import { readFileSync } from 'node:fs';
import { composeChart } from '../src/domain/chart/compose.ts';
import { ChartMemory } from '../src/domain/chart/memory.ts';
import type { PatientKey } from '../src/domain/identity.ts';
import { limits } from '../src/limits.ts';
import { Renderer } from '../src/paper/render/renderer.ts';
import { readingSheet } from '../src/paper/sheets/reading-sheet.ts';
import type { PrintJob } from '../src/paper/sheets/sheet.ts';
import { signingSheet } from '../src/paper/sheets/signing-sheet.ts';
import { SimulatedCopy } from '../test/support/simulated-copy.ts';
import { besidePaperRow } from './beside-paper.ts';
import { processorMs } from './children.ts';
import { step } from './progress.ts';
import { type BenchRow, median, megabytes, ms } from './report.ts';

const PACK = 30;
const HOUSE = 1_000;
const WARM_ROUNDS = 3;

export async function measurePaper({ isQuick }: { isQuick: boolean }): Promise<BenchRow[]> {
  const copy = new SimulatedCopy({ at: Date.UTC(2026, 10, 17, 9, 20), patients: PACK, seed: 'bench paper' });
  copy.live(3_600_000);
  const patients = copy.patients().slice(0, PACK);
  const renderer = new Renderer({ onEnded: () => {} });
  let measured: BenchRow[];
  try {
    const cold = await timed(renderer, copy, patients, 0);
    const warm: Measured[] = [];
    for (let round = 1; round <= WARM_ROUNDS; round += 1) warm.push(await timed(renderer, copy, patients, round));
    step('paper: packs of a unit are measured');
    const packs = Math.ceil((isQuick ? HOUSE / 5 : HOUSE) / PACK);
    const houseMs = (await packAfterPack(renderer, copy, patients, packs)) * (HOUSE / (packs * patients.length));
    const peak = peakBytes(renderer.pid);
    measured = rows({ cold, warm, houseMs, packs, peak, count: patients.length });
  } finally {
    renderer.stop();
    copy.close();
  }
  return [...measured, await besidePaperRow({ isQuick })];
}

interface Measured {
  readonly wallMs: number;
  readonly rendererMs: number;
  readonly pages: number;
}

/** Read from the copy, composed, worded and set: each time of another minute, so that nothing is remembered. */
async function timed(
  renderer: Renderer,
  copy: SimulatedCopy,
  patients: readonly PatientKey[],
  round: number,
): Promise<Measured> {
  const before = usedBy(renderer);
  const began = performance.now();
  const { pages } = await renderer.render(jobOf(copy, patients, round));
  const wallMs = performance.now() - began;
  return { wallMs, rendererMs: usedBy(renderer) - before, pages: Math.max(...pages.map(({ last }) => last)) };
}

async function packAfterPack(
  renderer: Renderer,
  copy: SimulatedCopy,
  patients: readonly PatientKey[],
  packs: number,
): Promise<number> {
  const began = performance.now();
  let setting: Promise<unknown> = Promise.resolve();
  for (let pack = 0; pack < packs; pack += 1) {
    const job = jobOf(copy, patients, 100 + pack);
    await setting;
    setting = renderer.render(job);
    // Handed to the renderer before the next is read.
    await new Promise((resolve) => setImmediate(resolve));
  }
  await setting;
  return performance.now() - began;
}

const usedBy = ({ pid }: Renderer): number => (pid === null ? 0 : (processorMs(pid) ?? 0));

function jobOf(copy: SimulatedCopy, patients: readonly PatientKey[], round: number): PrintJob {
  const { remember } = new ChartMemory();
  const reader = copy.freshReader();
  const now = {
    ...copy.now,
    wallMs: copy.now.wallMs + round * 60_000,
    monotonicMs: copy.now.monotonicMs + round * 60_000,
  };
  const printing = {
    ...{ at: now.wallMs, clockIsUnsure: false, by: 'Bänken', version: round, replaces: null },
    ...{ validUntil: now.wallMs + limits.paperValidMs, situation: null, writeIn: 'JOURNALEN', watermark: null },
  };
  const sheets = patients.flatMap((key, index) => {
    const patient = reader.patient(key, { rowsMax: limits.paperRowsMax });
    if (patient === null) return [];
    const chart = composeChart(patient, now, {}, remember);
    return [
      readingSheet({ chart, printing, medication: 'on-signing-sheet' }),
      signingSheet({ chart, printing, number: `BANK-${round}-${index}`, continues: [] }),
    ];
  });
  return { title: 'Bänken', author: 'Reservkraft', createdAtSeconds: Math.floor(now.wallMs / 1000), sheets };
}

function rows(given: {
  readonly cold: Measured;
  readonly warm: readonly Measured[];
  /** Of a thousand patients, reckoned from so many packs. */
  readonly houseMs: number;
  readonly packs: number;
  readonly peak: number;
  readonly count: number;
}): BenchRow[] {
  const { cold, warm, houseMs, packs, peak, count } = given;
  const warmMs = median(warm.map(({ wallMs }) => wallMs));
  const processor = median(warm.map(({ rendererMs }) => rendererMs));
  const row = (what: string, ours: string, budget: string | null, isMet: boolean | null, note?: string): BenchRow => ({
    group: 'paper',
    ...{ what, ours, bare: null, ratio: null, budget, isMet },
    ...(note === undefined ? {} : { note }),
  });
  return [
    row(
      `unit pack, ${count} patients, warm`,
      ms(warmMs),
      '≤ 1.5 s',
      warmMs <= 1_500,
      `${cold.pages} pages; ${ms(processor)} of processor time in the renderer`,
    ),
    row(`unit pack, ${count} patients, renderer started for it`, ms(cold.wallMs), '≤ 3 s', cold.wallMs <= 3_000),
    row(
      `${HOUSE} patients, pack after pack`,
      ms(houseMs),
      '≤ 30 s',
      houseMs <= 30_000,
      packs * count < HOUSE ? `reckoned from ${packs * count}` : undefined,
    ),
    row('renderer, most memory', megabytes(peak), null, null, `ended beyond ${megabytes(limits.paperMemoryBytesMax)}`),
  ];
}

function peakBytes(pid: number | null): number {
  if (pid === null || process.platform !== 'linux') return 0;
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
}
