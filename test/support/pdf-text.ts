// The words of a PDF as another program reads them, page by page, in the order they stand in the file; white space taken away, since
// where lines break is the printer's business. A font draws micro sign and Greek my alike: which of them stands is not to be seen.

import { getDocumentProxy } from 'unpdf';

export const bare = (words: string): string =>
  words
    .normalize('NFC')
    .replaceAll('μ', 'µ')
    .replace(/[\s\u00a0\u200b]+/gu, '');

export async function pdfPages(pdf: Uint8Array): Promise<readonly string[]> {
  const document = await getDocumentProxy(new Uint8Array(pdf), { verbosity: 0 });
  const pages: string[] = [];
  for (let number = 1; number <= document.numPages; number += 1) {
    const page = await document.getPage(number);
    const { items } = await page.getTextContent();
    pages.push(bare(items.map((item) => ('str' in item ? item.str : '')).join('')));
    page.cleanup();
  }
  return pages;
}

/** The running text: what every page repeats at its head and foot does not stand between the lines of a paragraph that goes on. */
export function runningText(pages: readonly string[]): string {
  if (pages.length < 2) return pages.join('');
  const head = commonStart(pages);
  const foot = commonStart(pages.map(reversed));
  const [first = '', ...rest] = pages.map((page) => page.slice(0, page.length - foot).replace(/Sida\d+$/u, ''));
  return [first, ...rest.map((page) => page.slice(head))].join('');
}

const reversed = (text: string): string => [...text].reverse().join('');

function commonStart([first = '', ...rest]: readonly string[]): number {
  let at = 0;
  while (at < first.length && rest.every((page) => page[at] === first[at])) at += 1;
  return at;
}
