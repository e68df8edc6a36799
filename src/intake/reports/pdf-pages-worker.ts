// Runs in a thread of its own: a PDF is a program, and one that never ends must not stop the intake.

import { parentPort, workerData } from 'node:worker_threads';
import { getDocumentProxy } from 'unpdf';
import type { PdfPage } from './report-row.ts';

interface Task {
  readonly bytes: Uint8Array;
  readonly pagesMax: number;
  readonly pageBytesMax: number;
  readonly pagesBytesMax: number;
  readonly pageTextMax: number;
}

/** What pdf.js (5.6) can do with a document and its types do not say yet. */
interface PageExtractor {
  extractPages(parts: readonly { document: null; includePages: readonly number[] }[]): Promise<Uint8Array | null>;
}

const EMPTY = new Uint8Array(0);

/** Print positions within this many points are one line. */
const LINE_TOLERANCE = 2;

/** Printed lines from top to bottom, and words from left to right: PDF keeps them in any order. */
function linesOf(items: readonly { readonly str: string; readonly x: number; readonly y: number }[]): string {
  const lines: { y: number; items: { str: string; x: number }[] }[] = [];
  for (const { str, x, y } of items) {
    if (str.trim() === '') continue;
    const line = lines.find((known) => Math.abs(known.y - y) <= LINE_TOLERANCE);
    if (line === undefined) lines.push({ y, items: [{ str, x }] });
    else line.items.push({ str, x });
  }
  lines.sort((a, b) => b.y - a.y);
  return lines
    .map((line) =>
      line.items
        .sort((a, b) => a.x - b.x)
        .map(({ str }) => str)
        .join(' '),
    )
    .join('\n');
}

async function read({ bytes, pagesMax, pageBytesMax, pagesBytesMax, pageTextMax }: Task): Promise<PdfPage[]> {
  const document = await getDocumentProxy(bytes, { verbosity: 0 });
  const extractor = document as unknown as PageExtractor;
  const pages: PdfPage[] = [];
  let room = pagesBytesMax;
  for (let number = 1; number <= Math.min(document.numPages, pagesMax); number += 1) {
    const page = await document.getPage(number);
    const content = await page.getTextContent();
    const items = content.items.flatMap((item) =>
      'str' in item ? [{ str: item.str, x: Number(item.transform[4]), y: Number(item.transform[5]) }] : [],
    );
    const alone = room > 0 ? await extractor.extractPages([{ document: null, includePages: [number - 1] }]) : EMPTY;
    if (alone === null) throw new Error('a page could not be taken out');
    const fits = alone.length <= Math.min(room, pageBytesMax);
    room -= fits ? alone.length : 0;
    // Each that does not fit was made in vain: after a few, no more are.
    if (!fits) room -= pageBytesMax;
    const text = linesOf(items);
    pages.push({
      text: text.length <= pageTextMax ? text : '',
      pdf: fits ? Buffer.from(alone).toString('base64') : '',
    });
    page.cleanup();
  }
  return pages;
}

const pages = await read(workerData as Task);
parentPort?.postMessage(pages);
