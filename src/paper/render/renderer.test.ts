// The renderer as the ward meets it: hostile text stands on the page as it was written, a letter nobody can print is a visible box,
// and a renderer that dies, hangs or swells costs one print and never the station.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { getDocumentProxy } from 'unpdf';
import { afterEach, describe, expect, it } from 'vitest';
import { now, patientCopy } from '../../domain/chart/chart.fixture.ts';
import { composeChart } from '../../domain/chart/compose.ts';
import { chartPrint } from '../jobs.ts';
import { printing } from '../paper.fixture.ts';
import type { PrintJob } from '../sheets/sheet.ts';
import { Renderer, type RendererOptions } from './renderer.ts';

const jobOf = (family: string, reason = 'akut kolecystit'): PrintJob => {
  const plain = patientCopy();
  const copy = patientCopy({
    person: { resourceType: 'Patient', name: [{ family, given: ['Karin'] }], gender: 'female' },
    stays: plain.stays.map((stay) => ({ ...stay, reason })),
  });
  return chartPrint(composeChart(copy, now), printing()).job;
};

async function wordsOf(pdf: Uint8Array): Promise<string> {
  const document = await getDocumentProxy(new Uint8Array(pdf), { verbosity: 0 });
  const { items } = await (await document.getPage(1)).getTextContent();
  return items.map((item) => ('str' in item ? item.str : '')).join('');
}

/** Where a line breaks is the page's business. */
const unspaced = (words: string): string => words.replace(/\s/g, '');

const renderers: Renderer[] = [];
const folders: string[] = [];
afterEach(() => {
  for (const renderer of renderers.splice(0)) renderer.stop();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});
function rendererWith(options: Partial<RendererOptions> = {}): { renderer: Renderer; ended: string[] } {
  const ended: string[] = [];
  const renderer = new Renderer({ onEnded: (why) => ended.push(why), ...options });
  renderers.push(renderer);
  return { renderer, ended };
}
/** Another program in the renderer's place. */
function worker(program: string): URL {
  const folder = mkdtempSync(join(tmpdir(), 'renderer-'));
  folders.push(folder);
  const file = join(folder, 'worker.mjs');
  writeFileSync(file, program);
  return pathToFileURL(file);
}

describe('a print', () => {
  it('of somebody without medicines has no table of medicines without a line', async () => {
    const { renderer } = rendererWith();
    const words = await wordsOf((await renderer.render(jobOf('Lind'))).pdf);
    expect(words).toContain('Givna doser: Inga registrerade');
    expect(words).not.toContain('Kända givna doser');
  });

  it('sets what a source wrote as it is written, whatever it would mean to the typesetter', async () => {
    const { renderer } = rendererWith();
    const hostile = [
      '#panic("ut")',
      '#eval("1+1")',
      '*Fet* _kursiv_ $x^2$ `kod`',
      '#image("/etc/passwd")',
      '<end-0> @end-0 #pagebreak()',
      '\\u{1F600} // /* ',
      '"citat" \'apostrof\' -> --- ...',
      '= Rubrik',
      'https://exempel.se',
    ];
    for (const text of hostile) {
      const { pdf, plainSheets } = await renderer.render(jobOf('Lind', text));
      expect(unspaced(await wordsOf(pdf))).toContain(unspaced(text));
      expect(plainSheets).toEqual([]);
    }
  });

  it('sets Swedish, Finnish, Polish, Greek, Russian and Arabic names, and shows a box for a letter it has not', async () => {
    const { renderer } = rendererWith();
    for (const name of ['Åström-Öberg', 'Hyvärinen', 'Wójcik-Żółć', 'Παπαδόπουλος', 'Щербакова', 'Nguyễn'])
      expect(await wordsOf((await renderer.render(jobOf(name))).pdf)).toContain(name);
    expect((await renderer.render(jobOf('الحسيني'))).plainSheets).toEqual([]);
    const foreign = await wordsOf((await renderer.render(jobOf('日本'))).pdf);
    expect(foreign).toContain('□□, Karin');
    expect(foreign).toContain('□ = tecken som skrivaren saknar. Jämför med armbandet.');
    expect(await wordsOf((await renderer.render(jobOf('Lind'))).pdf)).not.toContain('□');
  });

  it('takes out what hides or turns words, and what no calendar of letters has', async () => {
    const { renderer } = rendererWith();
    const { pdf } = await renderer.render(jobOf('Li\u202end\u0007\u200b', 'a\ud800b'));
    const words = await wordsOf(pdf);
    expect(words).toContain('Lind, Karin');
    expect(words).toContain('a□b');
  });

  it('is an archival, tagged PDF, the same bytes for the same chart at the same time', async () => {
    const { renderer } = rendererWith();
    const [one, two] = [await renderer.render(jobOf('Lind')), await renderer.render(jobOf('Lind'))];
    const text = Buffer.from(one.pdf).toString('latin1');
    expect(text).toMatch(/<pdfaid:part>2<\/pdfaid:part>/);
    expect(text).toMatch(/<pdfaid:conformance>A<\/pdfaid:conformance>/);
    expect(text).toContain('/StructTreeRoot');
    expect(Buffer.from(one.pdf).equals(Buffer.from(two.pdf))).toBe(true);
  });

  it('leaves nothing in the folder of temporary files', async () => {
    const before = new Set(readdirSync(tmpdir()));
    const { renderer } = rendererWith();
    await renderer.render(jobOf('Lind'));
    const left = readdirSync(tmpdir()).filter((name) => !before.has(name) && /typst|paper|\.pdf|node-/.test(name));
    expect(left).toEqual([]);
  });
});

