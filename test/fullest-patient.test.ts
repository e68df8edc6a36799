// The patient of the test data with the most orders and allergies, on paper: however many pages it takes, none of these is left out.

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { composeChart } from '../src/domain/chart/compose.ts';
import { limits } from '../src/limits.ts';
import { chartPrint } from '../src/paper/jobs.ts';
import { Renderer } from '../src/paper/render/renderer.ts';
import { SystemClock } from '../src/station/clock.ts';
import { dataFolder } from './support/corpus.ts';
import { House } from './support/house.ts';
import { bare, pdfPages, runningText } from './support/pdf-text.ts';

const FOLDER = dataFolder('fhir-synthea-r4');
const files = existsSync(FOLDER) ? readdirSync(FOLDER).filter((name) => name.endsWith('.gz')) : [];
const NEVER_CUT = /"resourceType":"(?:MedicationRequest|MedicationAdministration|AllergyIntolerance)"/g;

/** The bundle, and how much it holds of what may never be cut. */
function fullest(): { line: string; count: number } {
  let best = { line: '', count: 0 };
  for (const name of files)
    for (const line of gunzipSync(readFileSync(`${FOLDER}/${name}`))
      .toString('utf8')
      .split('\n')) {
      const count = line.match(NEVER_CUT)?.length ?? 0;
      if (count > best.count) best = { line, count };
    }
  return best;
}

it.skipIf(files.length === 0)(
  files.length === 0
    ? 'SKIPPED: ../shared/data/fhir-synthea-r4 is needed'
    : 'every allergy, order and given dose of the fullest patient stands on paper, each with its time',
  async () => {
    const { line, count } = fullest();
    const folder = mkdtempSync(join(tmpdir(), 'fullest-'));
    const feeds = [
      { parts: ['person', 'stay', 'allergies', 'medication-orders', 'doses-given', 'results', 'problems'] },
    ];
    const house = await House.start({ settings: { sources: [{ id: 'synthea', transport: 'fhir', feeds }] } });
    const renderer = new Renderer({ onEnded: () => {} });
    try {
      writeFileSync(join(folder, 'one.ndjson'), line);
      await house.run(['import', folder, '--source', 'synthea']);
      await house.settled();
      const kept = house.kept();
      const [hit] = kept.station.reader.search(
        (
          JSON.parse(line) as { entry: { resource: { resourceType: string; name?: { family: string }[] } }[] }
        ).entry.find(({ resource }) => resource.resourceType === 'Patient')?.resource.name?.[0]?.family ?? '',
        { limit: 1 },
      ).hits;
      if (hit === undefined) throw new Error('the patient is not in the copy');
      const copy = kept.station.reader.patient(hit.key, { rowsMax: limits.paperRowsMax });
      kept.close();
      if (copy === null) throw new Error('the patient has no chart');
      const now = new SystemClock().now();
      const chart = composeChart(copy, now, {});
      const printing = {
        ...{ at: now.wallMs, clockIsUnsure: false, by: 'A', version: null, replaces: null },
        ...{ validUntil: now.wallMs, situation: null, writeIn: 'JOURNALEN', watermark: null },
      };
      const { pdf } = await renderer.render(chartPrint(chart, printing).job);
      const text = runningText(await pdfPages(pdf));
      const parts = chart.blocks.flatMap(({ parts: own }) => own);
      const entries = parts.filter(({ part }) =>
        ['allergies', 'limits', 'medication-orders', 'doses-given'].includes(part),
      );
      const all = entries.flatMap((part) => part.entries);
      expect(all.length).toBeGreaterThan(count / 3);
      for (const { truncated } of entries) expect(truncated).toBe(false);
      const missing = all.filter(({ title, time, kind }) => {
        const at = kind === 'medication-order' ? '' : time.text;
        return !text.includes(bare(title)) || !text.includes(bare(at));
      });
      expect(missing.map(({ title }) => title)).toEqual([]);
      const rows = chart.blocks.flatMap(({ view }) => (view?.kind === 'medication' ? view.rows : []));
      const gone = rows.filter(({ substance, schedule }) => !text.includes(bare(`${substance}${schedule}`)));
      expect(gone.map(({ substance }) => substance)).toEqual([]);
    } finally {
      renderer.stop();
      await house.end();
      rmSync(folder, { recursive: true });
    }
  },
);
