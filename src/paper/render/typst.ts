// The typesetter itself, for the child process: templates and fonts from this repository, data in, a tagged PDF/A out. It writes no
// file and reads none but its own.

import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler';
import type { PrintJob, Sheet } from '../sheets/sheet.ts';
import { barcodeSvg } from './barcode.ts';
import type { Rendered } from './render-messages.ts';

const TEMPLATES = fileURLToPath(new URL('../templates', import.meta.url));
const MAIN = join(TEMPLATES, 'main.typ');
/** Archival (PDF/A-2) and tagged for screen readers in one. */
const STANDARD = 'a-2a';

const fontFolder = (name: string): string => dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));

/** Inter as on screen; DejaVu for what Inter lacks. Both lie in the program: a machine's own fonts are never used. */
export const fontFiles = (): readonly string[] => {
  const [inter, wide] = [fontFolder('@expo-google-fonts/inter'), fontFolder('dejavu-fonts-ttf')];
  return [
    ...['400Regular/Inter_400Regular', '600SemiBold/Inter_600SemiBold', '700Bold/Inter_700Bold'].map((file) =>
      join(inter, `${file}.ttf`),
    ),
    ...['DejaVuSans', 'DejaVuSans-Bold'].map((file) => join(wide, 'ttf', `${file}.ttf`)),
  ];
};

type Typeset = Omit<Rendered, 'plainSheets'>;

export class Typesetter {
  readonly #compiler = NodeCompiler.create({ workspace: TEMPLATES, fontArgs: [{ fontPaths: [...fontFiles()] }] });

  /** @throws {Error} what the typesetter says, which may hold words of the data: never to be logged */
  typeset(job: PrintJob, standard: 'a-2a' | '1.7' = STANDARD): Typeset {
    const data = { title: job.title, author: job.author, sheets: job.sheets.map(drawn) };
    const compiled = this.#compiler.compile({
      mainFilePath: MAIN,
      inputs: { data: JSON.stringify(data) },
      resetRead: false,
    });
    const failure = compiled.takeError();
    if (failure !== null || compiled.result === null)
      throw new Error(JSON.stringify(failure === null ? 'no document' : this.#compiler.fetchDiagnostics(failure)));
    const pdf = this.#compiler.pdf(compiled.result, {
      pdfStandard: standard as never,
      creationTimestamp: job.createdAtSeconds,
    });
    const places = this.#compiler.query(compiled.result, { selector: '<place>', field: 'value' }) as readonly Place[];
    return { pdf, pages: job.sheets.map((_, index) => pagesOf(index, places)) };
  }

  /** What was set before is not kept: the next job is another patient's. */
  forget(): void {
    this.#compiler.evictCache(0);
  }
}

/** Where a sheet begins and ends, as the template notes it. */
interface Place {
  readonly sheet: number;
  readonly what: 'first' | 'last';
  readonly page: number;
}

function pagesOf(index: number, places: readonly Place[]): Typeset['pages'][number] {
  const page = (which: Place['what']): number =>
    places.find(({ sheet, what }) => sheet === index && what === which)?.page ?? 0;
  return { first: page('first'), last: page('last') };
}

const drawn = (sheet: Sheet): unknown => ({
  ...sheet,
  head: { ...sheet.head, code: withBars(sheet.head.code) },
  foot: { ...sheet.foot, code: withBars(sheet.foot.code) },
});
const withBars = (code: Sheet['head']['code']): unknown =>
  code === null ? null : { text: code.shown, svg: barcodeSvg(code.text) };