describe('a renderer', () => {
  it('that dies is started again at the next print, and the one it had is refused', async () => {
    const { renderer, ended } = rendererWith({ worker: worker('process.on("message", () => process.exit(7));') });
    await expect(renderer.render(jobOf('Lind'))).rejects.toMatchObject({ code: 'paper.not-rendered' });
    await expect(renderer.render(jobOf('Ek'))).rejects.toMatchObject({ code: 'paper.not-rendered' });
    expect(ended).toEqual(['died', 'died']);
  });

  it('killed between two prints is not noticed by who prints next', async () => {
    const { renderer, ended } = rendererWith();
    await renderer.render(jobOf('Lind'));
    const first = renderer.pid;
    if (first === null) throw new Error('no renderer');
    process.kill(first, 'SIGKILL');
    await expect.poll(() => ended).toEqual(['died']);
    expect((await renderer.render(jobOf('Ek'))).pages).toEqual([{ first: 1, last: 1 }]);
    expect(renderer.pid).not.toBe(first);
  });

  it('that never ends is ended, and the next print goes on', async () => {
    const { renderer, ended } = rendererWith({
      worker: worker('process.on("message", () => { for (;;); });'),
      withinMs: 300,
    });
    await expect(renderer.render(jobOf('Lind'))).rejects.toMatchObject({ code: 'paper.too-slow' });
    expect(ended).toEqual(['too-slow']);
  });

  it.runIf(process.platform === 'linux')('that swells is ended before it takes the machine', async () => {
    const { renderer, ended } = rendererWith({
      worker: worker(
        'const kept = []; process.on("message", () => setInterval(() => kept.push(Buffer.alloc(32 << 20, 1)), 20));',
      ),
      memoryBytes: 300 << 20,
    });
    await expect(renderer.render(jobOf('Lind'))).rejects.toMatchObject({ code: 'paper.too-large' });
    expect(ended).toEqual(['too-large']);
  });

  it.runIf(process.platform === 'linux')('sets pages with no thread that stands before whoever reads', async () => {
    const { renderer } = rendererWith();
    await renderer.render(jobOf('Lind'));
    const threads = `/proc/${renderer.pid}/task`;
    const told = readdirSync(threads).map((thread) => {
      const [, name = '', fields = ''] =
        /^\d+ \((.*)\) (.*)/.exec(readFileSync(`${threads}/${thread}/stat`, 'utf8')) ?? [];
      return { name, nice: Number(fields.split(' ')[16]), isFirst: Number(thread) === renderer.pid };
    });
    // The engine's own threads have names of their own.
    const first = told.find(({ isFirst }) => isFirst);
    const setting = told.filter(({ name }) => name === first?.name);
    expect(setting.length).toBeGreaterThan(1);
    expect(setting.map(({ nice }) => nice)).toEqual(setting.map(() => Math.max(10, getPriority())));
  });

  it('is told nothing of the station: no key, no setting', async () => {
    process.env['RESERVKRAFT_KEY_FILE'] = '/secret';
    const { renderer } = rendererWith({
      worker: worker(
        'process.on("message", ({ number }) => process.send({ number, rendered: { pdf: new Uint8Array(), pages: [], plainSheets: Object.keys(process.env).sort() } }));',
      ),
    });
    const { plainSheets } = await renderer.render(jobOf('Lind'));
    delete process.env['RESERVKRAFT_KEY_FILE'];
    expect(plainSheets).toEqual(['PATH']);
  });
});
