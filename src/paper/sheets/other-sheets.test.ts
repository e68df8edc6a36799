// The sheets that are not of a chart, as they come out of the renderer.

import { getDocumentProxy } from 'unpdf';
import { afterAll, describe, expect, it } from 'vitest';
import { DAY_MS, NOW_MS } from '../../domain/chart/chart.fixture.ts';
import { limits } from '../../limits.ts';
import { codesPrint, readLogPrint, testPrint } from '../jobs.ts';
import { printing } from '../paper.fixture.ts';
import { Renderer } from '../render/renderer.ts';
import type { PrintJob } from './sheet.ts';

const renderer = new Renderer({ onEnded: () => {} });
afterAll(() => renderer.stop());

async function pagesOf(job: PrintJob): Promise<readonly string[]> {
  const { pdf } = await renderer.render(job);
  const document = await getDocumentProxy(new Uint8Array(pdf), { verbosity: 0 });
  const pages: string[] = [];
  for (let number = 1; number <= document.numPages; number += 1) {
    const { items } = await (await document.getPage(number)).getTextContent();
    pages.push(items.map((item) => ('str' in item ? item.str : '')).join(''));
  }
  return pages;
}

describe('sheets of their own', () => {
  it('a test page names its printer, shows Swedish letters small, and says what to look for', async () => {
    const [page = '', ...more] = await pagesOf(testPrint('Expeditionen', printing()).job);
    expect(more).toEqual([]);
    for (const words of [
      'Provsida',
      'Skrivare: Expeditionen',
      'åäö ÅÄÖ',
      'Syns den ljusaste grå rutan?',
      'Sida 1 av 1',
    ])
      expect(page).toContain(words);
    expect(page.match(/åäö ÅÄÖ/g)).toHaveLength(6);
  });

  it('emergency codes stand one envelope a sheet, each code once, with room for both who used it, and a full set on one page', async () => {
    const halves = ['A', 'B'].map((half) => ({
      ...{ unit: 'kir2', unitName: 'Kirurgavdelning 2', half },
      codes: Array.from({ length: limits.emergencyCodesASetMax }, (_, index) => `${half}${index}-GRAN-MÅSE`),
    }));
    const pages = await pagesOf(codesPrint(halves, printing()).job);
    expect(pages).toHaveLength(2);
    for (const [index, { half, codes }] of halves.entries()) {
      const page = pages[index] ?? '';
      expect(page).toContain(`Nödkoder, kuvert ${half} – Kirurgavdelning 2`);
      expect(page).toContain('Två personer öppnar kuverten tillsammans');
      for (const code of codes) expect(page.split(code)).toHaveLength(2);
      expect(page).not.toContain(`${half === 'A' ? 'B' : 'A'}0-GRAN`);
    }
  });

  it('an extract of the read log tells the patient who read when and where, and says when nobody has', async () => {
    const extract = { name: 'Lind, Karin', number: '19420608-9205', from: NOW_MS - 30 * DAY_MS, to: NOW_MS };
    const rows = Array.from({ length: 90 }, (_, index) => ({
      at: NOW_MS - index * 3_600_000,
      who: `Läsare ${index}, ssk`,
      what: 'Journalkopia läst',
      where: 'Kirurgavdelning 2',
    }));
    const pages = await pagesOf(readLogPrint({ ...extract, rows }, printing()).job);
    expect(pages.length).toBeGreaterThan(1);
    for (const [index, page] of pages.entries())
      for (const words of ['Lind, Karin', '19420608-9205', '90 tillfällen', `Sida ${index + 1} av ${pages.length}`])
        expect(page).toContain(words);
    for (const { who } of rows) expect(pages.join('')).toContain(who);
    const [none = ''] = await pagesOf(readLogPrint({ ...extract, rows: [] }, printing()).job);
    expect(none).toContain('Ingen har tagit del av uppgifterna');
  });
});
