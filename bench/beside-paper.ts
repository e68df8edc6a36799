// Charts read of a whole station over HTTP while it makes packs: paper is for later, who reads is there now. Alone and
// beside by turns, so that a busy minute of the machine meets both.

import { ask, askJson, timesOf } from './ask.ts';
import { startStation } from './children.ts';
import { BENCH_UNITS } from './declared.ts';
import { makeFolder, someone } from './folders.ts';
import { step } from './progress.ts';
import { type BenchRow, median, ms, percentile } from './report.ts';
import { removeFolder, scratchFolder } from './scratch.ts';

const PATIENTS = 1_000;
/** Read again and again, as a ward does; more than one, so that it is not one answer that is handed out. */
const READ = 20;

export async function besidePaperRow({ isQuick }: { isQuick: boolean }): Promise<BenchRow> {
  step('paper: charts are read while packs are made');
  const folder = scratchFolder('beside-paper');
  makeFolder(folder, { people: PATIENTS, patients: PATIENTS, inpatients: PATIENTS, secondsMax: 30 });
  const station = await startStation(folder);
  try {
    const keys: string[] = [];
    for (let no = 1; no <= READ; no++) {
      const { hits } = await askJson<{ hits: { key: string }[] }>(station, '/api/patients/search', {
        text: someone(no).id,
      });
      keys.push(hits[0]?.key ?? '');
    }
    const chart = (no: number): Promise<Buffer> => ask(station, `/api/charts/${keys[no % READ]}`);
    const pack = (): Promise<Buffer> => ask(station, '/api/papers/unit', { unit: BENCH_UNITS[0]?.id, what: 'pack' });
    // The first starts the renderer.
    await pack();
    await timesOf(READ, chart);
    const [alone, beside]: [number[], number[]] = [[], []];
    const turns = isQuick ? 3 : 8;
    for (let turn = 0; turn < turns; turn++) {
      const times = await timesWhile(pack, chart);
      beside.push(...times);
      alone.push(...(await timesOf(times.length, chart)));
    }
    return row(alone, beside, turns);
  } finally {
    await station.stop();
    removeFolder(folder);
  }
}

/** Times of one question asked again and again from the beginning of another to its end. */
async function timesWhile(
  other: () => Promise<unknown>,
  question: (no: number) => Promise<unknown>,
): Promise<number[]> {
  const times: number[] = [];
  let isAsking = true;
  const asked = other().finally(() => {
    isAsking = false;
  });
  while (isAsking) times.push(...(await timesOf(1, () => question(times.length))));
  await asked;
  return times;
}

function row(alone: readonly number[], beside: readonly number[], packs: number): BenchRow {
  const p99 = percentile(beside, 0.99);
  const ratio = median(beside) / median(alone);
  return {
    group: 'paper',
    what: 'a chart read over HTTP while packs are made (bare: alone), p99',
    ours: ms(p99),
    bare: ms(percentile(alone, 0.99)),
    ratio,
    budget: '≤ 10 ms, ≤ 1.50',
    isMet: p99 <= 10 && ratio <= 1.5,
    note: `p50 ${ms(median(beside))}, alone ${ms(median(alone))} (ratio of medians); ${beside.length} reads beside ${packs} packs`,
  };
}
